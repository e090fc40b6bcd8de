"""The list of visits, and who is due."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from keqing.core.doors import needs
from keqing.core.export import download, export_list, workbook
from keqing.core.htmx import render_page
from keqing.core.list_page import show_list
from keqing.core.requests import SignedIn
from keqing.visits.due_report import DUE_HEADER, DuePage, due_cells, read_due
from keqing.visits.reports import visit_rows, visits_spec


@require_GET
@needs("visit")
def show_visits(request: SignedIn) -> HttpResponse:
    spec = visits_spec(request.viewer.as_of)
    return show_list(request, "visits/list.html", spec, partial(visit_rows, query=request.GET.get("q", "")))


@require_GET
@needs("visit", "export")
def export_visits(request: SignedIn) -> HttpResponse:
    spec = visits_spec(request.viewer.as_of)
    rows = partial(visit_rows, query=request.GET.get("q", ""))
    return export_list(spec, rows, request.GET, request.viewer, request.now)


@require_GET
@needs("visit")
def show_due(request: SignedIn) -> HttpResponse:
    return render_page(request, "visits/due.html", {"page": _due(request)})


@require_GET
@needs("visit", "export")
def export_due(request: SignedIn) -> HttpResponse:
    page = _due(request)
    header = [_(label) for label in DUE_HEADER]
    mark = _("%(name)s 导出，按 %(day)s 算") % {"name": request.viewer.name, "day": request.viewer.as_of}
    cells: list[list[Any]] = [due_cells(page, row) for row in page.found]
    return download(workbook(_("应访"), header, cells, [mark]), f"{_('应访')}.xlsx")


def _due(request: SignedIn) -> DuePage:
    return read_due(request.viewer, request.GET, request.state)
