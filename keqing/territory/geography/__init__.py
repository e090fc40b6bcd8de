"""Where things are: divisions, the gazetteer that reads addresses, datums, travel times (no database, no clock)."""

from keqing.territory.geography.datum import (
    Datum,
    ImpossibleCoordinate,
    Point,
    distance_m,
    from_wgs84,
    is_shifted,
    to_wgs84,
)
from keqing.territory.geography.divisions import Division, FormerDivision, Level, load, load_former
from keqing.territory.geography.gazetteer import Gazetteer, How, Match, Stop
from keqing.territory.geography.travel import (
    Ground,
    Place,
    PlaceUnknown,
    Travel,
    TravelRules,
    TravelRulesMissing,
    load_travel_rules,
    minutes_between,
    rules_on,
)

__all__ = [
    "Datum",
    "Division",
    "FormerDivision",
    "Gazetteer",
    "Ground",
    "How",
    "ImpossibleCoordinate",
    "Level",
    "Match",
    "Place",
    "PlaceUnknown",
    "Point",
    "Stop",
    "Travel",
    "TravelRules",
    "TravelRulesMissing",
    "distance_m",
    "from_wgs84",
    "is_shifted",
    "load",
    "load_former",
    "load_travel_rules",
    "minutes_between",
    "rules_on",
    "to_wgs84",
]
