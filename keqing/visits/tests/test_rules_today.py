from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keqing.visits.rules.frequency import Due, State, urgency
from keqing.visits.rules.reason import because
from keqing.visits.rules.schemes import Agreement, DueDate, Interval, Scheme
from keqing.visits.rules.today import (
    Candidate,
    Capacity,
    Ground,
    Pause,
    WhyLeft,
    candidate_of,
    clock,
    ground_reason,
    order_day,
    timetable,
)

# Places on one road, by minute: the town at 0, the village of the willows from 40, the ferry from 90.
ROAD = {"office": 0, "t1": 2, "t2": 4, "t3": 6, "w1": 40, "w2": 43, "w3": 46, "f1": 90, "f2": 94}
GROUPS = {"t": "town", "w": "willows", "f": "ferry"}
RANK = {Ground.OVERDUE: 700, Ground.PROMISED: 600, Ground.AT_RISK: 500, Ground.NEW: 400, Ground.DUE: 300, None: 200}


def along(a: str, b: str) -> float:
    return abs(ROAD[a] - ROAD[b])


def candidate(key: str, ground: Ground | None = Ground.DUE, minutes: int = 20, more: int = 50) -> Candidate:
    is_must = ground in (Ground.OVERDUE, Ground.PROMISED)
    return Candidate(
        key=key, urgency=RANK[ground] + more, minutes=minutes, group=GROUPS[key[0]], is_must=is_must, ground=ground
    )


def day(*candidates: Candidate, **more):
    return order_day(candidates, **{"minutes_between": along, "start": "office", **more})


def keys(day_list) -> list[str]:
    return [stop.key for stop in day_list.stops]


def test_musts_come_whatever_their_way_and_the_rest_gathers_around_them():
    pool = [candidate("f1", Ground.OVERDUE), candidate("f2"), candidate("w1"), candidate("w2"), candidate("t1")]
    # Room for two: the must at the ferry, then its neighbor (4 minutes) before the town (88).
    assert keys(day(*pool, capacity=Capacity(2, 2))) == ["f1", "f2"]


def test_past_the_usual_number_only_those_near_join():
    pool = [candidate("w1", Ground.OVERDUE), candidate("w2"), candidate("w3"), candidate("f1"), candidate("t1")]
    answer = day(*pool, capacity=Capacity(usual=1, most=20))
    assert keys(answer) == ["w1", "w2", "w3"]
    assert answer.left_counts() == {WhyLeft.OFF_THE_WAY: 2}


def test_a_more_urgent_ground_is_worth_some_way():
    # From w1: t3 is 34 minutes off and at risk (550: 82 minutes' worth), w2 is near and due (350: 52).
    # Cost of t3 = 34 − 82.5 = −48.5; of w2 = 3 − 10 − 52.5 = −59.5: near wins; of f1 (due) = 50 − 52.5 = −2.5.
    pool = [candidate("w1", Ground.OVERDUE), candidate("t3", Ground.AT_RISK), candidate("w2"), candidate("f1")]
    assert set(keys(day(*pool, capacity=Capacity(2, 2)))) == {"w1", "w2"}
    assert set(keys(day(*pool, capacity=Capacity(3, 3)))) == {"w1", "w2", "t3"}


def test_more_musts_than_room_go_by_urgency():
    pool = [candidate(key, Ground.OVERDUE, more=n) for n, key in enumerate(["t1", "w1", "f1"])]
    answer = day(*pool, capacity=Capacity(2, 2))
    assert keys(answer) == ["w1", "f1"]
    assert [(left.key, left.why, left.is_must) for left in answer.left] == [("t1", WhyLeft.NO_ROOM, True)]


def test_among_equally_urgent_musts_the_nearest_goes_along():
    pool = [candidate(key, Ground.OVERDUE) for key in ["t1", "t2", "f1", "f2"]]
    assert keys(day(*pool, capacity=Capacity(2, 2))) == ["t1", "t2"]


