"""Pages of products and their SKUs. Prices and batches: `views_dated`."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from keqing.catalog import services
from keqing.catalog.access import edits_products, for_editors
from keqing.catalog.forms import ProductForm, SkuForm
from keqing.catalog.lists import sku_rows, spec_for
from keqing.catalog.models import Principal, Product, ProductLine, Sku
from keqing.catalog.reports import changes_of, sku_cards
from keqing.core import list_page
from keqing.core.doors import needs
from keqing.core.export import export_list
from keqing.core.htmx import redirect_page, render_page
from keqing.core.models import Base
from keqing.core.requests import SignedIn, act_of
from keqing.core.saving import Stale
from keqing.core.viewer import Viewer


@require_GET
@needs("product")
def product_list(request: SignedIn) -> HttpResponse:
    viewer = request.viewer
    can_create = viewer.may("product", "create") and edits_products(viewer)
    return list_page.show_list(request, "catalog/product_list.html", spec_for(viewer), sku_rows, can_create=can_create)


@require_GET
@needs("product", "export")
def export(request: SignedIn) -> HttpResponse:
    return export_list(spec_for(request.viewer), sku_rows, request.GET, request.viewer, request.now)


@require_GET
@needs("product")
def product(request: SignedIn, public_id: str) -> HttpResponse:
    found = product_or_404(request.viewer, public_id)
    context = {
        "product": found,
        "cards": sku_cards(found, request.viewer),
        "history": changes_of(found, request.viewer),
        "can_edit": edits_products(request.viewer),
        "can_keep_batches": request.viewer.may("product", "change"),
        "can_discard": request.viewer.may("product", "delete"),
    }
    return render_page(request, "catalog/product_detail.html", context)


@require_http_methods(["GET", "POST"])
@needs("product", "create")
@for_editors
def create_product(request: SignedIn) -> HttpResponse:
    form = _product_form(request, Product())
    sku_form = SkuForm(request.POST or None, prefix="sku", as_of=request.viewer.as_of, product=form.instance)
    if request.method == "POST" and all([form.is_valid(), sku_form.is_valid()]):
        services.create_product(form.instance, form.owners(), sku_form.instance, act_of(request))
        messages.success(request, gettext("「%(name)s」建好了，可以接着写价格和批号。") % {"name": form.instance})
        return redirect_page(request, "catalog:product", form.instance.public_id)
    return _form_page(request, form, gettext("新建产品"), reverse("catalog:list"), sku_form=sku_form)


@require_http_methods(["GET", "POST"])
@needs("product", "change")
@for_editors
def edit_product(request: SignedIn, public_id: str) -> HttpResponse:
    found = product_or_404(request.viewer, public_id)
    form = _product_form(request, found)
    back = reverse("catalog:product", args=[public_id])
    if request.method == "POST" and form.is_valid():
        try:
            services.save_product(found, form.owners(), act_of(request))
            return saved(request, back)
        except Stale:
            form.tell_stale()
    return _form_page(request, form, gettext("改「%(name)s」") % {"name": found}, back)


@require_POST
@needs("product", "delete")
def bin_product(request: SignedIn, public_id: str) -> HttpResponse:
    found = product_or_404(request.viewer, public_id)
    return discarded(request, found, reverse("catalog:list"), reverse("catalog:product", args=[public_id]))


@require_http_methods(["GET", "POST"])
@needs("product", "create")
@for_editors
def create_sku(request: SignedIn, public_id: str) -> HttpResponse:
    found = product_or_404(request.viewer, public_id)
    return _sku_page(request, Sku(product=found), gettext("给「%(name)s」加品规") % {"name": found})


@require_http_methods(["GET", "POST"])
@needs("product", "change")
@for_editors
def edit_sku(request: SignedIn, public_id: str) -> HttpResponse:
    found = sku_or_404(request.viewer, public_id)
    return _sku_page(request, found, gettext("改品规 %(code)s") % {"code": found.code})


@require_POST
@needs("product", "delete")
def bin_sku(request: SignedIn, public_id: str) -> HttpResponse:
    found = sku_or_404(request.viewer, public_id)
    return discarded(request, found, page_of(found), page_of(found))


def _sku_page(request: SignedIn, sku: Sku, title: str) -> HttpResponse:
    form = SkuForm(request.POST or None, instance=sku, as_of=request.viewer.as_of, product=sku.product)
    if request.method == "POST" and form.is_valid():
        try:
            services.save_sku(sku, act_of(request))
            return saved(request, page_of(sku))
        except Stale:
            form.tell_stale()
    return _form_page(request, form, title, page_of(sku))


def _product_form(request: SignedIn, found: Product) -> ProductForm:
    principals, lines = (
        dict(model.objects.visible_to(request.viewer).values_list("name", "pk")) for model in (Principal, ProductLine)
    )
    return ProductForm(request.POST or None, instance=found, principals=principals, lines=lines)


def _form_page(request: SignedIn, form: Any, title: str, back: str, sku_form: SkuForm | None = None) -> HttpResponse:
    forms = [each for each in (form, sku_form) if each is not None]
    context = {
        "form": form,
        "sku_form": sku_form,
        "title": title,
        "back": back,
        "needs_confirm": any(getattr(each, "needs_confirm", False) for each in forms),
        "names": {key: sorted(form.known[f"{key}_name"]) for key in ("principal", "line")}
        if isinstance(form, ProductForm)
        else {},
    }
    return render_page(request, "catalog/product_form.html", context, status=422 if request.method == "POST" else 200)


# --- shared with the dated pages


def product_or_404(viewer: Viewer, public_id: str) -> Product:
    rows = Product.objects.visible_to(viewer).select_related("principal", "product_line")
    found: Product = get_object_or_404(rows, public_id=public_id)
    return found


def sku_or_404(viewer: Viewer, public_id: str) -> Sku:
    return get_object_or_404(sku_rows(viewer), public_id=public_id)


def page_of(sku: Sku) -> str:
    return reverse("catalog:product", args=[sku.product.public_id])


def saved(request: SignedIn, back: str) -> HttpResponse:
    messages.success(request, gettext("存好了。"))
    return redirect_page(request, back)


def discarded(request: SignedIn, row: Base, to: str, otherwise: str) -> HttpResponse:
    """To the bin, or one sentence why not."""
    act = act_of(request, request.POST.get("reason", ""))
    try:
        entry = services.discard_sku(row, act) if isinstance(row, Sku) else services.discard(row, act)
    except services.StillUsed as refusal:
        messages.error(request, str(refusal))
        return redirect_page(request, otherwise)
    sentence = gettext("「%(label)s」放进回收站了，连同 %(count)s 条。") % {"label": entry.label, "count": entry.rows}
    messages.success(
        request, format_html('{} <a href="{}">{}</a>', sentence, reverse("core:bin"), gettext("去回收站恢复"))
    )
    return redirect_page(request, to)
