"""Past visits: each representative's working days walked through one by one, with a person's irregularity."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from math import sqrt
from random import Random

from keqing.engines.world.coverage import Territory
from keqing.engines.world.force import CHANNEL, KEY_ACCOUNT, MEDICAL_REP, OTC_REP, PRIMARY_REP
from keqing.engines.world.parties import (
    CHAIN_HEADQUARTERS,
    CITY_HOSPITAL,
    COMMUNITY_CENTER,
    COUNTY_HOSPITAL,
    DISTRIBUTOR,
    Party,
)
from keqing.engines.world.phrases import choose_manner, write_summary
from keqing.engines.world.places import Point, Town, measure_km
from keqing.engines.world.rows import Visit
from keqing.engines.world.workdays import list_workdays_before, roll_forward

DAYS_BACK = 90
IN_PERSON, BY_PHONE = "到店", "电话"
DAY_STARTS, LAST_ARRIVAL = time(8, 30), time(17, 50)
ABSENT_SHARE = 0.03
KM_PER_MINUTE = 0.6
NEIGHBOR_KM = 18.0


@dataclass(frozen=True, slots=True)
class Habit:
    """How a role works a day: visits from ``fewest`` to ``most``, ``calls`` by phone, minutes with each customer."""

    fewest: int
    most: int
    calls: int
    minutes: tuple[int, int]


HABITS = {
    OTC_REP: Habit(8, 14, 0, (10, 32)),
    PRIMARY_REP: Habit(4, 9, 4, (10, 30)),
    MEDICAL_REP: Habit(5, 8, 0, (10, 35)),
    KEY_ACCOUNT: Habit(5, 8, 1, (20, 55)),
    CHANNEL: Habit(2, 4, 1, (25, 70)),
}
# calendar days between two visits as people really manage them, a little behind what the rules ask
SIZE_DAYS = {"大": 2.6, "较大": 4.0, "小": 9.0}
RANK_DAYS = {"重点": 4.6, "次重点": 9.5, "非重点": 34.0}
KIND_DAYS = {
    CITY_HOSPITAL: 14.0,
    COUNTY_HOSPITAL: 18.0,
    COMMUNITY_CENTER: 20.0,
    CHAIN_HEADQUARTERS: 12.0,
    DISTRIBUTOR: 24.0,
}
VIP_DAYS, OTHER_DAYS, KEY_ACCOUNT_DAYS = 27.0, 75.0, 24.0


@dataclass(frozen=True, slots=True)
class Client:
    """A customer in the eyes of one representative: wanted ``interval`` in calendar days, served ``since`` a day."""

    party: Party
    interval: float
    since: date


@dataclass(slots=True)
class Round:
    """One representative's memory while the days go by."""

    rng: Random
    territory: Territory
    clients: list[Client]
    trade_names: tuple[str, ...]
    last: dict[str, float] = field(default_factory=dict)

    @property
    def habit(self) -> Habit:
        return HABITS[self.territory.position.role]


def recall_visits(
    rng: Random,
    territory: Territory,
    clients: Sequence[Client],
    trade_names: tuple[str, ...],
    as_of: date,
) -> Iterator[Visit]:
    """Visits of the 90 working days before ``as_of``, oldest first."""
    days = list_workdays_before(as_of, DAYS_BACK)
    walk = Round(rng, territory, list(clients), trade_names)
    for client in walk.clients:
        walk.last[client.party.row.code] = days[0].toordinal() - client.interval * rng.random() * 1.1
    for day in days:
        if rng.random() >= ABSENT_SHARE:
            yield from _work_day(walk, day)


def make_client(rng: Random, party: Party, role: str, since: date) -> Client:
    return Client(party, _choose_interval(party, role) * rng.lognormvariate(0, 0.22), since)


def _choose_interval(party: Party, role: str) -> float:
    row = party.row
    if role == KEY_ACCOUNT:
        return KIND_DAYS.get(row.kind, KEY_ACCOUNT_DAYS)
    if row.terminal_size or row.county_rank:
        return SIZE_DAYS.get(row.terminal_size) or RANK_DAYS[row.county_rank]
    if row.kind in KIND_DAYS:
        return KIND_DAYS[row.kind]
    return VIP_DAYS if row.vip == "是" else OTHER_DAYS


