from __future__ import annotations

import time
from pathlib import Path

import pytest

from keqing.core.sheets import Limits, Table, Unreadable, open_table

ROWS = [["客户编码", "客户名称", "数量"], ["00123", "华东医药股份有限公司", "12"], ["00124", "同仁堂大药房，二店", "7"]]
TRADITIONAL = [["客戶編號", "客戶名稱", "數量"], ["00123", "臺北長庚醫院", "12"], ["00124", "香港藥房，二店", "7"]]


def lines(rows: list[list[str]], delimiter: str = ",", end: str = "\r\n") -> str:
    return "".join(delimiter.join(row) + end for row in rows)


def read(folder: Path, content: bytes, name: str = "客户.csv", limits: Limits | None = None) -> Table:
    path = folder / "upload"
    path.write_bytes(content)
    return open_table(path, name, limits=limits or Limits())


def refused(folder: Path, content: bytes, name: str = "客户.csv", limits: Limits | None = None) -> str:
    with pytest.raises(Unreadable) as caught:
        read(folder, content, name, limits)
    assert "没有写入任何数据。" in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize(
    ("encoding", "found"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8"),
        ("gb18030", "gb18030"),
        ("gbk", "gb18030"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
    ],
)
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_every_encoding_and_separator(tmp_path: Path, encoding: str, found: str, delimiter: str) -> None:
    table = read(tmp_path, lines(ROWS, delimiter).encode(encoding))
    assert (table.encoding, table.delimiter, table.kind) == (found, delimiter, "text")
    assert list(table.rows) == ROWS
    assert (table.row_count, table.width, table.notes) == (3, 3, ())


@pytest.mark.parametrize("encoding", ["big5", "cp950", "big5hkscs", "utf-8", "gb18030"])
def test_traditional_characters(tmp_path: Path, encoding: str) -> None:
    assert list(read(tmp_path, lines(TRADITIONAL).encode(encoding)).rows) == TRADITIONAL


@pytest.mark.parametrize("name", ["王芳", "张三", "医院", "药店", "上海市", "一", "葛兰素史克", "联通"])
def test_a_few_chinese_characters_among_digits_are_enough(tmp_path: Path, name: str) -> None:
    rows = [["id", "name"], ["1", name]]
    assert list(read(tmp_path, lines(rows).encode("gbk")).rows) == rows


@pytest.mark.parametrize("name", ["陳大文", "醫院", "藥房", "臺北市", "國泰"])
def test_a_few_traditional_characters_in_big5_are_enough(tmp_path: Path, name: str) -> None:
    rows = [["id", "name"], ["1", name]]
    assert list(read(tmp_path, lines(rows).encode("big5")).rows) == rows


def test_rare_characters_of_names_survive(tmp_path: Path) -> None:
    rows = [["姓名", "医院"], ["㐂𠮷", "镕基医院"], ["王喆", "邨里卫生站"]]
    assert list(read(tmp_path, lines(rows).encode("gb18030")).rows) == rows


@pytest.mark.parametrize("name", ["café", "α-亚麻酸", "Привет", "5 µg ×2"])
def test_western_letters_in_utf8_stay_what_they_are(tmp_path: Path, name: str) -> None:
    rows = [["id", "name"], ["1", name]]
    assert list(read(tmp_path, lines(rows).encode()).rows) == rows


def test_ascii_only_reads_as_utf8(tmp_path: Path) -> None:
    table = read(tmp_path, b"code,name\n1,a\n")
    assert (table.encoding, list(table.rows)) == ("utf-8", [["code", "name"], ["1", "a"]])


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_line_end_and_a_missing_last_one(tmp_path: Path, end: str) -> None:
    content = lines(ROWS, end=end).removesuffix(end)
    assert list(read(tmp_path, content.encode()).rows) == ROWS


def test_quotes_hold_commas_quotes_and_line_breaks(tmp_path: Path) -> None:
    table = read(tmp_path, '名称,备注\n"甲,乙","第一行\n第二行"\n"说""好""",\n'.encode())
    assert list(table.rows) == [["名称", "备注"], ["甲,乙", "第一行\n第二行"], ['说"好"', None]]


def test_rows_are_as_wide_as_the_widest_and_keep_their_place(tmp_path: Path) -> None:
    table = read(tmp_path, "清单\n\n编码,名称,,\n1,甲,丙,,,,\n2\n".encode())
    assert list(table.rows) == [
        ["清单", None, None],
        [None] * 3,
        ["编码", "名称", None],
        ["1", "甲", "丙"],
        ["2", None, None],
    ]


def test_excels_separator_hint_is_obeyed_and_not_a_row(tmp_path: Path) -> None:
    table = read(tmp_path, "sep=;\r\n编码;数量\r\n1;1,5\r\n".encode())
    assert list(table.rows) == [["编码", "数量"], ["1", "1,5"]]


def test_decimal_commas_do_not_make_the_comma_the_separator(tmp_path: Path) -> None:
    table = read(tmp_path, "编码;单价\n1;2,50\n2;3,75\n3;4\n".encode())
    assert table.delimiter == ";"


def test_rows_can_be_walked_twice_at_once(tmp_path: Path) -> None:
    table = read(tmp_path, lines(ROWS).encode())
    assert list(zip(table.rows, table.rows, strict=True)) == [(row, row) for row in ROWS]
    assert table.preview(1) == ROWS[:1]


def test_a_text_table_with_a_workbooks_name_is_read_with_a_note(tmp_path: Path) -> None:
    table = read(tmp_path, lines(ROWS, "\t").encode("gbk"), "导出.xls")
    assert list(table.rows) == ROWS
    assert table.notes == ("文件名以 .xls 结尾，内容其实是文本表格，已按内容读。",)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "是空文件"),
        (b"\xef\xbb\xbf", "没有数据"),
        (b"\n\n \n", "没有数据"),
        ("编码,名称\n".encode(), "没有数据，最多只有一行表头"),
        (bytes(range(256)) * 8, "认不出是哪种表格"),
        (b"\x00\x01\x02" * 200, "认不出是哪种表格"),
        (b"\x81\xff\xfe,\x81\xff\n" * 50, "编码认不出"),
        (b"code,name\n1,\x01\x02\x03\x04\x05\x06\x07\n", "认不出是哪种表格"),
    ],
)
def test_what_is_not_a_text_table(tmp_path: Path, content: bytes, sentence: str) -> None:
    assert sentence in refused(tmp_path, content)


