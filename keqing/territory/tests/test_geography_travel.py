from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from keqing.territory.geography import (
    Division,
    Gazetteer,
    Ground,
    Level,
    Place,
    PlaceUnknown,
    Point,
    Travel,
    TravelRules,
    TravelRulesMissing,
    load_travel_rules,
    minutes_between,
    rules_on,
)

RULES = TravelRules(date(2025, 1, 1), None, 1.35, 35, 50, 5, 15, 35, "test")

# One degree of latitude is 111.195 km, so 0.1° is 11.1195 km.
GAZETTEER = Gazetteer(
    [
        Division("420000", "湖北省", "湖北", "", Level.PROVINCE, Point(114.3, 30.5)),
        Division("421100", "黄冈市", "黄冈", "420000", Level.CITY, Point(114.9, 30.4)),
        Division("421102", "黄州区", "黄州", "421100", Level.COUNTY, Point(114.9, 30.0)),
        Division("421181", "麻城市", "麻城", "421100", Level.COUNTY, Point(114.9, 31.0)),
        Division("421182", "武穴市", "武穴", "421100", Level.COUNTY, Point(114.9, 30.01)),
        Division("421127", "黄梅县", "黄梅", "421100", Level.COUNTY, None),
        Division("421181101", "宋埠镇", "宋埠", "421181", Level.TOWNSHIP, None),
        Division("990000", "某省", "某", "", Level.PROVINCE, None),
    ]
)


def minutes(a: Place, b: Place, rules: TravelRules = RULES) -> Travel:
    there = minutes_between(a, b, gazetteer=GAZETTEER, rules=rules)
    assert there == minutes_between(b, a, gazetteer=GAZETTEER, rules=rules)
    return there


def test_coordinates_within_a_county():
    # 11.1195 km × 1.35 = 15.011 km of road; at 35 km/h 25.73 minutes, rounded up.
    a, b = Place("421181101", Point(115, 31.0)), Place("421181", Point(115, 31.1))
    assert minutes(a, b) == Travel(26, Ground.COORDINATES)


def test_coordinates_between_counties_are_faster_per_kilometer():
    # 15.011 km at 50 km/h: 18.01 minutes, rounded up.
    a, b = Place("421181", Point(115, 31.0)), Place("421102", Point(115, 31.1))
    assert minutes(a, b) == Travel(19, Ground.COORDINATES)


def test_coordinates_without_divisions_count_as_different_counties():
    assert minutes(Place("", Point(115, 31.0)), Place("", Point(115, 31.1))).minutes == 19


def test_next_door_takes_no_time():
    assert minutes(Place("421181", Point(115, 31)), Place("421181", Point(115, 31))).minutes == 0


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ("421181101201", "421181101201", 5),  # same village
        ("421181101201", "421181101202", 15),  # same township, other village
        ("421181101", "421181101", 15),  # the village is not known
        ("421181101", "421181101202", 15),
        ("421181101201", "421181102201", 35),  # same county
        ("421181", "421181101201", 35),
        ("421181", "421181", 35),
    ],
)
def test_without_coordinates_the_division_tree_decides(a, b, expected):
    assert minutes(Place(a), Place(b)) == Travel(expected, Ground.DIVISION)


def test_between_counties_their_points_decide():
    # 1° apart: 111.195 km × 1.35 / 50 × 60 = 180.14 minutes, rounded up.
    assert minutes(Place("421102"), Place("421181101201")) == Travel(181, Ground.DIVISION)


def test_seats_a_few_streets_apart_are_never_nearer_than_one_county():
    # 0.01° is 1.1 km, 1.8 minutes of road; the floor of a county holds.
    assert minutes(Place("421102"), Place("421182")) == Travel(35, Ground.DIVISION)


def test_a_county_without_a_point_borrows_its_citys():
    # 黄梅 (city's point 30.4) to 黄州 (30.0): 0.4° = 44.478 km × 1.35 / 50 × 60 = 72.05, rounded up.
    assert minutes(Place("421127"), Place("421102")) == Travel(73, Ground.DIVISION)


def test_one_missing_coordinate_is_enough_to_fall_back_to_divisions():
    assert minutes(Place("421181", Point(115, 31)), Place("421181101")) == Travel(35, Ground.DIVISION)


def test_a_city_without_counties_is_its_own_county():
    town = Division("441900101", "石碣镇", "石碣", "441900", Level.TOWNSHIP, None)
    city = Division("441900", "东莞市", "东莞", "440000", Level.CITY, Point(113.7, 23.0))
    province = Division("440000", "广东省", "广东", "", Level.PROVINCE, None)
    gazetteer = Gazetteer([province, city, town])
    travel = minutes_between(Place("441900101"), Place("441900102"), gazetteer=gazetteer, rules=RULES)
    assert travel == Travel(35, Ground.DIVISION)


@pytest.mark.parametrize("code", ["", "990000", "123456"])
def test_a_place_without_any_point_is_refused(code):
    with pytest.raises(PlaceUnknown):
        minutes_between(Place(code), Place("421181"), gazetteer=GAZETTEER, rules=RULES)


def test_twice_the_speed_halves_the_road():
    a, b = Place("421181", Point(115, 31.0)), Place("421181", Point(115, 31.1))
    assert minutes(a, b, replace(RULES, local_km_h=70)).minutes == 13  # 12.87


@pytest.mark.parametrize(
    "bad",
    [
        {"detour": 0.9},  # no road is shorter than the straight line
        {"local_km_h": 0},
        {"distant_km_h": -50},
        {"same_village_min": -1},
        {"same_township_min": 40},  # longer than across the county
    ],
)
def test_impossible_rules_are_refused(bad):
    with pytest.raises(ValueError):
        replace(RULES, **bad)


def test_rules_are_dated_and_half_open():
    old = replace(RULES, valid_to=date(2026, 1, 1))
    new = replace(RULES, valid_from=date(2026, 1, 1), detour=1.4)
    assert rules_on([old, new], date(2025, 12, 31)) is old
    assert rules_on([old, new], date(2026, 1, 1)) is new
    with pytest.raises(TravelRulesMissing):
        rules_on([old, new], date(2024, 12, 31))


def test_shipped_rules_are_the_designs():
    rules = rules_on(load_travel_rules(), date(2026, 11, 20))
    assert (rules.detour, rules.local_km_h, rules.distant_km_h) == (1.35, 35, 50)
    assert (rules.same_village_min, rules.same_township_min, rules.same_county_min) == (5, 15, 35)
