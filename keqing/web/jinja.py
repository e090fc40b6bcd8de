"""The environment of our own pages: translations, urls, and how dates and numbers are written."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.templatetags.static import static as static_url
from django.urls import reverse
from django.utils import translation
from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from keqing.core import written


@lru_cache(maxsize=512)
def _place(name: str) -> str:
    """Addresses without arguments stand many times on every page and never change while the process lives."""
    return reverse(name)


def url(name: str, *args: Any, **kwargs: Any) -> str:
    return reverse(name, args=args or None, kwargs=kwargs or None) if args or kwargs else _place(name)


@lru_cache(maxsize=512)
def static(path: str) -> str:
    """The hashed name of a file; an icon asks for the sprite's some hundred times a page."""
    return static_url(path)


@lru_cache(maxsize=8192)
def _translated(message: str, language: str | None) -> str:
    return translation.gettext(message)


def said(message: str, **variables: Any) -> str:
    """A message in the reader's language. Only one with variables is formatted: data may hold a per cent sign."""
    text = _translated(str(message), translation.get_language())
    return Markup(text) % variables if variables else text.replace("%%", "%")


def said_of(one: str, many: str, count: int, **variables: Any) -> str:
    return Markup(translation.ngettext(one, many, count)) % {"num": count, **variables}


def environment(**options: Any) -> Environment:
    env = Environment(
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
        trim_blocks=True,
        lstrip_blocks=True,
        **{**options, "undefined": StrictUndefined},
    )
    env.newstyle_gettext = True  # type: ignore[attr-defined]
    env.globals.update(_=said, gettext=said, ngettext=said_of, url=url, static=static)
    env.filters.update(
        day=written.day,
        daytime=written.daytime,
        clock=written.clock,
        num=written.number,
        dash=written.dash,
        share=written.share,
    )
    # components for every page and for every fragment rendered alone
    env.globals["ui"] = env.get_template("_ui.html").module
    return env
