"""Prepared queries with places for values of any field, each under its own name."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.db.models import Expression, Field, QuerySet

from keqing.core.prepared import Prepared, Row


class Slot(Expression):
    """Stands in a condition for a value that is given when the query is run, of the field's own type."""

    def __init__(self, name: str, output_field: Field[Any, Any]) -> None:
        super().__init__(output_field=output_field)
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        return "%s", [self]

    def bound(self, value: Any) -> Any:
        return self.output_field.get_db_prep_value(value, connection, prepared=True)


class Slotted(Prepared):
    """`rows` is a queryset after `values_list(...)`, with a `Slot` wherever a value goes in later."""

    def __init__(self, rows: QuerySet[Any, Any]) -> None:
        super().__init__(rows)
        params = self.params if self.sql else ()
        self.slots = {one.name: one for one in params if isinstance(one, Slot)}
        if params:
            pairs = zip(params, self.places, strict=True)
            self.places = tuple(one.name if isinstance(one, Slot) else place for one, place in pairs)

    def rows(self, **values: Any) -> list[Row]:
        return self.fetch(**{name: slot.bound(values[name]) for name, slot in self.slots.items()})

    def row(self, **values: Any) -> Row | None:
        """The first one."""
        return next(iter(self.rows(**values)), None)
