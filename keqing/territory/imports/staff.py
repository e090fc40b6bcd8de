"""Import 员工与岗位: one row is one position with its holder; a row without a staff number is a vacant position."""

from __future__ import annotations

import re
from functools import partial

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_noop as _

from keqing.accounts.models import User
from keqing.core.imports.kind import Field, Kind
from keqing.core.sheets import BadCell, Cell, choice, day, mobile, text
from keqing.core.viewer import Viewer
from keqing.territory.imports.staff_judge import StaffJudge
from keqing.territory.imports.staff_writer import StaffWriter
from keqing.territory.personas import Persona

PERSONAS = {value: str(label) for value, label in Persona.choices}
NOT_A_LOGIN = _("登录名只用字母、数字和 . _ - @ +，“{value}”不行。")
NOT_AN_EMAIL = _("“{value}”不是邮箱地址。")


def login(cell: Cell) -> str:
    value = User.normalize_username(text(cell, 150))
    if value and not re.fullmatch(r"[a-z0-9._@+-]+", value):
        raise BadCell(NOT_A_LOGIN, value=value)
    return value


def email(cell: Cell) -> str:
    value = text(cell, 254)
    try:
        if value:
            validate_email(value)
    except ValidationError as bad:
        raise BadCell(NOT_AN_EMAIL, value=value) from bad
    return value


FIELDS = (
    Field("position_code", _("岗位编码"), partial(text, max_length=30), (_("岗位代码"), _("岗位号")), True, "P-0031"),
    Field("position_name", _("岗位名称"), partial(text, max_length=60), (_("岗位"),), example=_("长阳OTC代表")),
    Field(
        "parent_code", _("上级岗位编码"), partial(text, max_length=30), (_("上级岗位"), _("上级编码")), example="P-0003"
    ),
    Field("persona", _("角色"), partial(choice, labels=PERSONAS), (_("岗位角色"), _("岗位类别")), choices=PERSONAS),
    Field("product_line", _("产品线"), partial(text, max_length=40), example=_("慢病线")),
    Field("staff_no", _("工号"), partial(text, max_length=30), (_("员工编号"), _("员工号")), example="E00031"),
    Field("name", _("姓名"), partial(text, max_length=40), (_("员工姓名"),), example=_("李闻")),
    Field("username", _("登录名"), login, (_("账号"), _("用户名")), example="liwen"),
    Field("mobile", _("手机号"), mobile, (_("手机"), _("电话"), _("联系电话")), example="13800000000"),
    Field("email", _("邮箱"), email, (_("电子邮箱"), "email"), example="liwen@example.com"),
    Field("starts_on", _("入岗日期"), day, (_("任岗日期"), _("到岗日期"), _("上岗日期")), example="2026-03-01"),
    Field("filing_no", _("备案号"), partial(text, max_length=40), (_("医药代表备案号"), _("代表备案号"))),
)


def staff_kind(password: str | None = None, *, is_demo: bool = False) -> Kind:
    """With a password all new accounts get it (the invented world); else an administrator hands out one-time ones."""

    def open_writer(viewer: Viewer) -> StaffWriter:
        return StaffWriter(viewer, password=password, is_demo=is_demo)

    return Kind(
        key="staff",
        label=_("员工与岗位"),
        noun="staff",
        model="territory.position",
        fields=FIELDS,
        open_judge=StaffJudge,
        open_writer=open_writer,
        is_personal=True,
        hint=_(
            "一行是一个岗位和现在任岗的人；没填工号的是空岗。上级岗位可以写在同一张表的后面。"
            "有登录名的人会建好账号，密码由管理员一次性发放。"
        ),
    )


STAFF = staff_kind()