def test_who_is_not_due_yet_joins_only_on_the_way():
    pool = [candidate("w1"), candidate("w2", None), candidate("w3"), candidate("f1", None)]
    answer = day(*pool)
    assert [(stop.key, stop.ground) for stop in answer.stops] == [
        ("w1", Ground.DUE),
        ("w2", Ground.ON_THE_WAY),
        ("w3", Ground.DUE),
    ]
    assert answer.left_counts() == {WhyLeft.NOT_YET: 1}
    # w2 lies between w1 and w3 on the road; w1 and w3 are 3 away each, the first by name is named.
    assert (answer.stops[1].near, answer.stops[1].detour_minutes) == ("w1", 0)


def test_at_the_end_of_the_day_the_detour_is_the_last_leg():
    stop = day(candidate("w1"), candidate("w2", None)).stops[1]
    assert (stop.near, stop.detour_minutes) == ("w1", 3)
    assert ground_reason(stop, {"w1": "芷安堂"}.__getitem__).sentence() == "顺路：挨着芷安堂，多走 3 分钟"


def test_who_is_not_due_yet_never_lengthens_a_full_day():
    answer = day(candidate("w1"), candidate("w2", None), capacity=Capacity(usual=1, most=20))
    assert keys(answer) == ["w1"]


def test_the_same_village_goes_before_the_next_one_a_little_nearer():
    # b is 12 minutes away in the same village, c is 8 minutes away in another: 12 − 10 < 8.
    places = {"a": 0, "b": 12, "c": -8}
    pool = [
        Candidate(key=key, urgency=urgent, minutes=10, group=group, ground=Ground.DUE)
        for key, urgent, group in [("a", 390, "east"), ("b", 350, "east"), ("c", 350, "west")]
    ]
    answer = order_day(pool, minutes_between=lambda x, y: abs(places[x] - places[y]), capacity=Capacity(2, 2))
    assert set(keys(answer)) == {"a", "b"}


def test_near_means_near_any_of_those_chosen():
    # t2 is 2 minutes from the must t1, though the last one chosen is the must at the ferry.
    pool = [candidate("t1", Ground.OVERDUE, more=60), candidate("f1", Ground.OVERDUE), candidate("t2"), candidate("w1")]
    alone = [replace(each, group="") for each in pool]
    assert set(keys(day(*alone, capacity=Capacity(2, 20)))) == {"t1", "t2", "f1"}


def test_one_on_the_way_draws_no_other_along():
    places = {"a": 0, "b": 9, "c": 18}
    pool = [
        Candidate(key="a", urgency=350, minutes=10, ground=Ground.DUE),
        Candidate(key="b", urgency=250, minutes=10),
        Candidate(key="c", urgency=250, minutes=10),
    ]
    answer = order_day(pool, minutes_between=lambda x, y: abs(places[x] - places[y]))
    assert keys(answer) == ["a", "b"]  # c is 9 from b, but 18 from a


def test_with_nobody_due_the_day_stays_empty():
    answer = day(candidate("w1", None), candidate("w2", None))
    assert (answer.stops, answer.travel_minutes, answer.ends) == ((), 0, None)
    assert day().left == ()


def test_pinned_ones_come_before_musts():
    pool = [candidate("f1", Ground.OVERDUE), candidate("t1", None), candidate("t2", Ground.DUE)]
    answer = day(*pool, fixed=["t1"], capacity=Capacity(1, 1))
    assert [(stop.key, stop.ground) for stop in answer.stops] == [("t1", Ground.PINNED)]
    assert day(*pool, fixed=["t2"]).stops[1].ground is Ground.DUE


def test_above_twenty_the_day_warns():
    places = {f"s{n:02d}": n for n in range(25)}
    pool = [Candidate(key=key, urgency=350, minutes=5, ground=Ground.DUE) for key in places]

    def walk(a: str, b: str) -> float:
        return abs(places[a] - places[b])

    assert order_day(pool, minutes_between=walk).warnings == ()
    crowded = order_day(pool, minutes_between=walk, capacity=Capacity(usual=22, most=22))
    assert [warning.sentence() for warning in crowded.warnings] == ["今天排了 22 家，一天超过 20 家看不细"]


