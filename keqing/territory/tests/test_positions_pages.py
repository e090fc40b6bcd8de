from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AbstractBaseUser
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from keqing.core.models import BinEntry
from keqing.core.saving import save
from keqing.territory.models import Employee, Position, Tenure
from keqing.territory.personas import Persona
from keqing.territory.services import appoint, end_tenure, take_time_off
from keqing.territory.services.reference import load_divisions
from keqing.territory.tests.builders import ACT, CHANGYANG, START, employee, off, position
from tests.personas import Cast

SignIn = Callable[[AbstractBaseUser], Client]
TREE = "/territory/positions/"


@pytest.fixture
def office(cast: Cast, client_of: SignIn) -> Client:
    return client_of(cast["sfe_sun"])


def named(name: str) -> Employee:
    found: Employee = Employee.objects.get(name=name)
    return found


def form_of(row: Position, **changes: Any) -> dict[str, Any]:
    return {
        "version": row.version,
        "code": row.code,
        "name": row.name,
        "persona": row.persona,
        "parent": row.parent_id or "",
        "product_line": row.product_line,
        "residence": "",
        "valid_from": row.valid_from.isoformat(),
        "valid_to": "",
        **changes,
    }


def test_the_tree_shows_holders_vacancies_and_how_many_are_below(cast: Cast, office: Client) -> None:
    body = office.get(TREE).content.decode()
    assert "岗位 P-B" in body and "空岗" in body
    # below 王经理 (P-TOP): 9 people (wang, zhao, li, lin, xu, wu, zhao qing, he, fan), one vacant position
    assert "9 人" in body and "空 1 个" in body
    assert "17 个岗位" in body and "16 人在岗" in body


def test_the_tree_of_another_day(cast: Cast, office: Client) -> None:
    appoint(cast.positions["P-B"], named("赵立"), date(2026, 3, 1), ACT)
    before = office.get(TREE, {"on": "2026-02-28", "q": "P-B"}).content.decode()
    after = office.get(TREE, {"on": "2026-03-01", "q": "P-B"}).content.decode()
    assert "空岗" in before and "赵立" not in before
    assert "赵立" in after and "2026-03-01 的岗位" in after
    assert "还没有岗位" in office.get(TREE, {"on": "2020-01-01"}).content.decode()
    assert office.get(TREE, {"on": "soon"}).status_code == 200  # an unreadable day is today


@pytest.mark.parametrize("query", ["李闻", "lw", "P-LI", "闻"])
def test_the_tree_is_searched_by_name_initials_and_code(cast: Cast, office: Client, query: str) -> None:
    body = office.get(TREE, {"q": query}).content.decode()
    assert "岗位 P-LI" in body and "岗位 P-A" in body  # with the way down to it
    assert "岗位 P-ZHAO" not in body


def test_nothing_found_says_what_to_try(cast: Cast, office: Client) -> None:
    assert "没有符合的岗位" in office.get(TREE, {"q": "不存在"}).content.decode()


def test_names_above_are_plain_text_for_who_may_not_open_them(cast: Cast, client_of: SignIn) -> None:
    body = client_of(cast["rep_li"]).get(TREE).content.decode()
    assert "岗位 P-TOP › 岗位 P-A ›" in body
    assert str(cast.positions["P-A"].public_id) not in body
    page = client_of(cast["rep_li"]).get(reverse("territory:position", args=[cast.positions["P-LI"].public_id]))
    assert str(cast.positions["P-A"].public_id) not in page.content.decode()


def test_who_is_away_and_who_stands_in_is_marked(cast: Cast, client_of: SignIn) -> None:
    today = timezone.localdate()
    take_time_off(off(named("李闻"), today, today, named("许衡")), ACT)
    assert "许衡 代班" in client_of(cast["area_zhao"]).get(TREE).content.decode()


def test_the_number_of_queries_does_not_grow_with_the_tree(
    cast: Cast, client_of: SignIn, django_assert_num_queries: Any
) -> None:
    client = client_of(cast["sfe_sun"])
    client.get(TREE)
    # session, user with state; positions, tenures, days off
    with django_assert_num_queries(5):
        client.get(TREE)
    rows = [
        Position(
            code=f"Z-{n}", name=f"岗位 Z-{n}", persona=Persona.OTC_REP, parent=cast.positions["P-B"], valid_from=START
        )
        for n in range(200)
    ]
    save(rows, ACT)
    today = timezone.localdate()
    for name, substitute in (("李闻", "许衡"), ("吴桐", "赵立")):
        take_time_off(off(named(name), today, today, named(substitute)), ACT)
    client.get(TREE)  # reads the tree of rights anew
    with django_assert_num_queries(5):
        assert "岗位 Z-199" in client.get(TREE).content.decode()


def test_the_page_of_a_position(cast: Cast, office: Client) -> None:
    where = cast.positions["P-A"]
    appoint(where, named("赵青"), date(2026, 3, 1), ACT)
    body = office.get(reverse("territory:position", args=[where.public_id])).content.decode()
    assert all(word in body for word in ("赵立", "赵青", "岗位 P-LI", "新建"))


