"""WGS-84 to GCJ-02, the offset datum of Chinese web maps (0–600 m away)."""

from __future__ import annotations

from math import cos, pi, sin, sqrt

AXIS_M = 6378245.0  # Krasovsky 1940, as the published reconstruction of GCJ-02 uses it
ECCENTRICITY_2 = 0.00669342162296594323


def shift_to_gcj02(lng: float, lat: float) -> tuple[float, float]:
    """Degrees in, degrees out, as (longitude, latitude); meant for points in mainland China."""
    x, y = lng - 105.0, lat - 35.0
    radians = lat / 180.0 * pi
    flattening = 1 - ECCENTRICITY_2 * sin(radians) ** 2
    north = _north_m(x, y) * 180.0 / (AXIS_M * (1 - ECCENTRICITY_2) / (flattening * sqrt(flattening)) * pi)
    east = _east_m(x, y) * 180.0 / (AXIS_M / sqrt(flattening) * cos(radians) * pi)
    return lng + east, lat + north


def _ripple(x: float) -> float:
    return (20.0 * sin(6.0 * x * pi) + 20.0 * sin(2.0 * x * pi)) * 2.0 / 3.0


def _north_m(x: float, y: float) -> float:
    base = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x)) + _ripple(x)
    slow = (20.0 * sin(y * pi) + 40.0 * sin(y / 3.0 * pi)) * 2.0 / 3.0
    return base + slow + (160.0 * sin(y / 12.0 * pi) + 320.0 * sin(y * pi / 30.0)) * 2.0 / 3.0


def _east_m(x: float, y: float) -> float:
    base = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x)) + _ripple(x)
    slow = (20.0 * sin(x * pi) + 40.0 * sin(x / 3.0 * pi)) * 2.0 / 3.0
    return base + slow + (150.0 * sin(x / 12.0 * pi) + 300.0 * sin(x / 30.0 * pi)) * 2.0 / 3.0
