"""Where a customer lies, in words, from a division read together with its parents."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import lru_cache

from django.db.models import Q

from keqing.core.models import Counter
from keqing.core.viewer import Viewer
from keqing.customers.models import Party
from keqing.territory.models import Position
from keqing.territory.services.places import gazetteer

COUNTY_DIGITS = 6
#: what a queryset of parties selects so that the words below cost no further query
DIVISION = "division__parent__parent"


def place_line(division: str, address: str, version: int | None = None) -> str:
    """浙江省杭州市桐庐县分水镇 and the address, without saying twice what the address repeats.

    `division`: its code, empty where none is known; `version`: the counter "divisions".
    """
    if not division:
        return address
    book = gazetteer(version)
    for one in book.lineage(division):
        address = address.removeprefix(one.name)
    return f"{book.full_name(division)} {address}".strip()


Choices = tuple[tuple[str, str], ...]
Look = tuple[bool, frozenset[int], date, tuple[int, ...]]
"""What decides which rows a viewer sees: whether all, else the positions in reach; the day; imports not yet published."""


def counties_for(viewer: Viewer) -> Choices:
    """The counties in which the viewer has customers: code and name. Kept until customers or assignments change."""
    return _counties(_look_of(viewer), _versions(viewer, "assignments", "divisions", "parties"))


def positions_for(viewer: Viewer) -> Choices:
    """The positions the viewer sees: key and name. Kept until one changes."""
    return _positions(_look_of(viewer), _versions(viewer, "positions"))


def _look_of(viewer: Viewer) -> Look:
    return viewer.sees_all, viewer.reach, viewer.as_of, viewer.unpublished


def _viewer_of(look: Look) -> Viewer:
    sees_all, reach, as_of, unpublished = look
    return Viewer(user_id=0, as_of=as_of, reach=reach, sees_all=sees_all, unpublished=unpublished)


def _versions(viewer: Viewer, *names: str) -> tuple[int, ...]:
    """The change counters; a viewer made outside a request carries none."""
    known = viewer.versions or dict(Counter.objects.filter(name__in=names).values_list("name", "value"))
    return tuple(known.get(name, 0) for name in names)


@lru_cache(maxsize=64)
def _counties(look: Look, versions: tuple[int, ...]) -> Choices:
    rows = Party.objects.visible_to(_viewer_of(look)).exclude(division=None).order_by()
    codes = {code[:COUNTY_DIGITS] for code in rows.values_list("division__code", flat=True).distinct()}
    book = gazetteer()
    found = [(code, "".join(division.name for division in book.lineage(code)[1:])) for code in sorted(codes)]
    return tuple((code, name) for code, name in found if name)


@lru_cache(maxsize=64)
def _positions(look: Look, versions: tuple[int, ...]) -> Choices:
    viewer = _viewer_of(look)
    rows = Position.objects.visible_to(viewer).in_force(viewer.as_of).order_by("code").values_list("pk", "name")
    return tuple((str(key), name) for key, name in rows)


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
    _positions.cache_clear()
