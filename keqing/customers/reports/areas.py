"""Where a customer lies, in words, from a division read together with its parents."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import lru_cache

from django.db.models import Q

from keqing.core.models import Counter
from keqing.core.viewer import Viewer
from keqing.customers.models import Party
from keqing.territory.models import Division
from keqing.territory.services.places import gazetteer

COUNTY_DIGITS = 6
#: what a queryset of parties selects so that the words below cost no further query
DIVISION = "division__parent__parent"


def county_of(party: Party) -> str:
    division = _at(party.division, Division.Level.COUNTY) or _at(party.division, Division.Level.CITY)
    return division.name if division is not None else ""


def township_of(party: Party) -> str:
    division = _at(party.division, Division.Level.TOWNSHIP)
    return division.name if division is not None else ""


def _at(division: Division | None, level: int) -> Division | None:
    while division is not None and division.level > level:
        division = division.parent
    return division if division is not None and division.level == level else None


def place_line(party: Party) -> str:
    """浙江省杭州市桐庐县分水镇 and the address, without saying twice what the address repeats."""
    full_name = gazetteer().full_name(party.division.code) if party.division is not None else ""
    address = party.address
    for division in gazetteer().lineage(party.division.code) if party.division is not None else ():
        address = address.removeprefix(division.name)
    return f"{full_name} {address}".strip()


def counties_for(viewer: Viewer) -> Sequence[tuple[str, str]]:
    """The counties in which the viewer has customers: code and name. Kept until customers or assignments change."""
    names = ("parties", "assignments", "divisions")
    versions = tuple(Counter.objects.filter(name__in=names).order_by("name").values_list("name", "value"))
    return _counties(viewer.sees_all, viewer.reach, viewer.as_of, viewer.unpublished, versions)


@lru_cache(maxsize=64)
def _counties(
    sees_all: bool,
    reach: frozenset[int],
    as_of: date,
    unpublished: tuple[int, ...],
    versions: tuple[tuple[str, int], ...],
) -> tuple[tuple[str, str], ...]:
    """The arguments are all that decides which customers a viewer sees, and when that may have changed."""
    viewer = Viewer(user_id=0, as_of=as_of, reach=reach, sees_all=sees_all, unpublished=unpublished)
    rows = Party.objects.visible_to(viewer).exclude(division=None).order_by()
    codes = {code[:COUNTY_DIGITS] for code in rows.values_list("division__code", flat=True).distinct()}
    book = gazetteer()
    found = [(code, "".join(division.name for division in book.lineage(code)[1:])) for code in sorted(codes)]
    return tuple((code, name) for code, name in found if name)


def lies_in(codes: Sequence[str]) -> Q:
    """Condition on divisions: these counties and everything below them."""
    found = Q(pk__in=())
    for code in codes:
        if len(code) == COUNTY_DIGITS and code.isdigit():
            found |= Q(code__gte=code, code__lt=f"{int(code) + 1:06d}")
    return found


def forget() -> None:
    """Drop what is kept until the next change."""
    _counties.cache_clear()
