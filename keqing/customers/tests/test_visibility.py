"""Who sees which customers: the own position and everything below it, on the day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from keqing.core.viewer import Viewer
from keqing.customers.models import Affiliation, Assignment, Party, Person
from keqing.customers.services import add_person, move_job
from keqing.customers.tests.builders import ACT, DAY, cover, make_party
from tests.personas import Cast

Look = Callable[..., Viewer]
TOMORROW, YESTERDAY = DAY + timedelta(days=1), DAY - timedelta(days=1)


def names(viewer: Viewer) -> list[str]:
    return [party.name for party in Party.objects.visible_to(viewer).order_by("sort_key")]


def test_a_representative_sees_own_customers_and_not_the_neighbour_s(cast: Cast, viewer_of: Look) -> None:
    cover(make_party("芷安堂东门店"), cast.position_of("rep_li"))
    cover(make_party("回春堂西门店"), cast.position_of("rep_zhao"))
    assert names(viewer_of(cast["rep_li"], DAY)) == ["芷安堂东门店"]
    assert names(viewer_of(cast["rep_zhao"], DAY)) == ["回春堂西门店"]


def test_a_manager_sees_the_whole_branch_and_a_middle_manager_only_the_own_one(cast: Cast, viewer_of: Look) -> None:
    cover(make_party("芷安堂东门店"), cast.position_of("rep_li"))
    cover(make_party("回春堂西门店"), cast.position_of("rep_zhao"))
    assert names(viewer_of(cast["manager_wang"], DAY)) == ["回春堂西门店", "芷安堂东门店"]
    assert names(viewer_of(cast["area_zhao"], DAY)) == ["芷安堂东门店"]


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "is_seen"),
    [
        (DAY, None, True),
        (TOMORROW, None, False),
        (date(2026, 1, 1), DAY, False),  # half-open: on its last day it no longer holds
        (date(2026, 1, 1), TOMORROW, True),
        (date(2026, 1, 1), YESTERDAY, False),
    ],
)
def test_an_assignment_opens_the_customer_on_its_days_only(
    cast: Cast, viewer_of: Look, starts_on: date, ends_on: date | None, is_seen: bool
) -> None:
    cover(make_party("芷安堂东门店"), cast.position_of("rep_li"), starts_on, ends_on)
    assert bool(names(viewer_of(cast["rep_li"], DAY))) is is_seen


def test_a_position_without_customers_sees_nothing_and_sales_operations_see_all(cast: Cast, viewer_of: Look) -> None:
    cover(make_party("芷安堂东门店"), cast.position_of("rep_li"))
    make_party("没有人分管的店")
    assert names(viewer_of(cast["kam_xu"], DAY)) == []
    assert len(names(viewer_of(cast["sfe_sun"], DAY))) == 2


def test_parts_and_people_follow_their_customer(cast: Cast, viewer_of: Look) -> None:
    party = make_party("芷安堂东门店")
    cover(party, cast.position_of("rep_li"))
    job = add_person(party, {"name": "何雨桐", "contact_class": "COMMERCIAL", "job_title": "店长"}, ACT)
    for model in (Assignment, Affiliation, Person):
        assert model.objects.visible_to(viewer_of(cast["rep_li"], DAY)).count() == 1
        assert model.objects.visible_to(viewer_of(cast["rep_zhao"], DAY)).count() == 0
    elsewhere = make_party("回春堂西门店")
    cover(elsewhere, cast.position_of("rep_zhao"))
    move_job(job.person, party, elsewhere, TOMORROW, ACT)
    assert Person.objects.visible_to(viewer_of(cast["rep_li"], DAY)).count() == 1
    assert Person.objects.visible_to(viewer_of(cast["rep_li"], TOMORROW)).count() == 0
    assert Person.objects.visible_to(viewer_of(cast["rep_zhao"], TOMORROW)).count() == 1
