"""Every page of this app as each persona: whom the door lets in, and that nothing foreign is on the page."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import AbstractBaseUser
from django.test import Client
from django.urls import reverse

from keqing.core.saving import save_one
from keqing.territory.models import Division, Employee, Position, Tenure, TimeOff
from keqing.territory.services import take_time_off
from keqing.territory.services.reference import load_divisions, load_shipped_holidays
from keqing.territory.tests.builders import ACT, CHANGYANG, TODAY, off
from tests.personas import ROLES, Cast

SignIn = Callable[[AbstractBaseUser], Client]
NAMES = [role.username for role in ROLES if role.username]
FIELD = {
    "manager_wang",
    "area_zhao",
    "rep_li",
    "mr_lin",
    "kam_xu",
    "primary_wu",
    "rep_zhao",
    "channel_he",
    "agency_fan",
}
READERS = FIELD | {"medical_song", "sfe_sun", "compliance_he", "admin_gu"}
OFFICE = {"sfe_sun", "admin_gu"}
MANAGERS = {"manager_wang", "area_zhao"} | OFFICE
EVERYBODY = set(NAMES)

PLAIN = {
    "territory:positions": READERS,
    "territory:rights": READERS,
    "territory:staff": READERS,
    "territory:staff_export": OFFICE,
    "territory:position_new": OFFICE,
    "territory:employee_new": OFFICE,
    "territory:time_off": EVERYBODY,
    "territory:time_off_new": EVERYBODY,
    "territory:calendar": EVERYBODY,
    "territory:divisions": EVERYBODY,
}


@pytest.mark.parametrize("name", NAMES)
def test_every_plain_page_opens_for_whom_it_is_and_for_nobody_else(cast: Cast, client_of: SignIn, name: str) -> None:
    load_shipped_holidays(ACT)
    client = client_of(cast[name])
    for page, allowed in PLAIN.items():
        assert client.get(reverse(page)).status_code == (200 if name in allowed else 403), page


@pytest.mark.parametrize("name", NAMES)
def test_pages_of_one_row(cast: Cast, client_of: SignIn, name: str) -> None:
    """All about the representative Li: those above see them, the office changes them, the rest finds nothing."""
    load_divisions(ACT, CHANGYANG)
    li = Employee.objects.get(name="李闻")
    take_time_off(off(li, TODAY, TODAY), ACT)
    where, held = cast.positions["P-LI"], Tenure.objects.get(employee=li)
    above = {"rep_li", "area_zhao", "manager_wang", "medical_song", "sfe_sun", "compliance_he", "admin_gu"}
    row = TimeOff.objects.get()
    division = Division.objects.get(code="420528")
    client = client_of(cast[name])
    for page, public_id, readers, seers in (
        ("territory:position", where.public_id, READERS, above),
        ("territory:employee", li.public_id, READERS, above),
        ("territory:position_change", where.public_id, OFFICE, OFFICE),
        ("territory:employee_change", li.public_id, OFFICE, OFFICE),
        ("territory:appointment", where.public_id, OFFICE, OFFICE),
        ("territory:tenure_end", held.public_id, OFFICE, OFFICE),
        ("territory:time_off_change", row.public_id, MANAGERS, MANAGERS),
        ("territory:division", division.public_id, EVERYBODY, EVERYBODY),
    ):
        expected = 200 if name in readers & seers else 404 if name in readers else 403
        assert client.get(reverse(page, args=[public_id])).status_code == expected, page


@pytest.mark.parametrize("name", sorted(FIELD | {"finance_qian", "medical_song"}))
def test_nobody_in_the_field_writes(cast: Cast, client_of: SignIn, name: str) -> None:
    where = cast.positions["P-LI"]
    held = Tenure.objects.get(position=where)
    client = client_of(cast[name])
    for page, args in (
        ("territory:position_new", []),
        ("territory:position_change", [where.public_id]),
        ("territory:position_remove", [where.public_id]),
        ("territory:appointment", [where.public_id]),
        ("territory:tenure_end", [held.public_id]),
        ("territory:tenure_remove", [held.public_id]),
        ("territory:employee_new", []),
        ("territory:calendar_confirm", [2027]),
        ("territory:calendar_day", [2027, 2, 5]),
        ("territory:calendar_clear", [2027, 2, 5]),
    ):
        assert client.post(reverse(page, args=args)).status_code == 403, page
    assert Position.objects.count() == len(ROLES)


def test_foreign_names_are_on_no_page_of_a_representative(cast: Cast, client_of: SignIn) -> None:
    li = Employee.objects.get(name="李闻")
    take_time_off(off(Employee.objects.get(name="赵青"), TODAY, TODAY), ACT)
    client = client_of(cast["rep_li"])
    pages = [reverse(page) for page, allowed in PLAIN.items() if "rep_li" in allowed]
    pages += [reverse("territory:position", args=[cast.positions["P-LI"].public_id])]
    pages += [reverse("territory:employee", args=[li.public_id]), reverse("territory:positions") + "?q=zhao"]
    foreign = [role.name for role in ROLES if role.name and role.username != "rep_li"] + ["P-ZHAO", "P-MR", "P-SFE"]
    for page in pages:
        body = client.get(page).content.decode()
        assert [name for name in foreign if name in body] == [], page


def test_a_former_holder_is_let_in_nowhere(cast: Cast, client_of: SignIn) -> None:
    held = Tenure.objects.get(position=cast.positions["P-LI"])
    held.valid_to = TODAY
    save_one(held, ACT)
    client = client_of(cast["rep_li"])
    assert {client.get(reverse(page)).status_code for page in PLAIN} == {403}
