"""Which customers to see today, in which order, each with its ground.

The set: what the person pinned, then what must be (overdue, promised) by urgency, then whoever is due, where a
minute of way weighs against urgency, so that a day stays in one place. Past the usual number only those near
join; whoever is not due yet joins only on the way. The order: a short open path.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from keqing.visits.rules.frequency import Due, State
from keqing.visits.rules.path import Minutes, short_path
from keqing.visits.rules.reason import Reason, _, because

# One rank of urgency (100) is worth this many minutes of extra way when the day is filled.
MINUTES_PER_RANK = 15
SAME_GROUP_MINUTES = 10


class Ground(StrEnum):
    OVERDUE = "OVERDUE"
    PROMISED = "PROMISED"
    AT_RISK = "AT_RISK"
    NEW = "NEW"
    DUE = "DUE"
    ON_THE_WAY = "ON_THE_WAY"
    PINNED = "PINNED"


class WhyLeft(StrEnum):
    NO_ROOM = "NO_ROOM"
    OFF_THE_WAY = "OFF_THE_WAY"
    NOT_YET = "NOT_YET"


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    key: str
    urgency: int
    minutes: int  # of service
    group: str = ""  # village or township; empty when unknown
    is_must: bool = False
    ground: Ground | None = None  # None: not due yet, welcome on the way

    def __post_init__(self) -> None:
        if self.minutes < 0:
            raise ValueError(f"minutes of service must be ≥ 0, not {self.minutes}")
        if self.is_must and self.ground is None:
            raise ValueError("a candidate that must be seen needs its ground")


@dataclass(frozen=True, slots=True)
class Capacity:
    usual: int = 12
    most: int = 20
    warn_above: int = 20  # a pharmacy visitor keeps 15 to 20 stores a day well (DOMAIN 3.8)

    def __post_init__(self) -> None:
        if not 0 <= self.usual <= self.most:
            raise ValueError(f"need 0 ≤ usual ≤ most, not {self.usual} and {self.most}")


@dataclass(frozen=True, slots=True)
class Pause:
    """Minutes after midnight; a visit under way when it begins is finished first."""

    start: int = 12 * 60
    end: int = 13 * 60


LUNCH = Pause()


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    key: str
    ground: Ground
    is_must: bool
    travel_minutes: int
    arrives: int  # minutes after midnight, as are the next two
    begins: int  # later than `arrives` when a pause lies between
    leaves: int
    near: str | None = None  # on the way only: the chosen customer it lies by
    detour_minutes: int = 0  # on the way only: what leaving it out would save


@dataclass(frozen=True, slots=True)
class Left:
    key: str
    why: WhyLeft
    is_must: bool


@dataclass(frozen=True, slots=True)
class DayList:
    stops: tuple[Stop, ...]
    left: tuple[Left, ...]
    warnings: tuple[Reason, ...] = ()

    @property
    def travel_minutes(self) -> int:
        return sum(stop.travel_minutes for stop in self.stops)

    @property
    def ends(self) -> int | None:
        return self.stops[-1].leaves if self.stops else None

    def left_counts(self) -> dict[WhyLeft, int]:
        counts = Counter(left.why for left in self.left)
        return {why: counts[why] for why in WhyLeft if counts[why]}


def candidate_of(key: str, due: Due, *, minutes: int, group: str = "", is_last_day: bool = False) -> Candidate | None:
    """None when the customer should not be seen today: done, too early, or agreed for a later day.

    Who must be seen today at the latest comes before whoever can wait, however near.
    """
    if due.state in (State.DONE, State.TOO_EARLY) or (due.is_arranged and due.state == State.UPCOMING):
        return None
    is_promised = due.is_promised_today or (due.is_overdue and due.is_arranged)
    return Candidate(
        key=key,
        urgency=due.urgency,
        minutes=minutes,
        group=group,
        is_must=due.is_overdue or is_promised or is_last_day,
        ground=Ground.PROMISED if is_promised else _ground_of(due),
    )


def _ground_of(due: Due) -> Ground | None:
    if due.is_overdue:
        return Ground.OVERDUE
    return {State.AT_RISK: Ground.AT_RISK, State.NEVER: Ground.NEW, State.DUE: Ground.DUE}.get(due.state)


def order_day(
    candidates: Iterable[Candidate],
    *,
    minutes_between: Minutes,
    start: str | None = None,
    capacity: Capacity = Capacity(),
    fixed: Iterable[str] = (),
    begins: int = 9 * 60,
    lunch: Pause | None = LUNCH,
) -> DayList:
    """`fixed` are keys the person pinned: they come first, whatever their urgency, up to the capacity."""
    pinned = set(fixed)
    pool = _pool(candidates, pinned)
    choice = _Choice(pool, minutes_between, start, capacity)
    choice.take_by_urgency([pool[key] for key in pinned])
    choice.take_by_urgency([candidate for candidate in pool.values() if candidate.is_must])
    choice.fill()
    chosen = [pool[key] for key in short_path(choice.chosen, minutes_between, start)]
    stops = timetable(chosen, minutes_between=minutes_between, start=start, begins=begins, lunch=lunch)
    return DayList(
        stops=_with_detours(stops, minutes_between, start),
        left=tuple(Left(c.key, choice.why_left(c), c.is_must) for c in pool.values() if c.key not in choice.chosen),
        warnings=_warnings(len(stops), capacity),
    )


def timetable(
    order: Sequence[Candidate],
    *,
    minutes_between: Minutes,
    start: str | None = None,
    begins: int = 9 * 60,
    lunch: Pause | None = LUNCH,
) -> tuple[Stop, ...]:
    """Arrival times for an order given from outside, e.g. after a row was dragged. Travel is rounded up per leg."""
    stops: list[Stop] = []
    here, now = start, begins
    for candidate in order:
        travel = 0 if here is None else _whole(minutes_between(here, candidate.key))
        arrives = now + travel
        begins_at = lunch.end if lunch and lunch.start <= arrives < lunch.end else arrives
        now = begins_at + candidate.minutes
        stops.append(
            Stop(
                key=candidate.key,
                ground=candidate.ground or Ground.ON_THE_WAY,
                is_must=candidate.is_must,
                travel_minutes=travel,
                arrives=arrives,
                begins=begins_at,
                leaves=now,
            )
        )
        here = candidate.key
    return tuple(stops)


def clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def ground_reason(stop: Stop, name_of: Callable[[str], str]) -> Reason:
    """The short word of the chip; the sentence with dates and numbers is the due's own."""
    if stop.ground is Ground.ON_THE_WAY and stop.near is not None:
        return because(
            _("顺路：挨着%(near)s，多走 %(detour)s 分钟"), near=name_of(stop.near), detour=stop.detour_minutes
        )
    return because(GROUND_WORDS[stop.ground])


