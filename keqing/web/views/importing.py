"""Import: upload, map columns, see every row's verdict, write, undo (SCREENS 8)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_tasks.base import Task

from keqing.core.export import download
from keqing.core.htmx import redirect_page, render_page
from keqing.core.imports.kind import Kind
from keqing.core.imports.reading import IGNORED, forbidden, missing, receive, remember, sample
from keqing.core.imports.sheets_out import MENDABLE, error_file, template
from keqing.core.imports.staging import title_of
from keqing.core.imports.undoing import count_blocked
from keqing.core.jobs import start
from keqing.core.models import ImportRow, ImportRun, Job
from keqing.core.requests import SignedIn
from keqing.core.sheets import BadCell
from keqing.web.kinds import KINDS, kinds_for
from keqing.web.tasks import examine_import, judge_import, take_back_import, write_import

MAX_UPLOAD = 200 * 2**20
ROWS = 100
S = ImportRun.State
BUSY = (S.EXAMINING, S.JUDGING, S.WRITING, S.TAKING_BACK)


def _kind(request: SignedIn, key: str) -> Kind:
    kind = KINDS.get(key)
    if kind is None:
        raise Http404
    if not request.viewer.may(kind.noun, "import"):
        raise PermissionDenied
    return kind


def _run(request: SignedIn, public_id: str) -> tuple[ImportRun, Kind]:
    if not kinds_for(request.viewer):
        raise PermissionDenied
    run = get_object_or_404(
        ImportRun.objects.visible_to(request.viewer).select_related("file", "user"), public_id=public_id
    )
    return run, _kind(request, run.kind)


def _enqueue(request: SignedIn, run: ImportRun, task: Task[..., Any], state: str) -> None:
    """Set the state first: in one process the job may be done before `start` returns."""
    run.state = state
    run.save()
    kind = KINDS[run.kind]
    job = start(
        task,
        _("导入%(kind)s %(file)s") % {"kind": _(kind.label), "file": run.file.name},
        user_id=request.viewer.user_id,
        subject_id=run.pk,
        at=request.now,
        link=f"/imports/{run.public_id}/",
    )
    ImportRun.objects.filter(pk=run.pk).update(job_id=job.pk)


@require_GET
def overview(request: SignedIn) -> HttpResponse:
    kinds = kinds_for(request.viewer)
    if not kinds:
        raise PermissionDenied
    runs = ImportRun.objects.visible_to(request.viewer).select_related("file", "user")
    wanted = request.GET.get("kind", "")
    if wanted in KINDS:
        runs = runs.filter(kind=wanted)
    context = {
        "kinds": kinds,
        "runs": list(runs[:100]),
        "labels": {k.key: k.label for k in KINDS.values()},
        "wanted": wanted,
    }
    return render_page(request, "imports/overview.html", context)


@require_http_methods(["GET", "POST"])
def upload(request: SignedIn, key: str) -> HttpResponse:
    kind = _kind(request, key)
    problem, status = "", 200
    if request.method == "POST":
        file = request.FILES.get("file")
        if file is None:
            problem = _("还没有选文件。")
        elif (file.size or 0) > MAX_UPLOAD:
            problem = _("文件超过 200 MB，什么都没有收下。请分成几份再传。")
        else:
            run = receive(kind, file, user_id=request.viewer.user_id, at=request.now)
            _enqueue(request, run, examine_import, S.EXAMINING)
            return redirect_page(request, "imports:run", run.public_id)
        status = 422
    return render_page(request, "imports/upload.html", {"kind": kind, "problem": problem}, status=status)


@require_GET
def template_file(request: SignedIn, key: str) -> HttpResponse:
    kind = _kind(request, key)
    return download(template(kind), f"{_(kind.label)}_{_('样表')}.xlsx")


@require_GET
def show_run(request: SignedIn, public_id: str) -> HttpResponse:
    """One address for the whole life of an import: the page shows the step it is at."""
    run, kind = _run(request, public_id)
    context: dict[str, Any] = {"run": run, "kind": kind, "job": _job(run), "S": S, "busy": run.state in BUSY}
    if run.state == S.UPLOADED:
        context |= _mapping_context(run, kind)
    elif run.state not in (*BUSY, S.REFUSED):
        context |= _rows_context(request, run)
    return render_page(request, "imports/run.html", context)


def _job(run: ImportRun) -> Job | None:
    return Job.objects.filter(pk=run.job_id).first() if run.job_id else None


def _mapping_context(run: ImportRun, kind: Kind, problem: str = "") -> dict[str, Any]:
    rows = sample(run)
    columns = [
        {
            "index": index,
            "name": name,
            "field": run.mapping.get(str(index), ""),
            "refused": forbidden(kind, name),
            "values": [row[index] for row in rows if index < len(row) and row[index] not in (None, "")][:3],
        }
        for index, name in enumerate(run.header)
    ]
    constant = [field for field in kind.fields if field.choices and field.key not in run.mapping.values()]
    return {
        "columns": columns,
        "constant_fields": constant,
        "missing": [_(label) for label in missing(kind, run.mapping, run.constants)],
        "problem": problem,
    }


def _rows_context(request: SignedIn, run: ImportRun) -> dict[str, Any]:
    rows = run.rows.order_by("number")
    verdict = request.GET.get("verdict", "")
    if verdict in ImportRow.Verdict.values:
        rows = rows.filter(verdict=verdict)
    after = request.GET.get("after", "")
    if after.isdigit():
        rows = rows.filter(number__gt=int(after))
    page = list(rows[: ROWS + 1])
    return {
        "rows": page[:ROWS],
        "title_of": title_of,
        "more_after": page[ROWS - 1].number if len(page) > ROWS else None,
        "verdict": verdict,
        "verdicts": [(value, label, run.counts.get(value, 0)) for value, label in ImportRow.Verdict.choices],
        "mendable": sum(run.counts.get(value, 0) for value in MENDABLE),
        "written": run.rows.filter(is_written=True).count() if run.state in (S.PUBLISHED, S.TAKEN_BACK) else 0,
    }


@require_POST
def map_columns(request: SignedIn, public_id: str) -> HttpResponse:
    run, kind = _run(request, public_id)
    if run.state != S.UPLOADED:
        return redirect_page(request, "imports:run", run.public_id)
    problem = _take_mapping(request, run, kind)
    if problem:
        context = {"run": run, "kind": kind, "job": None, "S": S, "busy": False, **_mapping_context(run, kind, problem)}
        return render_page(request, "imports/run.html", context, status=422)
    remember(kind, run)
    _enqueue(request, run, judge_import, S.JUDGING)
    return redirect_page(request, "imports:run", run.public_id)


def _take_mapping(request: SignedIn, run: ImportRun, kind: Kind) -> str:
    """Take the chosen columns and constants into the run; returns what is wrong with them, if anything."""
    known = {field.key for field in kind.fields}
    mapping: dict[str, str] = {}
    for index, name in enumerate(run.header):
        key = request.POST.get(f"column-{index}", IGNORED)
        if key in known and not forbidden(kind, name):
            mapping[str(index)] = key
    constants = {
        field.key: value
        for field in kind.fields
        if field.choices
        and (value := request.POST.get(f"constant-{field.key}", ""))
        and field.key not in mapping.values()
    }
    run.mapping, run.constants = mapping, constants
    twice = {key for key in mapping.values() if list(mapping.values()).count(key) > 1}
    if twice:
        return _("有两列对到了同一项：%(fields)s。留一列就好。") % {
            "fields": _("、").join(_(kind.field(key).label) for key in sorted(twice))
        }
    lacking = missing(kind, mapping, constants)
    if lacking:
        return _("还缺：%(fields)s。") % {"fields": _("、").join(_(label) for label in lacking)}
    try:
        for key, value in constants.items():
            kind.field(key).clean(value)
    except BadCell as bad:
        return str(bad)
    return ""


@require_POST
def map_again(request: SignedIn, public_id: str) -> HttpResponse:
    run, _k = _run(request, public_id)
    if run.state == S.JUDGED:
        run.state = S.UPLOADED
        run.save()
    return redirect_page(request, "imports:run", run.public_id)


@require_POST
def write(request: SignedIn, public_id: str) -> HttpResponse:
    """Start writing, or take it up again after a crash."""
    run, _k = _run(request, public_id)
    if run.state in (S.JUDGED, S.WRITING) and not _is_working(run, request):
        _enqueue(request, run, write_import, S.WRITING)
    return redirect_page(request, "imports:run", run.public_id)


def _is_working(run: ImportRun, request: SignedIn) -> bool:
    job = _job(run)
    return job is not None and job.is_open() and not job.is_silent(request.now)


@require_POST
def keep_row(request: SignedIn, public_id: str, number: int) -> HttpResponse:
    """A person says that a suspected duplicate is another customer: it will be written."""
    run, _k = _run(request, public_id)
    row = get_object_or_404(run.rows, number=number, verdict=ImportRow.Verdict.DUPLICATE)
    if run.state == S.JUDGED and row.values:
        row.verdict = ImportRow.Verdict.NEW
        row.sentence = _("你确认不是重复：%(why)s") % {"why": row.sentence}
        row.save(update_fields=["verdict", "sentence"])
        counts = dict(run.counts)
        counts[ImportRow.Verdict.DUPLICATE] -= 1
        counts[ImportRow.Verdict.NEW] = counts.get(ImportRow.Verdict.NEW, 0) + 1
        run.counts = counts
        run.save()
    return redirect_page(request, "imports:run", run.public_id)


@require_POST
def discard(request: SignedIn, public_id: str) -> HttpResponse:
    run, _k = _run(request, public_id)
    if run.state in (S.UPLOADED, S.JUDGED, S.REFUSED):
        run.state = S.DISCARDED
        run.save()
        messages.info(request, _("「%(file)s」放弃了，什么都没有写。") % {"file": run.file.name})
    return redirect_page(request, "imports:list")


@require_http_methods(["GET", "POST"])
def undo(request: SignedIn, public_id: str) -> HttpResponse:
    """GET says what would come back and what stands in the way; POST does it."""
    run, kind = _run(request, public_id)
    if run.state not in (S.PUBLISHED, S.WRITING, S.TAKING_BACK) or _is_working(run, request):
        return redirect_page(request, "imports:run", run.public_id)
    if request.method == "POST":
        _enqueue(request, run, take_back_import, S.TAKING_BACK)
        return redirect_page(request, "imports:run", run.public_id)
    blocked, acts = count_blocked(kind, run)
    written = run.rows.filter(is_written=True).count()
    titles = {row.number: title_of(row) for row in run.rows.filter(number__in=[act.row_number for act in acts])}
    context = {"run": run, "kind": kind, "blocked": blocked, "acts": acts, "written": written, "titles": titles}
    return render_page(request, "imports/undo.html", context)


@require_GET
def errors(request: SignedIn, public_id: str) -> HttpResponse:
    run, _k = _run(request, public_id)
    stem = run.file.name.rsplit(".", 1)[0]
    return download(error_file(run), f"{stem}_{_('要改的行')}.xlsx")
