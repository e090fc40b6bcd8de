"""What is done to products, prices and batches. Prices are dated: a new one closes the running one, none is overwritten."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext

from keqing.catalog.models import Batch, Price, Principal, Product, ProductLine, Sku
from keqing.core.models import Base, BinEntry
from keqing.core.saving import Act, dependants, save, save_one, throw_away
from keqing.core.search import index_rows
from keqing.core.viewer import Viewer

PriceKey = tuple[int, str, str]


class PriceRefused(ValueError):
    """The price would overlap with another or lacks what its kind needs; the message says which, in words."""


class StillUsed(ValueError):
    """Rows of other apps stand on this one, so it cannot go to the bin."""


# --- products


def principal_named(name: str, act: Act) -> Principal:
    found = Principal.objects.everything("one row per name, hidden imports included").filter(name=name).first()
    return found or save_one(Principal(name=name), act)


def product_line_named(name: str, act: Act) -> ProductLine:
    found = ProductLine.objects.everything("one row per name, hidden imports included").filter(name=name).first()
    return found or save_one(ProductLine(name=name), act)


@dataclass(frozen=True)
class Owners:
    """Names of the holder and the product line as typed; a name that is new makes a new row."""

    principal: str
    line: str

    def give(self, product: Product, act: Act) -> None:
        product.principal = principal_named(self.principal, act)
        product.product_line = product_line_named(self.line, act)


def create_product(product: Product, owners: Owners, sku: Sku, act: Act) -> Product:
    """A product comes with its first SKU: without one it could not be sold, ordered or found."""
    with transaction.atomic():
        owners.give(product, act)
        save_one(product, act)
        sku.product = product
        save_one(sku, act)
    return product


def save_product(product: Product, owners: Owners, act: Act) -> Product:
    """Its SKUs are found by its names, so their search tokens are written anew."""
    with transaction.atomic():
        owners.give(product, act)
        save_one(product, act)
        refresh_search([product])
    return product


def refresh_search(products: Iterable[Product]) -> None:
    rows = Sku.objects.everything("search tokens follow the product's names").filter(product__in=list(products))
    index_rows(Sku, list(rows.select_related("product")))


def save_sku(sku: Sku, act: Act) -> Sku:
    return save_one(sku, act)


def discard(row: Base, act: Act) -> BinEntry:
    """To the bin with everything of the catalog that hangs on it. Raises `StillUsed` when others need it."""
    others = [model for model, _ in dependants([row]) if model._meta.app_label != "catalog"]
    if others:
        names = "、".join(dict.fromkeys(gettext(str(model._meta.verbose_name)) for model in others))
        raise StillUsed(gettext("还有%(names)s用着「%(label)s」，没有删。") % {"names": names, "label": row.label()})
    return throw_away([row], act)


def discard_sku(sku: Sku, act: Act) -> BinEntry:
    siblings = Sku.objects.everything("the last SKU stays with its product").filter(product_id=sku.product_id)
    if not siblings.exclude(pk=sku.pk).exists():
        raise StillUsed(gettext("这是最后一个品规，没有删。要删就删整个产品。"))
    return discard(sku, act)


# --- prices


@dataclass(frozen=True)
class PriceStep:
    """What a new price does to those that are there: the running one to close, or why it cannot be."""

    close: Price | None = None
    refusal: str = ""


def plan_price(prices: Iterable[Price], starts_on: date, ends_on: date | None = None) -> PriceStep:
    """`prices`: the live ones of the same SKU, kind and province."""
    close = None
    for price in sorted(prices, key=lambda price: price.valid_from):
        if price.valid_to is not None and price.valid_to <= starts_on:
            continue
        if ends_on is not None and ends_on <= price.valid_from:
            continue
        if price.valid_from < starts_on and price.valid_to is None:
            close = price
            continue
        return PriceStep(refusal=_overlap(price))
    return PriceStep(close=close)


def _overlap(price: Price) -> str:
    words = {
        "kind": gettext(price.get_kind_display()),
        "value": written(price.value),
        "from": price.valid_from,
        "to": price.valid_to,
    }
    if price.valid_to is None:
        return gettext("%(from)s 起已有%(kind)s %(value)s 元，会和它重叠。") % words
    return gettext("%(from)s 到 %(to)s 之前已有%(kind)s %(value)s 元，会和它重叠。") % words


def written(value: Decimal | None) -> str:
    """At least two places, more only where they say something: 8.60, 8.615."""
    if value is None:
        return ""
    plain = value.normalize()
    places = max(2, -int(plain.as_tuple().exponent))
    return f"{value:,.{places}f}"


def set_price(
    sku: Sku,
    kind: str,
    value: Decimal,
    starts_on: date,
    act: Act,
    province: str = "",
    document_no: str = "",
    ends_on: date | None = None,
) -> Price:
    """A price from a day on; the running one ends the day before. Raises `PriceRefused`, then nothing is written."""
    _check_price(kind, value, province, document_no)
    if ends_on is not None and ends_on <= starts_on:
        raise PriceRefused(gettext("失效日期要晚于生效日期。"))
    with transaction.atomic():
        list(Sku.objects.select_for_update().filter(pk=sku.pk).values_list("pk"))
        step = plan_price(_same_prices(sku, kind, province), starts_on, ends_on)
        if step.refusal:
            raise PriceRefused(step.refusal)
        if step.close is not None:
            _refuse_same_value(step.close, value, ends_on)
            step.close.valid_to = starts_on
            save_one(step.close, act)
        price = Price(
            sku=sku,
            kind=kind,
            value=value,
            province=province,
            document_no=document_no,
            valid_from=starts_on,
            valid_to=ends_on,
        )
        return save_one(price, act)


def _check_price(kind: str, value: Decimal, province: str, document_no: str) -> None:
    if value <= 0:
        raise PriceRefused(gettext("价格要大于 0。"))
    if kind == Price.Kind.TENDER and not (province and document_no):
        raise PriceRefused(gettext("中标价要写明省份和文号。"))


def _refuse_same_value(running: Price, value: Decimal, ends_on: date | None) -> None:
    if running.value == value and ends_on is None:
        raise PriceRefused(
            gettext("现在的%(kind)s就是 %(value)s 元，不用再加一条。")
            % {"kind": gettext(running.get_kind_display()), "value": written(value)}
        )


def _same_prices(sku: Sku, kind: str, province: str) -> QuerySet[Price]:
    rows = Price.objects.everything("overlap is refused whoever set the other price")
    return rows.filter(sku=sku, kind=kind, province=province)


def change_price(price: Price, act: Act) -> Price:
    """Saves a price whose end, document or (before it counted) value was edited; its period must stay free."""
    _check_price(price.kind, price.value, price.province, price.document_no)
    others = _same_prices(price.sku, price.kind, price.province).exclude(pk=price.pk)
    for other in others:
        if _meets(price, other):
            raise PriceRefused(_overlap(other))
    return save_one(price, act)


def _meets(price: Price, other: Price) -> bool:
    starts_before_end = other.valid_to is None or price.valid_from < other.valid_to
    return starts_before_end and (price.valid_to is None or other.valid_from < price.valid_to)


def prices_in_force(day: date, viewer: Viewer | None = None) -> QuerySet[Price]:
    rows = Price.objects.visible_to(viewer) if viewer else Price.objects.everything("prices for work without a user")
    return rows.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=day), valid_from__lte=day)


def prices_on(skus: Iterable[Sku], day: date, viewer: Viewer | None = None) -> dict[PriceKey, Price]:
    """(SKU key, kind, province) → the price in force that day; province "" is the whole country. One query."""
    rows = prices_in_force(day, viewer).filter(sku__in=[sku.pk for sku in skus]).order_by("valid_from", "pk")
    return {(price.sku_id, price.kind, price.province): price for price in rows}


def price_on(sku: Sku, kind: str, day: date, province: str = "", viewer: Viewer | None = None) -> Price | None:
    """The province's own price, else the one of the whole country."""
    found = prices_on([sku], day, viewer)
    return found.get((sku.pk, kind, province)) or found.get((sku.pk, kind, ""))


# --- batches


def save_batch(batch: Batch, act: Act) -> Batch:
    return save_one(batch, act)


def batches_by_lot(pairs: Iterable[tuple[int, str]]) -> Mapping[tuple[int, str], Batch]:
    """(SKU key, lot) → batch, hidden imports included: a lot is written once."""
    wanted = set(pairs)
    rows = Batch.objects.everything("a lot number is written once per SKU").filter(
        sku__in={sku for sku, _ in wanted}, lot_no__in={lot for _, lot in wanted}
    )
    return {(row.sku_id, row.lot_no): row for row in rows if (row.sku_id, row.lot_no) in wanted}


def save_batches(batches: Sequence[Batch], act: Act) -> list[Batch]:
    return save(batches, act)
