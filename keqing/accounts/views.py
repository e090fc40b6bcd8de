"""Accounts for administrators, and what the library's pages lack: sign-ins beside sessions, theme and language."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from allauth.account.decorators import reauthentication_required
from allauth.usersessions.views import ListUserSessionsView
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from keqing.accounts import reports, services
from keqing.accounts.lists import ACCOUNTS, SIGN_INS, account_rows, sign_in_rows
from keqing.accounts.lockout import locked_among
from keqing.accounts.models import User
from keqing.core.doors import needs
from keqing.core.htmx import redirect_page, render_page
from keqing.core.list_page import show_list
from keqing.core.requests import SignedIn, act_of

THEMES = ("auto", "light", "dark")
YEAR = 365 * 24 * 3600
Service = Callable[..., Any]


def _account(request: SignedIn, public_id: UUID) -> User:
    user: User = get_object_or_404(User.objects.visible_to(request.viewer), public_id=public_id)
    return user


@require_GET
@needs("account")
def accounts(request: SignedIn) -> HttpResponse:
    return show_list(request, "accounts/list.html", ACCOUNTS, account_rows, has_views=False)


@require_GET
@needs("account")
def sign_ins(request: SignedIn) -> HttpResponse:
    return show_list(request, "accounts/sign_ins.html", SIGN_INS, sign_in_rows, has_views=False)


@require_GET
@needs("account")
def account(request: SignedIn, public_id: UUID) -> HttpResponse:
    user = _account(request, public_id)
    context = {
        "active": "accounts",
        "user": user,
        "is_own": user.pk == request.viewer.user_id,
        "is_locked": bool(locked_among([user.username])),
        "factors": reports.factors_of(user),
        "sessions": reports.sessions_of(user),
        "sign_ins": reports.sign_ins_of(user),
        "history": reports.history_of(user),
        "may_change": request.viewer.may("account", "change"),
    }
    return render_page(request, "accounts/account.html", context)


def _doing(service: Service, said: Callable[[Any], str]) -> Callable[..., HttpResponse]:
    """One act on one account: a POST of its own, back to the account's page."""

    @require_POST
    @needs("account", "change")
    def view(request: SignedIn, public_id: UUID) -> HttpResponse:
        user = _account(request, public_id)
        try:
            messages.success(request, said(service(user, act_of(request))))
        except services.OwnAccount:
            messages.error(request, _own_account())
        return redirect_page(request, "accounts:account", user.public_id)

    return view


def _own_account() -> str:
    return _("这是您自己的账号，在这里改会把自己关在外面，什么都没有动。请另一位管理员来做。")


activate = _doing(services.activate, lambda done: _("已启用，可以登录了。"))
deactivate = _doing(services.deactivate, lambda done: _("已停用，登录也都结束了；资料和记录都还在。"))
end_sessions = _doing(services.end_sessions, lambda count: _("结束了 %(count)s 个登录。") % {"count": count})
lift_lock = _doing(services.lift_lock, lambda done: _("锁已解开，现在就能登录。"))


@never_cache
@require_http_methods(["GET", "POST"])
@needs("account", "change")
@reauthentication_required  # type: ignore[untyped-decorator]
def reset_password(request: SignedIn, public_id: UUID) -> HttpResponse:
    """The one-time password stands on the answer itself: neither stored nor put into a message."""
    user = _account(request, public_id)
    context: dict[str, Any] = {"active": "accounts", "user": user, "password": None, "hours": _hours()}
    if request.method == "POST":
        try:
            context["password"] = services.reset_password(user, act_of(request))
        except services.OwnAccount:
            messages.error(request, _own_account())
            return redirect_page(request, "accounts:account", user.public_id)
    return render_page(request, "accounts/reset_password.html", context)


def _hours() -> int:
    return int(services.ONE_TIME.total_seconds() // 3600)


@never_cache
@require_http_methods(["GET", "POST"])
@needs("account", "change")
@reauthentication_required  # type: ignore[untyped-decorator]
def remove_second_factor(request: SignedIn, public_id: UUID) -> HttpResponse:
    user = _account(request, public_id)
    if request.method == "GET":
        context = {"active": "accounts", "user": user, "factors": reports.factors_of(user)}
        return render_page(request, "accounts/remove_second_factor.html", context)
    try:
        services.remove_second_factor(user, act_of(request))
        messages.success(request, _("二次验证已取消，下次只凭密码登录，再重新开启。"))
    except services.OwnAccount:
        messages.error(request, _own_account())
    return redirect_page(request, "accounts:account", user.public_id)


@require_POST
def preferences(request: HttpRequest) -> HttpResponse:
    """Theme and language of this browser, signed in or not."""
    response = redirect_page(request, _own_page(request, request.POST.get("next", "")))
    if request.POST.get("theme") in THEMES:
        _keep(response, "theme", request.POST["theme"])
    lang = request.POST.get("lang") or request.POST.get("language")
    if lang in dict(settings.LANGUAGES):
        _keep(response, "lang", lang)
    return response


def _own_page(request: HttpRequest, wanted: str) -> str:
    is_ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if is_ours else "/"


def _keep(response: HttpResponse, name: str, value: str) -> None:
    response.set_cookie(name, value, max_age=YEAR, samesite="Lax", httponly=True, secure=settings.SESSION_COOKIE_SECURE)


class Sessions(ListUserSessionsView):  # type: ignore[misc]
    """Own sessions, and below them the last sign-ins, those that failed too."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user, key = self.request.user, self.request.session.session_key
        open_sessions = reports.sessions_of(user, key)
        extra = {"open_sessions": open_sessions, "sign_ins": reports.sign_ins_of(user)}
        return {**super().get_context_data(**kwargs), **extra}
