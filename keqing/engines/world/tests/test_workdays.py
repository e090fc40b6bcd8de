from __future__ import annotations

from datetime import date

import pytest

from keqing.engines.world.workdays import is_workday, list_workdays_before, roll_forward


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 2, 14), True),  # Saturday worked for the Spring Festival
        (date(2026, 2, 16), False),
        (date(2026, 10, 10), True),
        (date(2026, 10, 8), True),
        (date(2026, 7, 4), False),  # an ordinary Saturday
        (date(2025, 10, 8), False),
        (date(2027, 2, 5), False),
    ],
)
def test_working_days(day: date, expected: bool) -> None:
    assert is_workday(day) is expected


def test_days_before_a_holiday_week_skip_it() -> None:
    # 1 to 7 October 2026 rest; 30, 29, 28 September work, 27 to 25 rest again
    found = list_workdays_before(date(2026, 10, 8), 4)
    assert found == [date(2026, 9, 24), date(2026, 9, 28), date(2026, 9, 29), date(2026, 9, 30)]


def test_a_day_in_the_holiday_rolls_to_its_end() -> None:
    assert roll_forward(date(2026, 10, 1)) == date(2026, 10, 8)
