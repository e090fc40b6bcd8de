from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from keqing.catalog.models import Batch, Price, Principal, Product, Sku
from keqing.catalog.tests.builders import ACT, HOLDER, LINE, add_batch, add_price, make_sku
from keqing.core.saving import save_one
from keqing.territory.models import Division
from tests.personas import Cast

ClientOf = Callable[..., Client]
PRODUCT = {
    "generic_name": "蒙脱石散",
    "trade_name": "禾舒散",
    "dosage_form": "散剂",
    "rx_class": "DUAL",
    "nhsa_class": "A",
    "special_control": "NONE",
    "principal_name": HOLDER,
    "line_name": LINE,
}
SKU = {
    "code": "P012A",
    "spec": "3g×10袋",
    "base_unit": "盒",
    "inner_factor": "10",
    "case_factor": "120",
    "approval_no": "国药准字（H）20100123",
    "drug_code": "8690 2551 000259",
}


def text_of(response: HttpResponse) -> str:
    return response.content.decode()


@pytest.fixture
def editor(cast: Cast, client_of: ClientOf) -> Client:
    return client_of(cast["marketing_yu"])


def test_a_product_is_made_with_its_first_sku(editor: Client) -> None:
    make_sku()
    data = {**PRODUCT, **{f"sku-{name}": value for name, value in SKU.items()}}
    response = editor.post(reverse("catalog:create"), data)
    product = Product.objects.get(generic_name="蒙脱石散")
    sku = product.skus.get()
    assert response.status_code == 303 and response["Location"] == reverse("catalog:product", args=[product.public_id])
    assert (sku.approval_no, sku.drug_code, sku.case_factor) == ("国药准字H20100123", "86902551000259", 120)
    assert Principal.objects.count() == 1


def test_a_new_holder_is_asked_about_once(editor: Client) -> None:
    data = {**PRODUCT, **{f"sku-{name}": value for name, value in SKU.items()}}
    page = editor.post(reverse("catalog:create"), data)
    assert page.status_code == 422 and "还没有这个持有人" in text_of(page) and "核对过，就这样存" in text_of(page)
    assert not Product.objects.exists() and not Principal.objects.exists()
    confirmed = "line_name:还没有这条产品线，保存时会一起建好。\nprincipal_name:还没有这个持有人，保存时会一起建好。"
    assert editor.post(reverse("catalog:create"), {**data, "confirmed": confirmed}).status_code == 303
    assert Principal.objects.get().name == HOLDER


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"drug_code": "869025510002"}, "本位码应有 14 位，写了 12 位"),
        ({"approval_no": "国药准字X20200001"}, "批准文号里没有“X”这一类"),
        ({"gtin": "69012345"}, "商品条码应有 13 位"),
        ({"inner_factor": "200"}, "比每中包 200 盒还少"),
        ({"code": "P001A"}, "这个产品编码已经有了"),
        ({"case_factor": ""}, "必填"),
    ],
)
def test_a_wrong_shape_is_refused_and_what_was_typed_stays(editor: Client, facts: dict[str, str], words: str) -> None:
    sku = make_sku()
    url = reverse("catalog:create_sku", args=[sku.product.public_id])
    page = editor.post(url, {**SKU, "storage": "遮光，密封", **facts})
    assert page.status_code == 422 and words in text_of(page) and "遮光，密封" in text_of(page)
    assert Sku.objects.count() == 1


def test_a_failed_check_digit_is_kept_on_the_second_press(editor: Client) -> None:
    sku = make_sku()
    url = reverse("catalog:create_sku", args=[sku.product.public_id])
    data = {**SKU, "drug_code": "86902551000258"}
    page = editor.post(url, data)
    assert page.status_code == 422 and "本位码最后一位应为 9" in text_of(page) and "再按一次保存" in text_of(page)
    confirmed = {"confirmed": "drug_code:本位码最后一位应为 9，写的是 8"}
    other = editor.post(url, {**data, **confirmed, "drug_code": "86902551000257"})
    assert other.status_code == 422  # another doubt than the one that was confirmed
    assert editor.post(url, {**data, **confirmed}).status_code == 303
    assert Sku.objects.get(code="P012A").drug_code == "86902551000258"


def test_two_products_of_one_name_form_and_holder_are_refused(editor: Client) -> None:
    sku = make_sku()
    data = {**PRODUCT, "generic_name": "板蓝根颗粒", "trade_name": "芷安清", "dosage_form": "颗粒剂"}
    page = editor.post(reverse("catalog:create"), {**data, **{f"sku-{name}": value for name, value in SKU.items()}})
    assert page.status_code == 422 and "已有同名同剂型的产品" in text_of(page)
    assert Product.objects.get() == sku.product


def test_somebody_was_quicker(editor: Client) -> None:
    sku = make_sku()
    version = sku.version
    sku.spec = "10g×10袋"
    save_one(sku, ACT)
    url = reverse("catalog:edit_sku", args=[sku.public_id])
    data = {**SKU, "code": "P001A", "storage": "阴凉处"}
    page = editor.post(url, {**data, "version": str(version)})
    assert page.status_code == 422 and "刚改过：规格" in text_of(page) and "阴凉处" in text_of(page)
    assert f'name="version" value="{sku.version}"' in text_of(page)
    assert editor.post(url, {**data, "version": str(sku.version)}).status_code == 303
    sku.refresh_from_db()
    assert (sku.spec, sku.storage) == ("3g×10袋", "阴凉处")


