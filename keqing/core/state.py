"""The few things every request must know fresh: change counters, imports not yet published, unread notices.

They come with the row of the signed-in user, in the one query that reads it (`accounts.backend`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection, models
from django.db.models.expressions import RawSQL

from keqing.core.models import ImportRun

_UNPUBLISHED = ", ".join(f"'{state}'" for state in ImportRun.UNPUBLISHED)


@dataclass(frozen=True)
class State:
    counters: Mapping[str, int]
    unpublished: tuple[int, ...]
    unread: int = 0

    def counter(self, name: str) -> int:
        return self.counters.get(name, 0)


def state_columns(user_id: str) -> list[RawSQL]:
    """Three columns for a query; `user_id` is the SQL of the user's key. `state_of` reads what they give."""
    is_postgres = connection.vendor == "postgresql"
    pairs = "json_object_agg(name, value)::text" if is_postgres else "json_group_object(name, value)"
    keys = "json_agg(id)::text" if is_postgres else "json_group_array(id)"
    text: models.Field[Any, Any] = models.TextField()
    number: models.Field[Any, Any] = models.IntegerField()
    return [
        RawSQL(f"SELECT {pairs} FROM core_counter", [], text),
        RawSQL(f"SELECT {keys} FROM core_importrun WHERE state IN ({_UNPUBLISHED})", [], text),
        RawSQL(f"SELECT count(*) FROM core_notice WHERE user_id = {user_id} AND read_at IS NULL", [], number),
    ]


def state_of(counters: str | None, unpublished: str | None, unread: Any) -> State:
    return State(json.loads(counters or "{}"), tuple(json.loads(unpublished or "[]")), unread)


def read_state(user_id: int | None = None) -> State:
    """For work outside a request."""
    columns = [f"({column.sql})" for column in state_columns(str(int(user_id or 0)))]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(columns)}")
        return state_of(*cursor.fetchone())
