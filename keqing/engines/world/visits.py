"""Past visits: each representative's working days walked through one by one, with a person's irregularity."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random

from keqing.engines.world.coverage import NEW_DAYS, Territory
from keqing.engines.world.force import CHANNEL, KEY_ACCOUNT, MEDICAL_REP, OTC_REP, PRIMARY_REP
from keqing.engines.world.parties import (
    CHAIN_HEADQUARTERS,
    CITY_HOSPITAL,
    COMMUNITY_CENTER,
    COUNTY_HOSPITAL,
    DISTRIBUTOR,
    STORES,
    Party,
)
from keqing.engines.world.phrases import choose_manner, write_summary
from keqing.engines.world.places import Point, Town, measure_km
from keqing.engines.world.rows import Visit
from keqing.engines.world.workdays import list_workdays_before, roll_forward

DAYS_BACK = 90
IN_PERSON, BY_PHONE = "到店", "电话"
DAY_STARTS, LAST_ARRIVAL = time(8, 20), time(18, 5)
ABSENT_SHARE, PRESENT_AT_LAST = 0.03, 5  # nobody is away on the last days, or all would be late at once
KM_PER_MINUTE = 0.75
NEIGHBOR_KM = 18.0
KM_PER_WINDOW = 25.0  # a customer whose time is up is worth this much more way than one just seen
AGREED_SHARE = 0.4
PUT_OFF_SHARE, PUT_OFF_DAYS = 0.04, 5
FORGOTTEN_SHARE, FORGOTTEN_DAYS, RARELY_SEEN = 0.01, 40, 20
FIRST_WITHIN_DAYS = 6


@dataclass(frozen=True, slots=True)
class Habit:
    """How a role works a day: visits from ``fewest`` to ``most``, ``calls`` by phone, minutes with each customer."""

    fewest: int
    most: int
    calls: int
    minutes: tuple[int, int]


HABITS = {
    OTC_REP: Habit(14, 20, 0, (6, 17)),
    PRIMARY_REP: Habit(4, 9, 4, (10, 30)),
    MEDICAL_REP: Habit(5, 8, 0, (10, 35)),
    KEY_ACCOUNT: Habit(5, 8, 1, (20, 55)),
    CHANNEL: Habit(2, 5, 1, (25, 60)),
}
# calendar days after a visit from which, and at the latest by which, the next one belongs
Window = tuple[int, int]
SIZE_WINDOWS: dict[str, Window] = {"大": (1, 3), "较大": (2, 4), "小": (4, 7)}
RANK_WINDOWS: dict[str, Window] = {"重点": (3, 5), "次重点": (7, 10), "非重点": (20, 30)}
KIND_WINDOWS: dict[str, Window] = {
    CITY_HOSPITAL: (10, 16),
    COUNTY_HOSPITAL: (14, 21),
    COMMUNITY_CENTER: (14, 24),
    CHAIN_HEADQUARTERS: (8, 14),
    DISTRIBUTOR: (18, 28),
}
VIP_WINDOW, STORE_WINDOW, OTHER_WINDOW, KEY_ACCOUNT_WINDOW = (18, 27), (25, 40), (50, 80), (20, 30)
DORMANT = ("暂停", "关停")


@dataclass(frozen=True, slots=True)
class Client:
    """A customer in the eyes of one representative, served ``since`` a day."""

    party: Party
    window: Window
    since: date

    @property
    def code(self) -> str:
        return self.party.row.code


@dataclass(slots=True)
class Round:
    """One representative's memory while the days go by."""

    rng: Random
    territory: Territory
    clients: list[Client]
    trade_names: tuple[str, ...]
    last: dict[str, date] = field(default_factory=dict)
    agreed: dict[str, date] = field(default_factory=dict)
    put_off: dict[str, date] = field(default_factory=dict)  # nobody goes before that day

    @property
    def habit(self) -> Habit:
        return HABITS[self.territory.position.role]

    def deadline(self, client: Client) -> date:
        """The day agreed, or the last one of the window."""
        last = self.last.get(client.code)
        if last is None:
            return roll_forward(client.since + timedelta(FIRST_WITHIN_DAYS))
        latest = roll_forward(last + timedelta(client.window[1]))
        return min(latest, self.agreed.get(client.code, latest))

    def share_gone(self, client: Client, day: date) -> float:
        """How much of the time between two visits is over; 1 when the next one cannot wait."""
        last = self.last.get(client.code)
        return 1.0 if last is None else (day - last).days / client.window[1]

    def may_go(self, client: Client, day: date) -> bool:
        if client.since > day or self.put_off.get(client.code, day) > day:
            return False
        last = self.last.get(client.code)
        return last is None or day >= last + timedelta(client.window[0])


