"""Import run 导入批次 and its staged rows: what a file said, what became of each row, in words."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.db import models

from keqing.core.viewer import Viewer


class ImportRunRows(models.QuerySet["ImportRun"]):
    def visible_to(self, viewer: Viewer) -> ImportRunRows:
        return self if viewer.sees_all else self.filter(user_id=viewer.user_id)


class ImportRun(models.Model):
    class State(models.TextChoices):
        UPLOADED = "uploaded", "待对列"
        JUDGING = "judging", "正在逐行检查"
        JUDGED = "judged", "待写入"
        WRITING = "writing", "正在写入"
        PUBLISHED = "published", "已写入"
        EXAMINING = "examining", "正在读文件"
        TAKING_BACK = "taking_back", "正在撤销"
        TAKEN_BACK = "taken_back", "已撤销"
        REFUSED = "refused", "读不了"
        DISCARDED = "discarded", "已放弃"

    #: rows written under a run in one of these states are not to be seen yet
    UNPUBLISHED: ClassVar[tuple[str, ...]] = ("writing",)

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField("种类", max_length=20)
    file = models.ForeignKey("core.StoredFile", models.PROTECT, related_name="+", verbose_name="文件")
    sheet = models.CharField("工作表", max_length=100, blank=True)
    state = models.CharField("状态", max_length=12, choices=State, default=State.EXAMINING, db_index=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField("时间")
    published_at = models.DateTimeField(null=True)
    header_row = models.PositiveIntegerField(default=0)
    header: models.JSONField[list[str], list[str]] = models.JSONField(default=list)
    #: column number (as text) → field key; and field key → constant for the whole file
    mapping: models.JSONField[dict[str, str], dict[str, str]] = models.JSONField(default=dict)
    constants: models.JSONField[dict[str, str], dict[str, str]] = models.JSONField(default=dict)
    refused_columns: models.JSONField[list[str], list[str]] = models.JSONField(default=list)
    #: what the reader noticed about the file, in words
    notes: models.JSONField[list[str], list[str]] = models.JSONField(default=list)
    #: the first rows below the header as read (JSON), for the mapping page; sealed for personal nouns
    sample = models.TextField(blank=True)
    #: verdict → number of rows
    counts: models.JSONField[dict[str, int], dict[str, int]] = models.JSONField(default=dict)
    rows_read = models.PositiveIntegerField("读到行数", default=0)
    error = models.CharField(max_length=300, blank=True)
    job_id = models.BigIntegerField(null=True)

    objects: ClassVar[Any] = ImportRunRows.as_manager()

    class Meta:
        verbose_name = "导入批次"
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.file.name

    def writable_rows(self) -> int:
        return self.counts.get(ImportRow.Verdict.NEW, 0) + self.counts.get(ImportRow.Verdict.CHANGE, 0)


class ImportRow(models.Model):
    """One row of the file. Kept as evidence: the counts of a run always add up to the rows read."""

    class Verdict(models.TextChoices):
        NEW = "new", "新"
        CHANGE = "change", "改"
        SAME = "same", "同"
        DUPLICATE = "duplicate", "重"
        WRONG = "wrong", "错"
        REFUSED = "refused", "拒"
        SKIPPED = "skipped", "略"

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="rows", db_index=False)
    number = models.PositiveIntegerField("行号")
    verdict = models.CharField("结论", max_length=9, choices=Verdict)
    title = models.CharField(max_length=120, blank=True)
    sentence = models.CharField("说明", max_length=400, blank=True)
    #: the row as read, a JSON list of cells; personal nouns store it encrypted
    raw = models.TextField()
    #: cleaned values by field key (JSON), what the writer uses
    values = models.TextField(blank=True)
    object_id = models.BigIntegerField(null=True)
    #: every object writing this row created or changed: JSON list of [noun, key]
    touched = models.TextField(blank=True)
    is_written = models.BooleanField(default=False)

    objects: ClassVar[Any] = models.Manager()

    class Meta:
        verbose_name = "导入行"
        constraints = [models.UniqueConstraint(fields=["run", "number"], name="import_row_once")]
        indexes = [models.Index(fields=["run", "verdict", "number"], name="import_row_by_verdict")]


class ColumnMemory(models.Model):
    """What a column of a source was mapped to last time: remembered per kind and header signature."""

    kind = models.CharField(max_length=20)
    header = models.CharField(max_length=100)
    field = models.CharField(max_length=40, blank=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+")

    class Meta:
        verbose_name = "对列记忆"
        constraints = [models.UniqueConstraint(fields=["kind", "header"], name="column_memory_once")]
