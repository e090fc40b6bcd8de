"""Check-in, finishing, correcting, recording afterwards; and what is refused with which sentence."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import models

from keqing.core.models import HistoryEntry
from keqing.core.saving import Act, save_one
from keqing.customers.models import PlaceProposal
from keqing.territory.geography import Point
from keqing.territory.models import Employee
from keqing.visits import findings
from keqing.visits.errors import Refused
from keqing.visits.findings import findings_of, is_valid
from keqing.visits.models import Skip, Visit
from keqing.visits.services import CheckIn, Past, cancel, check_in, correct, finish, record_past
from keqing.visits.tests.builders import ACT, make_party, make_visit, moment
from tests.personas import Cast

WEDNESDAY = date(2026, 11, 18)
NOW = moment(WEDNESDAY, 10)
NOTE = "看了库存和效期，陈列整理过，和店长约好下周再来。"
pytestmark = [pytest.mark.django_db, pytest.mark.database]


def act_of(user: object, at: datetime = NOW, reason: str = "") -> Act:
    return Act(user_id=user.pk, at=at, reason=reason)  # type: ignore[attr-defined]


@pytest.fixture
def li(cast: Cast, viewer_of: Callable) -> Callable:
    def arrive(party: object, **arrival: object) -> Visit:
        return check_in(party, viewer_of(cast["rep_li"]), CheckIn(**arrival), act_of(cast["rep_li"]))  # type: ignore[arg-type]

    return arrive


@pytest.mark.parametrize(
    ("point", "ground", "distance"),
    [
        (Point(111.0, 30.0), "within", 0),
        # 0.004° of latitude is 445 m, 0.005° is 556 m
        (Point(111.0, 30.004), "within", 445),
        (Point(111.0, 30.005), "outside", 556),
        (None, "no_signal", None),
    ],
)
def test_only_the_distance_of_a_check_in_is_kept(
    cast: Cast, li: Callable, point: Point | None, ground: str, distance: int | None
) -> None:
    visit = li(make_party("芷安堂", cast.position_of("rep_li"), lng=111.0, lat=30.0), place=point)
    assert (visit.ground, visit.distance_m) == (ground, distance)
    assert visit.kind == "TERMINAL"
    assert visit.position == cast.position_of("rep_li")


def test_no_column_of_a_visit_could_hold_where_a_person_was() -> None:
    for model in (Visit, Skip):
        kinds = {field.name for field in model._meta.get_fields() if isinstance(field, models.FloatField)}
        names = {field.name for field in model._meta.get_fields()}
        assert not kinds
        assert not names & {"lat", "lng", "latitude", "longitude", "accuracy", "place", "point"}


def test_history_of_a_check_in_holds_no_position(cast: Cast, li: Callable) -> None:
    li(make_party("芷安堂", cast.position_of("rep_li"), lng=111.0, lat=30.0), place=Point(111.000123, 30.000456))
    texts = HistoryEntry.objects.filter(noun="visits.visit").values_list("changes", flat=True)
    assert not any("000123" in text or "000456" in text for text in texts)


def test_the_first_check_in_at_a_party_without_place_proposes_one(cast: Cast, li: Callable) -> None:
    party = make_party("没坐标", cast.position_of("rep_li"))
    visit = li(party, place=Point(111.0, 30.0), accuracy_m=20)
    assert (visit.ground, visit.distance_m) == ("no_place", None)
    proposal = PlaceProposal.objects.get()
    assert (proposal.party, proposal.lng, proposal.lat, proposal.accuracy_m) == (party, 111.0, 30.0, 20)


@pytest.mark.parametrize("arrival", [{"accuracy_m": 900}, {"is_phone": True}])
def test_a_coarse_fix_or_a_call_proposes_nothing(cast: Cast, li: Callable, arrival: dict) -> None:
    li(make_party("没坐标", cast.position_of("rep_li")), place=Point(111.0, 30.0), **arrival)
    assert not PlaceProposal.objects.exists()


def test_one_visit_at_a_time_and_the_open_one_is_named(cast: Cast, li: Callable) -> None:
    first, second = (make_party(name, cast.position_of("rep_li")) for name in ("甲", "乙"))
    visit = li(first)
    assert li(first) == visit  # a second press is the same check-in
    with pytest.raises(Refused, match="还有一次拜访没有结束，先结束它。") as refusal:
        li(second)
    assert refusal.value.visit == visit
    assert Visit.objects.count() == 1


@pytest.mark.parametrize(
    ("username", "kind", "terminal_type", "sentence"),
    [
        ("rep_li", "HCO", "COUNTY_HOSPITAL", "OTC 代表和招商不拜访医疗机构，请备案的医药代表去"),
        ("agency_fan", "HCO", "VILLAGE_CLINIC", "OTC 代表和招商不拜访医疗机构，请备案的医药代表去"),
        ("mr_lin", "HCO", "COUNTY_HOSPITAL", "医药代表备案有效后才能做学术拜访，先补备案"),
        ("mr_lin", "STORE", "CHAIN_STORE", "医药代表和医学只做医疗机构的学术拜访，门店请 OTC 代表去"),
        (
            "primary_wu",
            "HCO",
            "COUNTY_HOSPITAL",
            "基层代表只到乡镇卫生院、村卫生室和诊所，医院请备案的医药代表或商务去",
        ),
    ],
)
def test_who_may_not_go_where_is_told_why(
    cast: Cast, viewer_of: Callable, username: str, kind: str, terminal_type: str, sentence: str
) -> None:
    party = make_party("客户", cast.position_of(username), kind=kind, terminal_type=terminal_type)
    with pytest.raises(Refused, match=sentence):
        check_in(party, viewer_of(cast[username]), CheckIn(), act_of(cast[username]))
    assert not Visit.objects.exists()


@pytest.mark.parametrize(
    ("username", "kind", "terminal_type", "visit_kind"),
    [
        ("rep_li", "STORE", "CHAIN_STORE", "TERMINAL"),
        ("kam_xu", "CHAIN_HQ", "", "BUSINESS"),
        ("channel_he", "DISTRIBUTOR", "", "BUSINESS"),
        ("channel_he", "HCO", "COUNTY_HOSPITAL", "SUPPLY_SERVICE"),
        ("primary_wu", "HCO", "TOWNSHIP_HC", "SUPPLY_SERVICE"),
        ("area_zhao", "STORE", "CHAIN_STORE", "JOINT"),
    ],
)
def test_the_kind_follows_from_who_goes_where(
    cast: Cast, viewer_of: Callable, username: str, kind: str, terminal_type: str, visit_kind: str
) -> None:
    party = make_party("客户", cast.position_of(username), kind=kind, terminal_type=terminal_type)
    assert check_in(party, viewer_of(cast[username]), CheckIn(), act_of(cast[username])).kind == visit_kind


def test_a_filed_mr_needs_the_institutions_reception(cast: Cast, viewer_of: Callable) -> None:
    mr = cast["mr_lin"]
    employee = Employee.objects.get(user=mr)
    employee.filing_no = "备-2026-001"
    save_one(employee, ACT)
    party = make_party("县医院", cast.position_of("mr_lin"), kind="HCO", terminal_type="COUNTY_HOSPITAL")
    with pytest.raises(Refused, match="先记下医疗机构的接待安排"):
        check_in(party, viewer_of(mr), CheckIn(), act_of(mr))
    visit = check_in(party, viewer_of(mr), CheckIn(reception="药剂科 10 点，孙主任"), act_of(mr))
    assert (visit.kind, visit.reception) == ("ACADEMIC", "药剂科 10 点，孙主任")


def test_a_manager_comes_along_in_the_name_of_the_own_position(cast: Cast, viewer_of: Callable) -> None:
    party = make_party("李的店", cast.position_of("rep_li"))
    visit = check_in(party, viewer_of(cast["area_zhao"]), CheckIn(), act_of(cast["area_zhao"]))
    assert (visit.kind, visit.position) == ("JOINT", cast.position_of("area_zhao"))


def test_finishing_keeps_note_and_next_date_and_only_once(cast: Cast, li: Callable) -> None:
    visit = li(make_party("甲", cast.position_of("rep_li")))
    later = NOW + timedelta(minutes=20)
    finish(visit, f" {NOTE} ", WEDNESDAY + timedelta(7), later, act_of(cast["rep_li"], later))
    visit.refresh_from_db()
    assert (visit.note, visit.next_on, visit.minutes) == (NOTE, date(2026, 11, 25), 20)
    with pytest.raises(Refused, match="已经结束"):
        finish(visit, "", None, later, act_of(cast["rep_li"], later))


@pytest.mark.parametrize(
    ("minutes", "next_in", "sentence"),
    [
        (-5, 7, "结束时间要在开始之后"),
        (500, 7, "不晚于现在"),
        (20, 0, "下次日期要在这次之后"),
    ],
)
def test_impossible_ends_and_dates_are_refused(
    cast: Cast, li: Callable, minutes: int, next_in: int, sentence: str
) -> None:
    visit = li(make_party("甲", cast.position_of("rep_li")))
    later = act_of(cast["rep_li"], NOW + timedelta(minutes=30))
    with pytest.raises(Refused, match=sentence):
        finish(visit, NOTE, WEDNESDAY + timedelta(next_in), NOW + timedelta(minutes=minutes), later)


def test_somebody_elses_visit_stays_as_it_is(cast: Cast, li: Callable) -> None:
    visit = li(make_party("甲", cast.position_of("rep_li")))
    manager = act_of(cast["area_zhao"], NOW + timedelta(minutes=9), "看看")
    with pytest.raises(Refused, match="只有本人能改"):
        finish(visit, NOTE, None, manager.at, manager)
    with pytest.raises(Refused, match="只有本人能改"):
        cancel(visit, manager)


def test_a_check_in_by_mistake_goes_to_the_bin_and_the_next_may_begin(cast: Cast, li: Callable) -> None:
    first, second = (make_party(name, cast.position_of("rep_li")) for name in ("甲", "乙"))
    cancel(li(first), act_of(cast["rep_li"]))
    assert li(second).party == second
    assert Visit.objects.live().count() == 1


@pytest.mark.parametrize(("days", "is_open"), [(1, True), (3, True), (4, False)])
def test_three_days_to_correct_with_a_reason(cast: Cast, days: int, is_open: bool) -> None:
    rep = cast["rep_li"]
    visit = make_visit(make_party("甲", cast.position_of("rep_li")), cast.position_of("rep_li"), rep, WEDNESDAY)
    act = act_of(rep, NOW + timedelta(days=days), "写错了数")
    if not is_open:
        with pytest.raises(Refused, match="3 天内能更正"):
            correct(visit, NOTE, None, act)
        return
    correct(visit, "改过的小结", date(2026, 12, 1), act)
    entry = HistoryEntry.objects.filter(noun="visits.visit").latest("id")
    assert (entry.reason, "改过的小结" in entry.changes) == ("写错了数", True)
    with pytest.raises(Refused, match="为什么改"):
        correct(visit, NOTE, None, act_of(rep, act.at))


def test_a_visit_noted_afterwards_has_no_position(cast: Cast, viewer_of: Callable) -> None:
    rep = cast["rep_li"]
    party = make_party("甲", cast.position_of("rep_li"))
    yesterday = moment(WEDNESDAY - timedelta(1), 15)
    past = Past(yesterday, yesterday + timedelta(minutes=20), NOTE)
    visit = record_past(party, viewer_of(rep), past, act_of(rep))
    assert (visit.ground, visit.minutes, visit.is_open) == ("after", 20, False)
    assert findings_of([visit]) == {}
    old = Past(yesterday - timedelta(days=9), yesterday - timedelta(days=9) + timedelta(minutes=20))
    with pytest.raises(Refused, match="最近 7 天"):
        record_past(party, viewer_of(rep), old, act_of(rep))


def test_findings_are_computed_when_read(cast: Cast) -> None:
    position, rep = cast.position_of("rep_li"), cast["rep_li"]
    good = make_visit(make_party("好的", position), position, rep, WEDNESDAY)
    far = make_visit(
        make_party("远的", position),
        position,
        rep,
        WEDNESDAY,
        started_at=moment(WEDNESDAY, 14),
        ended_at=moment(WEDNESDAY, 14, 3),
        distance_m=800,
        ground="outside",
        note="短",
    )
    said = findings_of([good, far])
    assert is_valid(said[good.pk])
    wrong = [one.text for one in said[far.pk] if not one.is_ok]
    assert wrong == [
        "签到离客户 800 m，超过 500 m，补一张照片，或请主管确认",
        "停留 3 分钟，不到 5 分钟",
        "记录 1 字，至少 20 字，再写 19 字",
    ]


def test_a_call_is_not_asked_for_place_or_length(cast: Cast) -> None:
    position, rep = cast.position_of("rep_li"), cast["rep_li"]
    call = make_visit(
        make_party("甲", position),
        position,
        rep,
        WEDNESDAY,
        is_phone=True,
        ground="phone",
        distance_m=None,
        ended_at=moment(WEDNESDAY, 10, 2),
    )
    assert is_valid(findings_of([call])[call.pk])


def test_overlapping_visits_of_one_person_are_found(cast: Cast) -> None:
    position, rep = cast.position_of("rep_li"), cast["rep_li"]
    first = make_visit(make_party("甲", position), position, rep, WEDNESDAY)
    second = make_visit(make_party("乙", position), position, rep, WEDNESDAY, started_at=moment(WEDNESDAY, 10, 15))
    said = findings_of([first])[first.pk]
    assert [one.text for one in said if not one.is_ok] == ["和 10:15 开始的另一次拜访时间重叠，改一下起止时间"]
    assert second.started_at < datetime(2026, 11, 19, tzinfo=UTC)


def test_a_long_list_is_asked_for_in_pieces_and_says_the_same(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    position, rep, other = cast.position_of("rep_li"), cast["rep_li"], cast["rep_zhao"]
    first, second = make_party("甲", position), make_party("乙", position)
    made = [make_visit(first, position, rep, WEDNESDAY - timedelta(days=ago)) for ago in range(1, 6)]
    made += [make_visit(second, position, other, WEDNESDAY - timedelta(days=ago)) for ago in range(1, 4)]
    for ago in (2, 4):  # begins while another one lasts
        start = moment(WEDNESDAY - timedelta(days=ago), 10, 20)
        made.append(make_visit(second, position, rep, WEDNESDAY, started_at=start))
    whole = findings_of(made)
    monkeypatch.setattr(findings, "AT_ONCE", 2)
    assert findings_of(made) == whole
    assert sum(not is_valid(said) for said in whole.values()) == 4
