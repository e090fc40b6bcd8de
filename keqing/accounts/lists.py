"""The list of accounts and the log of sign-ins."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from allauth.mfa.models import Authenticator
from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Coalesce
from django.urls import reverse

from keqing.accounts.lockout import locked_among
from keqing.accounts.models import SignIn, User
from keqing.accounts.reports import with_second_factor
from keqing.core.lists import Column, Filter, ListSpec
from keqing.core.viewer import Viewer

NEVER = datetime(2000, 1, 1, tzinfo=UTC)
_STATES = {
    "active": Q(is_active=True),
    "inactive": Q(is_active=False),
    "must_change": Q(is_active=True, must_change_password=True),
}


def with_sign_in(rows: QuerySet[User]) -> QuerySet[User]:
    """Sorting needs a value in every row, also in those that never signed in."""
    return rows.annotate(signed_in_at=Coalesce("last_login", Value(NEVER)))


def _prepare(rows: list[Any], viewer: Viewer) -> list[Any]:
    protected = with_second_factor([row.pk for row in rows])
    locked = locked_among([row.username for row in rows])
    for row in rows:
        row.has_second_factor = row.pk in protected
        row.is_locked = row.username in locked
    return rows


def _state(row: Any) -> str:
    if not row.is_active:
        return "已停用"
    if row.is_locked:
        return "暂时锁定"
    return "待改密码" if row.must_change_password else "正常"


def _by_state(rows: QuerySet[Any], values: Sequence[str]) -> QuerySet[Any]:
    wanted = Q(pk__in=())
    for value in values:
        wanted |= _STATES.get(value, Q(pk__in=()))
    return rows.filter(wanted)


def _by_factor(rows: QuerySet[Any], values: Sequence[str]) -> QuerySet[Any]:
    if set(values) >= {"on", "off"}:
        return rows
    protected = Authenticator.objects.exclude(type=Authenticator.Type.RECOVERY_CODES).values("user_id")
    return rows.filter(pk__in=protected) if "on" in values else rows.exclude(pk__in=protected)


def account_rows(viewer: Viewer) -> QuerySet[User]:
    return with_sign_in(User.objects.visible_to(viewer))


def sign_in_rows(viewer: Viewer) -> QuerySet[SignIn]:
    rows: QuerySet[SignIn] = SignIn.objects.visible_to(viewer).select_related("user")
    return rows


ACCOUNTS = ListSpec(
    key="accounts",
    noun="account",
    title="账号",
    columns=(
        Column("name", "姓名", str, sort="name", kind="link"),
        Column("username", "账号", lambda row: row.username, sort="username"),
        Column(
            "state",
            "状态",
            _state,
            kind="chip",
            tone=lambda row: {"正常": "none", "待改密码": "none"}.get(_state(row), "amber"),
        ),
        Column(
            "second_factor",
            "二次验证",
            lambda row: "已开启" if row.has_second_factor else "",
            kind="chip",
            tone=lambda row: "accent",
        ),
        Column("last_sign_in", "上次登录", lambda row: row.last_login, sort="signed_in_at", kind="moment"),
        Column("created", "建立时间", lambda row: row.date_joined, sort="date_joined", kind="day", is_default=False),
    ),
    filters=(
        Filter(
            "state",
            "状态",
            lambda viewer: (("active", "可以登录"), ("must_change", "待改密码"), ("inactive", "已停用")),
            _by_state,
        ),
        Filter("second_factor", "二次验证", lambda viewer: (("on", "已开启"), ("off", "没开启")), _by_factor),
    ),
    default_sort="username",
    link=lambda row: reverse("accounts:account", args=[row.public_id]),
    prepare=_prepare,
)


def _sign_in_link(row: Any) -> str:
    return reverse("accounts:account", args=[row.user.public_id]) if row.user else reverse("accounts:sign_ins")


SIGN_INS = ListSpec(
    key="sign_ins",
    noun="account",
    title="登录记录",
    columns=(
        Column("user", "账号", lambda row: str(row.user) if row.user else "没有这个账号", kind="link"),
        Column("at", "时间", lambda row: row.at, sort="at", kind="moment"),
        Column(
            "result",
            "结果",
            lambda row: row.get_result_display(),
            kind="chip",
            tone=lambda row: "none" if row.is_ok else "amber",
        ),
        Column("way", "方式", lambda row: row.get_way_display(), kind="label"),
        Column("browser", "浏览器", lambda row: row.browser),
        Column("address", "网段", lambda row: row.address),
    ),
    filters=(
        Filter(
            "result",
            "结果",
            lambda viewer: SignIn.Result.choices,
            lambda rows, values: rows.filter(result__in=values),
        ),
    ),
    default_sort="-at",
    link=_sign_in_link,
    is_searchable=False,
)
