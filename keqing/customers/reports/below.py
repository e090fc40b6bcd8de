"""What stands further down on a customer's page: all that ever had it, and what belongs to it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID

from keqing.core.viewer import Viewer
from keqing.customers.models import Assignment, Party
from keqing.customers.reports.party_lines import KINDS, TYPES
from keqing.customers.slots import Slot, Slotted
from keqing.territory.access import tree_for

NOW, COMING, PAST = 0, 1, 2
_PARTY = Slot("party", Party._meta.pk)


class Assigned(NamedTuple):
    holder: str  # who holds the position today
    when: int
    valid_from: date
    valid_to: date | None
    public_id: UUID
    position: str
    product_line: str | None
    share: Decimal


class Member(NamedTuple):
    public_id: UUID
    name: str
    kind: str
    terminal_type: str

    @property
    def type_label(self) -> str:
        return TYPES[self.terminal_type] if self.terminal_type else KINDS[self.kind]


def assignments_of(viewer: Viewer, party: Party) -> list[Assigned]:
    """Of a customer this viewer sees: those in force, those to come, those gone by; the later begun first."""
    tree, day = tree_for(viewer), viewer.as_of
    rows = [
        Assigned(tree.holder_of(position, day), _when(starts, ends, day), starts, ends, *rest)
        for position, starts, ends, *rest in _assignments(viewer.unpublished).rows(party=party.pk)
    ]
    return sorted(rows, key=lambda row: row.when)


def _when(starts: date, ends: date | None, day: date) -> int:
    if ends is not None and ends <= day:
        return PAST
    return COMING if starts > day else NOW


def members_of(viewer: Viewer, party: Party, limit: int) -> tuple[list[Member], int]:
    """The first by name that the viewer sees, and how many there are."""
    rows = [Member(*row) for row in _members(viewer, limit + 1).rows(party=party.pk)]
    if len(rows) <= limit:
        return rows, len(rows)
    return rows[:limit], Party.objects.one_visible_to(viewer).filter(parent=party).count()


@lru_cache(maxsize=8)
def _assignments(unpublished: tuple[int, ...]) -> Slotted:
    reader = Viewer(user_id=0, as_of=date.min, unpublished=unpublished)
    rows = Assignment.objects.published(reader).filter(party_id=_PARTY).order_by("-valid_from", "pk")
    what = ("position_id", "valid_from", "valid_to", "public_id", "position__name", "product_line__name", "share")
    return Slotted(rows.values_list(*what))


@lru_cache(maxsize=2048)
def _members(viewer: Viewer, limit: int) -> Slotted:
    rows = Party.objects.one_visible_to(viewer).filter(parent_id=_PARTY).order_by("sort_key", "pk")
    return Slotted(rows.values_list("public_id", "name", "kind", "terminal_type")[:limit])
