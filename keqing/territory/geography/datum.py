"""Longitude and latitude between the three datums met in China, all in degrees.

WGS-84 is what a satellite receiver says and what the house stores. GCJ-02 is the legally required shift of
Chinese maps (Amap, Tencent), up to about 600 m off; BD-09 is Baidu's further shift of GCJ-02. The shift is
a fixed polynomial on the Krasovsky 1940 ellipsoid, known since 2010 from published map code; it has no
closed inverse, so the way back is found by fixed-point iteration.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from math import asin, atan2, cos, hypot, pi, radians, sin, sqrt
from typing import NamedTuple

KRASOVSKY_RADIUS_M = 6_378_245.0
KRASOVSKY_ECCENTRICITY_SQUARED = 0.00669342162296594323
EARTH_RADIUS_M = 6_371_008.8  # mean radius of WGS-84, IUGG
BAIDU_ANGLE = pi * 3000 / 180
CLOSE_ENOUGH_DEG = 1e-7  # about 1 cm
MAX_ROUNDS = 20


class Datum(StrEnum):
    WGS84 = "WGS-84"
    GCJ02 = "GCJ-02"
    BD09 = "BD-09"


class Point(NamedTuple):
    lng: float
    lat: float


class ImpossibleCoordinate(ValueError):
    """A longitude or latitude that is no place on earth, or a datum we do not know."""


def to_wgs84(lng: float, lat: float, datum: Datum | str) -> Point:
    """The WGS-84 place of a coordinate given in ``datum``; exact to better than 1 m.

    Raises
    ------
    ImpossibleCoordinate
        Longitude outside [-180, 180], latitude outside [-90, 90], or an unknown datum.
    """
    given = _checked(lng, lat)
    match _datum(datum):
        case Datum.WGS84:
            return given
        case Datum.GCJ02:
            return _unshift(given, _wgs84_to_gcj02)
        case Datum.BD09:
            return _unshift(given, _wgs84_to_bd09)


def from_wgs84(lng: float, lat: float, datum: Datum | str) -> Point:
    """How the WGS-84 place is written in ``datum``; for map services that want their own."""
    given = _checked(lng, lat)
    match _datum(datum):
        case Datum.WGS84:
            return given
        case Datum.GCJ02:
            return _wgs84_to_gcj02(given)
        case Datum.BD09:
            return _wgs84_to_bd09(given)


def distance_m(a: Point, b: Point) -> float:
    """Great-circle distance in meters on the mean sphere (haversine); off by at most 0.6 %."""
    half_lat, half_lng = radians(b.lat - a.lat) / 2, radians(b.lng - a.lng) / 2
    square = sin(half_lat) ** 2 + cos(radians(a.lat)) * cos(radians(b.lat)) * sin(half_lng) ** 2
    return 2 * EARTH_RADIUS_M * asin(min(1.0, sqrt(square)))


def is_shifted(point: Point) -> bool:
    """Whether map makers shift this place: inside China's bounding box and not in Taiwan.

    The outer box is the usual one of the published code; it also covers some neighboring land, where no map maker's
    coordinate of a Chinese customer can lie. Both edges run through sea or foreign land: within 1 km of them, where
    the shift begins, a way there and back need not meet.
    """
    if not (72.004 <= point.lng <= 137.8347 and 0.8293 <= point.lat <= 55.8271):
        return False
    return not (119.9 <= point.lng <= 122.1 and 21.8 <= point.lat <= 25.4)


def _checked(lng: float, lat: float) -> Point:
    if not (-180 <= lng <= 180 and -90 <= lat <= 90):
        raise ImpossibleCoordinate(f"lng must be in [-180, 180] and lat in [-90, 90], got {lng}, {lat}")
    return Point(lng, lat)


def _datum(value: Datum | str) -> Datum:
    try:
        return Datum(value)
    except ValueError:
        raise ImpossibleCoordinate(f"datum must be one of {', '.join(Datum)}, got {value!r}") from None


def _wgs84_to_gcj02(point: Point) -> Point:
    if not is_shifted(point):
        return point
    east, north = _shift_m(point.lng - 105.0, point.lat - 35.0)
    lat = radians(point.lat)
    bulge = 1 - KRASOVSKY_ECCENTRICITY_SQUARED * sin(lat) ** 2
    meridian_m = KRASOVSKY_RADIUS_M * (1 - KRASOVSKY_ECCENTRICITY_SQUARED) / bulge**1.5
    parallel_m = KRASOVSKY_RADIUS_M / sqrt(bulge) * cos(lat)
    return Point(point.lng + east * 180 / (parallel_m * pi), point.lat + north * 180 / (meridian_m * pi))


def _shift_m(x: float, y: float) -> tuple[float, float]:
    """East and north shift in meters at ``x``, ``y`` degrees from 105° E, 35° N."""
    ripple = (20 * sin(6 * x * pi) + 20 * sin(2 * x * pi)) * 2 / 3
    root = sqrt(abs(x))
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + ripple
    east += (20 * sin(x * pi) + 40 * sin(x / 3 * pi)) * 2 / 3
    east += (150 * sin(x / 12 * pi) + 300 * sin(x / 30 * pi)) * 2 / 3
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + ripple
    north += (20 * sin(y * pi) + 40 * sin(y / 3 * pi)) * 2 / 3
    north += (160 * sin(y / 12 * pi) + 320 * sin(y * pi / 30)) * 2 / 3
    return east, north


def _wgs84_to_bd09(point: Point) -> Point:
    if not is_shifted(point):
        return point
    x, y = _wgs84_to_gcj02(point)
    radius = hypot(x, y) + 0.00002 * sin(y * BAIDU_ANGLE)
    angle = atan2(y, x) + 0.000003 * cos(x * BAIDU_ANGLE)
    return Point(radius * cos(angle) + 0.0065, radius * sin(angle) + 0.006)


def _unshift(target: Point, shift: Callable[[Point], Point]) -> Point:
    """The place that ``shift`` moves to ``target``; the shift is nearly constant, so each round gains 3 digits."""
    if not is_shifted(target):
        return target
    guess = target
    for _ in range(MAX_ROUNDS):
        seen = shift(guess)
        off_lng, off_lat = target.lng - seen.lng, target.lat - seen.lat
        guess = Point(guess.lng + off_lng, guess.lat + off_lat)
        if max(abs(off_lng), abs(off_lat)) < CLOSE_ENOUGH_DEG:
            break
    return guess
