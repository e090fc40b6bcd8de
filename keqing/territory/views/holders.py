"""Who takes a position, and when somebody gives it up."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from keqing.core.doors import needs
from keqing.core.htmx import redirect_page, render_page
from keqing.core.requests import SignedIn, act_of
from keqing.core.saving import throw_away
from keqing.territory.forms.base import attempt
from keqing.territory.forms.positions import AppointmentForm, TenureEndForm
from keqing.territory.models import Position, Tenure
from keqing.territory.personas import grantable
from keqing.territory.services.holders import appoint, end_tenure


@require_http_methods(["GET", "POST"])
@needs("position", "change")
def appoint_holder(request: SignedIn, public_id: str) -> HttpResponse:
    position = get_object_or_404(Position.objects.visible_to(request.viewer), public_id=public_id)
    _require_grantable(request, position)
    form = AppointmentForm(request.POST or None, viewer=request.viewer)
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        tenure = attempt(form, lambda: appoint(position, asked["employee"], asked["starts_on"], act_of(request)))
        if tenure:
            words = {"name": tenure.employee.name, "day": tenure.valid_from, "position": position.name}
            messages.success(request, _("%(name)s 从 %(day)s 起任「%(position)s」。") % words)
            return redirect_page(request, "territory:position", position.public_id)
    now = Tenure.objects.visible_to(request.viewer).on(request.viewer.as_of).filter(position=position)
    context = {"form": form, "position": position, "holder": now.select_related("employee").first()}
    return render_page(request, "territory/appointment.html", context, status=422 if form.errors else 200)


def _require_grantable(request: SignedIn, position: Position) -> None:
    """Only who makes accounts makes administrators."""
    if position.persona not in grantable(request.viewer.rights):
        raise PermissionDenied


@require_http_methods(["GET", "POST"])
@needs("position", "change")
def end_holder(request: SignedIn, public_id: str) -> HttpResponse:
    tenure = _tenure(request, public_id)
    form = TenureEndForm(request.POST or None, initial={"ends_on": request.viewer.as_of})
    if request.method == "POST" and form.is_valid():
        ended = attempt(form, lambda: end_tenure(tenure, form.cleaned_data["ends_on"], act_of(request)))
        if ended:
            words = {"name": tenure.employee.name, "day": ended.valid_to}
            messages.success(request, _("%(name)s 从 %(day)s 起离岗。") % words)
            return redirect_page(request, "territory:position", tenure.position.public_id)
    context = {"form": form, "tenure": tenure}
    return render_page(request, "territory/tenure_end.html", context, status=422 if form.errors else 200)


@require_POST
@needs("position", "change")
def remove_tenure(request: SignedIn, public_id: str) -> HttpResponse:
    """For a period entered by mistake; somebody who leaves ends it instead."""
    tenure = _tenure(request, public_id)
    throw_away([tenure], act_of(request))
    messages.success(request, _("%(name)s 的这段任岗放进了回收站，可以恢复。") % {"name": tenure.employee.name})
    return redirect_page(request, "territory:position", tenure.position.public_id)


def _tenure(request: SignedIn, public_id: str) -> Tenure:
    rows = Tenure.objects.visible_to(request.viewer).select_related("employee", "position")
    tenure: Tenure = get_object_or_404(rows, public_id=public_id)
    _require_grantable(request, tenure.position)
    return tenure
