"""Approval 审批 with a ladder of dated rows: who decides at which step, from when to when the rule holds."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from keqing.core.viewer import Viewer


class LadderStep(models.Model):
    """Who must decide an act of this scene, in which order, above which amount. A dated rule, not code."""

    scene = models.CharField("事项", max_length=40)
    step = models.PositiveSmallIntegerField("第几步")
    persona = models.CharField("由谁批", max_length=20)
    above = models.DecimalField("金额超过（元）", max_digits=14, decimal_places=2, default=0)
    source = models.CharField("依据", max_length=200)
    valid_from = models.DateField("自")
    valid_to = models.DateField("至", null=True, blank=True)

    class Meta:
        verbose_name = "审批阶梯"
        ordering = ["scene", "step"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")),
                name="ladder_step_period",
                violation_error_message="失效日期要晚于生效日期。",
            ),
            models.UniqueConstraint(fields=["scene", "step", "persona", "valid_from"], name="ladder_step_once"),
        ]

    def __str__(self) -> str:
        return f"{self.scene} {self.step}"

    def holds(self, on: date) -> bool:
        return self.valid_from <= on and (self.valid_to is None or on < self.valid_to)


class RequestRows(models.QuerySet["ApprovalRequest"]):
    def visible_to(self, viewer: Viewer) -> RequestRows:
        """Own requests, and those that wait for one of the viewer's personas."""
        if viewer.sees_all:
            return self
        return self.filter(Q(user_id=viewer.user_id) | Q(steps__persona__in=viewer.personas)).distinct()


class ApprovalRequest(models.Model):
    """Somebody asks; the steps were fixed by the ladder of that day."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    scene = models.CharField("事项", max_length=40)
    noun = models.CharField(max_length=40)
    object_id = models.BigIntegerField()
    title = models.CharField("标题", max_length=200)
    amount = models.DecimalField("金额", max_digits=14, decimal_places=2, null=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="申请人")
    at = models.DateTimeField("提交时间")
    closed_at = models.DateTimeField(null=True)
    is_approved = models.BooleanField(null=True)

    objects: ClassVar[Any] = RequestRows.as_manager()

    class Meta:
        verbose_name = "审批申请"
        indexes = [models.Index(fields=["noun", "object_id"], name="approval_of_object")]

    def __str__(self) -> str:
        return self.title


class ApprovalStep(models.Model):
    """One decision to be made, and once made: who, when, yes or no, why."""

    request = models.ForeignKey(ApprovalRequest, models.CASCADE, related_name="steps")
    step = models.PositiveSmallIntegerField()
    persona = models.CharField(max_length=20)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(null=True)
    is_approved = models.BooleanField(null=True)
    reason = models.CharField("意见", max_length=200, blank=True)

    class Meta:
        verbose_name = "审批步骤"
        ordering = ["step"]
        constraints = [models.UniqueConstraint(fields=["request", "step", "persona"], name="approval_step_once")]
