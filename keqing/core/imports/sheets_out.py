"""What the kit gives back as spreadsheets: the template of a kind, and the rows that need mending."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.translation import gettext

from keqing.core.export import workbook
from keqing.core.imports.kind import Kind, Verdict
from keqing.core.imports.staging import unpack
from keqing.core.models import ImportRow, ImportRun

MENDABLE = (Verdict.WRONG, Verdict.REFUSED, Verdict.DUPLICATE)


def template(kind: Kind) -> bytes:
    """Header as we like it best, one example row, and under it what each column means."""
    header = [gettext(field.label) + ("*" if field.is_required else "") for field in kind.fields]
    notes = [
        gettext(field.label)
        + gettext("：")
        + (gettext(field.help) if field.help else "")
        + (
            gettext("可填 ") + gettext("、").join(gettext(label) for label in field.choices.values())
            if field.choices
            else ""
        )
        for field in kind.fields
        if field.help or field.choices
    ]
    mark = gettext("带 * 的必填。第二行是例子，删掉再填。这几行说明不会被读进去，也可以删掉。")
    return workbook(gettext(kind.label), header, [[field.example for field in kind.fields]], [mark, *notes])


def error_file(run: ImportRun) -> bytes:
    """Rows that were not taken, in the uploader's own columns, with verdict and reason behind them."""
    header = [*run.header, gettext("行号"), gettext("结论"), gettext("原因")]
    return workbook(gettext("要改的行"), header, _mendable(run, len(run.header)))


def _mendable(run: ImportRun, width: int) -> Iterator[Sequence[Any]]:
    rows = run.rows.filter(verdict__in=MENDABLE).order_by("number")
    for row in rows.iterator(chunk_size=1000):
        cells = list(unpack(row.raw))[:width]
        cells += [None] * (width - len(cells))
        yield [*cells, row.number, gettext(ImportRow.Verdict(row.verdict).label), row.sentence]
