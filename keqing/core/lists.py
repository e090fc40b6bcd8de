"""The list kit: filters, search, chosen columns, sorting, keyset pages, capped counts, saved views, export.

A list is described once (`ListSpec`); `read_list` turns the query string into one page of rows.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.http import QueryDict

from keqing.core.search import matching
from keqing.core.viewer import Viewer

PAGE, CAP = 50, 1000
RESERVED = {"q", "sort", "columns", "after", "before", "view"}


@dataclass(frozen=True)
class Column:
    """`cell(row)` gives the value to show; `sort` names a non-null database field that orders by this column."""

    key: str
    label: str
    cell: Callable[[Any], Any]
    sort: str | None = None
    #: text · number · money · day · moment · chip · label (a translated word)
    kind: str = "text"
    is_default: bool = True
    tone: Callable[[Any], str] | None = None


@dataclass(frozen=True)
class Filter:
    """`apply(rows, values)` narrows; values are those chosen, several meaning any of them."""

    key: str
    label: str
    choices: Callable[[Viewer], Sequence[tuple[str, str]]]
    apply: Callable[[QuerySet[Any], Sequence[str]], QuerySet[Any]]


@dataclass(frozen=True)
class ListSpec:
    key: str
    noun: str
    title: str
    columns: tuple[Column, ...]
    filters: tuple[Filter, ...]
    #: column keys with "-" for descending; the row key is always the last tie-breaker
    default_sort: str
    link: Callable[[Any], str]
    #: prepares one page of rows (prefetching, computed attributes): gets and returns a list
    prepare: Callable[[list[Any], Viewer], list[Any]] = lambda rows, viewer: rows
    is_searchable: bool = True

    def column(self, key: str) -> Column | None:
        return next((column for column in self.columns if column.key == key), None)


@dataclass(frozen=True)
class ListPage:
    spec: ListSpec
    rows: list[Any]
    columns: tuple[Column, ...]
    chosen: Mapping[str, tuple[str, ...]]
    query: str
    sort: str
    count: int
    is_capped: bool
    next_cursor: str | None
    previous_cursor: str | None
    params: Mapping[str, list[str]] = field(default_factory=dict)

    @property
    def count_label(self) -> str:
        return f"{CAP:,}+" if self.is_capped else f"{self.count:,}"

    def link(self, **changes: Any) -> str:
        """This list with some parameters changed (None drops one); paging starts anew unless a cursor is given."""
        params = {key: list(values) for key, values in self.params.items() if key not in {"after", "before"}}
        for key, value in changes.items():
            if value is None:
                params.pop(key, None)
            else:
                params[key] = list(value) if isinstance(value, (list, tuple)) else [str(value)]
        return "?" + urlencode(params, doseq=True)

    def without(self, key: str, value: str) -> str:
        return self.link(**{key: [other for other in self.chosen.get(key, ()) if other != value] or None})

    def sort_link(self, column: Column) -> str:
        return self.link(sort=f"-{column.key}" if self.sort == column.key else column.key)


def read_list(spec: ListSpec, rows: QuerySet[Any], params: QueryDict, viewer: Viewer) -> ListPage:
    """`rows` must already be what the viewer may see."""
    chosen = {item.key: tuple(params.getlist(item.key)) for item in spec.filters if params.getlist(item.key)}
    query = params.get("q", "").strip()[:60]
    narrowed = narrow(spec, rows, chosen, query)
    sort = _known_sort(spec, params.get("sort", spec.default_sort))
    page, following, previous = _page(narrowed, spec, sort, params.get("after"), params.get("before"))
    if following is None and params.get("after") is None and params.get("before") is None:
        count = len(page)
    else:
        count = len(narrowed.order_by().values_list("pk")[: CAP + 1])
    return ListPage(
        spec=spec,
        rows=spec.prepare(page, viewer),
        columns=_columns(spec, params.get("columns", "")),
        chosen=chosen,
        query=query,
        sort=sort,
        count=min(count, CAP),
        is_capped=count > CAP,
        next_cursor=following,
        previous_cursor=previous,
        params={key: params.getlist(key) for key in params},
    )


def narrow(spec: ListSpec, rows: QuerySet[Any], chosen: Mapping[str, Sequence[str]], query: str = "") -> QuerySet[Any]:
    for item in spec.filters:
        if item.key in chosen:
            rows = item.apply(rows, chosen[item.key])
    return matching(rows, query) if query and spec.is_searchable else rows


def all_rows(spec: ListSpec, rows: QuerySet[Any], viewer: Viewer, *, chunk: int = 2000) -> Iterator[Any]:
    """Every row in the list's order, a chunk at a time: for exports."""
    after: str | None = None
    while True:
        page, after, _ = _page(rows, spec, spec.default_sort, after, None, size=chunk)
        yield from spec.prepare(page, viewer)
        if after is None:
            return


def _known_sort(spec: ListSpec, wanted: str) -> str:
    column = spec.column(wanted.lstrip("-"))
    return wanted if column and column.sort else spec.default_sort


def _columns(spec: ListSpec, wanted: str) -> tuple[Column, ...]:
    """Chosen columns in the chosen order; the first column of the list always stands first."""
    keys = [key for key in wanted.split(",") if key]
    if not keys:
        return tuple(column for column in spec.columns if column.is_default)
    first = spec.columns[0]
    others = (spec.column(key) for key in keys)
    return (first, *(column for column in others if column is not None and column is not first))


def _page(
    rows: QuerySet[Any], spec: ListSpec, sort: str, after: str | None, before: str | None, *, size: int = PAGE
) -> tuple[list[Any], str | None, str | None]:
    """Keyset paging on (sort field, key): as quick on the last page as on the first."""
    column = spec.column(sort.lstrip("-"))
    assert column is not None and column.sort is not None
    name, is_down = column.sort, sort.startswith("-")
    cursor = _decode(before or after)
    is_back = before is not None and cursor is not None
    if cursor is not None:
        value, key = cursor
        word = "lt" if is_down != is_back else "gt"
        # one index range, then the ties: an OR of two ranges makes the database sort everything
        rows = rows.filter(**{f"{name}__{word}e": value}).exclude(
            Q(**{name: value, f"pk__{'gte' if word == 'lt' else 'lte'}": key})
        )
    sign = "-" if is_down != is_back else ""
    found = list(rows.order_by(f"{sign}{name}", f"{sign}pk")[: size + 1])
    has_more, page = len(found) > size, found[:size]
    if is_back:
        page.reverse()
    first, last = (_encode(page[0], name), _encode(page[-1], name)) if page else (None, None)
    has_next = has_more if not is_back else True
    has_previous = has_more if is_back else cursor is not None
    return page, last if has_next else None, first if has_previous else None


def _encode(row: Any, name: str) -> str:
    value = row
    for part in name.split("__"):
        value = getattr(value, part)
    if isinstance(value, (date, datetime)):
        value = value.isoformat()
    text = json.dumps([value, row.pk], ensure_ascii=False, default=str)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _decode(cursor: str | None) -> tuple[Any, int] | None:
    """A cursor that was tampered with starts the list anew."""
    if not cursor:
        return None
    try:
        value, key = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        return value, int(key)
    except (ValueError, TypeError):
        return None
