"""What a file turned out to hold, before anyone knows what its columns mean."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice

Cell = str | int | float | bool | date | datetime | None
Row = list[Cell]


@dataclass(frozen=True)
class Table:
    """One sheet. `rows` may be walked again and again; every row is `width` cells long.

    Index 0 of `rows` is the file's first row, so a person finds row `i` in Excel under number `i + 1`
    (in a text file: the i-th record, since a quoted cell may hold line breaks).
    """

    sheet_names: tuple[str, ...]
    sheet: str
    rows: Iterable[Row]
    row_count: int
    width: int
    kind: str  # xlsx, xls, text
    encoding: str = ""
    delimiter: str = ""
    notes: tuple[str, ...] = ()  # sentences worth showing beside the preview

    def preview(self, count: int = 60) -> list[Row]:
        return list(islice(self.rows, count))
