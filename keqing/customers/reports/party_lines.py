"""A customer as a line of a list: read as plain values, since fifty whole rows with their divisions cost more than the page."""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from keqing.core.finding import CAP
from keqing.core.lists import Standing
from keqing.core.prepared import KEYS, Prepared
from keqing.core.viewer import Viewer
from keqing.customers.kinds import PartyKind, Status, StoreType, TerminalType
from keqing.customers.models import Party
from keqing.customers.services.assignments import Holder
from keqing.territory.geography import Level
from keqing.territory.services.calendars import counter_now
from keqing.territory.services.places import gazetteer

TYPES: Mapping[str, str] = dict(TerminalType.choices)
KINDS: Mapping[str, str] = dict(PartyKind.choices)
STATUSES: Mapping[str, str] = dict(Status.choices)
STORE_TYPES: Mapping[str, str] = dict(StoreType.choices)
ICONS: Mapping[str, str] = {
    PartyKind.HCO.value: "building-hospital",
    PartyKind.STORE.value: "building-store",
    PartyKind.CHAIN_HQ.value: "sitemap",
    PartyKind.DISTRIBUTOR.value: "truck",
}
NOWHERE = ("", "")


def icon_of(party: Any) -> str:
    """`party`: a customer or a line."""
    return ICONS.get(party.kind, "building")


@dataclass(slots=True)
class PartyLine:
    """The fields are read in this order (`FIELDS`); what stands below them is filled in page by page."""

    pk: int
    public_id: UUID
    name: str
    sort_key: str
    kind: str
    terminal_type: str
    status: str
    code: str
    credit_code: str
    short_name: str
    store_type: str
    is_nhsa_designated: bool | None
    division_code: str | None
    address: str
    tags: str
    staff_count: int | None
    area_m2: int | None
    daily_footfall: int | None
    membership_count: int | None
    lng: float | None
    source: str
    #: county and township
    place: tuple[str, str] = NOWHERE
    current_grades: Mapping[str, str] = field(default_factory=dict)
    holders: Sequence[Holder] = ()
    last_contact: date | None = None

    def __str__(self) -> str:
        return self.name

    @property
    def type_label(self) -> str:
        return TYPES[self.terminal_type] if self.terminal_type else KINDS[self.kind]


FIELDS = (
    "pk", "public_id", "name", "sort_key", "kind", "terminal_type", "status", "code", "credit_code", "short_name",
    "store_type", "is_nhsa_designated", "division__code", "address", "tags", "staff_count", "area_m2", "daily_footfall",
    "membership_count", "lng", "source",
)  # fmt: skip


def lines_of(keys: Sequence[int]) -> list[PartyLine]:
    """Customers the viewer has been found to see, in no order."""
    return [PartyLine(*values) for values in _lines_query().fetch(keys)]


@lru_cache(maxsize=1)
def _lines_query() -> Prepared:
    rows = Party.objects.everything("keys of rows the viewer sees")
    return Prepared(rows.filter(pk__in=KEYS).order_by().values_list(*FIELDS))


#: beyond this a list is read from the database page by page; below it finding the page costs more than keeping the keys
MOST_KEPT = 20_000


def standing_of(viewer: Viewer) -> Standing:
    """What the viewer sees of all customers, kept until a customer or an assignment changes, or an import is published."""
    versions = tuple(viewer.versions.get(name, 0) for name in ("parties", "assignments"))
    return _standing(viewer, versions) if viewer.versions else _read_standing(viewer)


@lru_cache(maxsize=256)
def _standing(viewer: Viewer, versions: tuple[int, ...]) -> Standing:
    return _read_standing(viewer)


def _read_standing(viewer: Viewer) -> Standing:
    rows = Party.objects.visible_to(viewer)
    if viewer.sees_all:
        return Standing(len(rows.order_by().values_list("pk")[: CAP + 1]))
    keys = array("q", rows.order_by("sort_key", "pk").values_list("pk", flat=True)[: MOST_KEPT + 1])
    return Standing.of(keys) if len(keys) <= MOST_KEPT else Standing(CAP + 1)


def party_lines(rows: QuerySet[Party], viewer: Viewer) -> list[PartyLine]:
    """These rows with their places. One query."""
    return with_places([PartyLine(*values) for values in rows.values_list(*FIELDS)], viewer)


def with_places(lines: list[PartyLine], viewer: Viewer) -> list[PartyLine]:
    version = viewer.versions.get("divisions")
    if version is None:
        version = counter_now("divisions")
    for line in lines:
        if line.division_code:
            line.place = _place(line.division_code, version)
    return lines


@lru_cache(maxsize=65536)
def _place(code: str, version: int) -> tuple[str, str]:
    names = {division.level: division.name for division in gazetteer(version).lineage(code)}
    return names.get(Level.COUNTY) or names.get(Level.CITY) or "", names.get(Level.TOWNSHIP, "")


def forget() -> None:
    """Drop what is kept until the next change."""
    _place.cache_clear()
    _standing.cache_clear()
