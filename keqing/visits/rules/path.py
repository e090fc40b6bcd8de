"""A short open path through a day's stops: nearest neighbor, then 2-opt and or-opt.

For a day's handful of stops. `minutes` is symmetric, at least zero; answers depend on the keys, not on their order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise

Minutes = Callable[[str, str], float]
Matrix = list[list[float]]

LEAST_GAIN = 1e-9
LONGEST_SEGMENT = 3
STARTS_IMPROVED = 3


def path_minutes(path: Sequence[str], minutes: Minutes, start: str | None = None) -> float:
    stops = path if start is None else [start, *path]
    return sum(minutes(a, b) for a, b in pairwise(stops))


def nearest_neighbor(keys: Iterable[str], minutes: Minutes, start: str | None = None) -> list[str]:
    """Without a start the first key by name is the first stop; ties go to the first key by name."""
    left = sorted(keys)
    path: list[str] = []
    here = start
    while left:
        best = left[0] if here is None else _closest(here, left, minutes)
        left.remove(best)
        path.append(best)
        here = best
    return path


def _closest(here: str, keys: list[str], minutes: Minutes) -> str:
    return min(keys, key=lambda key: (minutes(here, key), key))


def short_path(keys: Iterable[str], minutes: Minutes, start: str | None = None) -> list[str]:
    """Never longer than `nearest_neighbor` from the same start: each first stop is tried, the best few improved."""
    names = sorted(keys)
    if len(names) < 2:
        return names
    matrix = _matrix(names, minutes, start)
    rows = range(1, len(names) + 1)
    paths = sorted((_greedy(first, matrix) for first in rows), key=lambda path: (_length(path, matrix), path))
    improved = [_improve(path, matrix) for path in paths[:STARTS_IMPROVED]]
    best = min(improved, key=lambda path: (_length(path, matrix), path))
    return [names[row - 1] for row in best[1:-1]]


def _matrix(names: list[str], minutes: Minutes, start: str | None) -> Matrix:
    """Row 0 is the start, the last row the open end; an end that is free costs nothing to reach."""
    size = len(names) + 2
    matrix = [[0.0] * size for _ in range(size)]
    for row, name in enumerate(names, 1):
        for column in range(row + 1, size - 1):
            matrix[row][column] = matrix[column][row] = float(minutes(name, names[column - 1]))
        if start is not None:
            matrix[0][row] = matrix[row][0] = float(minutes(start, name))
    return matrix


def _greedy(first: int, matrix: Matrix) -> list[int]:
    end = len(matrix) - 1
    left = [row for row in range(1, end) if row != first]
    path = [0, first]
    while left:
        nearest = min(left, key=lambda row: (matrix[path[-1]][row], row))
        left.remove(nearest)
        path.append(nearest)
    return [*path, end]


def _length(path: list[int], matrix: Matrix) -> float:
    return sum(matrix[a][b] for a, b in pairwise(path))


def _improve(path: list[int], matrix: Matrix) -> list[int]:
    while better := _two_opt(path, matrix) or _or_opt(path, matrix):
        path = better
    return path


def _two_opt(path: list[int], matrix: Matrix) -> list[int] | None:
    """The first reversal of a stretch that shortens the path."""
    for i in range(1, len(path) - 2):
        before, first = path[i - 1], path[i]
        for j in range(i + 1, len(path) - 1):
            last, after = path[j], path[j + 1]
            old = matrix[before][first] + matrix[last][after]
            if matrix[before][last] + matrix[first][after] < old - LEAST_GAIN:
                return path[:i] + path[i : j + 1][::-1] + path[j + 1 :]
    return None


def _or_opt(path: list[int], matrix: Matrix) -> list[int] | None:
    """The first move of up to three stops in a row, either way round, that shortens the path."""
    for length in range(1, LONGEST_SEGMENT + 1):
        for i in range(1, len(path) - length):
            segment, rest = path[i : i + length], path[:i] + path[i + length :]
            head, tail = segment[0], segment[-1]
            gain = matrix[rest[i - 1]][head] + matrix[tail][rest[i]] - matrix[rest[i - 1]][rest[i]]
            for j, (a, b) in enumerate(pairwise(rest), 1):
                room = gain + matrix[a][b] - LEAST_GAIN
                if matrix[a][head] + matrix[tail][b] < room:
                    return rest[:j] + segment + rest[j:]
                if matrix[a][tail] + matrix[head][b] < room:
                    return rest[:j] + segment[::-1] + rest[j:]
    return None
