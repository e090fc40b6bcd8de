"""Whether the shares of one customer still fit into one whole (DOMAIN 2.10): Σ share ≤ 1 per product line and day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

WHOLE = Decimal(1)


@dataclass(frozen=True, slots=True)
class Portion:
    """Half-open [starts_on, ends_on); without a line it counts toward every line."""

    share: Decimal
    starts_on: date
    ends_on: date | None = None
    line: int | None = None
    holder: str = ""

    def covers(self, day: date) -> bool:
        return self.starts_on <= day and (self.ends_on is None or day < self.ends_on)

    def counts_toward(self, line: int | None) -> bool:
        return self.line is None or self.line == line


@dataclass(frozen=True, slots=True)
class Overfull:
    """The first day on which it does not fit, what is left then, and who has the rest."""

    day: date
    left: Decimal
    holders: tuple[tuple[str, Decimal], ...]


def overfull(held: Sequence[Portion], wanted: Portion) -> Overfull | None:
    """None when `wanted` fits beside what is held on each of its days."""
    starts = {max(portion.starts_on, wanted.starts_on) for portion in held} | {wanted.starts_on}
    for day in sorted(start for start in starts if wanted.covers(start)):
        for line in _lines(held, wanted):
            there = [portion for portion in held if portion.covers(day) and portion.counts_toward(line)]
            left = WHOLE - sum((portion.share for portion in there), Decimal(0))
            if wanted.share > left:
                return Overfull(day, max(left, Decimal(0)), tuple((portion.holder, portion.share) for portion in there))
    return None


def _lines(held: Sequence[Portion], wanted: Portion) -> list[int | None]:
    """The lines the wanted portion counts toward; for one of all lines, each that occurs."""
    if wanted.line is not None:
        return [wanted.line]
    return [None, *sorted({portion.line for portion in held if portion.line is not None})]
