"""How much work fits into a day, by role.

Only the 15 to 20 stores of a pharmacy visitor are given (DOMAIN 3.8 and 3.16, capacity); the other numbers are
planning assumptions: longer ways between villages, longer talks in hospitals and head offices.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from keqing.visits.rules.today import Capacity

BEGINS, ENDS = 9 * 60, 18 * 60  # minutes after midnight
WAY_MINUTES = 10  # an ordinary way, to see how many more stops fit before the day ends
LUNCH_MINUTES = 60


@dataclass(frozen=True, slots=True)
class Workload:
    aim: int  # visits a day, those done included
    most: int
    minutes: int  # with one customer


WORKLOADS = {
    "OTC_REP": Workload(aim=16, most=20, minutes=20),
    "PRIMARY_REP": Workload(aim=12, most=16, minutes=25),
    "MR": Workload(aim=8, most=10, minutes=40),
    "KAM": Workload(aim=8, most=10, minutes=40),
    "CHANNEL": Workload(aim=8, most=10, minutes=40),
}
OTHERS = Workload(aim=8, most=10, minutes=40)


def workload_of(personas: Iterable[str]) -> Workload:
    """Of the first persona that has one: the own position stands before those one stands in for."""
    return next((WORKLOADS[persona] for persona in personas if persona in WORKLOADS), OTHERS)


def room_left(load: Workload, done: int, begins: int) -> Capacity:
    """What still fits: not more than the day's aim, and not more than the hours left allow."""
    hours = ENDS - begins - (LUNCH_MINUTES if begins < 12 * 60 else 0)
    by_time = max(0, hours) // (load.minutes + WAY_MINUTES)
    usual = max(0, min(load.aim - done, by_time))
    return Capacity(usual=usual, most=max(usual, min(load.most - done, by_time)))
