"""Global search: what each app finds, one readable list of apps."""

from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from keqing.catalog import search as catalog_search
from keqing.core.htmx import render_page
from keqing.core.requests import SignedIn
from keqing.customers import search as customers_search

FINDERS = (
    ("客户", "party", customers_search.find_parties),
    ("联系人", "person", customers_search.find_people),
    ("产品", "product", catalog_search.find_products),
)
LIMIT = 20


@require_GET
def show_results(request: SignedIn) -> HttpResponse:
    query = request.GET.get("q", "").strip()[:60]
    groups = []
    if query:
        for title, noun, find in FINDERS:
            if request.viewer.may(noun, "read"):
                hits = find(query, request.viewer, LIMIT)
                if hits:
                    groups.append((title, hits))
    return render_page(request, "web/search.html", {"query": query, "groups": groups, "limit": LIMIT})
