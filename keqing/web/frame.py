"""What stands around every page of one person: rendered once, until rights, name, language or theme change.

Two things differ from page to page and are put in at the marks: the form token and the address one is at.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.template import engines
from markupsafe import Markup, escape

from keqing.core.viewer import Viewer

TOKEN, HERE = "%%form-token%%", "%%here%%"


@dataclass(frozen=True)
class Pieces:
    """Markup of the head, of the menu at the side, and of the bar and the keys below."""

    head: Markup
    side: str
    foot: Markup


@dataclass(frozen=True)
class Frame:
    pieces: Pieces
    here: str

    @property
    def head(self) -> Markup:
        return self.pieces.head

    @property
    def foot(self) -> Markup:
        return self.pieces.foot

    def side(self, token: str) -> Markup:
        """`token` is the form token's hidden field."""
        return Markup(self.pieces.side.replace(TOKEN, token).replace(HERE, escape(self.here)))


def frame_of(viewer: Viewer, menu: Any, current: str, look: tuple[tuple[str, str], ...], here: str) -> Frame:
    """`menu` as `navigation.menu_of` keeps it; `look`: theme, language and version."""
    who = (viewer.name, viewer.initial, viewer.role_label, viewer.place_label)
    return Frame(_pieces(menu, current, look, who), here)


@lru_cache(maxsize=1024)
def _pieces(menu: Any, current: str, look: tuple[tuple[str, str], ...], who: tuple[str, ...]) -> Pieces:
    environment = engines["jinja2"].env  # type: ignore[attr-defined]
    name, initial, role_label, place_label = who
    context = {
        **dict(look),
        "nav": menu.groups,
        "phone_nav": menu.phone,
        "current": current,
        "viewer": {"name": name, "initial": initial, "role_label": role_label, "place_label": place_label},
        "csrf_input": Markup(TOKEN),
        "here": Markup(HERE),
    }
    return Pieces(
        head=Markup(environment.get_template("_head.html").render(context)),
        side=environment.get_template("_side.html").render(context),
        foot=Markup(environment.get_template("_foot.html").render(context)),
    )
