"""What stands further down on a customer's page: every assignment there ever was, its members, what happened to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from keqing.accounts.models import User
from keqing.core.saving import throw_away
from keqing.core.viewer import Viewer
from keqing.customers.models import Party, Person
from keqing.customers.reports.below import COMING, NOW, PAST, assignments_of, members_of
from keqing.customers.reports.history import party_history
from keqing.customers.services import add_person, move_job
from keqing.customers.tests.builders import ACT, DAY, EVERYONE, cover, make_party
from tests.personas import Cast

Look = Callable[..., Viewer]
NEW_YEAR, TOMORROW = date(2026, 1, 1), DAY + timedelta(1)
pytestmark = [pytest.mark.django_db, pytest.mark.database]


def test_assignments_of_now_before_those_to_come_before_those_gone_by(cast: Cast, viewer_of: Look) -> None:
    party = make_party("芷安堂东门店")
    cover(party, cast.position_of("kam_xu"), date(2025, 1, 1), NEW_YEAR)
    cover(party, cast.position_of("rep_zhao"), TOMORROW, share="0.5")
    cover(party, cast.position_of("rep_li"), NEW_YEAR, TOMORROW)
    throw_away([cover(party, cast.position_of("rep_li"), date(2024, 1, 1), date(2024, 2, 1))], ACT)
    found = assignments_of(viewer_of(cast["rep_li"], DAY), party)
    assert [(one.holder, one.position, one.when) for one in found] == [
        ("李闻", "岗位 P-LI", NOW),
        ("赵青", "岗位 P-ZHAO", COMING),
        ("许衡", "岗位 P-KAM", PAST),
    ]


@pytest.mark.parametrize(("members", "listed", "count"), [(0, 0, 0), (3, 3, 3), (4, 3, 4), (7, 3, 7)])
def test_members_are_those_the_viewer_sees(cast: Cast, viewer_of: Look, members: int, listed: int, count: int) -> None:
    head = make_party("芷安堂总部", kind="CHAIN_HQ", terminal_type="")
    for number in range(members):
        cover(make_party(f"芷安堂{number}店", parent=head), cast.position_of("rep_li"))
    cover(make_party("邻居管的店", parent=head), cast.position_of("rep_zhao"))
    rows, found = members_of(viewer_of(cast["rep_li"], DAY), head, 3)
    assert ([row.name for row in rows], found) == ([f"芷安堂{number}店" for number in range(listed)], count)
    assert members_of(viewer_of(cast["sfe_sun"], DAY), head, 3)[1] == members + 1


def test_one_person_is_seen_by_who_sees_the_list_with_it(cast: Cast, viewer_of: Look) -> None:
    for number, name in enumerate(("rep_li", "rep_zhao", "kam_xu")):
        party, elsewhere = make_party(f"店{number}"), make_party(f"别处{number}")
        cover(party, cast.position_of(name))
        for who in ("留下的", "走了的"):
            job = add_person(party, {"name": who, "contact_class": "COMMERCIAL", "job_title": "店员"}, ACT, NEW_YEAR)
        move_job(job.person, party, elsewhere, DAY, ACT)
    for user in User.objects.all():
        viewer = viewer_of(user, DAY)
        listed, one_by_one = (
            set(rows.values_list("pk", flat=True))
            for rows in (Person.objects.visible_to(viewer), Person.objects.one_visible_to(viewer))
        )
        assert listed == one_by_one, user.username


def test_history_tells_nothing_of_who_moved_on_to_a_neighbour(cast: Cast, viewer_of: Look) -> None:
    party, elsewhere = make_party("芷安堂东门店"), make_party("回春堂西门店")
    cover(party, cast.position_of("rep_li"))
    cover(elsewhere, cast.position_of("rep_zhao"))
    job = add_person(party, {"name": "何雨桐", "contact_class": "COMMERCIAL", "job_title": "店长"}, ACT, NEW_YEAR)
    viewer = viewer_of(cast["rep_li"], DAY)
    assert any("何雨桐" in entry.text for entry in party_history(party, viewer, size=10))
    move_job(job.person, party, elsewhere, DAY, ACT)
    assert not any("何雨桐" in entry.text for entry in party_history(party, viewer, size=10))
    reader = replace(EVERYONE, rights={"person": frozenset({"read"})})
    assert any("何雨桐" in entry.text for entry in party_history(party, reader, size=10))
    assert not any("何雨桐" in entry.text for entry in party_history(party, EVERYONE, size=10))


def test_history_is_read_page_by_page(cast: Cast, viewer_of: Look) -> None:
    party = make_party("芷安堂东门店")
    for month in range(1, 7):
        cover(party, cast.position_of("rep_li"), date(2026, month, 1), date(2026, month + 1, 1))
    whole = party_history(party, EVERYONE, size=50)
    assert len(whole) == 7 and Party.objects.count() == 1
    assert [*party_history(party, EVERYONE, size=4), *party_history(party, EVERYONE, size=4, offset=4)] == whole
