"""The customer page: what every floor shows of one party, composed here (DESIGN 3)."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_GET

from keqing.core.doors import needs
from keqing.core.htmx import render_page
from keqing.core.requests import SignedIn
from keqing.core.viewer import Viewer
from keqing.customers import panels as customers
from keqing.customers.models import Party
from keqing.customers.reports.areas import place_line
from keqing.customers.search import icon_of
from keqing.customers.services.assignments import holders
from keqing.visits import panels as visits

#: every panel of the page by column; a panel that has nothing to show gives None
LEFT = (customers.facts, customers.place, customers.members)
MIDDLE = (visits.visits_panel, customers.assignments)
RIGHT = (customers.people, customers.grades, customers.history)


@require_GET
@needs("party")
def show_customer(request: SignedIn, public_id: str) -> HttpResponse:
    viewer = request.viewer
    rows = Party.objects.visible_to(viewer).select_related("division__parent__parent", "parent")
    party = get_object_or_404(rows, public_id=public_id)
    context = {
        "party": party,
        "icon_name": icon_of(party),
        "labels": customers.grade_labels(party, viewer),
        "place_line": place_line(party),
        "parent_href": _parent_href(party, viewer),
        "holders": holders([party.pk], viewer.as_of).get(party.pk, ()),
        "may_visit": visits.may_visit(party, viewer),
        "columns": [[panel(party, viewer) for panel in column] for column in (LEFT, MIDDLE, RIGHT)],
    }
    return render_page(request, "web/customer.html", context)


def _parent_href(party: Party, viewer: Viewer) -> str:
    """A link only where the viewer may open what it leads to."""
    if party.parent is None or not Party.objects.visible_to(viewer).filter(pk=party.parent_id).exists():
        return ""
    return reverse("customer", args=[party.parent.public_id])
