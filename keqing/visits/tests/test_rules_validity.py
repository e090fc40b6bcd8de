from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keqing.territory import personas
from keqing.visits.rules.validity import (
    SELLING,
    Check,
    Span,
    ValidityRules,
    VisitFacts,
    VisitKind,
    is_valid,
    judge_validity,
    visit_kinds,
)

NOTE = "店长说下周进两盒，陈列放到第二层，价签已换好"


def at(clock: str) -> datetime:
    return datetime.fromisoformat(f"2026-11-18T{clock}")


DEFAULT = ValidityRules()
GOOD = VisitFacts(
    party="zhian",
    begins=at("10:00"),
    ends=at("10:25"),
    distance_m=120,
    note=NOTE,
    others=(Span("xing", at("09:30"), at("09:50")),),
)


def finding(visit: VisitFacts, code: Check, rules: ValidityRules = DEFAULT):
    return next(found for found in judge_validity(visit, rules) if found.code is code)


def test_a_good_visit_has_only_good_findings():
    findings = judge_validity(GOOD)
    assert [found.code for found in findings] == [
        Check.PLACE,
        Check.DURATION,
        Check.NOTE,
        Check.OVERLAP,
        Check.REPEAT,
    ]
    assert is_valid(findings)
    assert findings[0].sentence == "签到离客户 120 m"


@pytest.mark.parametrize(
    ("changes", "is_ok", "sentence"),
    [
        ({"distance_m": 500}, True, "签到离客户 500 m"),
        ({"distance_m": 500.4}, False, "签到离客户 501 m，超过 500 m，补一张照片，或请主管确认"),
        ({"distance_m": 820}, False, "签到离客户 820 m，超过 500 m，补一张照片，或请主管确认"),
        ({"distance_m": 820, "has_photo": True}, True, "地点有照片为证"),
        ({"distance_m": 820, "is_approved": True}, True, "地点由主管确认"),
        ({"distance_m": None}, False, "没有定位，补一张照片，或请主管确认"),
        ({"distance_m": None, "has_photo": True}, True, "地点有照片为证"),
    ],
)
def test_place(changes, is_ok, sentence):
    found = finding(replace(GOOD, **changes), Check.PLACE)
    assert (found.is_ok, found.sentence) == (is_ok, sentence)


@pytest.mark.parametrize(
    ("ends", "is_ok", "sentence"),
    [
        ("10:05:00", True, "停留 5 分钟"),
        ("10:04:59", False, "停留 4 分钟，不到 5 分钟"),
        ("14:00:00", True, "停留 240 分钟"),
        ("14:00:01", False, "停留 241 分钟，超过 240 分钟，看看是不是忘了签退"),
        ("15:30:00", False, "停留 330 分钟，超过 240 分钟，看看是不是忘了签退"),
    ],
)
def test_duration(ends, is_ok, sentence):
    found = finding(replace(GOOD, ends=at(ends)), Check.DURATION)
    assert (found.is_ok, found.sentence) == (is_ok, sentence)


def test_a_visit_without_an_end_is_not_valid_yet():
    found = finding(replace(GOOD, ends=None), Check.DURATION)
    assert (found.is_ok, found.sentence) == (False, "还没签退")


@pytest.mark.parametrize(
    ("note", "is_ok", "sentence"),
    [
        ("字" * 20, True, "记录 20 字"),
        ("字" * 19, False, "记录 19 字，至少 20 字，再写 1 字"),
        ("字 " * 19 + "\n\n", False, "记录 19 字，至少 20 字，再写 1 字"),
        ("", False, "记录 0 字，至少 20 字，再写 20 字"),
    ],
)
def test_note_counts_characters_without_white_space(note, is_ok, sentence):
    found = finding(replace(GOOD, note=note), Check.NOTE)
    assert (found.is_ok, found.sentence) == (is_ok, sentence)


def test_the_checklist_counts_only_where_there_is_a_script():
    scripted = ValidityRules(is_checklist_counted=True)
    assert Check.CHECKLIST not in {found.code for found in judge_validity(GOOD)}
    assert finding(replace(GOOD, checklist_items=1), Check.CHECKLIST, scripted).sentence == "步骤做了 1 项，至少 2 项"
    assert finding(replace(GOOD, checklist_items=2), Check.CHECKLIST, scripted).is_ok


