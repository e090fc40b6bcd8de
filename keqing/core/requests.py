"""What our middleware adds to a request, as a type."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from keqing.core.saving import Act
from keqing.core.state import State
from keqing.core.viewer import Viewer


class SignedIn(HttpRequest):
    """A request of a signed-in person. The clock was read once: `now`."""

    user: Any
    viewer: Viewer
    state: State
    now: datetime
    today: date
    htmx: HtmxDetails


def act_of(request: SignedIn, reason: str = "") -> Act:
    return Act(user_id=request.viewer.user_id, at=request.now, reason=reason)