# Times


def test_arrival_times_with_a_lunch_pause():
    # Leave at 11:00. w1 40 minutes away: 11:40–12:00. w2 3 minutes on: 12:03, begins after lunch 13:00–13:20. w3 13:23.
    answer = day(candidate("w1"), candidate("w2"), candidate("w3"), begins=11 * 60)
    times = [(clock(stop.arrives), clock(stop.begins), clock(stop.leaves)) for stop in answer.stops]
    assert times == [("11:40", "11:40", "12:00"), ("12:03", "13:00", "13:20"), ("13:23", "13:23", "13:43")]
    assert (answer.travel_minutes, clock(answer.ends)) == (46, "13:43")


def test_without_a_pause_and_without_a_start():
    answer = day(candidate("w1"), candidate("w2"), start=None, begins=12 * 60, lunch=None)
    assert [clock(stop.begins) for stop in answer.stops] == ["12:00", "12:23"]
    assert answer.travel_minutes == 3


def test_a_visit_under_way_at_noon_is_finished_and_legs_round_up():
    order = [candidate("t1", minutes=30), candidate("t2")]
    stops = timetable(order, minutes_between=lambda a, b: 2.2, begins=11 * 60 + 45, lunch=Pause())
    assert [(clock(stop.arrives), clock(stop.begins)) for stop in stops] == [("11:45", "11:45"), ("12:18", "13:00")]


def test_a_dragged_order_keeps_its_order():
    order = [candidate("f1"), candidate("t1"), candidate("w1")]
    stops = timetable(order, minutes_between=along, start="office")
    assert [(stop.key, stop.travel_minutes) for stop in stops] == [("f1", 90), ("t1", 88), ("w1", 38)]


def test_arriving_at_noon_sharp_waits_and_at_one_sharp_does_not():
    noon, one = (timetable([candidate("t1")], minutes_between=along, begins=at * 60)[0] for at in (12, 13))
    assert (clock(noon.begins), clock(one.begins)) == ("13:00", "13:00")


# From due to candidate


def due_of(state: State, agreement: Agreement | None = None, over: int = 0) -> Due:
    today = date(2026, 11, 18)
    interval = Interval(scheme=Scheme.GENERAL, segment="KEY", source="", min_days=3, max_days=5)
    rule = interval
    if agreement:
        rule = DueDate(
            scheme=Scheme.AGREED, segment="", source="", day=today, made_on=today, agreement=agreement, what="样本"
        )
    return Due(
        rule=rule,
        state=state,
        earliest=today,
        latest=today,
        urgency=urgency(state, over=over),
        reason=because(""),
        last=None,
        days_over=over,
    )


@pytest.mark.parametrize(
    ("due", "ground", "is_must"),
    [
        (due_of(State.OVERDUE, over=2), Ground.OVERDUE, True),
        (due_of(State.NEVER, over=2), Ground.OVERDUE, True),
        (due_of(State.NEVER), Ground.NEW, False),
        (due_of(State.AT_RISK), Ground.AT_RISK, False),
        (due_of(State.DUE), Ground.DUE, False),
        (due_of(State.UPCOMING), None, False),
        (due_of(State.DUE, Agreement.PROMISE), Ground.PROMISED, True),
        (due_of(State.DUE, Agreement.NEXT_VISIT), Ground.PROMISED, True),
        (due_of(State.OVERDUE, Agreement.PROMISE, over=1), Ground.PROMISED, True),
        (due_of(State.DUE, Agreement.LAUNCH), Ground.DUE, False),
        (due_of(State.OVERDUE, Agreement.LAUNCH, over=1), Ground.OVERDUE, True),
    ],
)
def test_the_ground_of_a_due(due, ground, is_must):
    found = candidate_of("k", due, minutes=20, group="town")
    assert (found.ground, found.is_must, found.urgency) == (ground, is_must, due.urgency)