def recall_visits(
    rng: Random,
    territory: Territory,
    clients: Sequence[Client],
    trade_names: tuple[str, ...],
    as_of: date,
    heard: Mapping[date, Sequence[str]],
) -> Iterator[Visit]:
    """Visits of the 90 working days before ``as_of``, oldest first.

    ``heard`` are the customers a colleague saw, day by day. Whoever was only just assigned waits for the first visit.
    """
    days = list_workdays_before(as_of, DAYS_BACK)
    served = [client for client in clients if client.since < as_of - timedelta(NEW_DAYS)]
    walk = Round(rng, territory, served, trade_names)
    _begin(walk, days[0])
    forgotten = _choose_forgotten(walk)
    for place, day in enumerate(days):
        if day >= as_of - timedelta(FORGOTTEN_DAYS):
            walk.put_off |= dict.fromkeys(forgotten, as_of)
        if place >= DAYS_BACK - PRESENT_AT_LAST or rng.random() >= ABSENT_SHARE:
            yield from _work_day(walk, day)
        walk.last |= {code: day for code in heard.get(day, ()) if code in walk.last}


def _begin(walk: Round, first_day: date) -> None:
    """As if the days before had been like those to come: each is somewhere between two visits."""
    for client in walk.clients:
        if client.since < first_day:
            walk.last[client.code] = first_day - timedelta(walk.rng.randint(1, client.window[1]))


def _choose_forgotten(walk: Round) -> list[str]:
    rarely = [client.code for client in walk.clients if client.window[0] >= RARELY_SEEN]
    return walk.rng.sample(rarely, k=min(len(rarely), round(len(walk.clients) * FORGOTTEN_SHARE)))


def is_open(party: Party) -> bool:
    return party.row.status not in DORMANT


def make_client(party: Party, role: str, since: date) -> Client:
    return Client(party, _choose_window(party, role), since)


def _choose_window(party: Party, role: str) -> Window:
    row = party.row
    if role == KEY_ACCOUNT:
        return KIND_WINDOWS.get(row.kind, KEY_ACCOUNT_WINDOW)
    if row.terminal_size or row.county_rank:
        return SIZE_WINDOWS.get(row.terminal_size) or RANK_WINDOWS[row.county_rank]
    if row.kind in KIND_WINDOWS:
        return KIND_WINDOWS[row.kind]
    if row.vip == "是":
        return VIP_WINDOW
    return STORE_WINDOW if row.kind in STORES and not row.vip else OTHER_WINDOW


def _work_day(walk: Round, day: date) -> Iterator[Visit]:
    stops = _choose_stops(walk, day)
    clock = datetime.combine(day, DAY_STARTS) + timedelta(minutes=walk.rng.randint(0, 30))
    previous: Point | None = None
    for client in _order_stops(stops):
        clock += _travel(walk.rng, previous, client.party.site.point)
        previous = client.party.site.point
        clock = _skip_noon(walk.rng, clock)
        if clock.time() > LAST_ARRIVAL:
            break
        visit = _write_visit(walk, client, IN_PERSON, clock, _draw_minutes(walk, client))
        clock = visit.ended_at
        yield visit
    yield from _make_calls(walk, clock)


def _choose_stops(walk: Round, day: date) -> list[Client]:
    """Whoever cannot wait, then those near them whose time has come, most of it gone first, until the day is full."""
    wanted = walk.rng.randint(walk.habit.fewest, walk.habit.most)
    open_to = [client for client in walk.clients if walk.may_go(client, day) or _is_up(walk, client, day)]
    stops = _choose_pressing(walk, open_to, day)
    left = [client for client in open_to if client not in stops and walk.put_off.get(client.code, day) <= day]
    if not stops and left:
        stops.append(max(left, key=lambda client: (walk.share_gone(client, day), client.code)))
        left.remove(stops[0])
    ways = {town.code: min(measure_km(town.point, _town(stop).point) for stop in stops) for town in map(_town, left)}
    near = [client for client in left if ways[_town(client).code] <= NEIGHBOR_KM]
    near.sort(key=lambda c: (ways[_town(c).code] - KM_PER_WINDOW * walk.share_gone(c, day), c.code))
    return stops + near[: max(0, wanted - len(stops))]


