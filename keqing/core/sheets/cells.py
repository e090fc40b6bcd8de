"""One cell in, one clean value out, or a sentence the person who filled the sheet understands.

Blank cells give "" from `text` and None from everything else: whether a blank is allowed, the column's owner knows.
"""

from __future__ import annotations

import math
import re
import unicodedata
from datetime import date, datetime
from decimal import Decimal

from django.utils.translation import gettext

from keqing.core.sheets.table import Cell

TOO_LONG = "最多 {limit} 个字，这里有 {length} 个。"
DIGITS_LOST = "这个数超过 15 位，Excel 没有保住后面几位；请把这一列设成“文本”再填。"
NOT_A_NUMBER = "“{value}”不是数字。"


class BadCell(ValueError):
    """Template and parameters stay apart until someone reads them, so that gettext can step in."""

    def __init__(self, message: str, **params: object) -> None:
        super().__init__(message)
        self.message = message
        self.params = params

    def __str__(self) -> str:
        return gettext(self.message).format_map(self.params)


# Letters, digits and the blank only: full-width brackets, colons and commas are how Chinese is written.
_HALF_WIDTH = {
    code: code - 0xFEE0 for first, last in ("０９", "ＡＺ", "ａｚ") for code in range(ord(first), ord(last) + 1)
}
_HALF_WIDTH[0x3000] = 0x20
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]|_x000[Dd]_"
)
#: most cells hold nothing of all this, and one look tells
_UNUSUAL = re.compile(f"[\r{''.join(map(chr, _HALF_WIDTH))}]|{_INVISIBLE.pattern}")
_QUOTED_FORMULA = re.compile(r'="([^"]*)"')  # how exports keep the zeros of 00123 when Excel opens a csv
_EXACT_IN_A_FLOAT = 10**15


def is_blank(cell: Cell) -> bool:
    return cell is None or (isinstance(cell, str) and not cell[:1].isalnum() and not trimmed(cell))


def text(cell: Cell, max_length: int | None = None) -> str:
    value = as_text(cell)
    if max_length is not None and len(value) > max_length:
        raise BadCell(TOO_LONG, limit=max_length, length=len(value))
    return value


def as_text(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return trimmed(cell)
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, datetime):
        return cell.isoformat(" ", "minutes" if cell.second == 0 else "seconds")
    if isinstance(cell, date):
        return cell.isoformat()
    return number_text(cell)


def trimmed(value: str) -> str:
    if _UNUSUAL.search(value):
        value = _INVISIBLE.sub("", value.replace("\r\n", "\n").replace("\r", "\n")).translate(_HALF_WIDTH)
    value = value.strip()
    if value.startswith("=") and (quoted := _QUOTED_FORMULA.fullmatch(value)):
        value = quoted[1].strip()
    return value[1:].lstrip() if value.startswith("'") else value


def number_text(number: int | float) -> str:
    """A code typed as a number comes back as typed: 990101, not 990101.0; a longer one than Excel keeps is refused."""
    if isinstance(number, float):
        if not math.isfinite(number):
            raise BadCell(NOT_A_NUMBER, value=number)
        if not number.is_integer():
            return format(Decimal(f"{number:.15g}"), "f")
        number = int(number)
    if abs(number) >= _EXACT_IN_A_FLOAT:
        raise BadCell(DIGITS_LOST)
    return str(number)


# --- for the modules that read more into a cell ----------------------------------------------------------------------


def folded_text(cell: Cell) -> str:
    """For values that are not names: every full-width form becomes plain, blanks inside go."""
    if isinstance(cell, bool | date):
        raise BadCell(NOT_A_NUMBER, value=as_text(cell))
    folded = unicodedata.normalize("NFKC", as_text(cell)).replace("−", "-").replace("–", "-")
    return re.sub(r"\s+", "", folded)


def shown(cell: Cell) -> str:
    value = as_text(cell)
    return value if len(value) <= 40 else value[:39] + "…"


# --- writing ----------------------------------------------------------------------------------------------------------

_PLAIN_NUMBER = re.compile(r"[+-]?\d[\d,]*(\.\d+)?%?", re.ASCII)
_STARTS_A_FORMULA = tuple("=+-@\t\r＝＋－＠")


def safe_cell(value: object) -> object:
    """Text a spreadsheet would run as a formula gets an apostrophe before it; numbers and all else pass unchanged."""
    if not isinstance(value, str) or value == "-":
        return value
    if not value.startswith(_STARTS_A_FORMULA) and not value.lstrip(" \n").startswith(_STARTS_A_FORMULA):
        return value
    return value if _PLAIN_NUMBER.fullmatch(value) else "'" + value
