from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keqing.core.sheets import Unreadable, find_header, propose_mapping
from keqing.core.sheets.headers import normalized
from keqing.core.sheets.table import Cell

WORDS = {
    "code": ["客户编码", "编码"],
    "name": ["客户名称", "名称"],
    "city": ["城市"],
    "phone": ["联系电话", "手机"],
    "amount": ["金额", "销售金额"],
    "quantity": ["数量"],
}
HEADER: list[Cell] = ["客户编码", "客户名称", "城市", "金额"]
DATA: list[list[Cell]] = [
    ["C1", "瑞金医院", "上海", 12.5],
    ["C2", "浙一医院", "杭州", 3.0],
    ["C3", "华西医院", "成都", 8],
]
BLANK: list[Cell] = [None, None, None, None]


@pytest.mark.parametrize(
    ("label", "bare"),
    [
        ("金额（元）", "金额"),
        ("金额(元)", "金额"),
        (" * 客户 名称：", "客户名称"),
        ("客户名称【必填】", "客户名称"),
        ("ＳＫＵ编码", "sku编码"),
        ("规格（盒（10片））", "规格"),
        ("（元）", "元"),
        ("客户\n名称", "客户名称"),
        ("", ""),
    ],
)
def test_labels_are_compared_without_ornament(label: str, bare: str) -> None:
    assert normalized(label) == bare


def test_header_in_the_first_row() -> None:
    header = find_header([HEADER, *DATA], WORDS)
    assert (header.row_index, header.top_index) == (0, 0)
    assert header.columns == ("客户编码", "客户名称", "城市", "金额")
    assert header.matched == {0: "code", 1: "name", 2: "city", 3: "amount"}
    assert header.reason == "第 1 行有 4 个认得的列名，当作表头。"


@pytest.mark.parametrize(
    "above",
    [
        [["2026 年 11 月客户清单", None, None, None]],
        [["客户清单", None, None, None], BLANK, ["制表人：李娜", None, "日期：2026-11-18", None]],
        [BLANK, BLANK],
        [["说明：带星号的列必填，电话写手机号，金额以元计", None, None, None]] * 3,
    ],
)
def test_titles_and_remarks_above_the_header_are_skipped(above: list[list[Cell]]) -> None:
    header = find_header([*above, HEADER, *DATA], WORDS)
    assert header.row_index == header.top_index == len(above)
    assert header.columns == ("客户编码", "客户名称", "城市", "金额")


def test_a_header_nobody_knows_is_found_by_its_shape() -> None:
    rows = [["价目表", None, None], ["甲方", "乙方", "丙方"], [1, 2, 3], [4, 5, 6]]
    header = find_header(rows, WORDS)
    assert (header.row_index, header.matched) == (1, {})
    assert header.reason == "没有认得的列名，第 2 行看起来像表头。"


def test_all_text_rows_tie_and_the_upper_one_wins_with_the_reason() -> None:
    rows = [["门店", "店长", "备注"], ["一店", "李娜", "新开"], ["二店", "王强", "搬迁"]]
    header = find_header(rows, WORDS)
    assert header.row_index == 0
    assert header.reason == "没有认得的列名，第 1 行看起来像表头。第 2 行也像表头，取了靠上的第 1 行。"


def test_a_header_repeated_on_every_page_ties_with_the_first() -> None:
    header = find_header([HEADER, *DATA, HEADER, *DATA], WORDS)
    assert header.row_index == 0
    assert "第 5 行也像表头" in header.reason


def test_known_words_in_the_data_do_not_beat_the_header() -> None:
    rows = [HEADER, ["C1", "名称", "上海", 1], ["C2", "金额", "杭州", 2]]
    assert find_header(rows, WORDS).row_index == 0


def test_group_titles_above_full_names_are_joined() -> None:
    rows = [
        ["基本信息", None, "联系方式", None],
        ["客户编码", "客户名称", "手机", "城市"],
        ["C1", "瑞金", "138", "上海"],
    ]
    header = find_header(rows, WORDS)
    assert (header.top_index, header.row_index) == (0, 1)
    assert header.columns == ("基本信息/客户编码", "基本信息/客户名称", "联系方式/手机", "联系方式/城市")
    assert header.matched == {0: "code", 1: "name", 2: "phone", 3: "city"}
    assert header.reason.endswith("第 1 行和第 2 行合起来是表头。")


