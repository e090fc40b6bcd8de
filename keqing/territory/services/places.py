"""The division table as the gazetteer, and the travel rules in force."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from keqing.territory import geography
from keqing.territory.geography import Gazetteer, Level, Point, TravelRules
from keqing.territory.models import Division, TravelRule
from keqing.territory.services.calendars import counter_now

REASON = "divisions and travel times are the same for everybody"


def gazetteer(version: int | None = None) -> Gazetteer:
    """`version` is the counter "divisions" (`state.counter("divisions")`); without it the counter is read."""
    return _gazetteer(counter_now("divisions") if version is None else version)


@lru_cache(maxsize=2)
def _gazetteer(version: int) -> Gazetteer:
    rows = Division.objects.everything(REASON).filter(valid_to__isnull=True).order_by("level", "code")
    divisions = [
        geography.Division(code, name, short_name, parent or "", Level(level), None if lng is None else Point(lng, lat))
        for code, name, short_name, parent, level, lng, lat in rows.values_list(
            "code", "name", "short_name", "parent__code", "level", "lng", "lat"
        )
    ]
    known = {division.code for division in divisions}
    former = [former for former in geography.load_former() if former.successor in known]
    return Gazetteer(divisions, former)


def travel_rules(as_of: date) -> TravelRules:
    """Raises `geography.TravelRulesMissing` when none are in force."""
    return geography.rules_on(map(_rules, TravelRule.objects.everything(REASON).order_by("valid_from")), as_of)


def _rules(row: TravelRule) -> TravelRules:
    return TravelRules(
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        detour=float(row.detour),
        local_km_h=float(row.near_kmh),
        distant_km_h=float(row.far_kmh),
        same_village_min=row.village_min,
        same_township_min=row.township_min,
        same_county_min=row.county_min,
        source=row.source,
    )


def forget() -> None:
    """Drop the cached gazetteers."""
    _gazetteer.cache_clear()
