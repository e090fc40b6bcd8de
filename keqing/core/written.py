"""How dates, numbers and rows of words are written for people (SCREENS, type): 11-18, 11-18 14:20, 1,284, −3, —."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language, gettext

MINUS, NOTHING = "−", "—"


def day(value: date | datetime | None, year: int | None = None) -> str:
    """Month and day; the year only when it differs from this one (`year`, where the caller knows it)."""
    if value is None:
        return NOTHING
    if isinstance(value, datetime):
        value = timezone.localtime(value).date()
    this_year = timezone.localdate().year if year is None else year
    if value.year == this_year:
        return f"{value.month:02}-{value.day:02}"
    return f"{value.year}-{value.month:02}-{value.day:02}"


def clock(value: datetime | None) -> str:
    return NOTHING if value is None else f"{timezone.localtime(value):%H:%M}"


def daytime(value: datetime | None, year: int | None = None) -> str:
    return NOTHING if value is None else f"{day(value, year)} {clock(value)}"


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


# --- words beside each other, punctuated as the reader's language does --------------------------------------------------


def listed(words: Iterable[str]) -> str:
    return gettext("、").join(words)


def clauses(parts: Iterable[str]) -> str:
    return gettext("；").join(parts)


def in_a_row(parts: Iterable[str]) -> str:
    """Words or whole sentences after each other: Chinese leaves no space between them."""
    gap = "" if (get_language() or "zh").startswith("zh") else " "
    return gap.join(part for part in parts if part)


def arrow(what: str, before: Any, after: Any) -> str:
    return f"{what}{gettext('：')}{dash(before)} → {dash(after)}"


def named(text: Any, more: Any) -> str:
    """A name, and in brackets what tells it from others of that name."""
    return gettext("%(text)s（%(more)s）") % {"text": text, "more": more}
