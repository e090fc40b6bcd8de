"""Recycle bin 回收站: one entry per act of deleting; the row and its dependants point at it until restored."""

from __future__ import annotations

import uuid
from functools import lru_cache

from django.apps import apps
from django.conf import settings
from django.db import models

from keqing.core.viewer import Viewer


class BinRows(models.QuerySet["BinEntry"]):
    def visible_to(self, viewer: Viewer) -> BinRows:
        """Own deletions; who sees all rows sees all deletions of the nouns they may read."""
        rows = self.filter(restored_at__isnull=True)
        own = models.Q(user_id=viewer.user_id)
        if not viewer.sees_all:
            return rows.filter(own)
        return rows.filter(own | models.Q(noun__in=[noun for noun, right in _rights() if viewer.may(right, "read")]))


@lru_cache(maxsize=1)
def _rights() -> tuple[tuple[str, str], ...]:
    """Noun of every tracked model with its noun in the rights table; a whole import is for those who run the system."""
    tracked = [(model._meta.label_lower, model.right) for model in apps.get_models() if hasattr(model, "right")]
    return (*tracked, ("core.importrun", "system"))


class BinEntry(models.Model):
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    noun = models.CharField("对象", max_length=40)
    object_id = models.BigIntegerField()
    label = models.CharField("名称", max_length=200)
    rows = models.PositiveIntegerField("连同", default=1, help_text="这一条连同跟着它的，一共多少条")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField("删除时间")
    reason = models.CharField("原因", max_length=200, blank=True)
    restored_at = models.DateTimeField("恢复时间", null=True)
    restored_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    objects = BinRows.as_manager()

    class Meta:
        verbose_name = "回收站条目"
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return self.label

    def may_be_restored_by(self, viewer: Viewer) -> bool:
        """Own deletions, and those of nouns one may change."""
        right = dict(_rights()).get(self.noun, "")
        return self.user_id == viewer.user_id or viewer.may(right, "change")
