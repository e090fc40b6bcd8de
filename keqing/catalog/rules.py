"""Packs and batches: how many boxes a quantity is, and how long a batch may be used (DOMAIN 2.7, 5.4)."""

from __future__ import annotations

import calendar
import re
import unicodedata
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

from keqing.catalog.codes import CodeCheck, rejected, warned

ExpiryKind = Literal["day", "month"]
ExpiryFlag = Literal["fine", "yellow", "red", "expired"]

# --- packs 盒 / 中包 / 件

BASE_UNITS = frozenset({"盒", "瓶", "支", "袋"})
INNER_UNITS = frozenset({"中包", "条"})
CASE_UNITS = frozenset({"件", "箱"})
PIECE_UNITS = frozenset({"片", "粒"})
_PRICE_TOLERANCE = Decimal("0.2")
_PART = re.compile(r"(\d+(?:\.\d+)?)([^\d.]+)")


@dataclass(frozen=True, slots=True)
class Pack:
    """How one SKU is packed. Factors are base units per 中包 and per 件; None where it is not packed so."""

    inner_factor: int | None = None
    case_factor: int | None = None
    pieces: int | None = None  # tablets or capsules in one base unit
    base_unit: str = "盒"


@dataclass(frozen=True, slots=True)
class BaseQuantity:
    """A quantity in base units; None when the unit cannot be told. ``code``: empty, E-UNIT or W-SPLIT."""

    amount: Decimal | None
    code: Literal["", "E-UNIT", "W-SPLIT"] = ""
    reason: str = ""


def check_pack_factors(inner_factor: int | None, case_factor: int | None) -> CodeCheck:
    value = "/".join(str(factor) for factor in (inner_factor, case_factor) if factor is not None)
    for name, factor in (("中包", inner_factor), ("件", case_factor)):
        if factor is not None and factor < 1:
            return rejected(value, "每%(name)s的数量应是正整数，写的是 %(factor)s", name=name, factor=factor)
    if inner_factor is None or case_factor is None:
        return CodeCheck(value)
    if case_factor < inner_factor:
        return rejected(value, "每件 %(case)s 盒，比每中包 %(inner)s 盒还少", case=case_factor, inner=inner_factor)
    if case_factor % inner_factor:
        return warned(value, "每件 %(case)s 盒，不是每中包 %(inner)s 盒的整数倍", case=case_factor, inner=inner_factor)
    return CodeCheck(value)


def to_base(quantity: Decimal, unit: str, pack: Pack) -> BaseQuantity:
    unit = _plain(unit)
    if unit in PIECE_UNITS and unit != pack.base_unit:
        return _whole_packs(quantity, unit, pack)
    factor = _factor(unit, pack)
    if factor is None:
        return BaseQuantity(None, "E-UNIT", f"不知道 1{unit} 是多少{pack.base_unit}" if unit else "没有写单位")
    return BaseQuantity(quantity * factor)


def read_quantity(text: str, pack: Pack) -> BaseQuantity:
    """``3件5中包7盒`` adds up; a leading minus or brackets around make it negative."""
    plain = _plain(text)
    negative = plain.startswith("-") or (plain.startswith("(") and plain.endswith(")"))
    body = plain.strip("-()")
    parts = _PART.findall(body)
    if not parts or "".join(number + unit for number, unit in parts) != body:
        return BaseQuantity(None, "E-UNIT", f"看不懂数量“{text}”")
    amounts = [to_base(Decimal(number), unit, pack) for number, unit in parts]
    unknown = next((each for each in amounts if each.amount is None), None)
    if unknown:
        return unknown
    odd = next((each for each in amounts if each.code), amounts[0])
    total = sum((each.amount or Decimal(0) for each in amounts), Decimal(0))
    return replace(odd, amount=-total if negative else total)


def infer_unit(price: Decimal, supply_price: Decimal, pack: Pack) -> str | None:
    """The unit a price is meant for, when within a fifth of the supply price of one case or of one base unit."""
    if pack.case_factor and _is_near(price, supply_price * pack.case_factor):
        return "件"
    return pack.base_unit if _is_near(price, supply_price) else None


def _is_near(price: Decimal, expected: Decimal) -> bool:
    return expected > 0 and abs(price - expected) <= expected * _PRICE_TOLERANCE


