"""The customer page: what every floor shows of one party, composed here (DESIGN 3)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_GET

from keqing.core.doors import needs
from keqing.core.htmx import render_page
from keqing.core.requests import SignedIn
from keqing.customers import panels as customers
from keqing.customers.reports.opened import Opened, open_party
from keqing.customers.reports.party_lines import icon_of
from keqing.visits import panels as visits

#: every panel of the page by column; a panel that has nothing to show gives None
LEFT = (customers.facts, customers.place)
MIDDLE = (visits.visits_panel,)
RIGHT = (customers.people, customers.grades)
#: what stands below: asked for when somebody looks there
BELOW = (customers.members, customers.assignments, customers.history)


@require_GET
@needs("party")
def show_customer(request: SignedIn, public_id: UUID) -> HttpResponse:
    opened, viewer = _opened(request, public_id), request.viewer
    context = {
        "opened": opened,
        "party": opened.party,
        "icon_name": icon_of(opened.party),
        "type_label": customers.type_of(opened.party),
        "chips": customers.chips(opened),
        "may_visit": visits.may_visit(opened.party, viewer),
        "columns": [_shown(column, opened, request) for column in (LEFT, MIDDLE, RIGHT)],
    }
    return render_page(request, "web/customer.html", context)


@require_GET
@needs("party")
def show_below(request: SignedIn, public_id: UUID) -> HttpResponse:
    """A piece of the customer's page, or without scripts a page of its own."""
    opened = _opened(request, public_id)
    context = {"party": opened.party, "panels": _shown(BELOW, opened, request)}
    return render_page(request, "web/customer_below.html", context, partial="panels")


def _opened(request: SignedIn, public_id: UUID) -> Opened:
    opened = open_party(request.viewer, public_id)
    if opened is None:
        raise Http404
    return opened


def _shown(panels: Sequence[Any], opened: Opened, request: SignedIn) -> list[customers.Panel]:
    found = (panel(opened, request.viewer) for panel in panels)
    return [panel for panel in found if panel is not None]
