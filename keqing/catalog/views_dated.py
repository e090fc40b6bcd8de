"""Pages of what is dated: prices and batches of a SKU."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from keqing.catalog import services
from keqing.catalog.access import for_editors, price_kinds
from keqing.catalog.forms import BatchForm, PriceEditForm, PriceForm, province_choices
from keqing.catalog.models import Batch, Price, Sku
from keqing.catalog.views import discarded, page_of, saved, sku_or_404
from keqing.core.doors import needs
from keqing.core.htmx import render_page
from keqing.core.requests import SignedIn, act_of
from keqing.core.saving import Stale
from keqing.core.viewer import Viewer


@require_http_methods(["GET", "POST"])
@needs("product", "create")
@for_editors
def create_price(request: SignedIn, public_id: str) -> HttpResponse:
    sku = sku_or_404(request.viewer, public_id)
    form = PriceForm(
        request.POST or None,
        initial={"starts_on": request.viewer.as_of},
        provinces=province_choices(request.viewer),
        kinds=price_kinds(request.viewer),
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.set_price(sku, act=act_of(request), **form.cleaned_data)
            return saved(request, page_of(sku))
        except services.PriceRefused as refusal:
            form.add_error(None, str(refusal))
    return _page(request, form, sku, gettext("新价格"))


@require_http_methods(["GET", "POST"])
@needs("product", "change")
@for_editors
def edit_price(request: SignedIn, public_id: str) -> HttpResponse:
    price = _price_or_404(request.viewer, public_id)
    form = PriceEditForm(request.POST or None, instance=price, as_of=request.viewer.as_of)
    if request.method == "POST" and form.is_valid():
        try:
            services.change_price(price, act_of(request))
            return saved(request, page_of(price.sku))
        except services.PriceRefused as refusal:
            form.add_error(None, str(refusal))
        except Stale:
            form.tell_stale()
    return _page(request, form, price.sku, gettext("改%(kind)s") % {"kind": gettext(price.get_kind_display())})


@require_POST
@needs("product", "delete")
def bin_price(request: SignedIn, public_id: str) -> HttpResponse:
    price = _price_or_404(request.viewer, public_id)
    return discarded(request, price, page_of(price.sku), page_of(price.sku))


@require_http_methods(["GET", "POST"])
@needs("product", "create")
def create_batch(request: SignedIn, public_id: str) -> HttpResponse:
    sku = sku_or_404(request.viewer, public_id)
    return _batch_page(request, Batch(sku=sku), gettext("新批号"))


@require_http_methods(["GET", "POST"])
@needs("product", "change")
def edit_batch(request: SignedIn, public_id: str) -> HttpResponse:
    batch = _batch_or_404(request.viewer, public_id)
    return _batch_page(request, batch, gettext("改批号 %(lot)s") % {"lot": batch.lot_no})


@require_POST
@needs("product", "delete")
def bin_batch(request: SignedIn, public_id: str) -> HttpResponse:
    batch = _batch_or_404(request.viewer, public_id)
    return discarded(request, batch, page_of(batch.sku), page_of(batch.sku))


def _batch_page(request: SignedIn, batch: Batch, title: str) -> HttpResponse:
    form = BatchForm(request.POST or None, instance=batch)
    if request.method == "POST" and form.is_valid():
        try:
            services.save_batch(batch, act_of(request))
            return saved(request, page_of(batch.sku))
        except Stale:
            form.tell_stale()
    return _page(request, form, batch.sku, title)


def _page(request: SignedIn, form: Any, sku: Sku, title: str) -> HttpResponse:
    context = {
        "form": form,
        "sku": sku,
        "title": title,
        "back": page_of(sku),
        "needs_confirm": getattr(form, "needs_confirm", False),
    }
    return render_page(request, "catalog/dated_form.html", context, status=422 if request.method == "POST" else 200)


def _price_or_404(viewer: Viewer, public_id: str) -> Price:
    rows = Price.objects.visible_to(viewer).filter(kind__in=price_kinds(viewer))
    found: Price = get_object_or_404(rows.select_related("sku__product"), public_id=public_id)
    return found


def _batch_or_404(viewer: Viewer, public_id: str) -> Batch:
    rows = Batch.objects.visible_to(viewer).select_related("sku__product")
    found: Batch = get_object_or_404(rows, public_id=public_id)
    return found
