from __future__ import annotations

from datetime import date

import pytest

from keqing.engines.world import generate
from keqing.engines.world.rows import World

AS_OF = date(2026, 7, 8)


@pytest.fixture(scope="session")
def world() -> World:
    return generate(seed=7, size="small", as_of=AS_OF)
