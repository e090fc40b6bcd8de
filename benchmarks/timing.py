"""Comparing two things in one run: blocks of one alternate with blocks of the other, so that drift meets both alike."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from statistics import median

LEAST, LONGEST_S = 200, 3.0
BLOCK = 20
Once = Callable[[], list[float]]
"""Does one thing; gives the seconds of every request that counts."""


@dataclass
class Race:
    """Times of the measured thing and of its peer in seconds, and the processor time their requests took."""

    own: list[float] = field(default_factory=list)
    peer: list[float] = field(default_factory=list)
    own_processor: float = 0.0
    peer_processor: float = 0.0

    @property
    def per_request(self) -> float:
        return median(self.own)

    @property
    def per_peer_request(self) -> float:
        return median(self.peer)

    @property
    def ratio(self) -> float:
        return self.per_request / self.per_peer_request

    @property
    def processor_ratio(self) -> float:
        """Says the same on a quiet machine; on a busy one it leaves out the waiting for the processor."""
        own, peer = self.own_processor / len(self.own), self.peer_processor / len(self.peer)
        return own / peer if peer else 0.0

    @property
    def per_second(self) -> float:
        return len(self.own) / sum(self.own)

    @property
    def p95_over_median(self) -> float:
        return percentile(self.own, 0.95) / median(self.own)


def percentile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def race(own: Once, peer: Once, *, processor: Callable[[], float], warm_up: int = 15) -> Race:
    """At least 200 measured requests, or 3 seconds of them when they are slow. `processor`: seconds spent so far."""
    for _ in range(warm_up):
        own()
        peer()
    result = Race()
    while len(result.own) < LEAST and sum(result.own) < LONGEST_S:
        before = processor()
        for _ in range(BLOCK):
            result.own += own()
        between = processor()
        for _ in range(BLOCK):
            result.peer += peer()
        result.own_processor += between - before
        result.peer_processor += processor() - between
    return result
