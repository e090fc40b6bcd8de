"""The page of a list: what `core/list.html` needs, with its two sheets (conditions, columns) read when they are opened."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse

from keqing.core.finding import Source
from keqing.core.htmx import render_page
from keqing.core.lists import ListSpec, read_list
from keqing.core.requests import SignedIn
from keqing.core.saved_views import views_of
from keqing.core.table import body, head

SHEETS = ("filters", "columns")


def show_list(
    request: SignedIn,
    template: str,
    spec: ListSpec,
    source: Source,
    *,
    has_views: bool = True,
    has_ticks: bool = False,
    **context: Any,
) -> HttpResponse:
    """`has_ticks` when something can be done with several rows at once."""
    viewer, sheet = request.viewer, request.GET.get("sheet", "")
    page = read_list(spec, source, request.GET, viewer)
    wanted = [item for item in spec.filters if sheet == "filters" or item.key in page.chosen]
    whole = {
        "page": page,
        "head": head(page),
        "body": body(page, viewer.as_of.year, has_ticks=has_ticks),
        "views": views_of(spec, viewer) if has_views else None,
        "sheet": sheet,
        "filter_choices": {item.key: item.choices(viewer) for item in wanted},
        "bulk": has_ticks,
        **context,
    }
    return render_page(request, template, whole, partial=f"{sheet}_sheet" if sheet in SHEETS else "content")
