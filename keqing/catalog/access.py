"""Who may do what beyond the table of rights: quality keeps batches, not product facts; some prices are business only."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse

from keqing.catalog.models import Price
from keqing.core.requests import SignedIn
from keqing.core.viewer import Viewer
from keqing.territory.personas import Persona

_EDITORS = frozenset({Persona.MARKETING, Persona.SFE, Persona.ADMIN})
_ACADEMIC = frozenset({Persona.MR, Persona.MEDICAL})
#: printed on the box or published by a province: everybody may know these
_PUBLIC = (Price.Kind.RETAIL_SUGGESTED, Price.Kind.TENDER, Price.Kind.PLATFORM_LISTED)

View = Callable[..., HttpResponse]


def edits_products(viewer: Viewer) -> bool:
    return viewer.may("product", "change") and bool(viewer.personas & _EDITORS)


def for_editors(view: View) -> View:
    """Stands below `needs`: facts and prices are marketing's, sales operations' and the administrator's."""

    @wraps(view)
    def door(request: SignedIn, *args: Any, **kwargs: Any) -> HttpResponse:
        if not edits_products(request.viewer):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return door


def price_kinds(viewer: Viewer) -> tuple[str, ...]:
    """A medical representative deals in no money, so sees public prices only (DOMAIN 7.2)."""
    if viewer.personas and viewer.personas <= _ACADEMIC:
        return tuple(_PUBLIC)
    return tuple(Price.Kind.values)
