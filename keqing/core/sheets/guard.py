"""Decides by content what a file is, and refuses what is not a table before anything is unpacked."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext

from keqing.core.written import in_a_row

MEGABYTE = 1024 * 1024

NOTHING_WRITTEN = "没有写入任何数据。"

SAVE_AS_XLSX = "请用 Excel 或 WPS 打开，另存为 xlsx 再传。"
SEND_AGAIN = "请在自己的电脑上打开看看是否完好，另存为 xlsx 再传。"
SPLIT_FILE = "请拆成几个文件分别传，或只留需要的行和列。"
REMOVE_PASSWORD = "请去掉打开密码，另存为 xlsx 再传。"
REMOVE_MACROS = "请另存为不带宏的 xlsx 再传。"
REMOVE_ATTACHMENTS = "请删去表里嵌的附件，或把数据复制到新表，另存为 xlsx 再传。"
BREAK_LINKS = "请在“数据 → 编辑链接”里断开链接，另存为 xlsx 再传。"
EXPORT_TABLE = "请从原来的软件导出 xlsx 或 csv 再传。"
FILL_ROWS = "请填好数据再传。"

NO_ROWS = "“{filename}”里没有数据，最多只有一行表头。"
EMPTY_FILE = "“{filename}”是空文件。"
FILE_TOO_BIG = "“{filename}”有 {size} MB，超过 {limit} MB。"
NOT_A_TABLE = "“{filename}”其实是{kind}，不是表格。"
OLD_OR_OTHER_TABLE = "“{filename}”其实是{kind}，这里读不了。"
UNKNOWN_BYTES = "“{filename}”的内容认不出是哪种表格。"
DAMAGED = "“{filename}”不完整或已损坏，读到一半就断了。"
HAS_PASSWORD = "“{filename}”设了打开密码。"
HAS_MACROS = "“{filename}”带有宏。"
HAS_ATTACHMENT = "“{filename}”里嵌着别的文件（{entry}）。"
HAS_LINKS = "“{filename}”引用了 {count} 个别的文件里的数据。"
HAS_ENTITIES = "“{filename}”里写有表格不该有的实体声明。"
UNPACKS_TOO_BIG = "“{filename}”解开后会有 {size} MB，超过 {limit} MB。"
PACKED_TOO_TIGHT = "“{filename}”压缩得不正常，解开后是原来的 {ratio} 倍。"
TOO_MANY_ENTRIES = "“{filename}”里有 {count} 个部件，超过 {limit} 个。"

LINKS_NOTE = "表里有引用别的文件的公式，读到的是上次保存时的值。"
ERRORS_NOTE = "有 {count} 个公式单元格算不出结果（如 #N/A），按空白读。"
UNCALCULATED_NOTE = "有 {count} 个公式单元格还没算过，按空白读；用 Excel 打开保存一次就有值。"


class Unreadable(Exception):
    """A file that cannot be read as a table. Templates and parameters are kept apart so that gettext can step in."""

    def __init__(self, message: str, hint: str, **params: object) -> None:
        super().__init__(message, hint)
        self.message = message
        self.hint_message = hint
        self.params = params

    @property
    def sentence(self) -> str:
        return in_a_row((self._said(self.message), gettext(NOTHING_WRITTEN)))

    @property
    def hint(self) -> str:
        return self._said(self.hint_message)

    def _said(self, message: str) -> str:
        """What kind of file it is, is a word of ours too."""
        words = {name: gettext(str(value)) if name == "kind" else value for name, value in self.params.items()}
        return gettext(message).format_map(words)

    def __str__(self) -> str:
        return in_a_row((self.sentence, self.hint))


@dataclass(frozen=True)
class Limits:
    """What one file may ask of the server."""

    max_bytes: int = 200 * MEGABYTE
    max_rows: int = 1_000_000
    max_columns: int = 200
    max_cell: int = 32_767  # characters, Excel's own bound
    max_uncompressed: int = 1536 * MEGABYTE
    max_ratio: int = 200
    max_entries: int = 2_000
    max_external_links: int = 50  # 0 refuses every workbook that quotes another one
    max_memory: int = 4096 * MEGABYTE  # address space of the process that parses a workbook
    max_cpu_seconds: int = 300


DEFAULT_LIMITS = Limits()


@dataclass(frozen=True)
class Source:
    """An uploaded file: where it lies and what its owner called it."""

    path: Path
    filename: str
    limits: Limits

    def refusal(self, message: str, hint: str, **params: object) -> Unreadable:
        return Unreadable(message, hint, filename=self.filename, **params)


_TEXT_DOCUMENTS = (
    (b"<!doctype html", "网页"),
    (b"<html", "网页"),
    (b"<head", "网页"),
    (b"<meta", "网页"),
    (b"<table", "网页"),
    (b"<style", "网页"),
    (b"mime-version:", "网页存档"),
    (b"<?xml", "XML 文件"),
    (b"{\\rtf", "RTF 文档"),
)
_BINARY_DOCUMENTS = (
    (b"%PDF", "PDF 文档"),
    (b"\x89PNG", "图片"),
    (b"\xff\xd8\xff", "图片"),
    (b"GIF8", "图片"),
    (b"II*\x00", "图片"),
    (b"MM\x00*", "图片"),
    (b"Rar!", "压缩包"),
    (b"7z\xbc\xaf", "压缩包"),
    (b"\x1f\x8b", "压缩包"),
    (b"MZ", "程序"),
    (b"\x7fELF", "程序"),
    (b"SQLite format 3", "数据库"),
    (b"PAR1", "Parquet 文件"),
)
ZIP, OLE, TEXT = "zip", "ole", "text"
_ZIP_MAGIC = b"PK\x03\x04"
OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_EMPTY_ZIP_MAGIC = b"PK\x05\x06"


def sniff(source: Source) -> str:
    """ZIP, OLE or TEXT; everything else is refused by its own name."""
    size = source.path.stat().st_size
    if size == 0:
        raise source.refusal(EMPTY_FILE, FILL_ROWS)
    if size > source.limits.max_bytes:
        megabytes = -(-size // MEGABYTE)
        raise source.refusal(FILE_TOO_BIG, SPLIT_FILE, size=megabytes, limit=source.limits.max_bytes // MEGABYTE)
    with source.path.open("rb") as file:
        head = file.read(1024)
    if head.startswith((_ZIP_MAGIC, _EMPTY_ZIP_MAGIC)):
        return ZIP
    if head.startswith(OLE_MAGIC[:4]):
        return OLE
    _refuse_documents(source, head)
    return TEXT


def _refuse_documents(source: Source, head: bytes) -> None:
    for magic, kind in _BINARY_DOCUMENTS:
        if head.startswith(magic):
            raise source.refusal(NOT_A_TABLE, EXPORT_TABLE, kind=kind)
    opening = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    for magic, kind in _TEXT_DOCUMENTS:
        if opening.startswith(magic):
            raise source.refusal(OLD_OR_OTHER_TABLE, SAVE_AS_XLSX, kind=kind)
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        raise source.refusal(NOT_A_TABLE, EXPORT_TABLE, kind="图片")
