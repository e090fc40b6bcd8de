"""Short transactions: on SQLite nobody else can write while one is open, so each is short and comes after a gap."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

#: SQLite's waiters look again after 1, 3, 8, 18, 33, 53, 78, 103, 128 ms: a gap wider than their steps of 25 ms is met
#: by everybody who has waited for one transaction
HOLD_S, GAP_S = 0.06, 0.03
LEAST, MOST = 10, 5000
#: pages in the log at which a commit carries it into the file; SQLite's own number is the usual one
NEVER, USUAL = 0, 1000


class Pace:
    """`size` rows go into the next transaction; it follows the time the last one took."""

    def __init__(self, size: int = 200, hold_s: float = HOLD_S) -> None:
        self.size = size
        self.hold_s = hold_s
        self.longest_s = 0.0
        self._free_since = 0.0

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """What the caller does between two transactions counts as the gap."""
        is_shared = connection.vendor == "sqlite" and not connection.in_atomic_block
        if is_shared:
            time.sleep(max(0.0, self._free_since + GAP_S - time.perf_counter()))
            _pragma(f"wal_autocheckpoint={NEVER}")
        try:
            with transaction.atomic():
                started = time.perf_counter()
                yield
        finally:
            self._free_since = time.perf_counter()
            if is_shared:
                _pragma(f"wal_autocheckpoint={USUAL}")
        self._follow(self._free_since - started)
        if is_shared:
            # at the commit it would count as holding the lock; left lying it would fall to whoever saves next
            _pragma("wal_checkpoint(PASSIVE)")

    def _follow(self, taken: float) -> None:
        self.longest_s = max(self.longest_s, taken)
        self.size = max(LEAST, min(MOST, int(self.size * min(2.0, max(0.25, self.hold_s / max(taken, 1e-4))))))


def _pragma(words: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA {words}")
        cursor.fetchall()
