from __future__ import annotations

from datetime import date

import pytest
from django.apps import apps

from keqing.catalog.models import Batch, Price, Principal, Product, Sku
from keqing.catalog.services import Owners, StillUsed, discard, discard_sku, save_product
from keqing.catalog.tests.builders import ACT, HOLDER, LINE, add_batch, add_price, add_sku, make_sku
from keqing.core.models import Base
from keqing.core.saving import restore
from keqing.core.search import matching

pytestmark = pytest.mark.django_db


def tracked() -> list[type[Base]]:
    return [model for model in apps.get_models() if issubclass(model, Base)]


def test_holders_and_lines_are_one_row_per_name() -> None:
    make_sku("P001A")
    make_sku("P002A", product_generic_name="蒙脱石散", product_trade_name="")
    assert Principal.objects.count() == 1


def test_a_renamed_product_is_found_by_its_new_name() -> None:
    sku = make_sku()
    sku.product.trade_name = "禾舒散"
    save_product(sku.product, Owners(HOLDER, LINE), ACT)
    assert [list(matching(Sku.objects.all(), text)) for text in ("禾舒", "hss", "芷安清")] == [[sku], [sku], []]


@pytest.mark.parametrize("query", ["板", "blgkl", "芷安", "P001A", "Z20123084", "20123084"])
def test_a_sku_is_found_by_name_initials_code_and_approval_number(query: str) -> None:
    sku = make_sku()
    assert list(matching(Sku.objects.all(), query)) == [sku]


def test_a_product_goes_to_the_bin_with_all_that_hangs_on_it_and_comes_back() -> None:
    sku = make_sku()
    add_price(sku, Price.Kind.SUPPLY, "8", date(2026, 1, 1))
    add_batch(sku, "250701A", date(2027, 6, 30))
    entry = discard(sku.product, ACT)
    left = [model.objects.live().count() for model in (Product, Sku, Price, Batch)]
    assert (left, entry.rows) == ([0, 0, 0, 0], 4)
    restore(entry, ACT, tracked())
    assert [model.objects.live().count() for model in (Product, Sku, Price, Batch)] == [1, 1, 1, 1]


def test_the_last_sku_stays_with_its_product() -> None:
    first = make_sku()
    with pytest.raises(StillUsed, match="最后一个品规"):
        discard_sku(first, ACT)
    second = add_sku(first.product, "P001B")
    discard_sku(second, ACT)
    assert list(Sku.objects.live()) == [first]
