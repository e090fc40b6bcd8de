"""Days and moments as people type them and as Excel counts them."""

from __future__ import annotations

import math
import re
import unicodedata
from datetime import date, datetime, time, timedelta, tzinfo
from typing import TypeGuard

from keqing.core.sheets.cells import BadCell, as_text
from keqing.core.sheets.table import Cell

NOT_A_DAY = "“{value}”认不出是哪一天，请写成 2026-11-18 这样。"
NO_YEAR = "“{value}”没有写年份，请写成 2026-11-18 这样。"
SHORT_YEAR = "“{value}”的年份只有两位，请写成 2026-11-18 这样。"
NO_DAY = "“{value}”只到月份，请补上日，写成 2026-11-18 这样。"
NO_SUCH_DAY = "日历上没有“{value}”这一天。"
NOT_A_MOMENT = "“{value}”认不出是什么时间，请写成 2026-11-18 09:30 这样。"

_DAY = re.compile(r"(\d{4})([-/.年])(\d{1,2})(?:[-/.月])(\d{1,2})[日号]?")
_COMPACT_DAY = re.compile(r"(\d{4})(\d{2})(\d{2})")
_NO_YEAR = re.compile(r"\d{1,2}[-/.月]\d{1,2}[日号]?")
_SHORT_YEAR = re.compile(r"\d{2}[-/.年]\d{1,2}[-/.月]\d{1,2}[日号]?|\d{1,2}[-/.]\d{1,2}[-/.]\d{2}")
_NO_DAY = re.compile(r"\d{4}[-/.年]\d{1,2}月?")
_CLOCK = re.compile(r"(上午|下午|晚上|am|pm)?(\d{1,2})[:时点](?:(\d{1,2})(?:[:分](\d{1,2})(?:\.\d+)?秒?)?分?)?(am|pm)?")
_WEEKDAY = re.compile(r"\s*\(?(星期|周|礼拜)[一二三四五六日天]\)?")
_SERIAL_DAYS = (20_000, 80_000)  # Excel's day numbers of 1954-10-03 and 2119-01-11
_EXCEL_ZERO = date(1899, 12, 30)
_SECONDS_A_DAY = 86_400


def day(cell: Cell) -> date | None:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    found = moment(cell)
    return found.date() if found else None


def moment(cell: Cell, zone: tzinfo | None = None) -> datetime | None:
    """A day without a clock time is its midnight. `zone` is the clock on the writer's wall; None leaves it open."""
    if isinstance(cell, datetime):
        return datetime.combine(cell.date(), cell.time(), tzinfo=zone)
    if isinstance(cell, date):
        return datetime.combine(cell, time(), tzinfo=zone)
    if _is_serial(cell):
        seconds = round(cell * _SECONDS_A_DAY)
        return datetime.combine(_EXCEL_ZERO, time(), tzinfo=zone) + timedelta(seconds=seconds)
    value = _day_text(cell)
    if not value:
        return None
    day_part, clock_part = _split_clock(value)
    return datetime.combine(_parsed_day(day_part), _parsed_clock(clock_part, value), tzinfo=zone)


def _is_serial(cell: Cell) -> TypeGuard[int | float]:
    return (
        isinstance(cell, int | float)
        and not isinstance(cell, bool)
        and math.isfinite(cell)
        and _SERIAL_DAYS[0] <= cell < _SERIAL_DAYS[1] + 1
    )


def _day_text(cell: Cell) -> str:
    if isinstance(cell, bool):
        raise BadCell(NOT_A_DAY, value=as_text(cell))
    return unicodedata.normalize("NFKC", as_text(cell)).strip().lower()


def _split_clock(value: str) -> tuple[str, str]:
    """The day and what follows it: a blank, a T, or 日 directly before the hour."""
    spaceless = re.sub(r"\s*([-/.年月])\s*|\s+(?=[日号])", r"\1", _WEEKDAY.sub("", value))
    parts = re.fullmatch(r"(\S*?[日号]|[^\st]+)[\st]*(.*)", spaceless)
    return (parts[1], re.sub(r"[\s]", "", parts[2])) if parts else (spaceless, "")


def _parsed_day(value: str) -> date:
    found = _DAY.fullmatch(value)
    numbers = (found[1], found[3], found[4]) if found else None
    if numbers is None and (compact := _COMPACT_DAY.fullmatch(value)):
        numbers = (compact[1], compact[2], compact[3])
    if numbers is None:
        raise BadCell(_what_is_missing(value), value=value[:40])
    try:
        return date(*map(int, numbers))
    except ValueError as cause:
        raise BadCell(NO_SUCH_DAY, value=value[:40]) from cause


def _what_is_missing(value: str) -> str:
    for pattern, message in ((_NO_DAY, NO_DAY), (_NO_YEAR, NO_YEAR), (_SHORT_YEAR, SHORT_YEAR)):
        if pattern.fullmatch(value):
            return message
    return NOT_A_DAY


def _parsed_clock(value: str, whole: str) -> time:
    if not value:
        return time()
    found = _CLOCK.fullmatch(value)
    if found is None:
        raise BadCell(NOT_A_MOMENT, value=whole[:40])
    half = found[1] or found[5] or ""
    hour, minute, second = int(found[2]), int(found[3] or 0), int(found[4] or 0)
    if half in ("下午", "晚上", "pm") and hour < 12:
        hour += 12
    elif half in ("上午", "am") and hour == 12:
        hour = 0
    try:
        return time(hour, minute, second)
    except ValueError as cause:
        raise BadCell(NOT_A_MOMENT, value=whole[:40]) from cause
