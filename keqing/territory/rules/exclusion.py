"""Who may not hold what at the same time (DOMAIN 7.2): a medical representative sells nothing, on any day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from itertools import combinations

from keqing.territory.personas import excluded_together


@dataclass(frozen=True)
class Stint:
    """What a person acts as on [starts, ends): a position held, or one stood in for."""

    persona: str
    position: str
    starts: date
    ends: date | None

    def overlaps(self, other: Stint) -> bool:
        return (other.ends is None or self.starts < other.ends) and (self.ends is None or other.starts < self.ends)

    def within(self, starts: date, ends: date) -> Stint | None:
        """The part of it that lies in [starts, ends)."""
        first, last = max(self.starts, starts), ends if self.ends is None else min(self.ends, ends)
        return replace(self, starts=first, ends=last) if first < last else None


def first_exclusion(stints: Iterable[Stint]) -> tuple[Stint, Stint] | None:
    """Two of them that fall on the same day and that nobody may act in together; the earlier one first."""
    for one, other in combinations(sorted(stints, key=lambda stint: stint.starts), 2):
        if excluded_together({one.persona, other.persona}) and one.overlaps(other):
            return one, other
    return None
