"""Position 岗位, its dated holders, and who stands in. Credit and coverage attach to the position, not the person."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext

from keqing.core.fields import EncryptedField, PeriodModel
from keqing.core.models import Base, Rows
from keqing.core.periods import chunks, first_overlap
from keqing.core.viewer import Viewer
from keqing.territory.personas import Persona
from keqing.territory.rules.exclusion import Stint, first_exclusion


class PositionRows(Rows):
    def visible_to(self, viewer: Viewer) -> Self:
        rows = self.published(viewer)
        return rows if viewer.sees_all else rows.filter(pk__in=viewer.reach)

    def in_force(self, day: date) -> Self:
        return self.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=day), valid_from__lte=day)

    def vacant(self, day: date) -> Self:
        return self.in_force(day).exclude(pk__in=Tenure.objects.live().on(day).values("position_id"))


class Position(Base):
    code = models.CharField("岗位编码", max_length=30)
    name = models.CharField("岗位名称", max_length=60)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name="上级岗位"
    )
    persona = models.CharField("角色", max_length=20, choices=Persona)
    product_line = models.CharField("产品线", max_length=40, blank=True)
    division = models.ForeignKey(
        "territory.Division", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="驻地"
    )
    valid_from = models.DateField("设岗日期")
    valid_to = models.DateField("撤岗日期", null=True, blank=True)

    counter = "positions"
    right = "position"
    objects = PositionRows.as_manager()

    class Meta:
        verbose_name = "岗位"
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(
                fields=["code"],
                condition=Q(bin__isnull=True),
                name="position_code_once",
                violation_error_message="这个岗位编码已经有了。",
            ),
            PeriodModel.period_check("position_period"),
        ]

    def __str__(self) -> str:
        return self.name


class EmployeeRows(Rows):
    def visible_to(self, viewer: Viewer) -> Self:
        """Staff who hold, held or will hold a position in reach; and oneself."""
        rows = self.published(viewer)
        if viewer.sees_all:
            return rows
        held = Tenure.objects.live().filter(position_id__in=viewer.reach).values("employee_id")
        return rows.filter(Q(pk__in=held) | Q(user_id=viewer.user_id))

    def employed(self, day: date) -> Self:
        return self.filter(Q(left_on__isnull=True) | Q(left_on__gt=day))


class Employee(Base):
    staff_no = models.CharField("工号", max_length=30)
    name = models.CharField("姓名", max_length=40)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="账号"
    )
    mobile = EncryptedField("手机号", blank=True)
    mobile_hash = models.CharField(max_length=32, blank=True, editable=False)
    email = models.EmailField("邮箱", blank=True)
    filing_no = models.CharField("医药代表备案号", max_length=40, blank=True)
    left_on = models.DateField("离职日期", null=True, blank=True)

    is_personal = True
    counter = "positions"
    right = "staff"
    objects = EmployeeRows.as_manager()

    class Meta:
        verbose_name = "员工"
        ordering = ["staff_no"]
        constraints = [
            models.UniqueConstraint(
                fields=["staff_no"],
                condition=Q(bin__isnull=True),
                name="employee_staff_no_once",
                violation_error_message="这个工号已经有了。",
            )
        ]

    def __str__(self) -> str:
        return self.name

    def search_texts(self) -> tuple[str, ...]:
        return (self.name, self.staff_no)


class TenureRows(Rows):
    def visible_to(self, viewer: Viewer) -> Self:
        rows = self.published(viewer)
        return rows if viewer.sees_all else rows.filter(position_id__in=viewer.reach)

    def on(self, day: date) -> Self:
        return self.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=day), valid_from__lte=day)


class Tenure(Base, PeriodModel):
    """Who holds a position from when to when 任岗. A position without one on a day is vacant that day."""

    employee = models.ForeignKey(Employee, models.PROTECT, related_name="tenures", verbose_name="员工")
    position = models.ForeignKey(Position, models.PROTECT, related_name="tenures", verbose_name="岗位")

    counter = "positions"
    right = "position"
    objects = TenureRows.as_manager()

    class Meta:
        verbose_name = "任岗"
        ordering = ["-valid_from"]
        constraints = [
            PeriodModel.period_check("tenure_period"),
            models.UniqueConstraint(
                fields=["position", "valid_from"], condition=Q(bin__isnull=True), name="tenure_start_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.employee} · {self.position}"

    @classmethod
    def refuse_restore(cls, keys: Sequence[int]) -> str:
        """A position has one holder on a day, and nobody sells and informs physicians on the same day."""
        for chunk in chunks(keys):
            coming = cls._default_manager.filter(pk__in=chunk).select_related("employee", "position").order_by("pk")
            standing = cls.objects.live().select_related("employee", "position")
            at_positions = standing.filter(position_id__in={row.position_id for row in coming})
            if found := first_overlap(coming, at_positions, lambda row: row.position_id):
                return _held_already(*found)
            of_people = standing.filter(employee_id__in={row.employee_id for row in coming})
            if sentence := _acting_as_both([*coming, *of_people]):
                return sentence
        return ""


def _held_already(row: Tenure, other: Tenure) -> str:
    return gettext(
        "%(position)s 从 %(since)s 起由 %(other)s 任岗，和要恢复的 %(name)s（%(day)s 起）重叠，没有恢复。"
        "先结束其中一段，再恢复。"
    ) % {
        "position": row.position,
        "since": other.valid_from,
        "other": other.employee,
        "name": row.employee,
        "day": row.valid_from,
    }


def _acting_as_both(rows: Sequence[Tenure]) -> str:
    stints: dict[Employee, list[Stint]] = defaultdict(list)
    for row in rows:
        stint = Stint(row.position.persona, row.position.name, row.valid_from, row.valid_to)
        stints[row.employee].append(stint)
    for employee, held in stints.items():
        if found := first_exclusion(held):
            words = {"name": employee, "one": found[0].position, "other": found[1].position}
            return gettext("%(name)s 会同时是“%(one)s”和“%(other)s”，医药代表不能兼任销售岗位。") % words
    return ""


class TimeOffRows(Rows):
    def visible_to(self, viewer: Viewer) -> Self:
        """What one may arrange, and the days on which one stands in for somebody."""
        return self._seen(viewer, Q(employee__user_id=viewer.user_id) | Q(substitute__user_id=viewer.user_id))

    def arranged_by(self, viewer: Viewer) -> Self:
        """Own days off, and for who may change others' those of the people in reach."""
        return self._seen(viewer, Q(employee__user_id=viewer.user_id))

    def _seen(self, viewer: Viewer, mine: Q) -> Self:
        rows = self.published(viewer)
        if not viewer.may("time_off", "change"):
            return rows.filter(mine)
        if viewer.sees_all:
            return rows
        held = Tenure.objects.live().on(viewer.as_of).filter(position_id__in=viewer.reach).values("employee_id")
        return rows.filter(mine | Q(employee_id__in=held))

    def touching(self, starts_on: date, ends_on: date) -> Self:
        """Rows with at least one day in [starts_on, ends_on], both ends included."""
        return self.filter(starts_on__lte=ends_on, ends_on__gte=starts_on)


class TimeOff(Base):
    """Days off 休假; the substitute sees and works the absent person's positions on these days."""

    class Kind(models.TextChoices):
        LEAVE = "leave", "休假"
        SICK = "sick", "病假"
        TRAINING = "training", "培训"
        OTHER = "other", "其他"

    employee = models.ForeignKey(Employee, models.PROTECT, related_name="time_off", verbose_name="员工")
    starts_on = models.DateField("开始")
    ends_on = models.DateField("结束", help_text="含这一天")
    kind = models.CharField("类别", max_length=8, choices=Kind, default=Kind.LEAVE)
    substitute = models.ForeignKey(
        Employee, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="代班人"
    )

    counter = "positions"
    right = "time_off"
    objects = TimeOffRows.as_manager()

    class Meta:
        verbose_name = "休假"
        ordering = ["-starts_on"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="time_off_period",
                violation_error_message="结束日期不能早于开始日期。",
            ),
            models.CheckConstraint(
                condition=Q(substitute__isnull=True) | ~Q(substitute=F("employee")),
                name="time_off_other_substitute",
                violation_error_message="代班人不能是自己。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.employee} {self.starts_on}"
