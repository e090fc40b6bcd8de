"""The table of frequency rules; sales operations add a dated row."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from keqing.core.doors import needs
from keqing.core.htmx import redirect_page, render_page
from keqing.core.requests import SignedIn, act_of
from keqing.visits.errors import Refused
from keqing.visits.forms import FrequencyForm, segment_labels
from keqing.visits.planner.facts import rule_of
from keqing.visits.reports import frequency_table
from keqing.visits.rules.next_date import norm_of
from keqing.visits.services import add_frequency


@require_GET
@needs("frequency")
def show_frequencies(request: SignedIn) -> HttpResponse:
    tables = frequency_table(request.viewer, request.viewer.as_of)
    norms = {row.pk: norm_of(rule_of(row.__dict__)).text(_) for _scheme, rows in tables for row in rows}
    context = {
        "tables": tables,
        "norms": norms,
        "segments": segment_labels(),
        "today": request.viewer.as_of,
        "may_add": request.viewer.may("frequency", "create"),
    }
    return render_page(request, "visits/frequencies.html", context)


@require_http_methods(["GET", "POST"])
@needs("frequency", "create")
def new_frequency(request: SignedIn) -> HttpResponse:
    form = FrequencyForm(request.POST or None, initial={"valid_from": request.viewer.as_of})
    if request.method == "POST" and form.is_valid():
        try:
            add_frequency(form.instance, act_of(request, form.cleaned_data["source"]))
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
        else:
            messages.success(request, _("新的频次记下了，到生效那天自动用上。"))
            return redirect_page(request, "visits:frequencies")
    status = 422 if request.method == "POST" else 200
    return render_page(request, "visits/new_frequency.html", {"form": form}, status=status)
