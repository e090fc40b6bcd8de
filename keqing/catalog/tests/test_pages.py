from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from keqing.catalog.models import Batch, Price, Product, Sku
from keqing.catalog.services import set_price
from keqing.catalog.tests.builders import ACT, add_batch, add_price, add_sku, make_sku
from keqing.core.models import BinEntry
from tests.personas import Cast

ClientOf = Callable[..., Client]
READERS = ["rep_li", "mr_lin", "kam_xu", "manager_wang", "marketing_yu", "medical_song", "sfe_sun", "finance_qian"]
READERS += ["qa_zheng", "compliance_he", "admin_gu"]
EDITORS = ["marketing_yu", "sfe_sun", "admin_gu"]


def text_of(response: HttpResponse) -> str:
    return response.content.decode()


@pytest.mark.parametrize("who", READERS)
def test_everybody_reads_list_and_page(cast: Cast, client_of: ClientOf, who: str) -> None:
    sku = make_sku()
    client = client_of(cast[who])
    assert "板蓝根颗粒" in text_of(client.get(reverse("catalog:list")))
    page = client.get(reverse("catalog:product", args=[sku.product.public_id]))
    assert page.status_code == 200 and "国药准字Z20123084" in text_of(page)


@pytest.mark.parametrize("who", READERS)
def test_only_marketing_operations_and_administrators_change_facts(cast: Cast, client_of: ClientOf, who: str) -> None:
    sku = make_sku()
    price = add_price(sku, Price.Kind.SUPPLY, "8", timezone.localdate())
    client = client_of(cast[who])
    pages = [
        reverse("catalog:create"),
        reverse("catalog:edit", args=[sku.product.public_id]),
        reverse("catalog:create_sku", args=[sku.product.public_id]),
        reverse("catalog:edit_sku", args=[sku.public_id]),
        reverse("catalog:create_price", args=[sku.public_id]),
        reverse("catalog:edit_price", args=[price.public_id]),
    ]
    expected = 200 if who in EDITORS else 403
    assert {page: client.get(page).status_code for page in pages} == dict.fromkeys(pages, expected)
    shown = text_of(client.get(reverse("catalog:product", args=[sku.product.public_id])))
    assert (pages[1] in shown) == (who in EDITORS)


@pytest.mark.parametrize(
    ("who", "status"),
    [("qa_zheng", 200), ("marketing_yu", 200), ("rep_li", 403), ("finance_qian", 403), ("mr_lin", 403)],
)
def test_quality_keeps_batches(cast: Cast, client_of: ClientOf, who: str, status: int) -> None:
    sku = make_sku()
    batch = add_batch(sku, "A1", timezone.localdate())
    client = client_of(cast[who])
    assert client.get(reverse("catalog:create_batch", args=[sku.public_id])).status_code == status
    assert client.get(reverse("catalog:edit_batch", args=[batch.public_id])).status_code == status


@pytest.mark.parametrize(("who", "status"), [("admin_gu", 303), ("sfe_sun", 403), ("qa_zheng", 403), ("rep_li", 403)])
def test_only_an_administrator_puts_products_into_the_bin(
    cast: Cast, client_of: ClientOf, who: str, status: int
) -> None:
    sku = make_sku()
    response = client_of(cast[who]).post(reverse("catalog:bin", args=[sku.product.public_id]))
    assert (response.status_code, Product.objects.live().exists()) == (status, status == 403)


def test_the_bin_gives_a_product_back(cast: Cast, client_of: ClientOf) -> None:
    sku = make_sku()
    client = client_of(cast["admin_gu"])
    client.post(reverse("catalog:bin", args=[sku.product.public_id]))
    gone = reverse("catalog:product", args=[sku.product.public_id])
    assert client.get(gone).status_code == 404
    said = text_of(client.get(reverse("catalog:list")))
    assert "放进回收站了，连同 2 条" in said and reverse("core:bin") in said
    client.post(reverse("core:restore", args=[BinEntry.objects.get().public_id]))
    assert client.get(gone).status_code == 200


def test_prices_and_batches_go_to_the_bin_by_themselves(cast: Cast, client_of: ClientOf) -> None:
    sku = make_sku()
    price = add_price(sku, Price.Kind.SUPPLY, "8", timezone.localdate())
    batch = add_batch(sku, "A1", timezone.localdate())
    client = client_of(cast["admin_gu"])
    client.post(reverse("catalog:bin_price", args=[price.public_id]))
    client.post(reverse("catalog:bin_batch", args=[batch.public_id]))
    client.post(reverse("catalog:bin_sku", args=[sku.public_id]))
    assert not Price.objects.live().exists() and not Batch.objects.live().exists()
    assert "最后一个品规" in text_of(client.get(reverse("catalog:product", args=[sku.product.public_id])))
    assert Sku.objects.live().count() == 1


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ("q=板蓝", ["P001A"]),
        ("q=mtss", ["P002A"]),
        ("q=P002", ["P002A"]),
        ("q=Z20123084", ["P001A", "P002A"]),
        ("rx_class=RX", ["P002A"]),
        ("rx_class=RX&rx_class=OTC_B", ["P001A", "P002A"]),
        ("nhsa_class=A", ["P002A"]),
        ("line={line}", ["P001A", "P002A"]),
        ("line=nonsense", []),
        ("principal={principal}&q=蒙脱", ["P002A"]),
        ("q=没有这个", []),
    ],
)
def test_search_and_filters(cast: Cast, client_of: ClientOf, query: str, codes: list[str]) -> None:
    sku = make_sku()
    make_sku(
        "P002A", product_generic_name="蒙脱石散", product_trade_name="", product_rx_class="RX", product_nhsa_class="A"
    )
    ids = {"line": sku.product.product_line.public_id, "principal": sku.product.principal.public_id}
    shown = text_of(client_of(cast["rep_li"]).get(f"{reverse('catalog:list')}?{query.format(**ids)}"))
    assert [code for code in ("P001A", "P002A") if code in shown] == codes


