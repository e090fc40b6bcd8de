"""How dates and numbers are written for people (SCREENS, type): 11-18, 11-18 14:20, 1,284, −3, —."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone

MINUS, NOTHING = "−", "—"


def day(value: date | datetime | None) -> str:
    """Month and day; the year only when it differs from this one."""
    if value is None:
        return NOTHING
    if isinstance(value, datetime):
        value = timezone.localtime(value).date()
    return f"{value:%m-%d}" if value.year == timezone.localdate().year else f"{value:%Y-%m-%d}"


def clock(value: datetime | None) -> str:
    return NOTHING if value is None else f"{timezone.localtime(value):%H:%M}"


def daytime(value: datetime | None) -> str:
    return NOTHING if value is None else f"{day(value)} {clock(value)}"


def number(value: Any, places: int = 0) -> str:
    if value is None or value == "":
        return NOTHING
    return f"{value:,.{places}f}".replace("-", MINUS)


def share(value: Decimal | float | None) -> str:
    """A fraction as a percentage without trailing zeros."""
    if value is None:
        return NOTHING
    return f"{(Decimal(value) * 100).normalize():f}%"


def dash(value: Any) -> Any:
    return NOTHING if value is None or value == "" else value
