"""Today: what is done, where one is, whom to see next and in which order, each with its ground."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext

from keqing.core.addresses import address
from keqing.core.state import State as AppState
from keqing.core.viewer import Viewer
from keqing.customers.models import Affiliation
from keqing.territory.access import read_tree
from keqing.territory.geography import Place, Point
from keqing.territory.services import working_calendar
from keqing.visits.models import Skip, Visit
from keqing.visits.planner.due import DueParty, due_list
from keqing.visits.planner.facts import Covered, day_start
from keqing.visits.planner.sketch import Sketch, Spot, sketch
from keqing.visits.planner.ways import Way, Ways, group_of, ways_of
from keqing.visits.planner.words import Chip, Fact, Part, chips_of, facts_of, grade_labels, sentence_of
from keqing.visits.rules.frequency import State
from keqing.visits.rules.today import Candidate, DayList, Ground, Stop, WhyLeft, candidate_of, clock, order_day
from keqing.visits.rules.today import Capacity as Room
from keqing.visits.rules.workload import BEGINS, ENDS, room_left, workload_of
from keqing.visits.services.kinds import allowed_kinds, is_filed

START = "start"
CAN_WAIT = "CAN_WAIT"
OPEN = frozenset({State.AT_RISK, State.DUE, State.NEVER})
MOST_LEGS = 40
LEAST_ON_STRIP = 3  # two points are no route, and a phone has no room to waste


@dataclass(frozen=True, slots=True)
class Contact:
    name: str
    job_title: str
    phone: str


@dataclass(frozen=True, slots=True)
class TodayStop:
    number: int
    party: Covered
    at: str  # "13:45"; empty when the day is over
    minutes: int  # from the stop before, or from where one is
    km: float | None
    has_way: bool  # False for the first stop when nobody knows where the day begins
    chips: tuple[Chip, ...]
    facts: Mapping[str, Fact]  # text of a chip → what it rests on
    sentence: tuple[Part, ...]
    grades: tuple[str, ...]
    heading: str  # township, where a group begins and no coordinates tell the way
    needs_reception: bool
    contact: Contact | None = None

    @property
    def is_estimated(self) -> bool:
        return self.has_way and self.km is None


@dataclass(frozen=True, slots=True)
class Made:
    """A visit of today."""

    public_id: UUID
    party_id: int
    name: str
    started_at: datetime
    ended_at: datetime | None
    is_phone: bool
    place: Place

    @property
    def minutes(self) -> int | None:
        return None if self.ended_at is None else int((self.ended_at - self.started_at).total_seconds() // 60)


@dataclass(frozen=True, slots=True)
class Today:
    day: date
    planned_for: date  # another day than today when today is a rest day
    rest_name: str
    is_rest_day: bool
    done: tuple[Made, ...]
    open_visit: Made | None
    next: TodayStop | None
    stops: tuple[TodayStop, ...]  # after the next one
    skips: tuple[Skip, ...]
    left: Mapping[str, int]
    counts: Mapping[str, int]  # of all customers: overdue, agreed for the day, due
    covered: int
    ungraded: int
    ends_at: str
    km: float | None
    travel_minutes: int
    is_over: bool
    sketch: Sketch | None
    strip: Sketch | None  # the same, low and wide, for a phone
    placeless: tuple[str, ...]
    warnings: tuple[str, ...] = ()
    _all: tuple[TodayStop, ...] = field(default=(), repr=False)

    @property
    def total(self) -> int:
        return len(self.done) + bool(self.open_visit) + len(self._all)

    @property
    def is_estimated(self) -> bool:
        return any(stop.is_estimated for stop in self._all)


def today_list(viewer: Viewer, now: datetime, *, state: AppState | None = None) -> Today:
    """The day of the viewer's own positions, those stood in for today included."""
    local = timezone.localtime(now)
    day = local.date()
    calendar = working_calendar(state.counter("holidays") if state else None)
    is_rest = not calendar.is_workday(day)
    planned_for = calendar.next_workday(day) if is_rest else day
    made = _made(viewer, day)
    rows = due_list(viewer, planned_for, state=state)
    skips = _skips(viewer, planned_for)
    begins = BEGINS if is_rest else max(BEGINS, local.hour * 60 + local.minute)
    plan = _Plan(viewer, planned_for, rows, ways_of(planned_for, state.counter("divisions") if state else None))
    here = None if is_rest else _here(made)
    done = () if is_rest else tuple(made)
    personas = [read_tree(state.counter("positions")).personas[key] for key in viewer.positions] if state else []
    load = workload_of(personas or sorted(viewer.personas))
    room = room_left(load, len({one.party_id for one in done}), begins)
    chosen = plan.order(
        {one.party_id for one in done} | {skip.party_id for skip in skips}, here, room, begins, load.minutes
    )
    stops = plan.stops(chosen, here, first=len(done) + 1)
    return _today(day, planned_for, calendar.name_of(day), made, rows, skips, chosen, stops, plan, viewer, begins)


