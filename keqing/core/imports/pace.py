"""Short transactions: on SQLite nobody else can write while one is open, so each is short and followed by a gap."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

#: SQLite's waiters look again after 1, 3, 8, 18, 33, 53, 78, 103, 128 ms: a gap wider than their steps of 25 ms within a
#: cycle of 130 ms is always met, so nobody waits much longer than one cycle
HOLD_S, GAP_S = 0.1, 0.03
LEAST, MOST = 10, 5000
#: pages in the log at which a commit carries it into the file; SQLite's own number is the usual one
NEVER, USUAL = 0, 1000


class Pace:
    """`size` rows go into the next transaction; it follows the time the last one took."""

    def __init__(self, size: int = 200, hold_s: float = HOLD_S) -> None:
        self.size = size
        self.hold_s = hold_s
        self.longest_s = 0.0

    @contextmanager
    def transaction(self) -> Iterator[None]:
        is_shared = connection.vendor == "sqlite" and not connection.in_atomic_block
        if is_shared:
            _pragma(f"wal_autocheckpoint={NEVER}")
        started = time.perf_counter()
        try:
            with transaction.atomic():
                yield
        finally:
            if is_shared:
                _pragma(f"wal_autocheckpoint={USUAL}")
        taken = time.perf_counter() - started
        self.longest_s = max(self.longest_s, taken)
        self.size = max(LEAST, min(MOST, int(self.size * min(2.0, max(0.25, self.hold_s / max(taken, 1e-4))))))
        if is_shared:
            _gap()


def _gap() -> None:
    """The lock is free. Meanwhile the log is carried into the file: at the commit it would count as holding the lock,
    and left lying it would fall to whoever saves next."""
    started = time.perf_counter()
    _pragma("wal_checkpoint(PASSIVE)")
    time.sleep(max(0.0, GAP_S - (time.perf_counter() - started)))


def _pragma(words: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA {words}")
        cursor.fetchall()