@pytest.mark.parametrize("state", [State.DONE, State.TOO_EARLY])
def test_done_or_too_early_is_no_candidate(state):
    assert candidate_of("k", due_of(state), minutes=20) is None


# Bad input


@pytest.mark.parametrize(
    ("call", "complaint"),
    [
        (lambda: candidate("t1", minutes=-1), "minutes"),
        (lambda: Candidate(key="t1", urgency=1, minutes=1, is_must=True), "ground"),
        (lambda: Capacity(usual=5, most=4), "usual"),
        (lambda: Capacity(usual=-1, most=4), "usual"),
        (lambda: day(candidate("t1"), candidate("t1", None)), "twice"),
        (lambda: day(candidate("t1"), fixed=["t2"]), "pinned"),
    ],
)
def test_bad_input_is_refused(call, complaint):
    with pytest.raises(ValueError, match=complaint):
        call()


# Properties

GROUNDS = [Ground.OVERDUE, Ground.PROMISED, Ground.AT_RISK, Ground.NEW, Ground.DUE, None]


@st.composite
def pools(draw):
    count = draw(st.integers(0, 30))
    random = Random(draw(st.integers(0, 10**6)))
    places = {f"c{n:02d}": (random.randrange(80), random.randrange(80)) for n in range(count)}
    pool = [
        Candidate(
            key=key,
            urgency=RANK[ground] + random.randrange(100),
            minutes=random.randrange(5, 40),
            group=random.choice(["", "east", "west", "north"]),
            is_must=ground in (Ground.OVERDUE, Ground.PROMISED),
            ground=ground,
        )
        for key in places
        for ground in [random.choice(GROUNDS)]
    ]
    return places, pool, random


def city(places):
    return lambda a, b: abs(places[a][0] - places[b][0]) + abs(places[a][1] - places[b][1])


@settings(deadline=None)
@given(pools(), st.integers(0, 15), st.integers(0, 10))
def test_each_at_most_once_and_never_more_than_the_capacity(drawn, usual, extra):
    places, pool, _ = drawn
    answer = order_day(pool, minutes_between=city(places), capacity=Capacity(usual, usual + extra))
    chosen = keys(answer)
    assert len(set(chosen)) == len(chosen) <= usual + extra
    assert sorted([*chosen, *(left.key for left in answer.left)]) == sorted(places)
    assert sum(answer.left_counts().values()) == len(answer.left)
    assert all(a.leaves + b.travel_minutes == b.arrives for a, b in pairwise(answer.stops))
    assert all(not 720 <= stop.begins < 780 for stop in answer.stops)


@settings(deadline=None)
@given(pools())
def test_the_order_of_the_candidates_does_not_matter(drawn):
    places, pool, random = drawn
    shuffled = pool[:]
    random.shuffle(shuffled)
    first, second = (order_day(each, minutes_between=city(places)) for each in (pool, shuffled))
    assert first == second


@settings(deadline=None)
@given(pools())
def test_no_must_is_left_while_there_is_room(drawn):
    places, pool, _ = drawn
    answer = order_day(pool, minutes_between=city(places))
    has_room = len(answer.stops) < Capacity().most
    assert not (has_room and any(left.is_must for left in answer.left))


def test_a_day_is_not_a_zig_zag():
    # Four villages 40 minutes apart with ten due shops each, equal urgency: twelve stops need two villages at most.
    places = {f"{v}{n}": (40 * "abcd".index(v), n) for v in "abcd" for n in range(10)}
    pool = [Candidate(key=key, urgency=350, minutes=15, group=key[0], ground=Ground.DUE) for key in places]
    answer = order_day(pool, minutes_between=city(places))
    villages = [key[0] for key in keys(answer)]
    changes = sum(a != b for a, b in pairwise(villages))
    assert len(villages) >= 12
    assert changes == len(set(villages)) - 1 <= 1