def _work_day(walk: Round, day: date) -> Iterator[Visit]:
    urgency = _feel_urgency(walk, day)
    stops = _choose_stops(walk, urgency)
    clock = datetime.combine(day, DAY_STARTS) + timedelta(minutes=walk.rng.randint(0, 40))
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
    yield from _make_calls(walk, urgency, clock)


def _feel_urgency(walk: Round, day: date) -> dict[str, float]:
    """Days since the last visit over the days wanted; 1 is due. Customers not yet handed over are left out."""
    today, uniform = day.toordinal(), walk.rng.uniform
    return {
        client.party.row.code: (today - walk.last[client.party.row.code]) / client.interval * uniform(0.85, 1.15)
        for client in walk.clients
        if client.since <= day
    }


def _choose_stops(walk: Round, urgency: dict[str, float]) -> list[Client]:
    """The town where most is due, then its neighbors, until the day is full; a half-empty day is filled too early."""
    wanted = walk.rng.randint(walk.habit.fewest, walk.habit.most)
    towns = _group_by_town(walk, urgency)
    weights = {code: _weigh(clients, urgency) * walk.rng.uniform(0.75, 1.25) for code, (_, clients) in towns.items()}
    anchor = towns[max(weights, key=lambda code: weights[code])][0]
    near = sorted(towns.values(), key=lambda entry: (measure_km(anchor.point, entry[0].point), entry[0].code))
    near = [entry for entry in near if measure_km(anchor.point, entry[0].point) <= NEIGHBOR_KM]
    stops: list[Client] = []
    for threshold, enough in ((0.9, wanted), (0.6, walk.habit.fewest)):
        for _, clients in near:
            stops += _pick_urgent(clients, urgency, threshold, enough - len(stops), stops)
    return stops


def _group_by_town(walk: Round, urgency: dict[str, float]) -> dict[str, tuple[Town, list[Client]]]:
    towns: dict[str, tuple[Town, list[Client]]] = {}
    for client in walk.clients:
        if client.party.row.code in urgency:
            town = client.party.site.town
            towns.setdefault(town.code, (town, []))[1].append(client)
    return towns


def _weigh(clients: list[Client], urgency: dict[str, float]) -> float:
    """How much a town pulls; those wanted often pull harder, so that no key store far out is forgotten."""
    felt = [(urgency[client.party.row.code], client.interval) for client in clients]
    return sum(min(value, 8.0) * sqrt(10 / interval) for value, interval in felt if value > 0.8) + 1e-6


def _pick_urgent(
    clients: list[Client], urgency: dict[str, float], threshold: float, room: int, chosen: list[Client]
) -> list[Client]:
    if room <= 0:
        return []
    due = [client for client in clients if urgency[client.party.row.code] >= threshold and client not in chosen]
    due.sort(key=lambda client: (-urgency[client.party.row.code], client.party.row.code))
    return due[:room]


def _order_stops(stops: list[Client]) -> Iterator[Client]:
    """Nearest next, from the most western stop."""
    left = sorted(stops, key=lambda client: (client.party.site.point.lng, client.party.row.code))
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


def _make_calls(walk: Round, urgency: dict[str, float], clock: datetime) -> Iterator[Visit]:
    """Phone calls at the end of the day to those most due and not seen today."""
    today = clock.toordinal()
    waiting = [
        client
        for client in walk.clients
        if urgency.get(client.party.row.code, 0.0) >= 1.0 and walk.last[client.party.row.code] < today
    ]
    waiting.sort(key=lambda client: (-urgency[client.party.row.code], client.party.row.code))
    clock = max(clock, clock.replace(hour=16, minute=40))
    for client in waiting[: walk.rng.randint(0, walk.habit.calls)]:
        clock += timedelta(minutes=walk.rng.randint(2, 9))
        visit = _write_visit(walk, client, BY_PHONE, clock, walk.rng.randint(3, 10))
        clock = visit.ended_at
        yield visit


def _write_visit(walk: Round, client: Client, way: str, started_at: datetime, minutes: int) -> Visit:
    row, position, rng = client.party.row, walk.territory.position, walk.rng
    walk.last[row.code] = float(started_at.toordinal())
    next_on = roll_forward(started_at.date() + timedelta(days=max(1, round(client.interval))))
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
        next_on=next_on if rng.random() < 0.8 else None,
    )
