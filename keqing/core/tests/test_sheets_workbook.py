from __future__ import annotations

import os
import zipfile
from collections.abc import Callable
from datetime import date, datetime, time
from pathlib import Path
from struct import pack_into

import pytest
import xlsxwriter
import xlwt
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from keqing.core.sheets import Limits, Table, Unreadable, find_header, open_table

ROWS: list[list[object]] = [["客户编码", "客户名称", "数量"], ["00123", "华东医药", 12], ["00124", "同仁堂", 7.5]]
SHEET_XML = "xl/worksheets/sheet1.xml"


def write_xlsx(path: Path, sheets: dict[str, list[list[object]]], hidden: str = "") -> None:
    with xlsxwriter.Workbook(path) as book:
        book.set_properties({"created": datetime.combine(date(2026, 11, 18), time())})  # the same bytes every time
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for index, row in enumerate(rows):
                sheet.write_row(index, 0, row)
            if name == hidden:
                sheet.hide()


def write_xls(path: Path, sheets: dict[str, list[list[object]]]) -> None:
    book = xlwt.Workbook(encoding="utf-8")
    for name, rows in sheets.items():
        sheet = book.add_sheet(name)
        for index, row in enumerate(rows):
            for column, cell in enumerate(row):
                sheet.write(index, column, cell)
    book.save(str(path))


@pytest.fixture
def xlsx(tmp_path: Path) -> Path:
    path = tmp_path / "upload"
    write_xlsx(path, {"数据": ROWS})
    return path


@pytest.fixture
def xls(tmp_path: Path) -> Path:
    path = tmp_path / "upload"
    write_xls(path, {"数据": ROWS})
    return path