GROUND_WORDS = {
    Ground.OVERDUE: _("逾期"),
    Ground.PROMISED: _("承诺"),
    Ground.AT_RISK: _("快来不及"),
    Ground.NEW: _("新客户"),
    Ground.DUE: _("应访"),
    Ground.ON_THE_WAY: _("顺路"),
    Ground.PINNED: _("自己加的"),
}


@dataclass(slots=True)
class _Choice:
    """The set under construction, and for every candidate how near the nearest chosen one with a ground is."""

    pool: dict[str, Candidate]
    minutes_between: Minutes
    start: str | None
    capacity: Capacity
    chosen: set[str] = field(default_factory=set)
    groups: set[str] = field(default_factory=set)
    minutes: dict[str, float] = field(default_factory=dict)
    sizes: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.sizes.update(candidate.group for candidate in self.pool.values() if candidate.group)
        if self.start is not None:
            self.minutes = {key: self.minutes_between(self.start, key) for key in self.pool}

    def take_by_urgency(self, candidates: list[Candidate]) -> None:
        """Most urgent first; among equals the nearest to those chosen."""
        left = [candidate for candidate in candidates if candidate.key not in self.chosen]
        while left and len(self.chosen) < self.capacity.most:
            best = min(left, key=lambda c: (-c.urgency, self._way(c), -self.sizes[c.group], c.key))
            left.remove(best)
            self._take(best)

    def fill(self) -> None:
        while len(self.chosen) < self.capacity.most:
            welcome = [c for c in self.pool.values() if c.key not in self.chosen and self._is_welcome(c)]
            if not welcome:
                return
            self._take(min(welcome, key=lambda c: (self._cost(c), -self.sizes[c.group], c.key)))

    def why_left(self, candidate: Candidate) -> WhyLeft:
        if candidate.ground is None:
            return WhyLeft.NOT_YET
        return WhyLeft.NO_ROOM if len(self.chosen) >= self.capacity.most else WhyLeft.OFF_THE_WAY

    def _is_welcome(self, candidate: Candidate) -> bool:
        is_day_full = len(self.chosen) >= self.capacity.usual
        if candidate.ground is None:
            return not is_day_full and self._is_near(candidate)
        return not is_day_full or self._is_near(candidate)

    def _is_near(self, candidate: Candidate) -> bool:
        if not self.chosen:
            return False
        return candidate.group in self.groups or self.minutes[candidate.key] <= SAME_GROUP_MINUTES

    def _cost(self, candidate: Candidate) -> float:
        bonus = SAME_GROUP_MINUTES if candidate.group in self.groups else 0
        return self._way(candidate) - bonus - candidate.urgency * MINUTES_PER_RANK / 100

    def _way(self, candidate: Candidate) -> float:
        return self.minutes.get(candidate.key, 0.0)

    def _take(self, candidate: Candidate) -> None:
        is_first = not self.chosen
        self.chosen.add(candidate.key)
        # Whoever joins on the way draws nobody else along, or the day would creep from one to the next.
        if candidate.ground is None:
            return
        if candidate.group:
            self.groups.add(candidate.group)
        for key in self.pool.keys() - self.chosen:
            way = self.minutes_between(candidate.key, key)
            # The way from the start only matters until somebody is chosen.
            self.minutes[key] = way if is_first else min(self.minutes[key], way)


