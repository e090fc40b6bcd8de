"""The working calendar through the table: the examples of DOMAIN 8.1, changes, confirmation."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError

from keqing.core.models import Counter
from keqing.core.saving import save_one
from keqing.territory.models import Holiday
from keqing.territory.services import clear_day, confirm_year, set_day, working_calendar
from keqing.territory.services.reference import load_shipped_holidays
from keqing.territory.tests.builders import ACT

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def shipped() -> None:
    load_shipped_holidays(ACT)


@pytest.mark.parametrize(
    ("day", "is_workday"),
    [
        (date(2026, 2, 14), True),  # Saturday worked for Spring Festival
        (date(2026, 2, 16), False),  # Monday, New Year's Eve
        (date(2026, 10, 10), True),  # Saturday worked for National Day
        (date(2026, 10, 8), True),  # Thursday after the holiday
        (date(2026, 11, 21), False),  # an ordinary Saturday
        (date(2027, 2, 8), False),  # provisional
        (date(2027, 2, 9), True),  # no make-up or extra days before the notice
    ],
)
def test_workdays_of_the_table(day: date, is_workday: bool) -> None:
    assert working_calendar().is_workday(day) is is_workday


def test_a_year_without_notice_is_provisional_and_a_year_without_rows_too() -> None:
    calendar = working_calendar()
    assert [calendar.is_provisional(year) for year in (2025, 2026, 2027, 2030)] == [False, False, True, True]
    assert [calendar.has_year(year) for year in (2027, 2030)] == [True, False]


def test_a_changed_day_is_seen_at_once() -> None:
    before = working_calendar()
    saturday = date(2027, 2, 20)
    row = set_day(Holiday(day=saturday, kind=Holiday.Kind.WORK, name="春节", source="国办"), ACT)
    assert not before.is_workday(saturday)
    assert working_calendar().is_workday(saturday)
    clear_day(row, ACT)
    assert not working_calendar().is_workday(saturday)


def test_the_same_version_is_the_same_calendar() -> None:
    version = Counter.objects.get(name="holidays").value
    assert working_calendar(version) is working_calendar()


def test_confirming_a_year_ends_its_being_provisional() -> None:
    count = Holiday.objects.filter(day__year=2027).count()
    assert confirm_year(2027, "国办发明电〔2026〕7号", ACT) == count
    assert not working_calendar().is_provisional(2027)
    assert confirm_year(2027, "again", ACT) == 0


def test_one_day_stands_once() -> None:
    with pytest.raises(IntegrityError):
        save_one(Holiday(day=date(2026, 2, 16), kind=Holiday.Kind.WORK, name="x", source="x"), ACT)
