"""Text tables: which encoding, which separator, and every row looked at once before any is handed out."""

from __future__ import annotations

import codecs
import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import IO

from keqing.core.sheets import guard
from keqing.core.sheets.guard import MEGABYTE, Source, Unreadable
from keqing.core.sheets.table import Row, Table

UNKNOWN_ENCODING = "“{filename}”的文字编码认不出，或者不是表格。"
BROKEN_CHARACTER = "“{filename}”第 {row} 行附近有认不出的字，文件可能不完整。"
TOO_MANY_ROWS = "“{filename}”超过 {limit} 行，全文约 {lines} 行。"
TOO_MANY_COLUMNS = "“{filename}”第 {row} 行有 {columns} 列，超过 {limit} 列。"
CELL_TOO_LONG = "“{filename}”第 {row} 行有一格长得不正常（最多 {limit} 个字），前面可能少了一个引号。"
OPEN_QUOTE = "“{filename}”最后一格的引号没有结束，从第 {row} 行起可能串行，文件也可能不完整。"

_SAMPLE = MEGABYTE // 4
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x19\x1b-\x1f\x7f]")


def read_text(source: Source) -> Table:
    encoding = detect_encoding(source)
    with _opened(source.path, encoding) as file:
        try:
            sample = file.read(_SAMPLE)
        except UnicodeError as cause:
            raise source.refusal(UNKNOWN_ENCODING, guard.SAVE_AS_XLSX) from cause
    if len(_CONTROLS.findall(sample)) * 200 > len(sample):
        raise source.refusal(guard.UNKNOWN_BYTES, guard.EXPORT_TABLE)
    declared = _declared_delimiter(sample)
    delimiter = declared or sniff_delimiter(sample)
    form = TextForm(source.path, encoding, delimiter, skipped_lines=1 if declared else 0)
    count, filled, width = _survey(source, form)
    if filled < 2:
        raise source.refusal(guard.NO_ROWS, guard.FILL_ROWS)
    rows = TextRows(form, width)
    return Table((), "", rows, count, width, "text", encoding.removesuffix("-sig"), delimiter)


# --- encoding ---------------------------------------------------------------------------------------------------------


def detect_encoding(source: Source) -> str:
    with source.path.open("rb") as file:
        sample = file.read(_SAMPLE)
    for mark, encoding in _BOMS:
        if sample.startswith(mark):
            return encoding
    if b"\x00" in sample:
        return _utf16(source, sample)
    well_formed = _utf8_prefix(source)
    if well_formed is None:
        return "gb18030" if _only_looks_like_utf8(sample) else "utf-8"
    if well_formed >= _UTF8_BY_ITSELF:
        raise source.refusal(BROKEN_CHARACTER, guard.SEND_AGAIN, row=_line_of_damage(source.path))
    return _double_byte(source, sample)


_UTF8_BY_ITSELF = 8  # so many well-formed multi-byte characters do not happen in another encoding


