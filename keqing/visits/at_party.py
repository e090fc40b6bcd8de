"""The visits to one customer, read once: the page shows the newest of them and reckons from all when the next is due."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db.models import Q
from django.utils import timezone

from keqing.core.prepared import Row
from keqing.core.viewer import Viewer
from keqing.customers.models import Party
from keqing.customers.slots import Slot, Slotted
from keqing.visits.models import Visit

#: a customer seldom has more; of one that has, the newest are known and the rest is asked for
MOST = 30
_COLUMNS = (
    "started_at", "ended_at", "pk", "public_id", "party_id", "author_id", "author__name", "position_id", "kind",
    "is_phone", "ground", "distance_m", "note", "next_on",
)  # fmt: skip
_WHOLE = tuple(field.attname for field in Visit._meta.concrete_fields)


class Met(NamedTuple):
    """A visit with the name of who made it; its times are local."""

    started_at: datetime
    ended_at: datetime | None
    pk: int
    public_id: UUID
    party_id: int
    author_id: int
    author: str
    position_id: int
    kind: str
    is_phone: bool
    ground: str
    distance_m: int | None
    note: str
    next_on: date | None

    @property
    def is_open(self) -> bool:
        return self.ended_at is None

    @property
    def is_checked_in(self) -> bool:
        return Visit.Ground(self.ground).is_checked_in

    @property
    def day(self) -> date:
        return self.started_at.date()

    def may_open(self, viewer: Viewer) -> bool:
        """As `Visit.objects.visible_to`, without asking the database."""
        return viewer.sees_all or self.author_id == viewer.user_id or self.position_id in viewer.reach


class Known(NamedTuple):
    newest: Sequence[Met]  # by anybody, the newest first: all there are when there are fewer than MOST
    is_waiting: bool  # the viewer has begun a visit, here or elsewhere, and not ended it


def known_of(party: Party, viewer: Viewer) -> Known:
    rows = _met(_known(viewer.unpublished).rows(party=party.pk, author=viewer.user_id))
    is_waiting = any(one.is_open and one.author_id == viewer.user_id for one in rows)
    return Known([one for one in rows if one.party_id == party.pk][:MOST], is_waiting)


def seen_of(newest: Sequence[Met], party: Party, viewer: Viewer, limit: int) -> list[Met]:
    """The newest that this viewer may open."""
    mine = [one for one in newest if one.may_open(viewer)]
    if len(mine) >= limit or len(newest) < MOST:
        return mine[:limit]
    rows = Visit.objects.visible_to(viewer).filter(party=party).order_by("-started_at", "-pk")
    return _met(rows.values_list(*_COLUMNS)[:limit])


def _met(rows: Iterable[Row]) -> list[Met]:
    zone = timezone.get_current_timezone()
    return [Met(began.astimezone(zone), ended and ended.astimezone(zone), *rest) for began, ended, *rest in rows]


@lru_cache(maxsize=8)
def _known(unpublished: tuple[int, ...]) -> Slotted:
    rows = Visit.objects.published(Viewer(user_id=0, as_of=date.min, unpublished=unpublished))
    party, author = Slot("party", Party._meta.pk), Slot("author", get_user_model()._meta.pk)
    rows = rows.filter(Q(party_id=party) | Q(author_id=author, ended_at__isnull=True))
    return Slotted(rows.order_by("-started_at", "-pk").values_list(*_COLUMNS)[: MOST + 1])


def seen_visit(viewer: Viewer, public_id: UUID) -> tuple[Visit, str] | None:
    """One visit and the name of its customer; None where there is none that this viewer sees."""
    row = _one(viewer).row(public_id=public_id)
    return None if row is None else (Visit.from_db("default", _WHOLE, row[:-1]), row[-1])


@lru_cache(maxsize=2048)
def _one(viewer: Viewer) -> Slotted:
    public_id = Slot("public_id", Visit._meta.get_field("public_id"))
    rows = Visit.objects.visible_to(viewer).filter(public_id=public_id).order_by()
    return Slotted(rows.values_list(*_WHOLE, "party__name"))
