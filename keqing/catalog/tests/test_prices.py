from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from keqing.catalog.models import Price
from keqing.catalog.services import PriceRefused, change_price, price_on, prices_on, set_price, written
from keqing.catalog.tests.builders import ACT, add_price, add_sku, make_sku
from keqing.core.saving import history_of

pytestmark = pytest.mark.django_db
SUPPLY = Price.Kind.SUPPLY


def test_a_new_price_closes_the_running_one_the_day_before() -> None:
    sku = make_sku()
    old = set_price(sku, SUPPLY, Decimal("8.60"), date(2026, 1, 1), ACT)
    new = set_price(sku, SUPPLY, Decimal("8.80"), date(2026, 7, 1), ACT)
    old.refresh_from_db()
    # half-open: valid_to is the first day on which the old one no longer counts
    assert (old.value, old.valid_to, new.valid_to) == (Decimal("8.60"), date(2026, 7, 1), None)
    assert history_of(old).count() == 2


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2025, 12, 31), None),
        (date(2026, 1, 1), "8.60"),
        (date(2026, 6, 30), "8.60"),
        (date(2026, 7, 1), "8.80"),
        (date(2030, 1, 1), "8.80"),
    ],
)
def test_the_price_of_any_day_can_be_read(day: date, expected: str | None) -> None:
    sku = make_sku()
    set_price(sku, SUPPLY, Decimal("8.60"), date(2026, 1, 1), ACT)
    set_price(sku, SUPPLY, Decimal("8.80"), date(2026, 7, 1), ACT)
    found = price_on(sku, SUPPLY, day)
    assert (str(written(found.value)) if found else None) == expected


def test_a_province_has_its_own_price_and_else_the_national_one() -> None:
    sku = make_sku()
    set_price(sku, Price.Kind.PLATFORM_LISTED, Decimal("12"), date(2026, 1, 1), ACT)
    set_price(sku, Price.Kind.PLATFORM_LISTED, Decimal("11"), date(2026, 1, 1), ACT, province="330000")
    day = date(2026, 3, 1)
    zhejiang, fujian = (price_on(sku, Price.Kind.PLATFORM_LISTED, day, province=code) for code in ("330000", "350000"))
    assert zhejiang is not None and fujian is not None
    assert (zhejiang.value, fujian.value) == (Decimal("11"), Decimal("12"))


def test_prices_of_many_skus_are_one_query(django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    first = make_sku()
    second = add_sku(first.product, "P001B")
    for sku in (first, second):
        set_price(sku, SUPPLY, Decimal("8"), date(2026, 1, 1), ACT)
        set_price(sku, Price.Kind.RETAIL_SUGGESTED, Decimal("14"), date(2026, 1, 1), ACT)
    with django_assert_num_queries(1):
        found = prices_on([first, second], date(2026, 2, 1))
    assert set(found) == {(sku.pk, kind, "") for sku in (first, second) for kind in ("SUPPLY", "RETAIL_SUGGESTED")}


@pytest.mark.parametrize(
    ("starts", "ends", "words"),
    [
        (date(2026, 7, 1), None, "2026-07-01 起已有供货价 9.00 元"),  # the same first day
        (date(2026, 6, 1), None, "2026-07-01 起已有供货价 9.00 元"),  # would run into the later one
        (date(2026, 3, 1), date(2026, 4, 1), "2026-01-01 到 2026-05-01 之前已有供货价 8.00 元"),  # inside a closed one
    ],
)
def test_overlap_is_refused_and_nothing_is_written(starts: date, ends: date | None, words: str) -> None:
    sku = make_sku()
    add_price(sku, SUPPLY, "8", date(2026, 1, 1), date(2026, 5, 1))
    add_price(sku, SUPPLY, "9", date(2026, 7, 1))
    with pytest.raises(PriceRefused, match=words):
        set_price(sku, SUPPLY, Decimal("7"), starts, ACT, ends_on=ends)
    assert Price.objects.count() == 2


def test_a_gap_can_be_filled_with_a_price_that_ends() -> None:
    sku = make_sku()
    add_price(sku, SUPPLY, "8", date(2026, 1, 1), date(2026, 5, 1))
    add_price(sku, SUPPLY, "9", date(2026, 7, 1))
    filled = set_price(sku, SUPPLY, Decimal("8.5"), date(2026, 5, 1), ACT, ends_on=date(2026, 7, 1))
    assert price_on(sku, SUPPLY, date(2026, 6, 15)) == filled


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"kind": Price.Kind.TENDER, "value": Decimal("5")}, "省份和文号"),
        ({"kind": Price.Kind.TENDER, "value": Decimal("5"), "province": "330000"}, "省份和文号"),
        ({"kind": Price.Kind.TENDER, "value": Decimal("5"), "document_no": "浙采〔2026〕1 号"}, "省份和文号"),
        ({"kind": SUPPLY, "value": Decimal("0")}, "大于 0"),
        ({"kind": SUPPLY, "value": Decimal("-1")}, "大于 0"),
        ({"kind": SUPPLY, "value": Decimal("5"), "ends_on": date(2026, 1, 1)}, "晚于生效日期"),
    ],
)
def test_a_price_that_lacks_something_is_refused(facts: dict[str, object], words: str) -> None:
    sku = make_sku()
    with pytest.raises(PriceRefused, match=words):
        set_price(sku, starts_on=date(2026, 1, 1), act=ACT, **facts)  # type: ignore[arg-type]
    assert not Price.objects.exists()


def test_a_tender_price_with_province_and_document_stands() -> None:
    sku = make_sku()
    price = set_price(
        sku, Price.Kind.TENDER, Decimal("5.2"), date(2026, 1, 1), ACT, province="330000", document_no="浙采 1 号"
    )
    assert price.pk and price_on(sku, Price.Kind.TENDER, date(2026, 1, 1)) is None


def test_the_same_value_again_is_said_not_written() -> None:
    sku = make_sku()
    set_price(sku, SUPPLY, Decimal("8.60"), date(2026, 1, 1), ACT)
    with pytest.raises(PriceRefused, match="不用再加一条"):
        set_price(sku, SUPPLY, Decimal("8.6"), date(2026, 7, 1), ACT)
    assert Price.objects.get().valid_to is None


def test_an_edited_end_must_not_run_into_the_next_price() -> None:
    sku = make_sku()
    old = add_price(sku, SUPPLY, "8", date(2026, 1, 1), date(2026, 5, 1))
    add_price(sku, SUPPLY, "9", date(2026, 7, 1))
    old.valid_to = date(2026, 7, 2)
    with pytest.raises(PriceRefused):
        change_price(old, ACT)
    old.valid_to = date(2026, 7, 1)
    assert change_price(old, ACT).version == 2


@pytest.mark.parametrize(
    ("value", "text"),
    [("8.6", "8.60"), ("8.6000", "8.60"), ("8.615", "8.615"), ("100", "100.00"), ("1234.5", "1,234.50")],
)
def test_prices_are_written_with_two_places_or_more(value: str, text: str) -> None:
    assert written(Decimal(value)) == text
