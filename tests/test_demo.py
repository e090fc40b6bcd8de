"""The demonstration goes through the real import whole, and is taken away whole."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from keqing.accounts.models import User
from keqing.catalog.models import Sku
from keqing.core.models import HistoryEntry, ImportRow, ImportRun
from keqing.core.saving import Act, save_one
from keqing.core.search import matching
from keqing.customers.kinds import PartyKind, TerminalType
from keqing.customers.models import Assignment, Party, Person
from keqing.territory.models import Position
from keqing.visits.models import Visit
from keqing.web import demo

pytestmark = pytest.mark.django_db(databases=["default", "jobs"])
AT = datetime(2026, 11, 18, 1, tzinfo=UTC)
DAY = date(2026, 11, 18)


def load() -> list[User]:
    return demo.load("small", 7, AT, DAY, lambda text: None)


def test_every_row_of_the_invented_company_is_taken_and_it_leaves_nothing_behind() -> None:
    users = load()
    runs = {run.kind: run for run in ImportRun.objects.all()}
    assert all(run.state == ImportRun.State.PUBLISHED for run in runs.values()), {k: r.state for k, r in runs.items()}
    assert all(set(run.counts) <= {"new"} for run in runs.values()), {k: r.counts for k, r in runs.items()}
    reason = "test"
    assert Party.objects.everything(reason).exclude(terminal_type="").count() == 1200
    assert Party.objects.everything(reason).filter(kind=PartyKind.DISTRIBUTOR).count() == 60
    assert set(Party.objects.everything(reason).exclude(terminal_type="").values_list("terminal_type", flat=True)) >= {
        str(kind) for kind in TerminalType if kind != TerminalType.OTHER
    }
    assert len(users) >= 17 and all(user.check_password(demo.PASSWORD) for user in users[:1])

    kept = save_one(
        Party(name="真药房", name_norm="真药房", sort_key="zhen", kind="STORE", terminal_type="VILLAGE_STORE"),
        Act(None, AT),
    )
    assert demo.remove(Act(None, AT)) > 10_000
    assert list(Party.objects.all()) == [kept]
    for model in (Person, Assignment, Visit, Sku, Position, ImportRun, ImportRow, User):
        assert not model._default_manager.exists(), model
    assert set(HistoryEntry.objects.values_list("object_id", flat=True)) == {kept.pk}
    assert list(matching(Party.objects.all(), "药房")) == [kept]
