"""Every row of the file gets a verdict in words and is staged; nothing is written to the archive yet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext

from keqing.core.imports.kind import Draft, Field, Judge, Judged, Kind, Verdict
from keqing.core.imports.memory import collected_seldom
from keqing.core.imports.pace import Pace
from keqing.core.imports.reading import numbered_rows
from keqing.core.imports.staging import batches, packed, plain, stage
from keqing.core.imports.sums import begins_with_sum, is_sum
from keqing.core.jobs import Progress
from keqing.core.models import ImportRow, ImportRun
from keqing.core.sheets import BadCell, Unreadable, is_blank
from keqing.core.viewer import Viewer

BATCH = 1000
REMEMBERED = 2000
Raw = tuple[int, list[Any]]


@collected_seldom()
def judge_run(kind: Kind, run: ImportRun, viewer: Viewer, progress: Progress) -> None:
    """Judge and stage all rows. Run again after a crash it starts anew: staged rows are not yet anybody's."""
    _clear(run)
    reader = _RowReader(kind, run)
    judge, counts, pace, read = kind.open_judge(viewer), Counter[str](), Pace(), 0
    progress.step(gettext("逐行检查"))
    try:
        for batch in batches(numbered_rows(run), BATCH):
            judged = _judge(reader, judge, batch)
            counts.update(str(row.verdict) for row, _ in judged)
            lines = packed(kind, run, judged)
            while lines:
                part, lines = lines[: pace.size], lines[pace.size :]
                with pace.transaction():
                    stage(part)
            read += len(batch)
            progress.reach(read)
    except Unreadable as problem:
        _clear(run)
        run.state, run.error = ImportRun.State.REFUSED, str(problem)[:300]
        run.save()
        return
    run.counts, run.rows_read, run.state = dict(counts), read, ImportRun.State.JUDGED
    run.save()


def _clear(run: ImportRun) -> None:
    pace = Pace(1000)
    while keys := list(run.rows.values_list("pk", flat=True)[: pace.size]):
        with pace.transaction():
            ImportRow.objects.filter(pk__in=keys).delete()


def _judge(reader: _RowReader, judge: Judge, batch: Sequence[Raw]) -> list[tuple[Judged, list[Any]]]:
    """Rows with bad cells are wrong at once; the others are the kind's to judge. File order is kept."""
    answers: dict[int, Judged] = {}
    drafts: list[Draft] = []
    for number, cells in batch:
        outcome = reader.read(number, cells)
        if isinstance(outcome, Judged):
            answers[number] = outcome
        else:
            drafts.append(outcome)
    for judged in judge(drafts):
        answers[judged.number] = judged
    return [(answers[number], reader.without_refused(cells)) for number, cells in batch]


class _RowReader:
    """Cleans the mapped cells of a row by the kind's fields."""

    def __init__(self, kind: Kind, run: ImportRun) -> None:
        self.columns: list[tuple[int, _Column]] = [
            (int(column), _Column(kind.field(key)))
            for column, key in sorted(run.mapping.items(), key=lambda item: int(item[0]))
        ]
        self.constants = {key: plain(kind.field(key).clean(value)) for key, value in run.constants.items()}
        self.refused = {column for column, name in enumerate(run.header) if name in run.refused_columns}
        self.required = tuple(field for field in kind.fields if field.is_required)

    def without_refused(self, cells: list[Any]) -> list[Any]:
        """What the archive may not hold is not staged either."""
        if not self.refused:
            return cells
        return [None if column in self.refused else cell for column, cell in enumerate(cells)]

    def read(self, number: int, cells: Sequence[Any]) -> Draft | Judged:
        if begins_with_sum(cells):
            return _sum_row(number, cells)
        values, problems = dict(self.constants), []
        width = len(cells)
        for place, column in self.columns:
            value, problem = column.read(cells[place] if place < width else None)
            if problem:
                problems.append(problem)
            elif value is not None and value != "":
                values[column.key] = value
        problems += [
            gettext("缺%(field)s") % {"field": gettext(field.label)}
            for field in self.required
            if field.key not in values and not any(p.startswith(gettext(field.label)) for p in problems)
        ]
        if problems:
            if any(is_sum(cell) for cell in cells):
                return _sum_row(number, cells)
            return Judged(number, Verdict.WRONG, gettext("；").join(problems), title=_first_text(cells))
        return Draft(number, values)


class _Column:
    """One mapped column. Cells repeat, and cleaning is the same each time, so what became of a cell is remembered."""

    def __init__(self, field: Field) -> None:
        self.key, self.field = field.key, field
        self.known: dict[tuple[type, Any], tuple[Any, str]] = {}

    def read(self, cell: Any) -> tuple[Any, str]:
        """The value as JSON carries it, None for an empty cell; and what is wrong with the cell."""
        if cell is None:
            return None, ""
        # 1, 1.0 and TRUE are equal and yet written differently
        key = (type(cell), cell)
        found = self.known.get(key)
        if found is None:
            found = self._clean(cell)
            if len(self.known) < REMEMBERED:
                self.known[key] = found
        return found

    def _clean(self, cell: Any) -> tuple[Any, str]:
        if is_blank(cell):
            return None, ""
        try:
            return plain(self.field.clean(cell)), ""
        except BadCell as problem:
            return None, gettext(self.field.label) + gettext("：") + str(problem)


def _sum_row(number: int, cells: Sequence[Any]) -> Judged:
    return Judged(number, Verdict.SKIPPED, gettext("合计行，不是一条资料，没有读"), title=_first_text(cells))


def _first_text(cells: Sequence[Any]) -> str:
    return next((str(cell) for cell in cells if isinstance(cell, str) and cell.strip()), "")[:60]
