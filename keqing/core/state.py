"""The few things every request must know fresh, in one query: change counters, imports not yet
published, unread notices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import connection

from keqing.core.models import ImportRun

_UNPUBLISHED = ", ".join(f"'{state}'" for state in ImportRun.UNPUBLISHED)
_QUERY = (
    "SELECT name, value FROM core_counter UNION ALL "
    f"SELECT '', id FROM core_importrun WHERE state IN ({_UNPUBLISHED}) UNION ALL "
    "SELECT '!', count(*) FROM core_notice WHERE user_id = %s AND read_at IS NULL"
)


@dataclass(frozen=True)
class State:
    counters: Mapping[str, int]
    unpublished: tuple[int, ...]
    unread: int = 0

    def counter(self, name: str) -> int:
        return self.counters.get(name, 0)


def read_state(user_id: int | None = None) -> State:
    with connection.cursor() as cursor:
        cursor.execute(_QUERY, [user_id])
        rows = cursor.fetchall()
    return State(
        counters={name: value for name, value in rows if name not in {"", "!"}},
        unpublished=tuple(value for name, value in rows if not name),
        unread=sum(value for name, value in rows if name == "!"),
    )
