"""What accounts tell about themselves: to their owner and to administrators."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.utils.translation import gettext as _

from keqing.accounts.models import SignIn, User
from keqing.accounts.rules import browser_of, shorten_address
from keqing.accounts.services import NOUN
from keqing.core.models import HistoryEntry

SHOWN = 20


@dataclass(frozen=True)
class Factors:
    has_codes: bool
    passkeys: int
    has_recovery: bool

    @property
    def is_on(self) -> bool:
        return self.has_codes or self.passkeys > 0


@dataclass(frozen=True)
class OpenSession:
    started_at: datetime
    browser: str
    address: str
    is_current: bool


@dataclass(frozen=True)
class MyAccount:
    """For the page 「我的」 (template accounts/_me.html)."""

    username: str
    factors: Factors
    sessions: int
    last_sign_in: SignIn | None


def factors_of(user: User) -> Factors:
    kinds = list(Authenticator.objects.filter(user=user).values_list("type", flat=True))
    return Factors(
        has_codes=Authenticator.Type.TOTP in kinds,
        passkeys=kinds.count(Authenticator.Type.WEBAUTHN),
        has_recovery=Authenticator.Type.RECOVERY_CODES in kinds,
    )


def with_second_factor(keys: list[int]) -> frozenset[int]:
    rows = Authenticator.objects.filter(user_id__in=keys).exclude(type=Authenticator.Type.RECOVERY_CODES)
    return frozenset(rows.values_list("user_id", flat=True))


def sessions_of(user: User, current_key: str | None = None) -> list[OpenSession]:
    """Sessions that still open a door, newest first; the dead ones are cleared away on the way."""
    rows = sorted(UserSession.objects.purge_and_list(user), key=lambda row: row.created_at, reverse=True)
    return [
        OpenSession(row.created_at, browser_of(row.user_agent), shorten_address(row.ip), row.session_key == current_key)
        for row in rows
    ]


def sign_ins_of(user: User, limit: int = SHOWN) -> list[SignIn]:
    return list(SignIn.objects.filter(user=user).order_by("-id")[:limit])


def my_account(user: User) -> MyAccount:
    """The sign-in before this one is what tells a person that somebody else was here."""
    earlier = SignIn.objects.filter(user=user, result=SignIn.Result.OK).order_by("-id")[1:2]
    return MyAccount(
        username=user.username,
        factors=factors_of(user),
        sessions=UserSession.objects.filter(user=user).count(),
        last_sign_in=next(iter(earlier), None),
    )


@dataclass(frozen=True)
class Told:
    """One line of an account's history in words; `by` is empty for what a job or import did."""

    at: datetime
    by: str
    text: str


def history_of(user: User, limit: int = SHOWN) -> list[Told]:
    rows = HistoryEntry.objects.filter(noun=NOUN, object_id=user.pk).select_related("user").order_by("-id")[:limit]
    return [Told(row.at, str(row.user or ""), _told(json.loads(row.changes))) for row in rows]


def _told(changes: dict[str, list[object]]) -> str:
    return _("，").join(_one(name, *change) for name, change in changes.items())


def _one(name: str, before: object, after: object) -> str:
    if name == "second_factor":
        return _("取消二次验证")
    if name == "sessions":
        return _("结束 %(count)s 个登录") % {"count": before}
    words = {
        "username": _("建立账号"),
        "is_active": _("启用") if after else _("停用"),
        "password": _("发了一次性密码") if after == "one-time" else _("自己改了密码"),
        "locked": _("解开锁定"),
    }
    return words.get(name, name)
