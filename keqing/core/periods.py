"""Dated rows of one thing follow one another: which of them would fall on the same day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from typing import TypeVar

from keqing.core.fields import PeriodModel

Row = TypeVar("Row", bound=PeriodModel)
CHUNK = 500


def meet(one: PeriodModel, other: PeriodModel) -> bool:
    """Whether a day lies in both half-open periods."""
    starts_in_time = other.valid_to is None or one.valid_from < other.valid_to
    return starts_in_time and (one.valid_to is None or other.valid_from < one.valid_to)


def first_overlap(
    coming: Iterable[Row], standing: Iterable[Row], thing: Callable[[Row], Hashable]
) -> tuple[Row, Row] | None:
    """The first row to come that shares a day with another one of the same thing, and that other one."""
    taken: dict[Hashable, list[Row]] = defaultdict(list)
    for row in standing:
        taken[thing(row)].append(row)
    for row in coming:
        for other in taken[thing(row)]:
            if meet(row, other):
                return row, other
        taken[thing(row)].append(row)
    return None


def chunks(keys: Sequence[int]) -> Iterator[Sequence[int]]:
    """A restored import brings back more rows than a statement takes parameters."""
    return (keys[start : start + CHUNK] for start in range(0, len(keys), CHUNK))
