"""Grade 分级: what a customer is worth under one scheme, dated, never overwritten."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Q

from keqing.core.fields import PeriodModel
from keqing.core.models import Base
from keqing.customers.kinds import GRADE_VALUES, GradeScheme
from keqing.customers.models.party import PartyPart


class GradeRows(PartyPart):
    def on(self, day: date) -> Self:
        return self.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=day), valid_from__lte=day)


class Grade(Base, PeriodModel):
    party = models.ForeignKey("customers.Party", models.CASCADE, related_name="grades", verbose_name="客户")
    scheme = models.CharField("分级方法", max_length=14, choices=GradeScheme)
    value = models.CharField("级别", max_length=10)
    source = models.CharField("依据", max_length=60, blank=True)

    right = "party"
    objects = GradeRows.as_manager()

    class Meta:
        verbose_name = "分级"
        ordering = ["scheme", "-valid_from"]
        constraints = [
            PeriodModel.period_check("grade_period"),
            models.UniqueConstraint(
                fields=["party", "scheme", "valid_from"],
                condition=Q(bin__isnull=True),
                name="grade_start_once",
                violation_error_message="这一天起已有同一方法的分级。",
            ),
        ]

    def __str__(self) -> str:
        return self.value_label

    @property
    def value_label(self) -> str:
        return GRADE_VALUES[self.scheme].get(self.value, self.value)