def rewrite(path: Path, change: Callable[[str, bytes], bytes], added: dict[str, bytes] | None = None) -> None:
    """The same zip with some entries changed or added."""
    with zipfile.ZipFile(path) as archive:
        parts = {entry.filename: archive.read(entry) for entry in archive.infolist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in (parts | (added or {})).items():
            archive.writestr(name, change(name, content))


def unchanged(name: str, content: bytes) -> bytes:
    return content


def with_cells(cells: str) -> Callable[[str, bytes], bytes]:
    schema = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    sheet = f'<?xml version="1.0"?><worksheet xmlns="{schema}"><sheetData>{cells}</sheetData></worksheet>'.encode()
    return lambda name, content: sheet if name == SHEET_XML else content


def refused(path: Path, filename: str = "客户.xlsx", limits: Limits | None = None) -> str:
    with pytest.raises(Unreadable) as caught:
        open_table(path, filename, limits=limits or Limits())
    assert "没有写入任何数据。" in caught.value.sentence
    assert caught.value.hint.endswith("。")
    return str(caught.value)


# --- what is read -----------------------------------------------------------------------------------------------------


def test_xlsx(xlsx: Path) -> None:
    table = open_table(xlsx, "客户.xlsx")
    assert list(table.rows) == ROWS
    assert (table.kind, table.sheet, table.sheet_names, table.row_count, table.width) == (
        "xlsx",
        "数据",
        ("数据",),
        3,
        3,
    )
    assert table.notes == ()


def test_xls(xls: Path) -> None:
    table = open_table(xls, "客户.xls")
    assert list(table.rows) == ROWS
    assert (table.kind, table.sheet, table.notes) == ("xls", "数据", ())


@pytest.mark.parametrize("name", ["客户", "客户.csv", "客户.xlsx", "客户.dat"])
def test_the_content_decides_not_the_name(xls: Path, name: str) -> None:
    table = open_table(xls, name)
    assert (table.kind, list(table.rows)) == ("xls", ROWS)
    assert "内容其实是xls 工作簿" in table.notes[0]


def test_every_kind_of_cell(tmp_path: Path) -> None:
    path = tmp_path / "upload"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        formats = {"day": "yyyy-mm-dd", "moment": "yyyy-mm-dd hh:mm", "clock": "hh:mm", "hours": "[h]:mm"}
        styles = {name: book.add_format({"num_format": code}) for name, code in formats.items()}
        noon = datetime.combine(date(2026, 11, 18), time(12, 30))
        sheet.write_row(0, 0, ["a", 1, 1.5, True])
        sheet.write_datetime(0, 4, date(2026, 11, 18), styles["day"])
        sheet.write_datetime(0, 5, noon, styles["moment"])
        sheet.write_datetime(0, 6, time(9, 30), styles["clock"])
        sheet.write_number(0, 7, 1.5, styles["hours"])
        sheet.write_formula(0, 8, "=1+1", None, 2)
        sheet.write_string(0, 9, "=1+1")
        sheet.write_string(1, 11, "末")
    first, second = open_table(path, "x.xlsx").rows
    assert first == ["a", 1, 1.5, True, date(2026, 11, 18), noon, "09:30:00", "1 day, 12:00:00", 2, "=1+1", None, None]
    assert second == [None] * 11 + ["末"]
    assert type(first[4]) is date
    assert type(first[5]) is datetime


@pytest.mark.parametrize("write", [write_xlsx, write_xls])
def test_rows_and_columns_keep_their_place(tmp_path: Path, write: Callable[..., None]) -> None:
    # A person looks for row 3, column B; empty rows and columns before it must not shift the numbers.
    path = tmp_path / "upload"
    write(
        path, {"数据": [[], [], [None, "编码", "名称"], [], [None, "1", "甲"]]} if write is write_xlsx else {"数据": []}
    )
    if write is write_xls:
        book = xlwt.Workbook()
        sheet = book.add_sheet("数据")
        for row, column, cell in [(2, 1, "编码"), (2, 2, "名称"), (4, 1, "1"), (4, 2, "甲")]:
            sheet.write(row, column, cell)
        book.save(str(path))
    blank = [None, None, None]
    assert list(open_table(path, "x").rows) == [blank, blank, [None, "编码", "名称"], blank, [None, "1", "甲"]]


@pytest.mark.parametrize("write", [write_xlsx, write_xls])
def test_the_fullest_sheet_is_chosen_unless_one_is_named(tmp_path: Path, write: Callable[..., None]) -> None:
    path = tmp_path / "upload"
    write(path, {"说明": [["请填数据页"], ["谢谢"]], "数据": ROWS, "空": []})
    table = open_table(path, "x.xlsx")
    assert (table.sheet, table.sheet_names) == ("数据", ("说明", "数据", "空"))
    assert list(open_table(path, "x.xlsx", sheet="说明").rows) == [["请填数据页"], ["谢谢"]]
    with pytest.raises(
        Unreadable, match="没有叫“别的”的工作表。没有写入任何数据。请从这些工作表里选：说明、数据、空。"
    ):
        open_table(path, "x.xlsx", sheet="别的")


def test_a_hidden_list_of_options_is_not_the_data(tmp_path: Path) -> None:
    path = tmp_path / "upload"
    write_xlsx(path, {"数据": ROWS, "字典": [["省", "市"]] * 50}, hidden="字典")
    table = open_table(path, "x.xlsx")
    assert (table.sheet, table.sheet_names) == ("数据", ("数据",))


def test_merged_titles_reach_the_header_finder(tmp_path: Path) -> None:
    path = tmp_path / "upload"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.merge_range("A1:D1", "2026 年流向")
        sheet.merge_range("A2:A3", "客户")
        sheet.merge_range("B2:C2", "一季度")
        sheet.merge_range("D2:D3", "城市")
        sheet.write_row("B3", ["金额", "数量"])
        sheet.write_row("A4", ["瑞金医院", 10, 2, "上海"])
    words = {"name": ["客户"], "amount": ["金额"], "quantity": ["数量"], "city": ["城市"]}
    header = find_header(open_table(path, "x.xlsx").preview(), words)
    assert header.columns == ("客户", "一季度/金额", "一季度/数量", "城市")
    assert header.matched == {0: "name", 1: "amount", 2: "quantity", 3: "city"}
    assert header.row_index == 2


def test_rows_can_be_walked_again_and_two_at_a_time(tmp_path: Path) -> None:
    path = tmp_path / "upload"
    rows: list[list[object]] = [[f"C{i}", i] for i in range(2500)]  # three frames
    write_xlsx(path, {"数据": rows})
    table = open_table(path, "x.xlsx")
    path.unlink()
    assert [a for a, _ in zip(table.rows, table.rows, strict=True)] == rows
    assert table.preview(2) == rows[:2]


def test_nothing_is_left_in_the_temporary_folder(xlsx: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    room = tmp_path / "room"
    room.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(room))
    table = open_table(xlsx, "x.xlsx")
    assert os.listdir(room) == []
    assert list(table.rows) == ROWS
    xlsx.write_bytes(xlsx.read_bytes()[:-30])
    refused(xlsx)
    assert os.listdir(room) == []


def test_cells_without_values_are_told(tmp_path: Path) -> None:
    path = tmp_path / "upload"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["名称", "数量"])
        sheet.write(1, 0, "甲")
        sheet.write_formula(1, 1, "=NA()", None, "#N/A")
        sheet.write_formula(1, 2, "=B1", None, "")
    table = open_table(path, "x.xlsx")
    assert list(table.rows)[1] == ["甲", None]
    assert table.notes[0].startswith("有 1 个公式单元格算不出结果（如 #N/A）")
    assert table.notes[1].startswith("有 1 个公式单元格还没算过")


