"""Pages of the base: the bin, notices, saved views, columns of a list."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.apps import apps
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from keqing.core.doors import needs
from keqing.core.htmx import redirect_page, render_page
from keqing.core.lists import Column, ListSpec, read_list
from keqing.core.models import Base, BinEntry, Notice, SavedView
from keqing.core.requests import SignedIn, act_of
from keqing.core.saved_views import drop, keep_view
from keqing.core.saving import NotRestored, restore
from keqing.core.viewer import Viewer

BIN = ListSpec(
    key="bin",
    noun="bin",
    title="回收站",
    columns=(
        Column("label", "名称", lambda row: row.label),
        Column("noun", "是什么", lambda row: noun_label(row.noun), kind="label"),
        Column("rows", "连同", lambda row: row.rows, kind="number"),
        Column("user", "谁删的", lambda row: row.user.name if row.user else ""),
        Column("at", "时间", lambda row: row.at, kind="moment", sort="at"),
        Column("reason", "原因", lambda row: row.reason),
    ),
    filters=(),
    default_sort="-at",
    link=lambda row: "",
    is_searchable=False,
)


def noun_label(noun: str) -> str:
    try:
        return str(apps.get_model(noun)._meta.verbose_name)
    except LookupError:
        return noun


def tracked_models() -> list[type[Base]]:
    return [model for model in apps.get_models() if issubclass(model, Base)]


@require_GET
@needs("bin")
def bin_page(request: SignedIn) -> HttpResponse:
    query = request.GET.get("q", "").strip()
    page = read_list(BIN, partial(_bin_rows, query=query), request.GET, request.viewer)
    return render_page(request, "core/bin.html", {"page": page, "noun_label": noun_label, "find": query})


def _bin_rows(viewer: Viewer, query: str) -> QuerySet[BinEntry]:
    rows: QuerySet[BinEntry] = BinEntry.objects.visible_to(viewer).select_related("user")
    return rows.filter(label__icontains=query) if query else rows


@require_POST
@needs("bin")
def restore_entry(request: SignedIn, public_id: str) -> HttpResponse:
    entry = get_object_or_404(BinEntry.objects.visible_to(request.viewer), public_id=public_id)
    if not entry.may_be_restored_by(request.viewer):
        raise PermissionDenied
    try:
        count = restore(entry, act_of(request, _("从回收站恢复")), tracked_models())
    except NotRestored as why:
        messages.error(request, str(why))
    except IntegrityError:
        messages.error(
            request, _("「%(label)s」的位置已被占用（同一编码或同一天已有一条），没有恢复。") % {"label": entry.label}
        )
    else:
        messages.success(
            request, _("「%(label)s」回来了，连同 %(count)s 条。") % {"label": entry.label, "count": count}
        )
    return redirect_page(request, "core:bin")


@require_GET
def notices(request: SignedIn) -> HttpResponse:
    rows = list(Notice.objects.visible_to(request.viewer)[:100])
    return render_page(request, "core/notices.html", {"rows": rows})


@require_POST
def read_notices(request: SignedIn) -> HttpResponse:
    Notice.objects.visible_to(request.viewer).unread().update(read_at=request.now)
    return redirect_page(request, "notices")


@require_POST
def save_view(request: SignedIn, list_key: str) -> HttpResponse:
    name = request.POST.get("name", "").strip()[:30]
    target = _back(request)
    if name:
        view = keep_view(list_key, name, request.POST.get("params", ""), request.viewer)
        messages.success(request, _("视图「%(name)s」存好了。") % {"name": view.name})
        target += request.POST.get("params", "")
    return HttpResponseRedirect(target, status=303)


@require_POST
def drop_view(request: SignedIn, public_id: str) -> HttpResponse:
    drop(get_object_or_404(SavedView.objects.own(request.viewer), public_id=public_id))
    return HttpResponseRedirect(_back(request), status=303)


@require_POST
def choose_columns(request: SignedIn) -> HttpResponse:
    target, columns = _back(request), ",".join(request.POST.getlist("column"))
    glue = "&" if "?" in target else "?"
    return HttpResponseRedirect(f"{target}{glue}columns={columns}" if columns else target, status=303)


def _back(request: SignedIn) -> str:
    """Where the form came from, on this host only."""
    target: Any = request.POST.get("next", "/")
    allowed = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return target if allowed else "/"
