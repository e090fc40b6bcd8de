"""Cells of product tables that need more than the kit's cleaning."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from keqing.catalog.models import Product
from keqing.catalog.rules import read_expiry
from keqing.core.sheets import BadCell, choice, day, decimal, integer, text

RX_WORDS = {
    "RX": Product.RxClass.RX,
    "处方": Product.RxClass.RX,
    "甲类非处方药": Product.RxClass.OTC_A,
    "OTC甲类": Product.RxClass.OTC_A,
    "甲类": Product.RxClass.OTC_A,
    "甲OTC": Product.RxClass.OTC_A,
    "乙类非处方药": Product.RxClass.OTC_B,
    "OTC乙类": Product.RxClass.OTC_B,
    "乙类": Product.RxClass.OTC_B,
    "乙OTC": Product.RxClass.OTC_B,
    "双跨品种": Product.RxClass.DUAL,
    "保健品": Product.RxClass.HEALTH_FOOD,
    "器械": Product.RxClass.DEVICE,
}
NHSA_WORDS = {
    "甲": Product.NhsaClass.A,
    "医保甲类": Product.NhsaClass.A,
    "国家医保甲类": Product.NhsaClass.A,
    "乙": Product.NhsaClass.B,
    "医保乙类": Product.NhsaClass.B,
    "国家医保乙类": Product.NhsaClass.B,
    "非医保": Product.NhsaClass.C,
    "丙类": Product.NhsaClass.C,
    "未入": Product.NhsaClass.C,
    "国谈": Product.NhsaClass.NEGOTIATED,
    "谈判药品": Product.NhsaClass.NEGOTIATED,
    "国家谈判": Product.NhsaClass.NEGOTIATED,
}
_NOTHING = frozenset({"/", "-", "--", "—", "——", "无", "N/A"})
_MONTHS = re.compile(r"(\d{1,3})\s*(?:个?月)?")
_YEARS = re.compile(r"(\d{1,2})\s*年")


def words(max_length: int) -> Callable[[Any], str]:
    """Text; the strokes and words that stand for "nothing" in many tables count as an empty cell."""

    def clean(cell: Any) -> str:
        written = text(cell, max_length)
        return "" if written in _NOTHING else written

    return clean


def one_of(labels: Mapping[str, str], others: Mapping[str, str]) -> Callable[[Any], str | None]:
    """The words on screen, and what other companies call the same."""

    def clean(cell: Any) -> str | None:
        written = re.sub(r"\s+", "", text(cell)).upper()
        return str(others[written]) if written in others else choice(cell, labels)

    return clean


def count(cell: Any) -> int | None:
    return integer(cell, minimum=1, maximum=1_000_000)


def price(cell: Any) -> Decimal | None:
    value = decimal(cell, places=4, digits=10)
    if value is not None and value <= 0:
        raise BadCell("价格要大于 0，没有就留空。")
    return value


def months(cell: Any) -> int | None:
    """24, 24个月, 2年."""
    written = text(cell)
    if found := _YEARS.fullmatch(written):
        return int(found[1]) * 12
    if found := _MONTHS.fullmatch(written):
        return integer(found[1], minimum=1, maximum=240)
    return integer(cell, minimum=1, maximum=240)


def expiry(cell: Any) -> str | None:
    """2027-06 for a month, 2027-06-30 for a day; Excel's own dates are days."""
    if isinstance(cell, date | datetime):
        return f"{day(cell)}"
    written = text(cell)
    if not written:
        return None
    found = read_expiry(written)
    if found is None and isinstance(cell, int | float):
        return f"{day(cell)}"
    if found is None:
        raise BadCell("“{value}”认不出是哪一天，请写成 2027-06 或 2027-06-30。", value=written[:40])
    return f"{found.on:%Y-%m}" if found.kind == "month" else f"{found.on}"
