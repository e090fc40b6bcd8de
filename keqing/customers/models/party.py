"""Party 客户: every institution, store, chain, distributor or other organisation one deals with (DOMAIN 2.1–2.5)."""

from __future__ import annotations

from typing import Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from keqing.core.models import Base, Rows
from keqing.core.viewer import Viewer
from keqing.customers.kinds import (
    STORE_TYPES,
    THIRD_TERMINAL,
    Ownership,
    PartyKind,
    PaymentMode,
    Status,
    StoreType,
    TerminalType,
)
from keqing.customers.models.assignment import covered_parties, covers


class PartyRows(Rows):
    def visible_to(self, viewer: Viewer) -> Self:
        rows = self.published(viewer)
        if viewer.sees_all:
            return rows
        return rows.filter(pk__in=covered_parties(viewer.reach, viewer.as_of))

    def one_visible_to(self, viewer: Viewer) -> Self:
        """The same rows, for looking up a single one."""
        rows = self.published(viewer)
        return rows if viewer.sees_all else rows.filter(covers(viewer.reach, viewer.as_of))


class Party(Base):
    class PlaceGround(models.TextChoices):
        IMPORT = "import", "导入"
        PERSON = "person", "人工填写"
        CHECK_IN = "check_in", "签到位置，已确认"

    code = models.CharField("客户编码", max_length=40, blank=True)
    name = models.CharField("客户名称", max_length=120)
    short_name = models.CharField("简称", max_length=60, blank=True)
    name_norm = models.CharField(max_length=120, editable=False)
    #: pinyin of the name: the order of lists
    sort_key = models.CharField(max_length=60, editable=False)
    kind = models.CharField("大类", max_length=16, choices=PartyKind)
    terminal_type = models.CharField("终端类型", max_length=22, choices=TerminalType, blank=True)
    credit_code = models.CharField("统一社会信用代码", max_length=18, blank=True)
    status = models.CharField("状态", max_length=12, choices=Status, default=Status.ACTIVE)
    source = models.CharField("来源", max_length=60, blank=True)
    division = models.ForeignKey(
        "territory.Division", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="区划"
    )
    address = models.CharField("详细地址", max_length=200, blank=True)
    lng = models.FloatField("经度", null=True, blank=True, validators=[MinValueValidator(73), MaxValueValidator(136)])
    lat = models.FloatField("纬度", null=True, blank=True, validators=[MinValueValidator(3), MaxValueValidator(54)])
    place_ground = models.CharField("位置依据", max_length=8, choices=PlaceGround, blank=True)
    geofence_m = models.PositiveIntegerField("签到半径（米）", default=500)
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="members",
        verbose_name="上级（总部、牵头医院）",
        db_index=False,
    )
    ownership = models.CharField("经营性质", max_length=10, choices=Ownership, blank=True)
    store_type = models.CharField("店型", max_length=10, choices=StoreType, blank=True)
    tags = models.CharField("标签", max_length=120, blank=True, help_text="用顿号隔开")
    is_nhsa_designated = models.BooleanField("医保定点", null=True, blank=True)
    staff_count = models.PositiveIntegerField("店员人数", null=True, blank=True)
    area_m2 = models.PositiveIntegerField("面积（平方米）", null=True, blank=True)
    daily_footfall = models.PositiveIntegerField("日均客流", null=True, blank=True)
    membership_count = models.PositiveIntegerField("会员数", null=True, blank=True)
    member_day = models.CharField("会员日", max_length=30, blank=True)
    replenish_cycle_days = models.PositiveSmallIntegerField(
        "补货周期（天）", null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(365)]
    )
    payment_mode = models.CharField("付款方式", max_length=14, choices=PaymentMode, blank=True)

    counter = "parties"
    right = "party"
    objects = PartyRows.as_manager()

    class Meta:
        verbose_name = "客户"
        ordering = ["sort_key", "id"]
        indexes = [
            models.Index(fields=["sort_key", "id"], name="party_by_name", condition=Q(bin__isnull=True)),
            # few have a parent: an index over all of them would tell the planner that a parent has them all
            models.Index(fields=["parent"], name="party_members", condition=Q(parent__isnull=False)),
            models.Index(fields=["name_norm"], name="party_name_norm"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["code"],
                condition=Q(bin__isnull=True) & ~Q(code=""),
                name="party_code_once",
                violation_error_message="这个客户编码已经有了。",
            ),
            models.CheckConstraint(
                condition=Q(lng__isnull=True, lat__isnull=True) | Q(lng__gte=73, lng__lte=136, lat__gte=3, lat__lte=54),
                name="party_place_in_china",
                violation_error_message="经度在 73 到 136、纬度在 3 到 54 之间；两个都填或都不填。",
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=["HCO", "STORE"]) | ~Q(terminal_type=""),
                name="party_terminal_has_type",
                violation_error_message="医疗机构和药店要写明终端类型。",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_hco(self) -> bool:
        return self.kind == PartyKind.HCO

    @property
    def is_store(self) -> bool:
        return self.terminal_type in STORE_TYPES

    @property
    def is_third_terminal(self) -> bool:
        return self.terminal_type in THIRD_TERMINAL

    @property
    def type_label(self) -> str:
        return self.get_terminal_type_display() if self.terminal_type else self.get_kind_display()

    @property
    def has_place(self) -> bool:
        return self.lng is not None and self.lat is not None

    def search_texts(self) -> tuple[str, ...]:
        return (self.name, self.short_name, self.code)


class PartyPart(Rows):
    """Rows that belong to one party are seen by who sees the party."""

    def visible_to(self, viewer: Viewer) -> Self:
        rows = self.published(viewer)
        if viewer.sees_all:
            return rows
        return rows.filter(party_id__in=covered_parties(viewer.reach, viewer.as_of))


class PartyName(Base):
    """Another name of a party 别名: also known as, formerly, one campus of."""

    class Relation(models.TextChoices):
        ALSO = "also", "又名"
        FORMER = "former", "曾用名"
        CAMPUS = "campus", "院区或分店"

    party = models.ForeignKey(Party, models.CASCADE, related_name="names", verbose_name="客户")
    name = models.CharField("名称", max_length=120)
    name_norm = models.CharField(max_length=120, db_index=True, editable=False)
    relation = models.CharField("关系", max_length=6, choices=Relation, default=Relation.ALSO)

    right = "party"
    objects = PartyPart.as_manager()

    class Meta:
        verbose_name = "别名"
        constraints = [
            models.UniqueConstraint(
                fields=["party", "name_norm"],
                condition=Q(bin__isnull=True),
                name="party_name_once",
                violation_error_message="这个别名已经有了。",
            )
        ]

    def __str__(self) -> str:
        return self.name


class PlaceProposal(Base):
    """The place of the first valid check-in at a party without coordinates; a person confirms or discards it."""

    party = models.ForeignKey(Party, models.CASCADE, related_name="place_proposals", verbose_name="客户")
    lng = models.FloatField("经度")
    lat = models.FloatField("纬度")
    accuracy_m = models.PositiveIntegerField("精度（米）", null=True)
    proposed_at = models.DateTimeField("时间")
    is_accepted = models.BooleanField("采用", null=True)

    right = "party"
    objects = PartyPart.as_manager()

    class Meta:
        verbose_name = "位置建议"

    def __str__(self) -> str:
        return f"{self.party} {self.proposed_at:%m-%d}"
