from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from keqing.catalog.rules import (
    BaseQuantity,
    Expiry,
    ExpiryKind,
    NearExpiry,
    Pack,
    check_expiry,
    check_pack_factors,
    days_left,
    expected_expiry,
    expiry_flag,
    infer_unit,
    read_expiry,
    read_quantity,
    to_base,
    usable_through,
)

PACK = Pack(inner_factor=10, case_factor=200, pieces=24)


@pytest.mark.parametrize(
    ("text", "boxes"),
    [
        ("3件5中包7盒", 657),  # EX-5.4: 600 + 50 + 7
        ("3 件 5 中包 7 盒", 657),
        ("-3件5中包7盒", -657),
        ("（3件）", -600),
        ("2箱", 400),
        ("4条", 40),
        ("1.5件", 300),
        ("9瓶", 9),
        ("48片", 2),
    ],
)
def test_quantity_in_words(text: str, boxes: int) -> None:
    assert read_quantity(text, PACK) == BaseQuantity(Decimal(boxes))


@pytest.mark.parametrize("text", ["", "件", "3", "3件5", "3托", "3件2托", "三件", "3--件件5"])
def test_a_quantity_without_a_known_unit_is_not_guessed(text: str) -> None:
    quantity = read_quantity(text, PACK)
    assert quantity.amount is None
    assert quantity.code == "E-UNIT"
    assert quantity.reason


def test_a_unit_the_pack_does_not_have() -> None:
    assert to_base(Decimal(2), "件", Pack()) == BaseQuantity(None, "E-UNIT", "不知道 1件 是多少盒")
    assert to_base(Decimal(2), "片", Pack()) == BaseQuantity(None, "E-UNIT", "不知道 1盒有多少片")
    assert to_base(Decimal(2), "", Pack()) == BaseQuantity(None, "E-UNIT", "没有写单位")


def test_tablets_make_whole_boxes_or_are_split() -> None:
    assert to_base(Decimal(72), "片", PACK).amount == 3
    split = to_base(Decimal(36), "片", PACK)
    assert (split.amount, split.code) == (Decimal("1.5"), "W-SPLIT")
    assert split.reason == "拆零：36片不是每盒 24 片的整数倍"


@pytest.mark.parametrize(
    ("price", "unit"),
    [
        ("3874", "件"),  # 19.37 × 200
        ("3099.20", "件"),  # a fifth less
        ("3099.19", None),
        ("19.37", "盒"),
        ("23.244", "盒"),  # a fifth more
        ("23.25", None),
        ("193.70", None),
    ],
)
def test_the_price_tells_the_unit(price: str, unit: str | None) -> None:
    assert infer_unit(Decimal(price), Decimal("19.37"), PACK) == unit


@pytest.mark.parametrize(
    ("inner", "case", "status"),
    [
        (10, 200, "ok"),
        (None, 200, "ok"),
        (None, None, "ok"),
        (200, 200, "ok"),
        (30, 200, "warn"),
        (300, 200, "reject"),
        (0, 200, "reject"),
        (10, -1, "reject"),
    ],
)
def test_pack_factors(inner: int | None, case: int | None, status: str) -> None:
    assert check_pack_factors(inner, case).status == status


def test_a_month_is_usable_to_its_last_day() -> None:
    assert usable_through(date(2027, 6, 1), "month") == date(2027, 6, 30)
    assert usable_through(date(2028, 2, 9), "month") == date(2028, 2, 29)
    assert usable_through(date(2027, 6, 1), "day") == date(2027, 6, 1)


@pytest.mark.parametrize(
    ("made", "months", "kind", "expiry"),
    [
        (date(2025, 7, 15), 24, "day", date(2027, 7, 14)),
        (date(2025, 7, 1), 24, "day", date(2027, 6, 30)),
        (date(2025, 1, 1), 12, "day", date(2025, 12, 31)),
        (date(2026, 1, 31), 1, "day", date(2026, 2, 28)),  # no 31 February: ends with the month
        (date(2024, 2, 29), 12, "day", date(2025, 2, 28)),
        (date(2026, 3, 31), 18, "day", date(2027, 9, 30)),
        (date(2025, 7, 15), 24, "month", date(2027, 6, 30)),
        (date(2025, 1, 31), 36, "month", date(2027, 12, 31)),
    ],
)
def test_expected_expiry(made: date, months: int, kind: ExpiryKind, expiry: date) -> None:
    assert expected_expiry(made, months, kind) == expiry


def test_an_expiry_that_does_not_fit_the_shelf_life_warns() -> None:
    assert check_expiry(date(2025, 7, 15), date(2027, 7, 14), "day", 24).is_ok
    assert check_expiry(date(2025, 7, 15), date(2027, 6, 1), "month", 24).is_ok
    late = check_expiry(date(2025, 7, 15), date(2027, 7, 15), "day", 24)
    assert late.status == "warn"
    assert late.reason == "按生产日期和 24 个月的有效期应到 2027-07-14，写的是 2027-07-15"
    month = check_expiry(date(2025, 7, 15), date(2027, 7, 31), "month", 24)
    assert month.reason == "按生产日期和 24 个月的有效期应到 2027-06，写的是 2027-07"
    assert check_expiry(date(2025, 7, 15), date(2025, 7, 14), "day", 24).is_rejected


@pytest.mark.parametrize(
    ("left", "flag"),
    [(181, "fine"), (180, "yellow"), (91, "yellow"), (90, "red"), (0, "red"), (-1, "expired")],
)
def test_near_expiry_flags(left: int, flag: str) -> None:
    expiry = date(2027, 6, 30)
    as_of = expiry - timedelta(days=left)
    assert days_left(expiry, "day", as_of) == left
    assert expiry_flag(expiry, "day", as_of) == flag
    assert expiry_flag(date(2027, 6, 1), "month", as_of) == flag


def test_near_expiry_limits_can_be_set() -> None:
    as_of = date(2027, 4, 1)  # 90 days before 30 June
    assert expiry_flag(date(2027, 6, 30), "day", as_of, NearExpiry(yellow_days=60, red_days=30)) == "fine"


@pytest.mark.parametrize(
    ("text", "expiry"),
    [
        ("有效期至2027年06月", Expiry(date(2027, 6, 30), "month")),
        ("2027.6", Expiry(date(2027, 6, 30), "month")),
        ("202706", Expiry(date(2027, 6, 30), "month")),
        ("2028-02", Expiry(date(2028, 2, 29), "month")),
        ("有效期至：2027年6月3日", Expiry(date(2027, 6, 3), "day")),
        ("20270630", Expiry(date(2027, 6, 30), "day")),
        ("2027/6/30", Expiry(date(2027, 6, 30), "day")),
        ("2027-06-30 00:00:00", Expiry(date(2027, 6, 30), "day")),
        ("20271", None),
        ("2027-13", None),
        ("2027-02-30", None),
        ("36个月", None),
        ("", None),
    ],
)
def test_expiry_as_written(text: str, expiry: Expiry | None) -> None:
    assert read_expiry(text) == expiry
