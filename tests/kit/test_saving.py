"""History, versions, counters, the bin: everything the one saving function promises."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from keqing.core.models import BinEntry, Counter, HistoryEntry
from keqing.core.saving import Act, Stale, read_changes, restore, save, save_one, throw_away
from keqing.territory.models import Employee, Position, Tenure
from keqing.territory.personas import Persona

pytestmark = [pytest.mark.django_db, pytest.mark.database]
ACT = Act(user_id=None, at=datetime(2026, 11, 18, 8, tzinfo=UTC), reason="test")


def position(code: str = "P-1", **extra: object) -> Position:
    return Position(code=code, name="城东", persona=Persona.OTC_REP, valid_from=date(2026, 1, 1), **extra)


def entries(noun: str) -> list[HistoryEntry]:
    return list(HistoryEntry.objects.filter(noun=noun).order_by("id"))


def test_a_new_row_is_written_with_its_history() -> None:
    row = save_one(position(), ACT)
    (entry,) = entries("territory.position")
    assert (entry.action, entry.object_id, entry.reason) == ("create", row.pk, "test")
    assert read_changes(entry)["name"] == [None, "城东"]


def test_a_change_records_before_and_after_of_what_changed_only() -> None:
    row = save_one(position(), ACT)
    row.name = "城西"
    save_one(row, ACT)
    assert read_changes(entries("territory.position")[-1]) == {"name": ["城东", "城西"]}
    assert Position.objects.get().name == "城西"
    assert row.version == Position.objects.get().version == 2


def test_saving_without_a_change_writes_nothing() -> None:
    row = save_one(position(), ACT)
    save_one(row, ACT)
    assert len(entries("territory.position")) == 1
    assert Position.objects.get().version == 1


def test_a_row_changed_meanwhile_is_refused_and_nothing_is_written() -> None:
    mine = save_one(position(), ACT)
    theirs = Position.objects.get()
    theirs.name = "城南"
    save_one(theirs, ACT)
    mine.name = "城北"
    other = position("P-2")
    with pytest.raises(Stale):
        save([other, mine], ACT)
    assert Position.objects.get().name == "城南"
    assert len(entries("territory.position")) == 2


def test_each_write_of_a_counted_noun_raises_its_counter() -> None:
    save_one(position(), ACT)
    first = Counter.objects.get(name="positions").value
    save_one(position("P-2"), ACT)
    assert Counter.objects.get(name="positions").value > first


def test_history_of_a_personal_noun_shows_no_name() -> None:
    save_one(Employee(staff_no="E-1", name="林知夏"), ACT)
    (entry,) = entries("territory.employee")
    assert "林知夏" not in entry.changes
    assert read_changes(entry)["name"] == [None, "林知夏"]


def test_deleting_takes_dependants_along_and_restoring_brings_them_back() -> None:
    row = save_one(position(), ACT)
    employee = save_one(Employee(staff_no="E-1", name="林知夏"), ACT)
    save_one(Tenure(position=row, employee=employee, valid_from=date(2026, 1, 1)), ACT)
    entry = throw_away([row], ACT)
    assert entry.rows == 2
    assert not Position.objects.live().exists() and not Tenure.objects.live().exists()
    assert Employee.objects.live().count() == 1
    assert restore(entry, ACT, [Position, Tenure, Employee]) == 2
    assert Position.objects.live().count() == Tenure.objects.live().count() == 1
    assert BinEntry.objects.get().restored_at == ACT.at


def test_a_code_in_the_bin_may_be_used_again() -> None:
    throw_away([save_one(position("P-1"), ACT)], ACT)
    assert save_one(position("P-1"), ACT).pk


def test_a_thousand_rows_are_written_in_few_statements(django_assert_max_num_queries: object) -> None:
    with django_assert_max_num_queries(12):  # type: ignore[operator]
        save([position(f"P-{number}") for number in range(1000)], ACT)
    assert HistoryEntry.objects.count() == 1000
