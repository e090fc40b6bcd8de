"""The row at the foot of a spreadsheet that adds up the others is told from a row of data."""

from __future__ import annotations

from typing import Any

import pytest

from keqing.core.imports.sums import begins_with_sum, is_sum

CHINESE = (
    "合计",
    " 合 计：",
    "小计",
    "总计",
    "共计",
    "累计",
    "本页合计",
    "全年总计",
    "合计（元）",
    "合计：3,500.00",
    "总计 128 家",
)
ENGLISH = ("Total", "Grand total:", "SUBTOTAL", "sub-total", "Sum")


@pytest.mark.parametrize("text", [*CHINESE, *ENGLISH])
def test_words_for_a_sum(text: str) -> None:
    assert is_sum(text)


@pytest.mark.parametrize(
    "cell",
    [None, "", 3500, "合计划生育服务站", "总计大药房", "小计数器", "计", "会计", "统计局医务室", "Totalcare", "合"],
)
def test_what_only_looks_like_one_is_data(cell: Any) -> None:
    assert not is_sum(cell)


@pytest.mark.parametrize(
    ("cells", "is_one"),
    [
        (["合计", None, 3500], True),
        ([None, "", "总计", "12"], True),
        ([46, "合计", "x"], True),  # a running number stands before it
        (["46", "合计"], True),  # as a csv writes it
        (["2026-11", "小计", 12], True),
        (["华东", "合计", 12], False),  # the first word is a name: only told when the row is wrong otherwise
        (["回春堂", "合计 3"], False),
        ([None, 12], False),
        ([], False),
    ],
)
def test_the_first_word_tells(cells: list[Any], is_one: bool) -> None:
    assert begins_with_sum(cells) is is_one
