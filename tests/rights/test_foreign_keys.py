"""A form takes no row that its sender does not see, by whatever key it is named; and says nothing about it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tests.rights.cases import KIND, Side, days_off, new_party
from tests.rights.looking import ask, undone
from tests.rights.marks import found_in
from tests.rights.world import LI, ZHAO, World

pytestmark = pytest.mark.django_db(databases=["default", "jobs"])
Build = Callable[[World, Side, Side], tuple[str, dict[str, Any]]]


def assign(world: World, own: Side, other: Side) -> tuple[str, dict[str, Any]]:
    data = {"position": other.position.pk, "share": "1", "starts_on": str(world.today)}
    return reverse("customers:assign", args=[own.chain.public_id]), data


def bulk_assign(world: World, own: Side, other: Side) -> tuple[str, dict[str, Any]]:
    data = {"position": other.position.pk, "starts_on": str(world.today), "confirmed": "1"}
    return reverse("customers:bulk_assign"), {**data, "ids": [str(own.party.public_id)]}


def absent(world: World, own: Side, other: Side) -> tuple[str, dict[str, Any]]:
    return reverse("territory:time_off_new"), {**days_off(world, other), "starts_on": str(world.today)}


def stand_in(world: World, own: Side, other: Side) -> tuple[str, dict[str, Any]]:
    data = {**days_off(world, own), "starts_on": "2027-03-01", "ends_on": "2027-03-02"}
    return reverse("territory:time_off_new"), {**data, "substitute": other.employee.pk}


def head(world: World, own: Side, other: Side) -> tuple[str, dict[str, Any]]:
    data = {**new_party(name="全新药房", is_another="on")(world, own), "parent_text": other.coded.code}
    return reverse("customers:edit", args=[own.party.public_id]), {**data, "version": own.party.version}


def move(world: World, own: Side, other: Side) -> tuple[str, dict[str, Any]]:
    data = {"affiliation": str(other.affiliation.public_id), "to_party": own.coded.code}
    url = reverse("customers:move_job", args=[own.person.public_id])
    return url, {**data, "job_title": "店长", "on_day": str(world.today)}


def move_away(world: World, own: Side, other: Side) -> tuple[str, dict[str, Any]]:
    data = {"affiliation": str(own.affiliation.public_id), "to_party": other.coded.code}
    url = reverse("customers:move_job", args=[own.person.public_id])
    return url, {**data, "job_title": "店长", "on_day": str(world.today)}


@pytest.mark.parametrize(
    ("username", "build"),
    [
        ("area_zhao", assign),
        ("area_zhao", bulk_assign),
        ("area_zhao", absent),
        ("area_zhao", stand_in),
        (LI, head),
        (LI, move),
        (LI, move_away),
    ],
)
def test_a_form_refuses_a_foreign_row(
    username: str, build: Build, world: World, keys: dict[str | None, str | None], visitor: Client
) -> None:
    url, data = build(world, world.sides[LI], world.sides[ZHAO])
    answer = ask(visitor, keys[username], "POST", url, data)
    assert answer.status == 422
    assert not answer.has_written
    assert not found_in(answer.text, [mark for mark in world.marks if not mark.is_for(world.viewer(username))])


def test_the_same_forms_take_an_own_row(world: World, keys: dict[str | None, str | None], visitor: Client) -> None:
    """Or else the refusals above would prove nothing."""
    side = world.sides[LI]
    for build in (bulk_assign, stand_in):
        url, data = build(world, side, side)
        if build is stand_in:
            data["substitute"] = side.self.pk
        answer = ask(visitor, keys["area_zhao"], "POST", url, data)
        assert (answer.status, answer.has_written) == (303, True), (build.__name__, answer.text[:2000])


def test_a_part_of_another_customer_is_not_found(
    world: World, keys: dict[str | None, str | None], visitor: Client
) -> None:
    """Own customer in the address, the neighbor's row behind it."""
    own, other = world.sides[LI], world.sides[ZHAO]
    mixed = {
        "customers:remove_name": other.name,
        "customers:end_assignment": other.assignment,
        "customers:end_job": other.affiliation,
        "customers:confirm_place": other.proposal,
        "customers:discard_place": other.proposal,
    }
    for name, row in mixed.items():
        url = reverse(name, args=[own.party.public_id, row.public_id])
        for username in (LI, "area_zhao", "admin_gu"):
            answer = ask(visitor, keys[username], "POST", url)
            assert answer.status in {403, 404}, (name, username, answer.status)
            assert not answer.has_written


def test_an_import_says_nothing_about_customers_of_others(
    world: World, keys: dict[str | None, str | None], visitor: Client
) -> None:
    """A channel manager brings a file with the code and the address of the neighbor's store."""
    other, username = world.sides[ZHAO], "channel_he"
    lines = ["客户名称,类别,省,市,区县,详细地址,客户编码"]
    lines += [f"新名药房,单体药店,云梦省,石桥市,柳溪县,一街1号,{other.coded.code}"]
    lines += ["康宁药房二店,单体药店,云梦省,石桥市,柳溪县,二街2号,"]
    upload = SimpleUploadedFile("customers.csv", "\n".join(lines).encode())
    hidden = [mark for mark in world.marks if not mark.is_for(world.viewer(username))]
    with undone():
        visitor.cookies.clear()
        visitor.cookies["sessionid"] = keys[username] or ""
        run = visitor.post(reverse("imports:upload", args=KIND["args"](world, other)), {"file": upload}).headers[
            "Location"
        ]
        columns = {f"column-{number}": key for number, key in enumerate(COLUMNS)}
        mapped = visitor.post(f"{run}columns/", columns)
        assert mapped.status_code == 303
        for page in (visitor.get(run), visitor.get(f"{run}errors/")):
            assert page.status_code == 200
            assert not found_in(page.getvalue().decode("utf-8", "replace"), hidden)
        assert "新名药房" in visitor.get(run).getvalue().decode()  # the page shows the rows, so that its silence counts


COLUMNS = ("name", "category", "province", "city", "county", "address", "code")


def test_numbers_in_an_address_are_no_way_in(world: World, keys: dict[str | None, str | None], visitor: Client) -> None:
    """Tables keep integer keys, addresses do not take them."""
    for path in ("/customers/{}/", "/visits/{}/", "/territory/positions/{}/", "/customers/people/{}/"):
        for key in (1, world.sides[ZHAO].party.pk):
            assert ask(visitor, keys["admin_gu"], "GET", path.format(key)).status == 404


@pytest.mark.parametrize("name", ["customers:person", "customers:edit_person", "customers:move_job"])
def test_a_shared_person_shows_only_the_jobs_one_sees(
    name: str, world: World, keys: dict[str | None, str | None], visitor: Client
) -> None:
    """齐平 works at a store of each: both may open the page, neither learns of the other's store."""
    person = world.sides[LI].plain_person
    for username in (LI, ZHAO):
        answer = ask(visitor, keys[username], "GET", reverse(name, args=[person.public_id]))
        assert answer.status == 200
        assert "齐平" in answer.text
        assert not found_in(answer.text, [mark for mark in world.marks if not mark.is_for(world.viewer(username))])
