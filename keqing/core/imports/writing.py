"""From judged rows to the archive: short transactions under one run, hidden until the run is published.

New rows carry the run and are seen by nobody before it is published, in one small transaction. Changes of existing rows
go with that same transaction while they are few, else just before it, row by row resumable (docs/adr/0003).
"""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext

from keqing.core.imports.kind import Judged, Kind, Preparing, Verdict, Writer
from keqing.core.imports.memory import collected_seldom
from keqing.core.imports.pace import Pace
from keqing.core.imports.staging import mark_written, marks_of, waiting
from keqing.core.jobs import Progress
from keqing.core.models import ImportRun
from keqing.core.saving import Act
from keqing.core.tokens import index_tokens
from keqing.core.viewer import Viewer

FEW = 200


@collected_seldom()
def write_run(kind: Kind, run: ImportRun, viewer: Viewer, at: datetime, progress: Progress) -> Pace:
    """Write what is not yet written, then publish. Run again after a crash it goes on where it stopped."""
    writer, pace = kind.open_writer(viewer), Pace()
    index_tokens(("一",))  # reads its tables on first use: not while the lock is held
    act = Act(user_id=run.user_id, at=at, reason=run.file.name, import_run_id=run.pk)
    done = run.rows.filter(is_written=True).count()
    progress.step(gettext("写入"), total=run.writable_rows())
    for verdict in (Verdict.NEW, Verdict.CHANGE):
        if verdict == Verdict.CHANGE and run.counts.get(Verdict.CHANGE, 0) <= FEW:
            break
        reached = 0
        while True:
            rows = _write_some(run, writer, verdict, act, pace, reached)
            if not rows:
                break
            reached = rows[-1].number
            done += len(rows)
            progress.reach(done)
    with pace.transaction():
        _write(run, writer, Verdict.CHANGE, act, FEW)
        run.state, run.published_at = ImportRun.State.PUBLISHED, at
        run.save()
    return pace


def _write_some(run: ImportRun, writer: Writer, verdict: str, act: Act, pace: Pace, after: int) -> list[Judged]:
    """The next rows, in one transaction. `after` keeps the search for them short: without it each batch would walk past
    all earlier ones."""
    if verdict != Verdict.NEW or not isinstance(writer, Preparing):
        with pace.transaction():
            return _write(run, writer, verdict, act, pace.size, after)
    if rows := waiting(run, verdict, pace.size, after):
        prepared = writer.prepare(rows, act)
        marks = marks_of(run, prepared.written)
        with pace.transaction():
            mark_written(marks)
            prepared.write()
    return rows


def _write(run: ImportRun, writer: Writer, verdict: str, act: Act, size: int, after: int = 0) -> list[Judged]:
    rows = waiting(run, verdict, size, after)
    if rows:
        mark_written(marks_of(run, writer(rows, act)))
    return rows
