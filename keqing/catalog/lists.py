"""The list of products: one row per SKU."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.db.models import Min, QuerySet
from django.urls import reverse
from django.utils.translation import gettext

from keqing.catalog.access import price_kinds
from keqing.catalog.models import Batch, Price, Principal, Product, ProductLine, Sku
from keqing.catalog.services import prices_on, written
from keqing.core.lists import Column, Filter, ListSpec
from keqing.core.viewer import Viewer

Choices = Callable[[Viewer], Sequence[tuple[str, str]]]


def sku_rows(viewer: Viewer) -> QuerySet[Sku]:
    return Sku.objects.visible_to(viewer).select_related("product__principal", "product__product_line")


def _price(kind: str) -> Callable[[Any], Any]:
    return lambda sku: written(sku.prices_today.get(kind))


def _prepare(skus: list[Any], viewer: Viewer) -> list[Any]:
    """Today's national prices and the first expiry of each SKU on the page: two queries, however many rows."""
    kinds = price_kinds(viewer)
    prices = prices_on(skus, viewer.as_of, viewer)
    expiries = dict(
        Batch.objects.visible_to(viewer)
        .filter(sku__in=[sku.pk for sku in skus], usable_through__gte=viewer.as_of)
        .order_by()
        .values_list("sku")
        .annotate(first=Min("usable_through"))
    )
    for sku in skus:
        found = {kind: prices.get((sku.pk, kind, "")) for kind in kinds}
        sku.prices_today = {kind: price.value for kind, price in found.items() if price}
        sku.first_expiry = expiries.get(sku.pk)
    return skus


def _choices_of(model: type[Principal] | type[ProductLine]) -> Choices:
    return lambda viewer: [
        (str(public_id), name)
        for public_id, name in model.objects.visible_to(viewer).order_by("name").values_list("public_id", "name")
    ]


def _among(path: str) -> Callable[[QuerySet[Any], Sequence[str]], QuerySet[Any]]:
    return lambda rows, values: rows.filter(**{f"{path}__in": values})


def _among_ids(path: str) -> Callable[[QuerySet[Any], Sequence[str]], QuerySet[Any]]:
    return lambda rows, values: rows.filter(**{f"{path}__public_id__in": _known_ids(values)})


def _known_ids(values: Sequence[str]) -> list[UUID]:
    """An id that was mistyped in the address finds nothing instead of breaking the page."""
    found = []
    for value in values:
        try:
            found.append(UUID(value))
        except ValueError:
            continue
    return found


def cases_in_words(sku: Sku) -> str:
    return gettext("1件 = %(count)s%(unit)s") % {"count": sku.case_factor, "unit": sku.base_unit}


SKUS = ListSpec(
    key="skus",
    noun="product",
    title="产品",
    columns=(
        Column("name", "产品", lambda sku: str(sku.product), sort="product__generic_name"),
        Column("spec", "规格", lambda sku: sku.spec, sort="spec"),
        Column("code", "产品编码", lambda sku: sku.code, sort="code"),
        Column("dosage_form", "剂型", lambda sku: sku.product.dosage_form, is_default=False),
        Column("rx_class", "处方分类", lambda sku: sku.product.get_rx_class_display(), kind="label"),
        Column("nhsa_class", "医保类别", lambda sku: sku.product.get_nhsa_class_display(), kind="label"),
        Column("line", "产品线", lambda sku: sku.product.product_line.name, sort="product__product_line__name"),
        Column("pack", "件装", cases_in_words, sort="case_factor"),
        Column("supply", "供货价（元）", _price(Price.Kind.SUPPLY)),
        Column("retail", "建议零售价（元）", _price(Price.Kind.RETAIL_SUGGESTED)),
        Column("expiry", "最近效期", lambda sku: sku.first_expiry, kind="day"),
        Column("approval_no", "批准文号", lambda sku: sku.approval_no, sort="approval_no", is_default=False),
        Column("principal", "上市许可持有人", lambda sku: sku.product.principal.name, is_default=False),
        Column("manufacturer", "生产企业", lambda sku: sku.product.manufacturer, is_default=False),
        Column("drug_code", "本位码", lambda sku: sku.drug_code, is_default=False),
        Column("gtin", "商品条码", lambda sku: sku.gtin, is_default=False),
        Column("nhsa_code", "医保编码", lambda sku: sku.nhsa_code, is_default=False),
        Column("launched_on", "上市日期", lambda sku: sku.product.launched_on, kind="day", is_default=False),
    ),
    filters=(
        Filter("line", "产品线", _choices_of(ProductLine), _among_ids("product__product_line")),
        Filter("rx_class", "处方分类", lambda viewer: Product.RxClass.choices, _among("product__rx_class")),
        Filter("nhsa_class", "医保类别", lambda viewer: Product.NhsaClass.choices, _among("product__nhsa_class")),
        Filter("principal", "上市许可持有人", _choices_of(Principal), _among_ids("product__principal")),
    ),
    default_sort="name",
    link=lambda sku: reverse("catalog:product", args=[sku.product.public_id]),
    prepare=_prepare,
)


def spec_for(viewer: Viewer) -> ListSpec:
    """Columns of prices that this person does not deal in are not there at all."""
    if Price.Kind.SUPPLY in price_kinds(viewer):
        return SKUS
    return replace(SKUS, columns=tuple(column for column in SKUS.columns if column.key != "supply"))
