"""Notice 通知: one line for one person, with a link to what it is about."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.conf import settings
from django.db import models

from keqing.core.viewer import Viewer


class NoticeRows(models.QuerySet["Notice"]):
    def visible_to(self, viewer: Viewer) -> NoticeRows:
        return self.filter(user_id=viewer.user_id)

    def unread(self) -> NoticeRows:
        return self.filter(read_at__isnull=True)


class Notice(models.Model):
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    text = models.CharField("内容", max_length=200)
    link = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField("时间")
    read_at = models.DateTimeField("读过", null=True)

    objects = NoticeRows.as_manager()

    class Meta:
        verbose_name = "通知"
        ordering = ["-id"]
        indexes = [models.Index(fields=["user", "read_at"], name="notice_unread")]

    def __str__(self) -> str:
        return self.text


def notify(user_id: int, text: str, *, at: datetime, link: str = "") -> Notice:
    return Notice.objects.create(user_id=user_id, text=text[:200], link=link, at=at)
