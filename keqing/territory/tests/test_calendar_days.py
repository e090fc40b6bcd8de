from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from keqing.territory.calendar_days import (
    CalendarYearMissing,
    DayKind,
    HolidayRow,
    HolidayTableFault,
    WorkingCalendar,
    load_holidays,
)


@pytest.fixture(scope="module")
def calendar():
    return WorkingCalendar(load_holidays())


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        # EX of DOMAIN 8.1
        (date(2026, 2, 14), True),  # Saturday worked
        (date(2026, 2, 16), False),  # Monday of the Spring Festival
        (date(2026, 10, 10), True),  # Saturday worked
        (date(2026, 10, 8), True),  # Thursday, the first after the holiday
        # ordinary days and edges
        (date(2026, 10, 7), False),
        (date(2026, 11, 21), False),  # an ordinary Saturday
        (date(2026, 11, 20), True),
        (date(2025, 1, 26), True),  # Sunday worked
        (date(2025, 2, 4), False),
        (date(2025, 2, 5), True),
        (date(2025, 6, 2), False),
        (date(2027, 2, 5), False),  # eve of the Spring Festival, statutory
        (date(2027, 2, 9), True),
    ],
)
def test_workdays_of_the_notices(calendar, day, expected):
    assert calendar.is_workday(day) is expected


def test_the_table_holds_what_the_notices_name():
    counts = Counter((row.day.year, row.kind) for row in load_holidays())
    assert counts == {
        (2025, DayKind.REST): 28,  # 1 + 8 + 3 + 5 + 3 + 8
        (2025, DayKind.WORK): 5,
        (2026, DayKind.REST): 33,  # 3 + 9 + 3 + 5 + 3 + 3 + 7
        (2026, DayKind.WORK): 6,
        (2027, DayKind.REST): 13,  # the statutory days
    }


def test_working_days_of_the_table_are_weekend_days():
    assert all(row.day.weekday() >= 5 for row in load_holidays() if row.kind is DayKind.WORK)


def test_only_the_year_without_a_notice_is_provisional(calendar):
    assert [year for year in (2025, 2026, 2027) if calendar.is_provisional(year)] == [2027]


@pytest.mark.parametrize(
    ("deadline", "rolled"),
    [
        (date(2026, 2, 13), date(2026, 2, 13)),  # a workday stays
        (date(2026, 2, 14), date(2026, 2, 14)),  # a worked Saturday stays
        (date(2026, 2, 15), date(2026, 2, 24)),  # the whole festival, 15th to 23rd
        (date(2026, 10, 1), date(2026, 10, 8)),
        (date(2026, 11, 21), date(2026, 11, 23)),  # Saturday to Monday
        (date(2025, 10, 11), date(2025, 10, 11)),  # worked Saturday
    ],
)
def test_a_deadline_on_a_rest_day_rolls_forward(calendar, deadline, rolled):
    assert calendar.roll(deadline) == rolled


def test_next_and_previous_workday_never_answer_with_the_day_itself(calendar):
    # Fri 13th, Sat 14th worked, 15th to 23rd free, Tue 24th.
    assert calendar.next_workday(date(2026, 2, 13)) == date(2026, 2, 14)
    assert calendar.next_workday(date(2026, 2, 14)) == date(2026, 2, 24)
    assert calendar.previous_workday(date(2026, 2, 24)) == date(2026, 2, 14)
    assert calendar.previous_workday(date(2026, 2, 14)) == date(2026, 2, 13)


def test_workdays_of_a_half_open_period(calendar):
    # Week of Mon 2026-09-28: 28, 29, 30, then the holiday to 10-07; 8th, 9th, worked Saturday 10th; Sunday 11th free.
    days = calendar.workdays(date(2026, 9, 28), date(2026, 10, 12))
    assert [day.day for day in days] == [28, 29, 30, 8, 9, 10]
    assert calendar.workdays(date(2026, 9, 28), date(2026, 9, 29)) == (date(2026, 9, 28),)
    assert calendar.workdays(date(2026, 9, 28), date(2026, 9, 28)) == ()
    assert calendar.workdays(date(2026, 9, 29), date(2026, 9, 28)) == ()


def test_workdays_of_february_2026(calendar):
    # 20 weekdays, less the 6 of 16–20 and 23, plus the Saturdays 14 and 28.
    assert len(calendar.workdays(date(2026, 2, 1), date(2026, 3, 1))) == 16


def test_festival_names(calendar):
    assert calendar.name_of(date(2026, 6, 19)) == "端午节"
    assert calendar.name_of(date(2026, 2, 14)) == "春节"
    assert calendar.name_of(date(2026, 11, 20)) == ""


@pytest.mark.parametrize("year", [2024, 2028])
def test_a_year_off_the_table_is_said_not_guessed(calendar, year):
    assert not calendar.has_year(year)
    with pytest.raises(CalendarYearMissing, match=str(year)):
        calendar.is_workday(date(year, 6, 3))
    with pytest.raises(CalendarYearMissing):
        calendar.is_provisional(year)


def test_a_search_that_leaves_the_table_says_so(calendar):
    with pytest.raises(CalendarYearMissing, match="2028"):
        calendar.next_workday(date(2027, 12, 31))


def test_an_assumed_year_knows_weekends_only_and_is_provisional():
    calendar = WorkingCalendar(load_holidays(), assumed_years=[2026, 2028])
    assert calendar.is_workday(date(2028, 1, 3))
    assert not calendar.is_workday(date(2028, 1, 1))  # a Saturday
    assert calendar.is_provisional(2028)
    assert not calendar.has_year(2028)
    assert not calendar.is_provisional(2026)  # on record, so nothing is assumed


def test_a_day_twice_in_the_table_is_a_fault():
    row = HolidayRow(date(2026, 1, 1), DayKind.REST, "元旦", "test", False)
    with pytest.raises(HolidayTableFault, match="2026-01-01"):
        WorkingCalendar([row, row])


@pytest.mark.parametrize(
    "line",
    [
        "2026-13-01,rest,元旦,x,0",  # no such month
        "2026-01-01,holiday,元旦,x,0",  # no such kind
        "2026-01-01,rest,元旦,x,yes",  # not 0 or 1
        "2026-01-01,rest",  # columns missing
    ],
)
def test_a_bad_line_is_named(tmp_path, line):
    table = tmp_path / "holidays.csv"
    table.write_text(f"day,kind,name,source,provisional\n{line}\n", encoding="utf-8")
    with pytest.raises(HolidayTableFault, match="line 2"):
        load_holidays(table)
