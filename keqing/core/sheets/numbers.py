"""Amounts, counts and shares as people type them."""

from __future__ import annotations

import re
from decimal import Decimal

from keqing.core.sheets.cells import NOT_A_NUMBER, BadCell, folded_text, number_text, shown
from keqing.core.sheets.table import Cell

SCIENTIFIC = "“{value}”被 Excel 写成了科学计数，位数不全；请把这一列设成“文本”再填。"
NOT_WHOLE = "“{value}”不是整数。"
WITH_UNIT = "“{value}”里带着单位，只写数字就行。"
TOO_MANY_PLACES = "最多 {limit} 位小数，“{value}”有 {places} 位。"
TOO_MANY_DIGITS = "“{value}”太大了，整数部分最多 {limit} 位。"
TOO_SMALL = "不能小于 {limit}，这里是 {value}。"
TOO_LARGE = "不能大于 {limit}，这里是 {value}。"
RATIO_WITHOUT_SIGN = "“{value}”不知道是百分之几还是几倍，请写成 {value}% 或小数。"
NOT_A_RATIO = "“{value}”不是比例，请写成 50% 或 0.5。"

SCIENTIFIC_FORM = re.compile(r"[+-]?\d(\.\d+)?e[+-]?\d+", re.IGNORECASE)
_NUMBER = re.compile(r"[+-]?(\d+|\d{1,3}(,\d{3})+)?(\.\d*)?")
_UNIT = re.compile(r"[+-]?[\d,]+(\.\d+)?\s*[^\d\s.,%-]+.*")
_CURRENCY = "¥$￥"


def decimal(cell: Cell, *, places: int | None = None, digits: int = 15) -> Decimal | None:
    """Thousands separators, currency signs and the accountant's (12.50) for −12.50 are understood; units are not."""
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        number = Decimal(number_text(cell))
    elif value := folded_text(cell):
        number = _parsed_number(value)
    else:
        return None
    if places is not None and (found := _places(number)) > places:
        raise BadCell(TOO_MANY_PLACES, limit=places, value=shown(cell), places=found)
    if abs(number) >= 10**digits:
        raise BadCell(TOO_MANY_DIGITS, value=shown(cell), limit=digits)
    return number


def integer(cell: Cell, *, minimum: int | None = None, maximum: int | None = None) -> int | None:
    number = decimal(cell)
    if number is None:
        return None
    if number != int(number):
        raise BadCell(NOT_WHOLE, value=shown(cell))
    if minimum is not None and number < minimum:
        raise BadCell(TOO_SMALL, limit=minimum, value=int(number))
    if maximum is not None and number > maximum:
        raise BadCell(TOO_LARGE, limit=maximum, value=int(number))
    return int(number)


def ratio(cell: Cell) -> Decimal | None:
    """50% and 0.5 are both one half; a bare number above 1 could be either, so it is refused."""
    value = folded_text(cell)
    if not value:
        return None
    try:
        number = _parsed_number(value.removesuffix("%"))
    except BadCell as cause:
        raise BadCell(NOT_A_RATIO, value=shown(cell)) from cause
    if value.endswith("%"):
        return number / 100
    if abs(number) > 1:
        raise BadCell(RATIO_WITHOUT_SIGN, value=shown(cell))
    return number


def _parsed_number(value: str) -> Decimal:
    bare = value.strip(_CURRENCY)
    if bare.startswith("(") and bare.endswith(")"):
        bare = "-" + bare[1:-1].strip(_CURRENCY)
    elif bare[:1] in "+-" and bare[1:2] in _CURRENCY:
        bare = bare[:1] + bare[2:]
    if _NUMBER.fullmatch(bare) and re.search(r"[0-9]", bare) and bare.isascii():
        return Decimal(bare.replace(",", ""))
    if SCIENTIFIC_FORM.fullmatch(bare):
        raise BadCell(SCIENTIFIC, value=value[:40])
    raise BadCell(WITH_UNIT if _UNIT.fullmatch(bare) else NOT_A_NUMBER, value=value[:40])


def _places(number: Decimal) -> int:
    exponent = number.normalize().as_tuple().exponent
    return max(0, -int(exponent))
