"""Which rows of a list a query finds, in the list's order, one page at a time, and how many in all.

A rare word is asked of the index, and its few hits are put in order. A frequent one (药房) has tens of thousands of
hits: there the list is followed in its order and each row asked whether it holds the word, until the page is full.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

from keqing.core.models import Base
from keqing.core.search import Words, one_of, words_of
from keqing.core.viewer import Viewer

Cursor = tuple[Any, int]
"""The value sorted by, and the key."""
Source = Callable[[Viewer], QuerySet[Any]]
"""The rows a viewer may see; asked for only where kept keys do not serve."""

CAP = 1000  # rows counted
FEW = 4 * CAP  # hits that are put in order; a word with more is frequent
FEW_KEPT = 8 * CAP  # the same where the order is at hand
SHORT = 500  # kept keys whose rows are looked at one by one rather than asking the index
SUGGESTED = 200  # rows that begin with what was typed
LOOKED_AT = 1000  # rows looked at one by one before the rest of them


@dataclass(frozen=True)
class Found:
    #: behind the cursor, in the direction of the walk
    keys: Sequence[int]
    #: of the whole search, at most one above the cap; when not exact, at least so many
    count: int
    is_exact: bool = True


class Kept(Protocol):
    """What a process keeps of a viewer's list: its keys in order (None: too many), and where each stands."""

    @property
    def keys(self) -> Sequence[int] | None: ...
    @property
    def place_of(self) -> Mapping[int, int]: ...


@dataclass(frozen=True)
class Finder:
    """`source`: the rows a viewer may see, for one who sees all every live one; `single`: the same, where a few keys are
    given and each is asked about by itself; `order`: the text field they stand by."""

    model: type[Base]
    source: Source
    single: Source
    order: str

    def page(
        self, query: str, viewer: Viewer, kept: Kept | None, cursor: Cursor | None, is_down: bool, size: int
    ) -> Found | None:
        """At most `size` keys behind the cursor. None when the cursor is none of ours or its row has left the list."""
        if cursor is not None and not (isinstance(cursor[0], str) and abs(cursor[1]) < 2**63):
            return None
        words = words_of(self.model, query)
        if words is None:
            return Found([], 0)
        if kept is not None and kept.keys is not None:
            found = _among_kept(words, kept.keys, kept.place_of, cursor, is_down, size)
        else:
            # whose keys are too many to be kept sees so much that every row may be asked about by itself
            found = self._in_table(words, viewer, self.source if kept is None else self.single, cursor, is_down, size)
        if found is not None and cursor is None and len(found.keys) < size:
            return Found(found.keys, len(found.keys))
        return found

    def best(self, query: str, begins: str, viewer: Viewer, kept: Kept | None, limit: int) -> list[int]:
        """For a short list of suggestions: first what stands in the order under `begins`, then what else is found."""
        words = words_of(self.model, query)
        if words is None:
            return []
        first = self._seen(words.among(self._beginning(begins)), viewer, kept)[:limit] if begins else []
        found = self.page(query, viewer, kept, None, False, limit) if len(first) < limit else None
        return [*first, *(key for key in (found.keys if found else ()) if key not in first)][:limit]

    def _in_table(
        self, words: Words, viewer: Viewer, source: Source, cursor: Cursor | None, is_down: bool, size: int
    ) -> Found | None:
        is_frequent = words.is_frequent(FEW)
        rows = _visible(source if is_frequent else self.single, self.order, viewer)
        if rows is None:
            return Found([], 0)
        if not is_frequent:
            return _in_order(rows, words, cursor, is_down, size)
        return Found(_followed(rows, words, cursor, is_down, size), _counted(rows, words, viewer))

    def _beginning(self, begins: str) -> list[int]:
        """Keys of the first live rows that begin so, whoever sees them."""
        quote = connection.ops.quote_name
        order = quote(self.order)
        # up to the last that could begin so, whatever the collation makes of signs behind "z"
        span = f"bin_id IS NULL AND {order} >= %s AND {order} <= %s"
        table = quote(self.model._meta.db_table)
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT id FROM {table} WHERE {span} ORDER BY {order}, id LIMIT {SUGGESTED}",
                [begins, f"{begins}zzzzzzzz"],
            )
            return [key for (key,) in cursor.fetchall()]

    def _seen(self, keys: Sequence[int], viewer: Viewer, kept: Kept | None) -> list[int]:
        """Those of the keys the viewer sees, in the list's order."""
        if kept is not None and kept.keys is not None:
            return sorted((key for key in keys if key in kept.place_of), key=kept.place_of.__getitem__)
        rows = _visible(self.single, self.order, viewer) if keys else None
        if rows is None:
            return []
        is_one, params = one_of(keys)
        return rows.keys(f"w.pk {is_one}", params, rows.ordered(False))


# ---- among the keys a process keeps --------------------------------------------------------------------------------


