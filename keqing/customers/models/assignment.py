"""Assignment 分管: who covers whom, for which product line, with what share, from when to when (三者关系)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date
from typing import Self

from django.db import connection, models
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext

from keqing.core.fields import PeriodModel, ShareField
from keqing.core.models import Base, Rows
from keqing.core.periods import chunks
from keqing.core.viewer import Viewer
from keqing.core.written import listed
from keqing.core.written import share as percent
from keqing.customers.rules.shares import Overfull, Portion, overfull


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
            # all that `covered_parties` reads, so that it never touches a row
            models.Index(
                fields=["position", "valid_from", "valid_to", "party"],
                name="assignment_reach",
                condition=Q(bin__isnull=True),
            ),
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

    def portion(self) -> Portion:
        return Portion(self.share, self.valid_from, self.valid_to, self.product_line_id, self.position.name)

    @classmethod
    def refuse_restore(cls, keys: Sequence[int]) -> str:
        """Somebody may have been given the customer meanwhile: its shares never add up to more than one whole."""
        for chunk in chunks(keys):
            coming = cls._default_manager.filter(pk__in=chunk).select_related("party", "position").order_by("pk")
            standing = cls.objects.live().filter(party_id__in={row.party_id for row in coming})
            held: dict[int, list[Portion]] = defaultdict(list)
            for row in standing.select_related("position"):
                held[row.party_id].append(row.portion())
            for row in coming:
                if problem := overfull(held[row.party_id], row.portion()):
                    return _no_room(row, problem)
                held[row.party_id].append(row.portion())
        return ""


def covered_parties(positions: Collection[int], day: date) -> QuerySet[Assignment, int]:
    """Ids of the parties these positions cover on a day: one index range per position, no correlated subquery."""
    rows = Assignment.objects.live().on(day).of_positions(sorted(positions))
    return rows.order_by().values_list("party_id", flat=True)


def covers(positions: Collection[int], day: date, party: str = "pk") -> Exists:
    """The same as a condition on one row at a time, whose field `party` is the key: faster where a row is looked up."""
    rows = Assignment.objects.live().on(day).filter(party_id=OuterRef(party))
    if connection.vendor == "sqlite":
        # not the column itself: by it SQLite would seek each position at each party, 500 for a head of sales
        return Exists(rows.alias(held_by=F("position_id") + 0).filter(held_by__in=sorted(positions)))
    return Exists(rows.of_positions(sorted(positions)))


def _no_room(row: Assignment, problem: Overfull) -> str:
    return gettext(
        "「%(party)s」从 %(day)s 起已由 %(held)s 分管，只剩 %(left)s，放不下这一条的 %(share)s，没有恢复。"
        "先结束或改小那一条，再恢复。"
    ) % {
        "party": row.party,
        "day": problem.day,
        "held": listed(f"{name} {percent(part)}" for name, part in problem.holders) or "—",
        "left": percent(problem.left),
        "share": percent(row.share),
    }
