"""Is a recorded visit valid: computed when it is read, never stored."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext

from keqing.visits.models import Visit
from keqing.visits.rules.validity import Check, ValidityRules, VisitFacts, judge_validity
from keqing.visits.rules.validity import Span as OtherVisit

REASON = "other visits of the same person decide whether this one is valid"
#: a call has no place and may be short
NOT_ASKED_BY_PHONE = frozenset({Check.PLACE, Check.DURATION})


@dataclass(frozen=True, slots=True)
class Said:
    text: str
    is_ok: bool


def findings_of(visits: Sequence[Visit]) -> dict[int, tuple[Said, ...]]:
    """Visit key → findings in words; one query for all. Needs `party` on each visit; open ones are left out."""
    finished = [visit for visit in visits if visit.ended_at is not None]
    others = _others(finished)
    return {visit.pk: _judged(visit, others[visit.author_id]) for visit in finished}


def is_valid(said: Sequence[Said]) -> bool:
    return all(one.is_ok for one in said)


def _others(visits: Sequence[Visit]) -> dict[int, list[Visit]]:
    found: dict[int, list[Visit]] = defaultdict(list)
    if not visits:
        return found
    # A stay longer than a day is invalid by itself, so one day either way sees every clash.
    first = min(visit.started_at for visit in visits) - timedelta(days=1)
    last = max(visit.ended_at or visit.started_at for visit in visits) + timedelta(days=1)
    rows = Visit.objects.everything(REASON).filter(author_id__in={visit.author_id for visit in visits})
    for row in rows.filter(started_at__gte=first, started_at__lte=last).order_by("started_at", "pk"):
        found[row.author_id].append(row)
    return found


def _judged(visit: Visit, others: Sequence[Visit]) -> tuple[Said, ...]:
    day = timedelta(days=1)
    near = tuple(
        _span(other)
        for other in others
        if other.pk != visit.pk and abs(other.started_at - visit.started_at) <= day and not other.is_phone
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
