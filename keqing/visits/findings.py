"""Is a recorded visit valid: computed when it is read, never stored."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple, Protocol

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext

from keqing.customers.models import Party
from keqing.customers.slots import Slot, Slotted
from keqing.visits.at_party import Met
from keqing.visits.models import Visit
from keqing.visits.rules.validity import Check, Finding, Span, ValidityRules, VisitFacts, judge_validity

DAY = timedelta(days=1)
REASON = "other visits of the same person decide whether this one is valid"
#: a call has no place and may be short
NOT_ASKED_BY_PHONE = frozenset({Check.PLACE, Check.DURATION})
RULES = ValidityRules()
GAP = timedelta(minutes=RULES.min_gap_minutes)
#: spans of time in one query: a page of a list needs no more
AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class Said:
    text: str
    is_ok: bool


class Near(NamedTuple):
    pk: int
    author_id: int
    party_id: int
    started_at: datetime
    ended_at: datetime | None


class Other(Protocol):
    """Another visit in person of the same author."""

    @property
    def pk(self) -> int: ...
    @property
    def author_id(self) -> int: ...
    @property
    def party_id(self) -> int: ...
    @property
    def started_at(self) -> datetime: ...
    @property
    def ended_at(self) -> datetime | None: ...


class Judged(Other, Protocol):
    """What is judged of a visit, whichever way it was read."""

    @property
    def is_phone(self) -> bool: ...
    @property
    def is_checked_in(self) -> bool: ...
    @property
    def distance_m(self) -> int | None: ...
    @property
    def note(self) -> str: ...


def findings_of(visits: Sequence[Visit]) -> dict[int, tuple[Said, ...]]:
    """Visit key → findings in words; one query for a page of visits. Needs `party` on each.

    Left out are open ones, and those nobody checked in to: they are not judged.
    """
    finished = [visit for visit in visits if _is_judged(visit)]
    others = _others(finished)
    return {
        visit.pk: tuple(
            Said(_words(visit, one.code, one.reason.text(gettext)), one.is_ok)
            for one in _judged(visit, _rules(visit.party), others[visit.author_id])
        )
        for visit in finished
    }


def is_valid(said: Sequence[Said]) -> bool:
    return all(one.is_ok for one in said)


def lacking(shown: Sequence[Met], newest: Sequence[Met], party: Party) -> set[int]:
    """Keys of those visits to one customer that are not valid; at most one query, since `newest` are all around them."""
    finished = [visit for visit in shown if _is_judged(visit)]
    others, rules = _others(finished, elsewhere_than=party.pk), _rules(party)
    for visit in newest:
        if not visit.is_phone:
            others[visit.author_id].append(visit)
    return {
        visit.pk for visit in finished if not all(one.is_ok for one in _judged(visit, rules, others[visit.author_id]))
    }


def _rules(party: Party) -> ValidityRules:
    return ValidityRules(max_distance_m=min(party.geofence_m, RULES.max_distance_m))


def _is_judged(visit: Judged) -> bool:
    return visit.ended_at is not None and visit.is_checked_in


def _others(visits: Sequence[Judged], elsewhere_than: int | None = None) -> dict[int, list[Other]]:
    """Author → visits in person around these; of those at other customers only what overlaps in time."""
    found: dict[int, list[Other]] = defaultdict(list)
    spans = _spans(visits, GAP if elsewhere_than is None else timedelta(0))
    for start in range(0, len(spans), AT_ONCE):
        piece = spans[start : start + AT_ONCE]
        values: dict[str, Any] = {"party": elsewhere_than}
        for at, (author, begins, ends) in enumerate(piece):
            values |= {f"author{at}": author, f"earliest{at}": begins - DAY, f"begins{at}": begins, f"ends{at}": ends}
        for row in _within(len(piece), elsewhere_than is not None).rows(**values):
            other = Near(*row)
            found[other.author_id].append(other)
    return found


def _spans(visits: Sequence[Judged], gap: timedelta) -> list[tuple[int, datetime, datetime]]:
    """Author, from, to: what lies further off clashes with none of these."""
    spans: list[tuple[int, datetime, datetime]] = []
    for visit in sorted(visits, key=lambda one: (one.author_id, one.started_at)):
        begins, ends = visit.started_at - gap, (visit.ended_at or visit.started_at) + gap
        if spans and spans[-1][0] == visit.author_id and begins <= spans[-1][2]:
            _, begins, before = spans.pop()
            ends = max(ends, before)
        spans.append((visit.author_id, begins, ends))
    return spans


@lru_cache(maxsize=2 * AT_ONCE)
def _within(count: int, is_elsewhere: bool) -> Slotted:
    """For so many spans. A stay longer than a day is invalid by itself, so none begun a day before is looked at."""
    author, moment = Visit._meta.get_field("author").target_field, Visit._meta.get_field("started_at")
    near = Q()
    for at in range(count):
        near |= Q(
            Q(ended_at__isnull=True) | Q(ended_at__gte=Slot(f"begins{at}", moment)),
            author_id=Slot(f"author{at}", author),
            started_at__gte=Slot(f"earliest{at}", moment),
            started_at__lte=Slot(f"ends{at}", moment),
        )
    rows = Visit.objects.everything(REASON).filter(near, is_phone=False).order_by("started_at", "pk")
    if is_elsewhere:
        rows = rows.exclude(party_id=Slot("party", Party._meta.pk))
    return Slotted(rows.values_list("pk", "author_id", "party_id", "started_at", "ended_at"))


def _judged(visit: Judged, rules: ValidityRules, others: Iterable[Other]) -> list[Finding]:
    zone = timezone.get_current_timezone()
    near = tuple(
        Span(str(other.party_id), other.started_at.astimezone(zone), other.ended_at and other.ended_at.astimezone(zone))
        for other in others
        if other.pk != visit.pk and abs(other.started_at - visit.started_at) <= DAY
    )
    facts = VisitFacts(
        party=str(visit.party_id),
        begins=visit.started_at.astimezone(zone),
        ends=visit.ended_at and visit.ended_at.astimezone(zone),
        distance_m=visit.distance_m,
        note=visit.note,
        others=() if visit.is_phone else near,
    )
    return [one for one in judge_validity(facts, rules) if not (visit.is_phone and one.code in NOT_ASKED_BY_PHONE)]


def _words(visit: Visit, code: Check, text: str) -> str:
    if code is Check.PLACE and visit.ground == Visit.Ground.NO_PLACE:
        return gettext("客户还没有坐标，核对不了到店位置，请主管确认")
    return text
