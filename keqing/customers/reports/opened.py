"""A customer as its page opens it: each table read once, and only what stands there on the viewer's day.

Whoever may see a customer sees its parts; so the rights are asked once, of the customer, and the parts are read by key.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID

from django.db.models import DateField, Exists, OuterRef, Value

from keqing.core.viewer import Viewer
from keqing.customers.models import Affiliation, Assignment, Grade, Party, PartyName, PlaceProposal
from keqing.customers.reports.areas import place_line
from keqing.customers.services.assignments import Holder
from keqing.customers.slots import Slot, Slotted
from keqing.territory.access import tree_for

_COLUMNS = tuple(field.attname for field in Party._meta.concrete_fields)
_KEY, _PUBLIC_ID = Slot("party", Party._meta.pk), Slot("public_id", Party._meta.get_field("public_id"))
HELD, GRADE, NAME = range(3)
#: an assignment's number and share, where there is none
_NONE = (Value(0), Value(Decimal(0), Assignment._meta.get_field("share")))
Readers = tuple[tuple[int, ...], date]


class Parent(NamedTuple):
    name: str
    public_id: UUID
    is_seen: bool  # by this viewer


class GradeNow(NamedTuple):
    value: str
    since: date


class OtherName(NamedTuple):
    relation: str
    name: str


class Held(NamedTuple):
    """One assignment in force."""

    position_id: int
    product_line: str | None
    share: Decimal
    since: date


class Job(NamedTuple):
    """Somebody who works there."""

    public_id: UUID
    job_title: str
    department: str
    is_primary: bool
    person_id: UUID
    name: str
    do_not_contact: bool


class Proposed(NamedTuple):
    public_id: UUID
    at: datetime
    lat: float
    lng: float
    accuracy_m: int | None


@dataclass(frozen=True)
class Opened:
    party: Party
    division: str  # its code
    place_line: str
    parent: Parent | None
    grades: Mapping[str, GradeNow]  # by scheme
    names: Sequence[OtherName]
    held: Sequence[Held]  # the larger share first
    holders: Sequence[Holder]  # the same with names


def open_party(viewer: Viewer, public_id: UUID) -> Opened | None:
    """None where there is no such customer or this viewer does not see it."""
    found = _party(viewer).row(public_id=public_id)
    if found is None:
        return None
    party = Party.from_db("default", _COLUMNS, found[: len(_COLUMNS)])
    division, name, parent, is_seen = found[len(_COLUMNS) :]
    parts = _parts((viewer.unpublished, viewer.as_of)).rows(party=party.pk)
    held = [Held(position, line, share, since) for part, line, _, since, position, share in parts if part == HELD]
    held.sort(key=lambda one: (-one.share, one.since, one.position_id))
    return Opened(
        party=party,
        division=division or "",
        place_line=place_line(division or "", party.address, viewer.versions.get("divisions")),
        parent=Parent(name, parent, is_seen) if parent is not None else None,
        grades={scheme: GradeNow(value, since) for part, scheme, value, since, *_ in parts if part == GRADE},
        names=sorted(OtherName(relation, text) for part, relation, text, *_ in parts if part == NAME),
        held=held,
        holders=_named(held, viewer),
    )


def seen_party(viewer: Viewer, public_id: UUID) -> Party | None:
    """The customer alone."""
    found = _party(viewer).row(public_id=public_id)
    return None if found is None else Party.from_db("default", _COLUMNS, found[: len(_COLUMNS)])


def holding(viewer: Viewer, party: Party) -> list[Held]:
    """Assignments in force of a customer this viewer sees."""
    return [Held(*row) for row in _held((viewer.unpublished, viewer.as_of)).rows(party=party.pk)]


def jobs_at(viewer: Viewer, party: Party) -> list[Job]:
    """Who works there; to be asked for a viewer who may read people."""
    return [Job(*row) for row in _jobs((viewer.unpublished, viewer.as_of)).rows(party=party.pk)]


def proposed_place(viewer: Viewer, party: Party) -> Proposed | None:
    row = _proposed((viewer.unpublished, viewer.as_of)).row(party=party.pk)
    return Proposed(*row) if row is not None else None


def _named(held: Sequence[Held], viewer: Viewer) -> list[Holder]:
    tree = tree_for(viewer)
    return [
        Holder(
            position_id=one.position_id,
            position=tree.names.get(one.position_id, ""),
            name=tree.holder_of(one.position_id, viewer.as_of),
            product_line=one.product_line or "",
            share=one.share,
            starts_on=one.since,
        )
        for one in held
    ]


@lru_cache(maxsize=2048)
def _party(viewer: Viewer) -> Slotted:
    parent = Party.objects.one_visible_to(viewer).filter(pk=OuterRef("parent_id"))
    rows = Party.objects.one_visible_to(viewer).filter(public_id=_PUBLIC_ID).order_by()
    more = ("division__code", "parent__name", "parent__public_id", "is_seen")
    return Slotted(rows.annotate(is_seen=Exists(parent)).values_list(*_COLUMNS, *more))


def _reading(readers: Readers) -> Viewer:
    unpublished, day = readers
    return Viewer(user_id=0, as_of=day, unpublished=unpublished)


@lru_cache(maxsize=8)
def _parts(readers: Readers) -> Slotted:
    """Assignments and grades in force and other names, one below the other: kind, text, text, day, number, share."""
    viewer, day = _reading(readers), readers[1]
    held = (
        Assignment.objects.published(viewer)
        .on(day)
        .values_list(Value(HELD), "product_line__name", Value(""), "valid_from", "position_id", "share")
    )
    grades = Grade.objects.published(viewer).on(day).values_list(Value(GRADE), "scheme", "value", "valid_from", *_NONE)
    names = PartyName.objects.published(viewer).values_list(
        Value(NAME), "relation", "name", Value(day, DateField()), *_NONE
    )
    first, *more = (rows.filter(party_id=_KEY).order_by() for rows in (held, grades, names))
    return Slotted(first.union(*more, all=True))


@lru_cache(maxsize=8)
def _held(readers: Readers) -> Slotted:
    rows = Assignment.objects.published(_reading(readers)).on(readers[1]).filter(party_id=_KEY)
    return Slotted(
        rows.order_by("-share", "pk").values_list("position_id", "product_line__name", "share", "valid_from")
    )


@lru_cache(maxsize=8)
def _jobs(readers: Readers) -> Slotted:
    rows = Affiliation.objects.published(_reading(readers)).on(readers[1]).filter(party_id=_KEY)
    rows = rows.filter(person__bin__isnull=True).order_by("-is_primary", "person__sort_key", "pk")
    mine = ("public_id", "job_title", "department", "is_primary")
    return Slotted(rows.values_list(*mine, "person__public_id", "person__name", "person__do_not_contact"))


@lru_cache(maxsize=8)
def _proposed(readers: Readers) -> Slotted:
    rows = PlaceProposal.objects.published(_reading(readers)).filter(party_id=_KEY, is_accepted__isnull=True)
    return Slotted(rows.order_by("pk").values_list("public_id", "proposed_at", "lat", "lng", "accuracy_m")[:1])
