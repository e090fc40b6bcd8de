"""Provinces, prefectures, counties, towns and villages, with points in WGS-84 degrees."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from math import cos, pi, radians, sin
from random import Random

from keqing.engines.world import lexicon
from keqing.engines.world.names import name_villages, shuffle_pairs
from keqing.engines.world.rows import Division

KM_PER_DEGREE = 111.32
ORIGIN = (112.5, 29.0)
PREFECTURES_PER_PROVINCE = 10
STEP_LNG, STEP_LAT = 1.5, 1.15  # neighbors lie 130 to 146 km apart, so that prefectures of 120 km do not overlap


@dataclass(frozen=True, slots=True)
class Point:
    lng: float
    lat: float


@dataclass(frozen=True, slots=True)
class Village:
    """``code`` is empty when the division table does not list the village."""

    code: str
    name: str
    point: Point


@dataclass(frozen=True, slots=True)
class Town:
    """A street 街道, town 镇 or township 乡; ``is_seat`` where the county government sits."""

    code: str
    name: str
    point: Point
    is_seat: bool
    is_located: bool
    villages: tuple[Village, ...]

    @property
    def stem(self) -> str:
        return self.name.removesuffix("街道").removesuffix("镇").removesuffix("乡")


@dataclass(frozen=True, slots=True)
class County:
    code: str
    name: str
    point: Point
    is_urban: bool
    towns: tuple[Town, ...]


@dataclass(frozen=True, slots=True)
class Prefecture:
    code: str
    name: str
    province_code: str
    province: str
    point: Point
    counties: tuple[County, ...]

    @property
    def stem(self) -> str:
        return self.name.removesuffix("市")


def move(point: Point, east_km: float, north_km: float) -> Point:
    lat = point.lat + north_km / KM_PER_DEGREE
    return Point(point.lng + east_km / (KM_PER_DEGREE * cos(radians(point.lat))), lat)


def scatter(rng: Random, point: Point, spread_km: float) -> Point:
    """A point near ``point``; the radius is bounded by 2.5 spreads so that nobody leaves the prefecture."""
    radius = min(abs(rng.gauss(0.0, spread_km)), 2.5 * spread_km)
    return step_away(point, radius, rng.uniform(0, 2 * pi))


def step_away(point: Point, radius_km: float, angle: float) -> Point:
    return move(point, radius_km * cos(angle), radius_km * sin(angle))


def measure_km(one: Point, other: Point) -> float:
    """Flat-earth distance, good to a percent within a prefecture."""
    east = (one.lng - other.lng) * cos(radians((one.lat + other.lat) / 2))
    return float(((one.lat - other.lat) ** 2 + east**2) ** 0.5 * KM_PER_DEGREE)


def lay_out_prefectures(rng: Random, count: int) -> tuple[Prefecture, ...]:
    """``count`` prefectures, ten to a province, the first always around 112.5 E 29.0 N."""
    heads = shuffle_pairs(rng, lexicon.PREFECTURE_HEADS, lexicon.PREFECTURE_TAILS, (lexicon.FIRST_PREFECTURE,))
    counties = shuffle_pairs(rng, lexicon.COUNTY_HEADS, lexicon.COUNTY_TAILS, lexicon.FIRST_COUNTIES)
    names = iter([lexicon.FIRST_PREFECTURE, *heads])
    county_names = iter([*lexicon.FIRST_COUNTIES, *counties])
    return tuple(_lay_out_prefecture(rng, index, next(names), county_names) for index in range(count))


def _lay_out_prefecture(rng: Random, index: int, stem: str, county_names: Iterator[str]) -> Prefecture:
    province, number = divmod(index, PREFECTURES_PER_PROVINCE)
    code = f"{99 - province}{number + 1:02d}00"
    center = _place_prefecture(province, number)
    counties = tuple(_lay_out_counties(rng, code, center, county_names))
    return Prefecture(code, f"{stem}市", f"{99 - province}0000", lexicon.PROVINCES[province], center, counties)


def _place_prefecture(province: int, number: int) -> Point:
    """Provinces are blocks of 5 by 2 prefectures; the country grows west and north from the origin."""
    column, row = number % 5 + 5 * (province % 2), number // 5 + 2 * (province // 2)
    return Point(ORIGIN[0] - column * STEP_LNG, ORIGIN[1] + row * STEP_LAT)


def _lay_out_counties(rng: Random, prefecture: str, center: Point, names: Iterator[str]) -> Iterator[County]:
    turn = rng.uniform(0, 2 * pi)
    for index in range(2):
        point = step_away(center, 3.5, turn + pi * index)
        yield _lay_out_county(rng, f"{prefecture[:4]}{index + 2:02d}", f"{next(names)}区", point)
    count = rng.choice((4, 5, 5))
    for index in range(count):
        angle = turn + 2 * pi * (index + rng.uniform(-0.18, 0.18)) / count
        point = step_away(center, rng.uniform(26, 40), angle)
        is_city = index == count - 1
        code = f"{prefecture[:4]}{81 if is_city else 21 + index:02d}"
        yield _lay_out_county(rng, code, f"{next(names)}{'市' if is_city else '县'}", point)


def _lay_out_county(rng: Random, code: str, name: str, point: Point) -> County:
    is_urban = name.endswith("区")
    towns = _lay_out_streets(rng, code, point) if is_urban else _lay_out_towns(rng, code, point)
    return County(code, name, point, is_urban, tuple(towns))


def _lay_out_streets(rng: Random, county: str, point: Point) -> Iterator[Town]:
    count = rng.randint(8, 12)
    stems = islice(shuffle_pairs(rng, lexicon.STREET_HEADS, lexicon.STREET_TAILS), count)
    for index, stem in enumerate(stems):
        place = step_away(point, 0.6 + 3.2 * rng.random(), 2 * pi * (index + rng.uniform(-0.3, 0.3)) / count)
        yield Town(f"{county}{index + 1:03d}", f"{stem}街道", place, False, rng.random() < 0.95, ())


def _lay_out_towns(rng: Random, county: str, point: Point) -> Iterator[Town]:
    count = rng.randint(9, 14)
    stems = islice(shuffle_pairs(rng, lexicon.TOWN_HEADS, lexicon.TOWN_TAILS), count)
    for index, stem in enumerate(stems):
        is_seat, is_town = index == 0, index < count * 0.65
        radius = 0.5 if is_seat else rng.uniform(6, 15)
        place = step_away(point, radius, 2 * pi * (index + rng.uniform(-0.3, 0.3)) / count)
        code = f"{county}{100 + index if is_town else 200 + index:03d}"
        villages = tuple(_lay_out_villages(rng, code, place))
        yield Town(code, stem + ("镇" if is_town else "乡"), place, is_seat, rng.random() < 0.9, villages)


def _lay_out_villages(rng: Random, town: str, point: Point) -> Iterator[Village]:
    is_listed = rng.random() < 0.75
    for index, name in enumerate(islice(name_villages(rng), rng.randint(3, 6))):
        code = f"{town}{201 + index}" if is_listed else ""
        yield Village(code, name, step_away(point, rng.uniform(1.2, 4.0), rng.uniform(0, 2 * pi)))


def list_divisions(prefectures: tuple[Prefecture, ...]) -> Iterator[Division]:
    """The division table, parents before children; villages carry no coordinates, some towns neither."""
    known = ""
    for prefecture in prefectures:
        if prefecture.province_code != known:
            known = prefecture.province_code
            yield Division(known, prefecture.province, "省", "", None, None)
        yield _tabulate(prefecture.code, prefecture.name, "市", known, prefecture.point)
        for county in prefecture.counties:
            yield _tabulate(county.code, county.name, "县", prefecture.code, county.point)
            for town in county.towns:
                yield from _list_town(town, county.code)


def _list_town(town: Town, county: str) -> Iterator[Division]:
    yield _tabulate(town.code, town.name, "乡", county, town.point if town.is_located else None)
    for village in town.villages:
        if village.code:
            yield Division(village.code, village.name, "村", town.code, None, None)


def _tabulate(code: str, name: str, level: str, parent: str, point: Point | None) -> Division:
    if point is None:
        return Division(code, name, level, parent, None, None)
    return Division(code, name, level, parent, round(point.lng, 6), round(point.lat, 6))
