"""Long work: a row that shows progress, a queue that runs it, a notice when it ends.

Every job function can be run again: what it had finished it finds finished.
"""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language, gettext, override
from django_tasks.base import Task

from keqing.core.models import Job, notify

log = logging.getLogger(__name__)
BEAT_S = 0.3


class Progress:
    """Counts of one running job, written at most three times a second."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.is_quiet = False
        self._written = 0.0

    def end_quietly(self) -> None:
        """Nothing came of it and the page says so: the bell adds nothing."""
        self.is_quiet = True

    def step(self, text: str, total: int = 0) -> None:
        self.job.step, self.job.total, self.job.done = text[:120], total, 0
        self._write()

    def reach(self, done: int) -> None:
        self.job.done = done
        if time.monotonic() - self._written >= BEAT_S:
            self._write()

    def _write(self) -> None:
        self._written = time.monotonic()
        self.job.beat_at = timezone.now()
        self.job.save(update_fields=["step", "total", "done", "beat_at"])


def start(
    task: Task[..., Any], title: str, *, user_id: int | None, subject_id: int, at: datetime, link: str = ""
) -> Job:
    """Make the job's row and put it into the queue; only ids travel. The job speaks as who started it reads."""
    job = Job.objects.create(
        title=title[:120],
        user_id=user_id,
        subject_id=subject_id,
        created_at=at,
        link=link,
        language=get_language() or "",
    )
    task.enqueue(job.pk)
    job.refresh_from_db()
    return job


@contextmanager
def running(job_id: int) -> Iterator[tuple[Job, Progress]]:
    """Around the body of a job function: state, language, failure with a code to quote, notice at the end."""
    job = Job.objects.get(pk=job_id)
    job.state, job.beat_at, job.error, job.error_code = Job.State.RUNNING, timezone.now(), "", ""
    job.save()
    progress = Progress(job)
    with override(job.language or settings.LANGUAGE_CODE):
        try:
            yield job, progress
        except Exception:
            job.error_code = f"E-{secrets.token_hex(3).upper()}"
            log.exception("job %s failed, code %s", job.pk, job.error_code)
            job.error = gettext("中途断了，已写的都还在。可以接着做，或把编号告诉管理员。")
            _end(job, Job.State.FAILED)
        else:
            _end(job, Job.State.DONE, is_quiet=progress.is_quiet)


def _end(job: Job, state: Job.State, *, is_quiet: bool = False) -> None:
    job.state, job.ended_at = state, timezone.now()
    job.save()
    if job.user_id is not None and not is_quiet:
        text = gettext("%(title)s：做完了") if state == Job.State.DONE else gettext("%(title)s：中途断了")
        notify(job.user_id, text % {"title": job.title}, at=job.ended_at, link=job.link)
