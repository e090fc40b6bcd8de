"""The working calendar 工作日历: statutory rest days and working weekends from a dated table (DOMAIN 8.1).

The source of truth is the State Council's notice of each November; a year whose notice is not in the table yet holds
the statutory days alone and is provisional.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from pathlib import Path

TABLE = Path(__file__).resolve().parent / "data" / "holidays.csv"
SATURDAY = 5
ONE_DAY = timedelta(days=1)


class DayKind(StrEnum):
    REST = "rest"
    WORK = "work"  # a weekend day worked in exchange 调休上班


class HolidayTableFault(ValueError):
    """A row the table may not hold, or two rows that contradict each other."""


class CalendarYearMissing(LookupError):
    """A day was asked of a year that the table does not hold at all."""

    def __init__(self, year: int) -> None:
        super().__init__(f"no holidays on record for {year}")
        self.year = year


@dataclass(frozen=True, slots=True)
class HolidayRow:
    day: date
    kind: DayKind
    name: str
    source: str
    is_provisional: bool


def load_holidays(path: Path = TABLE) -> tuple[HolidayRow, ...]:
    """The shipped table, or another of the same columns: day, kind, name, source, provisional (0 or 1)."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return tuple(_row(row, line) for line, row in enumerate(csv.DictReader(file), start=2))


def _row(row: dict[str, str], line: int) -> HolidayRow:
    try:
        is_provisional = {"0": False, "1": True}[row["provisional"]]
        day, kind = date.fromisoformat(row["day"]), DayKind(row["kind"])
        return HolidayRow(day, kind, row["name"], row["source"], is_provisional)
    except (KeyError, ValueError, TypeError) as error:
        raise HolidayTableFault(f"line {line}: {error}") from error


class WorkingCalendar:
    """Answers for the years on record; any other year raises ``CalendarYearMissing``.

    ``assumed_years`` are answered by weekends alone and count as provisional: for a planner that looks further ahead
    than the notices reach and says so.
    """

    def __init__(self, rows: Iterable[HolidayRow], assumed_years: Iterable[int] = ()) -> None:
        self._rows = _by_day(rows)
        self._years = frozenset(day.year for day in self._rows)
        provisional = {row.day.year for row in self._rows.values() if row.is_provisional}
        self._assumed = frozenset(assumed_years) - self._years
        self._provisional = frozenset(provisional) | self._assumed

    def has_year(self, year: int) -> bool:
        """Whether the table itself holds the year; an assumed year is not on record."""
        return year in self._years

    def is_provisional(self, year: int) -> bool:
        self._require(year)
        return year in self._provisional

    def is_workday(self, day: date) -> bool:
        self._require(day.year)
        row = self._rows.get(day)
        return row.kind is DayKind.WORK if row else day.weekday() < SATURDAY

    def name_of(self, day: date) -> str:
        """The festival the day is free or worked for; "" on an ordinary day."""
        self._require(day.year)
        row = self._rows.get(day)
        return row.name if row else ""

    def next_workday(self, day: date) -> date:
        """The first workday after ``day``."""
        return self.roll(day + ONE_DAY)

    def previous_workday(self, day: date) -> date:
        """The last workday before ``day``."""
        day -= ONE_DAY
        while not self.is_workday(day):
            day -= ONE_DAY
        return day

    def roll(self, day: date) -> date:
        """A deadline: ``day`` itself if it is a workday, else the next one."""
        while not self.is_workday(day):
            day += ONE_DAY
        return day

    def workdays(self, start: date, end: date) -> tuple[date, ...]:
        """The workdays in ``[start, end)``; none when the period is empty."""
        return tuple(day for day in _days(start, end) if self.is_workday(day))

    def _require(self, year: int) -> None:
        if year not in self._years and year not in self._assumed:
            raise CalendarYearMissing(year)


def _by_day(rows: Iterable[HolidayRow]) -> dict[date, HolidayRow]:
    by_day: dict[date, HolidayRow] = {}
    for row in rows:
        if row.day in by_day:
            raise HolidayTableFault(f"{row.day} stands in the table twice")
        by_day[row.day] = row
    return by_day


def _days(start: date, end: date) -> Iterator[date]:
    return (start + timedelta(days=n) for n in range((end - start).days))
