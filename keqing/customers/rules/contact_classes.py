"""Which class of contact works where: everybody at a health institution is medical staff (DOMAIN 2.2, 2.6)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

_USUAL: Mapping[str, str] = MappingProxyType(
    {
        "HCO": "HCP",
        "STORE": "COMMERCIAL",
        "CHAIN_HQ": "COMMERCIAL",
        "DISTRIBUTOR": "COMMERCIAL",
        "AGENT": "COMMERCIAL",
        "MANUFACTURER": "SUPPLIER",
        "SUPPLIER": "SUPPLIER",
        "SERVICE_PROVIDER": "SUPPLIER",
        "PERIPHERAL": "PERIPHERAL",
    }
)
_AT_INSTITUTION = frozenset({"HCP", "PUBLIC_OFFICIAL"})


def usual_class(party_kind: str) -> str:
    return _USUAL.get(party_kind, "COMMERCIAL")


def is_class_allowed(party_kind: str, contact_class: str) -> bool:
    return party_kind != "HCO" or contact_class in _AT_INSTITUTION
