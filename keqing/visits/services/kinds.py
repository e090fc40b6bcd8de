"""Which visits this person may record at this customer: the rules' answer with the facts of the database."""

from __future__ import annotations

from functools import lru_cache

from django.contrib.auth import get_user_model

from keqing.core.viewer import Viewer
from keqing.customers.kinds import PartyKind
from keqing.customers.models import Party
from keqing.customers.slots import Slot, Slotted
from keqing.territory.models import Employee
from keqing.territory.personas import Persona
from keqing.visits.models import Visit
from keqing.visits.rules.reason import Reason
from keqing.visits.rules.validity import VisitKinds, visit_kinds

TERMINALS = frozenset({PartyKind.HCO.value, PartyKind.STORE.value})
REASON = "the filing number of the person who asks"


def is_filed(viewer: Viewer) -> bool:
    """A medical representative with a filing number; nobody else is asked for one."""
    if Persona.MR not in viewer.personas:
        return False
    return any(number.strip() for (number,) in _filing_numbers().rows(user=viewer.user_id))


@lru_cache(maxsize=1)
def _filing_numbers() -> Slotted:
    user = Slot("user", get_user_model()._meta.pk)
    return Slotted(Employee.objects.everything(REASON).filter(user_id=user).order_by().values_list("filing_no"))


def allowed_kinds(
    viewer: Viewer, kind: str, terminal_type: str, *, is_filed: bool, has_reception: bool
) -> tuple[tuple[str, ...], Reason | None, Reason | None]:
    """Kinds, why there are none, and what an allowed visit must keep to. Plain values, so that lists ask cheaply."""
    answer: VisitKinds = visit_kinds(
        viewer.personas,
        kind == PartyKind.HCO,
        terminal_type,
        is_filed=is_filed,
        has_reception=has_reception,
    )
    kinds = tuple(_named(str(one), kind) for one in answer.allowed)
    return kinds, answer.why_none, answer.limit


def _named(rule_kind: str, party_kind: str) -> str:
    """Head offices and traders are called on for business, not as a terminal."""
    if rule_kind == Visit.Kind.TERMINAL and party_kind not in TERMINALS:
        return Visit.Kind.BUSINESS.value
    return rule_kind


def kinds_at(
    party: Party, viewer: Viewer, *, has_reception: bool = False
) -> tuple[tuple[str, ...], Reason | None, Reason | None]:
    return allowed_kinds(
        viewer, party.kind, party.terminal_type, is_filed=is_filed(viewer), has_reception=has_reception
    )
