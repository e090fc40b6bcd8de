"""The list of the staff 员工: who holds what today, who has an account, who has left."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_noop as _

from keqing.core.lists import Column, Filter, ListSpec
from keqing.core.viewer import Viewer
from keqing.territory.models import Employee, Tenure
from keqing.territory.personas import Persona

_STATES = {"here": {"left_on__isnull": True}, "left": {"left_on__isnull": False}, "unsigned": {"user__isnull": True}}


def masked(mobile: str) -> str:
    return f"{mobile[:3]}****{mobile[-4:]}" if len(mobile) == 11 else "•••" if mobile else ""


def with_positions(rows: list[Employee], viewer: Viewer) -> list[Any]:
    """`held`: today's positions in the viewer's sight, in two queries for the whole page."""
    held: dict[int, list[Tenure]] = defaultdict(list)
    keys = [row.pk for row in rows]
    tenures = Tenure.objects.visible_to(viewer).on(viewer.as_of).filter(employee_id__in=keys)
    for tenure in tenures.select_related("position").order_by("pk"):
        held[tenure.employee_id].append(tenure)
    for row in rows:
        row.held = held[row.pk]  # type: ignore[attr-defined]
        row.has_left = row.left_on is not None and row.left_on <= viewer.as_of  # type: ignore[attr-defined]
    return rows


def _personas(viewer: Viewer) -> list[tuple[str, str]]:
    return [(value, str(label)) for value, label in Persona.choices]


def _persona(row: Any) -> str:
    return str(Persona(row.held[0].position.persona).label) if row.held else ""


def _state(row: Any) -> str:
    if row.has_left:
        return _("已离职")
    return "" if row.held else _("没有岗位")


def _by_persona(rows: QuerySet[Any], values: Sequence[str]) -> QuerySet[Any]:
    held = Tenure.objects.live().filter(valid_to__isnull=True, position__persona__in=values).values("employee_id")
    return rows.filter(pk__in=held)


def _by_state(rows: QuerySet[Any], values: Sequence[str]) -> QuerySet[Any]:
    found = rows.none()
    for value in values:
        found = found | rows.filter(**_STATES.get(value, {"pk": None}))
    return found


def staff_rows(viewer: Viewer) -> QuerySet[Employee]:
    rows: QuerySet[Employee] = Employee.objects.visible_to(viewer).select_related("user")
    return rows


STAFF = ListSpec(
    key="staff",
    noun="staff",
    title="员工",
    columns=(
        Column("name", _("姓名"), lambda row: row.name, sort="name"),
        Column("staff_no", _("工号"), lambda row: row.staff_no, sort="staff_no"),
        Column("positions", _("岗位"), lambda row: "、".join(tenure.position.name for tenure in row.held)),
        Column("persona", _("角色"), _persona, kind="chip"),
        Column("state", _("状态"), _state, kind="chip", tone=lambda row: "none" if row.has_left else "amber"),
        Column("mobile", _("手机号"), lambda row: masked(row.mobile)),
        Column("email", _("邮箱"), lambda row: row.email, is_default=False),
        Column("filing_no", _("备案号"), lambda row: row.filing_no, is_default=False),
        Column("account", _("登录名"), lambda row: row.user.username if row.user else "", is_default=False),
        Column("left_on", _("离职日期"), lambda row: row.left_on, kind="day", is_default=False),
    ),
    filters=(
        Filter("persona", _("角色"), _personas, _by_persona),
        Filter(
            "state",
            _("状态"),
            lambda viewer: [("here", _("在职")), ("left", _("已离职")), ("unsigned", _("没有账号"))],
            _by_state,
        ),
    ),
    default_sort="staff_no",
    link=lambda row: reverse("territory:employee", args=[row.public_id]),
    prepare=with_positions,
)
