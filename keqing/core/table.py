"""The rows of a list as markup. Functions instead of template macros: fifty rows of ten cells stand on every list, and
what recurs from row to row (types, grades, places, names of holders) is written once and kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django.utils.translation import get_language
from markupsafe import Markup, escape

from keqing.core import written
from keqing.core.icons import icon
from keqing.core.lists import Column, ListPage
from keqing.core.wording import in_language


@dataclass(frozen=True)
class Reader:
    """Whose table it is: the language of its words, and the year whose dates are written without it."""

    language: str
    year: int


Cell = Callable[[Any, str, Reader], str]
"""Value, tone and reader to a table cell."""

EMPTY = f'<td class="soft m-sub is-none">{written.NOTHING}</td>'
_kept = lru_cache(maxsize=16384, typed=True)  # typed: a str and a Markup of the same signs are not the same


def head(page: ListPage) -> Markup:
    """The columns' titles; those that can be sorted by are links."""
    language = get_language() or ""
    return Markup("".join(_title(page, column, language) for column in page.columns))


def _title(page: ListPage, column: Column, language: str) -> str:
    is_first = column is page.columns[0]
    look = " ".join(filter(None, ("num" if column.kind in ("number", "money") else "", "c-name" if is_first else "")))
    text = str(escape(in_language(column.label, language)))
    if not column.sort:
        return f'<th scope="col" class="{look}">{text}</th>'
    is_down = page.sort.startswith("-")
    order, mark = "", ""
    if page.sort.lstrip("-") == column.key:
        order = f' aria-sort="{"descending" if is_down else "ascending"}"'
        mark = str(icon("chevron-down" if is_down else "chevron-up", 13))
    return f'<th scope="col" class="{look}"{order}><a href="{escape(page.sort_link(column))}">{text}{mark}</a></th>'


def body(page: ListPage, year: int, *, has_ticks: bool = False) -> Markup:
    """What stands between <tbody> and </tbody>."""
    return Markup("\n".join(_lines(page, year, has_ticks)))


def _lines(page: ListPage, year: int, has_ticks: bool) -> Iterator[str]:
    reader = Reader(get_language() or "", year)
    first, *others = page.columns
    spec = page.spec
    choose = escape(in_language("选", reader.language))
    tick_box = '<td class="c-check"><input class="form-check-input row-check" type="checkbox" name="ids" value="'
    painted = [(column.cell, CELLS[column.kind], column.tone) for column in others]
    for row in page.rows:
        name = escape(written.dash(first.cell(row)))
        picture = icon(spec.icon(row), 15) if spec.icon else ""
        tick = f'{tick_box}{row.public_id}" aria-label="{choose} {name}"></td>' if has_ticks else ""
        yield (
            f'<tr data-row>{tick}<td class="c-name m-title">{picture}<a class="name" href="{escape(spec.link(row))}">{name}</a></td>'
            + "".join([paint(cell(row), tone(row) if tone else "none", reader) for cell, paint, tone in painted])
            + "</tr>"
        )


def _text(value: Any, tone: str, reader: Reader) -> str:
    return EMPTY if value is None or value == "" else _kept_text(str(value) if not isinstance(value, str) else value)


@_kept
def _kept_text(value: str) -> str:
    return f'<td class="soft m-sub">{escape(value)}</td>'


def _label(value: Any, tone: str, reader: Reader) -> str:
    return _kept_label(str(value), reader.language) if value else EMPTY


@_kept
def _kept_label(value: str, language: str) -> str:
    return f'<td class="soft m-sub">{escape(in_language(value, language))}</td>'


def _chip(value: Any, tone: str, reader: Reader) -> str:
    return _kept_chip(str(value or ""), tone, reader.language)


@_kept
def _kept_chip(value: str, tone: str, language: str) -> str:
    if not value:
        return f'<td class="m-sub is-none"><span class="muted">{written.NOTHING}</span></td>'
    text = in_language(value, language)
    look = ("" if tone == "none" else f" chip-{tone}") + " chip-sm" + (" chip-letter" if len(text) == 1 else "")
    return f'<td class="m-sub"><span class="chip{look}">{escape(text)}</span></td>'


def _number(value: Any, tone: str, reader: Reader) -> str:
    return f'<td class="num">{written.number(value)}</td>'


def _money(value: Any, tone: str, reader: Reader) -> str:
    return f'<td class="num">{written.number(value, 2)}</td>'


def _day(value: date | datetime | None, tone: str, reader: Reader) -> str:
    return _kept_day(value, reader.year)


@_kept
def _kept_day(value: date | datetime | None, year: int) -> str:
    return f'<td class="soft n">{written.day(value, year)}</td>'


def _moment(value: datetime | None, tone: str, reader: Reader) -> str:
    return f'<td class="soft n">{written.daytime(value, reader.year)}</td>'


CELLS: Mapping[str, Cell] = {
    "text": _text,
    "link": _text,
    "label": _label,
    "chip": _chip,
    "number": _number,
    "money": _money,
    "day": _day,
    "moment": _moment,
}