def test_a_price_from_the_form_closes_the_running_one(editor: Client) -> None:
    sku = make_sku()
    today = timezone.localdate()
    old = add_price(sku, Price.Kind.SUPPLY, "8", today - timedelta(10))
    url = reverse("catalog:create_price", args=[sku.public_id])
    assert editor.get(url).status_code == 200
    assert editor.post(url, {"kind": "SUPPLY", "value": "8.5", "starts_on": f"{today}"}).status_code == 303
    old.refresh_from_db()
    assert old.valid_to == today and Price.objects.get(valid_to=None).value == Decimal("8.5")
    page = editor.post(url, {"kind": "SUPPLY", "value": "9", "starts_on": f"{today}"})
    assert page.status_code == 422 and "会和它重叠" in text_of(page) and 'value="9"' in text_of(page)


def test_a_tender_price_needs_province_and_document(editor: Client) -> None:
    sku = make_sku()
    save_one(Division(code="330000", name="浙江省", level=1, source="GB/T 2260", valid_from=date(2000, 1, 1)), ACT)
    url = reverse("catalog:create_price", args=[sku.public_id])
    data = {"kind": "TENDER", "value": "5.2", "starts_on": "2026-01-01"}
    page = editor.post(url, data)
    assert page.status_code == 422 and "中标价要写明省份和文号" in text_of(page)
    assert editor.post(url, {**data, "province": "330000", "document_no": "浙采 1 号"}).status_code == 303
    shown = text_of(editor.get(reverse("catalog:product", args=[sku.product.public_id])))
    assert "浙江省" in shown and "浙采 1 号" in shown


def test_a_price_that_counted_keeps_its_value_one_of_today_can_be_put_right(editor: Client) -> None:
    sku = make_sku()
    today = timezone.localdate()
    old = add_price(sku, Price.Kind.SUPPLY, "8", today - timedelta(10))
    new = add_price(sku, Price.Kind.FLOOR, "88", today)
    data = {"value": "8.8", "valid_from": f"{today}", "document_no": "定价 3 号"}
    for price in (old, new):
        url = reverse("catalog:edit_price", args=[price.public_id])
        assert editor.get(url).status_code == 200
        assert editor.post(url, {**data, "version": "1"}).status_code == 303
        price.refresh_from_db()
    assert (old.value, old.document_no, new.value) == (Decimal("8"), "定价 3 号", Decimal("8.8"))


@pytest.mark.parametrize(
    ("written", "kind", "through"),
    [
        ("2027-06", "MONTH", date(2027, 6, 30)),
        ("有效期至2027年06月", "MONTH", date(2027, 6, 30)),
        ("2027-06-30", "DAY", date(2027, 6, 30)),
        ("20270630", "DAY", date(2027, 6, 30)),
    ],
)
def test_a_batch_is_written_as_on_the_box(
    cast: Cast, client_of: ClientOf, written: str, kind: str, through: date
) -> None:
    sku = make_sku(shelf_life_months=24)
    client = client_of(cast["qa_zheng"])
    data = {"lot_no": " 250701a ", "made_on": "2025-07-01", "expiry": written}
    assert client.post(reverse("catalog:create_batch", args=[sku.public_id]), data).status_code == 303
    batch = Batch.objects.get()
    assert (batch.lot_no, batch.expiry_kind, batch.usable_through) == ("250701A", kind, through)
    assert client.get(reverse("catalog:edit_batch", args=[batch.public_id])).status_code == 200


def test_an_expiry_that_does_not_fit_the_shelf_life_is_asked_about(cast: Cast, client_of: ClientOf) -> None:
    sku = make_sku(shelf_life_months=24)
    url = reverse("catalog:create_batch", args=[sku.public_id])
    data = {"lot_no": "B1", "made_on": "2025-07-01", "expiry": "2027-07-31"}
    page = client_of(cast["qa_zheng"]).post(url, data)
    warning = "按生产日期和 24 个月的有效期应到 2027-06-30，写的是 2027-07-31"
    assert page.status_code == 422 and warning in text_of(page)
    confirmed = client_of(cast["qa_zheng"]).post(url, {**data, "confirmed": f"expiry:{warning}"})
    assert confirmed.status_code == 303 and Batch.objects.get().usable_through == date(2027, 7, 31)


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"expiry": "明年"}, "认不出这个日期"),
        ({"expiry": "2025-06"}, "要晚于生产日期"),
        ({"lot_no": "A1"}, "这个品规已有这个批号"),
        ({"lot_no": "X" * 31}, "30"),
    ],
)
def test_a_batch_that_cannot_be_is_refused(cast: Cast, client_of: ClientOf, facts: dict[str, str], words: str) -> None:
    sku = make_sku()
    add_batch(sku, "A1", date(2027, 6, 30))
    data = {"lot_no": "B1", "made_on": "2025-07-01", "expiry": "2027-06", **facts}
    page = client_of(cast["qa_zheng"]).post(reverse("catalog:create_batch", args=[sku.public_id]), data)
    assert page.status_code == 422 and words in text_of(page) and Batch.objects.count() == 1


def test_a_row_that_is_not_there_is_404(editor: Client) -> None:
    nobody = "00000000-0000-4000-8000-000000000000"
    names = ["product", "edit", "create_sku", "edit_sku", "create_price", "edit_price", "create_batch", "edit_batch"]
    assert {name: editor.get(reverse(f"catalog:{name}", args=[nobody])).status_code for name in names} == dict.fromkeys(
        names, 404
    )