def _utf8_prefix(source: Source) -> int | None:
    """None when the whole file is UTF-8, else the number of multi-byte characters before the first that is not."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    wide = 0
    with source.path.open("rb") as file:
        while True:
            block = file.read(MEGABYTE)
            pending = decoder.getstate()[0]
            try:
                text = decoder.decode(block, final=not block)
            except UnicodeDecodeError as error:
                good = (pending + block)[: error.start].decode("utf-8", "ignore")
                return wide + _wide(good)
            wide += _wide(text)
            if not block:
                return None


# What a file in UTF-8 without a single Chinese character may still hold: Western, Greek and Russian letters.
_WESTERN = re.compile("[\u0000-\u017f\u02b0-\u03ff\u0410-\u044f]*")


def _only_looks_like_utf8(sample: bytes) -> bool:
    """医院 in GBK is well-formed UTF-8 (ҽԺ): a short file may hold no other word that gives the encoding away."""
    text = _decoded(sample, "utf-8")
    if text is None or _WESTERN.fullmatch(text) or max(text) >= "\u0800":
        return False
    return _everyday_share(sample, "gb18030") > 0.9


def _wide(text: str) -> int:
    return 0 if text.isascii() else len(text) - len(text.encode("ascii", "ignore"))


def _line_of_damage(path: Path) -> int:
    with path.open("rb") as file:
        for number, line in enumerate(iter(lambda: file.readline(MEGABYTE), b""), start=1):
            try:
                line.decode("utf-8")
            except UnicodeDecodeError:
                return number
    return 1


def _utf16(source: Source, sample: bytes) -> str:
    """Without a byte-order mark: commas, digits and line ends have their zero byte second in LE, first in BE."""
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    encoding = "utf-16-le" if odd > even else "utf-16-be"
    stray = min(even, odd) * 20 > max(even, odd)
    if stray or _decoded(sample, encoding) is None:
        raise source.refusal(guard.UNKNOWN_BYTES, guard.EXPORT_TABLE)
    return encoding


def _double_byte(source: Source, sample: bytes) -> str:
    """GB18030, Big5 or Big5 with Hong Kong's additions: whichever turns the bytes into more everyday characters."""
    scores = {encoding: _everyday_share(sample, encoding) for encoding in ("gb18030", "cp950", "big5hkscs")}
    best = max(scores, key=lambda encoding: scores[encoding])
    if scores[best] < 0:
        raise source.refusal(UNKNOWN_ENCODING, guard.SAVE_AS_XLSX)
    return best


_EVERYDAY = {
    # The charset that orders its characters by use, and the lead bytes of the everyday ones.
    "gb18030": ("gb2312", range(0xB0, 0xD8)),
    "cp950": ("big5", range(0xA4, 0xC7)),
    "big5hkscs": ("big5", range(0xA4, 0xC7)),
}
_PUNCTUATION = set("，。、；：？！“”‘’（）《》【】—…·％￥　")


def _everyday_share(sample: bytes, encoding: str) -> float:
    text = _decoded(sample, encoding)
    if text is None:
        return -1.0
    wide = [character for character in text if ord(character) > 0x7F][:4000]
    charset, leads = _EVERYDAY[encoding]
    everyday = sum(1 for character in wide if _lead(character, charset) in leads or character in _PUNCTUATION)
    return everyday / max(1, len(wide))


def _lead(character: str, charset: str) -> int:
    return (character.encode(charset, "ignore") or b"\x00")[0]


def _decoded(sample: bytes, encoding: str) -> str | None:
    try:
        return codecs.getincrementaldecoder(encoding)().decode(sample, final=len(sample) < _SAMPLE)
    except UnicodeDecodeError:
        return None


# --- separator --------------------------------------------------------------------------------------------------------


def _declared_delimiter(sample: str) -> str:
    """Excel's own hint, a first line `sep=;`."""
    found = re.match(r'"?sep=([,;\t|])"?\r?\n', sample, re.IGNORECASE)
    return found[1] if found else ""


def sniff_delimiter(sample: str) -> str:
    """The separator that cuts most rows into the same number of cells, at least two; a comma when none does."""
    best, best_score = ",", 0.0
    for delimiter in ",\t;|":
        widths = Counter(len(row) for row in _sample_rows(sample, delimiter))
        width, times = max(widths.items(), key=lambda item: (item[0] > 1, item[1], item[0]), default=(1, 0))
        score = times / max(1, widths.total()) + min(width, 50) / 1000 if width > 1 else 0.0
        if score > best_score:
            best, best_score = delimiter, score
    return best


def _sample_rows(sample: str, delimiter: str) -> list[list[str]]:
    lines = sample.splitlines(keepends=True)
    whole = lines[:-1] if len(sample) >= _SAMPLE else lines
    try:
        return [row for row in csv.reader(whole[:200], delimiter=delimiter) if any(row)]
    except csv.Error:
        return [row for row in csv.reader(whole[:200], delimiter=delimiter, quoting=csv.QUOTE_NONE) if any(row)]


