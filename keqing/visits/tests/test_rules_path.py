from __future__ import annotations

from itertools import permutations
from math import hypot
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keqing.visits.rules.path import nearest_neighbor, path_minutes, short_path

POINTS = st.tuples(st.integers(0, 60), st.integers(0, 60))


def between(places: dict[str, tuple[int, int]]):
    return lambda a, b: hypot(places[a][0] - places[b][0], places[a][1] - places[b][1])


def named(points: list[tuple[int, int]]) -> dict[str, tuple[int, int]]:
    return {f"p{number:02d}": point for number, point in enumerate(points)}


def test_a_line_is_walked_from_the_start_to_its_end():
    places = {"home": (0, 0), "a": (10, 0), "b": (30, 0), "c": (20, 0)}
    assert short_path(["a", "b", "c"], between(places), "home") == ["a", "c", "b"]


def test_without_a_start_a_line_is_walked_from_one_end():
    # From the middle (0) both ends would cost 10 + 30 = 40; end to end costs 10 + 20 = 30 at most.
    places = {"a": (0, 0), "b": (-10, 0), "c": (20, 0)}
    path = short_path(places, between(places))
    assert path_minutes(path, between(places)) == 30
    assert nearest_neighbor(places, between(places)) == ["a", "b", "c"]  # costs 40


def test_a_nearest_neighbor_trap_is_undone():
    # On a line from 0: stops at 1, -2, 5. Nearest first goes 1, -2, 5 = 1 + 3 + 7 = 11; left first 2 + 3 + 4 = 9.
    places = {"home": (0, 0), "a": (1, 0), "b": (-2, 0), "c": (5, 0)}
    minutes = between(places)
    assert path_minutes(nearest_neighbor("abc", minutes, "home"), minutes, "home") == 11
    assert short_path("abc", minutes, "home") == ["b", "a", "c"]


@pytest.mark.parametrize("keys", [[], ["a"]])
def test_nothing_and_one_stop(keys):
    assert short_path(keys, between({}), "home") == keys


def test_all_in_one_place_is_walked_by_name():
    assert short_path("dbca", lambda a, b: 0) == list("abcd")


@settings(deadline=None)
@given(st.lists(POINTS, min_size=2, max_size=16), st.booleans())
def test_improving_never_lengthens_the_nearest_neighbor_path(points, has_start):
    places = named(points)
    minutes, (start, *keys) = between(places), sorted(places)
    start = start if has_start else None
    path = short_path(keys, minutes, start)
    assert sorted(path) == keys
    walked = path_minutes(nearest_neighbor(keys, minutes, start), minutes, start)
    assert path_minutes(path, minutes, start) <= walked + 1e-6


@settings(deadline=None)
@given(st.lists(POINTS, min_size=2, max_size=8), st.randoms(use_true_random=False))
def test_the_order_of_the_keys_does_not_matter(points, random):
    places = named(points)
    keys = list(places)
    random.shuffle(keys)
    assert short_path(keys, between(places)) == short_path(places, between(places))


@settings(deadline=None)
@given(st.lists(POINTS, min_size=3, max_size=7), st.booleans())
def test_close_to_the_best_of_all_orders(points, has_start):
    places = named(points)
    minutes, (start, *keys) = between(places), sorted(places)
    start = start if has_start else None
    best = min(path_minutes(order, minutes, start) for order in permutations(keys))
    assert path_minutes(short_path(keys, minutes, start), minutes, start) <= best * 1.1 + 1e-6


def test_on_small_days_the_best_order_is_nearly_always_found():
    # 100 seeded days of seven stops on lattice places; reversals alone, without moving stops, miss several.
    random, hits = Random(7), 0
    for _ in range(100):
        places = named([(random.randrange(60), random.randrange(60)) for _ in range(7)])
        minutes, (start, *keys) = between(places), sorted(places)
        best = min(path_minutes(order, minutes, start) for order in permutations(keys))
        hits += path_minutes(short_path(keys, minutes, start), minutes, start) <= best + 1e-6
    assert hits >= 97


def test_moving_stops_helps_on_a_full_day():
    # Twenty stops, seed 11: the improved paths are on average at least 5 % shorter than nearest neighbor.
    random, walked, improved = Random(11), 0.0, 0.0
    for _ in range(20):
        places = named([(random.randrange(200), random.randrange(200)) for _ in range(21)])
        minutes, (start, *keys) = between(places), sorted(places)
        walked += path_minutes(nearest_neighbor(keys, minutes, start), minutes, start)
        improved += path_minutes(short_path(keys, minutes, start), minutes, start)
    assert improved <= walked * 0.95
