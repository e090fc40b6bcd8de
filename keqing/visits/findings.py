"""Is a recorded visit valid: computed when it is read, never stored."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext

from keqing.visits.models import Visit
from keqing.visits.rules.validity import Check, ValidityRules, VisitFacts, judge_validity
from keqing.visits.rules.validity import Span as OtherVisit

DAY = timedelta(days=1)
REASON = "other visits of the same person decide whether this one is valid"
#: a call has no place and may be short
NOT_ASKED_BY_PHONE = frozenset({Check.PLACE, Check.DURATION})


@dataclass(frozen=True, slots=True)
class Said:
    text: str
    is_ok: bool


def findings_of(visits: Sequence[Visit]) -> dict[int, tuple[Said, ...]]:
    """Visit key → findings in words; one query for all. Needs `party` on each visit.

    Left out are open ones, and those nobody checked in to: they are not judged.
    """
    finished = [visit for visit in visits if visit.ended_at is not None and visit.is_checked_in]
    others = _others(finished)
    return {visit.pk: _judged(visit, others[visit.author_id]) for visit in finished}


def is_valid(said: Sequence[Said]) -> bool:
    return all(one.is_ok for one in said)


def _others(visits: Sequence[Visit]) -> dict[int, list[Visit]]:
    found: dict[int, list[Visit]] = defaultdict(list)
    if not visits:
        return found
    rows = Visit.objects.everything(REASON).filter(_near(visits)).order_by("started_at", "pk")
    for row in rows.only("party", "author", "started_at", "ended_at", "is_phone"):
        found[row.author_id].append(row)
    return found


def _near(visits: Sequence[Visit]) -> Q:
    """A stay longer than a day is invalid by itself, so one day either way sees every clash; days between are not read."""
    near = Q()
    last: dict[int, list[datetime]] = {}
    for visit in sorted(visits, key=lambda one: one.started_at):
        span = last.get(visit.author_id)
        if span is not None and visit.started_at - DAY <= span[1]:
            span[1] = visit.started_at + DAY
            continue
        if span is not None:
            near |= _between(visit.author_id, span)
        last[visit.author_id] = [visit.started_at - DAY, visit.started_at + DAY]
    for author, span in last.items():
        near |= _between(author, span)
    return near


def _between(author: int, span: Sequence[datetime]) -> Q:
    return Q(author_id=author, started_at__gte=span[0], started_at__lte=span[1])


def _judged(visit: Visit, others: Sequence[Visit]) -> tuple[Said, ...]:
    near = tuple(
        _span(other)
        for other in others
        if other.pk != visit.pk and abs(other.started_at - visit.started_at) <= DAY and not other.is_phone
    )
    facts = VisitFacts(
        party=str(visit.party_id),
        begins=timezone.localtime(visit.started_at),
        ends=None if visit.ended_at is None else timezone.localtime(visit.ended_at),
        distance_m=visit.distance_m,
        note=visit.note,
        others=() if visit.is_phone else near,
    )
    rules = ValidityRules(max_distance_m=min(visit.party.geofence_m, ValidityRules().max_distance_m))
    asked = [one for one in judge_validity(facts, rules) if not (visit.is_phone and one.code in NOT_ASKED_BY_PHONE)]
    return tuple(Said(_words(visit, one.code, one.reason.text(gettext)), one.is_ok) for one in asked)


def _words(visit: Visit, code: Check, text: str) -> str:
    if code is Check.PLACE and visit.ground == Visit.Ground.NO_PLACE:
        return gettext("客户还没有坐标，核对不了到店位置，请主管确认")
    return text


def _span(visit: Visit) -> OtherVisit:
    ends = None if visit.ended_at is None else timezone.localtime(visit.ended_at)
    return OtherVisit(str(visit.party_id), timezone.localtime(visit.started_at), ends)
