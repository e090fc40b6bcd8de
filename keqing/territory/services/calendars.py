"""The working calendar 工作日历 of the holiday table, and changes to it."""

from __future__ import annotations

from functools import lru_cache

from django.db import transaction

from keqing.core.models import Counter
from keqing.core.saving import Act, save, save_one, throw_away
from keqing.territory.calendar_days import DayKind, HolidayRow, WorkingCalendar
from keqing.territory.models import Holiday

REASON = "the working calendar is the same for everybody"
#: years beyond the table that a planner may look at; they are answered by weekends alone and count as provisional
ASSUMED = range(2020, 2041)


def working_calendar(version: int | None = None) -> WorkingCalendar:
    """`version` is the counter "holidays" (`state.counter("holidays")`); without it the counter is read."""
    return _calendar(counter_now("holidays") if version is None else version)


def counter_now(name: str) -> int:
    return Counter.objects.filter(name=name).values_list("value", flat=True).first() or 0


@lru_cache(maxsize=2)
def _calendar(version: int) -> WorkingCalendar:
    rows = Holiday.objects.everything(REASON).values_list("day", "kind", "name", "source", "is_provisional")
    return WorkingCalendar(
        (HolidayRow(day, DayKind(kind), name, source, provisional) for day, kind, name, source, provisional in rows),
        assumed_years=ASSUMED,
    )


def set_day(holiday: Holiday, act: Act) -> Holiday:
    """Write one day that differs from the plain week."""
    return save_one(holiday, act)


def clear_day(holiday: Holiday, act: Act) -> None:
    """Back to the plain week; the row goes to the bin."""
    throw_away([holiday], act)


@transaction.atomic
def confirm_year(year: int, source: str, act: Act) -> int:
    """The notice has come and the days agree with it: none of the year is provisional any more."""
    rows = list(Holiday.objects.everything(REASON).filter(day__year=year, is_provisional=True))
    for row in rows:
        row.is_provisional, row.source = False, source
    save(rows, act)
    return len(rows)


def forget() -> None:
    """Drop the cached calendars."""
    _calendar.cache_clear()
