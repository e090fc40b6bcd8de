"""The suggested next date and how much fits into a day."""

from __future__ import annotations

from datetime import date

import pytest

from keqing.territory.calendar_days import WorkingCalendar, load_holidays
from keqing.visits.rules.next_date import suggest_next
from keqing.visits.rules.schemes import Agreement, DueDate, Interval, PerMonth, PerQuarter, PerWeek, Scheme
from keqing.visits.rules.workload import room_left, workload_of

CALENDAR = WorkingCalendar(load_holidays())
WEDNESDAY = date(2026, 11, 18)


def interval(least: int, most: int) -> Interval:
    return Interval(scheme=Scheme.COUNTY_RETAIL, segment="KEY", source="", min_days=least, max_days=most)


@pytest.mark.parametrize(
    ("rule", "day", "told"),
    [
        (interval(7, 10), date(2026, 11, 26), "11-18 + 8 天 = 11-26 · 每 7–10 天一次"),
        # 4 days later is Sunday
        (interval(3, 5), date(2026, 11, 23), "11-18 + 4 天 = 11-22，遇休息日顺延到 11-23 · 每 3–5 天一次"),
        (interval(30, 30), date(2026, 12, 18), "11-18 + 30 天 = 12-18 · 每 30 天一次"),
        (
            PerWeek(scheme=Scheme.GENERAL, segment="LARGE", source="", at_least=3),
            date(2026, 11, 20),
            "11-18 + 2 天 = 11-20 · 每周至少 3 次",
        ),
        (
            PerMonth(scheme=Scheme.THIRD_TERMINAL, segment="VIP", source=""),
            date(2026, 12, 18),
            "11-18 + 30 天 = 12-18 · 每月一次",
        ),
        (
            PerQuarter(scheme=Scheme.THIRD_TERMINAL, segment="ALL", source=""),
            date(2027, 2, 16),
            "11-18 + 90 天 = 2027-02-16 · 每季一次",
        ),
    ],
)
def test_the_suggestion_shows_its_arithmetic(rule: object, day: date, told: str) -> None:
    found = suggest_next([rule], WEDNESDAY, CALENDAR)  # type: ignore[list-item]
    assert found is not None
    assert (found.day, f"{found.sum.text()} · {found.norm.text()}") == (day, told)


def test_the_earliest_rule_wins_and_an_agreement_is_no_rule() -> None:
    promise = DueDate(
        scheme=Scheme.AGREED,
        segment="",
        source="",
        day=date(2026, 11, 20),
        made_on=WEDNESDAY,
        agreement=Agreement.NEXT_VISIT,
    )
    found = suggest_next([interval(20, 30), interval(7, 10), promise], WEDNESDAY, CALENDAR)
    assert found is not None and found.day == date(2026, 11, 26)
    assert suggest_next([promise], WEDNESDAY, CALENDAR) is None


@pytest.mark.parametrize(
    ("personas", "done", "begins", "usual", "most"),
    [
        # 9 to 18 without lunch is 480 minutes; at 20 + 10 each that is 16
        (["OTC_REP"], 0, 540, 16, 16),
        (["OTC_REP"], 10, 540, 6, 10),
        (["OTC_REP"], 16, 540, 0, 4),
        # two hours are 120 minutes: four at 30
        (["OTC_REP"], 0, 16 * 60, 4, 4),
        (["OTC_REP"], 0, 18 * 60 + 30, 0, 0),
        # 480 / 50 is 9
        (["KAM"], 0, 540, 8, 9),
        (["MANAGER", "PRIMARY_REP"], 0, 540, 12, 13),
        ([], 0, 540, 8, 9),
        (["OTC_REP"], 25, 540, 0, 0),
    ],
)
def test_what_still_fits_into_the_day(personas: list[str], done: int, begins: int, usual: int, most: int) -> None:
    room = room_left(workload_of(personas), done, begins)
    assert (room.usual, room.most) == (usual, most)
