"""Visit 拜访 and the dated frequency rules that say when one is due (DOMAIN 3.16)."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from keqing.core.fields import PeriodModel
from keqing.core.models import Base, PublishedRows, Rows
from keqing.core.viewer import Viewer
from keqing.customers.models.assignment import covered_parties


class FrequencyRows(PublishedRows):
    def on(self, day: date) -> Self:
        return self.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=day), valid_from__lte=day)


class Frequency(Base, PeriodModel):
    """How often a segment is to be seen 拜访频次: a dated rule with its source."""

    class Scheme(models.TextChoices):
        GENERAL = "GENERAL", "通用"
        COUNTY_RETAIL = "COUNTY_RETAIL", "县域零售"
        THIRD_TERMINAL = "THIRD_TERMINAL", "第三终端"

    class Unit(models.TextChoices):
        WEEK = "week", "每周至少次数"
        INTERVAL = "interval", "间隔天数"
        MONTH = "month", "每月一次"
        QUARTER = "quarter", "每季一次"

    scheme = models.CharField("方案", max_length=16, choices=Scheme)
    segment = models.CharField("分级", max_length=12)
    unit = models.CharField("算法", max_length=8, choices=Unit)
    at_least = models.PositiveSmallIntegerField("每周至少", null=True, blank=True)
    min_days = models.PositiveSmallIntegerField("最短间隔（天）", null=True, blank=True)
    max_days = models.PositiveSmallIntegerField("最长间隔（天）", null=True, blank=True)
    phone_counts = models.BooleanField("电话也算", default=False)
    source = models.CharField("依据", max_length=120)

    counter = "frequencies"
    right = "frequency"
    objects = FrequencyRows.as_manager()

    class Meta:
        verbose_name = "拜访频次"
        ordering = ["scheme", "id"]
        constraints = [
            PeriodModel.period_check("frequency_period"),
            models.CheckConstraint(
                condition=Q(unit="week", at_least__isnull=False, at_least__gte=1, at_least__lte=7)
                | Q(unit="interval", min_days__isnull=False, max_days__isnull=False, min_days__gte=1)
                & Q(max_days__gte=F("min_days"))
                | Q(unit__in=["month", "quarter"]),
                name="frequency_numbers_fit_unit",
                violation_error_message="每周次数 1 到 7；间隔要写最短和最长，最长不小于最短。",
            ),
            models.UniqueConstraint(
                fields=["scheme", "segment", "valid_from"],
                condition=Q(bin__isnull=True),
                name="frequency_start_once",
                violation_error_message="这一天起已有同一分级的频次。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_scheme_display()} {self.segment}"


class VisitRows(Rows):
    def visible_to(self, viewer: Viewer) -> Self:
        """Own visits always; those of the positions in reach."""
        rows = self.published(viewer)
        if viewer.sees_all:
            return rows
        return rows.filter(Q(author_id=viewer.user_id) | Q(position_id__in=sorted(viewer.reach)))

    def open(self) -> Self:
        return self.filter(ended_at__isnull=True)


class Visit(Base):
    class Kind(models.TextChoices):
        TERMINAL = "TERMINAL", "药店拜访"
        ACADEMIC = "ACADEMIC", "学术拜访"
        SUPPLY_SERVICE = "SUPPLY_SERVICE", "供应服务"
        BUSINESS = "BUSINESS", "商务拜访"
        JOINT = "JOINT", "协访"

    class Ground(models.TextChoices):
        WITHIN = "within", "在签到半径内"
        OUTSIDE = "outside", "在签到半径外"
        NO_PLACE = "no_place", "客户还没有坐标"
        NO_SIGNAL = "no_signal", "没有定位"
        PHONE = "phone", "电话"
        AFTER = "after", "补记"
        IMPORTED = "imported", "导入"

        @property
        def is_checked_in(self) -> bool:
            """Noted as it happened; one noted afterwards or imported has nothing to judge its place and time by."""
            return self not in {Visit.Ground.AFTER, Visit.Ground.IMPORTED}

    party = models.ForeignKey("customers.Party", models.PROTECT, related_name="+", verbose_name="客户", db_index=False)
    position = models.ForeignKey(
        "territory.Position", models.PROTECT, related_name="+", verbose_name="岗位", db_index=False
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="拜访人", db_index=False
    )
    kind = models.CharField("拜访类型", max_length=14, choices=Kind)
    is_phone = models.BooleanField("电话", default=False)
    started_at = models.DateTimeField("开始")
    ended_at = models.DateTimeField("结束", null=True, blank=True)
    ground = models.CharField("签到依据", max_length=9, choices=Ground)
    #: metres from the party's place at check-in; the position itself is not kept
    distance_m = models.PositiveIntegerField("签到距离（米）", null=True, blank=True)
    #: who receives an academic visit and where; the institution arranges it beforehand (DOMAIN 7.2, point 7)
    reception = models.CharField("接待安排", max_length=120, blank=True)
    note = models.TextField("小结", max_length=1000, blank=True)
    next_on = models.DateField("下次日期", null=True, blank=True)

    counter = "visits"
    right = "visit"
    objects = VisitRows.as_manager()

    class Meta:
        verbose_name = "拜访"
        ordering = ["-started_at", "-id"]
        indexes = [
            # the last contact of a customer is answered from the index alone, rights included
            models.Index(fields=["party", "started_at", "position", "author", "bin"], name="visit_of_party"),
            models.Index(fields=["position", "started_at"], name="visit_of_position"),
            models.Index(fields=["author", "started_at"], name="visit_of_author"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("started_at")),
                name="visit_ends_after_start",
                violation_error_message="结束时间不能早于开始时间。",
            ),
            models.UniqueConstraint(
                fields=["author"],
                condition=Q(ended_at__isnull=True, bin__isnull=True),
                name="visit_one_open_per_author",
                violation_error_message="还有一次拜访没有结束，先结束它。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.party} {timezone.localtime(self.started_at):%m-%d}"

    @property
    def is_open(self) -> bool:
        return self.ended_at is None

    @property
    def is_checked_in(self) -> bool:
        return Visit.Ground(self.ground).is_checked_in

    @property
    def day(self) -> date:
        return timezone.localtime(self.started_at).date()

    @property
    def minutes(self) -> int | None:
        """Whole minutes of the stay; None while it lasts."""
        return None if self.ended_at is None else int((self.ended_at - self.started_at).total_seconds() // 60)


class SkipRows(Rows):
    def visible_to(self, viewer: Viewer) -> Self:
        rows = self.published(viewer)
        if viewer.sees_all:
            return rows
        return rows.filter(
            position_id__in=sorted(viewer.reach), party_id__in=covered_parties(viewer.reach, viewer.as_of)
        )


class Skip(Base):
    """Not today 今天不去: a customer one position leaves out for one day, and why."""

    party = models.ForeignKey("customers.Party", models.CASCADE, related_name="+", verbose_name="客户")
    position = models.ForeignKey(
        "territory.Position", models.PROTECT, related_name="+", verbose_name="岗位", db_index=False
    )
    day = models.DateField("日期")
    reason = models.CharField("原因", max_length=60)

    right = "visit"
    objects = SkipRows.as_manager()

    class Meta:
        verbose_name = "今天不去"
        ordering = ["-day", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["position", "day", "party"],
                condition=Q(bin__isnull=True),
                name="skip_once_a_day",
                violation_error_message="这家今天已经划掉了。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.party} {self.day:%m-%d}"
