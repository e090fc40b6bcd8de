"""A year of the working calendar as twelve months of weeks."""

from __future__ import annotations

from calendar import Calendar
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from keqing.territory.calendar_days import WorkingCalendar
from keqing.territory.models import Holiday

MONTHS = range(1, 13)


@dataclass(frozen=True)
class Day:
    date: date
    is_workday: bool
    #: the row of the table, when the day differs from the plain week
    holiday: Holiday | None
    is_today: bool

    @property
    def is_rest(self) -> bool:
        return self.holiday is not None and self.holiday.kind == Holiday.Kind.REST

    @property
    def is_made_up(self) -> bool:
        return self.holiday is not None and self.holiday.kind == Holiday.Kind.WORK


@dataclass(frozen=True)
class Month:
    number: int
    weeks: tuple[tuple[Day | None, ...], ...]
    workdays: int


@dataclass(frozen=True)
class Year:
    number: int
    months: tuple[Month, ...]
    is_on_record: bool
    is_provisional: bool
    rest: tuple[Holiday, ...]
    made_up: tuple[Holiday, ...]

    @property
    def workdays(self) -> int:
        return sum(month.workdays for month in self.months)


def year_of(number: int, calendar: WorkingCalendar, holidays: Mapping[date, Holiday], today: date) -> Year:
    rows = [row for day, row in sorted(holidays.items()) if day.year == number]
    return Year(
        number=number,
        months=tuple(_month(number, month, calendar, holidays, today) for month in MONTHS),
        is_on_record=calendar.has_year(number),
        is_provisional=calendar.is_provisional(number),
        rest=tuple(row for row in rows if row.kind == Holiday.Kind.REST),
        made_up=tuple(row for row in rows if row.kind == Holiday.Kind.WORK),
    )


def _month(year: int, month: int, calendar: WorkingCalendar, holidays: Mapping[date, Holiday], today: date) -> Month:
    weeks = tuple(
        tuple(
            Day(day, calendar.is_workday(day), holidays.get(day), day == today) if day.month == month else None
            for day in week
        )
        for week in Calendar().monthdatescalendar(year, month)
    )
    return Month(month, weeks, sum(1 for week in weeks for day in week if day and day.is_workday))
