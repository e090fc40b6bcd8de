"""`python -m benchmarks.carry SQLITE_FILE`: the rows of a SQLite database go into an empty PostgreSQL database by COPY.

Only for measurements: both servers then hold the very same rows, and filling the second costs seconds.
"""

from __future__ import annotations

import json
import os
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import django
from django.apps import apps
from django.core.management import call_command
from django.db import connection, models

SKIPPED = {"core_job", "django_migrations", "django_content_type", "auth_permission"}


def main(source: str) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "keqing.web.settings")
    django.setup()
    started = time.perf_counter()
    call_command("migrate", database="default", verbosity=0)
    old = sqlite3.connect(f"file:{source}?mode=ro", uri=True)
    tables = [model for model in apps.get_models(include_auto_created=True) if _is_ours(model, old)]
    connection.ensure_connection()
    with connection.connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")  # the rows were checked where they come from
        cursor.execute("SET timezone TO 'UTC'")
        rows = 0
        for model in tables:
            rows += _copy_table(old, cursor, model)
        for name in _search_tables(old):
            rows += _copy_search(old, cursor, name)
    connection.close()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    print(json.dumps({"rows": rows, "seconds": round(time.perf_counter() - started, 1)}))


def _is_ours(model: type[models.Model], old: sqlite3.Connection) -> bool:
    meta = model._meta
    if not meta.managed or meta.proxy or meta.db_table in SKIPPED:
        return False
    return old.execute("SELECT count(*) FROM sqlite_master WHERE name = ?", [meta.db_table]).fetchone()[0] > 0


def _copy_table(old: sqlite3.Connection, cursor: Any, model: type[models.Model]) -> int:
    fields = model._meta.concrete_fields
    columns = ", ".join(f'"{field.column}"' for field in fields)
    table = f'"{model._meta.db_table}"'
    cursor.execute(f"DELETE FROM {table}")  # rows a migration brought
    turns = [_turn(field) for field in fields]
    count = 0
    with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
        for row in _rows(old, f"SELECT {columns} FROM {table}"):
            copy.write_row([turn(value) for turn, value in zip(turns, row, strict=True)])
            count += 1
    _move_sequence(cursor, model)
    return count


def _turn(field: models.Field[Any, Any]) -> Callable[[Any], Any]:
    if isinstance(field, models.BooleanField):
        return lambda value: None if value is None else bool(value)
    return lambda value: value


def _rows(old: sqlite3.Connection, query: str) -> Iterator[Sequence[Any]]:
    yield from old.execute(query)


def _move_sequence(cursor: Any, model: type[models.Model]) -> None:
    key = model._meta.pk
    if isinstance(key, models.AutoField):
        table = model._meta.db_table
        cursor.execute(
            f"SELECT setval(pg_get_serial_sequence('\"{table}\"', '{key.column}'), "
            f'(SELECT coalesce(max("{key.column}"), 1) FROM "{table}"))'
        )


def _search_tables(old: sqlite3.Connection) -> list[str]:
    found = old.execute("SELECT name FROM sqlite_master WHERE sql LIKE 'CREATE VIRTUAL TABLE%fts5%'")
    return [name for (name,) in found]


def _copy_search(old: sqlite3.Connection, cursor: Any, name: str) -> int:
    cursor.execute("CREATE TEMP TABLE carried (id bigint, tokens text)")
    count = 0
    with cursor.copy("COPY carried (id, tokens) FROM STDIN") as copy:
        for row in _rows(old, f"SELECT rowid, tokens FROM {name}"):
            copy.write_row(row)
            count += 1
    cursor.execute(
        f"INSERT INTO {name} (id, tokens) SELECT id, array_to_tsvector(string_to_array(tokens, ' ')) FROM carried"
    )
    cursor.execute("DROP TABLE carried")
    return count


if __name__ == "__main__":
    main(sys.argv[1])