def _pool(candidates: Iterable[Candidate], pinned: set[str]) -> dict[str, Candidate]:
    listed = sorted(candidates, key=lambda candidate: candidate.key)
    pool = {c.key: replace(c, ground=Ground.PINNED) if c.key in pinned and c.ground is None else c for c in listed}
    if len(pool) < len(listed):
        raise ValueError("a key stands twice among the candidates")
    if missing := pinned - pool.keys():
        raise ValueError(f"pinned but not among the candidates: {', '.join(sorted(missing))}")
    return pool


def _whole(minutes: float) -> int:
    return math.ceil(minutes - 1e-9)


def _with_detours(stops: tuple[Stop, ...], minutes: Minutes, start: str | None) -> tuple[Stop, ...]:
    grounded = [stop.key for stop in stops if stop.ground is not Ground.ON_THE_WAY]
    path = [start, *(stop.key for stop in stops), None]
    return tuple(
        _with_detour(stop, grounded, path[i], path[i + 2], minutes) if stop.ground is Ground.ON_THE_WAY else stop
        for i, stop in enumerate(stops)
    )


def _with_detour(stop: Stop, grounded: list[str], before: str | None, after: str | None, minutes: Minutes) -> Stop:
    way = sum(minutes(stop.key, other) for other in (before, after) if other is not None)
    direct = minutes(before, after) if before is not None and after is not None else 0
    near = min(grounded, key=lambda key: (minutes(stop.key, key), key), default=None)
    return replace(stop, near=near, detour_minutes=max(0, _whole(way - direct)))


def _warnings(count: int, capacity: Capacity) -> tuple[Reason, ...]:
    if count <= capacity.warn_above:
        return ()
    message = _("今天排了 %(count)s 家，一天超过 %(limit)s 家看不细")
    return (because(message, count=count, limit=capacity.warn_above),)
