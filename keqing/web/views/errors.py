"""Friendly error pages: what happened, that nothing was lost, what to do, and a code to quote."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.template import engines
from django.utils.translation import get_language

from keqing.web.version import VERSION

log = logging.getLogger(__name__)


def _page(request: HttpRequest, status: int, code: str = "") -> HttpResponse:
    context = {
        "theme": request.COOKIES.get("theme", "auto"),
        "lang": get_language(),
        "app_version": VERSION,
        "error_code": code or str(status),
        "csrf_input": "",
        "csrf_token": "",
        "request": request,
        "messages": [],
    }
    template = engines["jinja2"].env.get_template(f"errors/{status}.html")  # type: ignore[attr-defined]
    return HttpResponse(template.render(context), status=status)


def bad_request(request: HttpRequest, exception: Any = None) -> HttpResponse:
    return _page(request, 400)


def forbidden(request: HttpRequest, exception: Any = None) -> HttpResponse:
    return _page(request, 403)


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    return _page(request, 403)


def method_refused(respond: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: an address that only a button may ask answers without a word, and has no handler of its own."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = respond(request)
        if not isinstance(response, HttpResponseNotAllowed):
            return response
        page = _page(request, 405)
        page["Allow"] = response["Allow"]
        return page

    return middleware


def not_found(request: HttpRequest, exception: Any = None) -> HttpResponse:
    return _page(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    code = f"E-{secrets.token_hex(3).upper()}"
    log.error("page failed, code %s, path %s", code, request.path)
    return _page(request, 500, code)
