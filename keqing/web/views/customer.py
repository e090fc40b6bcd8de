"""The customer page: what every floor shows of one party, composed here (DESIGN 3)."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from keqing.core.doors import needs
from keqing.core.htmx import render_page
from keqing.core.requests import SignedIn
from keqing.customers import panels as customers
from keqing.customers.models import Party
from keqing.visits import panels as visits


@require_GET
@needs("party")
def show_customer(request: SignedIn, public_id: str) -> HttpResponse:
    viewer = request.viewer
    rows = Party.objects.visible_to(viewer).select_related("division__parent__parent", "parent")
    party = get_object_or_404(rows, public_id=public_id)
    context = {
        "party": party,
        "left": [customers.facts(party, viewer), customers.place(party, viewer), customers.members(party, viewer)],
        "middle": [visits.visits_panel(party, viewer), customers.assignments(party, viewer)],
        "right": [customers.people(party, viewer), customers.grades(party, viewer), customers.history(party, viewer)],
    }
    return render_page(request, "web/customer.html", context)
