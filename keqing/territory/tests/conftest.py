"""Caches of this app follow change counters, which start anew with every rolled-back database."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from keqing.territory.services import calendars, places


@pytest.fixture(autouse=True)
def fresh_tables() -> Iterator[None]:
    calendars.forget()
    places.forget()
    yield