def _town(client: Client) -> Town:
    return client.party.site.town


def _is_up(walk: Round, client: Client, day: date) -> bool:
    return client.since <= day and walk.put_off.get(client.code, day) <= day and walk.deadline(client) <= day


def _choose_pressing(walk: Round, clients: list[Client], day: date) -> list[Client]:
    """Now and then a door is closed, or a person too busy, and the visit is put off for a few days."""
    pressing: list[Client] = []
    for client in clients:
        if not _is_up(walk, client, day):
            continue
        if walk.rng.random() < PUT_OFF_SHARE:
            walk.put_off[client.code] = day + timedelta(walk.rng.randint(1, PUT_OFF_DAYS))
        else:
            pressing.append(client)
    pressing.sort(key=lambda client: (walk.deadline(client), client.code not in walk.agreed, client.code))
    return pressing[: walk.habit.most]


def _order_stops(stops: list[Client]) -> Iterator[Client]:
    """Nearest next, from the most pressing stop: what the evening cuts off could have waited."""
    left = list(stops)
    while left:
        client = left.pop(0)
        yield client
        here = client.party.site.point
        left.sort(key=lambda other: (measure_km(here, other.party.site.point), other.party.row.code))


def _travel(rng: Random, previous: Point | None, point: Point) -> timedelta:
    if previous is None:
        return timedelta(minutes=rng.randint(5, 25))
    return timedelta(minutes=round(measure_km(previous, point) / KM_PER_MINUTE) + rng.randint(3, 11))


def _skip_noon(rng: Random, clock: datetime) -> datetime:
    if 12 * 60 <= clock.hour * 60 + clock.minute < 13 * 60 + 10:
        return clock.replace(hour=13, minute=rng.randint(10, 40))
    return clock


def _draw_minutes(walk: Round, client: Client) -> int:
    """Now and then a fleeting look of under five minutes, and at key stores a long stay."""
    if walk.rng.random() < 0.02:
        return walk.rng.randint(2, 4)
    if client.party.row.county_rank == "重点" and walk.rng.random() < 0.05:
        return walk.rng.randint(60, 110)
    return walk.rng.randint(*walk.habit.minutes)


def _make_calls(walk: Round, clock: datetime) -> Iterator[Visit]:
    """Phone calls at the end of the day to those whose time is nearly over and with whom no day was agreed."""
    day = clock.date()
    waiting = [
        client
        for client in walk.clients
        if client.code not in walk.agreed and walk.may_go(client, day) and walk.share_gone(client, day) > 0.8
    ]
    waiting.sort(key=lambda client: (-walk.share_gone(client, day), client.code))
    clock = max(clock, clock.replace(hour=16, minute=40))
    for client in waiting[: walk.rng.randint(0, walk.habit.calls)]:
        clock += timedelta(minutes=walk.rng.randint(2, 9))
        visit = _write_visit(walk, client, BY_PHONE, clock, walk.rng.randint(3, 10))
        clock = visit.ended_at
        yield visit


def _write_visit(walk: Round, client: Client, way: str, started_at: datetime, minutes: int) -> Visit:
    row, position, rng = client.party.row, walk.territory.position, walk.rng
    next_on = _agree(walk, client, started_at.date())
    return Visit(
        customer_code=row.code,
        customer_name=row.name.strip(),
        position_code=position.code,
        employee_number=position.employee_number,
        way=way,
        started_at=started_at,
        ended_at=started_at + timedelta(minutes=minutes),
        summary=write_summary(
            rng, choose_manner(row.kind, way), walk.trade_names, is_academic=position.role == MEDICAL_REP
        ),
        next_on=next_on,
    )


def _agree(walk: Round, client: Client, day: date) -> date | None:
    """Keep the visit in mind; at times the next day is agreed, late in the window."""
    walk.last[client.code] = day
    walk.agreed.pop(client.code, None)
    earliest, latest = client.window
    gap = walk.rng.randint((earliest + latest) // 2, latest)
    if walk.rng.random() >= AGREED_SHARE:
        return None
    walk.agreed[client.code] = roll_forward(day + timedelta(max(1, gap)))
    return walk.agreed[client.code]
