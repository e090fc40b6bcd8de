from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from keqing.core.models import HistoryEntry
from keqing.core.saving import save_one, throw_away
from keqing.territory import geography
from keqing.territory.calendar_days import DayKind, HolidayRow
from keqing.territory.models import Division, Holiday, TravelRule
from keqing.territory.services import gazetteer, load_reference, travel_rules
from keqing.territory.services.reference import load_divisions, load_shipped_holidays, load_travel_rule
from keqing.territory.tests.builders import ACT, CHANGYANG, TODAY

pytestmark = pytest.mark.django_db


def holiday(day: date, name: str = "春节", source: str = "法定", is_provisional: bool = True) -> HolidayRow:
    return HolidayRow(day, DayKind.REST, name, source, is_provisional)


def test_all_that_is_shipped_is_loaded_once() -> None:
    first = load_reference(ACT)
    assert first.divisions == Division.objects.count() == len(geography.load())
    assert first.travel_rules == TravelRule.objects.count() == 1
    assert first.holidays == Holiday.objects.count() > 60
    entries = HistoryEntry.objects.count()
    again = load_reference(ACT)
    assert (again.divisions, again.holidays, again.travel_rules) == (0, 0, 0)
    assert HistoryEntry.objects.count() == entries
    changyang = Division.objects.select_related("parent__parent").get(code="420528")
    assert changyang.full_name == "湖北省宜昌市长阳土家族自治县"
    assert gazetteer().full_name("420528") == changyang.full_name


def test_only_what_differs_is_written_and_what_people_changed_stays() -> None:
    load_divisions(ACT, CHANGYANG)
    mine = Division.objects.get(code="420528101")
    mine.name, mine.source = "高家堰", "公司导入"
    save_one(mine, ACT)
    newer = [*CHANGYANG[:2], replace(CHANGYANG[2], name="长阳县"), *CHANGYANG[3:]]
    assert load_divisions(ACT, newer) == 1
    assert Division.objects.get(code="420528").name == "长阳县"
    assert Division.objects.get(code="420528101").name == "高家堰"


def test_the_gazetteer_follows_the_table() -> None:
    load_divisions(ACT, CHANGYANG)
    assert gazetteer().resolve(address="湖北宜昌长阳龙舟坪镇清江大道").code == "420528100"
    mine = Division(
        code="420528102", name="磨市镇", short_name="磨市镇", level=4, source="公司导入", valid_from=TODAY,
        parent=Division.objects.get(code="420528"),
    )  # fmt: skip
    save_one(mine, ACT)
    assert gazetteer().resolve(address="长阳县磨市镇").code == "420528102"


def test_a_notice_replaces_the_provisional_days_of_its_year() -> None:
    eve, third = date(2027, 2, 5), date(2027, 2, 8)
    load_shipped_holidays(ACT, [holiday(eve), holiday(third)])
    notice = "国办发明电〔2026〕7号"
    assert load_shipped_holidays(ACT, [holiday(eve, source=notice, is_provisional=False)]) == 2
    only = Holiday.objects.live().get()
    assert (only.day, only.source, only.is_provisional) == (eve, notice, False)


def test_days_that_people_confirmed_or_threw_away_stay_so() -> None:
    eve, third = date(2027, 2, 5), date(2027, 2, 8)
    load_shipped_holidays(ACT, [holiday(eve), holiday(third)])
    row = Holiday.objects.get(day=eve)
    row.is_provisional, row.source = False, "公司通知"
    save_one(row, ACT)
    throw_away([Holiday.objects.get(day=third)], ACT)
    shipped = [holiday(eve, source="国办", is_provisional=False), holiday(third, source="国办", is_provisional=False)]
    assert load_shipped_holidays(ACT, shipped) == 0
    assert Holiday.objects.live().get().source == "公司通知"


def test_travel_times_by_division_tree_come_from_the_dated_rule() -> None:
    load_travel_rule(ACT)
    load_divisions(ACT, CHANGYANG)
    rules = travel_rules(TODAY)
    here, there = geography.Place("420528100"), geography.Place("420528101")
    assert geography.minutes_between(here, here, gazetteer=gazetteer(), rules=rules).minutes == 15
    assert geography.minutes_between(here, there, gazetteer=gazetteer(), rules=rules).minutes == 35
    assert rules.valid_from == date(2020, 1, 1)
    with pytest.raises(geography.TravelRulesMissing):
        travel_rules(date(2019, 12, 31))
