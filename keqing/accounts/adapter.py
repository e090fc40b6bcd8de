"""How the sign-in library behaves in this house.

Accounts are made by the company (staff import, administrator), never by a visitor. Every attempt is logged; the
answers to a wrong password and to a name that does not exist are the same, and so is what is done before answering.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.internal.stagekit import clear_login
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from keqing.accounts.lockout import TRIES, lock, locked_until, name_key, was_last_try
from keqing.accounts.models import SignIn, User
from keqing.accounts.rules import browser_of, minutes_left, shorten_address
from keqing.accounts.services import log_sign_in, set_own_password
from keqing.core.saving import Act
from keqing.core.secrets import decrypt, encrypt

_WAYS = {
    Authenticator.Type.TOTP: SignIn.Way.CODE,
    Authenticator.Type.RECOVERY_CODES: SignIn.Way.RECOVERY,
    Authenticator.Type.WEBAUTHN: SignIn.Way.KEY,
}


def moment(request: HttpRequest) -> datetime:
    """The request's own clock, read once by our middleware."""
    return request.now  # type: ignore[attr-defined,no-any-return]


def remember(request: HttpRequest, user: User | None, result: str, way: str) -> None:
    log_sign_in(
        user,
        result=result,
        way=way,
        address=shorten_address(ClosedDoor().get_client_ip(request)),
        browser=browser_of(request.META.get("HTTP_USER_AGENT", "")),
        at=moment(request),
    )


class ClosedDoor(DefaultAccountAdapter):  # type: ignore[misc]
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": _("这个账号已停用，请联系管理员。"),
        "enter_current_password": _("现在的密码不对，再试一次。"),
        "incorrect_code": _("验证码不对，等手机上换一个再试。"),
        "incorrect_password": _("密码不对，再试一次。"),
        "invalid_login": _("账号或密码不对，再试一次。"),
        "rate_limited": _("操作太快了，过几分钟再试。"),
        "too_many_login_attempts": _("试的次数太多，过几分钟再来。"),
        "username_password_mismatch": _("账号或密码不对，再试一次。"),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_safe_url(self, url: str) -> bool:
        """Only this very site: other allowed hosts are other sites to the person who clicks."""
        here = {self.request.get_host()}
        return url_has_allowed_host_and_scheme(url, here, require_https=self.request.is_secure())

    # ---- before and after a try ------------------------------------------------------------------------------------

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        until = locked_until(credentials.get("username", ""), moment(request))
        if until is not None:
            raise locked_error(until, moment(request))
        super().pre_authenticate(request, **credentials)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        name = credentials.get("username", "")
        user = User.objects.filter(username=User.normalize_username(name)).first()
        is_last = was_last_try(request, name)
        result = SignIn.Result.LOCKED if is_last else SignIn.Result.WRONG
        remember(request, user, result, SignIn.Way.PASSWORD)
        if is_last:
            raise locked_error(lock(name, moment(request)), moment(request))

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Without the host: it comes from the visitor, and every port would open a fresh count."""
        return name_key(credentials.get("username", ""))

    # ---- after the password ----------------------------------------------------------------------------------------

    def pre_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse | None:
        way = _way(request, user)
        if not user.is_active:
            remember(request, user, SignIn.Result.INACTIVE, way)
        elif way == SignIn.Way.PASSWORD and user.one_time_until and user.one_time_until <= moment(request):
            remember(request, user, SignIn.Result.EXPIRED, way)
            clear_login(request)
            messages.error(request, gettext("这个一次性密码过期了，请管理员再发一个。"))
            return HttpResponseRedirect(resolve_url(settings.LOGIN_URL))
        return super().pre_login(request, user, **kwargs)  # type: ignore[no-any-return]

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        remember(request, user, SignIn.Result.OK, _way(request, user))
        return super().post_login(request, user, **kwargs)  # type: ignore[no-any-return]

    # ---- changing the password -------------------------------------------------------------------------------------

    def set_password(self, user: User, password: str) -> None:
        self.request.was_forced = user.must_change_password
        set_own_password(user, password, Act(user_id=user.pk, at=moment(self.request)))

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Who was held up on the way in goes on; who came to change it goes back."""
        if getattr(request, "was_forced", False):
            return resolve_url(settings.LOGIN_REDIRECT_URL)
        return resolve_url("usersessions_list")

    def get_logout_redirect_url(self, request: HttpRequest) -> str:
        return resolve_url(settings.LOGIN_URL)

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        words = {
            "reauthenticate": _("用密码"),
            "mfa_reauthenticate": _("用验证码"),
            "mfa_reauthenticate:webauthn": _("用通行密钥"),
        }
        return [{**way, "description": words[way["id"]]} for way in super().get_reauthentication_methods(user)]


def locked_error(until: datetime, at: datetime) -> ValidationError:
    words = {"tries": TRIES, "minutes": minutes_left(until - at)}
    text = gettext("密码连错 %(tries)s 次，账号先锁住了，%(minutes)s 分钟后再试。忘了密码就请管理员重置。")
    return ValidationError(text % words, code="locked")


def _way(request: HttpRequest, user: User) -> str:
    last = (get_authentication_records(request, user) or [{}])[-1]
    if last.get("passwordless"):
        return SignIn.Way.PASSKEY
    return _WAYS.get(last.get("type"), SignIn.Way.PASSWORD)


class SecondFactor(DefaultMFAAdapter):  # type: ignore[misc]
    """Secrets of the second factor lie encrypted; names of keys are ours."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "cannot_delete_authenticator": _("现在不能关掉二次验证。"),
        "cannot_generate_recovery_codes": _("先开启二次验证，再生成恢复码。"),
        "incorrect_code": _("验证没通过，再试一次。"),
    }

    def encrypt(self, text: str) -> str:
        return encrypt(text, settings.KEQING_PERSONAL_KEY)

    def decrypt(self, encrypted_text: str) -> str:
        return decrypt(encrypted_text, settings.KEQING_PERSONAL_KEY)

    def get_totp_label(self, user: User) -> str:
        return user.username

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:
        count = Authenticator.objects.filter(user=user, type=type).count()
        return gettext("通行密钥 %(number)s") % {"number": count + 1}

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {**super().get_public_key_credential_rp_entity(), "name": gettext("客情")}