def test_utf8_cut_inside_a_character_is_not_taken_for_another_encoding(tmp_path: Path) -> None:
    content = lines(ROWS).encode()
    cut = content.index("药房".encode()) + 1
    assert "第 3 行附近有认不出的字" in refused(tmp_path, content[:cut])


def test_a_broken_character_far_down_is_named_by_its_row(tmp_path: Path) -> None:
    rows = [["编码", "名称"], *([str(i), "华东医药股份有限公司"] for i in range(20_000))]
    content = lines(rows).encode("gbk") + b"20000,\x81\r\n" + b"20001,x\r\n"
    sentence = refused(tmp_path, content)
    assert "附近有认不出的字" in sentence


def test_an_open_quote_does_not_swallow_the_rest(tmp_path: Path) -> None:
    assert "引号没有结束，从第 3 行起" in refused(tmp_path, '编码,名称\n1,甲\n2,"乙\n3,丙\n4,丁\n'.encode())


def test_a_quote_closed_a_thousand_rows_later_is_not_one_cell(tmp_path: Path) -> None:
    content = '编码,名称\n1,"甲\n' + "2,乙\n" * 1000 + '3,"丙\n'
    assert "少了一个引号" in refused(tmp_path, content.encode())


@pytest.mark.parametrize(
    ("content", "limits", "sentence"),
    [
        ("a,b\n" * 12, Limits(max_rows=10), "超过 10 行，全文约 12 行"),
        ("编码\n" + "a," * 250 + "b\n", Limits(), "第 2 行有 251 列，超过 200 列"),
        ("a,b\n1," + "甲" * 40_000 + "\n", Limits(), "第 2 行有一格长得不正常"),
        ("a,b\n1,2\n", Limits(max_bytes=4), "超过 0 MB"),
        ("a" * 5_000_000, Limits(), "长得不正常"),
    ],
)
def test_limits(tmp_path: Path, content: str, limits: Limits, sentence: str) -> None:
    assert sentence in refused(tmp_path, content.encode(), limits=limits)


def test_exactly_as_many_rows_as_allowed(tmp_path: Path) -> None:
    assert read(tmp_path, b"a,b\n" * 10, limits=Limits(max_rows=10)).row_count == 10


def test_empty_columns_to_the_right_do_not_count(tmp_path: Path) -> None:
    assert read(tmp_path, ("编码,名称" + "," * 250 + "\n1,甲" + "," * 250 + "\n").encode()).width == 2


def test_ten_million_rows_are_refused_in_seconds(tmp_path: Path) -> None:
    path = tmp_path / "upload"
    with path.open("wb") as file:
        file.write("编码,名称\n".encode())
        for _ in range(100):
            file.write(b"1,a\n" * 100_000)
    started = time.process_time()
    with pytest.raises(Unreadable, match="超过 1,000,000 行，全文约 10,000,001 行"):
        open_table(path, "流向.csv")
    assert time.process_time() - started < 10
