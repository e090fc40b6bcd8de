"""Administrative divisions: down the tree, or by name and code."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from keqing.core.doors import needs
from keqing.core.htmx import render_page
from keqing.core.requests import SignedIn
from keqing.territory.models import Division

MOST = 50
ABOVE = "parent__parent__parent__parent"


@require_GET
@needs("division")
def browse(request: SignedIn) -> HttpResponse:
    query = request.GET.get("q", "").strip()[:60]
    rows = _divisions(request).select_related(ABOVE)
    found = rows.filter(_matching(query)) if query else rows.filter(level=Division.Level.PROVINCE)
    shown = list(found.order_by("level", "code")[: MOST + 1])
    context = {"rows": shown[:MOST], "has_more": len(shown) > MOST, "find": query, "most": MOST}
    return render_page(request, "territory/divisions.html", context)


def _matching(query: str) -> Q:
    return Q(code__startswith=query) if query.isdigit() else Q(name__icontains=query)


@require_GET
@needs("division")
def show_division(request: SignedIn, public_id: str) -> HttpResponse:
    division = get_object_or_404(_divisions(request).select_related(ABOVE), public_id=public_id)
    below = _divisions(request).filter(parent=division).order_by("code")
    context = {"division": division, "path": division.path(), "below": list(below)}
    return render_page(request, "territory/division.html", context)


def _divisions(request: SignedIn) -> Any:
    children = Count("children", filter=Q(children__bin__isnull=True))
    return Division.objects.visible_to(request.viewer).filter(valid_to__isnull=True).annotate(count_below=children)