class _Plan:
    """One day's rows, and what ordering and showing them needs."""

    def __init__(self, viewer: Viewer, day: date, rows: Sequence[DueParty], ways: Ways) -> None:
        self.viewer, self.day, self.ways = viewer, day, ways
        self.rows = {str(row.party.pk): row for row in rows}
        self._filed = is_filed(viewer)

    def order(self, away: set[int], here: Place | None, room: Room, begins: int, minutes: int) -> DayList:
        places = {key: row.party.place for key, row in self.rows.items()}
        if here is not None:
            places[START] = here
        between = self.ways.between
        return order_day(
            self._candidates(away, minutes),
            minutes_between=lambda a, b: between(places[a], places[b]).minutes,
            start=START if here is not None else None,
            capacity=room,
            begins=begins,
        )

    def _candidates(self, away: set[int], minutes: int) -> Iterable[Candidate]:
        for key, row in self.rows.items():
            if row.due is None or row.party.pk in away or not self._may_visit(row.party, has_reception=True):
                continue
            last = row.due.latest is not None and row.due.latest <= self.day
            found = candidate_of(key, row.due, minutes=minutes, group=group_of(row.party.place), is_last_day=last)
            if found is not None:
                yield found

    def _may_visit(self, party: Covered, *, has_reception: bool) -> bool:
        kinds, _why, _limit = allowed_kinds(
            self.viewer, party.kind, party.terminal_type, is_filed=self._filed, has_reception=has_reception
        )
        return bool(kinds)

    def can_wait(self, key: str) -> bool:
        due = self.rows[key].due
        return due is not None and not due.is_overdue and due.latest > self.day

    def stops(self, chosen: DayList, here: Place | None, first: int) -> tuple[TodayStop, ...]:
        shown: list[TodayStop] = []
        before, heading = here, ""
        for number, stop in enumerate(chosen.stops, first):
            row = self.rows[stop.key]
            way = self.ways.way(before, row.party.place) if before is not None else Way(0, None)
            name = "" if row.party.point else self.ways.name_of(row.party.place)
            shown.append(
                self._stop(number, row, stop, way, has_way=before is not None, heading=name if name != heading else "")
            )
            before, heading = row.party.place, name
        return tuple(shown)

    def _stop(self, number: int, row: DueParty, stop: Stop, way: Way, *, has_way: bool, heading: str) -> TodayStop:
        chips, facts = chips_of(row, self.day), facts_of(row, self.viewer, self.day)
        if stop.ground is Ground.ON_THE_WAY:
            chips = [*chips[:2], (gettext("顺路"), "none")]
            facts[gettext("顺路")] = Fact(_way_said(way) if has_way else "", address("customer", row.party.public_id))
        return TodayStop(
            number=number,
            party=row.party,
            at=clock(stop.begins) if stop.begins < ENDS else "",
            minutes=way.minutes,
            km=way.km,
            has_way=has_way,
            chips=tuple(chips),
            facts=facts,
            sentence=sentence_of(row, self.viewer),
            grades=tuple(grade_labels(row.grades)),
            heading=heading,
            needs_reception=not self._may_visit(row.party, has_reception=False),
        )


def _way_said(way: Way) -> str:
    if way.km is None:
        return gettext("离上一家约 %(minutes)s 分钟") % {"minutes": way.minutes}
    return gettext("离上一家 %(km)s km") % {"km": f"{way.km:.1f}"}


