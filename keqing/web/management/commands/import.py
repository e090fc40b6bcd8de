"""`keqing import KIND FILE`: the same import as on the screen, for one spreadsheet."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from keqing.accounts.models import User
from keqing.core.imports.judging import judge_run
from keqing.core.imports.reading import examine, missing, receive
from keqing.core.imports.writing import write_run
from keqing.core.jobs import Progress
from keqing.core.models import ImportRun, Job
from keqing.core.state import read_state
from keqing.territory.access import viewer_of
from keqing.web.kinds import KINDS


class Command(BaseCommand):
    help = "Import a spreadsheet; with --dry-run only say what would be written"

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("kind", choices=sorted(KINDS))
        parser.add_argument("file", type=Path)
        parser.add_argument("--user", required=True, help="in whose name, by username")
        parser.add_argument("--dry-run", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        now, kind, path = timezone.now(), KINDS[options["kind"]], options["file"]
        user = User.objects.filter(username=options["user"], is_active=True).first()
        if user is None or not path.is_file():
            raise CommandError("no such user" if user is None else f"no such file: {path}")
        viewer = viewer_of(user, timezone.localdate(now), read_state(user.pk))
        if not viewer.may(kind.noun, "import"):
            raise CommandError(f"{user.username} may not import {kind.key}")
        run = receive(kind, SimpleUploadedFile(path.name, path.read_bytes()), user_id=user.pk, at=now)
        examine(kind, run)
        if run.state == ImportRun.State.REFUSED or (lacking := missing(kind, run.mapping, run.constants)):
            raise CommandError(run.error or "missing columns: " + ", ".join(lacking))
        progress = Progress(Job.objects.create(title=path.name, user_id=user.pk, subject_id=run.pk, created_at=now))
        judge_run(kind, run, viewer, progress)
        if not options["dry_run"]:
            write_run(kind, run, viewer, now, progress)
        progress.job.state = Job.State.DONE
        progress.job.save()
        self.stdout.write(f"{run.rows_read} rows: {run.counts}; state {run.state}")
