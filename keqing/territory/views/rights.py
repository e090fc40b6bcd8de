"""Who may do what, as a table people can read."""

from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from keqing.core.doors import needs
from keqing.core.htmx import render_page
from keqing.core.requests import SignedIn
from keqing.territory.personas import NOUNS
from keqing.territory.reports.rights import readable_rights


@require_GET
@needs("position")
def show_rights(request: SignedIn) -> HttpResponse:
    personas = readable_rights()
    context = {"personas": personas, "nouns": NOUNS, "mine": request.viewer.personas}
    return render_page(request, "territory/rights.html", context)
