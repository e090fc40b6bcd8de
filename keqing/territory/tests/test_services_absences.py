from __future__ import annotations

from datetime import date

import pytest

from keqing.core.models import Notice
from keqing.territory.errors import EmptyPeriod, ExcludedTogether, NotEmployed, SubstituteAway, TimeOffOverlap
from keqing.territory.models import Employee, TimeOff
from keqing.territory.personas import Persona
from keqing.territory.services import appoint, take_time_off
from keqing.territory.tests.builders import ACT, TODAY, employee, off, position, tenure
from tests.personas import Cast

pytestmark = pytest.mark.django_db
MON, WED, FRI = date(2026, 11, 23), date(2026, 11, 25), date(2026, 11, 27)


@pytest.fixture
def li() -> Employee:
    who = employee("E1", "李闻")
    tenure(who, position("P-LI"))
    return who


@pytest.fixture
def wang() -> Employee:
    who = employee("E2", "王强")
    tenure(who, position("P-WANG", Persona.KAM))
    return who


def test_a_substitute_who_is_free_stands_in(li: Employee, wang: Employee) -> None:
    saved = take_time_off(off(li, MON, FRI, wang), ACT)
    assert TimeOff.objects.live().touching(FRI, FRI).get() == saved


@pytest.mark.parametrize(("first", "last"), [(FRI, FRI), (MON, MON), (date(2026, 11, 1), date(2026, 12, 1))])
def test_nobody_substitutes_who_is_away_too(li: Employee, wang: Employee, first: date, last: date) -> None:
    take_time_off(off(wang, first, last), ACT)
    with pytest.raises(SubstituteAway, match=r"王强 .*也不在"):
        take_time_off(off(li, MON, FRI, wang), ACT)
    assert not TimeOff.objects.filter(employee=li).exists()


def test_the_day_after_is_free_again(li: Employee, wang: Employee) -> None:
    take_time_off(off(wang, date(2026, 11, 16), date(2026, 11, 22)), ACT)
    assert take_time_off(off(li, MON, FRI, wang), ACT).pk


def test_who_stands_in_does_not_go_away(li: Employee, wang: Employee) -> None:
    take_time_off(off(li, MON, FRI, wang), ACT)
    with pytest.raises(SubstituteAway, match="正替 李闻 代班"):
        take_time_off(off(wang, FRI, FRI), ACT)


def test_a_seller_does_not_stand_in_for_a_medical_representative_nor_the_other_way(li: Employee) -> None:
    lin = employee("E3", "林知夏")
    tenure(lin, position("P-MR", Persona.MR))
    with pytest.raises(ExcludedTogether):
        take_time_off(off(li, MON, FRI, lin), ACT)
    with pytest.raises(ExcludedTogether):
        take_time_off(off(lin, MON, FRI, li), ACT)
    assert not TimeOff.objects.exists()


def test_a_manager_stands_in_for_either_but_not_for_both_on_one_day(li: Employee) -> None:
    lin, boss = employee("E3", "林知夏"), employee("E4", "赵立")
    tenure(lin, position("P-MR", Persona.MR))
    tenure(boss, position("P-A", Persona.MANAGER))
    take_time_off(off(li, MON, WED, boss), ACT)
    with pytest.raises(ExcludedTogether):
        take_time_off(off(lin, WED, FRI, boss), ACT)
    assert take_time_off(off(lin, date(2026, 11, 26), FRI, boss), ACT).pk


def test_an_appointment_may_not_make_a_substitute_act_as_both(li: Employee) -> None:
    lin = employee("E3", "林知夏")
    tenure(lin, position("P-MR", Persona.MR))
    boss = employee("E4", "赵立")
    tenure(boss, position("P-A", Persona.MANAGER))
    take_time_off(off(lin, MON, FRI, boss), ACT)
    with pytest.raises(ExcludedTogether, match="赵立"):
        appoint(position("P-S"), boss, WED, ACT)


def test_an_appointment_of_the_absent_person_counts_for_the_substitute_too() -> None:
    lin, newcomer = employee("E3", "林知夏"), employee("E5", "新人")
    tenure(lin, position("P-MR", Persona.MR))
    take_time_off(off(newcomer, MON, FRI, lin), ACT)
    with pytest.raises(ExcludedTogether, match="林知夏"):  # lin stands in for the newcomer, who would sell
        appoint(position("P-T"), newcomer, WED, ACT)


def test_days_off_are_entered_once(li: Employee) -> None:
    saved = take_time_off(off(li, MON, WED), ACT)
    with pytest.raises(TimeOffOverlap, match="李闻 11-23 到 11-25 已经登记过"):
        take_time_off(off(li, WED, FRI), ACT)
    saved.ends_on = FRI  # changing one's own entry is no overlap
    assert take_time_off(saved, ACT).ends_on == FRI


def test_wrong_periods_and_leavers_are_refused(li: Employee, wang: Employee) -> None:
    with pytest.raises(EmptyPeriod):
        take_time_off(off(li, FRI, MON), ACT)
    with pytest.raises(SubstituteAway, match="不能是自己"):
        take_time_off(off(li, MON, FRI, li), ACT)
    wang.left_on = FRI
    with pytest.raises(NotEmployed, match="王强 2026-11-27 离职"):
        take_time_off(off(li, MON, FRI, wang), ACT)


def test_the_superior_hears_of_it_while_nobody_stands_in(cast: Cast) -> None:
    li = Employee.objects.get(name="李闻")
    take_time_off(off(li, MON, FRI), ACT)
    notice = Notice.objects.get()
    assert (notice.user, notice.text) == (cast["area_zhao"], "李闻 11-23 到 11-27 休假，还没有代班人")


def test_the_substitute_hears_of_it(cast: Cast) -> None:
    li, xu = Employee.objects.get(name="李闻"), Employee.objects.get(name="许衡")
    take_time_off(off(li, TODAY, TODAY, xu), ACT)
    notice = Notice.objects.get()
    assert (notice.user, notice.text) == (cast["kam_xu"], "11-18 你替 李闻 代班")
