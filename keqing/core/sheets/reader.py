"""The process that parses one workbook and dies: `python reader.py ORDER`, ORDER being a JSON object.

The parser allocates a sheet's whole bounding box, so a few bytes in a crafted or damaged file (two far-apart cells, a
wrong DIMENSIONS record) make it abort, and an abort cannot be caught. Here it takes only this process along, under
bounds of its own. Rows go to an inherited file descriptor in length-prefixed frames, the account of them to standard
output. Run as a script, it imports nothing of the package.
"""

from __future__ import annotations

import json
import marshal
import os
import resource
import sys
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import chain
from typing import Any

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

FRAME_ROWS = 1000


class Refused(Exception):
    """`reason` is a word the parent process has a sentence for."""

    def __init__(self, reason: str, **facts: object) -> None:
        super().__init__(reason)
        self.answer = {"refused": reason, **facts}


def confine(order: dict[str, Any]) -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (order["max_memory"], order["max_memory"]))
    resource.setrlimit(resource.RLIMIT_CPU, (order["max_cpu_seconds"], order["max_cpu_seconds"]))
    resource.setrlimit(resource.RLIMIT_FSIZE, (order["max_uncompressed"], order["max_uncompressed"]))


def visible_sheets(book: CalamineWorkbook) -> list[str]:
    """Worksheets a person sees; hidden ones (option lists of a template) only when there is nothing else."""
    sheets = [sheet for sheet in book.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
    visible = [sheet.name for sheet in sheets if sheet.visible == SheetVisibleEnum.Visible]
    return visible or [sheet.name for sheet in sheets]


def filled_cells(sheet: CalamineSheet) -> int:
    return sum(1 for row in sheet.iter_rows() for cell in row if cell != "")


def choose(book: CalamineWorkbook, names: list[str], wanted: str | None) -> CalamineSheet:
    if wanted is not None:
        if wanted not in book.sheet_names:
            raise Refused("no_sheet", sheets=names)
        return book.get_sheet_by_name(wanted)
    if not names:
        raise Refused("damaged")
    best = book.get_sheet_by_name(names[0])
    most = filled_cells(best) if len(names) > 1 else 0
    for name in names[1:]:
        sheet = book.get_sheet_by_name(name)
        filled = filled_cells(sheet)
        if filled > most:
            best, most = sheet, filled
    return best


def bounds(sheet: CalamineSheet, order: dict[str, Any]) -> tuple[int, int]:
    """Rows and columns from A1 to the last filled cell."""
    if sheet.end is None:
        return 0, 0
    rows, columns = sheet.end[0] + 1, sheet.end[1] + 1
    if rows > order["max_rows"]:
        raise Refused("too_many_rows", rows=rows)
    if columns > order["max_columns"]:
        raise Refused("too_many_columns", columns=columns)
    return rows, columns


_KEPT = frozenset([str, int, float, bool])


def plain(cell: object) -> object:
    """Values marshal can carry: dates as tuples, clock times and durations as the text a person reads in the cell."""
    if isinstance(cell, datetime):
        return (cell.year, cell.month, cell.day, cell.hour, cell.minute, cell.second, cell.microsecond)
    if isinstance(cell, date):
        return (cell.year, cell.month, cell.day)
    if isinstance(cell, time):
        return cell.isoformat("auto")
    if isinstance(cell, timedelta):
        return str(cell)
    return cell if type(cell) in _KEPT else str(cell)


def plain_rows(sheet: CalamineSheet, height: int, width: int) -> Iterator[list[object]]:
    """Rows from the first one of the sheet, `width` cells each. (`iter_rows` leaves out empty leading columns only.)"""
    first_row, first_column = sheet.start or (0, 0)
    indent: list[object] = [None] * first_column
    for _ in range(first_row):
        yield [None] * width
    for number, row in enumerate(sheet.iter_rows()):
        if first_row <= number < height:
            cells = list(row) if _KEPT.issuperset(map(type, row)) else [plain(cell) for cell in row]
            if "" in cells:
                cells = [None if cell == "" else cell for cell in cells]
            yield (indent + cells + [None] * (width - first_column - len(cells)))[:width]


def check_cells(row: list[object], number: int, longest: int) -> None:
    for cell in row:
        if type(cell) is str and len(cell) > longest:
            raise Refused("cell_too_long", row=number, length=len(cell))


def write_frames(rows: Iterator[list[object]], descriptor: int, longest: int) -> int:
    """Returns the number of rows that hold anything."""
    filled = 0
    with os.fdopen(descriptor, "wb", closefd=False) as spool:
        batch: list[list[object]] = []
        for number, row in enumerate(chain(rows, [None]), start=1):
            if row is None or len(batch) == FRAME_ROWS:
                frame = marshal.dumps(batch)
                spool.write(len(frame).to_bytes(4, "big") + frame)
                batch = []
            if row is not None:
                check_cells(row, number, longest)
                filled += any(cell is not None for cell in row)
                batch.append(row)
    return filled


def read(order: dict[str, Any]) -> dict[str, Any]:
    with open(order["path"], "rb") as file:
        book = CalamineWorkbook.from_filelike(file)
    names = visible_sheets(book)
    sheet = choose(book, names, order["sheet"])
    height, width = bounds(sheet, order)
    filled = write_frames(plain_rows(sheet, height, width), order["descriptor"], order["max_cell"])
    if filled < 2:
        raise Refused("no_rows")
    return {"sheets": names, "sheet": sheet.name, "rows": height, "width": width}


def answer(order: dict[str, Any]) -> dict[str, Any]:
    try:
        return read(order)
    except Refused as refused:
        return refused.answer
    except PasswordError:
        return {"refused": "password"}
    except (MemoryError, OSError):
        return {"refused": "too_heavy"}
    except (CalamineError, ValueError, OverflowError):
        return {"refused": "damaged"}
    except BaseException as panic:
        if type(panic).__name__ != "PanicException":  # the parser's own bug; its class cannot be imported
            raise
        return {"refused": "damaged"}


if __name__ == "__main__":
    task = json.loads(sys.argv[1])
    confine(task)
    print(json.dumps(answer(task)))
