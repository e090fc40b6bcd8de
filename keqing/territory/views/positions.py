"""The position tree and the page of one position."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from keqing.core.doors import needs
from keqing.core.htmx import redirect_page, render_page
from keqing.core.requests import SignedIn, act_of
from keqing.territory.access import read_tree
from keqing.territory.errors import Refused
from keqing.territory.forms.base import attempt
from keqing.territory.forms.positions import PositionForm
from keqing.territory.models import Position, Tenure
from keqing.territory.reports.history import changes_of
from keqing.territory.reports.tree import holders_on, position_forest
from keqing.territory.services.places import gazetteer
from keqing.territory.services.positions import remove_position, save_position


@require_GET
@needs("position")
def show_tree(request: SignedIn) -> HttpResponse:
    day, query = _asked_day(request), request.GET.get("q", "").strip()[:60]
    tree = read_tree(request.state.counter("positions"))
    forest = position_forest(request.viewer, tree, day, query)
    context = {"forest": forest, "day": day, "find": query, "is_today": day == request.viewer.as_of}
    return render_page(request, "territory/positions.html", context)


def _asked_day(request: SignedIn) -> date:
    try:
        return date.fromisoformat(request.GET.get("on", ""))
    except ValueError:
        return request.viewer.as_of


@require_GET
@needs("position")
def show_position(request: SignedIn, public_id: str) -> HttpResponse:
    position = get_object_or_404(_positions(request).select_related("parent", "division"), public_id=public_id)
    return render_page(request, "territory/position.html", _page_of(request, position))


def _page_of(request: SignedIn, position: Position) -> dict[str, Any]:
    viewer = request.viewer
    tenures = Tenure.objects.visible_to(viewer).filter(position=position).select_related("employee")
    return {
        "position": position,
        "division": _place(request, position),
        "path": read_tree(request.state.counter("positions")).path(position.pk),
        "parent": _positions(request).filter(pk=position.parent_id).first(),
        "tenures": list(tenures.order_by("-valid_from")),
        "below": list(_positions(request).in_force(request.viewer.as_of).filter(parent=position).order_by("code")),
        "holders": holders_on(viewer, request.viewer.as_of),
        "changes": changes_of(position) if viewer.may("history", "read") else [],
        "today": request.viewer.as_of,
    }


def _place(request: SignedIn, position: Position) -> str:
    if position.division is None:
        return ""
    return gazetteer(request.state.counter("divisions")).full_name(position.division.code)


def _positions(request: SignedIn) -> Any:
    return Position.objects.visible_to(request.viewer)


@require_http_methods(["GET", "POST"])
@needs("position", "create")
def add_position(request: SignedIn) -> HttpResponse:
    parent = _positions(request).filter(public_id=request.GET["under"]).first() if request.GET.get("under") else None
    position = Position(valid_from=request.viewer.as_of, parent=parent)
    return _edit(request, position, _("建岗位"), _("岗位「%(name)s」建好了，现在是空岗。"))


@require_http_methods(["GET", "POST"])
@needs("position", "change")
def change_position(request: SignedIn, public_id: str) -> HttpResponse:
    position = get_object_or_404(_positions(request).select_related("division"), public_id=public_id)
    return _edit(request, position, _("改岗位"), _("岗位「%(name)s」改好了。"))


def _edit(request: SignedIn, position: Position, title: str, said: str) -> HttpResponse:
    form = PositionForm(
        request.POST or None,
        instance=position,
        viewer=request.viewer,
        gazetteer=gazetteer(request.state.counter("divisions")),
    )
    if request.method == "POST" and form.is_valid():
        saved = attempt(form, lambda: save_position(form.row, act_of(request)))
        if saved:
            messages.success(request, said % {"name": saved.name})
            return redirect_page(request, "territory:position", saved.public_id)
    context = {"form": form, "title": title, "home": _home(position)}
    return render_page(request, "territory/position_form.html", context, status=422 if form.errors else 200)


def _home(position: Position) -> tuple[str, ...]:
    return (
        ("territory:position", str(position.public_id))
        if position.version and position.pk
        else ("territory:positions",)
    )


@require_POST
@needs("position", "delete")
def discard_position(request: SignedIn, public_id: str) -> HttpResponse:
    position = get_object_or_404(_positions(request), public_id=public_id)
    try:
        remove_position(position, act_of(request))
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect_page(request, "territory:position", position.public_id)
    messages.success(request, _("岗位「%(name)s」放进了回收站，可以恢复。") % {"name": position.name})
    return redirect_page(request, "territory:positions")
