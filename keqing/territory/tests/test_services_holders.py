from __future__ import annotations

from datetime import date

import pytest

from keqing.core.saving import Stale
from keqing.territory.errors import (
    EmptyPeriod,
    ExcludedTogether,
    NotEmployed,
    PositionNotInForce,
    StillNeeded,
    TenureOverlap,
    TreeLoop,
)
from keqing.territory.models import Employee, Position, Tenure
from keqing.territory.personas import Persona
from keqing.territory.services import appoint, end_tenure, remove_position, save_employee, save_position, vacancies
from keqing.territory.tests.builders import ACT, START, TODAY, employee, position, tenure

pytestmark = pytest.mark.django_db
MARCH = date(2026, 3, 1)


def test_the_former_holder_gives_the_position_up_the_same_day() -> None:
    where, li, wang = position("P-1"), employee("E1", "李闻"), employee("E2", "王强")
    former = tenure(li, where)
    new = appoint(where, wang, MARCH, ACT)
    former.refresh_from_db()
    assert (former.valid_to, new.valid_from, new.valid_to) == (MARCH, MARCH, None)
    assert [t.employee for t in Tenure.objects.live().on(MARCH)] == [wang]
    assert [t.employee for t in Tenure.objects.live().on(date(2026, 2, 28))] == [li]


def test_a_vacant_position_is_taken_and_no_longer_vacant() -> None:
    where, li = position("P-1"), employee("E1", "李闻")
    assert list(vacancies(TODAY)) == [where]
    appoint(where, li, MARCH, ACT)
    assert list(vacancies(TODAY)) == []
    assert list(vacancies(date(2026, 2, 28))) == [where]


def test_a_position_is_vacant_only_while_it_exists() -> None:
    where = position("P-1", since=MARCH)
    where.valid_to = date(2026, 6, 1)
    save_position(where, ACT)
    assert [list(vacancies(day)) for day in (START, MARCH, date(2026, 6, 1))] == [[], [where], []]


@pytest.mark.parametrize("starts_on", [MARCH, date(2025, 1, 1)])
def test_a_holder_who_begins_that_day_or_later_stands_in_the_way(starts_on: date) -> None:
    where, li, wang = position("P-1"), employee("E1", "李闻"), employee("E2", "王强")
    tenure(li, where, since=MARCH)
    with pytest.raises(TenureOverlap, match="李闻 从 2026-03-01 起任这个岗位"):
        appoint(where, wang, starts_on, ACT)
    assert Tenure.objects.live().count() == 1


def test_what_is_over_stays_as_it_was() -> None:
    where, li, wang = position("P-1"), employee("E1", "李闻"), employee("E2", "王强")
    tenure(li, where, until=date(2026, 10, 1))
    with pytest.raises(TenureOverlap, match="任这个岗位到 2026-10-01"):
        appoint(where, wang, MARCH, ACT)


def test_nobody_is_appointed_twice_to_one_position() -> None:
    where, li = position("P-1"), employee("E1", "李闻")
    tenure(li, where)
    with pytest.raises(TenureOverlap, match="就在这个岗位上"):
        appoint(where, li, MARCH, ACT)


def test_nobody_is_appointed_before_the_position_exists_or_after_leaving() -> None:
    where, li = position("P-1", since=MARCH), employee("E1", "李闻")
    with pytest.raises(PositionNotInForce):
        appoint(where, li, date(2026, 2, 28), ACT)
    li.left_on = date(2026, 5, 1)
    save_employee(li, ACT)
    with pytest.raises(NotEmployed, match="李闻 已于 2026-05-01 离职"):
        appoint(where, li, date(2026, 5, 1), ACT)
    assert appoint(where, li, MARCH, ACT).valid_to == date(2026, 5, 1)


@pytest.mark.parametrize(
    "persona", [Persona.OTC_REP, Persona.KAM, Persona.PRIMARY_REP, Persona.CHANNEL, Persona.AGENCY]
)
def test_a_medical_representative_takes_no_selling_position(persona: str) -> None:
    lin = employee("E1", "林知夏")
    tenure(lin, position("P-MR", Persona.MR))
    with pytest.raises(ExcludedTogether, match=r"林知夏 .*医药代表不能兼任销售岗位"):
        appoint(position("P-S", persona), lin, MARCH, ACT)
    assert Tenure.objects.live().count() == 1


