"""Staged rows: packed, sealed when personal, written and read in batches."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import connection

from keqing.core.imports.kind import Judged, Kind, Written
from keqing.core.models import ImportRow, ImportRun
from keqing.core.secrets import PREFIX, decrypt, encrypt

Line = tuple[Any, ...]


class WrittenMeanwhile(Exception):
    """Another job writes the same run. Nothing of these rows stays: the other one has them."""


def plain(value: Any) -> Any:
    """A cleaned value as JSON carries it."""
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def _said(value: Any) -> str:
    return str(plain(value))


_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=_said).encode


def pack(kind: Kind, value: Any) -> str:
    text = _encode(value)
    return encrypt(text, settings.KEQING_PERSONAL_KEY) if kind.is_personal else text


def unpack(text: str) -> Any:
    if not text:
        return {}
    return json.loads(decrypt(text, settings.KEQING_PERSONAL_KEY) if text.startswith(PREFIX) else text)


def packed(kind: Kind, run: ImportRun, rows: Iterable[tuple[Judged, Sequence[Any]]]) -> list[Line]:
    """As the table of staged rows holds them: verdict, sentence, the row as read, the values to write."""
    return [
        (
            run.pk,
            judged.number,
            str(judged.verdict),
            _title(kind, judged.title),
            judged.sentence[:400],
            pack(kind, raw),
            pack(kind, judged.values) if judged.values else "",
            judged.object_id,
            "",
            False,
        )
        for judged, raw in rows
    ]


def stage(lines: Sequence[Line]) -> None:
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO core_importrow "
            '(run_id, number, verdict, title, sentence, raw, "values", object_id, touched, is_written) '
            "VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            lines,
        )


def _title(kind: Kind, title: str) -> str:
    """Names of people are personal: what a list shows of them is sealed like the rest."""
    return pack(kind, title[:60]) if kind.is_personal and title else title[:120]


def title_of(row: ImportRow) -> str:
    return str(unpack(row.title)) if row.title.startswith(PREFIX) else row.title


def waiting(run: ImportRun, verdict: str, size: int, after: int = 0) -> list[Judged]:
    """The next rows to write, in file order; `after`: up to this row number none waits any more."""
    rows = run.rows.filter(verdict=verdict, number__gt=after, is_written=False).order_by("number")
    return [
        Judged(number=number, verdict=verdict, values=unpack(values), object_id=object_id)
        for number, values, object_id in rows.values_list("number", "values", "object_id")[:size]
    ]


def marks_of(run: ImportRun, rows: Iterable[Written]) -> list[Line]:
    return [(True, row.object_id, _encode(row.others) if row.others else "", run.pk, row.number, False) for row in rows]


def mark_written(marks: Sequence[Line]) -> None:
    with connection.cursor() as cursor:
        cursor.executemany(
            "UPDATE core_importrow SET is_written = %s, object_id = %s, touched = %s "
            "WHERE run_id = %s AND number = %s AND is_written = %s",
            marks,
        )
        if cursor.rowcount != len(marks):
            raise WrittenMeanwhile


def batches(rows: Iterable[Any], size: int) -> Iterator[list[Any]]:
    batch: list[Any] = []
    for row in rows:
        batch.append(row)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch
