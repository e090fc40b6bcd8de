"""The environment of our own pages: translations, urls, and how dates and numbers are written."""

from __future__ import annotations

from functools import lru_cache
from typing import Any
from uuid import UUID

from django.urls import reverse
from jinja2 import Environment, StrictUndefined

from keqing.core import written
from keqing.core.addresses import address
from keqing.core.icons import icon, static
from keqing.core.wording import said, said_of


@lru_cache(maxsize=512)
def _place(name: str) -> str:
    """Addresses without arguments stand many times on every page and never change while the process lives."""
    return reverse(name)


def url(name: str, *args: Any, **kwargs: Any) -> str:
    if not args and not kwargs:
        return _place(name)
    if len(args) == 1 and isinstance(args[0], UUID) and not kwargs:
        return address(name, args[0])
    return reverse(name, args=args or None, kwargs=kwargs or None)


def environment(**options: Any) -> Environment:
    env = Environment(
        extensions=["jinja2.ext.i18n", "jinja2.ext.do", "keqing.web.kept.Kept"],
        trim_blocks=True,
        lstrip_blocks=True,
        **{**options, "undefined": StrictUndefined},
    )
    env.newstyle_gettext = True  # type: ignore[attr-defined]
    env.globals.update(_=said, gettext=said, ngettext=said_of, url=url, static=static, icon_svg=icon)
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
