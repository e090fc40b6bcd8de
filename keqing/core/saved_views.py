"""Saved views of a list as tabs: everybody's first tab is all rows, then own and shared views."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlencode

from django.utils.translation import gettext

from keqing.core.lists import ListPage, ListSpec
from keqing.core.models import SavedView
from keqing.core.viewer import Viewer

_PAGING = {"after", "before", "view"}


@dataclass(frozen=True)
class Views:
    saved: Sequence[SavedView]
    viewer: Viewer

    def tabs(self, page: ListPage) -> list[dict[str, Any]]:
        now = _shape(page.params)
        everything = {"label": gettext("全部"), "href": "?", "current": not now}
        others = [
            {"label": gettext(view.name), "href": _link(view), "current": _shape(view.params) == now}
            for view in self.saved
        ]
        return [everything, *others]

    def is_changed(self, page: ListPage) -> bool:
        """Something is chosen that no tab shows: it can be kept."""
        now = _shape(page.params)
        return bool(now) and all(_shape(view.params) != now for view in self.saved)

    def own(self, page: ListPage) -> SavedView | None:
        now = _shape(page.params)
        return next(
            (view for view in self.saved if view.user_id == self.viewer.user_id and _shape(view.params) == now), None
        )


def views_of(spec: ListSpec, viewer: Viewer) -> Views:
    return Views(list(SavedView.objects.visible_to(viewer).filter(list_key=spec.key)), viewer)


def filter_choices(spec: ListSpec, viewer: Viewer) -> dict[str, Sequence[tuple[str, str]]]:
    return {item.key: item.choices(viewer) for item in spec.filters}


def params_of(query: str) -> dict[str, list[str]]:
    """A list's query string as kept with a view: no paging."""
    return {key: values for key, values in parse_qs(query.lstrip("?")).items() if key not in _PAGING}


def _shape(params: Mapping[str, Any]) -> dict[str, list[str]]:
    return {key: sorted(values) for key, values in params.items() if key not in _PAGING and any(values)}


def _link(view: SavedView) -> str:
    return "?" + urlencode(view.params, doseq=True)