def test_links_to_other_workbooks_are_told_or_refused(xlsx: Path) -> None:
    rewrite(xlsx, unchanged, {"xl/externalLinks/externalLink1.xml": b"<externalLink/>"})
    assert open_table(xlsx, "x.xlsx").notes == ("表里有引用别的文件的公式，读到的是上次保存时的值。",)
    assert "引用了 1 个别的文件" in refused(xlsx, limits=Limits(max_external_links=0))


# --- what is refused --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "是空文件"),
        (b"%PDF-1.7\n", "其实是PDF 文档"),
        (b"\x89PNG\r\n\x1a\n", "其实是图片"),
        (b"\xff\xd8\xff\xe0", "其实是图片"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "其实是图片"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "其实是网页"),
        (b"\xef\xbb\xbf\r\n <!DOCTYPE HTML>", "其实是网页"),
        (b"<table border=1>", "其实是网页"),
        (b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>', "其实是XML 文件"),
        (b"Rar!\x1a\x07", "其实是压缩包"),
        (b"7z\xbc\xaf\x27\x1c", "其实是压缩包"),
        (b"PK\x03\x04", "不完整或已损坏"),
        (b"PK\x05\x06" + b"\x00" * 18, "其实是压缩包"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "不完整或已损坏"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 2000, "不完整或已损坏"),
    ],
)
def test_other_documents_named_xlsx(tmp_path: Path, content: bytes, sentence: str) -> None:
    path = tmp_path / "upload"
    path.write_bytes(content)
    assert sentence in refused(path)


@pytest.mark.parametrize(
    ("entry", "sentence"),
    [
        ("word/document.xml", "其实是Word 文档"),
        ("ppt/presentation.xml", "其实是PowerPoint 文档"),
        ("xl/workbook.bin", "二进制工作簿（xlsb）"),
        ("content.xml", "其实是OpenDocument 文件"),
        ("readme.txt", "其实是压缩包"),
    ],
)
def test_other_zips_named_xlsx(tmp_path: Path, entry: str, sentence: str) -> None:
    path = tmp_path / "upload"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(entry, "x")
    assert sentence in refused(path)


@pytest.mark.parametrize(
    ("entry", "content", "sentence"),
    [
        ("xl/vbaProject.bin", b"x", "带有宏"),
        ("xl/macrosheets/sheet1.xml", b"<a/>", "带有宏"),
        ("xl/media/inner.zip", b"PK\x03\x04", "嵌着别的文件（inner.zip）"),
        ("xl/embeddings/Book1.xlsx", b"PK\x03\x04", "嵌着别的文件（book1.xlsx）"),
        ("xl/extra.xml", b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "实体声明"),
        ("xl/extra.xml", b" " * 3_000_000 + b"<!DOCTYPE a><a/>", "实体声明"),
    ],
)
def test_what_a_plain_workbook_does_not_hold(xlsx: Path, entry: str, content: bytes, sentence: str) -> None:
    rewrite(xlsx, unchanged, {entry: content})
    assert sentence in refused(xlsx)


def test_a_workbook_declared_as_one_with_macros(xlsx: Path) -> None:
    rewrite(xlsx, lambda name, part: part.replace(b".sheet.main+xml", b".sheet.macroEnabled.main+xml"))
    rewrite(xlsx, lambda name, part: part.replace(b"sheetml.sheet", b"ms-excel.sheet") if "Types" in name else part)
    sentence = refused(xlsx, "客户.xlsm")
    assert sentence == "“客户.xlsm”带有宏。没有写入任何数据。请另存为不带宏的 xlsx 再传。"


def test_a_zip_bomb_is_refused_by_its_directory(xlsx: Path) -> None:
    zeros = b"0" * 60_000_000
    rewrite(xlsx, unchanged, {"xl/worksheets/sheet2.xml": zeros})
    assert xlsx.stat().st_size < 100_000
    assert "压缩得不正常" in refused(xlsx)
    assert "解开后会有 57 MB，超过 9 MB" in refused(xlsx, limits=Limits(max_uncompressed=10_000_000))


