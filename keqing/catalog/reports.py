"""What the page of a product shows, read in a fixed number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.apps import apps
from django.utils.translation import gettext

from keqing.catalog.access import price_kinds
from keqing.catalog.checks import CODES, codes_of, kind_of, pack_check, said
from keqing.catalog.models import Batch, Price, Product, Sku
from keqing.catalog.rules import days_left, expiry_flag
from keqing.catalog.services import written
from keqing.core.fields import UnitPriceField
from keqing.core.models import Base, HistoryEntry
from keqing.core.saving import read_changes
from keqing.core.viewer import Viewer
from keqing.territory.models import Division

TONES = {"fine": "none", "yellow": "amber", "red": "red", "expired": "red"}
RECENT = 40


@dataclass(frozen=True)
class CodeLine:
    label: str
    value: str
    #: ok, warn or reject; "" for a code that no rule is known for
    status: str
    sentence: str


@dataclass(frozen=True)
class PriceLine:
    price: Price
    kind: str
    place: str
    value: str
    last_day: date | None
    is_today: bool
    is_coming: bool


@dataclass(frozen=True)
class BatchLine:
    batch: Batch
    expiry: str
    days: int
    flag: str
    tone: str


@dataclass(frozen=True)
class SkuCard:
    sku: Sku
    pack: str
    pack_warning: str
    codes: tuple[CodeLine, ...]
    prices: tuple[PriceLine, ...]
    batches: tuple[BatchLine, ...]


@dataclass(frozen=True)
class HistoryLine:
    at: datetime
    who: str
    action: str
    what: str
    changes: tuple[tuple[str, str, str], ...]
    reason: str


def sku_cards(product: Product, viewer: Viewer) -> list[SkuCard]:
    skus = list(Sku.objects.visible_to(viewer).filter(product=product).order_by("code"))
    for sku in skus:
        sku.product = product
    keys = [sku.pk for sku in skus]
    prices, batches = _prices(keys, viewer), _batches(keys, viewer)
    places = province_names([price.province for found in prices.values() for price in found], viewer)
    return [
        SkuCard(
            sku=sku,
            pack=pack_in_words(sku),
            pack_warning=said(pack_check(sku.inner_factor, sku.case_factor)),
            codes=tuple(code_lines(sku, viewer.as_of)),
            prices=tuple(_price_line(price, places, viewer.as_of) for price in prices[sku.pk]),
            batches=tuple(_batch_line(batch, viewer.as_of) for batch in batches[sku.pk]),
        )
        for sku in skus
    ]


def pack_in_words(sku: Sku) -> str:
    unit = sku.base_unit
    parts = [gettext("1件 = %(count)s%(unit)s") % {"count": sku.case_factor, "unit": unit}]
    if sku.inner_factor:
        parts.append(gettext("1中包 = %(count)s%(unit)s") % {"count": sku.inner_factor, "unit": unit})
        if sku.case_factor % sku.inner_factor == 0:
            parts.append(gettext("1件 = %(count)s中包") % {"count": sku.case_factor // sku.inner_factor})
    return gettext("，").join(parts)


def code_lines(sku: Sku, as_of: date) -> Iterable[CodeLine]:
    checks = codes_of(sku, as_of)
    for field in CODES:
        value = getattr(sku, field)
        check = checks.get(field)
        label = gettext(str(_field(Sku.noun(), field).verbose_name))
        yield CodeLine(label, value, check.status if check else "", said(check) if check else "")


def _prices(keys: Sequence[int], viewer: Viewer) -> dict[int, list[Price]]:
    found: dict[int, list[Price]] = defaultdict(list)
    rows = Price.objects.visible_to(viewer).filter(sku__in=keys, kind__in=price_kinds(viewer))
    order = {kind: at for at, kind in enumerate(Price.Kind.values)}
    for price in rows.order_by("-valid_from", "-pk"):
        found[price.sku_id].append(price)
    for prices in found.values():
        prices.sort(key=lambda price: (order[price.kind], price.province))
    return found


def _price_line(price: Price, places: Mapping[str, str], today: date) -> PriceLine:
    is_coming = price.valid_from > today
    return PriceLine(
        price=price,
        kind=price.get_kind_display(),
        place=places.get(price.province, price.province),
        value=written(price.value),
        last_day=price.valid_to - timedelta(days=1) if price.valid_to else None,
        is_today=not is_coming and (price.valid_to is None or price.valid_to > today),
        is_coming=is_coming,
    )


def province_names(codes: Iterable[str], viewer: Viewer) -> dict[str, str]:
    wanted = {code for code in codes if code}
    if not wanted:
        return {}
    rows = Division.objects.visible_to(viewer).filter(code__in=wanted).order_by("valid_from")
    return dict(rows.values_list("code", "name"))


def _batches(keys: Sequence[int], viewer: Viewer) -> dict[int, list[Batch]]:
    found: dict[int, list[Batch]] = defaultdict(list)
    for batch in Batch.objects.visible_to(viewer).filter(sku__in=keys).order_by("usable_through", "lot_no"):
        found[batch.sku_id].append(batch)
    return found


def _batch_line(batch: Batch, today: date) -> BatchLine:
    kind = kind_of(batch)
    flag = expiry_flag(batch.usable_through, kind, today)
    return BatchLine(batch, expiry_in_words(batch), days_left(batch.usable_through, kind, today), flag, TONES[flag])


def expiry_in_words(batch: Batch) -> str:
    """As it is printed on the box: a month or a day."""
    is_month = batch.expiry_kind == Batch.ExpiryKind.MONTH
    return f"{batch.usable_through:%Y-%m}" if is_month else f"{batch.usable_through:%Y-%m-%d}"


# --- history


def changes_of(product: Product, viewer: Viewer) -> list[HistoryLine]:
    """The latest changes of the product and of everything that hangs on it, newest first."""
    skus = dict(Sku.objects.visible_to(viewer).filter(product=product).values_list("pk", "code"))
    named: dict[tuple[str, int], str] = {(Product.noun(), product.pk): ""}
    named |= {(Sku.noun(), pk): code for pk, code in skus.items()}
    for pk, sku, kind, value in _price_keys(skus, viewer):
        named[Price.noun(), pk] = f"{skus[sku]} {gettext(Price.Kind(kind).label)} {written(value)}"
    for pk, sku, lot in Batch.objects.visible_to(viewer).filter(sku__in=skus).values_list("pk", "sku_id", "lot_no"):
        named[Batch.noun(), pk] = f"{skus[sku]} {lot}"
    entries = _entries(named)
    names = _names_of_relations(entries)
    return [_history_line(entry, changes, named, names) for entry, changes in entries]


def _price_keys(skus: Mapping[int, str], viewer: Viewer) -> Any:
    rows = Price.objects.visible_to(viewer).filter(sku__in=skus, kind__in=price_kinds(viewer))
    return rows.values_list("pk", "sku_id", "kind", "value")


def _entries(named: Mapping[tuple[str, int], str]) -> list[tuple[HistoryEntry, dict[str, list[Any]]]]:
    by_noun: dict[str, list[int]] = defaultdict(list)
    for noun, pk in named:
        by_noun[noun].append(pk)
    found: list[HistoryEntry] = []
    for noun, keys in by_noun.items():  # one index range each; an OR over nouns could make the database read them all
        rows = HistoryEntry.objects.filter(noun=noun, object_id__in=keys).select_related("user")
        found += rows.order_by("-id")[:RECENT]
    found.sort(key=lambda entry: entry.pk, reverse=True)
    return [(entry, read_changes(entry)) for entry in found[:RECENT]]


def _names_of_relations(
    entries: Iterable[tuple[HistoryEntry, Mapping[str, Sequence[Any]]]],
) -> dict[tuple[type[Base], int], str]:
    """(model, key) → name of every row that a change points at."""
    keys: dict[type[Base], set[int]] = defaultdict(set)
    for entry, changes in entries:
        if entry.action != HistoryEntry.Action.CHANGE:
            continue
        for name, values in changes.items():
            target = _field(entry.noun, name).related_model
            if target is not None and issubclass(target, Base) and target not in (Product, Sku):
                keys[target].update(value for value in values if isinstance(value, int))
    return {
        (model, row.pk): str(row) for model, pks in keys.items() for row in model._default_manager.filter(pk__in=pks)
    }


def _field(noun: str, name: str) -> Any:
    return apps.get_model(noun)._meta.get_field(name)


def _history_line(
    entry: HistoryEntry,
    changes: Mapping[str, Sequence[Any]],
    named: Mapping[tuple[str, int], str],
    names: Mapping[tuple[type[Base], int], str],
) -> HistoryLine:
    noun = gettext(str(apps.get_model(entry.noun)._meta.verbose_name))
    shown = changes if entry.action == HistoryEntry.Action.CHANGE else {}
    return HistoryLine(
        at=entry.at,
        who=entry.user.name if entry.user else gettext("系统"),
        action=gettext(entry.get_action_display()),
        what=f"{noun} {named[entry.noun, entry.object_id]}".strip(),
        changes=tuple(
            (
                gettext(str(_field(entry.noun, name).verbose_name)),
                _word(entry.noun, name, before, names),
                _word(entry.noun, name, after, names),
            )
            for name, (before, after) in shown.items()
        ),
        reason=entry.reason,
    )


def _word(noun: str, name: str, value: Any, names: Mapping[tuple[type[Base], int], str]) -> str:
    field = _field(noun, name)
    if value is None or value == "":
        return gettext("空")
    if isinstance(value, bool):
        return gettext("是") if value else gettext("否")
    if field.related_model is not None:
        return names.get((field.related_model, value), str(value))
    if field.choices:
        return gettext(str(dict(field.flatchoices).get(value, value)))
    return written(field.to_python(value)) if isinstance(field, UnitPriceField) else str(value)
