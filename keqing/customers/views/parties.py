"""The list of customers; writing one down, changing it, putting it into the bin."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from keqing.core import list_page
from keqing.core.doors import needs
from keqing.core.export import export_list
from keqing.core.htmx import redirect_page, render_page, wants_fragment
from keqing.core.requests import SignedIn, act_of
from keqing.customers import services
from keqing.customers.forms import PartyForm
from keqing.customers.lists import COLUMNS, party_list, party_rows
from keqing.customers.models import Party
from keqing.customers.reports.finding import NotFound, Option, division_named, division_options, party_options
from keqing.customers.reports.likeness import Likeness, alike
from keqing.customers.views.loading import party_of, read_version, say_in_bin, taken

Columns = tuple[Any, ...]


@require_GET
@needs("party")
def show_list(request: SignedIn, columns: Columns = COLUMNS, prepare: Any = None) -> HttpResponse:
    """A floor above may mount this with columns of its own and what prepares them."""
    viewer = request.viewer
    spec = party_list(viewer, columns) if prepare is None else party_list(viewer, columns, prepare)
    has_ticks = viewer.may("party", "change") or viewer.may("assignment", "create")
    return list_page.show_list(request, "customers/list.html", spec, party_rows, has_ticks=has_ticks)


@require_GET
@needs("party", "export")
def export(request: SignedIn, columns: Columns = COLUMNS, prepare: Any = None) -> HttpResponse:
    viewer = request.viewer
    spec = party_list(viewer, columns) if prepare is None else party_list(viewer, columns, prepare)
    return export_list(spec, party_rows, request.GET, viewer, request.now)


@require_http_methods(["GET", "POST"])
@needs("party", "create")
def create(request: SignedIn) -> HttpResponse:
    form = PartyForm(request.POST or None, viewer=request.viewer)
    if request.method == "GET":
        return _form_page(request, form)
    likenesses = _likenesses(form, request) if form.is_valid() else []
    is_asked = any(one.is_sure for one in likenesses) and not form.cleaned_data["is_another"]
    if form.is_valid() and not is_asked:
        holder = None if request.viewer.sees_all else request.viewer.position_id
        party = taken(form, lambda: services.register_party(form.values(), act_of(request), holder_id=holder))
        if party is not None:
            messages.success(request, _("%(name)s 已建档。") % {"name": party.name})
            return redirect_page(request, "customer", party.public_id)
    return _form_page(request, form, likenesses, is_asked=is_asked, status=422)


@require_http_methods(["GET", "POST"])
@needs("party", "change")
def edit(request: SignedIn, public_id: UUID) -> HttpResponse:
    party = party_of(request, public_id)
    name = party.name
    form = PartyForm(request.POST or None, instance=party, viewer=request.viewer)
    if request.method == "POST" and form.is_valid():
        read_version(party, form)
        if taken(form, lambda: services.change_party(party, form.values(), act_of(request))) is not None:
            messages.success(request, _("已保存，改了什么在历史里能看到。"))
            return redirect_page(request, "customer", party.public_id)
    return _form_page(request, form, party=party, name=name, status=422 if form.is_bound else 200)


def _form_page(
    request: SignedIn,
    form: PartyForm,
    likenesses: list[Likeness] | None = None,
    *,
    party: Party | None = None,
    name: str = "",
    is_asked: bool = False,
    status: int = 200,
) -> HttpResponse:
    context = {"form": form, "party": party, "name": name, "likenesses": likenesses or [], "is_asked": is_asked}
    return render_page(request, "customers/form.html", context, status=status)


def _likenesses(form: PartyForm, request: SignedIn) -> list[Likeness]:
    data = form.cleaned_data
    return alike(data["name"], data["division_text"], data["address"], request.viewer)


@require_GET
@needs("party", "create")
def duplicates(request: SignedIn) -> HttpResponse:
    """Asked while name and division are typed."""
    try:
        division = division_named(request.GET.get("division_text", ""))
    except NotFound:
        division = None
    found = alike(request.GET.get("name", ""), division, request.GET.get("address", ""), request.viewer)
    return render_page(request, "customers/duplicates.html", {"likenesses": found})


@require_GET
@needs("party")
def type_fields(request: SignedIn) -> HttpResponse:
    """The questions that fit the type just chosen, with what was typed already."""
    return render_page(request, "customers/type_fields.html", {"form": PartyForm(request.GET, viewer=request.viewer)})


@require_GET
@needs("division")
def divisions(request: SignedIn) -> HttpResponse:
    return _options(request, division_options(_typed(request, "division_text")), by_text=True)


@require_GET
@needs("party")
def parties(request: SignedIn) -> HttpResponse:
    return _options(request, party_options(_typed(request, "parent_text", "to_party"), request.viewer))


def _typed(request: SignedIn, *names: str) -> str:
    return next((request.GET[name] for name in ("q", *names) if name in request.GET), "")[:60]


def _options(request: SignedIn, options: list[Option], *, by_text: bool = False) -> HttpResponse:
    """For a datalist as options, for an enhanced select as JSON."""
    if wants_fragment(request):
        return render_page(request, "customers/options.html", {"options": options, "by_text": by_text})
    return JsonResponse({"items": [{"value": option.value, "text": option.text} for option in options]})


@require_POST
@needs("party", "delete")
def delete(request: SignedIn, public_id: UUID) -> HttpResponse:
    party = party_of(request, public_id)
    services.remove_parties([party], act_of(request, request.POST.get("reason", "")))
    say_in_bin(request, party.name)
    return redirect_page(request, "customers:list")
