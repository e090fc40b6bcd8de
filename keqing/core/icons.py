"""Pictures of the icon sprite as markup."""

from __future__ import annotations

from functools import lru_cache

from django.templatetags.static import static as static_url
from markupsafe import Markup


@lru_cache(maxsize=512)
def static(path: str) -> str:
    """The hashed name of a file; an icon asks for the sprite's some hundred times a page."""
    return static_url(path)


@lru_cache(maxsize=4096, typed=True)  # a str and a Markup of the same signs are not the same
def icon(name: str, size: int = 18, label: str | None = None) -> Markup:
    """Without a label it is decoration."""
    said_as = Markup('role="img" aria-label="{}"').format(label) if label else Markup('aria-hidden="true"')
    return Markup('<svg class="icon{}" width="{}" height="{}" {}><use href="{}#{}"/></svg>').format(
        " icon-fill" if name.endswith("-filled") else "", size, size, said_as, static("icons.svg"), name
    )
