"""Whole page or fragment: the one place that decides."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.middleware.csrf import get_token
from django.shortcuts import resolve_url
from django.template import engines
from django.utils.cache import patch_vary_headers
from django_htmx.http import HttpResponseClientRedirect
from markupsafe import Markup

TOKEN_FIELD = '<input type="hidden" name="csrfmiddlewaretoken" value="%s">'
VARIES_ON = ("HX-Request", "HX-Boosted", "HX-History-Restore-Request")


def wants_fragment(request: HttpRequest) -> bool:
    """True for an htmx swap; false for boosted links and for Back, which need the page."""
    htmx = request.htmx  # type: ignore[attr-defined]
    return bool(htmx) and not htmx.boosted and not htmx.history_restore_request


def render_page(
    request: HttpRequest, template: str, context: dict[str, Any], *, partial: str = "content", status: int = 200
) -> HttpResponse:
    """Render `template`, or only its block `partial` when htmx asks for a fragment."""
    backend: Any = engines["jinja2"]
    token = get_token(request)  # one for all forms of the page: each call masks it anew
    full = {"request": request, "csrf_token": token, "csrf_input": Markup(TOKEN_FIELD) % token}
    for process in backend.template_context_processors:
        full.update(process(request))
    full.update(context)
    source = backend.env.get_template(template)
    html = _block(source, full, partial) if wants_fragment(request) else source.render(full)
    response = HttpResponse(html, status=status)
    patch_vary_headers(response, VARIES_ON)
    return response


def _block(template: Any, variables: dict[str, Any], name: str) -> str:
    """One block alone, inherited ones included: the first piece of the page is asked for, which collects all blocks."""
    context = template.new_context(variables)
    page = template.root_render_func(context)
    next(page)
    html = "".join(context.blocks[name][0](context))
    page.close()
    return html


def redirect_page(request: HttpRequest, to: Any, *args: Any, **kwargs: Any) -> HttpResponse:
    """Leave the page: 303 for a plain form, HX-Redirect for htmx (it would swap a 302)."""
    url = resolve_url(to, *args, **kwargs)
    if request.htmx:  # type: ignore[attr-defined]
        return HttpResponseClientRedirect(url)
    response = HttpResponseRedirect(url)
    response.status_code = 303
    return response