def test_a_new_house_is_told_what_to_do_next(cast: Cast, client_of: ClientOf) -> None:
    pages = [
        text_of(client_of(cast[who]).get(reverse("catalog:list"))) for who in ("sfe_sun", "marketing_yu", "rep_li")
    ]
    assert ["导入产品表" in page for page in pages] == [True, False, False]
    assert "录好就会出现在这里" in pages[2]


def test_chosen_columns_and_export(cast: Cast, client_of: ClientOf) -> None:
    make_sku(gtin="6901234567892")
    client = client_of(cast["sfe_sun"])
    assert "6901234567892" in text_of(client.get(f"{reverse('catalog:list')}?columns=gtin"))
    response = client.get(f"{reverse('catalog:export')}?columns=gtin,code")
    assert response["Content-Type"].startswith("application/vnd.openxml") and response.content[:2] == b"PK"
    assert client_of(cast["rep_li"]).get(reverse("catalog:export")).status_code == 403


def test_a_medical_representative_sees_no_business_prices(cast: Cast, client_of: ClientOf) -> None:
    sku = make_sku()
    today = timezone.localdate()
    for kind, value in (
        (Price.Kind.FLOOR, "3.33"),
        (Price.Kind.SUPPLY, "8.61"),
        (Price.Kind.RETAIL_SUGGESTED, "14.82"),
    ):
        set_price(sku, kind, Decimal(value), today, ACT)
    pages = [reverse("catalog:product", args=[sku.product.public_id]), reverse("catalog:list")]
    for page in pages:
        shown = text_of(client_of(cast["mr_lin"]).get(page))
        assert "14.82" in shown and "供货价" not in shown and "8.61" not in shown and "3.33" not in shown
    assert "8.61" in text_of(client_of(cast["rep_li"]).get(pages[1]))


def test_the_page_says_packs_codes_prices_and_expiry_in_words(cast: Cast, client_of: ClientOf) -> None:
    sku = make_sku(inner_factor=10, drug_code="86902551000258")
    today = timezone.localdate()
    add_price(sku, Price.Kind.SUPPLY, "8", today - timedelta(30), today)
    add_price(sku, Price.Kind.SUPPLY, "9", today)
    for lot, days in (("FINE", 181), ("AMBER", 180), ("RED", 90), ("GONE", -1)):
        add_batch(sku, lot, today + timedelta(days))
    shown = text_of(client_of(cast["rep_li"]).get(reverse("catalog:product", args=[sku.product.public_id])))
    for words in (
        "1件 = 100盒，1中包 = 10盒，1件 = 10中包",
        "本位码最后一位应为 9，写的是 8",
        "校验通过",
        "今天",
        "已过期",
    ):
        assert words in shown
    tones = ['chip-amber chip-sm">180 天', 'chip-red chip-sm">90 天', 'chip chip-sm">181 天']
    assert [tone for tone in tones if tone not in shown] == []
    assert shown.index("GONE") < shown.index("RED") < shown.index("AMBER") < shown.index("FINE")


def test_changes_are_told_with_names_not_keys(cast: Cast, client_of: ClientOf) -> None:
    sku = make_sku()
    sku.product.rx_class = "RX"
    from_page = reverse("catalog:product", args=[sku.product.public_id])
    client = client_of(cast["sfe_sun"])
    client.post(
        reverse("catalog:edit", args=[sku.product.public_id]),
        product_data(sku.product, line_name="处方线", confirmed="line_name:还没有这条产品线，保存时会一起建好。"),
    )
    shown = text_of(client.get(from_page))
    assert "处方分类：乙类OTC → 处方药" in shown and "产品线：OTC线 → 处方线" in shown and "孙杉" in shown


def product_data(product: Product, **facts: object) -> dict[str, object]:
    return {
        "generic_name": product.generic_name,
        "trade_name": product.trade_name,
        "dosage_form": product.dosage_form,
        "rx_class": product.rx_class,
        "special_control": "NONE",
        "principal_name": product.principal.name,
        "line_name": product.product_line.name,
        "version": product.version,
        **facts,
    }


@pytest.mark.parametrize("name", ["list", "product"])
def test_queries_do_not_grow_with_rows(cast: Cast, client_of: ClientOf, name: str) -> None:
    sku = make_sku()
    client = client_of(cast["rep_li"])
    target = reverse("catalog:list") if name == "list" else reverse("catalog:product", args=[sku.product.public_id])
    fill(sku)
    client.get(target)
    with CaptureQueriesContext(connection) as few:
        client.get(target)
    for number in range(15):
        fill(add_sku(sku.product, f"X{number:02d}"))
        make_sku(f"Y{number:02d}", product_generic_name=f"片{number}")
    with CaptureQueriesContext(connection) as many:
        client.get(target)
    assert len(many) == len(few)


def fill(sku: Sku) -> None:
    today = timezone.localdate()
    add_price(sku, Price.Kind.SUPPLY, "8", today)
    add_price(sku, Price.Kind.TENDER, "7", today, province="330000", document_no="1 号")
    add_batch(sku, "A1", today + timedelta(100))


def test_a_swap_gets_the_content_alone(cast: Cast, client_of: ClientOf) -> None:
    sku = make_sku()
    page = reverse("catalog:product", args=[sku.product.public_id])
    shown = text_of(client_of(cast["sfe_sun"]).get(page, headers={"HX-Request": "true"}))
    assert "P001A" in shown and "<html" not in shown
