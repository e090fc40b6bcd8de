"""Saved view 视图: a named set of filters, columns and sorting of one list, kept by a person or shared."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from keqing.core.viewer import Viewer


class SavedViewRows(models.QuerySet["SavedView"]):
    def visible_to(self, viewer: Viewer) -> SavedViewRows:
        return self.filter(Q(user_id=viewer.user_id) | Q(is_shared=True))

    def own(self, viewer: Viewer) -> SavedViewRows:
        return self.filter(user_id=viewer.user_id)


class SavedView(models.Model):
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    list_key = models.CharField(max_length=40)
    name = models.CharField("名称", max_length=30)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    is_shared = models.BooleanField("大家可用", default=False)
    #: the list's query string as a mapping: filters, sort, columns
    params: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict)

    objects: ClassVar[Any] = SavedViewRows.as_manager()

    class Meta:
        verbose_name = "视图"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "list_key", "name"],
                name="saved_view_name_once",
                violation_error_message="你已有一个同名的视图。",
            )
        ]

    def __str__(self) -> str:
        return self.name
