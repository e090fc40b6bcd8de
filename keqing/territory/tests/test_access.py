"""What a person sees follows from positions held or stood in for on the day, and from everything below them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from keqing.core.saving import save_one
from keqing.core.viewer import Viewer
from keqing.territory.access import read_tree
from keqing.territory.models import Employee, Position, Tenure, TimeOff
from keqing.territory.personas import NOUNS, Persona, grantable, rights_table
from keqing.territory.services import appoint, take_time_off
from keqing.territory.tests.builders import ACT, TODAY, employee, off, position
from tests.personas import Cast

Look = Callable[..., Viewer]


def codes(viewer: Viewer) -> set[str]:
    return set(Position.objects.visible_to(viewer).values_list("code", flat=True))


def named(name: str) -> Employee:
    found: Employee = Employee.objects.get(name=name)
    return found


def test_a_representative_sees_the_own_position_alone(cast: Cast, viewer_of: Look) -> None:
    assert codes(viewer_of(cast["rep_li"])) == {"P-LI"}
    assert {e.name for e in Employee.objects.visible_to(viewer_of(cast["rep_li"]))} == {"李闻"}


def test_a_manager_sees_everything_below_and_nothing_beside(cast: Cast, viewer_of: Look) -> None:
    assert codes(viewer_of(cast["area_zhao"])) == {"P-A", "P-LI", "P-MR", "P-KAM", "P-PRI"}
    assert "P-ZHAO" in codes(viewer_of(cast["manager_wang"]))  # through the vacant P-B
    assert "P-SFE" not in codes(viewer_of(cast["manager_wang"]))


@pytest.mark.parametrize("name", ["sfe_sun", "compliance_he", "admin_gu"])
def test_who_works_for_the_whole_company_sees_all_of_it(cast: Cast, viewer_of: Look, name: str) -> None:
    assert len(codes(viewer_of(cast[name]))) == len(cast.positions)


def test_a_substitute_sees_the_territory_for_these_days_only(cast: Cast, viewer_of: Look) -> None:
    take_time_off(off(named("李闻"), date(2026, 11, 18), date(2026, 11, 20), named("许衡")), ACT)
    seen = {day: codes(viewer_of(cast["kam_xu"], date(2026, 11, day))) for day in (17, 18, 20, 21)}
    assert seen == {17: {"P-KAM"}, 18: {"P-KAM", "P-LI"}, 20: {"P-KAM", "P-LI"}, 21: {"P-KAM"}}


def test_a_substitute_of_a_manager_sees_what_is_below(cast: Cast, viewer_of: Look) -> None:
    take_time_off(off(named("赵立"), TODAY, TODAY, named("王明远")), ACT)
    take_time_off(off(named("何川"), TODAY, TODAY, named("许衡")), ACT)
    assert codes(viewer_of(cast["kam_xu"])) == {"P-KAM", "P-CH"}


def test_a_former_holder_sees_nothing_else(cast: Cast, viewer_of: Look) -> None:
    appoint(cast.positions["P-LI"], named("赵青"), TODAY, ACT)
    viewer = viewer_of(cast["rep_li"], TODAY)
    assert codes(viewer) == set()
    assert not viewer.rights and not viewer.sees_all
    assert [e.name for e in Employee.objects.visible_to(viewer)] == ["李闻"]  # oneself
    assert not Tenure.objects.visible_to(viewer).exists()
    assert codes(viewer_of(cast["rep_li"], date(2026, 11, 17))) == {"P-LI"}
    assert codes(viewer_of(cast["rep_zhao"], TODAY)) == {"P-LI", "P-ZHAO"}


def test_days_off_are_seen_by_oneself_the_substitute_and_those_above(cast: Cast, viewer_of: Look) -> None:
    take_time_off(off(named("李闻"), TODAY, TODAY, named("许衡")), ACT)
    seen = {
        name for name in cast.users if TimeOff.objects.visible_to(viewer_of(cast[name], date(2026, 11, 1))).exists()
    }
    assert seen == {"rep_li", "kam_xu", "area_zhao", "manager_wang", "sfe_sun", "admin_gu"}
    may = {
        name for name in cast.users if TimeOff.objects.arranged_by(viewer_of(cast[name], date(2026, 11, 1))).exists()
    }
    assert may == seen - {"kam_xu"}


def test_a_row_restored_past_the_services_never_gives_both(cast: Cast, viewer_of: Look) -> None:
    save_one(Tenure(employee=named("林知夏"), position=cast.positions["P-KAM"], valid_from=TODAY), ACT)
    viewer = viewer_of(cast["mr_lin"], TODAY)
    assert viewer.personas == {Persona.MR}
    assert codes(viewer) == {"P-MR"}


def test_the_path_above_is_names_alone(cast: Cast, viewer_of: Look) -> None:
    tree = read_tree(1)
    assert tree.path(cast.positions["P-LI"].pk) == ("岗位 P-TOP", "岗位 P-A")
    assert tree.path(cast.positions["P-TOP"].pk) == ()


def test_every_noun_of_the_rights_table_has_a_name() -> None:
    nouns = {noun for rights in rights_table().values() for noun in rights}
    assert nouns == set(NOUNS)


@pytest.mark.parametrize("persona", sorted(Persona))
def test_only_who_makes_accounts_hands_out_administration(persona: Persona) -> None:
    allowed = grantable(rights_table()[persona])
    assert (Persona.ADMIN in allowed) is (persona == Persona.ADMIN)


def test_an_employee_without_an_account_can_hold_a_position(cast: Cast, viewer_of: Look) -> None:
    where = position("P-NEW", parent=cast.positions["P-A"])
    appoint(where, employee("E-NEW", "新人"), TODAY, ACT)
    assert "P-NEW" in codes(viewer_of(cast["area_zhao"], TODAY))
