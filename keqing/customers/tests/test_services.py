"""Grades, people, places and names: what is closed, what is opened, what is refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import connection

from keqing.core.models import BinEntry
from keqing.core.saving import Stale
from keqing.customers.errors import (
    CodeTaken,
    EmptyPeriod,
    GradeUnknown,
    MobileTaken,
    NotEmployed,
    ParentLoop,
    PlaceKnown,
    WrongClass,
)
from keqing.customers.models import Affiliation, Grade, Party, PartyName, Person
from keqing.customers.reports.history import party_history
from keqing.customers.rules.masking import masked_mobile
from keqing.customers.rules.sort_keys import sort_key
from keqing.customers.services import (
    add_person,
    affiliate,
    change_party,
    confirm_place,
    current_grades,
    discard_place,
    end_job,
    move_job,
    propose_place,
    remove_parties,
    set_grade,
)
from keqing.customers.tests.builders import ACT, DAY, EVERYONE, make_party
from keqing.territory.models import Division

pytestmark = pytest.mark.django_db
JANUARY, JULY = date(2026, 1, 1), date(2026, 7, 1)
SHE = {"name": "何雨桐", "contact_class": "COMMERCIAL", "job_title": "店长", "mobile": "13800000217"}


def grades(party: Party) -> list[tuple[str, date, date | None]]:
    rows = Grade.objects.everything("test").filter(party=party).order_by("valid_from")
    return list(rows.values_list("value", "valid_from", "valid_to"))


def test_a_new_grade_closes_the_former_and_both_are_told_for_their_days() -> None:
    party = make_party("芷安堂东门店")
    set_grade(party, "ABC", "A", JANUARY, ACT)
    set_grade(party, "ABC", "B", JULY, ACT)
    assert grades(party) == [("A", JANUARY, JULY), ("B", JULY, None)]
    assert current_grades([party.pk], JULY - timedelta(days=1)) == {party.pk: {"ABC": "A"}}
    assert current_grades([party.pk], JULY) == {party.pk: {"ABC": "B"}}


def test_the_same_grade_again_writes_nothing_and_an_empty_one_ends() -> None:
    party = make_party("芷安堂东门店")
    set_grade(party, "VIP", "VIP", JANUARY, ACT)
    set_grade(party, "VIP", "VIP", JULY, ACT)
    assert grades(party) == [("VIP", JANUARY, None)]
    set_grade(party, "VIP", "", JULY, ACT)
    assert grades(party) == [("VIP", JANUARY, JULY)]


def test_a_slip_of_the_same_day_goes_to_the_bin_and_a_later_grade_stays() -> None:
    party = make_party("芷安堂东门店")
    set_grade(party, "ABC", "C", JULY, ACT)
    set_grade(party, "ABC", "A", JANUARY, ACT)
    assert grades(party) == [("A", JANUARY, JULY), ("C", JULY, None)]
    set_grade(party, "ABC", "B", JANUARY, ACT)
    assert grades(party) == [("B", JANUARY, JULY), ("C", JULY, None)]
    assert BinEntry.objects.count() == 1


def test_a_value_the_scheme_does_not_know_is_refused() -> None:
    with pytest.raises(GradeUnknown):
        set_grade(make_party("芷安堂东门店"), "ABC", "Z", JANUARY, ACT)


def test_one_number_is_one_person() -> None:
    party, other = make_party("芷安堂东门店"), make_party("回春堂西门店")
    job = add_person(party, SHE, ACT)
    with pytest.raises(MobileTaken):
        add_person(other, {**SHE, "name": "丁可"}, ACT)
    affiliate(job.person, other, {"job_title": "督导"}, DAY, ACT)
    assert (Person.objects.count(), Affiliation.objects.count()) == (1, 2)
    with pytest.raises(NotEmployed):
        affiliate(job.person, other, {"job_title": "督导"}, DAY, ACT)


def test_the_number_lies_encrypted_and_is_found_by_its_hash() -> None:
    from_table = add_person(make_party("芷安堂东门店"), SHE, ACT).person
    with connection.cursor() as cursor:
        cursor.execute("SELECT mobile, mobile_hash FROM customers_person")
        stored, digest = cursor.fetchone()
    assert stored.startswith("k1:") and "13800000217" not in stored
    assert digest == from_table.mobile_hash and "13800000217" not in digest


def test_a_move_closes_one_job_and_opens_one() -> None:
    one, other = make_party("芷安堂东门店"), make_party("回春堂西门店")
    person = add_person(one, SHE, ACT, JANUARY).person
    move_job(person, one, other, JULY, ACT)
    rows = Affiliation.objects.order_by("valid_from").values_list("party", "job_title", "valid_from", "valid_to")
    assert list(rows) == [(one.pk, "店长", JANUARY, JULY), (other.pk, "店长", JULY, None)]
    with pytest.raises(NotEmployed):
        move_job(person, one, other, DAY, ACT)


def test_a_job_cannot_end_before_it_begins() -> None:
    job = add_person(make_party("芷安堂东门店"), SHE, ACT, JULY)
    with pytest.raises(EmptyPeriod):
        end_job(job, JULY, ACT)


def test_there_is_one_main_contact_at_a_time() -> None:
    party = make_party("芷安堂东门店")
    first = add_person(party, {**SHE, "is_primary": True}, ACT, JANUARY)
    add_person(
        party, {"name": "丁可", "contact_class": "COMMERCIAL", "job_title": "收银", "is_primary": True}, ACT, JULY
    )
    assert not Affiliation.objects.get(pk=first.pk).is_primary
    assert Affiliation.objects.filter(is_primary=True).count() == 1


def test_staff_of_a_hospital_are_medical_staff() -> None:
    hospital = make_party("桐庐县人民医院", kind="HCO", terminal_type="COUNTY_HOSPITAL")
    with pytest.raises(WrongClass):
        add_person(hospital, SHE, ACT)
    assert Person.objects.count() == 0


def test_a_place_is_proposed_once_and_confirmed_by_a_person() -> None:
    party = make_party("芷安堂东门店")
    proposal = propose_place(party, 119.4, 29.9, 20, ACT)
    assert proposal is not None and propose_place(party, 119.5, 29.8, 20, ACT) is None
    found = confirm_place(proposal, ACT)
    assert (found.lng, found.lat, found.place_ground) == (119.4, 29.9, "check_in")
    assert propose_place(found, 119.5, 29.8, 20, ACT) is None
    with pytest.raises(PlaceKnown):
        confirm_place(proposal, ACT)


def test_a_discarded_place_leaves_room_for_the_next() -> None:
    party = make_party("芷安堂东门店")
    first = propose_place(party, 119.4, 29.9, 20, ACT)
    assert first is not None
    discard_place(first, ACT)
    assert propose_place(party, 119.5, 29.8, 20, ACT) is not None
    assert Party.objects.get().lng is None


def test_a_code_is_borne_once_and_free_again_after_the_bin() -> None:
    first = make_party("芷安堂东门店", code="C1")
    with pytest.raises(CodeTaken):
        make_party("回春堂西门店", code="C1")
    remove_parties([first], ACT)
    assert make_party("回春堂西门店", code="C1").pk


def test_nobody_stands_above_oneself() -> None:
    head = make_party("芷安堂连锁", kind="CHAIN_HQ", terminal_type="")
    store = make_party("芷安堂东门店", parent=head)
    with pytest.raises(ParentLoop):
        change_party(head, {"name": head.name, "parent": store}, ACT)


def test_a_written_double_name_becomes_two() -> None:
    party = make_party("桐庐县中医院（桐庐县第二人民医院）", kind="HCO", terminal_type="COUNTY_TCM")
    assert (party.name, PartyName.objects.get().name) == ("桐庐县中医院", "桐庐县第二人民医院")


def test_a_change_to_what_was_changed_meanwhile_is_refused() -> None:
    party = make_party("芷安堂东门店")
    mine, theirs = Party.objects.get(pk=party.pk), Party.objects.get(pk=party.pk)
    change_party(theirs, {"name": "芷安堂东门一店"}, ACT)
    with pytest.raises(Stale):
        change_party(mine, {"name": "芷安堂东门二店"}, ACT)


def test_history_says_names_and_labels_not_keys(divisions: dict[str, Division]) -> None:
    party = make_party("芷安堂东门店", divisions["330122101"])
    change_party(party, {"name": party.name, "status": "CLOSED", "division": divisions["330122102"]}, ACT)
    set_grade(party, "TERMINAL_SIZE", "LARGER", DAY, ACT)
    add_person(party, SHE, ACT)
    reader = replace(EVERYONE, rights={"person": frozenset({"read"})})
    entries = party_history(party, reader, size=10)
    said = [entry.text for entry in entries]
    assert said[2] == "修改客户：状态 合作 → 关停，区划 分水镇 → 横村镇"
    assert said[1] == "新建分级：生效日期 2026-11-18，分级方法 终端规模，级别 较大"
    assert said[0].startswith("新建任职：") and "联系人 何雨桐" in said[0]
    assert entries[0].who == "系统"
    assert len(party_history(party, EVERYONE, size=10)) == 3


@pytest.mark.parametrize(("number", "shown"), [("13800000217", "138****0217"), ("", ""), ("123", "****")])
def test_a_number_is_masked(number: str, shown: str) -> None:
    assert masked_mobile(number) == shown


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("芷安堂·东门店", "zhiantangdongmendian"),
        ("DTP 药房２店", "dtpyaofang2dian"),
        ("", ""),
        ("重庆长寿店" + "长" * 60, "chongqingchangshoudian" + "chang" * 12),
    ],
)
def test_names_are_ordered_by_their_sounds(name: str, key: str) -> None:
    assert sort_key(name) == key[:60]
