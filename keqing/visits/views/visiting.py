"""From check-in to correction; and a customer left out for today."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from keqing.core.doors import needs
from keqing.core.htmx import redirect_page, render_page
from keqing.core.requests import SignedIn, act_of
from keqing.core.saving import Stale
from keqing.core.search import matching
from keqing.customers.models import Party
from keqing.customers.reports.opened import seen_party
from keqing.visits import services
from keqing.visits.at_party import seen_visit
from keqing.visits.errors import Refused
from keqing.visits.findings import findings_of, is_valid
from keqing.visits.forms import PHRASES, CheckInForm, CorrectForm, FinishForm, PastForm, SkipForm
from keqing.visits.models import Skip, Visit
from keqing.visits.planner import due_list
from keqing.visits.planner.page import changes_of, due_before, is_forgotten, next_date, people_at, why_of
from keqing.visits.planner.words import chips_of
from keqing.visits.services.visiting import can_correct, open_visit

CHANGED = gettext_noop("这条刚被改过，你写的都还在下面，看一眼再存。")
FOUND = 30


def _party(request: SignedIn, public_id: UUID) -> Party:
    party = seen_party(request.viewer, public_id)
    if party is None:
        raise Http404
    return party


def _visit(request: SignedIn, public_id: UUID) -> Visit:
    rows = Visit.objects.visible_to(request.viewer).select_related("party__division", "author", "position")
    visit: Visit = get_object_or_404(rows, public_id=public_id)
    return visit


@require_GET
@needs("visit", "create")
def start(request: SignedIn) -> HttpResponse:
    """Choose whom: what is due first, or what the words find."""
    viewer, query = request.viewer, request.GET.get("q", "").strip()[:60]
    parties, due = [], []
    if query:
        parties = list(matching(Party.objects.visible_to(viewer), query).order_by("sort_key", "pk")[:FOUND])
    else:
        rows = due_list(viewer, viewer.as_of, state=request.state)[:FOUND]
        due = [(row.party, chips_of(row, viewer.as_of)) for row in rows]
    context = {"query": query, "parties": parties, "due": due, "waiting": open_visit(viewer.user_id)}
    return render_page(request, "visits/start.html", context)


@require_http_methods(["GET", "POST"])
@needs("visit", "create")
def arrive(request: SignedIn, public_id: UUID) -> HttpResponse:
    party = _party(request, public_id)
    kinds, why_none, _limit = services.kinds_at(party, request.viewer, has_reception=True)
    form = CheckInForm(request.POST if request.method == "POST" else request.GET, kinds=kinds)
    is_valid_form = form.is_valid()
    refusal = Refused(why_none.text(_)) if why_none is not None else None
    if request.method == "POST" and is_valid_form:
        try:
            visit = services.check_in(party, request.viewer, _arrival(form), act_of(request))
        except Refused as found:
            refusal = found
        else:
            return redirect_page(request, "visits:visit", visit.public_id)
    return _arrive_page(request, party, form, kinds, refusal)


def _arrival(form: CheckInForm) -> services.CheckIn:
    data = form.cleaned_data
    return services.CheckIn(form.place(), form.accuracy_m(), data["kind"], data["is_phone"], data["reception"])


def _arrive_page(
    request: SignedIn, party: Party, form: CheckInForm, kinds: tuple[str, ...], refusal: Refused | None
) -> HttpResponse:
    plain, _why, limit = services.kinds_at(party, request.viewer)
    context = {
        "party": party,
        "form": form,
        "kinds": [(kind, Visit.Kind(kind).label) for kind in kinds],
        "needs_reception": bool(kinds) and not plain,
        "refusal": refusal,
        "limit": limit.text(_) if limit is not None else "",
        "people": people_at(party, request.viewer),
    }
    status = 422 if request.method == "POST" else 200
    return render_page(request, "visits/check_in.html", context, status=status)


@require_http_methods(["GET", "POST"])
@needs("visit", "create")
def past(request: SignedIn, public_id: UUID) -> HttpResponse:
    party = _party(request, public_id)
    kinds, why_none, _limit = services.kinds_at(party, request.viewer, has_reception=True)
    form = PastForm(request.POST or None, kinds=kinds, initial={"day": request.viewer.as_of, "minutes": 15})
    if request.method == "POST" and form.is_valid():
        try:
            visit = services.record_past(party, request.viewer, _past(form), act_of(request, _("补记")))
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
        else:
            messages.success(request, _("补记好了。"))
            return redirect_page(request, "visits:visit", visit.public_id)
    context = {"party": party, "form": form, "why_none": why_none.text(_) if why_none is not None else ""}
    return render_page(request, "visits/past.html", context, status=422 if request.method == "POST" else 200)


def _past(form: PastForm) -> services.Past:
    data = form.cleaned_data
    started, ended = form.span()
    return services.Past(
        started, ended, data["note"], data["next_on"], data["kind"], data["is_phone"], data["reception"]
    )


@require_GET
@needs("visit")
def show_visit(request: SignedIn, public_id: UUID) -> HttpResponse:
    return _visit_page(request, _visit(request, public_id))


@require_POST
@needs("visit", "create")
def finish_visit(request: SignedIn, public_id: UUID) -> HttpResponse:
    found, form = seen_visit(request.viewer, public_id), FinishForm(request.POST)
    if found is None:
        raise Http404
    if form.is_valid():
        visit, name = found
        visit.version = form.cleaned_data["version"]
        at = form.cleaned_data["ended_at"] or request.now
        try:
            services.finish(visit, form.full_note(), form.chosen_day(), at, act_of(request))
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
        except Stale:
            form.add_error(None, _(CHANGED))
        else:
            messages.success(request, _said(name, visit.next_on))
            return redirect_page(request, "today")
    return _visit_page(request, _visit(request, public_id), finishing=form)


def _said(name: str, next_on: date | None) -> str:
    if next_on is None:
        return _("%(party)s 记完了。") % {"party": name}
    return _("%(party)s 记完了，约好 %(day)s 再去。") % {"party": name, "day": f"{next_on:%m-%d}"}


@require_POST
@needs("visit", "delete")
def cancel_visit(request: SignedIn, public_id: UUID) -> HttpResponse:
    visit = _visit(request, public_id)
    try:
        services.cancel(visit, act_of(request, _("签错了")))
    except Refused as refusal:
        messages.error(request, refusal.sentence)
        return redirect_page(request, "visits:visit", visit.public_id)
    messages.success(request, _("这次签到放进了回收站，随时可以恢复。"))
    return redirect_page(request, "today")


@require_POST
@needs("visit", "change")
def correct_visit(request: SignedIn, public_id: UUID) -> HttpResponse:
    visit, form = _visit(request, public_id), CorrectForm(request.POST)
    if form.is_valid():
        data = form.cleaned_data
        visit.version = data["version"]
        try:
            services.correct(visit, data["note"], data["next_on"], act_of(request, data["reason"]))
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
        except Stale:
            form.add_error(None, _(CHANGED))
        else:
            messages.success(request, _("更正记下了，原来写的在历史里。"))
            return redirect_page(request, "visits:visit", visit.public_id)
    return _visit_page(request, _visit(request, public_id), correcting=form)


def _visit_page(
    request: SignedIn, visit: Visit, finishing: FinishForm | None = None, correcting: CorrectForm | None = None
) -> HttpResponse:
    viewer = request.viewer
    context: dict[str, Any] = {
        "visit": visit,
        "is_own": visit.author_id == viewer.user_id,
        "people": people_at(visit.party, viewer),
        "history": changes_of(visit),
        "elapsed": int((request.now - visit.started_at).total_seconds() // 60),
    }
    if visit.is_open:
        context |= _open_context(request, visit, finishing)
        template = "visits/open.html"
    else:
        context |= _done_context(request, visit, correcting)
        template = "visits/visit.html"
    return render_page(request, template, context, status=422 if finishing or correcting else 200)


def _open_context(request: SignedIn, visit: Visit, form: FinishForm | None) -> dict[str, Any]:
    row = due_before(visit, request.viewer)
    return {
        "form": form or FinishForm(initial={"version": visit.version}),
        "why": why_of(row, visit, request.viewer),
        "next_date": next_date(row, visit, request.viewer),
        "phrases": PHRASES.get(visit.kind, ()),
        "said": request.POST.getlist("phrase"),
        "picked": request.POST.get("next_pick"),
        "is_forgotten": is_forgotten(visit, request.now),
    }


def _done_context(request: SignedIn, visit: Visit, form: CorrectForm | None) -> dict[str, Any]:
    found = findings_of([visit]).get(visit.pk, ())
    initial = {"version": visit.version, "note": visit.note, "next_on": visit.next_on}
    return {
        "form": form or CorrectForm(initial=initial),
        "findings": found,
        "is_valid": is_valid(found),
        "may_correct": can_correct(visit, request.viewer.user_id, request.now),
    }


@require_POST
@needs("visit", "create")
def skip_today(request: SignedIn, public_id: UUID) -> HttpResponse:
    party, form = _party(request, public_id), SkipForm(request.POST)
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        services.skip(party, request.viewer, request.viewer.as_of, reason, act_of(request, reason))
        messages.success(request, _("%(party)s 今天不去了，列表已经重排。") % {"party": party.name})
    else:
        messages.error(request, _("写一句为什么今天不去，列表没有动。"))
    return redirect_page(request, "today")


@require_POST
@needs("visit", "create")
def undo_skip(request: SignedIn, public_id: UUID) -> HttpResponse:
    row = get_object_or_404(Skip.objects.visible_to(request.viewer).select_related("party"), public_id=public_id)
    services.take_skip_back(row, act_of(request, _("今天还是去")))
    messages.success(request, _("%(party)s 又排回来了。") % {"party": row.party.name})
    return redirect_page(request, "today")
