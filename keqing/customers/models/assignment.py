"""Assignment 分管: who covers whom, for which product line, with what share, from when to when (三者关系)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Self

from django.db import models
from django.db.models import Q, QuerySet

from keqing.core.fields import PeriodModel, ShareField
from keqing.core.models import Base, Rows
from keqing.core.viewer import Viewer


class AssignmentRows(Rows):
    def visible_to(self, viewer: Viewer) -> Self:
        rows = self.published(viewer)
        if viewer.sees_all:
            return rows
        return rows.filter(party_id__in=covered_parties(viewer.reach, viewer.as_of))

    def on(self, day: date) -> Self:
        return self.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=day), valid_from__lte=day)

    def of_positions(self, positions: Collection[int]) -> Self:
        return self.filter(position_id__in=positions)


class Assignment(Base, PeriodModel):
    party = models.ForeignKey("customers.Party", models.CASCADE, related_name="assignments", verbose_name="客户")
    position = models.ForeignKey(
        "territory.Position", models.PROTECT, related_name="+", verbose_name="岗位", db_index=False
    )
    product_line = models.ForeignKey(
        "catalog.ProductLine",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="产品线",
        help_text="不填就是全部产品",
        db_index=False,
    )
    share = ShareField("份额", default=1)

    counter = "assignments"
    right = "assignment"
    objects = AssignmentRows.as_manager()

    class Meta:
        verbose_name = "分管"
        ordering = ["-valid_from"]
        indexes = [
            models.Index(fields=["position", "valid_from", "valid_to", "party"], name="assignment_reach"),
        ]
        constraints = [
            PeriodModel.period_check("assignment_period"),
            models.CheckConstraint(
                condition=Q(share__gt=0, share__lte=1),
                name="assignment_share",
                violation_error_message="份额在 0 到 100% 之间。",
            ),
            models.UniqueConstraint(
                fields=["party", "position", "product_line", "valid_from"],
                condition=Q(bin__isnull=True),
                name="assignment_start_once",
                violation_error_message="这一天起已有同一条分管。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.party} · {self.position}"


def covered_parties(positions: Collection[int], day: date) -> QuerySet[Assignment, int]:
    """Ids of the parties these positions cover on a day: one index range per position, no correlated subquery."""
    rows = Assignment.objects.live().on(day).of_positions(sorted(positions))
    return rows.order_by().values_list("party_id", flat=True)