@pytest.mark.parametrize(
    ("begins", "ends", "is_ok"),
    [
        ("09:30", "10:00", True),  # ends as this one begins
        ("10:25", "10:40", True),  # begins as this one ends
        ("09:30", "10:01", False),
        ("10:24", "10:40", False),
        ("10:10", "10:15", False),  # inside
        ("09:00", "11:00", False),  # around
        ("10:00", "10:25", False),
        ("09:00", None, False),  # still there
        ("11:00", None, True),
    ],
)
def test_overlap_with_another_visit(begins, ends, is_ok):
    other = Span("xing", at(begins), at(ends) if ends else None)
    assert finding(replace(GOOD, others=(other,)), Check.OVERLAP).is_ok is is_ok


def test_an_overlap_names_the_first_clash():
    others = (Span("b", at("10:20"), at("10:30")), Span("a", at("09:50"), at("10:05")))
    found = finding(replace(GOOD, others=others), Check.OVERLAP)
    assert found.sentence == "和 09:50 开始的另一次拜访时间重叠，改一下起止时间"
    assert dict(found.reason.params)["party"] == "a"


@pytest.mark.parametrize(
    ("party", "begins", "ends", "is_ok"),
    [
        ("zhian", "07:30", "08:00", True),  # two hours to 10:00
        ("zhian", "07:30", "08:01", False),
        ("zhian", "12:25", "12:40", True),  # two hours from 10:25
        ("zhian", "12:24", "12:40", False),
        ("xing", "09:00", "09:40", True),  # somebody else
    ],
)
def test_the_same_customer_within_two_hours(party, begins, ends, is_ok):
    other = Span(party, at(begins), at(ends))
    assert finding(replace(GOOD, others=(other,)), Check.REPEAT).is_ok is is_ok


def test_a_repeat_says_when_and_what_to_do():
    other = Span("zhian", at("09:00"), at("09:20"))
    found = finding(replace(GOOD, others=(other,)), Check.REPEAT)
    assert found.sentence == "09:00 访过同一客户，间隔不到 120 分钟，并成一次记"


def test_the_numbers_are_the_caller_s():
    strict = ValidityRules(max_distance_m=100, min_minutes=30, min_note_characters=50)
    assert [found.code for found in judge_validity(GOOD, strict) if not found.is_ok] == [
        Check.PLACE,
        Check.DURATION,
        Check.NOTE,
    ]


def test_a_visit_cannot_end_before_it_begins():
    with pytest.raises(ValueError, match="end"):
        replace(GOOD, ends=at("09:59"))


@settings(deadline=None)
@given(st.integers(0, 600), st.integers(1, 240), st.integers(0, 600), st.integers(1, 240))
def test_overlap_is_mutual(first_begin, first_length, second_begin, second_length):
    def span(party: str, begin: int, length: int) -> Span:
        start = at("08:00") + timedelta(minutes=begin)
        return Span(party, start, start + timedelta(minutes=length))

    a, b = span("a", first_begin, first_length), span("b", second_begin, second_length)
    verdicts = {
        finding(VisitFacts(party=x.party, begins=x.begins, ends=x.ends, others=(y,)), Check.OVERLAP).is_ok
        for x, y in ((a, b), (b, a))
    }
    assert verdicts == {a.ends <= b.begins or b.ends <= a.begins}


# Kinds of visit


def kinds(*held: str, terminal: str, is_hco: bool = True, **more: bool):
    return visit_kinds(held, is_hco, terminal, **more)


HOSPITALS = ["COUNTY_HOSPITAL", "COUNTY_TCM", "CITY_HOSPITAL"]
PRIMARY = ["TOWNSHIP_HC", "CHSC", "CHSS", "VILLAGE_CLINIC", "PRIVATE_CLINIC", "FACTORY_SCHOOL_CLINIC"]
STORES = ["CHAIN_STORE", "INDEPENDENT_STORE", "VILLAGE_STORE", "OTHER"]


@pytest.mark.parametrize("terminal", HOSPITALS + PRIMARY)
def test_a_filed_representative_makes_academic_visits_where_the_reception_is_on_record(terminal):
    allowed = (VisitKind.ACADEMIC,)
    assert kinds("MR", terminal=terminal, is_filed=True, has_reception=True).allowed == allowed
    assert kinds("MEDICAL", terminal=terminal, has_reception=True).allowed == allowed


