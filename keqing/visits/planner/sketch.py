"""The day's route as plain geometry: points from coordinates only, numbers equal to those of the list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import cos, hypot, radians

from keqing.territory.geography import Point

LEAST_SPAN_KM = 0.5
LEAST_GAP_PX, LEAST_GAP_PX_LOW, LOW_PX = 28, 22, 200
KM_PER_DEGREE = 111.2


@dataclass(frozen=True, slots=True)
class Spot:
    """A point to draw; `number` 0 is a visit already made."""

    number: int
    name: str
    point: Point
    is_next: bool = False


@dataclass(frozen=True, slots=True)
class Dot:
    x: float
    y: float
    number: int
    name: str
    is_next: bool
    is_crowded: bool = False  # a number already stands here: drawn as a plain dot


@dataclass(frozen=True, slots=True)
class Sketch:
    width: int
    height: int
    dots: tuple[Dot, ...]
    line: str  # SVG points of the way still to go
    past: str  # and of the way behind
    scale_km: float  # length of the scale bar
    scale_px: float


def sketch(spots: Sequence[Spot], width: int = 640, height: int = 420, margin: int = 36) -> Sketch | None:
    """None with fewer than two points: one point alone shows no way."""
    if len(spots) < 2:
        return None
    xs, ys = _kilometres([spot.point for spot in spots])
    span_x, span_y = max(xs) - min(xs), max(ys) - min(ys)
    scale = min(
        (width - 2 * margin) / max(span_x, LEAST_SPAN_KM),
        (height - 2 * margin) / max(span_y, LEAST_SPAN_KM),
    )
    left, top = (width - span_x * scale) / 2, (height - span_y * scale) / 2
    dots = tuple(
        Dot(
            round(left + (x - min(xs)) * scale, 1),
            round(top + (max(ys) - y) * scale, 1),
            spot.number,
            spot.name,
            spot.is_next,
        )
        for spot, x, y in zip(spots, xs, ys, strict=True)
    )
    past = [dot for dot in dots if not dot.number]
    ahead = past[-1:] + [dot for dot in dots if dot.number]
    bar = _round_km(width / 5 / scale)
    gap = LEAST_GAP_PX if height > LOW_PX else LEAST_GAP_PX_LOW
    return Sketch(width, height, _thinned(dots, gap), _points(ahead), _points(past), bar, round(bar * scale, 1))


def _thinned(dots: Sequence[Dot], gap: float) -> tuple[Dot, ...]:
    """Numbers that would lie on one another are left out, the later ones; the next stop keeps its own and is on top."""
    kept: list[Dot] = []
    shown: list[Dot] = []
    for dot in sorted(dots, key=lambda one: not one.is_next):
        is_crowded = bool(dot.number) and any(hypot(dot.x - one.x, dot.y - one.y) < gap for one in kept)
        if dot.number and not is_crowded:
            kept.append(dot)
        shown.append(replace(dot, is_crowded=is_crowded))
    return tuple(sorted(shown, key=lambda one: (one.is_next, not one.is_crowded, one.number)))


def _kilometres(points: Sequence[Point]) -> tuple[list[float], list[float]]:
    """East and north of the middle; good enough over a county."""
    shrink = cos(radians(sum(point.lat for point in points) / len(points)))
    return [p.lng * KM_PER_DEGREE * shrink for p in points], [p.lat * KM_PER_DEGREE for p in points]


def _points(dots: Sequence[Dot]) -> str:
    return " ".join(f"{dot.x},{dot.y}" for dot in dots)


def _round_km(km: float) -> float:
    steps = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200)
    return float(next((step for step in reversed(steps) if step <= km), steps[0]))
