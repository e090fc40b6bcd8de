"""Lists of people: one mobile number is one person; columns about private life are not read."""

from __future__ import annotations

from typing import Any

import pytest

from keqing.core.imports.kind import Verdict
from keqing.core.imports.reading import forbidden
from keqing.customers.imports import PEOPLE
from keqing.customers.models import Affiliation, Party, Person
from keqing.customers.tests.builders import Sheet, make_party
from keqing.territory.models import Division

ROW = {"姓名": "何雨桐", "客户编码": "C1", "职务": "店长", "人员类别": "商业人员", "手机": "138-0000-0217"}


@pytest.fixture
def party(divisions: dict[str, Division]) -> Party:
    return make_party("芷安堂东门店", divisions["330122"], code="C1")


def judged(*rows: dict[str, Any]) -> Any:
    return Sheet(PEOPLE, rows).judge()[-1]


def test_a_person_is_written_with_the_job_and_again_is_the_same(party: Party) -> None:
    assert Sheet(PEOPLE, [ROW]).write()[0].verdict == Verdict.NEW
    person = Person.objects.get()
    assert (person.mobile, len(person.mobile_hash), person.sort_key) == ("13800000217", 32, "heyutong")
    assert Affiliation.objects.get().job_title == "店长"
    assert Sheet(PEOPLE, [ROW]).write()[0].verdict == Verdict.SAME
    assert Person.objects.count() == 1


def test_a_change_is_told_and_a_number_is_not_repeated_in_it(party: Party) -> None:
    Sheet(PEOPLE, [{**ROW, "手机": ""}]).write()
    change = Sheet(PEOPLE, [{**ROW, "职务": "督导", "职称": "执业药师"}]).write()[0]
    assert change.sentence == "职称：— → 执业药师；补上手机；职务：店长 → 督导"
    assert (Person.objects.get().mobile, Affiliation.objects.get().job_title) == ("13800000217", "督导")


def test_one_number_at_two_customers_is_one_person_with_two_jobs(party: Party) -> None:
    make_party("芷安堂西门店", code="C2")
    rows = Sheet(PEOPLE, [ROW, {**ROW, "客户编码": "C2", "职务": "督导"}]).write()
    assert [row.verdict for row in rows] == [Verdict.NEW, Verdict.NEW]
    assert (Person.objects.count(), Affiliation.objects.count()) == (1, 2)
    make_party("芷安堂南门店", code="C3")
    later = Sheet(PEOPLE, [{**ROW, "客户编码": "C3"}]).write()[0]
    assert (later.verdict, later.sentence) == (Verdict.NEW, "已有这个人，加一处任职")
    assert (Person.objects.count(), Affiliation.objects.count()) == (1, 3)


def test_the_customer_is_found_by_any_of_its_names_unless_two_bear_it(party: Party) -> None:
    by_name = {**ROW, "客户编码": "", "客户名称": "芷安堂东门店"}
    assert judged(by_name).verdict == Verdict.NEW
    make_party("芷安堂东门店", code="C9")
    assert judged(by_name).sentence == "叫“芷安堂东门店”的客户有 2 家，请写客户编码"


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"客户编码": "C7"}, "没有编码是 C7 的客户，或不在你名下"),
        ({"客户编码": ""}, "缺客户编码或客户名称"),
        ({"客户名称": "回春堂"}, "编码 C1 是“芷安堂东门店”，写的是“回春堂”"),
    ],
)
def test_a_row_without_a_customer_is_wrong(party: Party, cells: dict[str, Any], said: str) -> None:
    assert (judged({**ROW, **cells}).verdict, judged({**ROW, **cells}).sentence) == (Verdict.WRONG, said)


def test_a_number_under_another_name_and_a_repeated_row_are_shown(party: Party) -> None:
    assert judged(ROW, {**ROW, "姓名": "丁可"}).sentence == "这个手机号登记的是另一个名字，请核对"
    repeated = judged(ROW, ROW)
    assert (repeated.verdict, repeated.sentence) == (Verdict.DUPLICATE, "与第 2 行是同一个人、同一家")


def test_at_a_health_institution_everybody_is_medical_staff(party: Party) -> None:
    make_party("桐庐县人民医院", code="H1", kind="HCO", terminal_type="COUNTY_HOSPITAL")
    buyer = {**ROW, "客户编码": "H1", "职务": "采购"}
    assert judged(buyer).verdict == Verdict.WRONG
    assert judged({**buyer, "人员类别": "医务人员"}).verdict == Verdict.NEW


@pytest.mark.parametrize(
    ("column", "rule"),
    [
        ("身份证号", "2.6"),
        ("家庭住址", "2.6"),
        ("健康状况", "2.6"),
        ("宗教信仰", "2.6"),
        ("月工资", "2.6"),
        ("银行账号", "2.6"),
        ("烟酒爱好", "2.6"),
        ("子女姓名", "C-09"),
        ("配偶", "C-09"),
        ("家庭成员", "C-09"),
        ("派系", "C-09"),
        ("处方量", "C-11"),
        ("统方数据", "C-11"),
    ],
)
def test_columns_about_private_life_are_refused_with_their_rule(column: str, rule: str) -> None:
    assert (forbidden(PEOPLE, column) or "").startswith(rule)


@pytest.mark.parametrize("column", [name for field in PEOPLE.fields for name in field.names()])
def test_no_wanted_column_is_refused_by_mistake(column: str) -> None:
    assert forbidden(PEOPLE, column) is None
