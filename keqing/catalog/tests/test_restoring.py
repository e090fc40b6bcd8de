"""A price that comes back from the bin meets no other price of its kind."""

from __future__ import annotations

from datetime import date

import pytest

from keqing.catalog.models import Price, Sku
from keqing.catalog.tests.builders import ACT, add_price, make_sku
from keqing.core.saving import NotRestored, restore, throw_away

pytestmark = pytest.mark.django_db(databases=["default", "jobs"])
JANUARY, JUNE, JULY = date(2026, 1, 1), date(2026, 6, 1), date(2026, 7, 1)


@pytest.fixture
def sku() -> Sku:
    return make_sku()


def test_a_price_comes_back_where_nothing_took_its_place(sku: Sku) -> None:
    entry = throw_away([add_price(sku, "SUPPLY", "8.60", JANUARY, JUNE)], ACT)
    add_price(sku, "SUPPLY", "8.80", JUNE)  # begins on the day the other ended
    add_price(sku, "RETAIL_SUGGESTED", "14.80", JANUARY)
    add_price(sku, "SUPPLY", "8.10", JANUARY, province="330000")
    assert restore(entry, ACT, [Price]) == 1


def test_a_price_that_would_meet_another_one_stays_in_the_bin(sku: Sku) -> None:
    entry = throw_away([add_price(sku, "SUPPLY", "8.60", JANUARY, JULY)], ACT)
    add_price(sku, "SUPPLY", "8.80", JUNE)
    with pytest.raises(NotRestored) as refused:
        restore(entry, ACT, [Price])
    assert str(refused.value) == (
        "板蓝根颗粒（芷安清） 10g×20袋 的供货价 8.6 元（2026-01-01 起）会和现有的 8.8 元（2026-06-01 起）重叠，没有恢复。"
        "先改现有那条的日期，再恢复。"
    )
    assert Price.objects.live().count() == 1


def test_a_product_comes_back_with_its_prices(sku: Sku) -> None:
    add_price(sku, "SUPPLY", "8.60", JANUARY, JUNE)
    add_price(sku, "SUPPLY", "8.80", JUNE)
    entry = throw_away([sku], ACT)
    assert restore(entry, ACT, [Sku, Price]) == 3
