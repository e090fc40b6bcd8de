"""Customers that may be the one being written down: shown while typing and again before saving."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext

from keqing.core.viewer import Viewer
from keqing.customers.models import Party, PartyName
from keqing.customers.reports.areas import COUNTY_DIGITS, lies_in
from keqing.customers.rules.duplicates import Entry, address_tail, bare_name, looks_duplicate
from keqing.customers.rules.names import normalise_name, split_names
from keqing.customers.rules.why import Why
from keqing.territory.geography import Level
from keqing.territory.models import Division

REASON = "a customer that exists must not be written down twice, whoever has it"
SHORTEST, MOST = 4, 5


@dataclass(frozen=True)
class Likeness:
    """`url` is None for a customer the viewer does not see: then neither name nor place is told."""

    said: str
    url: str | None = None
    name: str = ""
    is_sure: bool = True


def alike(
    name: str, division: Division | None, address: str, viewer: Viewer, except_key: int | None = None
) -> list[Likeness]:
    if not name.strip():
        return []
    found = _in_county(name, division, address) if _has_county(division) else _namesakes(name)
    keys = [key for key, _, _ in found if key != except_key][:MOST]
    visible = dict(Party.objects.visible_to(viewer).filter(pk__in=keys).values_list("pk", "public_id"))
    names = dict(Party.objects.everything(REASON).filter(pk__in=keys).values_list("pk", "name"))
    return [
        Likeness(why, reverse("customer", args=[visible[key]]), names[key], is_sure)
        if key in visible
        else Likeness(gettext("同县已有一家近似名称，不在你名下"), is_sure=is_sure)
        for key, why, is_sure in found
        if key in names
    ]


def _has_county(division: Division | None) -> bool:
    return division is not None and division.level >= Level.COUNTY


def _namesakes(name: str) -> list[tuple[int, str, bool]]:
    norm = normalise_name(split_names(name).own)[:120]
    keys = Party.objects.everything(REASON).filter(name_norm=norm).values_list("pk", flat=True)[:MOST]
    return [(key, gettext("名称相同，还没有写县区"), False) for key in keys]


def _in_county(name: str, division: Division | None, address: str) -> list[tuple[int, str, bool]]:
    assert division is not None
    inside = Division.objects.everything(REASON).filter(lies_in([division.code[:COUNTY_DIGITS]])).order_by()
    rows = Party.objects.everything(REASON).filter(division_id__in=inside.values("pk")).order_by("pk")
    norms = {normalise_name(each)[:120] for each in split_names(name).every}
    others = PartyName.objects.everything(REASON).filter(name_norm__in=norms).values_list("party_id", flat=True)
    also_called, entry = set(others), Entry(name, address)
    sure, perhaps = [], []
    for key, known, where in rows.values_list("pk", "name", "address"):
        if key in also_called:
            sure.append((key, gettext("有一个名称相同"), True))
        elif why := _why(entry, Entry(known, where)):
            sure.append((key, why.said(gettext), True))
        elif _is_part(name, known):
            perhaps.append((key, gettext("名称相近"), False))
    return [*sure, *perhaps]


def _why(entry: Entry, known: Entry) -> Why | None:
    """The full comparison only where name or address can agree at all."""
    is_near = bare_name(entry.name) == bare_name(known.name) or (
        address_tail(entry.address) and address_tail(entry.address) == address_tail(known.address)
    )
    return looks_duplicate(entry, known) if is_near else None


def _is_part(name: str, known: str) -> bool:
    short, long = sorted((bare_name(name), bare_name(known)), key=len)
    return len(short) >= SHORTEST and short in long
