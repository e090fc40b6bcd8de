"""Job 任务: long work with progress that can be left and come back to. Lives in the jobs database."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from django.db import models

from keqing.core.viewer import Viewer

SILENT_FOR = timedelta(minutes=2)


class JobRows(models.QuerySet["Job"]):
    def visible_to(self, viewer: Viewer) -> JobRows:
        return self.filter(user_id=viewer.user_id)


class Job(models.Model):
    class State(models.TextChoices):
        WAITING = "waiting", "排队"
        RUNNING = "running", "进行中"
        DONE = "done", "完成"
        FAILED = "failed", "中断"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    title = models.CharField("名称", max_length=120)
    #: plain ids, no relations: the jobs database may be another server
    user_id = models.BigIntegerField(null=True, db_index=True)
    subject_id = models.BigIntegerField(null=True)
    state = models.CharField("状态", max_length=8, choices=State, default=State.WAITING)
    done = models.PositiveIntegerField("完成", default=0)
    total = models.PositiveIntegerField("总数", default=0)
    step = models.CharField("在做", max_length=120, blank=True)
    error = models.CharField("原因", max_length=300, blank=True)
    error_code = models.CharField("编号", max_length=12, blank=True)
    link = models.CharField(max_length=200, blank=True)
    #: of who started it: what the job says is in this language
    language = models.CharField(max_length=10, blank=True)
    created_at = models.DateTimeField()
    beat_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    objects = JobRows.as_manager()

    class Meta:
        verbose_name = "任务"
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.title

    def is_open(self) -> bool:
        return self.state in {self.State.WAITING, self.State.RUNNING}

    def is_silent(self, at: datetime) -> bool:
        """A running job that gave no sign for two minutes has lost its worker and may be taken up again."""
        return self.state == self.State.RUNNING and self.beat_at is not None and at - self.beat_at > SILENT_FOR
