"""Queries with named places say what the same query says when it is built anew."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db.models import Q

from keqing.customers.models import Party, PlaceProposal
from keqing.customers.services import propose_place
from keqing.customers.slots import Slot, Slotted
from keqing.customers.tests.builders import ACT, make_party

pytestmark = [pytest.mark.django_db, pytest.mark.database]
NAMES = ("pk", "public_id", "name", "lng", "is_nhsa_designated")


def slot(model: type, field: str, name: str = "") -> Slot:
    return Slot(name or field, model._meta.get_field(field))  # type: ignore[attr-defined]


@pytest.fixture
def parties() -> list[Party]:
    return [make_party(f"店{number}", is_nhsa_designated=number % 2 == 0) for number in range(3)]


def everything() -> Any:
    return Party.objects.everything("a test of queries")


def test_a_public_id_goes_in_and_values_come_out_as_python_knows_them(parties: list[Party]) -> None:
    query = Slotted(everything().filter(public_id=slot(Party, "public_id")).values_list(*NAMES))
    for party in parties:
        wanted = (party.pk, party.public_id, party.name, None, party.is_nhsa_designated)
        assert query.row(public_id=party.public_id) == wanted


def test_several_places_and_one_of_them_twice(parties: list[Party]) -> None:
    first, last = slot(Party, "id", "first"), slot(Party, "id", "last")
    rows = everything().filter(Q(pk=first) | Q(pk=last)).order_by("pk")
    query = Slotted(rows.exclude(pk=last).values_list("name"))
    one, two, _three = (party.pk for party in parties)
    assert query.rows(first=one, last=two) == [("店0",)]
    assert query.rows(first=two, last=two) == []


def test_moments_are_compared_as_moments(parties: list[Party]) -> None:
    propose_place(parties[0], 119.4, 29.9, 20, ACT)
    query = Slotted(
        PlaceProposal.objects.everything("a test of queries")
        .filter(proposed_at__gte=slot(PlaceProposal, "proposed_at", "since"))
        .values_list("proposed_at")
    )
    assert query.rows(since=ACT.at) == [(ACT.at,)]
    assert query.rows(since=datetime(2027, 1, 1, tzinfo=UTC)) == []


def test_queries_one_below_the_other(parties: list[Party]) -> None:
    key = slot(Party, "id", "party")
    names = everything().filter(pk=key).order_by().values_list("name")
    query = Slotted(names.union(everything().filter(pk__gt=key).order_by().values_list("name"), all=True))
    assert sorted(query.rows(party=parties[1].pk)) == [("店1",), ("店2",)]


def test_who_can_find_nothing_asks_nothing(django_assert_num_queries: Any) -> None:
    query = Slotted(everything().filter(pk__in=[], public_id=slot(Party, "public_id")).values_list("pk"))
    with django_assert_num_queries(0):
        assert query.rows() == [] and query.row() is None


def test_a_missing_value_is_an_error(parties: list[Party]) -> None:
    with pytest.raises(KeyError):
        Slotted(everything().filter(pk=slot(Party, "id")).values_list("pk")).rows()