def test_making_a_position(cast: Cast, office: Client) -> None:
    load_divisions(ACT, CHANGYANG)
    answer = office.post(
        reverse("territory:position_new"),
        {
            "code": "P-NEW",
            "name": "长阳代表",
            "persona": "OTC_REP",
            "parent": cast.positions["P-A"].pk,
            "residence": "宜昌长阳",
            "valid_from": "2026-01-01",
        },
    )
    made = Position.objects.get(code="P-NEW")
    assert answer.status_code == 303 and answer["Location"] == reverse("territory:position", args=[made.public_id])
    assert made.division is not None and made.division.code == "420528"
    assert "湖北省宜昌市长阳土家族自治县" in office.get(answer["Location"]).content.decode()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"code": "P-LI"}, "这个岗位编码已经有了。"),
        ({"name": ""}, "必填"),
        ({"residence": "没有这地方"}, "没找到“没有这地方”"),
        ({"residence": "长阳某处"}, "没找到“长阳某处”"),
        ({"valid_to": "2023-01-01"}, "撤岗日期要晚于设岗日期。"),
        ({"persona": "ADMIN"}, "ADMIN"),
    ],
)
def test_errors_of_the_form_keep_what_was_typed(
    cast: Cast, office: Client, changes: dict[str, str], sentence: str
) -> None:
    load_divisions(ACT, CHANGYANG)
    where = cast.positions["P-ZHAO"]
    answer = office.post(
        reverse("territory:position_change", args=[where.public_id]), form_of(where, product_line="慢病线", **changes)
    )
    assert answer.status_code == 422
    body = answer.content.decode()
    assert sentence in body and "慢病线" in body
    where.refresh_from_db()
    assert where.version == 1


def test_a_loop_is_told_in_the_form(cast: Cast, office: Client) -> None:
    top = cast.positions["P-TOP"]
    answer = office.post(
        reverse("territory:position_change", args=[top.public_id]), form_of(top, parent=cast.positions["P-LI"].pk)
    )
    assert answer.status_code == 422 and "不能是自己下面的岗位" in answer.content.decode()


def test_a_change_made_meanwhile_is_told_and_the_second_try_goes_through(cast: Cast, office: Client) -> None:
    where = cast.positions["P-LI"]
    url, stale = reverse("territory:position_change", args=[where.public_id]), form_of(where, name="我的名字")
    assert office.post(url, form_of(where, name="别人的名字")).status_code == 303
    answer = office.post(url, stale)
    body = answer.content.decode()
    assert answer.status_code == 422 and "别人刚改过这一条" in body and "我的名字" in body
    assert 'name="version" value="2"' in body
    assert office.post(url, {**stale, "version": 2}).status_code == 303
    where.refresh_from_db()
    assert where.name == "我的名字"


def test_appointing_and_ending_by_the_pages(cast: Cast, office: Client) -> None:
    where, li = cast.positions["P-B"], named("李闻")
    url = reverse("territory:appointment", args=[where.public_id])
    assert office.post(url, {"employee": li.pk, "starts_on": "2026-03-01"}).status_code == 303
    held = Tenure.objects.get(position=where)
    again = office.post(url, {"employee": li.pk, "starts_on": "2026-04-01"})
    assert again.status_code == 422 and "就在这个岗位上" in again.content.decode()
    end = reverse("territory:tenure_end", args=[held.public_id])
    assert office.post(end, {"ends_on": "2026-03-01"}).status_code == 422
    assert office.post(end, {"ends_on": "2026-05-01"}).status_code == 303
    held.refresh_from_db()
    assert held.valid_to == date(2026, 5, 1)


def test_a_medical_representative_is_refused_with_a_sentence(cast: Cast, office: Client) -> None:
    url = reverse("territory:appointment", args=[cast.positions["P-LI"].public_id])
    answer = office.post(url, {"employee": named("林知夏").pk, "starts_on": "2026-11-01"})
    assert answer.status_code == 422
    assert "医药代表不能兼任销售岗位" in answer.content.decode()


def test_only_an_administrator_fills_an_administrator_s_position(cast: Cast, office: Client, client_of: SignIn) -> None:
    url = reverse("territory:appointment", args=[cast.positions["P-ADM"].public_id])
    new = {"employee": named("孙杉").pk, "starts_on": "2026-11-01"}
    assert office.get(url).status_code == office.post(url, new).status_code == 403
    assert client_of(cast["admin_gu"]).post(url, new).status_code == 303


def test_a_tenure_entered_by_mistake_goes_to_the_bin(cast: Cast, office: Client) -> None:
    held = Tenure.objects.get(position=cast.positions["P-LI"])
    office.post(reverse("territory:tenure_remove", args=[held.public_id]))
    held.refresh_from_db()
    assert held.bin == BinEntry.objects.get()


def test_discarding_a_position(cast: Cast, office: Client) -> None:
    where = cast.positions["P-LI"]
    url = reverse("territory:position_remove", args=[where.public_id])
    answer = office.post(url, follow=True)
    assert "李闻 还在这个岗位上" in answer.content.decode()
    end_tenure(Tenure.objects.get(position=where), timezone.localdate() - timedelta(days=1), ACT)
    assert "放进了回收站" in office.post(url, follow=True).content.decode()
    assert not Position.objects.live().filter(code="P-LI").exists()


def test_a_position_may_be_made_below_another(cast: Cast, office: Client) -> None:
    above = position("P-UP", Persona.MANAGER)
    body = office.get(reverse("territory:position_new"), {"under": str(above.public_id)}).content.decode()
    assert f'<option value="{above.pk}" selected>' in body


def test_newcomers_can_be_chosen(cast: Cast, office: Client) -> None:
    who = employee("E-NEW", "新人")
    body = office.get(reverse("territory:appointment", args=[cast.positions["P-B"].public_id])).content.decode()
    assert f'<option value="{who.pk}">新人（E-NEW）' in body
