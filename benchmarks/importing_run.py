"""`python -m benchmarks.importing_run FILE [--peer DATABASE]`: one import from upload to published; one JSON line.

With `--peer` the rows it left are written again, into an empty copy of the database, by Django's `bulk_create`.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import django
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.db import connection, connections, models, transaction
from django.utils import timezone, translation

REASON = "rows an import brought, read back to be written again"
BATCHES = (1000, 500, 250)
USERNAME = "importer"


def main() -> None:
    options = _options()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "keqing.web.settings")
    django.setup()
    translation.activate("zh-hans")
    answer, run = _import(options.file)
    if options.peer:
        answer["peer"] = _write_again(run, options.peer)
    print(json.dumps(answer))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("file", type=Path)
    parser.add_argument("--peer", nargs="*", default=[], help="empty copies of the database, one per batch size")
    return parser.parse_args()


# ---- the import ----------------------------------------------------------------------------------------------------


def _import(path: Path) -> tuple[dict[str, Any], Any]:
    from keqing.accounts.models import User
    from keqing.core.imports import judging, pace, writing
    from keqing.core.imports.reading import examine, receive
    from keqing.core.jobs import Progress
    from keqing.core.models import ImportRun, Job
    from keqing.core.state import read_state
    from keqing.customers.imports import CUSTOMERS
    from keqing.territory.access import viewer_of

    paces: list[Any] = []

    class Watched(pace.Pace):
        """A pace that is remembered, so that the longest transaction of every step can be told."""

        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            paces.append(self)

    judging.Pace = writing.Pace = Watched  # type: ignore[misc,attr-defined]
    user, _ = User.objects.get_or_create(username=USERNAME, defaults={"name": "导入", "is_superuser": True})
    now = timezone.now()
    viewer = viewer_of(user, timezone.localdate(now), read_state(user.pk))
    progress = Progress(Job.objects.create(title=path.name, user_id=user.pk, created_at=now))
    upload = _upload(path)
    clock, spent = [time.perf_counter()], _processor_s()
    run = receive(CUSTOMERS, upload, user_id=user.pk, at=now)
    examine(CUSTOMERS, run)
    clock.append(time.perf_counter())
    judge_run = judging.judge_run
    judge_run(CUSTOMERS, run, viewer, progress)
    clock.append(time.perf_counter())
    writing.write_run(CUSTOMERS, run, viewer, now, progress)
    clock.append(time.perf_counter())
    if run.state != ImportRun.State.PUBLISHED:
        raise SystemExit(f"the import ended {run.state}: {run.error}")
    steps = dict(zip(("receive_s", "judge_s", "write_s"), (b - a for a, b in pairwise(clock)), strict=True))
    answer = {
        "seconds": clock[-1] - clock[0],
        "cpu_s": round(_processor_s() - spent, 2),
        **{key: round(value, 2) for key, value in steps.items()},
        "rows_read": run.rows_read,
        "counts": run.counts,
        "longest_transaction_s": round(max(each.longest_s for each in paces), 4),
    }
    return answer, run


def _processor_s() -> float:
    """Of this process and of those it waited for: a process of its own parses the file."""
    return sum(os.times()[:4])


def _upload(path: Path) -> TemporaryUploadedFile:
    """As a form leaves it: in a temporary file."""
    upload = TemporaryUploadedFile(path.name, "application/vnd.ms-excel", path.stat().st_size, None)
    upload.write(path.read_bytes())
    upload.seek(0)
    return upload


# ---- the peer ------------------------------------------------------------------------------------------------------


def _write_again(run: Any, databases: Sequence[str]) -> dict[str, Any]:
    tables, searches = _left_by(run)
    counts = {rows[0]._meta.db_table: len(rows) for rows in tables if rows}
    counts |= {table: len(documents) for table, documents in searches}
    times: dict[int, float] = {}
    spent: dict[int, float] = {}
    for size, database in zip(BATCHES, databases, strict=False):
        times[size], spent[size] = _timed(database, size, tables, searches)
    best = min(times, key=lambda size: times[size])
    return {
        "seconds": times[best],
        "cpu_s": round(spent[best], 2),
        "batch_size": best,
        "tried": {str(size): round(seconds, 2) for size, seconds in times.items()},
        "wrote": counts,
    }


def _left_by(run: Any) -> tuple[list[list[models.Model]], list[tuple[str, list[tuple[int, Any]]]]]:
    """Everything the import wrote, as model instances; and the documents of its search tables."""
    from keqing.core.models import HistoryEntry, ImportRow, ImportRun, StoredFile
    from keqing.core.search import search_table
    from keqing.customers.models import Grade, Party, PartyName

    tracked = [list(model.objects.everything(REASON).order_by("pk")) for model in (Party, PartyName, Grade)]
    plain: list[list[models.Model]] = [
        list(StoredFile.objects.all()),
        list(ImportRun.objects.filter(pk=run.pk)),
        list(ImportRow.objects.filter(run=run).order_by("pk")),
        list(HistoryEntry.objects.filter(import_run_id=run.pk).order_by("pk")),
    ]
    table = search_table(Party)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {_key()}, tokens FROM {table}")
        documents = cursor.fetchall()
    return [*plain[:2], *tracked, *plain[2:]], [(table, documents)]


def _key() -> str:
    return "rowid" if connection.vendor == "sqlite" else "id"


def _timed(
    database: str,
    size: int,
    tables: Iterable[list[models.Model]],
    searches: Iterable[tuple[str, list[tuple[int, Any]]]],
) -> tuple[float, float]:
    """Seconds by the clock, and of the processor."""
    alias = f"peer{size}"
    connections.databases[alias] = {**connections.databases["default"], "NAME": database}
    peer = connections[alias]
    peer.ensure_connection()
    _copy_users(alias)
    started, before = time.perf_counter(), time.process_time()
    for rows in tables:
        if rows:
            type(rows[0])._base_manager.using(alias).bulk_create(rows, batch_size=size)
    for table, documents in searches:
        with transaction.atomic(using=alias), peer.cursor() as cursor:
            _write_documents(cursor, table, documents)
    seconds = time.perf_counter() - started, time.process_time() - before
    peer.close()
    return seconds


def _write_documents(cursor: Any, table: str, documents: Sequence[tuple[int, Any]]) -> None:
    mark = "%s" if connection.vendor == "sqlite" else "%s::tsvector"
    cursor.executemany(f"INSERT INTO {table} ({_key()}, tokens) VALUES (%s, {mark})", documents)


def _copy_users(alias: str) -> None:
    from keqing.accounts.models import User

    fresh: Callable[[Any], None] = lambda user: User._base_manager.using(alias).bulk_create([user])  # noqa: E731
    for user in User.objects.all():
        fresh(user)


if __name__ == "__main__":
    sys.exit(main())
