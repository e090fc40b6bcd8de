"""History 操作历史: who changed what, when, from what to what, why. Append-only; written by `core.saving` alone."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class HistoryEntry(models.Model):
    class Action(models.TextChoices):
        CREATE = "create", "新建"
        CHANGE = "change", "修改"
        BIN = "bin", "放进回收站"
        RESTORE = "restore", "恢复"
        TAKE_BACK = "take_back", "撤销导入"

    at = models.DateTimeField("时间")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False)
    action = models.CharField("动作", max_length=10, choices=Action)
    noun = models.CharField("对象", max_length=40)
    object_id = models.BigIntegerField()
    #: JSON object field → [before, after]; for a personal noun the whole text is encrypted
    changes = models.TextField("变更")
    reason = models.CharField("原因", max_length=200, blank=True)
    import_run_id = models.BigIntegerField(null=True)

    class Meta:
        verbose_name = "操作历史"
        indexes = [models.Index(fields=["noun", "object_id", "id"], name="history_of_object")]


class Counter(models.Model):
    """Change counter: raised in the writing transaction, so that every process knows when its cached copy is stale."""

    name = models.CharField(max_length=30, primary_key=True)
    value = models.BigIntegerField(default=0)

    class Meta:
        verbose_name = "变更计数"