def _among_kept(
    words: Words, keys: Sequence[int], place_of: Mapping[int, int], cursor: Cursor | None, is_down: bool, size: int
) -> Found | None:
    at = None if cursor is None else place_of.get(cursor[1])
    if cursor is not None and at is None:
        return None
    hits = words.hits(FEW_KEPT) if len(keys) > SHORT else None
    is_all = hits is not None or len(keys) <= LOOKED_AT
    found = words.among(keys[:LOOKED_AT]) if hits is None else hits
    places = sorted(place_of[key] for key in found if key in place_of)
    wanted = _behind(places, at, is_down)[:size]
    if not is_all and (is_down or len(wanted) < size):
        wanted = _looked_for(words, keys, place_of, at, is_down, size)
    return Found([keys[place] for place in wanted], min(max(len(places), len(wanted)), CAP + 1), is_all)


def _behind(places: Sequence[int], at: int | None, is_down: bool) -> Sequence[int]:
    if is_down:
        return places[: len(places) if at is None else bisect_left(places, at)][::-1]
    return places[0 if at is None else bisect_right(places, at) :]


def _looked_for(
    words: Words, keys: Sequence[int], place_of: Mapping[int, int], at: int | None, is_down: bool, size: int
) -> list[int]:
    """Places behind the cursor, from one stretch of the list after the other."""
    found: list[int] = []
    start = at if at is not None else len(keys) if is_down else -1
    while len(found) < size:
        stretch = keys[max(0, start - LOOKED_AT) : start] if is_down else keys[start + 1 : start + 1 + LOOKED_AT]
        if not stretch:
            break
        found += sorted((place_of[key] for key in words.among(stretch)), reverse=is_down)
        start += -len(stretch) if is_down else len(stretch)
    return found[:size]


# ---- in the table --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Rows:
    """What the viewer sees, as SQL whose columns are the key and the place in the order."""

    sql: str
    params: tuple[Any, ...]
    place: str

    def select(self, what: str, condition: str, params: Sequence[Any], rest: str) -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {what} FROM ({self.sql}) w WHERE {condition} {rest}", [*self.params, *params])
            rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows

    def keys(self, condition: str, params: Sequence[Any], rest: str) -> list[int]:
        return [key for (key,) in self.select("w.pk", condition, params, rest)]

    def ordered(self, is_down: bool) -> str:
        word = "DESC" if is_down else "ASC"
        return f"ORDER BY w.{self.place} {word}, w.pk {word}"


@lru_cache(maxsize=1024)
def _visible(source: Source, order: str, viewer: Viewer) -> _Rows | None:
    try:
        sql, params = source(viewer).order_by().values_list("pk", order).query.sql_with_params()
    except EmptyResultSet:  # nobody in reach
        return None
    return _Rows(sql, tuple(params), connection.ops.quote_name(order))


def _in_order(rows: _Rows, words: Words, cursor: Cursor | None, is_down: bool, size: int) -> Found | None:
    most = f"LIMIT {CAP + 1}" if cursor is None else ""
    keys = rows.keys(f"w.pk {words.one_of_hits}", [words.match], f"{rows.ordered(is_down)} {most}")
    if cursor is not None and cursor[1] not in keys:
        return None
    start = 0 if cursor is None else keys.index(cursor[1]) + 1
    return Found(keys[start : start + size], min(len(keys), CAP + 1))


def _followed(rows: _Rows, words: Words, cursor: Cursor | None, is_down: bool, size: int) -> list[int]:
    """Row by row along the order; where the word does not come soon (names in Z), with all hits in hand."""
    behind, params = "1 = 1", list[Any]()
    if cursor is not None:
        behind, params = f"(w.{rows.place}, w.pk) {'<' if is_down else '>'} (%s, %s)", list(cursor)
    order, sign = rows.ordered(is_down), ">" if is_down else "<"
    border = rows.select(f"w.{rows.place}, w.pk", behind, params, f"{order} LIMIT 1 OFFSET {LOOKED_AT}")
    near = f"{behind} AND (w.{rows.place}, w.pk) {sign} (%s, %s)" if border else behind
    holds, tokens = words.held_by("w.pk")
    limits = [*params, *(border[0] if border else ())]
    keys = rows.keys(f"{near} AND {holds}", [*limits, *tokens], f"{order} LIMIT {size}")
    if len(keys) == size or not border:
        return keys
    # IS TRUE: a membership to be tested along the order, not a set of rows to fetch and sort
    is_hit = f"(w.pk IN ({words.asked})) IS TRUE"
    return rows.keys(f"{behind} AND {is_hit}", [*params, words.match], f"{order} LIMIT {size}")


def _counted(rows: _Rows, words: Words, viewer: Viewer) -> int:
    # FEW is four times the cap, and what a viewer of all does not see lies in the bin; but PostgreSQL only guessed
    if viewer.sees_all and not viewer.unpublished and words.count(CAP + 1) > CAP:
        return CAP + 1
    found = rows.select("1", f"w.pk IN ({words.asked})", [words.match], f"LIMIT {CAP + 1}")
    return len(found)
