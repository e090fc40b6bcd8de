from __future__ import annotations

from collections.abc import Iterator

import pytest

from keqing.customers.reports import areas
from keqing.customers.tests.builders import make_divisions
from keqing.territory.models import Division
from keqing.territory.services import places


@pytest.fixture(autouse=True)
def fresh_divisions() -> Iterator[None]:
    """Counters start anew with every rolled-back database, so what was cached by them must go."""
    places.forget()
    areas.forget()
    yield


@pytest.fixture
def divisions(db: None) -> dict[str, Division]:
    return make_divisions()
