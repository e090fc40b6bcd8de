"""The calendar's and the rules' memory starts anew with every test's rolled-back database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

import pytest
from django.utils import timezone

from keqing.territory.services import calendars, places
from keqing.visits.planner.facts import forget_rules
from keqing.visits.services import load_frequencies
from keqing.visits.tests.builders import ACT


@pytest.fixture(autouse=True)
def fresh_memory() -> Iterator[None]:
    forget_rules()
    calendars.forget()
    places._gazetteer.cache_clear()
    yield


@pytest.fixture
def frequencies(db: None) -> None:
    load_frequencies(ACT)


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """Set the clock that the middleware reads."""

    def set_clock(now: datetime) -> None:
        monkeypatch.setattr("keqing.web.middleware.timezone.now", lambda: now)
        monkeypatch.setattr(timezone, "now", lambda: now)

    return set_clock
