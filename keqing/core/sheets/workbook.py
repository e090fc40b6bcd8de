"""The front of reading: xlsx and xls through a process of their own, text files in this one."""

from __future__ import annotations

import json
import marshal
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from django.utils.translation import gettext

from keqing.core.sheets import guard
from keqing.core.sheets.containers import check_ole, check_zip
from keqing.core.sheets.guard import DEFAULT_LIMITS, Limits, Source, Unreadable
from keqing.core.sheets.table import Cell, Row, Table
from keqing.core.sheets.textfile import read_text
from keqing.core.written import listed

NO_SHEET = "“{filename}”里没有叫“{wanted}”的工作表。"
PICK_SHEET = "请从这些工作表里选：{sheets}。"
TOO_MANY_ROWS = "“{filename}”有 {rows} 行，超过 {limit} 行。"
TOO_MANY_COLUMNS = "“{filename}”有 {columns} 列，超过 {limit} 列。"
CELL_TOO_LONG = "“{filename}”第 {row} 行有一格写了 {length} 个字，超过 {limit} 个。"
TOO_HEAVY = "“{filename}”的格子铺得太开或内容太多，服务器读不下。"
KEEP_DATA_ONLY = "请把数据复制到一张新表，另存为 xlsx 再传。"
SHORTEN_CELL = "请把这一格改短，或把数据复制到新表再传。"
KIND_NOTE = "文件名以 {suffix} 结尾，内容其实是{kind}，已按内容读。"

_KIND_NAMES = {"xlsx": "xlsx 工作簿", "xls": "xls 工作簿", "text": "文本表格"}
_EXPECTED_SUFFIXES = {"xlsx": (".xlsx",), "xls": (".xls", ".et"), "text": (".csv", ".tsv", ".txt", "")}


def open_table(path: Path, filename: str, *, limits: Limits = DEFAULT_LIMITS, sheet: str | None = None) -> Table:
    """The sheet with most filled cells, or the one named. Everything that can go wrong goes wrong here, not while
    walking the rows: raises Unreadable. Keep the file at `path` as long as the table of a text file is walked."""
    source = Source(path, _short(filename), limits)
    table = _read(source, guard.sniff(source), sheet)
    suffix = Path(filename).suffix.lower()
    if suffix in _EXPECTED_SUFFIXES[table.kind]:
        return table
    note = gettext(KIND_NOTE).format(suffix=suffix or gettext("空"), kind=gettext(_KIND_NAMES[table.kind]))
    return replace(table, notes=(note, *table.notes))


def _read(source: Source, container: str, sheet: str | None) -> Table:
    if container == guard.TEXT:
        return read_text(source)
    if container == guard.ZIP:
        notes = check_zip(source)
        return replace(_read_workbook(source, "xlsx", sheet), notes=notes)
    check_ole(source)
    return _read_workbook(source, "xls", sheet)


def _short(filename: str) -> str:
    return filename if len(filename) <= 60 else filename[:40] + "…" + filename[-19:]


@dataclass(frozen=True)
class SpooledRows(Iterable[Row]):
    """Rows in an already unlinked temporary file: gone with the last reference. Each walk keeps its own place."""

    descriptor: int

    def __del__(self) -> None:
        os.close(self.descriptor)

    def __iter__(self) -> Iterator[Row]:
        place = 0
        while prefix := os.pread(self.descriptor, 4, place):
            size = int.from_bytes(prefix, "big")
            for row in marshal.loads(os.pread(self.descriptor, size, place + 4)):
                yield [_restored(cell) if type(cell) is tuple else cell for cell in row]
            place += 4 + size


def _restored(parts: tuple[int, ...]) -> Cell:
    day = date(*parts[:3])
    if len(parts) == 3:
        return day
    hour, minute, second, microsecond = parts[3:]
    return datetime.combine(day, time(hour, minute, second, microsecond))


def _read_workbook(source: Source, kind: str, sheet: str | None) -> Table:
    with tempfile.TemporaryFile() as spool:
        account = _parse(source, sheet, spool.fileno())
        if "refused" in account:
            raise _refusal(source, account, sheet)
        rows = SpooledRows(os.dup(spool.fileno()))
    return Table(
        sheet_names=tuple(account["sheets"]),
        sheet=account["sheet"],
        rows=rows,
        row_count=account["rows"],
        width=account["width"],
        kind=kind,
    )


def _parse(source: Source, sheet: str | None, descriptor: int) -> dict[str, Any]:
    order = {"path": str(source.path), "sheet": sheet, "descriptor": descriptor, **asdict(source.limits)}
    script = str(Path(__file__).with_name("reader.py"))
    finished = subprocess.run(
        [sys.executable, "-P", script, json.dumps(order)],
        pass_fds=(descriptor,),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        env={**os.environ, "RUST_BACKTRACE": "0"},
    )
    if finished.returncode < 0:
        # Aborted, or killed by its own bounds: the parser met what it cannot hold.
        return {"refused": "too_heavy"}
    if finished.returncode > 0:
        raise RuntimeError(finished.stderr.decode(errors="replace"))
    account: dict[str, Any] = json.loads(finished.stdout)
    return account


def _refusal(source: Source, account: dict[str, Any], wanted: str | None) -> Unreadable:
    limits, reason = source.limits, account.pop("refused")
    if reason == "no_sheet":
        sheets = listed(account["sheets"][:20])
        return source.refusal(NO_SHEET, PICK_SHEET, wanted=wanted, sheets=sheets)
    refusals = {
        "password": (guard.HAS_PASSWORD, guard.REMOVE_PASSWORD, 0),
        "no_rows": (guard.NO_ROWS, guard.FILL_ROWS, 0),
        "damaged": (guard.DAMAGED, guard.SEND_AGAIN, 0),
        "too_heavy": (TOO_HEAVY, KEEP_DATA_ONLY, 0),
        "too_many_rows": (TOO_MANY_ROWS, guard.SPLIT_FILE, limits.max_rows),
        "too_many_columns": (TOO_MANY_COLUMNS, guard.SPLIT_FILE, limits.max_columns),
        "cell_too_long": (CELL_TOO_LONG, SHORTEN_CELL, limits.max_cell),
    }
    message, hint, limit = refusals[reason]
    return source.refusal(message, hint, limit=limit, **account)
