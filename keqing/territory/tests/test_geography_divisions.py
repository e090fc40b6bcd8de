from __future__ import annotations

from collections import Counter

import pytest

from keqing.territory.geography import Level, Point, distance_m, load, load_former
from keqing.territory.geography.divisions import DATA, significant


@pytest.fixture(scope="module")
def divisions():
    return load()


@pytest.fixture(scope="module")
def by_code(divisions):
    return {division.code: division for division in divisions}


def test_counts_per_level(divisions):
    counts = Counter(division.level for division in divisions)
    assert counts == {Level.PROVINCE: 34, Level.CITY: 358, Level.COUNTY: 3230, Level.TOWNSHIP: 39092}


def test_codes_are_digits_of_6_or_9_and_occur_once(divisions, by_code):
    assert len(by_code) == len(divisions)
    assert all(d.code.isdigit() and len(d.code) == (9 if d.level is Level.TOWNSHIP else 6) for d in divisions)


def test_every_parent_exists_stands_before_and_lends_its_digits(divisions):
    seen: set[str] = set()
    for division in divisions:
        if division.level is Level.PROVINCE:
            assert division.parent == ""
        else:
            assert division.parent in seen
            assert division.code.startswith(significant(division.parent))
        seen.add(division.code)


@pytest.mark.parametrize(
    ("code", "name", "level", "parent"),
    [
        ("110100", "北京市", Level.CITY, "110000"),  # pseudo city row
        ("500200", "重庆郊县", Level.CITY, "500000"),
        ("500233", "忠县", Level.COUNTY, "500200"),
        ("429004", "仙桃市", Level.COUNTY, "420000"),  # directly under the province
        ("429004001", "沙嘴街道", Level.TOWNSHIP, "429004"),
        ("441900", "东莞市", Level.CITY, "440000"),  # a city without counties
        ("441900101", "石碣镇", Level.TOWNSHIP, "441900"),
        ("442000001", "石岐街道", Level.TOWNSHIP, "442000"),
        ("460400100", "那大镇", Level.TOWNSHIP, "460400"),
        ("620200100", "峪泉镇", Level.TOWNSHIP, "620200"),
        ("150524000", "库伦街道", Level.TOWNSHIP, "150524"),  # a real township numbered 000
        ("810101", "中西区", Level.COUNTY, "810000"),
        ("710101", "中正区", Level.COUNTY, "710100"),
    ],
)
def test_places_unlike_the_rest(by_code, code, name, level, parent):
    division = by_code[code]
    assert (division.name, division.level, division.parent) == (name, level, parent)


def test_only_the_four_municipalities_have_pseudo_cities(divisions):
    assert {d.code for d in divisions if d.is_pseudo_city} == {"110100", "120100", "310100", "500100", "500200"}


def test_points_are_wgs84_not_map_coordinates(by_code):
    # The city government stands at 121.4691 E, 31.2322 N; the shifted map coordinate would be 480 m east.
    assert distance_m(by_code["310000"].point, Point(121.4691, 31.2322)) < 50
    # Hong Kong's government offices at Tamar: 114.1661 E, 22.2804 N.
    assert distance_m(by_code["810000"].point, Point(114.1661, 22.2804)) < 60


def test_nearly_all_counties_of_the_mainland_have_a_point_and_no_township_has(divisions):
    counties = [d for d in divisions if d.level is Level.COUNTY and d.code[:2] < "71"]
    assert sum(d.point is not None for d in counties) / len(counties) > 0.99
    assert not any(d.point for d in divisions if d.level is Level.TOWNSHIP)
    assert all(73 <= d.point.lng <= 136 and 3 <= d.point.lat <= 54 for d in divisions if d.point)


def test_former_divisions_lead_to_one_that_exists(by_code):
    former = {old.name: old for old in load_former()}
    assert all(old.successor in by_code for old in former.values())
    assert by_code[former["永年县"].successor].name == "永年区"
    assert by_code[former["襄樊市"].successor].name == "襄阳市"


def test_a_division_that_was_split_has_no_single_successor():
    names = {old.name for old in load_former()}
    assert not names & {"江干区", "邢台县", "邯郸县", "莱芜市"}


@pytest.mark.parametrize(
    ("code", "digits"),
    [("420000", "42"), ("420100", "4201"), ("420102", "420102"), ("420102001", "420102001"), ("441900", "4419")],
)
def test_significant_digits(code, digits):
    assert significant(code) == digits


def test_the_notices_of_the_sources_are_shipped():
    notice = (DATA / "NOTICE").read_text(encoding="utf-8")
    assert "2019 xiangyuecn" in notice
    assert "2018 QinYuan Du" in notice
    assert "Creative Commons" in notice