@pytest.mark.parametrize(
    ("persona", "facts", "sentence"),
    [
        ("MR", {"has_reception": True}, "医药代表备案有效后才能做学术拜访，先补备案"),
        ("MR", {"is_filed": True}, "先记下医疗机构的接待安排，再去做学术拜访"),
        ("MEDICAL", {}, "先记下医疗机构的接待安排，再去做学术拜访"),
        ("OTC_REP", {"has_reception": True, "is_filed": True}, "OTC 代表和招商不拜访医疗机构，请备案的医药代表去"),
        ("AGENCY", {}, "OTC 代表和招商不拜访医疗机构，请备案的医药代表去"),
        ("PRIMARY_REP", {}, "基层代表只到乡镇卫生院、村卫生室和诊所，医院请备案的医药代表或商务去"),
        ("MANAGER", {"is_filed": True, "has_reception": True}, "这个岗位不拜访医疗机构，请备案的医药代表去"),
        ("FINANCE", {}, "这个岗位不拜访医疗机构，请备案的医药代表去"),
    ],
)
def test_why_a_hospital_is_closed(persona, facts, sentence):
    answer = kinds(persona, terminal="COUNTY_HOSPITAL", **facts)
    assert (answer.allowed, answer.why_none.sentence()) == ((), sentence)


@pytest.mark.parametrize("persona", ["CHANNEL", "KAM"])
def test_channel_and_key_account_serve_supply_at_hospitals_only(persona):
    hospital = kinds(persona, terminal="CITY_HOSPITAL")
    assert hospital.allowed == (VisitKind.SUPPLY_SERVICE,)
    assert hospital.limit.sentence() == "只到药剂科和采购：谈订货、库存、效期、配送，不做学术推广"
    clinic = kinds(persona, terminal="VILLAGE_CLINIC")
    assert (clinic.allowed, clinic.why_none is None) == ((), False)


@pytest.mark.parametrize("terminal", PRIMARY)
def test_the_primary_care_representative_serves_supply_in_primary_care(terminal):
    answer = kinds("PRIMARY_REP", terminal=terminal)
    assert answer.allowed == (VisitKind.SUPPLY_SERVICE,)
    assert "不送礼品" in answer.limit.sentence()


@pytest.mark.parametrize("terminal", HOSPITALS + PRIMARY)
@pytest.mark.parametrize("persona", ["OTC_REP", "AGENCY"])
def test_the_type_of_terminal_wins_over_a_wrong_flag(persona, terminal):
    assert kinds(persona, terminal=terminal, is_hco=False).allowed == ()


@pytest.mark.parametrize("terminal", STORES)
@pytest.mark.parametrize("persona", ["OTC_REP", "KAM", "PRIMARY_REP", "CHANNEL", "AGENCY"])
def test_selling_personas_visit_stores(persona, terminal):
    assert kinds(persona, terminal=terminal, is_hco=False).allowed == (VisitKind.TERMINAL,)


def test_managers_come_along():
    store = {"terminal": "CHAIN_STORE", "is_hco": False}
    assert kinds("OTC_REP", "MANAGER", **store).allowed == (VisitKind.TERMINAL, VisitKind.JOINT)
    assert kinds("MANAGER", **store).allowed == (VisitKind.JOINT,)
    assert kinds("MR", "MANAGER", **store).allowed == ()
    hospital = kinds("MR", "MANAGER", terminal="CITY_HOSPITAL", is_filed=True, has_reception=True)
    assert hospital.allowed == (VisitKind.ACADEMIC, VisitKind.JOINT)
    assert hospital.limit is not None


def test_the_selling_personas_are_those_of_the_rights_table():
    assert frozenset(map(str, personas.SELLING)) == SELLING


def test_stores_are_not_for_academic_or_inner_personas():
    for persona in ("MR", "MEDICAL", "FINANCE", "ADMIN"):
        answer = kinds(persona, terminal="CHAIN_STORE", is_hco=False, is_filed=True, has_reception=True)
        assert (answer.allowed, answer.why_none is None) == ((), False)


@pytest.mark.parametrize("terminal", ["CITY_HOSPITAL", "VILLAGE_CLINIC", "CHAIN_STORE"])
def test_one_person_is_never_both_academic_and_selling(terminal):
    answer = kinds("MR", "KAM", "MANAGER", terminal=terminal, is_filed=True, has_reception=True)
    assert answer.allowed == ()
    assert answer.why_none.sentence() == "一个人不能既是医药代表又做销售，先请管理员改岗位"


def test_every_refusal_says_why_and_every_permission_says_none():
    for persona in ["MR", "MEDICAL", "OTC_REP", "KAM", "PRIMARY_REP", "CHANNEL", "AGENCY", "MANAGER", "QA"]:
        for terminal in HOSPITALS + PRIMARY + STORES:
            answer = kinds(persona, terminal=terminal, is_hco=terminal not in STORES, is_filed=True)
            assert bool(answer.allowed) is (answer.why_none is None)
