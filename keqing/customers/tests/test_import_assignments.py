"""Who covers whom, from a file: shares add up over the file and the table together."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from keqing.catalog.models import ProductLine
from keqing.core.imports.kind import Verdict
from keqing.core.saving import save_one
from keqing.core.viewer import Viewer
from keqing.customers.imports import ASSIGNMENTS
from keqing.customers.models import Assignment, Party
from keqing.customers.tests.builders import ACT, DAY, Sheet, cover, make_party
from tests.personas import Cast

ROW = {"客户编码": "C1", "岗位编码": "P-LI", "份额": "60%", "生效日期": "2026-01-01"}


@pytest.fixture
def party(cast: Cast) -> Party:
    save_one(ProductLine(name="感冒"), ACT)
    return make_party("芷安堂东门店", code="C1")


def judged(*rows: dict[str, Any]) -> Any:
    return Sheet(ASSIGNMENTS, rows).judge()[-1]


def test_rows_are_written_and_again_are_the_same(party: Party) -> None:
    rows = [ROW, {**ROW, "岗位编码": "P-ZHAO", "份额": "0.4", "失效日期": "2027-01-01"}]
    assert {row.verdict for row in Sheet(ASSIGNMENTS, rows).write()} == {Verdict.NEW}
    found = Assignment.objects.order_by("-share").values_list("position__code", "share", "valid_to")
    assert list(found) == [("P-LI", Decimal("0.6"), None), ("P-ZHAO", Decimal("0.4"), date(2027, 1, 1))]
    assert {row.verdict for row in Sheet(ASSIGNMENTS, rows).write()} == {Verdict.SAME}


def test_a_changed_share_and_end_are_told(party: Party) -> None:
    Sheet(ASSIGNMENTS, [ROW]).write()
    change = Sheet(ASSIGNMENTS, [{**ROW, "份额": "50%", "失效日期": "2026-12-01"}]).write()[0]
    assert (change.verdict, change.sentence) == (Verdict.CHANGE, "份额：60% → 50%；失效日期：— → 2026-12-01")
    row = Assignment.objects.get()
    assert (row.share, row.valid_to) == (Decimal("0.5"), date(2026, 12, 1))


def test_more_than_the_whole_is_wrong_and_says_who_has_the_rest(cast: Cast, party: Party) -> None:
    rest = judged(ROW, {**ROW, "岗位编码": "P-ZHAO", "份额": "50%"})
    assert rest.verdict == Verdict.WRONG
    assert rest.sentence == "2026-01-01 起 岗位 P-LI 60% 已占去一部分，只剩 40%；把份额改小，或先结束那一条。"
    cover(party, cast.position_of("mr_lin"), date(2026, 6, 1))
    table = judged(ROW)
    assert table.sentence.startswith("2026-06-01 起已由 岗位 P-MR 100% 分管")


def test_lines_are_counted_apart_and_all_lines_with_each(party: Party) -> None:
    assert judged({**ROW, "产品线": "感冒"}, {**ROW, "岗位编码": "P-ZHAO", "份额": "50%"}).verdict == Verdict.WRONG
    assert judged({**ROW, "产品线": "感冒"}, {**ROW, "岗位编码": "P-ZHAO", "份额": "40%"}).verdict == Verdict.NEW


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"客户编码": "C7"}, "没有编码是 C7 的客户，或不在你名下"),
        ({"客户名称": "回春堂"}, "编码 C1 是“芷安堂东门店”，写的是“回春堂”"),
        ({"岗位编码": "P-NO"}, "没有编码是 P-NO 的岗位，或不在你的辖区"),
        ({"产品线": "没有"}, "没有产品线“没有”，现有：感冒"),
        ({"失效日期": "2026-01-01"}, "失效日期要晚于生效日期"),
    ],
)
def test_what_does_not_exist_is_wrong(party: Party, cells: dict[str, Any], said: str) -> None:
    assert (judged({**ROW, **cells}).verdict, judged({**ROW, **cells}).sentence) == (Verdict.WRONG, said)


def test_the_same_line_twice_is_a_duplicate(party: Party) -> None:
    repeated = judged({**ROW, "份额": "10%"}, {**ROW, "份额": "10%"})
    assert (repeated.verdict, repeated.sentence) == (Verdict.DUPLICATE, "与第 2 行是同一条分管")


def test_nobody_gives_what_lies_beyond_the_own_reach(
    cast: Cast, party: Party, viewer_of: Callable[..., Viewer]
) -> None:
    cover(party, cast.position_of("rep_li"), DAY, share="0.2")
    viewer = viewer_of(cast["area_zhao"], DAY)
    verdict = Sheet(ASSIGNMENTS, [{**ROW, "岗位编码": "P-ZHAO"}], viewer).judge()[0]
    assert verdict.sentence == "没有编码是 P-ZHAO 的岗位，或不在你的辖区"
