"""The import kit from file to archive and back: counts, publication, crashes, undoing. Tried with a tiny kind of positions."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import UTC, date, datetime

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile

from keqing.core.imports.judging import judge_run
from keqing.core.imports.kind import Draft, Field, Judge, Judged, Kind, Verdict, Writer, Written
from keqing.core.imports.reading import examine, receive, remember
from keqing.core.imports.sheets_out import error_file, template
from keqing.core.imports.undoing import count_blocked, take_back
from keqing.core.imports.writing import write_run
from keqing.core.jobs import Progress
from keqing.core.models import ImportRow, ImportRun, Job
from keqing.core.saving import Act, save, save_one
from keqing.core.sheets import open_table, text
from keqing.core.state import read_state
from keqing.core.viewer import Viewer
from keqing.territory.models import Employee, Position, Tenure
from keqing.territory.personas import Persona

pytestmark = [pytest.mark.django_db(databases=["default", "jobs"]), pytest.mark.database]
AT = datetime(2026, 11, 18, 8, tzinfo=UTC)
ADMIN = Viewer(user_id=0, as_of=date(2026, 11, 18), sees_all=True)


class _Judge:
    def __init__(self) -> None:
        self.known = {row.code: row for row in Position.objects.everything("test")}
        self.seen: dict[str, int] = {}

    def __call__(self, drafts: Sequence[Draft]) -> list[Judged]:
        return [self.judge(draft) for draft in drafts]

    def judge(self, draft: Draft) -> Judged:
        code, name = draft.values["code"], draft.values["name"]
        if code in self.seen:
            return Judged(draft.number, Verdict.DUPLICATE, f"与第 {self.seen[code]} 行同编码", name)
        self.seen[code] = draft.number
        old = self.known.get(code)
        if old is None:
            return Judged(draft.number, Verdict.NEW, "", name, {"code": code, "name": name})
        if old.name == name:
            return Judged(draft.number, Verdict.SAME, "", name, object_id=old.pk)
        return Judged(draft.number, Verdict.CHANGE, f"名称 {old.name} → {name}", name, {"name": name}, old.pk)


class _Writer:
    crash_after: int | None = None
    calls = 0

    def __call__(self, rows: Sequence[Judged], act: Act) -> list[Written]:
        _Writer.calls += 1
        if _Writer.crash_after is not None and _Writer.calls > _Writer.crash_after:
            raise RuntimeError("power cut")
        positions = []
        for row in rows:
            if row.object_id is None:
                position = Position(persona=Persona.OTC_REP, valid_from=date(2026, 1, 1), **row.values)
            else:
                position = Position.objects.get(pk=row.object_id)
                position.name = row.values["name"]
            positions.append(position)
        save(positions, act)
        return [Written(row.number, position.pk) for row, position in zip(rows, positions, strict=True)]


def open_judge(viewer: Viewer) -> Judge:
    return _Judge()


def open_writer(viewer: Viewer) -> Writer:
    return _Writer()


KIND = Kind(
    key="posts",
    label="岗位",
    noun="position",
    model="territory.position",
    fields=(
        Field("code", "岗位编码", lambda cell: text(cell, 10), ("编码",), is_required=True, example="P-1"),
        Field("name", "岗位名称", lambda cell: text(cell, 20), ("名称",), is_required=True, example="城东"),
    ),
    open_judge=open_judge,
    open_writer=open_writer,
    forbidden={"身份证": "C-09：身份证号不得收集"},
)


@pytest.fixture(autouse=True)
def no_crash() -> None:
    _Writer.crash_after, _Writer.calls = None, 0


def sheet(rows: Sequence[Sequence[object]], header: Sequence[str] = ("岗位编码", "岗位名称")) -> SimpleUploadedFile:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"strings_to_formulas": False})
    page = book.add_worksheet()
    page.write_row(0, 0, ["岗位一览"])
    page.write_row(1, 0, header)
    for number, row in enumerate(rows, start=2):
        page.write_row(number, 0, row)
    book.close()
    return SimpleUploadedFile("岗位.xlsx", buffer.getvalue())


def judged(rows: Sequence[Sequence[object]], header: Sequence[str] = ("岗位编码", "岗位名称")) -> ImportRun:
    run = receive(KIND, sheet(rows, header), user_id=None, at=AT)
    examine(KIND, run)
    judge_run(KIND, run, ADMIN, progress(run))
    return run


def progress(run: ImportRun) -> Progress:
    return Progress(Job.objects.create(title="test", subject_id=run.pk, created_at=AT))


def published(rows: Sequence[Sequence[object]]) -> ImportRun:
    run = judged(rows)
    write_run(KIND, run, ADMIN, AT, progress(run))
    return run


def visible() -> set[str]:
    viewer = Viewer(0, date(2026, 11, 18), sees_all=True, unpublished=read_state().unpublished)
    return set(Position.objects.visible_to(viewer).values_list("name", flat=True))


ROWS = [("P-1", "城东"), ("P-2", "城西"), ("P-1", "城东"), ("", "城北"), ("P-5", "")]


def test_every_row_gets_a_verdict_and_the_counts_add_up() -> None:
    run = judged(ROWS)
    assert run.counts == {"new": 2, "duplicate": 1, "wrong": 2}
    assert sum(run.counts.values()) == run.rows_read == run.rows.count() == 5
    said = dict(run.rows.values_list("number", "sentence"))
    assert said[5] == "与第 3 行同编码"
    assert said[6] == "缺岗位编码" and said[7] == "缺岗位名称"


def test_nothing_is_written_before_the_user_says_so() -> None:
    judged(ROWS)
    assert not Position.objects.exists()


def test_writing_publishes_and_the_same_file_again_changes_nothing() -> None:
    run = published(ROWS)
    assert run.state == ImportRun.State.PUBLISHED and visible() == {"城东", "城西"}
    again = published(ROWS)
    assert again.counts == {"same": 2, "duplicate": 1, "wrong": 2}
    assert Position.objects.count() == 2


def test_rows_of_a_run_are_hidden_until_it_is_published() -> None:
    published([("P-0", "老岗")])
    run = judged([(f"P-{number}", f"新{number}") for number in range(1, 900)])
    _Writer.crash_after = _Writer.calls + 1
    run.state = ImportRun.State.WRITING
    run.save()
    with pytest.raises(RuntimeError):
        write_run(KIND, run, ADMIN, AT, progress(run))
    assert Position.objects.count() > 1
    assert visible() == {"老岗"}


def test_a_crashed_run_goes_on_where_it_stopped_and_doubles_nothing() -> None:
    run = judged([(f"P-{number}", f"新{number}") for number in range(900)])
    run.state = ImportRun.State.WRITING
    run.save()
    _Writer.crash_after = 2
    with pytest.raises(RuntimeError):
        write_run(KIND, run, ADMIN, AT, progress(run))
    written = Position.objects.count()
    assert 0 < written < 900
    _Writer.crash_after = None
    write_run(KIND, run, ADMIN, AT, progress(run))
    assert Position.objects.count() == 900 == run.rows.filter(is_written=True).count()
    assert len(visible()) == 900


def test_a_crashed_run_can_be_taken_back() -> None:
    run = judged([(f"P-{number}", f"新{number}") for number in range(900)])
    _Writer.crash_after = 2
    with pytest.raises(RuntimeError):
        write_run(KIND, run, ADMIN, AT, progress(run))
    take_back(KIND, run, None, AT, progress(run))
    assert not Position.objects.live().exists()
    assert run.state == ImportRun.State.TAKEN_BACK


def test_undoing_brings_new_rows_to_the_bin_and_gives_changed_rows_their_old_values() -> None:
    published([("P-1", "城东")])
    run = published([("P-1", "城东新"), ("P-2", "城西")])
    assert visible() == {"城东新", "城西"}
    take_back(KIND, run, None, AT, progress(run))
    assert visible() == {"城东"}
    assert run.state == ImportRun.State.TAKEN_BACK


def test_undoing_leaves_what_was_edited_later_and_says_so() -> None:
    run = published([("P-1", "城东"), ("P-2", "城西")])
    row = Position.objects.get(code="P-1")
    row.name = "城东改"
    save_one(row, Act(None, AT, "edited"))
    count, acts = count_blocked(KIND, run)
    assert count == 1 and acts[0].row_number == 3 and "修改" in acts[0].sentence
    take_back(KIND, run, None, AT, progress(run))
    assert visible() == {"城东改"}
    assert run.state == ImportRun.State.PUBLISHED and run.rows.filter(is_written=True).count() == 1


def test_undoing_leaves_what_others_hang_on() -> None:
    run = published([("P-1", "城东"), ("P-2", "城西")])
    employee = save_one(Employee(staff_no="E-1", name="林知夏"), Act(None, AT))
    save_one(Tenure(position=Position.objects.get(code="P-2"), employee=employee, valid_from=AT.date()), Act(None, AT))
    count, acts = count_blocked(KIND, run)
    assert count == 1 and acts[0].sentence == "后来有了任岗"
    take_back(KIND, run, None, AT, progress(run))
    assert visible() == {"城西"}


def test_undoing_leaves_what_a_second_import_changed() -> None:
    first = published([("P-1", "城东"), ("P-2", "城西")])
    published([("P-1", "城东二")])
    assert count_blocked(KIND, first)[0] == 1
    take_back(KIND, first, None, AT, progress(first))
    assert visible() == {"城东二"}


def test_a_column_that_may_not_be_collected_is_neither_read_nor_staged() -> None:
    run = judged([("P-1", "城东", "420106199001011234")], ("岗位编码", "岗位名称", "身份证号"))
    assert run.refused_columns == ["身份证号"] and run.counts == {"new": 1}
    row = ImportRow.objects.get()
    assert "420106" not in row.raw + row.values + run.sample


def test_a_row_that_adds_up_the_others_is_left_out_and_still_counted() -> None:
    run = judged([("P-1", "城东"), ("合计", None), ("P-2", "城西"), ("", "总计"), (None, "3", "小计")])
    assert run.counts == {"new": 2, "skipped": 3} and run.rows_read == 5
    sentences = {row.sentence for row in run.rows.filter(verdict="skipped")}
    assert sentences == {"合计行，不是一条资料，没有读"}
    write_run(KIND, run, ADMIN, AT, progress(run))
    assert visible() == {"城东", "城西"}


def test_what_a_column_meant_is_remembered_for_the_next_file() -> None:
    run = judged([("P-1", "城东")], ("甲", "岗位名称"))
    assert "0" not in run.mapping
    run.mapping["0"] = "code"
    remember(KIND, run)
    later = receive(KIND, sheet([("P-9", "城北")], ("甲", "岗位名称")), user_id=None, at=AT)
    examine(KIND, later)
    assert later.mapping == {"0": "code", "1": "name"}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.xlsx", b"PK\x03\x04 cut off"),
        ("a.xlsx", b"%PDF-1.7 not a sheet"),
        ("a.csv", b""),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 short"),
    ],
)
def test_a_file_that_cannot_be_read_leaves_one_sentence_and_nothing_else(name: str, content: bytes) -> None:
    run = receive(KIND, SimpleUploadedFile(name, content or b" "), user_id=None, at=AT)
    examine(KIND, run)
    assert run.state == ImportRun.State.REFUSED and len(run.error) > 8
    assert not ImportRow.objects.exists() and not Position.objects.exists()


def test_the_error_file_has_the_uploaders_own_columns(tmp_path: object) -> None:
    run = judged([("P-1", "城东", "x"), ("", "=1+1", "y")], ("岗位编码", "岗位名称", "备注"))
    path = tmp_path / "errors.xlsx"  # type: ignore[operator]
    path.write_bytes(error_file(run))
    rows = [list(row) for row in open_table(path, "errors.xlsx").rows]
    assert rows[0] == ["岗位编码", "岗位名称", "备注", "行号", "结论", "原因"]
    assert rows[1][1] == "'=1+1" and rows[1][3:] == [4, "错", "缺岗位编码"]
    assert len(rows) == 2


def test_the_template_can_be_read_back_as_this_kind(tmp_path: object) -> None:
    run = receive(KIND, SimpleUploadedFile("t.xlsx", template(KIND)), user_id=None, at=AT)
    examine(KIND, run)
    assert sorted(run.mapping.values()) == ["code", "name"]