# --- rows -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class TextForm:
    path: Path
    encoding: str
    delimiter: str
    skipped_lines: int


@dataclass(frozen=True)
class TextRows(Iterable[Row]):
    """Rows read from the file again at every walk, one at a time."""

    form: TextForm
    width: int

    def __iter__(self) -> Iterator[Row]:
        for record in _records(self.form):
            row: Row = [cell if cell else None for cell in record[: self.width]]
            yield row + [None] * (self.width - len(row))


def _opened(path: Path, encoding: str) -> IO[str]:
    return path.open(encoding=encoding, newline="")


_LONGEST_LINE = 4 * MEGABYTE
_LAST = ["\x1e", "\x1e"]  # a record of our own behind the last one: swallowed when a quote was left open


class _LineTooLong(Exception):
    pass


def _lines(form: TextForm) -> Iterator[str]:
    with _opened(form.path, form.encoding) as file:
        lines = iter(lambda: file.readline(_LONGEST_LINE), "")
        for line in islice(lines, form.skipped_lines, None):
            if len(line) >= _LONGEST_LINE:
                raise _LineTooLong
            yield line.replace("\x00", "").replace("\x1a", "")


def _records(form: TextForm) -> Iterator[list[str]]:
    # Rows keep their place: an empty line is a row without cells, so that row numbers stay what a person counts.
    return csv.reader(_lines(form), delimiter=form.delimiter)


def _survey(source: Source, form: TextForm) -> tuple[int, int, int]:
    """Rows, rows that hold anything, columns; raises Unreadable. Reads no further than one row beyond the limit."""
    limits = source.limits
    count = filled = width = 0
    record: list[str] = []
    try:
        for record in csv.reader(chain(_lines(form), [form.delimiter.join(_LAST)]), delimiter=form.delimiter):
            count += 1
            if count > limits.max_rows + 1:
                raise _too_many_rows(source, form)
            if record:
                longest = max(map(len, record))
                filled += longest > 0
                if longest > _SUSPICIOUS or len(record) > width:
                    width = max(width, _checked_width(source, count, record))
    except UnicodeError as cause:
        raise source.refusal(BROKEN_CHARACTER, guard.SEND_AGAIN, row=count + 1) from cause
    except (csv.Error, _LineTooLong) as cause:
        raise source.refusal(CELL_TOO_LONG, guard.SAVE_AS_XLSX, row=count + 1, limit=limits.max_cell) from cause
    if record != _LAST:
        raise source.refusal(OPEN_QUOTE, guard.SEND_AGAIN, row=count)
    return count - 1, filled - 1, width


def _too_many_rows(source: Source, form: TextForm) -> Unreadable:
    lines = f"{_line_count(form.path):,}"
    return source.refusal(TOO_MANY_ROWS, guard.SPLIT_FILE, limit=f"{source.limits.max_rows:,}", lines=lines)


_SUSPICIOUS = 500  # characters; a longer cell is worth a second look
_MOST_LINES = 100  # in one cell; more means a quote in some row above was never closed


def _checked_width(source: Source, number: int, record: list[str]) -> int:
    limits, used = source.limits, _used(record)
    if used > limits.max_columns:
        facts = {"row": number, "columns": used, "limit": limits.max_columns}
        raise source.refusal(TOO_MANY_COLUMNS, guard.SPLIT_FILE, **facts)
    if any(len(cell) > limits.max_cell or cell.count("\n") > _MOST_LINES for cell in record):
        raise source.refusal(CELL_TOO_LONG, guard.SAVE_AS_XLSX, row=number, limit=limits.max_cell)
    return used


def _used(record: list[str]) -> int:
    """Cells up to the last that holds anything."""
    return next((place for place in range(len(record), 0, -1) if record[place - 1].strip()), 0)


def _line_count(path: Path) -> int:
    with path.open("rb") as file:
        return sum(block.count(b"\n") for block in iter(lambda: file.read(MEGABYTE), b""))
