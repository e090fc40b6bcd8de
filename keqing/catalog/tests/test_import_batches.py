from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from keqing.catalog.imports import BATCHES
from keqing.catalog.imports.batches import BatchJudge, BatchWriter
from keqing.catalog.models import Batch
from keqing.catalog.tests.builders import add_batch, add_sku, make_sku
from keqing.core.imports.kind import Draft, Judged
from keqing.core.imports.staging import plain
from keqing.core.saving import Act
from keqing.core.sheets import BadCell, propose_mapping
from keqing.core.viewer import Viewer

pytestmark = pytest.mark.django_db
VIEWER = Viewer(user_id=0, as_of=date(2026, 11, 18), sees_all=True)
ACT = Act(user_id=None, at=datetime(2026, 11, 18, 2, tzinfo=UTC), reason="批号.xlsx")
HEADER = ["产品编码", "批号", "生产日期", "有效期至"]


def judge(*rows: list[Any]) -> list[Judged]:
    mapping = propose_mapping(HEADER, BATCHES.synonyms())
    drafts = []
    for number, row in enumerate(rows, start=2):
        values = {key: BATCHES.field(key).clean(row[at]) for at, key in mapping.items() if at < len(row)}
        drafts.append(Draft(number, {key: plain(value) for key, value in values.items() if value not in (None, "")}))
    return BatchJudge(VIEWER)(drafts)


def write(judged: list[Judged]) -> None:
    BatchWriter(VIEWER)([row for row in judged if row.verdict in ("new", "change")], ACT)


def said(judged: list[Judged]) -> list[tuple[str, str]]:
    return [(str(row.verdict), row.sentence) for row in judged]


def test_batches_are_written_and_the_same_file_again_changes_nothing() -> None:
    sku = make_sku(shelf_life_months=24)
    rows = [["P001A", "250701a", "2025-07-01", "2027-06"], ["P001A", "250801", date(2025, 8, 1), date(2027, 7, 31)]]
    judged = judge(*rows)
    assert said(judged) == [("new", ""), ("new", "")] and judged[0].title == "板蓝根颗粒 10g×20袋 250701A"
    write(judged)
    found = list(Batch.objects.order_by("lot_no").values_list("sku", "lot_no", "expiry_kind", "usable_through"))
    assert found == [
        (sku.pk, "250701A", "MONTH", date(2027, 6, 30)),
        (sku.pk, "250801", "DAY", date(2027, 7, 31)),
    ]
    assert said(judge(*rows)) == [("same", ""), ("same", "")]


def test_a_mismatch_with_the_shelf_life_warns_and_is_written() -> None:
    make_sku(shelf_life_months=24)
    judged = judge(["P001A", "B1", "2025-07-01", "2028-06-30"])
    assert said(judged) == [("new", "按生产日期和 24 个月的有效期应到 2027-06-30，写的是 2028-06-30")]
    write(judged)
    assert Batch.objects.get().usable_through == date(2028, 6, 30)


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (["P999", "B1", "", "2027-06"], "没有产品编码 P999，先导入产品再导批号"),
        (["P001A", "B1", "2025-07-01", ""], "是新批号，还缺有效期至"),
        (["P001A", "B1", "2025-07-01", "2025-07-01"], "有效期 2025-07-01 要晚于生产日期 2025-07-01"),
        (["P001A", "X" * 31, "", "2027-06"], "批号最长 30 个字，写了 31 个"),
    ],
)
def test_what_cannot_be_is_wrong_with_its_reason(row: list[Any], sentence: str) -> None:
    make_sku()
    assert said(judge(row)) == [("wrong", sentence)]


def test_the_same_lot_twice_in_a_file_names_the_first_row() -> None:
    sku = make_sku()
    add_sku(sku.product, "P001B")
    judged = judge(["P001A", "B1", "", "2027-06"], ["P001B", "B1", "", "2027-06"], ["P001A", "b 1", "", "2027-06"])
    assert said(judged) == [("new", ""), ("new", ""), ("duplicate", "与第 2 行是同一个批号")]


def test_changes_are_said_and_blanks_erase_nothing() -> None:
    sku = make_sku()
    add_batch(sku, "B1", date(2027, 6, 30), made_on=date(2025, 7, 1))
    assert said(judge(["P001A", "B1", "", ""])) == [("same", "")]
    judged = judge(["P001A", "B1", "", "2027-06"])
    assert said(judged) == [("change", "有效期至：2027-06-30 → 2027-06")]
    write(judged)
    batch = Batch.objects.get()
    assert (batch.expiry_kind, batch.usable_through, batch.made_on) == ("MONTH", date(2027, 6, 30), date(2025, 7, 1))


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("有效期至2027年06月", "2027-06"),
        (202706, "2027-06"),
        (202706.0, "2027-06"),
        ("20270630", "2027-06-30"),
        (datetime(2027, 6, 30), "2027-06-30"),  # noqa: DTZ001
        (46568, "2027-06-30"),  # Excel's day number: 1899-12-30 + 46568
        ("", None),
    ],
)
def test_expiry_cells(cell: Any, value: str | None) -> None:
    assert BATCHES.field("expiry").clean(cell) == value


def test_an_expiry_that_is_no_date_is_refused() -> None:
    with pytest.raises(BadCell, match="明年"):
        BATCHES.field("expiry").clean("明年")


def test_many_batches_are_written_in_few_statements() -> None:
    make_sku()
    judged = judge(*(["P001A", f"B{n}", "", "2027-06"] for n in range(200)))
    with CaptureQueriesContext(connection) as queries:
        write(judged)
    assert Batch.objects.count() == 200 and len(queries) <= 8
