"""What a run remembers lives to its end: Python need not look through it again and again for garbage."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

#: new objects before a look at the young ones, such looks before one at the older, and at all. Python's own (700, 10,
#: 10) cost a sixth of an import, and stops of a third of a second at once, with the lock held
SELDOM = (20_000, 50, 1_000)


@contextmanager
def collected_seldom() -> Iterator[None]:
    usual = gc.get_threshold()
    gc.set_threshold(*SELDOM)
    try:
        yield
    finally:
        gc.set_threshold(*usual)
