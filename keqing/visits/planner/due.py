"""Who is due: each covered customer under every rule that applies, the most urgent first."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from keqing.core.state import State as AppState
from keqing.core.viewer import Viewer
from keqing.customers.models import Assignment, Party
from keqing.customers.models.assignment import covered_parties
from keqing.customers.reports.opened import Opened
from keqing.customers.services import current_grades
from keqing.territory.services import working_calendar
from keqing.visits.at_party import MOST as MOST_VISITS
from keqing.visits.at_party import Met
from keqing.visits.planner.facts import (
    Covered,
    Older,
    Seen,
    contacts,
    contacts_among,
    covered,
    frequency_rules,
    grades_of,
    older_contacts,
    segment_of,
)
from keqing.visits.rules.frequency import Calendar, Contact, Due, State, assess
from keqing.visits.rules.schemes import Agreement, DueDate, FrequencyRule, Scheme, Segment, applicable

#: more customers than this are asked for one position at a time
MOST = 6000


@dataclass(frozen=True, slots=True)
class DueParty:
    party: Covered
    segment: Segment
    grades: Mapping[str, str]
    dues: tuple[Due, ...]  # the most urgent first
    seen: tuple[Seen, ...] = ()  # contacts that matter, oldest first
    agreed: Seen | None = None  # where the next date was agreed
    older: tuple[Older, ...] = field(default=())

    @property
    def due(self) -> Due | None:
        return self.dues[0] if self.dues else None

    @property
    def state(self) -> State | None:
        return self.dues[0].state if self.dues else None

    @property
    def urgency(self) -> int:
        return self.dues[0].urgency if self.dues else -1

    @property
    def is_overdue(self) -> bool:
        return bool(self.dues) and self.dues[0].is_overdue

    @property
    def last(self) -> date | None:
        """The last contact of any kind."""
        days = [one.day for one in self.seen[-1:]] + [day for day, _ in self.older]
        return max(days, default=None)


def due_list(
    viewer: Viewer, as_of: date, *, positions: Collection[int] | None = None, state: AppState | None = None
) -> list[DueParty]:
    """Customers of the viewer's own positions (those stood in for today included), or of other positions in reach.

    `state` saves the look at the change counters. Sorted: the most urgent first, then by name.
    """
    keys = set(viewer.positions if positions is None else positions)
    if positions is not None and not viewer.sees_all:
        keys &= viewer.reach
    if not keys:
        return []
    parties = covered(viewer, keys, as_of)
    grades = grades_of(viewer, keys, as_of)
    seen = contacts(viewer, covered_parties(keys, as_of), as_of)
    older = older_contacts(viewer, {party.pk for party in parties if party.pk not in seen}, as_of)
    rules = frequency_rules(as_of, state.counter("frequencies") if state else None)
    calendar = working_calendar(state.counter("holidays") if state else None)
    rows = [
        due_of(party, grades.get(party.pk, {}), seen.get(party.pk, ()), older.get(party.pk, ()), rules, as_of, calendar)
        for party in parties
    ]
    return sorted(rows, key=lambda row: (-row.urgency, row.party.name, row.party.pk))


def one_due(viewer: Viewer, party: Party, as_of: date, *, without: UUID | None = None) -> DueParty:
    """Of one customer the viewer may see; `without` leaves one visit out, as if it had not begun."""
    since = Assignment.objects.published(viewer).on(as_of).filter(party=party).order_by("valid_from")
    position, first = since.values_list("position_id", "valid_from").first() or (0, as_of)
    code = party.division.code if party.division is not None else ""
    seen = contacts(viewer, [party.pk], as_of, without=without).get(party.pk, ())
    older = () if seen else older_contacts(viewer, [party.pk], as_of).get(party.pk, ())
    grades = current_grades([party.pk], as_of).get(party.pk, {})
    return _of_one(viewer, _covered(party, code, position, first), grades, seen, older, as_of)


def due_at(viewer: Viewer, opened: Opened, newest: Sequence[Met]) -> DueParty:
    """Of a customer whose page is open, with its newest visits: asks nothing more unless there are very many."""
    party, as_of = opened.party, viewer.as_of
    first = min(opened.held, key=lambda one: one.since, default=None)
    position, since = (first.position_id, first.since) if first is not None else (0, as_of)
    if len(newest) < MOST_VISITS:
        seen, older = contacts_among(newest, viewer, as_of)
    else:
        seen = contacts(viewer, [party.pk], as_of).get(party.pk, ())
        older = () if seen else older_contacts(viewer, [party.pk], as_of).get(party.pk, ())
    grades = {scheme: grade.value for scheme, grade in opened.grades.items()}
    return _of_one(viewer, _covered(party, opened.division, position, since), grades, seen, older, as_of)


def _covered(party: Party, division: str, position: int, since: date) -> Covered:
    return Covered(
        pk=party.pk,
        public_id=party.public_id,
        name=party.name,
        short_name=party.short_name,
        kind=party.kind,
        terminal_type=party.terminal_type,
        status=party.status,
        division=division,
        lng=party.lng,
        lat=party.lat,
        position_id=position,
        since=since,
    )


def _of_one(
    viewer: Viewer,
    party: Covered,
    grades: Mapping[str, str],
    seen: Sequence[Seen],
    older: Sequence[Older],
    as_of: date,
) -> DueParty:
    rules = frequency_rules(as_of, viewer.versions.get("frequencies"))
    return due_of(party, grades, seen, older, rules, as_of, working_calendar(viewer.versions.get("holidays")))


def due_of(
    party: Covered,
    grades: Mapping[str, str],
    seen: Sequence[Seen],
    older: Sequence[Older],
    rules: Iterable[FrequencyRule],
    as_of: date,
    calendar: Calendar,
) -> DueParty:
    segment = segment_of(party, grades)
    history = [Contact(one.day, one.is_phone) for one in seen]
    history += [Contact(day, is_phone) for day, is_phone in older]
    agreed = _agreed(seen)
    wanted: list[FrequencyRule] = list(applicable(rules, segment, as_of))
    if agreed is not None:
        wanted.append(_promise(agreed))
    dues = [assess(rule, history, as_of, calendar, known_since=party.since) for rule in wanted]
    dues.sort(key=lambda due: (-due.urgency, due.latest, due.rule.scheme, due.rule.segment))
    return DueParty(party, segment, grades, tuple(dues), tuple(seen), agreed, tuple(older))


def _agreed(seen: Sequence[Seen]) -> Seen | None:
    """The newest agreement counts; an older one was replaced by it."""
    return next((one for one in reversed(seen) if one.next_on is not None and one.next_on > one.day), None)


def _promise(agreed: Seen) -> DueDate:
    assert agreed.next_on is not None
    return DueDate(
        scheme=Scheme.AGREED,
        segment="",
        source="",
        is_phone_enough=agreed.is_phone,
        day=agreed.next_on,
        made_on=agreed.day,
        agreement=Agreement.NEXT_VISIT,
    )
