"""Prepared queries say what the ORM says, on both databases, whatever stands in their slots."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from keqing.core.prepared import DAY, KEY, KEYS, TEXT, WIDTH, Prepared
from keqing.core.saving import Act, save
from keqing.territory.models import Position
from keqing.territory.personas import Persona

pytestmark = [pytest.mark.django_db, pytest.mark.database]
NAMES = ("pk", "public_id", "code", "name", "valid_from", "valid_to")


@pytest.fixture
def rows() -> list[Position]:
    act = Act(None, datetime(2026, 1, 1, tzinfo=UTC))
    make = [
        Position(code=f"P-{n:03d}", name=f"片区{n % 3}", persona=Persona.KAM, valid_from=date(2026, 1, 1 + n % 28))
        for n in range(WIDTH * 2 + 7)
    ]
    return save(make, act)


def everything() -> object:
    return Position.objects.everything("a test")


def test_keys_of_one_page_and_of_several(rows: list[Position]) -> None:
    query = Prepared(everything().filter(pk__in=KEYS).order_by("pk").values_list(*NAMES))  # type: ignore[attr-defined]
    for some in (rows[:1], rows[:WIDTH], rows):
        keys = [row.pk for row in some]
        wanted = list(everything().filter(pk__in=keys).order_by("pk").values_list(*NAMES))  # type: ignore[attr-defined]
        assert query.fetch(keys) == wanted and len(wanted) == len(some)
    assert query.fetch([]) == []


def test_the_day_the_text_and_the_key(rows: list[Position]) -> None:
    base = everything()
    query = Prepared(base.filter(valid_from__lte=DAY, name=TEXT, pk__gt=KEY).order_by("pk").values_list(*NAMES))  # type: ignore[attr-defined]
    for day, name, key in (
        (date(2026, 1, 5), "片区1", 0),
        (date(2026, 1, 20), "片区2", rows[40].pk),
        (DAY, "片区0", 0),
    ):
        wanted = list(
            base.filter(valid_from__lte=day, name=name, pk__gt=key).order_by("pk").values_list(*NAMES)  # type: ignore[attr-defined]
        )
        assert wanted and query.fetch(day=day, text=name, key=key) == wanted


def test_values_come_as_python_knows_them(rows: list[Position]) -> None:
    query = Prepared(everything().filter(pk=KEY).values_list(*NAMES))  # type: ignore[attr-defined]
    row = rows[0]
    assert query.fetch(key=row.pk) == [(row.pk, row.public_id, row.code, row.name, row.valid_from, None)]


def test_a_query_that_can_find_nothing_asks_nothing(rows: list[Position]) -> None:
    assert Prepared(everything().filter(pk__in=[]).values_list("pk")).fetch() == []  # type: ignore[attr-defined]


def test_a_missing_value_is_an_error_not_an_empty_answer(rows: list[Position]) -> None:
    with pytest.raises(KeyError):
        Prepared(everything().filter(name=TEXT).values_list("pk")).fetch()  # type: ignore[attr-defined]
