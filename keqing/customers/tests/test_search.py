"""The search finds customers by one or two characters, initials and code; people by name; both only what is seen."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.contrib.auth.models import AbstractBaseUser
from django.test import Client

from keqing.core.viewer import Viewer
from keqing.customers.search import find_parties, find_people
from keqing.customers.services import add_person
from keqing.customers.tests.builders import ACT, DAY, cover, make_party
from keqing.territory.models import Division
from tests.personas import Cast

Look = Callable[..., Viewer]
SignIn = Callable[[AbstractBaseUser], Client]


@pytest.fixture(autouse=True)
def town(cast: Cast, divisions: dict[str, Division]) -> None:
    store = make_party("芷安堂东门店", divisions["330122101"], code="C00123")
    cover(store, cast.position_of("rep_li"))
    add_person(store, {"name": "何雨桐", "contact_class": "COMMERCIAL", "job_title": "店长"}, ACT)
    cover(make_party("芷安堂西门店", divisions["330127"]), cast.position_of("rep_zhao"))


@pytest.mark.parametrize("query", ["芷安", "芷", "东门", "zat", "zatdm", "dongmen", "C00123", "芷安 东门", "00123"])
def test_a_customer_is_found_by_parts_sounds_and_code(cast: Cast, viewer_of: Look, query: str) -> None:
    hits = find_parties(query, viewer_of(cast["rep_li"], DAY), 10)
    assert [(hit.label, hit.icon) for hit in hits] == [("芷安堂东门店", "building-store")]
    assert hits[0].detail == "连锁门店 · 桐庐县 · C00123" and hits[0].url.startswith("/customers/")


@pytest.mark.parametrize("query", ["", "  ", "回春", "xmd", "！"])
def test_what_is_not_there_or_not_seen_is_not_found(cast: Cast, viewer_of: Look, query: str) -> None:
    viewer = viewer_of(cast["rep_li"], DAY)
    assert find_parties(query, viewer, 10) == find_people(query, viewer, 10) == []


@pytest.mark.parametrize("query", ["雨桐", "何", "hyt", "heyu"])
def test_a_person_is_found_with_the_place_of_work(cast: Cast, viewer_of: Look, query: str) -> None:
    hits = find_people(query, viewer_of(cast["rep_li"], DAY), 10)
    assert [(hit.label, hit.detail) for hit in hits] == [("何雨桐", "芷安堂东门店 店长")]
    assert find_people(query, viewer_of(cast["rep_zhao"], DAY), 10) == []


@pytest.mark.parametrize(("who", "count"), [("finance_qian", 0), ("rep_li", 1), ("sfe_sun", 2)])
def test_the_search_page_asks_for_the_right_first(cast: Cast, client_of: SignIn, who: str, count: int) -> None:
    page = client_of(cast[who]).get("/search/", {"q": "芷安堂"}).content.decode()
    assert len(set(re.findall("芷安堂[东西]门店", page))) == count
