"""How long it takes from one customer to the next, from coordinates or, without them, from the division tree."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from math import ceil

from keqing.territory.geography.datum import Point, distance_m
from keqing.territory.geography.divisions import DATA
from keqing.territory.geography.gazetteer import Gazetteer

TOWNSHIP_DIGITS, VILLAGE_DIGITS = 9, 12


class Ground(StrEnum):
    COORDINATES = "coordinates"
    DIVISION = "division"  # the screen says so; nothing is drawn as a point


class PlaceUnknown(ValueError):
    """A place with neither coordinates nor a division that has a point."""


class TravelRulesMissing(LookupError):
    """No travel rules are in force on the day."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a party is: its division (6, 9 or 12 digits, "" if not known) and its WGS-84 point if known."""

    division: str
    point: Point | None = None


@dataclass(frozen=True, slots=True)
class Travel:
    minutes: int
    ground: Ground


@dataclass(frozen=True, slots=True)
class TravelRules:
    """Planning assumptions in force on ``[valid_from, valid_to)``."""

    valid_from: date
    valid_to: date | None
    detour: float  # road length ÷ straight line, ≥ 1
    local_km_h: float  # within one county
    distant_km_h: float  # between counties
    same_village_min: int
    same_township_min: int
    same_county_min: int
    source: str

    def __post_init__(self) -> None:
        if self.detour < 1:
            raise ValueError(f"detour must be at least 1, got {self.detour}")
        if min(self.local_km_h, self.distant_km_h) <= 0:
            raise ValueError(f"speeds must be above 0 km/h, got {self.local_km_h} and {self.distant_km_h}")
        if not 0 <= self.same_village_min <= self.same_township_min <= self.same_county_min:
            raise ValueError("minutes must be at least 0 and grow from village to township to county")

    def road_minutes(self, straight_m: float, km_h: float) -> int:
        """Whole minutes, rounded up; the inner rounding keeps 27.000000001 at 27."""
        return ceil(round(straight_m / 1000 * self.detour / km_h * 60, 6))


def load_travel_rules() -> tuple[TravelRules, ...]:
    with (DATA / "travel_rules.csv").open(encoding="utf-8", newline="") as file:
        return tuple(_rules(row) for row in csv.DictReader(file))


def _rules(row: dict[str, str]) -> TravelRules:
    return TravelRules(
        valid_from=date.fromisoformat(row["valid_from"]),
        valid_to=date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
        detour=float(row["detour"]),
        local_km_h=float(row["local_km_h"]),
        distant_km_h=float(row["distant_km_h"]),
        same_village_min=int(row["same_village_min"]),
        same_township_min=int(row["same_township_min"]),
        same_county_min=int(row["same_county_min"]),
        source=row["source"],
    )


def rules_on(rows: Iterable[TravelRules], day: date) -> TravelRules:
    """The rules in force on ``day``; raises ``TravelRulesMissing`` when there are none."""
    for rules in rows:
        if rules.valid_from <= day and (rules.valid_to is None or day < rules.valid_to):
            return rules
    raise TravelRulesMissing(f"no travel rules in force on {day}")


def minutes_between(a: Place, b: Place, *, gazetteer: Gazetteer, rules: TravelRules) -> Travel:
    """Door-to-door road time; the same both ways.

    Raises
    ------
    PlaceUnknown
        A place has no coordinates and no division with a point above it.
    """
    is_local = _is_same_county(a, b, gazetteer)
    if a.point and b.point:
        km_h = rules.local_km_h if is_local else rules.distant_km_h
        return Travel(rules.road_minutes(distance_m(a.point, b.point), km_h), Ground.COORDINATES)
    if is_local:
        return Travel(_minutes_within_county(a.division, b.division, rules), Ground.DIVISION)
    apart_m = distance_m(_seat(a, gazetteer), _seat(b, gazetteer))
    # Two districts of one city may have seats a few streets apart: never less than inside one county.
    minutes = max(rules.same_county_min, rules.road_minutes(apart_m, rules.distant_km_h))
    return Travel(minutes, Ground.DIVISION)


def _is_same_county(a: Place, b: Place, gazetteer: Gazetteer) -> bool:
    county = gazetteer.county_of(a.division)
    return county != "" and county == gazetteer.county_of(b.division)


def _minutes_within_county(a: str, b: str, rules: TravelRules) -> int:
    if len(a) == len(b) == VILLAGE_DIGITS and a == b:
        return rules.same_village_min
    if min(len(a), len(b)) >= TOWNSHIP_DIGITS and a[:TOWNSHIP_DIGITS] == b[:TOWNSHIP_DIGITS]:
        return rules.same_township_min
    return rules.same_county_min


def _seat(place: Place, gazetteer: Gazetteer) -> Point:
    """The point of the county, or of the nearest division above it that has one."""
    for division in reversed(gazetteer.lineage(place.division)):
        if division.point:
            return division.point
    raise PlaceUnknown(f"no point known for division {place.division!r}")
