"""Who comes back from the bin into a position meets no other holder, and nobody sells and informs at once."""

from __future__ import annotations

from datetime import date

import pytest

from keqing.core.saving import NotRestored, restore, throw_away
from keqing.territory.models import Employee, Position, Tenure
from keqing.territory.personas import Persona
from keqing.territory.tests.builders import ACT, employee, position, tenure

pytestmark = pytest.mark.django_db(databases=["default", "jobs"])
JANUARY, JUNE = date(2026, 1, 1), date(2026, 6, 1)


@pytest.fixture
def li() -> Employee:
    return employee("E-1", "李闻")


@pytest.fixture
def wang() -> Employee:
    return employee("E-2", "王岚")


def test_a_holder_comes_back_where_the_position_is_free(li: Employee, wang: Employee) -> None:
    post = position("P-1")
    entry = throw_away([tenure(li, post, JANUARY, JUNE)], ACT)
    tenure(wang, post, JUNE)
    assert restore(entry, ACT, [Tenure]) == 1


def test_a_position_taken_meanwhile_is_not_held_twice(li: Employee, wang: Employee) -> None:
    post = position("P-1")
    entry = throw_away([tenure(li, post, JANUARY)], ACT)
    tenure(wang, post, JUNE)
    with pytest.raises(NotRestored) as refused:
        restore(entry, ACT, [Tenure])
    assert str(refused.value) == (
        "岗位 P-1 从 2026-06-01 起由 王岚 任岗，和要恢复的 李闻（2026-01-01 起）重叠，没有恢复。先结束其中一段，再恢复。"
    )
    assert Tenure.objects.live().get().employee == wang


def test_a_seller_meanwhile_does_not_come_back_as_a_medical_representative(li: Employee) -> None:
    entry = throw_away([tenure(li, position("P-MR", Persona.MR), JANUARY)], ACT)
    tenure(li, position("P-OTC", Persona.OTC_REP), JUNE)
    with pytest.raises(NotRestored, match="李闻 会同时是“岗位 P-MR”和“岗位 P-OTC”"):
        restore(entry, ACT, [Tenure])


def test_a_position_comes_back_with_all_its_holders(li: Employee, wang: Employee) -> None:
    post = position("P-1")
    tenure(li, post, JANUARY, JUNE)
    tenure(wang, post, JUNE)
    assert restore(throw_away([post], ACT), ACT, [Position, Tenure]) == 3
