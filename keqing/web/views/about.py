"""About, own page, health."""

from __future__ import annotations

from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from keqing.accounts.reports import my_account
from keqing.core.htmx import render_page
from keqing.core.requests import SignedIn
from keqing.web.version import VERSION

VENDOR = Path(__file__).resolve().parent.parent / "static" / "vendor"
#: what the product ships besides its own code: name, licence, where its text lies
SHIPPED = (
    ("Tabler", "MIT", "tabler"),
    ("Tabler Icons", "MIT", "tabler-icons"),
    ("htmx", "0BSD", "htmx"),
    ("Tom Select", "Apache-2.0", "tom-select"),
    ("Inter", "OFL-1.1", "inter"),
)
DATA = (
    ("AreaCity-JsSpider-StatsGov", "MIT"),
    ("chinese_province_city_area_mapper", "MIT"),
    ("Vonng/adcode", "CC BY 4.0"),
)


@require_GET
def about(request: SignedIn) -> HttpResponse:
    context = {"shipped": SHIPPED, "data": DATA, "version": VERSION}
    return render_page(request, "web/about.html", context)


@require_GET
def me(request: SignedIn) -> HttpResponse:
    return render_page(request, "web/me.html", {"mine": my_account(request.user)})


@require_GET
def health(request: HttpRequest) -> HttpResponse:
    """For a proxy or a supervisor: the process answers. Says nothing about data."""
    return HttpResponse("ok", content_type="text/plain")
