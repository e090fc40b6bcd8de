"""Today's list: order and ground, moving on after a visit, rest days, what has no coordinates, what is drawn."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest

from keqing.core.saving import save_one
from keqing.core.state import read_state
from keqing.customers.models import Affiliation, Person
from keqing.territory.models import Holiday
from keqing.visits.models import Skip
from keqing.visits.planner import team_today, today_list
from keqing.visits.planner.today import Today
from keqing.visits.tests.builders import ACT, grade, make_division, make_party, make_visit, moment
from tests.personas import Cast

WEDNESDAY = date(2026, 11, 18)
NINE = moment(WEDNESDAY, 8, 30)
pytestmark = pytest.mark.django_db
Look = Callable[..., Today]


@pytest.fixture
def look(cast: Cast, frequencies: None, viewer_of: Callable) -> Look:
    def today_of(username: str = "rep_li", now: datetime = NINE) -> Today:
        user = cast[username]
        return today_list(viewer_of(user, now.date()), now, state=read_state(user.pk))

    return today_of


def store(cast: Cast, name: str, ago: int | None, rank: str = "SECONDARY", **values: object) -> object:
    position, rep = cast.position_of("rep_li"), cast["rep_li"]
    party = make_party(name, position, **values)
    grade(party, rank)
    if ago is not None:
        make_visit(party, position, rep, WEDNESDAY - timedelta(ago))
    return party


def names(today: Today) -> list[str]:
    return [stop.party.name for stop in ([today.next] if today.next else []) + list(today.stops)]


def test_who_is_overdue_or_due_comes_and_who_was_just_seen_does_not(cast: Cast, look: Look) -> None:
    store(cast, "逾期的", 13)
    store(cast, "该去的", 8)
    store(cast, "刚去过的", 2)
    today = look()
    assert sorted(names(today)) == ["该去的", "逾期的"]
    assert (today.total, today.covered, today.done) == (2, 3, ())


def test_each_stop_says_why_and_the_parts_lead_to_their_fact(cast: Cast, look: Look) -> None:
    party = store(cast, "逾期的", 13)
    stop = look().next
    assert stop is not None
    # 5 November + 10 is Sunday the 15th, rolled to Monday the 16th
    assert stop.chips == (("逾期 2 天", "red"),)
    assert "".join(part.text for part in stop.sentence) == "上次 11-05，应每 7–10 天一次，逾期 2 天。"
    links = {part.text: part.href for part in stop.sentence if part.href}
    assert links["7–10"] == "/visits/frequencies/"
    assert links["11-05"].startswith("/visits/")
    assert party


def test_every_reason_names_and_opens_the_fact_it_rests_on(cast: Cast, look: Look) -> None:
    position, rep = cast.position_of("rep_li"), cast["rep_li"]
    late = make_visit(store(cast, "逾期的", None), position, rep, WEDNESDAY - timedelta(13))
    agreed = store(cast, "约好的", None, rank="NON_KEY")
    promise = make_visit(agreed, position, rep, WEDNESDAY - timedelta(25), next_on=WEDNESDAY)
    fresh = store(cast, "新客户", None, since=WEDNESDAY - timedelta(3))
    today = look()
    stops = {stop.party.name: stop for stop in ([today.next] if today.next else []) + list(today.stops)}
    assert set(stops) == {"逾期的", "约好的", "新客户"}
    for stop in stops.values():
        assert {text for text, _tone in stop.chips} <= set(stop.facts)
        assert all(fact.name and fact.href.startswith("/") for fact in stop.facts.values())
    fact = stops["逾期的"].facts["逾期 2 天"]
    assert (fact.name, fact.href) == ("上次 11-05", f"/visits/{late.public_id}/")
    fact = stops["约好的"].facts["约好今天"]
    assert (fact.name, fact.href) == ("10-24 约的", f"/visits/{promise.public_id}/")
    (fact,) = stops["新客户"].facts.values()
    assert (fact.name, fact.href) == ("11-15 起分管", f"/customers/{fresh.public_id}/")


def test_who_may_not_open_the_last_visit_is_led_to_the_rule(cast: Cast, look: Look) -> None:
    party = make_party("接手的", cast.position_of("rep_li"))
    grade(party, "SECONDARY")
    other = cast.position_of("rep_zhao")
    make_visit(party, other, cast["rep_zhao"], WEDNESDAY - timedelta(13))
    stop = look().next
    assert stop is not None
    assert {(fact.name, fact.href) for fact in stop.facts.values()} == {("每 7–10 天一次", "/visits/frequencies/")}


def test_the_reasons_of_the_route_are_links(
    cast: Cast, look: Look, client_of: Callable, at: Callable[[datetime], None]
) -> None:
    for name in ("甲店", "乙店"):
        store(cast, name, 13)
    stops = [look().next, *look().stops]
    at(NINE)
    page = client_of(cast["rep_li"]).get("/").content.decode()
    for stop in stops:
        assert stop is not None
        assert f'href="{stop.facts["逾期 2 天"].href}" title="上次 11-05"' in page
    # the card says the visit in its sentence, the row beside the reason
    assert page.count("逾期 2 天 · 上次 11-05</a>") == 1 and page.count("逾期 2 天</a>") == 1


def test_the_order_is_a_short_way_and_km_come_from_coordinates(cast: Cast, look: Look) -> None:
    # on one line eastward, 0.01° of longitude at 30° N ≈ 0.963 km straight, × 1.35 = 1.30 km by road
    for name, lng in (("中", 111.01), ("东", 111.02), ("西", 111.0)):
        store(cast, name, 12, lng=lng, lat=30.0)
    today = look()
    assert names(today) in (["西", "中", "东"], ["东", "中", "西"])
    assert today.stops[0].km == pytest.approx(1.30, abs=0.01)
    assert today.km == pytest.approx(2.60, abs=0.02)
    assert not today.is_estimated
    assert today.next is not None and not today.next.has_way


def test_without_coordinates_the_way_is_estimated_grouped_and_never_drawn(cast: Cast, look: Look) -> None:
    county = make_division("429901", "甲县", 3)
    north, south = (make_division(f"42990110{n}", name, 4, county) for n, name in ((0, "北镇"), (1, "南镇")))
    for name, town in (("北一", north), ("南一", south), ("北二", north), ("南二", south)):
        store(cast, name, 12, division=town)
    today = look()
    order = [name[0] for name in names(today)]
    assert order in (["北", "北", "南", "南"], ["南", "南", "北", "北"])
    headings = [stop.heading for stop in ([today.next] if today.next else []) + list(today.stops)]
    assert [bool(heading) for heading in headings] == [True, False, True, False]
    # same township 15 minutes, then 35 to the other town of the county, then 15 again
    assert [stop.minutes for stop in today.stops] == [15, 35, 15]
    assert today.is_estimated and today.km is None
    assert today.sketch is None
    assert len(today.placeless) == 4


def test_the_sketch_numbers_equal_the_list_and_leave_out_who_has_no_place(cast: Cast, look: Look) -> None:
    store(cast, "有甲", 12, lng=111.0, lat=30.0)
    store(cast, "有乙", 12, lng=111.02, lat=30.01)
    store(cast, "没有", 12)
    today = look()
    assert today.sketch is not None
    listed = {stop.party.name: stop.number for stop in ([today.next] if today.next else []) + list(today.stops)}
    drawn = {dot.name: dot.number for dot in today.sketch.dots}
    assert drawn == {name: listed[name] for name in ("有甲", "有乙")}
    assert all(0 <= dot.x <= today.sketch.width and 0 <= dot.y <= today.sketch.height for dot in today.sketch.dots)
    assert today.placeless == ("没有",)


def test_numbers_that_would_lie_on_one_another_are_left_out_but_never_the_next(cast: Cast, look: Look) -> None:
    for name, lng in (("甲", 111.0), ("乙", 111.0001), ("丙", 111.2)):
        store(cast, name, 12, lng=lng, lat=30.0)
    today = look()
    assert today.sketch is not None and today.strip is not None
    for drawn in (today.sketch, today.strip):
        assert sum(dot.is_crowded for dot in drawn.dots) == 1
        assert [dot.is_crowded for dot in drawn.dots if dot.is_next] == [False]


def test_a_phone_gets_no_strip_for_two_points(cast: Cast, look: Look) -> None:
    for name, lng in (("甲", 111.0), ("乙", 111.2)):
        store(cast, name, 12, lng=lng, lat=30.0)
    today = look()
    assert today.sketch is not None and today.strip is None


def test_who_can_wait_is_not_said_to_have_no_room(cast: Cast, look: Look) -> None:
    # every 7 to 10 days: on day 8 the window stays open, on day 12 it is over
    for number in range(20):
        store(cast, f"能等{number:02}", 8, lng=111.0, lat=30.0)
    store(cast, "逾期", 12, lng=111.0, lat=30.0)
    today = look()
    assert today.total == 16 and dict(today.left) == {"CAN_WAIT": 5}
    assert dict(today.counts) == {"overdue": 1, "agreed": 0, "due": 20}


def test_after_a_visit_the_list_moves_on(cast: Cast, look: Look) -> None:
    first, second = store(cast, "甲", 12, lng=111.0, lat=30.0), store(cast, "乙", 12, lng=111.3, lat=30.0)
    position, rep = cast.position_of("rep_li"), cast["rep_li"]
    make_visit(first, position, rep, WEDNESDAY, started_at=moment(WEDNESDAY, 9))
    today = look(now=moment(WEDNESDAY, 10))
    assert [one.name for one in today.done] == ["甲"]
    assert names(today) == ["乙"]
    assert today.next is not None and (today.next.number, today.next.has_way) == (2, True)
    # 0.3° ≈ 28.9 km straight, 39 km by road, at 35 or 50 km/h within one unknown county: not less than 46 minutes
    assert today.next.minutes >= 46
    assert second


def test_a_visit_under_way_is_the_card_and_the_rest_follows(cast: Cast, look: Look) -> None:
    here = store(cast, "正在", 12)
    store(cast, "下一家", 12)
    position, rep = cast.position_of("rep_li"), cast["rep_li"]
    make_visit(here, position, rep, WEDNESDAY, started_at=moment(WEDNESDAY, 9), ended_at=None, note="")
    today = look(now=moment(WEDNESDAY, 9, 20))
    assert today.open_visit is not None and today.open_visit.name == "正在"
    assert (names(today), today.total) == (["下一家"], 2)


def test_a_skipped_customer_leaves_the_list_for_today_only(cast: Cast, look: Look) -> None:
    party = store(cast, "不去", 12)
    save_one(Skip(party=party, position=cast.position_of("rep_li"), day=WEDNESDAY, reason="今天盘点"), ACT)
    today = look()
    assert (names(today), [row.reason for row in today.skips]) == ([], ["今天盘点"])
    assert names(look(now=NINE + timedelta(1))) == ["不去"]


def test_a_rest_day_says_so_and_shows_the_next_workday(cast: Cast, look: Look) -> None:
    store(cast, "该去的", 8)
    saturday = date(2026, 11, 21)
    today = look(now=moment(saturday, 9))
    assert (today.is_rest_day, today.planned_for) == (True, date(2026, 11, 23))
    assert names(today) == ["该去的"]
    assert today.next is not None and today.next.at == "09:00"


def test_a_working_saturday_is_a_workday_and_a_festival_is_named(cast: Cast, look: Look) -> None:
    save_one(Holiday(day=date(2026, 11, 21), kind="work", name="调休", source="test"), ACT)
    save_one(Holiday(day=date(2026, 11, 19), kind="rest", name="测试节", source="test"), ACT)
    assert not look(now=moment(date(2026, 11, 21), 9)).is_rest_day
    festival = look(now=moment(date(2026, 11, 19), 9))
    assert (festival.is_rest_day, festival.rest_name, festival.planned_for) == (True, "测试节", date(2026, 11, 20))


def test_the_day_holds_what_a_day_can_hold(cast: Cast, look: Look) -> None:
    for number in range(25):
        store(cast, f"店{number:02}", 12, lng=111.0 + number / 1000, lat=30.0)
    morning, afternoon = look(), look(now=moment(WEDNESDAY, 16))
    assert 12 <= morning.total <= 20
    assert morning.left["NO_ROOM"] == 25 - morning.total
    # two hours are left: at 20 minutes a store and some way, four
    assert afternoon.total == 4
    evening = look(now=moment(WEDNESDAY, 18, 30))
    assert (evening.total, evening.is_over) == (0, True)


def test_an_otc_representative_is_not_sent_to_a_hospital(cast: Cast, look: Look) -> None:
    hospital = make_party("县医院", cast.position_of("rep_li"), kind="HCO", terminal_type="COUNTY_HOSPITAL")
    make_visit(
        hospital, cast.position_of("rep_li"), cast["rep_li"], WEDNESDAY - timedelta(5), next_on=WEDNESDAY, kind="JOINT"
    )
    assert names(look()) == []


def test_the_primary_contact_of_the_next_stop_can_be_called(cast: Cast, look: Look) -> None:
    party = store(cast, "该去的", 8)
    person = save_one(Person(name="何雨桐", sort_key="h", contact_class="COMMERCIAL", mobile="13912345678"), ACT)
    row = Affiliation(person=person, party=party, job_title="店长", is_primary=True, valid_from=date(2026, 1, 1))
    save_one(row, ACT)
    contact = look().next.contact  # type: ignore[union-attr]
    assert contact is not None
    assert (contact.name, contact.job_title, contact.phone) == ("何雨桐", "店长", "13912345678")
    person.do_not_contact = True
    save_one(person, ACT)
    assert look().next.contact.phone == ""  # type: ignore[union-attr]


def test_a_manager_sees_the_team(cast: Cast, look: Look, viewer_of: Callable) -> None:
    store(cast, "逾期的", 20)
    seen = store(cast, "今天去过", 8)
    make_visit(seen, cast.position_of("rep_li"), cast["rep_li"], WEDNESDAY)
    zhao = make_party("赵的店", cast.position_of("rep_zhao"))
    grade(zhao, "SECONDARY")
    user = cast["manager_wang"]
    team = team_today(viewer_of(user), NINE, state=read_state(user.pk))
    rows = {row.code: (row.people, row.parties, row.overdue, row.visited) for row in team.rows}
    assert rows["P-A"] == ("赵立", 2, 1, 1)
    # P-B is vacant; its representative's store was assigned on 1 January and never seen: a gap, not late
    assert rows["P-B"] == ("", 1, 0, 0)
    assert look("manager_wang").total == 0