def test_a_bomb_that_lies_about_its_size_is_damaged(xlsx: Path) -> None:
    rewrite(xlsx, unchanged, {"xl/worksheets/sheet2.xml": b"0" * 60_000_000})
    content = xlsx.read_bytes()
    assert content.count((60_000_000).to_bytes(4, "little")) >= 1
    xlsx.write_bytes(content.replace((60_000_000).to_bytes(4, "little"), (100).to_bytes(4, "little")))
    assert "不完整或已损坏" in refused(xlsx)


def test_too_many_entries_are_refused_before_they_are_listed(xlsx: Path) -> None:
    rewrite(xlsx, unchanged, {f"xl/media/{i}.png": b"" for i in range(2500)})
    assert "个部件，超过 2000 个" in refused(xlsx)


def test_encrypted_zip_entries_need_a_password(xlsx: Path) -> None:
    content = bytearray(xlsx.read_bytes())
    at = content.index(b"PK\x01\x02")
    content[at + 8] |= 1
    xlsx.write_bytes(content)
    assert "设了打开密码" in refused(xlsx)


@pytest.mark.parametrize("share", [0.02, 0.3, 0.5, 0.9, 0.999])
def test_truncated_xlsx(xlsx: Path, share: float) -> None:
    content = xlsx.read_bytes()
    xlsx.write_bytes(content[: int(len(content) * share)])
    assert "不完整或已损坏" in refused(xlsx)


@pytest.mark.parametrize("share", [0.01, 0.1, 0.3, 0.5, 0.7, 0.9, 0.97])
def test_truncated_xls_never_reads_as_a_shorter_table(tmp_path: Path, share: float) -> None:
    path = tmp_path / "upload"
    write_xls(path, {"数据": [[f"客户{i}", i, i / 7] for i in range(3000)]})
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])
    assert "不完整或已损坏" in refused(path, "客户.xls")


def test_a_flipped_bit_in_the_data_is_noticed(xlsx: Path) -> None:
    content = bytearray(xlsx.read_bytes())
    with zipfile.ZipFile(xlsx) as archive:
        at = archive.getinfo(SHEET_XML).header_offset + 200
    content[at] ^= 0x10
    xlsx.write_bytes(content)
    assert "不完整或已损坏" in refused(xlsx)


@pytest.mark.parametrize("stream", ["EncryptedPackage", "_VBA_PROJECT_CUR", "WordDocument"])
def test_ole_containers_are_told_apart_by_their_streams(xls: Path, stream: str) -> None:
    name = stream.encode("utf-16-le") + b"\x00\x00"
    content = xls.read_bytes()
    at = content.index("Workbook".encode("utf-16-le") + b"\x00\x00")
    room = content[at + 128 : at + 256]  # the directory's next entry, unused
    content = content[: at + 128] + name.ljust(64, b"\x00") + room[64:] + content[at + 256 :]
    xls.write_bytes(content)
    expected = {"EncryptedPackage": "设了打开密码", "_VBA_PROJECT_CUR": "带有宏", "WordDocument": "其实是Word 文档"}
    assert expected[stream] in refused(xls, "客户.xls")


def test_an_old_workbook_with_a_password(xls: Path) -> None:
    content = bytearray(xls.read_bytes())
    first = content.index(b"\x09\x08\x10\x00")
    pack_into("<H", content, first + 20, 0x2F)  # the record after BOF becomes FilePass
    xls.write_bytes(content)
    assert "设了打开密码" in refused(xls, "客户.xls")


FAR = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="{corner}"><v>1</v></c></row>'


@pytest.mark.parametrize(
    ("cells", "sentence"),
    [
        (FAR.format(corner="XFD1048576"), "铺得太开或内容太多"),  # a bounding box of 17 billion cells
        (FAR.format(corner="A1048576"), "有 1048576 行，超过 1000000 行"),
        ('<row r="1"><c r="A1"><v>1</v></c><c r="XFD1"><v>1</v></c></row>', "有 16384 列，超过 200 列"),
        (
            '<row r="1"><c r="A1" t="inlineStr"><is><t>' + "x" * 40_000 + "</t></is></c></row>",
            "第 1 行有一格写了 40000 个字",
        ),
        ('<row r="1"><c r="A1"><v>1</v></c></row>', "没有数据"),
        ("", "没有数据"),
        ('<row r="1"><c r="A1"><v>1</v>', "不完整或已损坏"),
        ('<row r="1"><c r="?"><v>1</v></c></row>', "不完整或已损坏"),
        ('<row r="1"><c r="A99999999999"><v>1</v></c></row>', "超过 1000000 行"),
    ],
)
def test_sheets_that_would_break_the_parser_or_the_server(xlsx: Path, cells: str, sentence: str) -> None:
    rewrite(xlsx, with_cells(cells))
    assert sentence in refused(xlsx)


