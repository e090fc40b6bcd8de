"""A visit from check-in to its correction. Of the visitor's position only the distance to the customer is kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db import IntegrityError, transaction
from django.utils.translation import gettext

from keqing.core.models import BinEntry
from keqing.core.saving import Act, save_one, throw_away
from keqing.core.viewer import Viewer
from keqing.customers.models import Party
from keqing.customers.reports.opened import holding
from keqing.customers.services import propose_place
from keqing.customers.slots import Slot, Slotted
from keqing.territory.geography import Point, distance_m
from keqing.visits.errors import Refused
from keqing.visits.models import Visit
from keqing.visits.rules.validity import ValidityRules
from keqing.visits.services.kinds import kinds_at

REASON = "own open visit, wherever it is"
CORRECT_DAYS, PAST_DAYS = 3, 7
#: a coarser fix says too little about where the customer is
PROPOSABLE_M = 200


@dataclass(frozen=True)
class CheckIn:
    """`place` is WGS-84, as browsers give it; used here and then forgotten."""

    place: Point | None = None
    accuracy_m: int | None = None
    kind: str = ""  # empty: the one this person may record here
    is_phone: bool = False
    reception: str = ""


@dataclass(frozen=True)
class Past:
    started_at: datetime
    ended_at: datetime
    note: str = ""
    next_on: date | None = None
    kind: str = ""
    is_phone: bool = False
    reception: str = ""


class Waiting(NamedTuple):
    """A visit somebody began and has not ended."""

    pk: int
    public_id: UUID
    party_name: str


def waiting_of(user_id: int) -> Waiting | None:
    row = _waiting().row(author=user_id)
    return Waiting(*row) if row is not None else None


@lru_cache(maxsize=1)
def _waiting() -> Slotted:
    author = Slot("author", get_user_model()._meta.pk)
    rows = Visit.objects.everything(REASON).open().filter(author_id=author).order_by()
    return Slotted(rows.values_list("pk", "public_id", "party__name"))


def open_visit(user_id: int) -> Visit | None:
    waiting = waiting_of(user_id)
    if waiting is None:
        return None
    visit: Visit | None = Visit.objects.everything(REASON).select_related("party").filter(pk=waiting.pk).first()
    return visit


def check_in(party: Party, viewer: Viewer, arrival: CheckIn, act: Act) -> Visit:
    """Raises `Refused`. Checking in again where one already is gives the same visit."""
    waiting = open_visit(viewer.user_id)
    if waiting is not None:
        return _already(waiting, party)
    ground, distance = _measured(party, arrival)
    visit = Visit(
        party=party,
        position_id=position_for(party, viewer),
        author_id=viewer.user_id,
        kind=_kind(party, viewer, arrival.kind, arrival.reception),
        is_phone=arrival.is_phone,
        reception=arrival.reception,
        started_at=act.at,
        ground=ground,
        distance_m=distance,
    )
    try:
        _begin(visit, party, arrival, act)
    except IntegrityError:  # another device of the same person was a moment faster
        waiting = open_visit(viewer.user_id)
        if waiting is None:
            raise
        return _already(waiting, party)
    return visit


def _begin(visit: Visit, party: Party, arrival: CheckIn, act: Act) -> None:
    place = _proposable(party, arrival)
    if place is None:
        save_one(visit, act)
        return
    with transaction.atomic():
        save_one(visit, act)
        propose_place(party, place.lng, place.lat, arrival.accuracy_m, act)


def finish(visit: Visit, note: str, next_on: date | None, at: datetime, act: Act) -> Visit:
    _require_own(visit, act)
    if visit.ended_at is not None:
        raise Refused(gettext("这次拜访已经结束，要改就写更正。"), visit)
    if not visit.started_at <= at <= act.at:
        raise Refused(gettext("结束时间要在开始之后，不晚于现在。"), visit)
    _require_later(next_on, visit.day)
    visit.note, visit.next_on, visit.ended_at = note.strip(), next_on, at
    return save_one(visit, act)


def cancel(visit: Visit, act: Act) -> BinEntry:
    """A check-in by mistake goes to the bin; a finished visit stays."""
    _require_own(visit, act)
    if visit.ended_at is not None:
        raise Refused(gettext("已经结束的拜访留着，要改就写更正。"), visit)
    return throw_away([visit], act)


def correct(visit: Visit, note: str, next_on: date | None, act: Act) -> Visit:
    """The author, within three days, with a reason; history keeps what stood before."""
    _require_own(visit, act)
    if not can_correct(visit, act.user_id, act.at):
        raise Refused(gettext("结束 %(days)s 天内能更正，这次已经定下来了。") % {"days": CORRECT_DAYS}, visit)
    if not act.reason.strip():
        raise Refused(gettext("写一句为什么改。"), visit)
    _require_later(next_on, visit.day)
    visit.note, visit.next_on = note.strip(), next_on
    return save_one(visit, act)


def can_correct(visit: Visit, user_id: int | None, at: datetime) -> bool:
    is_recent = visit.ended_at is not None and at - visit.ended_at <= timedelta(days=CORRECT_DAYS)
    return is_recent and visit.author_id == user_id


def record_past(party: Party, viewer: Viewer, past: Past, act: Act) -> Visit:
    """A visit noted afterwards: it has no position, and is not judged."""
    if not past.started_at < past.ended_at <= act.at:
        raise Refused(gettext("结束时间要在开始之后，不晚于现在。"))
    if act.at - past.started_at > timedelta(days=PAST_DAYS):
        raise Refused(gettext("补记限最近 %(days)s 天，更早的请用导入。") % {"days": PAST_DAYS})
    visit = Visit(
        party=party,
        position_id=position_for(party, viewer),
        author_id=viewer.user_id,
        kind=_kind(party, viewer, past.kind, past.reception),
        is_phone=past.is_phone,
        reception=past.reception,
        started_at=past.started_at,
        ended_at=past.ended_at,
        ground=Visit.Ground.AFTER,
        note=past.note.strip(),
        next_on=past.next_on,
    )
    _require_later(past.next_on, visit.day)
    return save_one(visit, act)


def position_for(party: Party, viewer: Viewer) -> int:
    """The position in whose name it counts: the one that covers the customer today, own ones first."""
    covering = {held.position_id for held in holding(viewer, party)}
    found = next((key for key in viewer.positions if key in covering), viewer.position_id)
    if found is None:
        raise Refused(gettext("现在没有岗位，记不了拜访，请管理员先安排岗位。"))
    return found


def _already(waiting: Visit, party: Party) -> Visit:
    if waiting.party_id == party.pk:
        return waiting
    raise Refused(gettext("还有一次拜访没有结束，先结束它。"), waiting)


def _kind(party: Party, viewer: Viewer, wanted: str, reception: str) -> str:
    kinds, why_none, _limit = kinds_at(party, viewer, has_reception=bool(reception.strip()))
    if why_none is not None:
        raise Refused(why_none.text(gettext))
    if wanted and wanted not in kinds:
        raise Refused(gettext("这里不能记这种拜访，换一种。"))
    return wanted or kinds[0]


def _measured(party: Party, arrival: CheckIn) -> tuple[str, int | None]:
    if arrival.is_phone:
        return Visit.Ground.PHONE, None
    if party.lng is None or party.lat is None:
        return Visit.Ground.NO_PLACE, None
    if arrival.place is None:
        return Visit.Ground.NO_SIGNAL, None
    metres = round(distance_m(Point(party.lng, party.lat), arrival.place))
    return (Visit.Ground.WITHIN if metres <= fence_of(party) else Visit.Ground.OUTSIDE), metres


def fence_of(party: Party) -> int:
    """The customer's own radius, never wider than what makes a visit valid."""
    return min(party.geofence_m, ValidityRules().max_distance_m)


def _proposable(party: Party, arrival: CheckIn) -> Point | None:
    """Where the visitor stands, if it may be where the customer is."""
    if arrival.is_phone or party.has_place:
        return None
    is_fine = arrival.accuracy_m is None or arrival.accuracy_m <= PROPOSABLE_M
    return arrival.place if is_fine else None


def _require_own(visit: Visit, act: Act) -> None:
    if visit.author_id != act.user_id:
        raise Refused(gettext("这是别人的拜访，只有本人能改。"), visit)


def _require_later(next_on: date | None, day: date) -> None:
    if next_on is not None and next_on <= day:
        raise Refused(gettext("下次日期要在这次之后。"))
