"""Many new rows: made ready without a lock, written as the constructor and the single save would have written them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from django.apps import apps
from django.db import transaction

from keqing.core.fresh import fresh
from keqing.core.models import Base, Counter, HistoryEntry
from keqing.core.saving import FEW, Act, give_keys, make_ready, read_changes, save, save_one
from keqing.core.search import matching
from keqing.customers.models import Grade, Party
from keqing.territory.models import Employee, Position
from keqing.territory.personas import Persona

pytestmark = [pytest.mark.django_db, pytest.mark.database]
ACT = Act(user_id=None, at=datetime(2026, 11, 18, 8, tzinfo=UTC), reason="test")
TRACKED = [model for model in apps.get_models() if issubclass(model, Base)]


def values(number: int) -> dict[str, Any]:
    return {
        "code": f"P-{number}", "name": "城东“旧”\\区\n二楼", "persona": Persona.OTC_REP, "valid_from": date(2026, 1, 1),
    }  # fmt: skip


def written(number: int) -> dict[str, Any]:
    row: dict[str, Any] = Position.objects.filter(code=f"P-{number}").values().get()
    return {name: value for name, value in row.items() if name not in {"id", "public_id", "code"}}


def said(number: int) -> dict[str, Any]:
    entry = HistoryEntry.objects.get(object_id=Position.objects.get(code=f"P-{number}").pk)
    return {name: pair for name, pair in read_changes(entry).items() if name != "code"}


@pytest.mark.parametrize("model", TRACKED, ids=lambda model: model.noun())
def test_a_fresh_row_has_what_the_constructor_gives(model: type[Base]) -> None:
    (row,), usual = fresh(model, [{}]), model()
    given = {name: value for name, value in vars(row).items() if name not in {"_state", "public_id"}}
    assert given == {name: value for name, value in vars(usual).items() if name not in {"_state", "public_id"}}
    assert row._state.adding and row.pk is None


def test_public_ids_are_random_and_lie_side_by_side() -> None:
    ids = [row.public_id for row in fresh(Position, [{}] * 500)]
    assert len(set(ids)) == 500 and all(isinstance(each, UUID) and each.version == 4 for each in ids)
    assert len({each.bytes[:6] for each in ids}) == 1
    assert ids[0].bytes[:6] != fresh(Position, [{}])[0].public_id.bytes[:6]


def test_many_rows_are_written_like_one() -> None:
    save_one(Position(**values(0)), ACT)
    save(fresh(Position, [values(number) for number in range(1, FEW + 10)]), ACT)
    assert Position.objects.count() == FEW + 10
    assert written(1) == written(0)
    assert said(1) == said(0) and said(1)["name"] == [None, "城东“旧”\\区\n二楼"]


def test_many_rows_raise_the_counter_and_are_found_by_their_words() -> None:
    rows = [{"name": f"芷安堂{number}店", "kind": "STORE", "terminal_type": "CHAIN_STORE"} for number in range(FEW + 1)]
    save(fresh(Party, rows), ACT)
    assert Counter.objects.get(name="parties").value >= 1
    assert matching(Party.objects.all(), "芷安").count() == FEW + 1


def test_many_rows_of_a_personal_noun_show_no_name_in_history() -> None:
    save([Employee(staff_no=f"E-{number}", name="林知夏") for number in range(FEW + 1)], ACT)
    entries = HistoryEntry.objects.filter(noun="territory.employee")
    assert len(entries) == FEW + 1
    assert not any("林知夏" in entry.changes for entry in entries)
    assert all(read_changes(entry)["name"] == [None, "林知夏"] for entry in entries)


def test_nothing_is_written_before_write_is_called() -> None:
    ready = make_ready(Position, [Position(**values(number)) for number in range(3)], ACT)
    assert all(row.pk for row in ready.rows)
    assert not Position.objects.exists() and not HistoryEntry.objects.exists()
    with transaction.atomic():
        ready.write()
    assert set(Position.objects.values_list("pk", flat=True)) == {row.pk for row in ready.rows}


def test_a_key_given_beforehand_is_given_to_nobody_else() -> None:
    early = [Position(**values(number)) for number in range(3)]
    give_keys(Position, early)
    between = save_one(Position(**values(3)), ACT)
    later = make_ready(Position, [Position(**values(number)) for number in range(4, 30)], ACT)
    with transaction.atomic():
        later.write()
        make_ready(Position, early, ACT).write()
    after = save_one(Position(**values(30)), ACT)
    keys = [row.pk for row in (*early, between, *later.rows, after)]
    assert len(set(keys)) == 31 == Position.objects.count()


def test_a_row_made_ready_can_point_at_another_one() -> None:
    parties = fresh(Party, [{"name": "芷安堂", "kind": "STORE", "terminal_type": "CHAIN_STORE"}])
    give_keys(Party, parties)
    grades = fresh(Grade, [{"party_id": parties[0].pk, "scheme": "ABC", "value": "A", "valid_from": date(2026, 1, 1)}])
    both = [make_ready(Party, parties, ACT), make_ready(Grade, grades, ACT)]
    with transaction.atomic():
        for ready in both:
            ready.write()
    assert Grade.objects.get().party.name == "芷安堂"


def test_rows_made_ready_under_an_import_carry_its_run() -> None:
    ready = make_ready(Position, fresh(Position, [values(1)]), Act(None, ACT.at, import_run_id=7))
    assert ready.rows[0].import_run_id == 7 and ready.history[0][-1] == 7
