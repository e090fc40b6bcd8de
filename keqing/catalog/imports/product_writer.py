"""Judged product rows into the archive, a batch in a fixed number of steps.

A step is one bulk save: holders, lines, products, SKUs, closed prices, new prices.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from django.utils import timezone

from keqing.catalog.models import Price, Principal, Product, ProductLine, Sku
from keqing.catalog.services import plan_price, refresh_search
from keqing.core.imports.kind import Judged, Touched, Written
from keqing.core.models import Base
from keqing.core.saving import Act, save
from keqing.core.viewer import Viewer

SKU_FIELDS = (
    "spec",
    "base_unit",
    "inner_factor",
    "case_factor",
    "approval_no",
    "drug_code",
    "gtin",
    "nhsa_code",
    "shelf_life_months",
    "storage",
)
#: a product's facts under the names a file gives them; holder and line are names there
PRODUCT_FIELDS = (
    "generic_name",
    "trade_name",
    "dosage_form",
    "principal",
    "manufacturer",
    "rx_class",
    "nhsa_class",
    "product_line",
    "launched_on",
)
PRICES = {"supply_price": Price.Kind.SUPPLY.value, "retail_price": Price.Kind.RETAIL_SUGGESTED.value}
WHY = "an import writes beside rows that are not published yet"
Named = TypeVar("Named", Principal, ProductLine)
Key = tuple[str, str, str, int]


@dataclass
class _Work:
    """One batch on its way: what stands already, and by row number what was touched beside its SKU."""

    act: Act
    rows: Sequence[Judged]
    principals: Mapping[str, Principal] = field(default_factory=dict)
    lines: Mapping[str, ProductLine] = field(default_factory=dict)
    skus: dict[str, Sku] = field(default_factory=dict)
    touched: dict[int, list[Touched]] = field(default_factory=lambda: defaultdict(list))

    def note(self, number: int, row: Base) -> None:
        self.touched[number].append((row.noun(), row.pk))


class ProductWriter:
    def __init__(self, viewer: Viewer) -> None:
        self.viewer = viewer

    def __call__(self, rows: Sequence[Judged], act: Act) -> list[Written]:
        work = _Work(act, rows)
        work.principals = _named(Principal, "principal", work)
        work.lines = _named(ProductLine, "product_line", work)
        found = Sku.objects.everything(WHY).filter(code__in=[row.values["code"] for row in rows])
        work.skus = {sku.code: sku for sku in found.select_related("product")}
        products = _write_products(work)
        _write_skus(work, products)
        _write_prices(work)
        return [Written(row.number, work.skus[row.values["code"]].pk, tuple(work.touched[row.number])) for row in rows]


def _named(model: type[Named], key: str, work: _Work) -> dict[str, Named]:
    """Name → row, those that are new made in one go."""
    wanted = {row.values[key]: row.number for row in reversed(work.rows) if key in row.values}
    found = {row.name: row for row in model.objects.everything(WHY).filter(name__in=wanted)}
    made = save([model(name=name) for name in sorted(wanted, key=wanted.__getitem__) if name not in found], work.act)
    for row in made:
        work.note(wanted[row.name], row)
        found[row.name] = row
    return found


def _write_products(work: _Work) -> dict[int, Product]:
    """Row number → product. The first row of a product gives its facts; the judge made the others agree."""
    standing = _standing_products(work)
    products: dict[int, Product] = {}
    first: dict[int, int] = {}
    for row in work.rows:
        sku = work.skus.get(row.values["code"])
        owned = standing[sku.product_id] if sku else None
        key = _key(row.values, owned, work)
        product = standing.get(key) or owned or Product()
        standing[key] = products[row.number] = product
        if _fill(product, row.values, work):
            first.setdefault(id(product), row.number)
    changed = list({id(product): product for product in products.values() if id(product) in first}.values())
    renamed = [product for product in changed if product.pk]
    for group in ([product for product in changed if product.pk is None], renamed):
        save(group, work.act)
        for product in group:
            work.note(first[id(product)], product)
    refresh_search(renamed)
    return products


def _standing_products(work: _Work) -> dict[Any, Product]:
    """By key and by identity: one object per product, however many rows name it."""
    names = {row.values["generic_name"] for row in work.rows if "generic_name" in row.values}
    names |= {sku.product.generic_name for sku in work.skus.values()}
    standing: dict[Any, Product] = {}
    for product in Product.objects.everything(WHY).filter(generic_name__in=names):
        standing[product.pk] = product
        standing[product.generic_name, product.trade_name, product.dosage_form, product.principal_id] = product
    return standing


def _key(values: Mapping[str, Any], owned: Product | None, work: _Work) -> Key:
    """The identity the row asks for; what it leaves out stays as it is."""
    principal = work.principals[values["principal"]].pk if "principal" in values else owned and owned.principal_id
    names = (values.get(name) or getattr(owned, name, "") for name in ("generic_name", "trade_name", "dosage_form"))
    return (*names, principal)  # type: ignore[return-value]


def _fill(product: Product, values: Mapping[str, Any], work: _Work) -> bool:
    """Set what the row gives; true when that changed something."""
    is_changed = product.pk is None
    for name in PRODUCT_FIELDS:
        if name not in values:
            continue
        value: Any = values[name]
        if name == "principal":
            value = work.principals[value]
        elif name == "product_line":
            value = work.lines[value]
        elif name == "launched_on":
            value = date.fromisoformat(value)
        attribute = f"{name}_id" if name in ("principal", "product_line") else name
        was = getattr(product, attribute)
        setattr(product, name, value)
        is_changed = is_changed or getattr(product, attribute) != was
    return is_changed


def _write_skus(work: _Work, products: Mapping[int, Product]) -> None:
    fresh, changed = [], []
    for row in work.rows:
        sku = work.skus.get(row.values["code"])
        if sku is None:
            sku = work.skus[row.values["code"]] = Sku(code=row.values["code"])
            fresh.append(sku)
        else:
            changed.append(sku)
        sku.product = products[row.number]
        for name in SKU_FIELDS:
            if name in row.values:
                setattr(sku, name, row.values[name])
    save(fresh + changed, work.act)


def _write_prices(work: _Work) -> None:
    """From the day of the import, unless the price in force is the same; one that began that day is put right."""
    on = timezone.localdate(work.act.at)
    asked = [
        (row.number, work.skus[row.values["code"]], name) for row in work.rows for name in PRICES if name in row.values
    ]
    standing = _standing_prices([sku for _, sku, _ in asked])
    values = {row.number: row.values for row in work.rows}
    old: list[tuple[int, Price]] = []
    new: list[tuple[int, Price]] = []
    for number, sku, name in asked:
        value, kind = Decimal(values[number][name]), PRICES[name]
        prices = standing.get((sku.pk, kind), [])
        same_day = next((price for price in prices if price.valid_from == on), None)
        if same_day is not None:
            same_day.value = value
            old.append((number, same_day))
            continue
        step = plan_price(prices, on)
        if step.refusal or (step.close is not None and step.close.value == value):
            continue
        if step.close is not None:
            step.close.valid_to = on
            old.append((number, step.close))
        new.append((number, Price(sku=sku, kind=kind, value=value, valid_from=on)))
    _save_prices(old, work)
    _save_prices(new, work)


def _standing_prices(skus: Iterable[Sku]) -> dict[tuple[int, str], list[Price]]:
    found: dict[tuple[int, str], list[Price]] = defaultdict(list)
    rows = Price.objects.everything(WHY).filter(sku__in={sku.pk for sku in skus}, kind__in=PRICES.values(), province="")
    for price in rows:
        found[price.sku_id, price.kind].append(price)
    return found


def _save_prices(prices: Sequence[tuple[int, Price]], work: _Work) -> None:
    save([price for _, price in prices], work.act)
    for number, price in prices:
        work.note(number, price)
