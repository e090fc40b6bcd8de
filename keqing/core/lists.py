"""The list kit: filters, search, chosen columns, sorting, keyset pages, capped counts, saved views, export.

A list is described once (`ListSpec`); `read_list` turns the query string into one page of rows.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache, partial
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.http import QueryDict

from keqing.core.finding import CAP, Cursor, Finder, Found, Source
from keqing.core.prepared import KEY, TEXT, Prepared
from keqing.core.search import matching
from keqing.core.viewer import Viewer

PAGE = 50
#: what the address says about the page itself, not about which rows are on it
PASSING = {"after", "before", "sheet"}


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
class Standing:
    """What is known of a whole list without asking: how many rows (at most one above the cap), and perhaps their keys
    in the list's default order."""

    count: int
    keys: Sequence[int] | None = None
    place_of: Mapping[int, int] = field(default_factory=dict)

    @classmethod
    def of(cls, keys: Sequence[int]) -> Standing:
        return cls(len(keys), keys, {key: place for place, key in enumerate(keys)})


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
    #: name of the picture that stands before a row's first cell
    icon: Callable[[Any], str] | None = None
    #: fields to read and what holds them, where a whole model instance would cost too much; "pk" is among them
    fields: tuple[str, ...] = ()
    row: Callable[..., Any] | None = None
    #: what a viewer sees of the whole list, where that is kept; `by_keys` reads rows of it
    standing: Callable[[Viewer], Standing] | None = None
    by_keys: Callable[[Sequence[int]], list[Any]] | None = None
    finder: Finder | None = None

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
        return f"{self.count:,}{'+' if self.is_capped else ''}"

    def link(self, **changes: Any) -> str:
        """This list with some parameters changed (None drops one); paging starts anew unless a cursor is given."""
        params = {key: list(values) for key, values in self.params.items() if key not in PASSING}
        for key, value in changes.items():
            if value is None:
                params.pop(key, None)
            else:
                params[key] = list(value) if isinstance(value, (list, tuple)) else [str(value)]
        return "?" + urlencode(params, doseq=True)

    @property
    def bare_link(self) -> str:
        """Without any condition."""
        return self.link(**dict.fromkeys(self.chosen))

    def without(self, key: str, value: str) -> str:
        return self.link(**{key: [other for other in self.chosen.get(key, ()) if other != value] or None})

    def sort_link(self, column: Column) -> str:
        return self.link(sort=f"-{column.key}" if self.sort == column.key else column.key)


@dataclass(frozen=True)
class _Asked:
    """Which part of a list is asked for."""

    spec: ListSpec
    source: Source
    viewer: Viewer
    chosen: Mapping[str, tuple[str, ...]]
    query: str
    sort: str
    after: str | None
    before: str | None

    @property
    def is_first(self) -> bool:
        return self.after is None and self.before is None


_Answer = tuple["_Page", int, bool]
"""The page, how many rows in all, and whether that is exact; a greater number than the cap never is."""


def read_list(spec: ListSpec, source: Source, params: QueryDict, viewer: Viewer) -> ListPage:
    chosen = {item.key: tuple(params.getlist(item.key)) for item in spec.filters if params.getlist(item.key)}
    query = params.get("q", "").strip()[:60]
    sort = _known_sort(spec, params.get("sort", spec.default_sort))
    asked = _Asked(spec, source, viewer, chosen, query, sort, params.get("after"), params.get("before"))
    (page, following, previous), count, is_exact = _found(asked) or _whole(asked) or _narrowed(asked)
    return ListPage(
        spec=spec,
        rows=spec.prepare(page, viewer),
        columns=_columns(spec, params.get("columns", "")),
        chosen=chosen,
        query=query,
        sort=sort,
        count=min(count, CAP),
        is_capped=count > CAP or not is_exact,
        next_cursor=following,
        previous_cursor=previous,
        params={key: params.getlist(key) for key in params if key != "sheet"},
    )


def _found(asked: _Asked) -> _Answer | None:
    """What a word finds on a list whose rows are read by their keys."""
    spec = asked.spec
    is_usual = asked.sort.lstrip("-") == spec.default_sort and not asked.chosen
    if not asked.query or spec.finder is None or spec.by_keys is None or not is_usual:
        return None
    answers: list[Found | None] = []

    def fetch(name: str, cursor: Cursor | None, is_down: bool, size: int) -> list[Any]:
        standing = spec.standing(asked.viewer) if spec.standing else None
        found = spec.finder.page(asked.query, asked.viewer, standing, cursor, is_down, size)  # type: ignore[union-attr]
        answers.append(found)
        return _in_order(spec, found.keys) if found else []

    page = _page(fetch, spec, asked.sort, asked.after, asked.before)
    found = answers[0]
    return None if found is None else (page, found.count, found.is_exact)


def _whole(asked: _Asked) -> _Answer | None:
    """A whole list of which the standing is kept."""
    spec = asked.spec
    if spec.standing is None or asked.chosen or asked.query:
        return None
    standing = spec.standing(asked.viewer)
    page = _page_of(spec, standing, asked.sort, asked.after, asked.before)
    if page is None:
        walk = partial(_walk, spec, asked.source, asked.viewer)
        page = _page(walk, spec, asked.sort, asked.after, asked.before)
    return page, standing.count, True


def _narrowed(asked: _Asked) -> _Answer:
    rows = narrow(asked.spec, asked.source(asked.viewer), asked.chosen, asked.query)
    page = _page(partial(_ask, asked.spec, rows), asked.spec, asked.sort, asked.after, asked.before)
    if asked.is_first and page[1] is None:
        return page, len(page[0]), True
    return page, len(rows.order_by().values_list("pk")[: CAP + 1]), True


