"""Messages in the reader's language, each looked up once while the process lives."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.utils import translation
from markupsafe import Markup


@lru_cache(maxsize=8192)
def in_language(message: str, language: str | None) -> str:
    """`language` is the active one; it stands here only to tell the kept texts apart."""
    return translation.gettext(message).replace("%%", "%")


def said(message: str, **variables: Any) -> str:
    """A message in the reader's language. Only one with variables is formatted: data may hold a per cent sign."""
    if variables:
        return Markup(translation.gettext(message)) % variables
    return in_language(str(message), translation.get_language())


def said_of(one: str, many: str, count: int, **variables: Any) -> str:
    return Markup(translation.ngettext(one, many, count)) % {"num": count, **variables}
