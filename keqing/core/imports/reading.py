"""From an uploaded file to a run whose columns are mapped, or to one sentence why not."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from django.core.files.uploadedfile import UploadedFile

from keqing.core.files import drop_content, keep, path_of
from keqing.core.imports.kind import Kind
from keqing.core.imports.staging import pack, plain, unpack
from keqing.core.models import ColumnMemory, ImportRun
from keqing.core.sheets import Table, Unreadable, find_header, open_table, propose_mapping

PREVIEW, SAMPLE = 60, 5
IGNORED = "-"


def receive(kind: Kind, upload: UploadedFile, *, user_id: int | None, at: datetime) -> ImportRun:
    stored = keep(upload.chunks(), upload.name or "", user_id=user_id, at=at)
    return ImportRun.objects.create(kind=kind.key, file=stored, user_id=user_id, at=at)


def examine(kind: Kind, run: ImportRun) -> None:
    """Find the header and propose which column is what; an unreadable file leaves only the sentence."""
    try:
        table = _open(run)
        preview = [list(row) for row in table.preview(PREVIEW)]
        header = find_header(preview, kind.synonyms())
    except Unreadable as problem:
        drop_content(run.file)
        run.state, run.error = ImportRun.State.REFUSED, str(problem)[:300]
        run.save()
        return
    run.sheet = table.sheet or ""
    run.notes = [str(note) for note in table.notes]
    run.header_row = header.row_index
    run.header = list(header.columns)
    run.refused_columns = [name for name in run.header if forbidden(kind, name)]
    run.mapping = {str(column): key for column, key in _proposed(kind, run).items()}
    kept = [
        [None if name in run.refused_columns else plain(cell) for name, cell in zip(run.header, row, strict=False)]
        for row in preview[header.row_index + 1 : header.row_index + 1 + SAMPLE]
    ]
    run.sample = pack(kind, kept)
    run.state = ImportRun.State.UPLOADED
    run.save()


def _open(run: ImportRun) -> Table:
    return open_table(path_of(run.file), run.file.name, sheet=run.sheet or None)


def forbidden(kind: Kind, name: str) -> str | None:
    """The sentence of the rule that forbids a column of this name, if any."""
    plain = re.sub(r"[\s*＊()（）:：]", "", name)
    return next((sentence for word, sentence in kind.forbidden.items() if word in plain), None)


def _proposed(kind: Kind, run: ImportRun) -> dict[int, str]:
    """What this source's columns were last time, else what their names suggest."""
    memory = dict(ColumnMemory.objects.filter(kind=kind.key, header__in=run.header).values_list("header", "field"))
    known = {field.key for field in kind.fields}
    mapping = {
        column: memory[name]
        for column, name in enumerate(run.header)
        if memory.get(name) in known and name not in run.refused_columns
    }
    for column, key in propose_mapping(run.header, kind.synonyms()).items():
        name = run.header[column]
        if column not in mapping and key not in mapping.values() and memory.get(name) != IGNORED:
            mapping[column] = key
    return {column: key for column, key in mapping.items() if run.header[column] not in run.refused_columns}


def remember(kind: Kind, run: ImportRun) -> None:
    """Keep the mapping for the next file with these columns, the columns left out included."""
    for column, name in enumerate(run.header):
        ColumnMemory.objects.update_or_create(
            kind=kind.key,
            header=name[:100],
            defaults={"field": run.mapping.get(str(column), IGNORED), "user_id": run.user_id},
        )


def missing(kind: Kind, mapping: Mapping[str, str], constants: Mapping[str, str]) -> list[str]:
    """Labels of required fields that no column gives."""
    given = {*mapping.values(), *constants}
    return [field.label for field in kind.fields if field.is_required and field.key not in given]


def sample(run: ImportRun) -> list[list[Any]]:
    """The first rows below the header, for the mapping page; refused columns are empty."""
    return list(unpack(run.sample)) if run.sample else []


def numbered_rows(run: ImportRun) -> Iterator[tuple[int, list[Any]]]:
    """Rows below the header that are not empty, with the row number a person sees in the file."""
    for index, row in enumerate(_open(run).rows):
        if index > run.header_row and any(cell not in (None, "") for cell in row):
            yield index + 1, list(row)