def test_styled_blanks_far_out_do_not_count(xlsx: Path) -> None:
    rewrite(xlsx, with_cells('<row r="1"><c r="A1"><v>1</v></c></row><row r="2"><c r="A2"><v>2</v></c></row>'
                             '<row r="1048576"><c r="XFD1048576" s="0"/></row>'))  # fmt: skip
    assert list(open_table(xlsx, "x.xlsx").rows) == [[1], [2]]


def test_one_text_repeated_without_end_stays_within_bounds(xlsx: Path) -> None:
    rows = "".join(f'<row r="{i}"><c r="A{i}" t="s"><v>0</v></c></row>' for i in range(1, 20_001))
    text = f"<sst><si><t>{'x' * 32_000}</t></si></sst>".encode()  # 20 000 × 32 kB = 640 MB
    change = with_cells(rows)
    rewrite(xlsx, lambda name, part: text if name == "xl/sharedStrings.xml" else change(name, part))
    limits = Limits(max_memory=400_000_000)
    assert "铺得太开或内容太多" in refused(xlsx, limits=limits)


def test_a_wrong_dimensions_record_in_an_old_workbook(xls: Path) -> None:
    content = bytearray(xls.read_bytes())
    at = content.index(b"\x00\x02\x0e\x00")
    pack_into("<IIHH", content, at + 4, 0, 0xFFFFFFFF, 0, 0xFFFF)
    xls.write_bytes(content)
    assert "铺得太开或内容太多" in refused(xls, "客户.xls")


def test_a_file_over_the_byte_limit_is_not_even_opened(xlsx: Path) -> None:
    sentence = refused(xlsx, "很长的名字" * 30 + ".xlsx", Limits(max_bytes=1_048_576 // 1024))
    assert sentence.startswith("“很长的名字")
    assert len(sentence) < 200


# --- any bytes at all -------------------------------------------------------------------------------------------------

MAGICS = [
    b"",
    b"PK\x03\x04",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    b"\xff\xfe",
    b"\xfe\xff",
    b"\xef\xbb\xbf",
    b"a,b\n1,2\n",
]


def open_anything(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    try:
        table = open_table(path, "x.xlsx")
    except Unreadable as refused:
        assert str(refused).endswith("。")
        return
    assert isinstance(table, Table)
    rows = list(table.rows)
    assert len(rows) == table.row_count
    assert all(len(row) == table.width for row in rows)


ANY_FOLDER = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=300)


@ANY_FOLDER
@given(magic=st.sampled_from(MAGICS), tail=st.binary(max_size=400))
def test_random_bytes_give_a_table_or_a_sentence(tmp_path: Path, magic: bytes, tail: bytes) -> None:
    open_anything(tmp_path / "any", magic + tail)


@ANY_FOLDER
@given(
    text=st.text(alphabet="a1,;\t\n\r\"'华医，", max_size=60), encoding=st.sampled_from(["utf-8", "gb18030", "utf-16"])
)
def test_random_text_gives_a_table_or_a_sentence(tmp_path: Path, text: str, encoding: str) -> None:
    open_anything(tmp_path / "any", text.encode(encoding))


@settings(ANY_FOLDER, max_examples=60)
@given(data=st.data(), write=st.sampled_from([write_xlsx, write_xls]))
def test_damaged_workbooks_give_a_table_or_a_sentence(
    tmp_path: Path, data: st.DataObject, write: Callable[..., None]
) -> None:
    path = tmp_path / "any"
    write(path, {"数据": ROWS})
    content = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 5))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    open_anything(path, bytes(content))


@settings(ANY_FOLDER, max_examples=60)
@given(cells=st.text(alphabet='<>/="crvs AB129t&;', max_size=60))
def test_damaged_sheets_in_a_sound_zip_give_a_table_or_a_sentence(tmp_path: Path, cells: str) -> None:
    path = tmp_path / "any"
    write_xlsx(path, {"数据": ROWS})
    rewrite(path, with_cells(f'<row r="1"><c r="A1"><v>1</v></c></row>{cells}'))
    open_anything(path, path.read_bytes())