def test_merged_titles_with_parts_below_are_joined() -> None:
    rows: list[list[Cell]] = [
        ["销售汇总", None, None, None, None, None],
        ["客户编码", "客户名称", "一季度", None, "二季度", None],
        [None, None, "金额", "数量", "金额", "数量"],
        ["C1", "瑞金医院", 10, 2, 20, 4],
    ]
    header = find_header(rows, WORDS)
    assert (header.top_index, header.row_index) == (1, 2)
    assert header.columns == ("客户编码", "客户名称", "一季度/金额", "一季度/数量", "二季度/金额", "二季度/数量")
    assert header.matched == {0: "code", 1: "name", 2: "amount", 3: "quantity"}


def test_the_lower_row_of_a_merged_header_may_know_more_words() -> None:
    rows: list[list[Cell]] = [
        ["门店", "本期", None, None],
        [None, "金额", "数量", "城市"],
        ["一店", 10, 2, "上海"],
    ]
    assert find_header(rows, WORDS).columns == ("门店", "本期/金额", "本期/数量", "本期/城市")


def test_a_first_row_of_data_with_gaps_is_not_a_second_header_row() -> None:
    rows: list[list[Cell]] = [["姓名", None, "手机"], ["张三", "男", None], ["李四", "女", "138"]]
    header = find_header(rows, WORDS)
    assert (header.top_index, header.row_index) == (0, 0)
    assert header.columns == ("姓名", "第 2 列", "手机")


def test_duplicate_names_are_told_apart() -> None:
    rows: list[list[Cell]] = [["编码", "金额", "金额", "金额(2)", "金额"], ["C1", 1, 2, 3, 4]]
    header = find_header(rows, WORDS)
    assert header.columns == ("编码", "金额", "金额(3)", "金额(2)", "金额(4)")
    assert header.matched == {0: "code", 1: "amount"}


def test_years_as_numbers_are_names_too_and_trailing_columns_with_data_count() -> None:
    rows: list[list[Cell]] = [["客户名称", "城市", 2025.0, None, None], ["瑞金医院", "上海", 1, 2, None]]
    assert find_header(rows, WORDS).columns == ("客户名称", "城市", "2025", "第 4 列")


@pytest.mark.parametrize("rows", [[], [[]], [[None, None]], [["  ", ""]], [[1, 2], [3, 4]]])
def test_no_header_is_said_so(rows: list[list[Cell]]) -> None:
    with pytest.raises(Unreadable, match="没有找到表头"):
        find_header(rows, WORDS)


@pytest.mark.parametrize("below", [[], [BLANK, BLANK]])
def test_only_a_header_is_said_so(below: list[list[Cell]]) -> None:
    with pytest.raises(Unreadable, match="只有表头，下面没有数据。没有写入任何数据。"):
        find_header([["客户清单", None, None, None], HEADER, *below], WORDS)


def test_exact_beats_normalised_beats_contained() -> None:
    columns = ["终端客户名称", "客户名称（必填）", "客户名称"]
    assert propose_mapping(columns, {"name": ["客户名称"]}) == {2: "name"}
    assert propose_mapping(columns[:2], {"name": ["客户名称"]}) == {1: "name"}
    assert propose_mapping(columns[:1], {"name": ["客户名称"]}) == {0: "name"}


def test_each_field_and_each_column_is_used_once() -> None:
    mapping = propose_mapping(["名称", "客户名称", "编码", "客户编码"], WORDS)
    assert mapping == {0: "name", 2: "code"}


def test_the_end_of_a_compound_decides_what_it_is() -> None:
    assert propose_mapping(["客户名称编码"], WORDS) == {0: "code"}
    assert propose_mapping(["城市级别", "所在城市"], WORDS) == {1: "city"}


def test_one_character_inside_another_word_proves_nothing() -> None:
    assert propose_mapping(["省份", "市场部"], {"province": ["省"], "city": ["市"]}) == {}


def test_mapping_ignores_cells_that_are_not_words() -> None:
    assert propose_mapping([None, 12, 3.5, True, "", "城市"], WORDS) == {5: "city"}


PREVIEW_CELLS = st.one_of(st.none(), st.text(max_size=6), st.integers(), st.sampled_from(["金额", "城市", "客户名称"]))


@given(st.lists(st.lists(PREVIEW_CELLS, min_size=4, max_size=4), max_size=8))
def test_any_preview_gives_distinct_names_or_a_sentence(rows: list[list[Cell]]) -> None:
    try:
        header = find_header(rows, WORDS)
    except Unreadable as refused:
        assert str(refused).endswith("。")
        return
    assert len(set(header.columns)) == len(header.columns)
    assert header.top_index <= header.row_index < len(rows) - 1
    assert len(set(header.matched.values())) == len(header.matched)
    assert all(0 <= index < len(header.columns) for index in header.matched)
