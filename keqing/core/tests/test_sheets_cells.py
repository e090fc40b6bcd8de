from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keqing.core.sheets import (
    BadCell,
    boolean,
    choice,
    day,
    decimal,
    integer,
    is_blank,
    mobile,
    moment,
    ratio,
    safe_cell,
    text,
)
from keqing.core.sheets.cells import TOO_LONG
from keqing.core.sheets.table import Cell

MORNING = datetime.combine(date(2026, 11, 18), time(9, 30))


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (None, ""),
        ("  华东医药 ", "华东医药"),
        ("　全角空格　", "全角空格"),
        ("'00123", "00123"),
        ('="00123"', "00123"),  # what exports write so that Excel keeps the zeros
        ("ＡＢ１２３", "AB123"),
        ("华东医药（杭州）：二店", "华东医药（杭州）：二店"),  # Chinese brackets and colons stay Chinese
        ("\ufeff阿托\u200b伐他汀", "阿托伐他汀"),
        ("第一行\r\n第二行", "第一行\n第二行"),
        ("备注_x000D_", "备注"),
        ("=1+1", "=1+1"),  # reading keeps text as text
        (990101.0, "990101"),
        (1.39e10, "13900000000"),
        (990101, "990101"),
        (0.1 + 0.2, "0.3"),  # Excel shows 15 digits and so do we
        (12.5, "12.5"),
        (0.00001, "0.00001"),
        (-0.0, "0"),
        (True, "TRUE"),
        (date(2026, 11, 18), "2026-11-18"),
        (MORNING, "2026-11-18 09:30"),
    ],
)
def test_text_comes_back_as_typed(cell: Cell, expected: str) -> None:
    assert text(cell) == expected


def test_text_says_how_much_too_long_it_is() -> None:
    with pytest.raises(BadCell) as caught:
        text("客户名称", 3)
    assert str(caught.value) == "最多 3 个字，这里有 4 个。"
    assert (caught.value.message, caught.value.params) == (TOO_LONG, {"limit": 3, "length": 4})


def test_a_number_longer_than_excel_keeps_is_refused_not_guessed() -> None:
    # An 18-digit identity number typed as a number: Excel has replaced its last three digits by zeros.
    with pytest.raises(BadCell, match="15 位"):
        text(330102199001011234.0)
    assert text("330102199001011234") == "330102199001011234"


@pytest.mark.parametrize("cell", [None, "", "  ", "　", "\u200b", "\xa0"])
def test_blank_cells(cell: Cell) -> None:
    assert is_blank(cell)
    assert text(cell) == ""
    assert [read(cell) for read in (decimal, integer, ratio, day, moment, boolean, mobile)] == [None] * 7
    assert choice(cell, {"a": "甲"}) is None


def test_zero_and_no_are_not_blank() -> None:
    assert not any(map(is_blank, [0, 0.0, False, "0"]))


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("1,234.50", "1234.50"),
        ("１，２３４．５", "1234.5"),
        ("￥1,234", "1234"),
        ("¥ 12", "12"),
        ("-¥12", "-12"),
        ("(12.50)", "-12.50"),
        ("（12.50）", "-12.50"),
        ("−3", "-3"),
        ("+3", "3"),
        (".5", "0.5"),
        ("5.", "5"),
        (12.1, "12.1"),
        (1234.5600000000001, "1234.56"),
        (7, "7"),
    ],
)
def test_decimal(cell: Cell, expected: str) -> None:
    assert decimal(cell) == Decimal(expected)


@pytest.mark.parametrize(
    ("cell", "sentence"),
    [
        ("十二", "“十二”不是数字。"),
        ("12元", "只写数字"),
        ("1.2万", "只写数字"),
        ("1.39E+10", "科学计数"),
        ("nan", "不是数字"),
        ("inf", "不是数字"),
        (float("inf"), "不是数字"),
        ("1,23", "不是数字"),
        ("1.2.3", "不是数字"),
        ("-", "不是数字"),
        (".", "不是数字"),
        (True, "不是数字"),
        (date(2026, 11, 18), "“2026-11-18”不是数字。"),
        (1e16, "15 位"),
        ("1" * 16, "整数部分最多 15 位"),
        ("#N/A", "不是数字"),
    ],
)
def test_decimal_refuses(cell: Cell, sentence: str) -> None:
    with pytest.raises(BadCell, match=sentence):
        decimal(cell)


