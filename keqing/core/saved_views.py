"""Saved views of a list as tabs: everybody's first tab is all rows, then own and shared views."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qs, urlencode

from django.utils.translation import gettext

from keqing.core.lists import PASSING, ListPage, ListSpec
from keqing.core.models import SavedView
from keqing.core.saving import raise_counter
from keqing.core.viewer import Viewer

COUNTER = "views"
_PAGING = {*PASSING, "view"}


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
    version = viewer.versions.get(COUNTER, 0) if viewer.versions else None
    return Views(_read(spec.key, viewer) if version is None else _kept(spec.key, viewer, version), viewer)


@lru_cache(maxsize=4096)
def _kept(list_key: str, viewer: Viewer, version: int) -> Sequence[SavedView]:
    return _read(list_key, viewer)


def _read(list_key: str, viewer: Viewer) -> Sequence[SavedView]:
    return tuple(SavedView.objects.visible_to(viewer).filter(list_key=list_key))


def forget() -> None:
    """Drop what is kept until the next change."""
    _kept.cache_clear()


def keep_view(list_key: str, name: str, query: str, viewer: Viewer) -> SavedView:
    """A new view, or the one of this name with other conditions."""
    view, _made = SavedView.objects.own(viewer).update_or_create(
        list_key=list_key[:40], name=name, user_id=viewer.user_id, defaults={"params": params_of(query)}
    )
    raise_counter(COUNTER)
    return view


def drop(view: SavedView) -> None:
    view.delete()
    raise_counter(COUNTER)


def params_of(query: str) -> dict[str, list[str]]:
    """A list's query string as kept with a view: no paging."""
    return {key: values for key, values in parse_qs(query.lstrip("?")).items() if key not in _PAGING}


def _shape(params: Mapping[str, Any]) -> dict[str, list[str]]:
    return {key: sorted(values) for key, values in params.items() if key not in _PAGING and any(values)}


def _link(view: SavedView) -> str:
    return "?" + urlencode(view.params, doseq=True)
