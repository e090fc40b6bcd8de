"""Jobs of the import: what the queue runs. Only the job's id travels."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext
from django_tasks import task

from keqing.accounts.models import User
from keqing.core.imports.judging import judge_run
from keqing.core.imports.kind import Kind
from keqing.core.imports.reading import examine
from keqing.core.imports.undoing import take_back
from keqing.core.imports.writing import write_run
from keqing.core.jobs import Progress, running
from keqing.core.models import ImportRun, Job
from keqing.core.state import read_state
from keqing.core.viewer import Viewer
from keqing.territory.access import viewer_of
from keqing.web.kinds import KINDS


def _run_of(job: Job) -> tuple[ImportRun, Kind, Viewer]:
    """Rights are asked again when the job begins: they may have changed while it waited."""
    run = ImportRun.objects.select_related("file", "user").get(pk=job.subject_id or 0)
    kind = KINDS[run.kind]
    assert job.user_id is not None, "imports are somebody's"
    user = User.objects.get(pk=job.user_id)
    viewer = viewer_of(user, timezone.localdate(), read_state(user.pk))
    if not viewer.may(kind.noun, "import"):
        raise PermissionError(f"{user.username} may not import {kind.key}")
    return run, kind, viewer


def _say_once(run: ImportRun, progress: Progress) -> None:
    """A file that cannot be read is said on its page."""
    if run.state == ImportRun.State.REFUSED:
        progress.end_quietly()


@task()
def examine_import(job_id: int) -> None:
    with running(job_id) as (job, progress):
        run, kind, _viewer = _run_of(job)
        progress.step(gettext("读文件"))
        examine(kind, run)
        _say_once(run, progress)


@task()
def judge_import(job_id: int) -> None:
    with running(job_id) as (job, progress):
        run, kind, viewer = _run_of(job)
        judge_run(kind, run, viewer, progress)
        _say_once(run, progress)


@task()
def write_import(job_id: int) -> None:
    with running(job_id) as (job, progress):
        run, kind, viewer = _run_of(job)
        write_run(kind, run, viewer, timezone.now(), progress)


@task()
def take_back_import(job_id: int) -> None:
    with running(job_id) as (job, progress):
        run, kind, _viewer = _run_of(job)
        take_back(kind, run, job.user_id, timezone.now(), progress)