def test_decimal_does_not_round_money_silently() -> None:
    assert decimal("12.50", places=2) == Decimal("12.5")
    assert decimal("12.500", places=1) == Decimal("12.5")
    with pytest.raises(BadCell) as caught:
        decimal("12.555", places=2)
    assert str(caught.value) == "最多 2 位小数，“12.555”有 3 位。"


@pytest.mark.parametrize(("cell", "expected"), [("12", 12), (12.0, 12), ("12.0", 12), ("1,200", 1200), ("０", 0)])
def test_integer(cell: Cell, expected: int) -> None:
    assert integer(cell) == expected


@pytest.mark.parametrize(
    ("cell", "sentence"),
    [("12.5", "不是整数"), (0.5, "不是整数"), ("-1", "不能小于 0，这里是 -1"), (101, "不能大于 100，这里是 101")],
)
def test_integer_refuses(cell: Cell, sentence: str) -> None:
    with pytest.raises(BadCell, match=sentence):
        integer(cell, minimum=0, maximum=100)


@pytest.mark.parametrize(
    "cell",
    [
        "2026-11-18",
        "2026/11/18",
        "2026.11.18",
        "20261118",
        20261118,
        20261118.0,
        "2026年11月18日",
        "2026年11月18号",
        "2026 年 11 月 18 日",
        "２０２６－１１－１８",
        "'2026-11-18",
        "2026-11-18 00:00:00",
        "2026-11-18T09:30",
        "2026-11-18 星期三",
        "2026年11月18日（周三）",
        46344,  # Excel counts 2026-11-18 as day 46344: 46023 is 2026-01-01, and 11-18 is day 322 of the year
        46344.75,
        date(2026, 11, 18),
        MORNING,
    ],
)
def test_day(cell: Cell) -> None:
    assert day(cell) == date(2026, 11, 18)


@pytest.mark.parametrize("cell", ["2026-3-5", "2026/03/5", "2026年3月5日"])
def test_day_of_one_digit(cell: str) -> None:
    assert day(cell) == date(2026, 3, 5)


@pytest.mark.parametrize(
    ("cell", "sentence"),
    [
        ("11-18", "没有写年份"),
        ("11月18日", "没有写年份"),
        ("26-11-18", "年份只有两位"),
        ("11/18/26", "年份只有两位"),
        ("2026-11", "只到月份"),
        ("2026年11月", "只到月份"),
        ("2026-02-30", "日历上没有“2026-02-30”这一天"),
        ("20261345", "日历上没有"),
        ("18/11/2026", "认不出是哪一天"),
        ("下周三", "认不出是哪一天"),
        ("2026-11-18 待定", "认不出是什么时间"),
        ("46344", "认不出是哪一天"),  # as text it could be any number
        (19_999, "认不出是哪一天"),
        (80_001, "认不出是哪一天"),
        (True, "认不出是哪一天"),
        (float("nan"), "不是数字"),
    ],
)
def test_day_refuses(cell: Cell, sentence: str) -> None:
    with pytest.raises(BadCell, match=sentence):
        day(cell)


@pytest.mark.parametrize(
    "cell",
    [
        "2026-11-18 09:30",
        "2026/11/18 9:30:00",
        "2026-11-18T09:30:00.000",
        "2026年11月18日9点30分",
        "2026年11月18日 9时30分",
        "2026-11-18 上午 9:30",
        "20261118 9:30 am",
        "２０２６-11-18　９：３０",
        46344 + 9.5 / 24,
        MORNING,
    ],
)
def test_moment(cell: Cell) -> None:
    assert moment(cell) == MORNING


def test_moment_of_the_afternoon_in_a_zone() -> None:
    shanghai = ZoneInfo("Asia/Shanghai")
    found = moment("2026-11-18 下午3:05", shanghai)
    assert found is not None
    assert found.isoformat() == "2026-11-18T15:05:00+08:00"
    assert moment(46344, shanghai) == moment("2026-11-18", shanghai)


@pytest.mark.parametrize("cell", ["2026-11-18 25:00", "2026-11-18 9:61", "2026-11-18 早上"])
def test_moment_refuses(cell: str) -> None:
    with pytest.raises(BadCell, match="认不出是什么时间"):
        moment(cell)


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["是", "有", "Y", "y", "Ｙ", "yes", "1", 1, 1.0, "√", "true", "TRUE", True], True),
        (["否", "无", "N", "no", "0", 0, 0.0, "×", "False", "没有", False], False),
    ],
)
def test_boolean(cells: list[Cell], expected: bool) -> None:
    assert [boolean(cell) for cell in cells] == [expected] * len(cells)


