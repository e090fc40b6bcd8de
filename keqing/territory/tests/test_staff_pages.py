from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date

import pytest
from django.contrib.auth.models import AbstractBaseUser
from django.test import Client
from django.urls import reverse
from python_calamine import CalamineWorkbook

from keqing.territory.models import Employee, Tenure
from keqing.territory.services import save_employee
from keqing.territory.tests.builders import ACT
from tests.personas import Cast

SignIn = Callable[[AbstractBaseUser], Client]
LIST = "/territory/positions/staff/"


@pytest.fixture
def office(cast: Cast, client_of: SignIn) -> Client:
    return client_of(cast["admin_gu"])


@pytest.fixture
def li(cast: Cast) -> Employee:
    who: Employee = Employee.objects.get(name="李闻")
    who.mobile = "13812340217"
    return save_employee(who, ACT)


def test_the_list_shows_positions_and_masks_numbers(li: Employee, office: Client) -> None:
    body = office.get(LIST).content.decode()
    assert "岗位 P-LI" in body and "138****0217" in body and "13812340217" not in body


@pytest.mark.parametrize(("query", "found"), [("李", True), ("lw", True), ("E-rep_li", True), ("王明远", False)])
def test_the_list_is_searched(li: Employee, office: Client, query: str, found: bool) -> None:
    assert ("李闻" in office.get(LIST, {"q": query}).content.decode()) is found


@pytest.mark.parametrize(
    ("params", "names"),
    [
        ({"persona": "MR"}, {"林知夏"}),
        ({"state": "left"}, {"许衡"}),
        ({"state": ["left", "unsigned"]}, {"许衡", "新人"}),
    ],
)
def test_the_list_is_filtered(cast: Cast, office: Client, params: dict[str, str], names: set[str]) -> None:
    save_employee(Employee(staff_no="E0", name="新人"), ACT)
    gone = Employee.objects.get(name="许衡")
    gone.left_on = date(2026, 10, 1)
    save_employee(gone, ACT)
    rows = office.get(LIST, params).content.decode()
    assert {name for name in Employee.objects.values_list("name", flat=True) if f">{name}</a>" in rows} == names


def test_the_export_holds_what_the_list_shows(li: Employee, office: Client) -> None:
    answer = office.get(reverse("territory:staff_export"), {"q": "李闻"})
    rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    assert rows[0][:2] == ["姓名", "工号"]
    assert rows[1][:3] == ["李闻", "E-rep_li", "岗位 P-LI"] and "138****0217" in rows[1]


def test_the_number_of_queries_is_fixed(cast: Cast, office: Client, django_assert_num_queries: object) -> None:
    office.get(LIST)
    # session, user with state; rows, their positions
    with django_assert_num_queries(4):  # type: ignore[operator]
        office.get(LIST)


def test_making_and_changing_somebody(cast: Cast, office: Client) -> None:
    data = {"staff_no": "E900", "name": "周一", "mobile": "138 1234 0217", "email": "", "filing_no": "", "left_on": ""}
    answer = office.post(reverse("territory:employee_new"), data)
    who = Employee.objects.get(staff_no="E900")
    assert answer.status_code == 303 and who.mobile == "13812340217" and who.mobile_hash
    changed = {**data, "version": who.version, "filing_no": "YD1"}
    assert office.post(reverse("territory:employee_change", args=[who.public_id]), changed).status_code == 303
    body = office.get(reverse("territory:employee", args=[who.public_id])).content.decode()
    assert "备案号：— → YD1" in body and "138****0217" in body and "13812340217" not in body


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"staff_no": "E-rep_li"}, "这个工号已经有了。"),
        ({"mobile": "12345"}, "手机号要 11 位数字，这里有 5 位。"),
        ({"email": "nobody"}, "nobody"),
    ],
)
def test_errors_of_the_form_keep_what_was_typed(
    cast: Cast, office: Client, changes: dict[str, str], sentence: str
) -> None:
    data = {"staff_no": "E900", "name": "周一", "mobile": "", "email": "", "filing_no": "", "left_on": "", **changes}
    answer = office.post(reverse("territory:employee_new"), data)
    assert answer.status_code == 422
    assert sentence in answer.content.decode() and "周一" in answer.content.decode()
    assert not Employee.objects.filter(name="周一").exists()


def test_leaving_by_the_page_empties_the_position(li: Employee, office: Client) -> None:
    data = {
        "version": li.version,
        "staff_no": li.staff_no,
        "name": li.name,
        "mobile": li.mobile,
        "left_on": "2026-10-01",
    }
    assert office.post(reverse("territory:employee_change", args=[li.public_id]), data).status_code == 303
    assert Tenure.objects.get(employee=li).valid_to == date(2026, 10, 1)
    assert "已离职" in office.get(LIST, {"q": "李闻"}).content.decode()