def _factor(unit: str, pack: Pack) -> int | None:
    if unit == pack.base_unit or unit in BASE_UNITS:
        return 1
    if unit in INNER_UNITS:
        return pack.inner_factor
    return pack.case_factor if unit in CASE_UNITS else None


def _whole_packs(quantity: Decimal, unit: str, pack: Pack) -> BaseQuantity:
    if not pack.pieces:
        return BaseQuantity(None, "E-UNIT", f"不知道 1{pack.base_unit}有多少{unit}")
    packs = quantity / pack.pieces
    if packs == packs.to_integral_value():
        return BaseQuantity(packs.to_integral_value())
    reason = f"拆零：{quantity}{unit}不是每{pack.base_unit} {pack.pieces} {unit}的整数倍"
    return BaseQuantity(round(packs, 4), "W-SPLIT", reason)


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split()).replace("−", "-")


# --- batches


@dataclass(frozen=True, slots=True)
class NearExpiry:
    """Days before the last usable day from which a batch is shown yellow, then red."""

    yellow_days: int = 180
    red_days: int = 90


@dataclass(frozen=True, slots=True)
class Expiry:
    on: date  # for kind month: the month's last day
    kind: ExpiryKind


def usable_through(expiry: date, kind: ExpiryKind) -> date:
    """The last day a batch may be used: that day itself, or its month's last day."""
    return _month_end(expiry) if kind == "month" else expiry


def expected_expiry(made_on: date, shelf_life_months: int, kind: ExpiryKind) -> date:
    """Made 2025-07-01 with 24 months: through 2027-06-30, or through June 2027."""
    month = _months_later(made_on, shelf_life_months)
    if kind == "month" or made_on.day == 1:
        return month - timedelta(days=1)
    # A day the month does not have (31 January plus one month) ends with the month.
    return min(month.replace(day=1) + timedelta(days=made_on.day - 2), _month_end(month))


def check_expiry(made_on: date, expiry: date, kind: ExpiryKind, shelf_life_months: int) -> CodeCheck:
    through = usable_through(expiry, kind)
    value = through.isoformat()
    if through < made_on:
        return rejected(value, "有效期 %(expiry)s 早于生产日期 %(made)s", expiry=through, made=made_on)
    expected = expected_expiry(made_on, shelf_life_months, kind)
    if through == expected:
        return CodeCheck(value)
    template = "按生产日期和 %(months)s 个月的有效期应到 %(expected)s，写的是 %(written)s"
    form = "%Y-%m" if kind == "month" else "%Y-%m-%d"
    return warned(
        value, template, months=shelf_life_months, expected=expected.strftime(form), written=through.strftime(form)
    )


def days_left(expiry: date, kind: ExpiryKind, as_of: date) -> int:
    """0 on the last usable day, negative after it."""
    return (usable_through(expiry, kind) - as_of).days


def expiry_flag(expiry: date, kind: ExpiryKind, as_of: date, limits: NearExpiry = NearExpiry()) -> ExpiryFlag:
    left = days_left(expiry, kind, as_of)
    if left < 0:
        return "expired"
    if left <= limits.red_days:
        return "red"
    return "yellow" if left <= limits.yellow_days else "fine"


_EXPIRY_TEXT = re.compile(r"(\d{4})[年./-]?(\d{1,2})(?:[月./-]?(\d{1,2})日?|月)?")


def read_expiry(text: str) -> Expiry | None:
    """``有效期至2027年06月``, ``2027.06``, ``20270630``; None when it is no date."""
    day_only = re.sub(r"\s+\d+:\d+(:\d+)?$", "", text)
    plain = re.sub(r"^(有效期至|有效期|失效期|至):?", "", _plain(day_only))
    found = _EXPIRY_TEXT.fullmatch(plain)
    if found is None or (plain.isdigit() and len(plain) not in (6, 8)):
        return None
    year, month, day = int(found[1]), int(found[2]), found[3]
    try:
        if day is None:
            return Expiry(_month_end(date(year, month, 1)), "month")
        return Expiry(date(year, month, int(day)), "day")
    except ValueError:
        return None


def _months_later(day: date, months: int) -> date:
    """First day of the month so many months on."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, 1)


def _month_end(day: date) -> date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])
