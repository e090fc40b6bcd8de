"""The door of a view: a noun the viewer may not touch is 403, before any row is looked up."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

View = Callable[..., HttpResponse]


def needs(noun: str, verb: str = "read") -> Callable[[View], View]:
    def close(view: View) -> View:
        @wraps(view)
        def door(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.viewer.may(noun, verb):  # type: ignore[attr-defined]
                raise PermissionDenied
            return view(request, *args, **kwargs)

        door.needs = (noun, verb)  # type: ignore[attr-defined]
        return door

    return close
