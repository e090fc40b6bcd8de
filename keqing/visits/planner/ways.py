"""Minutes between the places of one day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from keqing.territory.geography import (
    Division,
    Gazetteer,
    Ground,
    Place,
    PlaceUnknown,
    Travel,
    TravelRules,
    TravelRulesMissing,
    distance_m,
    load_travel_rules,
    minutes_between,
)
from keqing.territory.services import gazetteer, travel_rules

TOWNSHIP_DIGITS = 9


@dataclass(frozen=True, slots=True)
class Way:
    minutes: int
    km: float | None  # along the road; None when only the divisions are known


class Ways:
    def __init__(self, known: Gazetteer, rules: TravelRules) -> None:
        self._known = _Remembering(known)
        self._rules = rules

    def between(self, a: Place, b: Place) -> Travel:
        try:
            return minutes_between(a, b, gazetteer=self._known, rules=self._rules)  # type: ignore[arg-type]
        except PlaceUnknown:
            return Travel(self._rules.same_county_min, Ground.DIVISION)

    def way(self, a: Place, b: Place) -> Way:
        travel = self.between(a, b)
        if travel.ground is Ground.DIVISION or a.point is None or b.point is None:
            return Way(travel.minutes, None)
        return Way(travel.minutes, distance_m(a.point, b.point) * self._rules.detour / 1000)

    def name_of(self, place: Place) -> str:
        """The township, or the county where no township is known."""
        lineage = self._known.lineage(place.division)
        return lineage[-1].name if lineage else ""


class _Remembering:
    """The two questions a travel time asks of the gazetteer, each answered once per division."""

    def __init__(self, known: Gazetteer) -> None:
        self._known = known
        self._counties: dict[str, str] = {}
        self._lineages: dict[str, tuple[Division, ...]] = {}

    def county_of(self, code: str) -> str:
        if code not in self._counties:
            self._counties[code] = self._known.county_of(code)
        return self._counties[code]

    def lineage(self, code: str) -> tuple[Division, ...]:
        if code not in self._lineages:
            self._lineages[code] = tuple(one for one in self._known.lineage(code) if len(one.code) <= TOWNSHIP_DIGITS)
        return self._lineages[code]


def ways_of(as_of: date, version: int | None = None) -> Ways:
    """`version` is the counter "divisions"."""
    return Ways(gazetteer(version), _rules(as_of))


def _rules(as_of: date) -> TravelRules:
    """Without a dated row in the house the shipped planning assumptions hold."""
    try:
        return travel_rules(as_of)
    except TravelRulesMissing:
        return load_travel_rules()[0]


def group_of(place: Place) -> str:
    """Township, or the county: what counts as the same neighborhood."""
    return place.division[:TOWNSHIP_DIGITS]