def test_refusing_leaves_the_former_holder_in_place() -> None:
    lin, li = employee("E1", "林知夏"), employee("E2", "李闻")
    shop = position("P-S")
    tenure(lin, position("P-MR", Persona.MR))
    kept = tenure(li, shop)
    with pytest.raises(ExcludedTogether):
        appoint(shop, lin, MARCH, ACT)
    kept.refresh_from_db()
    assert kept.valid_to is None


def test_after_the_medical_position_has_ended_selling_is_open() -> None:
    lin, shop = employee("E1", "林知夏"), position("P-S")
    tenure(lin, position("P-MR", Persona.MR), until=MARCH)
    assert appoint(shop, lin, MARCH, ACT).employee == lin


def test_a_position_may_not_turn_medical_under_somebody_who_sells() -> None:
    li, other = employee("E1", "李闻"), position("P-2", Persona.MANAGER)
    tenure(li, position("P-1"))
    tenure(li, other)
    other.persona = Persona.MR
    with pytest.raises(ExcludedTogether):
        save_position(other, ACT)
    assert Position.objects.get(pk=other.pk).persona == Persona.MANAGER


def test_ending_a_tenure_leaves_the_position_vacant() -> None:
    where = position("P-1")
    held = tenure(employee("E1", "李闻"), where)
    end_tenure(held, MARCH, ACT)
    assert list(vacancies(MARCH)) == [where]
    with pytest.raises(TenureOverlap):
        end_tenure(held, date(2026, 4, 1), ACT)
    with pytest.raises(EmptyPeriod):
        end_tenure(held, START, ACT)


def test_closing_a_position_ends_its_holders_and_waits_for_those_below() -> None:
    top = position("P-1", Persona.MANAGER)
    below = position("P-2", parent=top)
    held = tenure(employee("E1", "李闻"), below)
    top.valid_to = MARCH
    with pytest.raises(StillNeeded, match="还有 1 个岗位"):
        save_position(top, ACT)
    below.valid_to = MARCH
    save_position(below, ACT)
    held.refresh_from_db()
    assert held.valid_to == MARCH
    top.refresh_from_db()
    top.valid_to = MARCH
    assert save_position(top, ACT).valid_to == MARCH


@pytest.mark.parametrize("below", ["P-1", "P-3"])
def test_no_position_stands_above_itself(below: str) -> None:
    top = position("P-1", Persona.MANAGER)
    middle = position("P-2", parent=top)
    position("P-3", parent=middle)
    top.parent = Position.objects.get(code=below)
    with pytest.raises(TreeLoop):
        save_position(top, ACT)


def test_a_position_goes_to_the_bin_only_when_nobody_hangs_on_it() -> None:
    top = position("P-1", Persona.MANAGER)
    below = position("P-2", parent=top)
    held = tenure(employee("E1", "李闻"), below)
    with pytest.raises(StillNeeded, match="下面还有 1 个岗位"):
        remove_position(top, ACT)
    with pytest.raises(StillNeeded, match="李闻 还在"):
        remove_position(below, ACT)
    end_tenure(held, MARCH, ACT)
    assert remove_position(below, ACT).rows == 2  # the position and its former holder's tenure
    assert list(Position.objects.live()) == [top]


def test_who_leaves_gives_up_every_position() -> None:
    li = employee("E1", "李闻")
    held = tenure(li, position("P-1"))
    later = tenure(li, position("P-2"), since=date(2026, 12, 1))
    li.left_on = date(2026, 11, 30)
    with pytest.raises(NotEmployed, match="还要任"):
        save_employee(li, ACT)
    li.refresh_from_db()
    li.left_on = date(2026, 12, 31)
    save_employee(li, ACT)
    for one in (held, later):
        one.refresh_from_db()
        assert one.valid_to == date(2026, 12, 31)


def test_a_mobile_number_is_found_by_its_hash_and_lies_encrypted() -> None:
    li = save_employee(Employee(staff_no="E1", name="李闻", mobile="13800000001"), ACT)
    other = save_employee(Employee(staff_no="E2", name="王强", mobile="13800000001"), ACT)
    assert li.mobile_hash == other.mobile_hash != ""
    assert Employee.objects.filter(mobile_hash=li.mobile_hash).count() == 2
    li.mobile = ""
    assert save_employee(li, ACT).mobile_hash == ""


def test_two_people_at_one_row_do_not_overwrite_each_other() -> None:
    one = position("P-1")
    other = Position.objects.get(pk=one.pk)
    one.name = "甲"
    save_position(one, ACT)
    other.name = "乙"
    with pytest.raises(Stale):
        save_position(other, ACT)