def _today(
    day: date,
    planned_for: date,
    rest_name: str,
    made: Sequence[Made],
    rows: Sequence[DueParty],
    skips: Sequence[Skip],
    chosen: DayList,
    stops: Sequence[TodayStop],
    plan: _Plan,
    viewer: Viewer,
    begins: int,
) -> Today:
    finished = tuple(one for one in made if one.ended_at is not None)
    current = next((one for one in made if one.ended_at is None), None)
    following = stops[0] if stops else None
    if following is not None:
        following = _with_contact(following, viewer)
    spots = _spots(finished, current, stops)
    legs = [stop.km for stop in stops if stop.has_way]
    return Today(
        day=day,
        planned_for=planned_for,
        rest_name=rest_name,
        is_rest_day=planned_for != day,
        done=finished,
        open_visit=current,
        next=following,
        stops=tuple(stops[1:]),
        skips=tuple(skips),
        left=_left(chosen, plan),
        counts=_counts(rows),
        covered=len(rows),
        ungraded=sum(not row.dues for row in rows),
        ends_at=clock(chosen.ends) if chosen.ends is not None and stops else "",
        km=sum(km for km in legs if km is not None) if legs and None not in legs else None,
        travel_minutes=sum(stop.minutes for stop in stops),
        is_over=planned_for == day and begins >= ENDS,
        sketch=sketch(spots),
        strip=sketch(spots, width=390, height=132, margin=20) if len(spots) >= LEAST_ON_STRIP else None,
        placeless=tuple(stop.party.name for stop in stops if stop.party.point is None),
        warnings=tuple(warning.text(gettext) for warning in chosen.warnings),
        _all=tuple(stops),
    )


def _left(chosen: DayList, plan: _Plan) -> dict[str, int]:
    """Whom the day has no room for, whom no way leads past, and who can wait because the window stays open."""
    counts = Counter(
        CAN_WAIT if plan.can_wait(left.key) else str(left.why)
        for left in chosen.left
        if left.why is not WhyLeft.NOT_YET
    )
    return dict(counts)


def _counts(rows: Sequence[DueParty]) -> dict[str, int]:
    dues = [row.due for row in rows if row.due is not None]
    return {
        "overdue": sum(due.is_overdue for due in dues),
        "agreed": sum(due.is_promised_today for due in dues),
        "due": sum(due.state in OPEN and not due.is_overdue and not due.is_promised_today for due in dues),
    }


def _here(made: Sequence[Made]) -> Place | None:
    """Where one was last met: nobody's position is kept, only the customer's place is known."""
    present = [one for one in made if not one.is_phone]
    return present[-1].place if present else None


def _made(viewer: Viewer, day: date) -> list[Made]:
    """Own visits of the day, and one still open from an earlier day."""
    rows = Visit.objects.published(viewer).filter(author_id=viewer.user_id)
    rows = rows.filter(started_at__lt=day_start(day + timedelta(1)), started_at__gte=day_start(day)) | rows.open()
    return [
        Made(public_id, party, name, started, ended, is_phone, Place(code or "", Point(lng, lat) if lng else None))
        for public_id, party, name, started, ended, is_phone, code, lng, lat in rows.order_by(
            "started_at", "pk"
        ).values_list(
            "public_id",
            "party_id",
            "party__name",
            "started_at",
            "ended_at",
            "is_phone",
            "party__division__code",
            "party__lng",
            "party__lat",
        )
    ]


def _skips(viewer: Viewer, day: date) -> list[Skip]:
    rows = Skip.objects.published(viewer).filter(day=day, position_id__in=viewer.positions)
    return list(rows.select_related("party").order_by("pk"))


def _with_contact(stop: TodayStop, viewer: Viewer) -> TodayStop:
    values = {name: getattr(stop, name) for name in TodayStop.__slots__}
    return TodayStop(**{**values, "contact": _contact(stop.party.pk, viewer)})


def _contact(party: int, viewer: Viewer) -> Contact | None:
    """Whom to ask for; the number only when the person has not said that they want no calls."""
    if not viewer.may("person", "read"):
        return None
    rows = Affiliation.objects.published(viewer).on(viewer.as_of).filter(party_id=party, person__bin__isnull=True)
    found = rows.select_related("person").order_by("-is_primary", "valid_from", "pk").first()
    if found is None:
        return None
    phone = "" if found.person.do_not_contact else found.person.mobile or found.person.landline
    return Contact(found.person.name, found.job_title, phone)


def _spots(done: Sequence[Made], current: Made | None, stops: Sequence[TodayStop]) -> list[Spot]:
    behind = [*done, current] if current is not None else list(done)
    spots = [Spot(0, one.name, one.place.point) for one in behind if one.place.point and not one.is_phone]
    spots += [
        Spot(stop.number, stop.party.name, stop.party.point, is_next=index == 0)
        for index, stop in enumerate(stops[:MOST_LEGS])
        if stop.party.point
    ]
    return spots
