"""Working days in China, 2025 to 2027 (State Council notices; of 2027 the statutory days only)."""

from __future__ import annotations

from datetime import date, timedelta

REST_SPANS = (
    ("2025-01-01", "2025-01-01"),
    ("2025-01-28", "2025-02-04"),
    ("2025-04-04", "2025-04-06"),
    ("2025-05-01", "2025-05-05"),
    ("2025-05-31", "2025-06-02"),
    ("2025-10-01", "2025-10-08"),
    ("2026-01-01", "2026-01-03"),
    ("2026-02-15", "2026-02-23"),
    ("2026-04-04", "2026-04-06"),
    ("2026-05-01", "2026-05-05"),
    ("2026-06-19", "2026-06-21"),
    ("2026-09-25", "2026-09-27"),
    ("2026-10-01", "2026-10-07"),
    ("2027-01-01", "2027-01-01"),
    ("2027-02-05", "2027-02-08"),
    ("2027-04-05", "2027-04-05"),
    ("2027-05-01", "2027-05-02"),
    ("2027-06-09", "2027-06-09"),
    ("2027-09-15", "2027-09-15"),
    ("2027-10-01", "2027-10-03"),
)
WORKING_WEEKENDS = frozenset(
    date.fromisoformat(day)
    for day in (
        *("2025-01-26", "2025-02-08", "2025-04-27", "2025-09-28", "2025-10-11"),
        *("2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"),
    )
)


def _days_between(first: date, last: date) -> list[date]:
    return [first + timedelta(days=step) for step in range((last - first).days + 1)]


REST_DAYS = frozenset(
    day for first, last in REST_SPANS for day in _days_between(date.fromisoformat(first), date.fromisoformat(last))
)


def is_workday(day: date) -> bool:
    if day in WORKING_WEEKENDS:
        return True
    return day.weekday() < 5 and day not in REST_DAYS


def roll_forward(day: date) -> date:
    """The day itself, or the first working day after it."""
    while not is_workday(day):
        day += timedelta(days=1)
    return day


def list_workdays_before(as_of: date, count: int) -> list[date]:
    """The last ``count`` working days before ``as_of``, oldest first."""
    days: list[date] = []
    day = as_of
    while len(days) < count:
        day -= timedelta(days=1)
        if is_workday(day):
            days.append(day)
    return days[::-1]
