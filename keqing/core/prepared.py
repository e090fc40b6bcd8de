"""A query built and compiled once and asked again with other values.

Building a queryset and turning it into SQL costs several times what the database needs to answer it for one page. A
prepared query is written like any other, with the SLOTS below standing for what changes from one call to the next;
everything else in it (a viewer's reach, the day) is part of the key under which the caller keeps it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import QuerySet

#: the rows of one page; longer lists of keys are asked for in pieces
WIDTH = 51
#: values no row has, found again among the compiled query's parameters
KEYS: tuple[int, ...] = tuple(range(-8_000_000_000_000_000_000, -8_000_000_000_000_000_000 + WIDTH))
KEY = -7_000_000_000_000_000_000
TEXT = "\ue000prepared\ue000"
DAY = date(9876, 5, 4)

#: where all keys of a page stand as one array
ALL = object()
_PLACES: dict[Any, Any] = {**{key: number for number, key in enumerate(KEYS)}, KEY: "key", TEXT: "text"}
_PLACES |= {DAY: "day", str(DAY): "day"}
Row = tuple[Any, ...]


class Prepared:
    """`rows` is a queryset after `values_list(...)`."""

    def __init__(self, rows: QuerySet[Any, Any], *, alias: str = DEFAULT_DB_ALIAS) -> None:
        self.alias = alias
        self.sql = ""
        compiler = rows.query.get_compiler(alias)
        try:
            self.sql, params = compiler.as_sql()
        except EmptyResultSet:
            return
        self.params = tuple(params)
        self.places = tuple(_place(value) for value in self.params)
        self.has_keys = any(isinstance(place, int) for place in self.places)
        if compiler.connection.vendor == "postgresql":
            self._keys_as_one()
        #: column number → what turns the database's value into Python's, as the ORM would
        self.converters = {
            number: (functions, expression)
            for number, (functions, expression) in compiler.get_converters(
                [selected for selected, _sql, _alias in compiler.select]
            ).items()
        }

    def _keys_as_one(self) -> None:
        """Fifty parameters take PostgreSQL longer to plan than one array of fifty keys."""
        many = f" IN ({', '.join(['%s'] * WIDTH)})"
        while 0 in self.places and many in self.sql:
            first = self.places.index(0)
            self.sql = self.sql.replace(many, " = ANY(%s)", 1)
            self.places = (*self.places[:first], ALL, *self.places[first + WIDTH :])
            self.params = (*self.params[:first], None, *self.params[first + WIDTH :])

    def fetch(self, keys: Sequence[int] = (), **values: Any) -> list[Row]:
        """Rows for these keys (all of them, in pieces of a page) and the values of the other slots by name."""
        if not self.sql or (self.has_keys and not keys):
            return []
        if not self.has_keys:
            return self._ask((), values)
        found: list[Row] = []
        for start in range(0, len(keys), WIDTH):
            piece = keys[start : start + WIDTH]
            found += self._ask((*piece, *[piece[-1]] * (WIDTH - len(piece))), values)
        return found

    def _ask(self, keys: Sequence[int], values: dict[str, Any]) -> list[Row]:
        filled = [
            own if place is None else _filled(place, keys, values)
            for own, place in zip(self.params, self.places, strict=True)
        ]
        connection = connections[self.alias]
        with connection.cursor() as cursor:
            cursor.execute(self.sql, [_adapted(value, connection) for value in filled])
            rows = cursor.fetchall()
        return self._converted(rows, connection) if self.converters else rows

    def _converted(self, rows: Iterable[Row], connection: Any) -> list[Row]:
        columns = [list(column) for column in zip(*rows, strict=True)]
        if not columns:
            return []
        for number, (functions, expression) in self.converters.items():
            for function in functions:
                columns[number] = [function(value, expression, connection) for value in columns[number]]
        return list(zip(*columns, strict=True))


def _filled(place: Any, keys: Sequence[int], values: dict[str, Any]) -> Any:
    if isinstance(place, int):
        return keys[place]
    return list(keys) if place is ALL else values[place]


def _place(value: Any) -> Any:
    try:
        return _PLACES.get(value)
    except TypeError:  # an unhashable parameter is no slot
        return None


def _adapted(value: Any, connection: Any) -> Any:
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    return connection.ops.adapt_datefield_value(value) if isinstance(value, date) else value
