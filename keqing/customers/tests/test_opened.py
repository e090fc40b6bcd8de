"""A customer as its page opens it: what stands there today, and nothing to who may not see it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from keqing.accounts.models import User
from keqing.core.models import ImportRun, StoredFile
from keqing.core.saving import Act, throw_away
from keqing.core.viewer import Viewer
from keqing.customers.models import Party
from keqing.customers.reports.opened import Opened, holding, jobs_at, open_party, proposed_place, seen_party
from keqing.customers.services import add_name, add_person, end_job, propose_place, set_grade
from keqing.customers.tests.builders import ACT, DAY, cover, make_party
from keqing.territory.models import Division
from tests.personas import Cast

Look = Callable[..., Viewer]
YESTERDAY, TOMORROW = DAY - timedelta(1), DAY + timedelta(1)
pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def store(cast: Cast, divisions: dict[str, Division]) -> Party:
    party = make_party("芷安堂东门店", divisions["330122101"], address="桐庐县柳溪路 9 号")
    cover(party, cast.position_of("rep_li"), share="0.6")
    return party


def opened(party: Party, viewer: Viewer) -> Opened:
    found = open_party(viewer, party.public_id)
    assert found is not None
    return found


def test_everybody_opens_what_the_list_shows_and_nothing_else(
    cast: Cast, divisions: dict[str, Division], viewer_of: Look
) -> None:
    """The condition for one row and the one for many are written twice, and say the same for every persona."""
    for number, name in enumerate(("rep_li", "rep_zhao", "kam_xu", "mr_lin")):
        cover(make_party(f"店{number}"), cast.position_of(name))
        cover(make_party(f"以前的店{number}"), cast.position_of(name), date(2025, 1, 1), DAY)
        cover(make_party(f"以后的店{number}"), cast.position_of(name), TOMORROW)
    make_party("没有人分管的店")
    gone = make_party("关了的店")
    cover(gone, cast.position_of("rep_li"))
    throw_away([gone], ACT)
    counts = set()
    for user in User.objects.all():
        viewer = viewer_of(user, DAY)
        one_by_one = {party.pk for party in Party.objects.all() if seen_party(viewer, party.public_id) is not None}
        assert one_by_one == set(Party.objects.visible_to(viewer).values_list("pk", flat=True)), user.username
        assert one_by_one == set(Party.objects.one_visible_to(viewer).values_list("pk", flat=True)), user.username
        counts.add(len(one_by_one))
    assert {0, 1, 13} <= counts


def test_the_row_is_the_row_of_the_database(store: Party, cast: Cast, viewer_of: Look) -> None:
    found, stored = opened(store, viewer_of(cast["rep_li"], DAY)), Party.objects.get(pk=store.pk)
    values = [field.attname for field in Party._meta.concrete_fields]
    assert [getattr(found.party, name) for name in values] == [getattr(stored, name) for name in values]
    assert (found.division, found.place_line) == ("330122101", "浙江省杭州市桐庐县分水镇 柳溪路 9 号")


def test_only_what_stands_today_is_read(store: Party, cast: Cast, viewer_of: Look) -> None:
    set_grade(store, "ABC", "B", date(2026, 1, 1), ACT)
    set_grade(store, "ABC", "A", DAY, ACT)
    set_grade(store, "VIP", "VIP", TOMORROW, ACT)
    add_name(store, "东门一店", "former", ACT)
    throw_away([add_name(store, "写错的名字", "also", ACT)], ACT)
    cover(store, cast.position_of("rep_zhao"), date(2026, 2, 1), share="0.4")
    cover(store, cast.position_of("kam_xu"), date(2025, 1, 1), DAY)
    found = opened(store, viewer_of(cast["rep_li"], DAY))
    assert {scheme: (grade.value, grade.since) for scheme, grade in found.grades.items()} == {"ABC": ("A", DAY)}
    assert [(one.relation, one.name) for one in found.names] == [("former", "东门一店")]
    assert [(one.label, one.share) for one in found.holders] == [("李闻", Decimal("0.6")), ("赵青", Decimal("0.4"))]
    assert holding(viewer_of(cast["rep_li"], DAY), store) == found.held


def test_the_head_office_is_a_link_only_for_who_sees_it(store: Party, cast: Cast, viewer_of: Look) -> None:
    head = make_party("芷安堂总部", kind="CHAIN_HQ", terminal_type="")
    branch = make_party("芷安堂西门店", parent=head)
    cover(branch, cast.position_of("rep_li"))
    seen = {}
    for name in ("rep_li", "sfe_sun"):
        parent = opened(branch, viewer_of(cast[name], DAY)).parent
        assert parent is not None and (parent.name, parent.public_id) == ("芷安堂总部", head.public_id)
        seen[name] = parent.is_seen
    assert seen == {"rep_li": False, "sfe_sun": True}
    assert opened(store, viewer_of(cast["rep_li"], DAY)).parent is None


def test_rows_of_an_import_wait_until_it_is_published(store: Party, cast: Cast, viewer_of: Look) -> None:
    file = StoredFile.objects.create(sha256="0" * 64, name="a.xlsx", size=1, at=ACT.at)
    run = ImportRun.objects.create(kind="customers", file=file, state="writing", at=ACT.at)
    brought = Act(user_id=None, at=ACT.at, import_run_id=run.pk)
    set_grade(store, "ABC", "A", date(2026, 1, 1), brought)
    add_name(store, "还没发布的名字", "also", brought)
    viewer = viewer_of(cast["rep_li"], DAY)
    assert viewer.unpublished == (run.pk,)
    assert (opened(store, viewer).grades, opened(store, viewer).names) == ({}, [])
    run.state = "published"
    run.save()
    assert len(opened(store, viewer_of(cast["rep_li"], DAY)).grades) == 1


def test_people_of_today_with_the_main_contact_first(store: Party, cast: Cast, viewer_of: Look) -> None:
    since = date(2026, 1, 1)
    for name, is_primary in (("阿甲", False), ("何雨桐", True), ("走了的", False)):
        values = {"name": name, "contact_class": "COMMERCIAL", "job_title": "店员", "is_primary": is_primary}
        job = add_person(store, values, ACT, since)
    end_job(job, DAY, ACT)
    viewer = viewer_of(cast["rep_li"], DAY)
    assert [(one.name, one.is_primary) for one in jobs_at(viewer, store)] == [("何雨桐", True), ("阿甲", False)]


def test_an_open_proposal_is_found(store: Party, cast: Cast, viewer_of: Look) -> None:
    viewer = viewer_of(cast["rep_li"], DAY)
    assert proposed_place(viewer, store) is None
    row = propose_place(store, 119.43, 29.93, 20, ACT)
    found = proposed_place(viewer, store)
    assert row is not None and found is not None
    assert (found.public_id, found.at, found.lat, found.lng, found.accuracy_m) == (
        row.public_id, ACT.at, 29.93, 119.43, 20,
    )  # fmt: skip


def test_what_does_not_exist_is_not_found(cast: Cast, viewer_of: Look) -> None:
    assert open_party(viewer_of(cast["sfe_sun"], DAY), uuid4()) is None
