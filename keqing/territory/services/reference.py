"""What is shipped with the package goes into the tables: divisions, holidays, the default travel rule.

May be run again at any time. What people have changed or thrown away stays as they left it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby
from operator import attrgetter

from django.db import transaction

from keqing.core.saving import Act, save, save_one, throw_away
from keqing.territory import geography
from keqing.territory.calendar_days import HolidayRow, load_holidays
from keqing.territory.models import Division, Holiday, TravelRule

SHIPPED = "随软件附带（来源见 NOTICE）"
SHIPPED_FROM = date(2020, 1, 1)
CHUNK = 5000


@dataclass(frozen=True)
class Loaded:
    """Rows written: new and changed ones together."""

    divisions: int
    holidays: int
    travel_rules: int


def load_reference(act: Act) -> Loaded:
    return Loaded(load_divisions(act), load_shipped_holidays(act), load_travel_rule(act))


def load_divisions(act: Act, shipped: Sequence[geography.Division] | None = None) -> int:
    """New and changed divisions only, a level at a time so that parents stand before their children."""
    divisions = geography.load() if shipped is None else shipped
    known = {row.code: row for row in Division._default_manager.filter(valid_to__isnull=True)}
    count = 0
    for _, group in groupby(sorted(divisions, key=attrgetter("level", "code")), key=attrgetter("level")):
        rows = [row for division in group if (row := _division(division, known))]
        for start in range(0, len(rows), CHUNK):
            save(rows[start : start + CHUNK], act)
        known.update((row.code, row) for row in rows)
        count += len(rows)
    return count


def _division(shipped: geography.Division, known: dict[str, Division]) -> Division | None:
    """The row to write, or None when it stands already or a person has changed it."""
    parent = known.get(shipped.parent)
    lng, lat = shipped.point or (None, None)
    wanted = {
        "name": shipped.name,
        "short_name": shipped.short_name,
        "level": int(shipped.level),
        "parent_id": parent.pk if parent else None,
        "lng": lng,
        "lat": lat,
    }
    row = known.get(shipped.code)
    if row is None:
        return Division(code=shipped.code, source=SHIPPED, valid_from=SHIPPED_FROM, **wanted)
    if row.source != SHIPPED or row.bin_id or all(getattr(row, name) == value for name, value in wanted.items()):
        return None
    for name, value in wanted.items():
        setattr(row, name, value)
    return row


@transaction.atomic
def load_shipped_holidays(act: Act, shipped: Iterable[HolidayRow] | None = None) -> int:
    """A notice that has come replaces the provisional days of its year; entries of people are left alone."""
    rows = {row.day: row for row in (load_holidays() if shipped is None else shipped)}
    known = {row.day: row for row in Holiday._default_manager.all()}
    changed = [row for day, given in rows.items() if (row := _holiday(given, known.get(day)))]
    save(changed, act)
    noticed = {day.year for day, row in rows.items() if not row.is_provisional}
    stale = [row for day, row in known.items() if _is_stale(row, day in rows, noticed)]
    if stale:
        throw_away(stale, act)
    return len(changed) + len(stale)


def _holiday(given: HolidayRow, row: Holiday | None) -> Holiday | None:
    if row is None:
        row = Holiday(day=given.day)
    elif row.bin_id or not row.is_provisional or (given.is_provisional and row.source == given.source):
        return None
    row.kind, row.name, row.source = str(given.kind), given.name, given.source
    row.is_provisional = given.is_provisional
    return row


def _is_stale(row: Holiday, is_shipped: bool, noticed: set[int]) -> bool:
    return row.is_provisional and not is_shipped and row.bin_id is None and row.day.year in noticed


def load_travel_rule(act: Act) -> int:
    """Only when there is none at all."""
    if TravelRule._default_manager.exists():
        return 0
    default = geography.load_travel_rules()[0]
    rule = TravelRule(
        valid_from=SHIPPED_FROM,
        village_min=default.same_village_min,
        township_min=default.same_township_min,
        county_min=default.same_county_min,
        detour=Decimal(str(default.detour)),
        near_kmh=round(default.local_km_h),
        far_kmh=round(default.distant_km_h),
        source="默认的规划假设",
    )
    save_one(rule, act)
    return 1
