"""Language, sign-in and viewer for every request. Every path is closed unless it is listed here as open."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote, urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.utils import timezone, translation

from keqing.accounts.backend import state_read_with
from keqing.territory.access import viewer_of

Respond = Callable[[HttpRequest], HttpResponse]
OPEN: tuple[str, ...] = (
    "/accounts/login/",
    "/accounts/2fa/authenticate/",
    "/accounts/2fa/webauthn/login/",
    "/static/",
    "/preferences/",
)
OPEN += ("/accounts/inactive/", "/healthz", "/favicon.ico", "/accounts/passkey/")
_LANGUAGES = dict(settings.LANGUAGES)


def language(respond: Respond) -> Respond:
    def middleware(request: HttpRequest) -> HttpResponse:
        wanted = request.COOKIES.get("lang", "")
        translation.activate(wanted if wanted in _LANGUAGES else settings.LANGUAGE_CODE)
        request.LANGUAGE_CODE = translation.get_language()
        return respond(request)

    return middleware


def viewer(respond: Respond) -> Respond:
    def middleware(request: HttpRequest) -> HttpResponse:
        request.now = timezone.now()  # type: ignore[attr-defined]
        user = request.user
        if user.is_authenticated:
            state = state_read_with(user)
            request.state = state  # type: ignore[attr-defined]
            request.viewer = viewer_of(user, timezone.localdate(request.now), state)  # type: ignore[attr-defined]
            request.today = request.viewer.as_of  # type: ignore[attr-defined]
            if user.must_change_password and not request.path.startswith(("/accounts/", *OPEN)):
                return HttpResponseRedirect(resolve_url("account_change_password"))
        elif not request.path.startswith(OPEN):
            return _to_sign_in(request)
        return respond(request)

    return middleware


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    target = f"{resolve_url(settings.LOGIN_URL)}?next={quote(_way_back(request))}"
    if request.headers.get("HX-Request"):
        return HttpResponse(status=401, headers={"HX-Redirect": target})
    return HttpResponseRedirect(target)


def _way_back(request: HttpRequest) -> str:
    """The page a person had before the eyes: the address a form goes to, or a fragment comes from, may be none."""
    is_fragment = "HX-Request" in request.headers
    if request.method in {"GET", "HEAD"} and not is_fragment:
        return request.get_full_path()
    page = urlsplit(request.headers.get("HX-Current-URL") or request.headers.get("Referer") or "")
    if page.netloc != request.get_host():
        return "/"
    return page.path + (f"?{page.query}" if page.query else "")
