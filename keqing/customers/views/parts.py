"""What hangs on a customer: other names, grades, assignments, place, history."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from keqing.core.doors import needs
from keqing.core.htmx import redirect_page, render_page
from keqing.core.requests import SignedIn, act_of
from keqing.core.saving import throw_away
from keqing.customers import services
from keqing.customers.forms import AssignmentForm, EndForm, GradesForm, NameForm
from keqing.customers.models import Assignment, Grade, Party, PartyName, PlaceProposal
from keqing.customers.reports.history import party_history
from keqing.customers.services.grades import grade_rows
from keqing.customers.views.loading import done, part_of, party_of, say_in_bin, taken

HISTORY_PAGE = 50


@require_http_methods(["GET", "POST"])
@needs("party", "change")
def names(request: SignedIn, public_id: UUID) -> HttpResponse:
    party = party_of(request, public_id)
    form = NameForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        if taken(form, lambda: services.add_name(party, data["name"], data["relation"], act_of(request))):
            return redirect_page(request, "customers:names", party.public_id)
    context = {"party": party, "form": form, "names": list(party.names.live().order_by("relation", "pk"))}
    return render_page(request, "customers/names.html", context, status=422 if form.is_bound else 200)


@require_POST
@needs("party", "change")
def remove_name(request: SignedIn, public_id: UUID, name_id: UUID) -> HttpResponse:
    party = party_of(request, public_id)
    name = part_of(request, PartyName, name_id, party=party)
    services.remove_name(name, act_of(request))
    say_in_bin(request, _("别名“%(name)s”") % {"name": name.name})
    return redirect_page(request, "customers:names", party.public_id)


@require_http_methods(["GET", "POST"])
@needs("party", "change")
def grades(request: SignedIn, public_id: UUID) -> HttpResponse:
    party = party_of(request, public_id)
    rows = grade_rows(party, request.viewer.as_of)
    current = {scheme: grade.value for scheme, grade, _all in rows if grade is not None}
    form = GradesForm(request.POST or None, current=current, today=request.viewer.as_of)
    if request.method == "POST" and form.is_valid():
        day, source = form.cleaned_data["starts_on"], form.cleaned_data["source"]
        for scheme, value in form.changes().items():
            services.set_grade(party, scheme, value, day, act_of(request), source)
        messages.success(request, _("分级已保存，以前的级别都留着。"))
        return redirect_page(request, "customer", party.public_id)
    former: list[Grade] = [grade for _scheme, _now, them in rows for grade in them]
    context = {"party": party, "form": form, "former": former}
    return render_page(request, "customers/grades.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
@needs("assignment", "create")
def assign(request: SignedIn, public_id: UUID) -> HttpResponse:
    party = party_of(request, public_id)
    form = AssignmentForm(request.POST or None, viewer=request.viewer)
    if request.method == "POST" and form.is_valid():
        data, act = form.cleaned_data, act_of(request)
        held = (data["position"], data["product_line"], form.part(), data["starts_on"], act, data["ends_on"])
        if taken(form, lambda: services.assign(party, *held)) is not None:
            messages.success(request, _("已交给 %(position)s。") % {"position": data["position"].name})
            return redirect_page(request, "customer", party.public_id)
    context = {"party": party, "form": form, "title": _("加一条分管"), "do": _("加上")}
    return render_page(request, "customers/part_form.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
@needs("assignment", "change")
def end_assignment(request: SignedIn, public_id: UUID, assignment_id: UUID) -> HttpResponse:
    party = party_of(request, public_id)
    row = part_of(request, Assignment, assignment_id, party=party)
    form = EndForm(request.POST or None, initial={"ends_on": request.viewer.as_of})
    if request.method == "POST" and form.is_valid():
        day = form.cleaned_data["ends_on"]
        if taken(form, lambda: services.end_assignment(row, day, act_of(request))) is not None:
            messages.success(request, _("%(position)s 的分管已结束。") % {"position": row.position.name})
            return _back(request, party)
    title = _("结束 %(position)s 的分管") % {"position": row.position.name}
    context = {"party": party, "form": form, "title": title, "do": _("结束")}
    return render_page(request, "customers/part_form.html", context, status=422 if form.is_bound else 200)


def _back(request: SignedIn, party: Party) -> HttpResponse:
    """To the customer's page; who gave away the last assignment no longer sees it."""
    if Party.objects.visible_to(request.viewer).filter(pk=party.pk).exists():
        return redirect_page(request, "customer", party.public_id)
    return redirect_page(request, "customers:list")


@require_POST
@needs("assignment", "delete")
def remove_assignment(request: SignedIn, public_id: UUID, assignment_id: UUID) -> HttpResponse:
    party = party_of(request, public_id)
    throw_away([part_of(request, Assignment, assignment_id, party=party)], act_of(request))
    say_in_bin(request, _("这条分管"))
    return _back(request, party)


@require_POST
@needs("party", "change")
def confirm_place(request: SignedIn, public_id: UUID, proposal_id: UUID) -> HttpResponse:
    party = party_of(request, public_id)
    proposal = part_of(request, PlaceProposal, proposal_id, party=party, is_accepted=None)
    done(request, lambda: services.confirm_place(proposal, act_of(request)), _("位置已记下。"))
    return redirect_page(request, "customer", party.public_id)


@require_POST
@needs("party", "change")
def discard_place(request: SignedIn, public_id: UUID, proposal_id: UUID) -> HttpResponse:
    party = party_of(request, public_id)
    proposal = part_of(request, PlaceProposal, proposal_id, party=party, is_accepted=None)
    done(request, lambda: services.discard_place(proposal, act_of(request)), _("这个位置没有用，下次签到再提。"))
    return redirect_page(request, "customer", party.public_id)


@require_GET
@needs("history")
@needs("party")
def history(request: SignedIn, public_id: UUID) -> HttpResponse:
    party = party_of(request, public_id)
    text = request.GET.get("from", "")
    offset = min(int(text), 100_000) if text.isdigit() else 0
    entries = party_history(party, request.viewer, size=HISTORY_PAGE + 1, offset=offset)
    context = {
        "party": party,
        "entries": entries[:HISTORY_PAGE],
        "older": f"?from={offset + HISTORY_PAGE}" if len(entries) > HISTORY_PAGE else None,
        "newer": f"?from={max(0, offset - HISTORY_PAGE)}" if offset else None,
    }
    return render_page(request, "customers/history.html", context)
