"""Batch tables: lots of SKUs that are known by their product code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext

from keqing.catalog.checks import check_batch, kind_of, said
from keqing.catalog.codes import check_lot_number
from keqing.catalog.imports import cells
from keqing.catalog.models import Batch, Sku
from keqing.catalog.reports import expiry_in_words
from keqing.catalog.rules import Expiry, read_expiry, usable_through
from keqing.catalog.services import batches_by_lot, save_batches
from keqing.core.imports.kind import Draft, Field, Judged, Kind, Verdict, Written
from keqing.core.saving import Act
from keqing.core.sheets import day
from keqing.core.viewer import Viewer
from keqing.core.written import arrow, clauses

FIELDS = (
    Field(
        "code",
        "产品编码",
        cells.words(40),
        ("商品编码", "产品代码", "商品代码", "物料编码", "货号", "品规编码"),
        is_required=True,
        example="P001A",
    ),
    Field(
        "lot_no",
        "批号",
        cells.words(60),
        ("产品批号", "生产批号", "批次", "批次号"),
        is_required=True,
        example="250701A",
    ),
    Field("made_on", "生产日期", day, ("制造日期", "生产时间"), example="2025-07-01"),
    Field("expiry", "有效期至", cells.expiry, ("有效期", "失效日期", "效期", "有效日期", "失效期"), example="2027-06"),
)
Lot = tuple[int, str]


def _read_expiry(values: Mapping[str, Any], batch: Batch | None) -> Expiry | None:
    if "expiry" in values:
        return read_expiry(values["expiry"])
    return Expiry(batch.usable_through, kind_of(batch)) if batch else None


def _made_on(values: Mapping[str, Any], batch: Batch | None) -> date | None:
    if "made_on" in values:
        return date.fromisoformat(values["made_on"])
    return batch.made_on if batch else None


class BatchJudge:
    def __init__(self, viewer: Viewer) -> None:
        self.viewer = viewer
        self.seen: dict[Lot, int] = {}

    def __call__(self, drafts: Sequence[Draft]) -> list[Judged]:
        rows = Sku.objects.visible_to(self.viewer).filter(code__in={draft.values["code"] for draft in drafts})
        skus = {sku.code: sku for sku in rows.select_related("product")}
        lots = {draft.number: check_lot_number(draft.values["lot_no"]) for draft in drafts}
        pairs = [(skus[d.values["code"]].pk, lots[d.number].value) for d in drafts if d.values["code"] in skus]
        batches = batches_by_lot(pairs)
        judged = []
        for draft in drafts:
            sku, lot = skus.get(draft.values["code"]), lots[draft.number]
            if sku is None:
                sentence = gettext("没有产品编码 %(code)s，先导入产品再导批号") % {"code": draft.values["code"]}
                judged.append(Judged(draft.number, Verdict.WRONG, sentence, lot.value))
            elif lot.is_rejected:
                judged.append(Judged(draft.number, Verdict.WRONG, said(lot), sku.code))
            else:
                judged.append(self._judge(draft, sku, lot.value, batches.get((sku.pk, lot.value))))
        return judged

    def _judge(self, draft: Draft, sku: Sku, lot: str, batch: Batch | None) -> Judged:
        number, title = draft.number, f"{sku.product.generic_name} {sku.spec} {lot}"
        first = self.seen.setdefault((sku.pk, lot), number)
        if first != number:
            return Judged(number, Verdict.DUPLICATE, gettext("与第 %(row)s 行是同一个批号") % {"row": first}, title)
        expiry, made_on = _read_expiry(draft.values, batch), _made_on(draft.values, batch)
        if expiry is None:
            return Judged(number, Verdict.WRONG, gettext("是新批号，还缺有效期至"), title)
        check = check_batch(made_on, expiry, sku.shelf_life_months)
        if check.is_rejected:
            return Judged(number, Verdict.WRONG, said(check), title)
        values = {"sku": sku.pk, "lot_no": lot, **_facts(expiry, made_on)}
        note = "" if check.is_ok else said(check)
        if batch is None:
            return Judged(number, Verdict.NEW, note, title, values)
        return _against(batch, Judged(number, Verdict.CHANGE, note, title, values, object_id=batch.pk))


def _facts(expiry: Expiry, made_on: date | None) -> dict[str, Any]:
    is_month = expiry.kind == "month"
    return {
        "usable_through": usable_through(expiry.on, expiry.kind).isoformat(),
        "expiry_kind": str(Batch.ExpiryKind.MONTH if is_month else Batch.ExpiryKind.DAY),
        "made_on": made_on.isoformat() if made_on else None,
    }


def _against(batch: Batch, judged: Judged) -> Judged:
    """Same or changed, and how, in words."""
    after = Batch()
    _set(after, judged.values)
    changes = []
    if after.made_on != batch.made_on:
        changes.append(arrow(gettext("生产日期"), batch.made_on or gettext("空"), after.made_on))
    if expiry_in_words(after) != expiry_in_words(batch):
        changes.append(arrow(gettext("有效期至"), expiry_in_words(batch), expiry_in_words(after)))
    sentence = clauses([*changes, judged.sentence] if judged.sentence else changes)
    verdict, values = (Verdict.CHANGE, judged.values) if changes else (Verdict.SAME, {})
    return Judged(judged.number, verdict, sentence, judged.title, values, judged.object_id)


def _set(batch: Batch, values: Mapping[str, Any]) -> None:
    batch.usable_through = date.fromisoformat(values["usable_through"])
    batch.expiry_kind = values["expiry_kind"]
    batch.made_on = date.fromisoformat(values["made_on"]) if values["made_on"] else None


class BatchWriter:
    def __init__(self, viewer: Viewer) -> None:
        self.viewer = viewer

    def __call__(self, rows: Sequence[Judged], act: Act) -> list[Written]:
        lots = [(row.values["sku"], row.values["lot_no"]) for row in rows]
        standing = batches_by_lot(lots)
        batches = [standing.get(lot) or Batch(sku_id=lot[0], lot_no=lot[1]) for lot in lots]
        for batch, row in zip(batches, rows, strict=True):
            _set(batch, row.values)
        save_batches(batches, act)
        return [Written(row.number, batch.pk) for row, batch in zip(rows, batches, strict=True)]


BATCHES = Kind(
    key="batches",
    label="批号",
    noun="product",
    model="catalog.batch",
    fields=FIELDS,
    open_judge=BatchJudge,
    open_writer=BatchWriter,
    hint="产品要先在。有效期写到月的，用到那个月的最后一天。",
)
