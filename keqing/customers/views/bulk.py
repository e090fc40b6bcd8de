"""Acts on several customers at once: first the consequence, then the act."""

from __future__ import annotations

from collections import Counter
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from keqing.core.doors import needs
from keqing.core.htmx import redirect_page, render_page
from keqing.core.requests import SignedIn, act_of
from keqing.core.saving import dependants
from keqing.customers import services
from keqing.customers.forms import BulkAssignForm, BulkGradeForm
from keqing.customers.models import Party
from keqing.customers.services.assignments import holders
from keqing.customers.views.loading import say_in_bin, taken

MOST = 200


def _chosen(request: SignedIn) -> list[Party]:
    keys = []
    for text in request.POST.getlist("ids")[:MOST]:
        try:
            keys.append(UUID(text))
        except ValueError:
            continue
    return list(Party.objects.visible_to(request.viewer).filter(public_id__in=keys).order_by("sort_key", "pk"))


def _ask(request: SignedIn, parties: list[Party], context: dict[str, Any], status: int = 200) -> HttpResponse:
    return render_page(request, "customers/bulk.html", {"parties": parties, "form": None, **context}, status=status)


def _nothing(request: SignedIn) -> HttpResponse:
    messages.warning(request, _("没有选中客户，什么都没有改。"))
    return redirect_page(request, "customers:list")


@require_POST
@needs("assignment", "create")
def assign(request: SignedIn) -> HttpResponse:
    parties = _chosen(request)
    if not parties:
        return _nothing(request)
    is_answer = "confirmed" in request.POST
    form = BulkAssignForm(request.POST if is_answer else None, viewer=request.viewer)
    if is_answer and form.is_valid() and taken(form, lambda: _hand_all(request, parties, form)) is not None:
        said = {"count": len(parties), "position": form.cleaned_data["position"].name}
        messages.success(request, _("%(count)s 家已交给 %(position)s。") % said)
        return redirect_page(request, "customers:list")
    held = holders([party.pk for party in parties], request.viewer)
    labels = Counter(holder.label for these in held.values() for holder in these)
    now = _("、").join(_("%(name)s %(count)s 家") % {"name": n, "count": c} for n, c in labels.most_common(4))
    context = {
        "form": form,
        "title": _("改负责岗位"),
        "consequence": _(
            "这 %(count)s 家从所选日期起整家交给新岗位，现在的分管到那天为止，以前的都留着。现在：%(now)s。"
        )
        % {"count": len(parties), "now": now or _("没有人分管")},
        "do": _("交给新岗位"),
    }
    return _ask(request, parties, context, 422 if is_answer else 200)


@transaction.atomic
def _hand_all(request: SignedIn, parties: list[Party], form: forms.Form) -> bool:
    data = form.cleaned_data
    for party in parties:
        services.hand_to(party, data["position"], data["product_line"], data["starts_on"], act_of(request))
    return True


@require_POST
@needs("party", "change")
def grade(request: SignedIn) -> HttpResponse:
    parties = _chosen(request)
    if not parties:
        return _nothing(request)
    is_answer = "confirmed" in request.POST
    form = BulkGradeForm(request.POST if is_answer else None, today=request.viewer.as_of)
    if is_answer and form.is_valid() and taken(form, lambda: _grade_all(request, parties, form)) is not None:
        messages.success(request, _("%(count)s 家的分级已改，以前的级别都留着。") % {"count": len(parties)})
        return redirect_page(request, "customers:list")
    context = {
        "form": form,
        "title": _("改分级"),
        "consequence": _("这 %(count)s 家从所选日期起用新级别，同一方法的旧级别到那天为止，不会抹掉。")
        % {"count": len(parties)},
        "do": _("改成这个级别"),
    }
    return _ask(request, parties, context, 422 if is_answer else 200)


@transaction.atomic
def _grade_all(request: SignedIn, parties: list[Party], form: BulkGradeForm) -> bool:
    scheme, value = form.scheme_and_value()
    for party in parties:
        services.set_grade(party, scheme, value, form.cleaned_data["starts_on"], act_of(request))
    return True


@require_POST
@needs("party", "delete")
def delete(request: SignedIn) -> HttpResponse:
    parties = _chosen(request)
    if not parties:
        return _nothing(request)
    if "confirmed" in request.POST:
        services.remove_parties(parties, act_of(request))
        say_in_bin(request, _("%(count)s 家客户") % {"count": len(parties)})
        return redirect_page(request, "customers:list")
    along = _("、").join(
        _("%(count)s 条%(what)s") % {"count": len(keys), "what": _(str(model._meta.verbose_name))}
        for model, keys in dependants(parties)
    )
    context = {
        "title": _("放进回收站"),
        "consequence": _("这 %(count)s 家放进回收站，连同%(along)s。随时可以一家一家恢复。")
        % {"count": len(parties), "along": along or _("它们的历史")},
        "do": _("放进回收站"),
    }
    return _ask(request, parties, context)
