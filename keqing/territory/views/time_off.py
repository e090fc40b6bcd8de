"""Days off: everybody's own, and for managers those of the people they lead."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from keqing.core.doors import needs
from keqing.core.htmx import redirect_page, render_page
from keqing.core.requests import SignedIn, act_of
from keqing.core.saving import throw_away
from keqing.territory.forms.base import attempt
from keqing.territory.forms.time_off import TimeOffForm
from keqing.territory.models import Employee, TimeOff
from keqing.territory.reports.absences import absences
from keqing.territory.services.absences import take_time_off
from keqing.territory.services.calendars import working_calendar

MOST_PAST = 200


@require_GET
@needs("time_off")
def list_time_off(request: SignedIn) -> HttpResponse:
    calendar = working_calendar(request.state.counter("holidays"))
    rows = TimeOff.objects.visible_to(request.viewer).select_related("employee", "substitute")
    is_past = request.GET.get("past") == "1"
    asked = rows.filter(ends_on__lt=request.viewer.as_of).order_by("-starts_on", "pk")[:MOST_PAST]
    if not is_past:
        asked = rows.filter(ends_on__gte=request.viewer.as_of).order_by("starts_on", "pk")
    context = {
        "rows": absences(list(asked), request.viewer, calendar),
        "is_past": is_past,
        "own": _own(request),
        "today": request.viewer.as_of,
    }
    return render_page(request, "territory/time_off.html", context)


@require_http_methods(["GET", "POST"])
@needs("time_off", "create")
def add_time_off(request: SignedIn) -> HttpResponse:
    return _edit(request, TimeOff(starts_on=request.viewer.as_of, ends_on=request.viewer.as_of), _("登记休假"))


@require_http_methods(["GET", "POST"])
@needs("time_off", "change")
def change_time_off(request: SignedIn, public_id: str) -> HttpResponse:
    return _edit(request, _arranged(request, public_id), _("改休假"))


def _edit(request: SignedIn, off: TimeOff, title: str) -> HttpResponse:
    own = _own(request)
    form = TimeOffForm(request.POST or None, instance=off, viewer=request.viewer, own=own)
    if request.method == "POST" and form.is_valid():
        saved = attempt(form, lambda: take_time_off(form.row, act_of(request)))
        if saved:
            messages.success(request, _said(saved))
            return redirect_page(request, "territory:time_off")
    has_nobody = own is None and not request.viewer.may("time_off", "change")
    context = {"form": form, "title": title, "has_nobody": has_nobody}
    return render_page(request, "territory/time_off_form.html", context, status=422 if form.errors else 200)


def _said(off: TimeOff) -> str:
    if off.substitute is None:
        return _("%(name)s 的休假记下了，还没有代班人。") % {"name": off.employee.name}
    words = {"name": off.employee.name, "substitute": off.substitute.name}
    return _("%(name)s 的休假记下了，由 %(substitute)s 代班。") % words


@require_POST
@needs("time_off", "delete")
def remove_time_off(request: SignedIn, public_id: str) -> HttpResponse:
    off = _arranged(request, public_id)
    throw_away([off], act_of(request))
    messages.success(request, _("%(name)s 的这次休假放进了回收站，可以恢复。") % {"name": off.employee.name})
    return redirect_page(request, "territory:time_off")


def _arranged(request: SignedIn, public_id: str) -> TimeOff:
    rows: Any = TimeOff.objects.arranged_by(request.viewer).select_related("employee", "substitute")
    off: TimeOff = get_object_or_404(rows, public_id=public_id)
    return off


def _own(request: SignedIn) -> Employee | None:
    own: Employee | None = Employee.objects.visible_to(request.viewer).filter(user_id=request.viewer.user_id).first()
    return own