def _in_order(spec: ListSpec, keys: Sequence[int]) -> list[Any]:
    assert spec.by_keys is not None
    read = {row.pk: row for row in spec.by_keys(keys)}
    return [read[key] for key in keys if key in read]


def _page_of(spec: ListSpec, standing: Standing, sort: str, after: str | None, before: str | None) -> _Page | None:
    """A page of the kept keys; None where they do not serve: another order, a row that is no longer among them."""
    if standing.keys is None or spec.by_keys is None or sort != spec.default_sort:
        return None
    cursor = _decode(before or after)
    at = None if cursor is None else standing.place_of.get(cursor[1])
    if cursor is not None and at is None:
        return None
    start = 0 if at is None else max(0, at - PAGE) if before else at + 1
    end = at if before and at is not None else start + PAGE
    keys = standing.keys[start:end]
    page = _in_order(spec, keys)
    if not page:
        return page, None, None
    name = _sort_field(spec, sort)
    has_next = end < len(standing.keys)
    return page, _encode(page[-1], name) if has_next else None, _encode(page[0], name) if start else None


def narrow(spec: ListSpec, rows: QuerySet[Any], chosen: Mapping[str, Sequence[str]], query: str = "") -> QuerySet[Any]:
    for item in spec.filters:
        if item.key in chosen:
            rows = item.apply(rows, chosen[item.key])
    return matching(rows, query) if query and spec.is_searchable else rows


def all_rows(spec: ListSpec, rows: QuerySet[Any], viewer: Viewer, *, chunk: int = 2000) -> Iterator[Any]:
    """Every row in the list's order, a chunk at a time: for exports."""
    after: str | None = None
    while True:
        page, after, _ = _page(partial(_ask, spec, rows), spec, spec.default_sort, after, None, size=chunk)
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


_Page = tuple[list[Any], str | None, str | None]
"""Rows, the cursor of the next page, the cursor of the one before."""


def _sort_field(spec: ListSpec, sort: str) -> str:
    column = spec.column(sort.lstrip("-"))
    assert column is not None and column.sort is not None
    return column.sort


Fetch = Callable[[str, Cursor | None, bool, int], list[Any]]
"""Sort field, cursor, whether downwards, how many: the rows behind the cursor."""


def _page(fetch: Fetch, spec: ListSpec, sort: str, after: str | None, before: str | None, *, size: int = PAGE) -> _Page:
    """Keyset paging on (sort field, key): as quick on the last page as on the first."""
    name, is_down = _sort_field(spec, sort), sort.startswith("-")
    cursor = _decode(before or after)
    is_back = before is not None and cursor is not None
    found = fetch(name, cursor, is_down != is_back, size + 1)
    has_more, page = len(found) > size, found[:size]
    if is_back:
        page.reverse()
    first, last = (_encode(page[0], name), _encode(page[-1], name)) if page else (None, None)
    has_next = has_more if not is_back else True
    has_previous = has_more if is_back else cursor is not None
    return page, last if has_next else None, first if has_previous else None


def _ask(spec: ListSpec, rows: QuerySet[Any], name: str, cursor: Cursor | None, is_down: bool, size: int) -> list[Any]:
    found = _behind(rows, name, cursor, is_down)[:size]
    return [spec.row(*values) for values in found.values_list(*spec.fields)] if spec.row else list(found)


def _walk(
    spec: ListSpec, source: Source, viewer: Viewer, name: str, cursor: Cursor | None, is_down: bool, size: int
) -> list[Any]:
    """The whole list, read as values: the same few queries again and again, so they are kept."""
    if spec.row is None or not (cursor is None or isinstance(cursor[0], str)):
        return _ask(spec, source(viewer), name, cursor, is_down, size)
    value, key = cursor or ("", 0)
    query = _walk_query(source, viewer, spec.fields, name, cursor is not None, is_down, size)
    return [spec.row(*values) for values in query.fetch(text=value, key=key)]


@lru_cache(maxsize=1024)
def _walk_query(
    source: Source, viewer: Viewer, fields: tuple[str, ...], name: str, has_cursor: bool, is_down: bool, size: int
) -> Prepared:
    rows = _behind(source(viewer), name, (TEXT, KEY) if has_cursor else None, is_down)
    return Prepared(rows[:size].values_list(*fields))


def _behind(rows: QuerySet[Any], name: str, cursor: Cursor | None, is_down: bool) -> QuerySet[Any]:
    """The rows behind the cursor, in order."""
    if cursor is not None:
        value, key = cursor
        word = "lt" if is_down else "gt"
        # one index range, then the ties: an OR of two ranges makes the database sort everything
        rows = rows.filter(**{f"{name}__{word}e": value}).exclude(
            Q(**{name: value, f"pk__{'gte' if is_down else 'lte'}": key})
        )
    sign = "-" if is_down else ""
    return rows.order_by(f"{sign}{name}", f"{sign}pk")


def _encode(row: Any, name: str) -> str:
    value = row
    for part in name.split("__"):
        value = getattr(value, part)
    if isinstance(value, (date, datetime)):
        value = value.isoformat()
    text = json.dumps([value, row.pk], ensure_ascii=False, default=str)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _decode(cursor: str | None) -> Cursor | None:
    """A cursor that was tampered with starts the list anew."""
    if not cursor:
        return None
    try:
        value, key = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        return value, int(key)
    except (ValueError, TypeError):
        return None