@pytest.mark.parametrize("cell", ["可能", "2", 2, -1, "是否"])
def test_boolean_refuses(cell: Cell) -> None:
    with pytest.raises(BadCell, match="请填“是”或“否”"):
        boolean(cell)


LEVELS = {"tertiary": "三级医院", "secondary": "二级医院", "a": "Ａ 类"}


@pytest.mark.parametrize(
    ("cell", "code"), [("三级医院", "tertiary"), (" 三 级医院", "tertiary"), ("TERTIARY", "tertiary"), ("a类", "a")]
)
def test_choice_takes_the_label_or_the_code(cell: str, code: str) -> None:
    assert choice(cell, LEVELS) == code


def test_choice_names_what_can_be_written() -> None:
    with pytest.raises(BadCell) as caught:
        choice("三甲", LEVELS)
    assert str(caught.value) == "没有“三甲”这一项，可以填：三级医院、二级医院、Ａ 类。"
    with pytest.raises(BadCell, match="是不是“三级医院”"):
        choice("三级院", LEVELS)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [("50%", "0.5"), ("５０％", "0.5"), ("12.5 %", "0.125"), ("120%", "1.2"), ("0.5", "0.5"), (0.5, "0.5"), (1, "1")],
)
def test_ratio(cell: Cell, expected: str) -> None:
    assert ratio(cell) == Decimal(expected)


@pytest.mark.parametrize(("cell", "sentence"), [("50", "写成 50% 或小数"), (1.2, "写成 1.2%"), ("五成", "不是比例")])
def test_ratio_refuses(cell: Cell, sentence: str) -> None:
    with pytest.raises(BadCell, match=sentence):
        ratio(cell)


@pytest.mark.parametrize(
    "cell",
    ["13812345678", 13812345678, 13812345678.0, "138 1234 5678", "138-1234-5678", "+86 13812345678", "008613812345678",
     "8613812345678", "１３８１２３４５６７８", "'13812345678"],
)  # fmt: skip
def test_mobile(cell: Cell) -> None:
    assert mobile(cell) == "13812345678"


@pytest.mark.parametrize(
    ("cell", "sentence"),
    [
        ("1381234567", "这里有 10 位"),
        ("138123456789", "这里有 12 位"),
        ("12812345678", "13 到 19"),
        ("1.38E+10", "科学计数"),
        ("13812345678/13912345678", "一格只写一个号码"),
        ("无", "只能有数字"),
    ],
)
def test_mobile_refuses(cell: Cell, sentence: str) -> None:
    with pytest.raises(BadCell, match=sentence):
        mobile(cell)


@pytest.mark.parametrize(
    "value",
    ["=1+1", '=HYPERLINK("http://x","y")', "+1+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", " =1+1", "＝1+1",
     "-2+3+cmd|' /C calc'!A0"],
)  # fmt: skip
def test_text_that_would_run_is_disarmed(value: str) -> None:
    assert safe_cell(value) == "'" + value
    assert text("=1+1") == "=1+1"


@pytest.mark.parametrize(
    "value", ["", "-", "-12.5", "+86", "-1,200", "-5%", "a=1", "客户", 12, -3.5, None, date(2026, 11, 18), Decimal(-1)]
)
def test_harmless_values_pass_unchanged(value: object) -> None:
    assert safe_cell(value) is value


@given(st.text(max_size=12))
def test_a_disarmed_cell_never_begins_like_a_formula_unless_a_number(value: str) -> None:
    written = safe_cell(value)
    assert isinstance(written, str)
    if written.startswith(("=", "@", "\t", "\r")):
        pytest.fail(repr(written))
    assert text(written) == text(value) or value.strip().startswith("'")


CELLS = st.one_of(
    st.none(), st.text(max_size=15), st.integers(), st.floats(), st.booleans(), st.dates(), st.datetimes(),
    st.from_regex(r"[0-9年月日:. /,%¥+\-eE()]{1,12}", fullmatch=True),
)  # fmt: skip
READERS = [text, integer, decimal, day, moment, boolean, ratio, mobile, lambda cell: choice(cell, LEVELS)]


@given(CELLS)
def test_every_cell_gives_a_value_or_a_sentence(cell: Cell) -> None:
    for read in READERS:
        try:
            read(cell)
        except BadCell as bad:
            assert str(bad).endswith("。")
