"""Stored file 文件: an uploaded original, addressed by its SHA-256, because evidence must not change."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models

from keqing.core.viewer import Viewer


class StoredFileRows(models.QuerySet["StoredFile"]):
    def visible_to(self, viewer: Viewer) -> StoredFileRows:
        return self if viewer.sees_all else self.filter(user_id=viewer.user_id)


class StoredFile(models.Model):
    """One upload act; equal content is kept once on disk."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    sha256 = models.CharField(max_length=64, db_index=True)
    name = models.CharField("文件名", max_length=200)
    size = models.BigIntegerField("大小")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField("上传时间")

    objects = StoredFileRows.as_manager()

    class Meta:
        verbose_name = "文件"

    def __str__(self) -> str:
        return self.name

    @property
    def storage_name(self) -> str:
        return f"{self.sha256[:2]}/{self.sha256}"
