"""Due states through the database: assignments, grades, visits and dated rules in, states and reasons out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.test.utils import CaptureQueriesContext

from keqing.core.saving import save_one
from keqing.core.state import read_state
from keqing.territory.models import Employee, TimeOff
from keqing.visits.models import Frequency
from keqing.visits.planner import due_list
from keqing.visits.planner.words import chips_of, plain_sentence
from keqing.visits.rules.frequency import State
from keqing.visits.services import add_frequency, load_frequencies
from keqing.visits.tests.builders import ACT, SIZE, cover, grade, make_party, make_visit
from tests.personas import Cast

WEDNESDAY = date(2026, 11, 18)
pytestmark = [pytest.mark.django_db, pytest.mark.database]


def days_ago(count: int) -> date:
    return WEDNESDAY - timedelta(count)


@pytest.mark.parametrize(
    ("rank", "ago", "state", "chip"),
    [
        # SECONDARY is every 7 to 10 days
        ("SECONDARY", 12, State.OVERDUE, ("逾期 2 天", "red")),
        ("SECONDARY", 8, State.DUE, ("应访第 8 天", "none")),
        ("SECONDARY", 3, State.TOO_EARLY, None),
        ("SECONDARY", 0, State.DONE, None),
        # KEY is every 3 to 5 days
        ("KEY", 4, State.DUE, ("应访第 4 天", "none")),
        # 9 November + 5 is Saturday the 14th, rolled to Monday the 16th
        ("KEY", 9, State.OVERDUE, ("逾期 2 天", "red")),
        # 26 October + 30 days is 25 November
        ("NON_KEY", 23, State.DUE, ("应访第 23 天", "none")),
    ],
)
def test_a_graded_store_is_due_by_its_last_visit(
    cast: Cast, frequencies: None, viewer_of: Callable, rank: str, ago: int, state: State, chip: tuple[str, str] | None
) -> None:
    position, rep = cast.position_of("rep_li"), cast["rep_li"]
    party = make_party("芷安堂", position)
    grade(party, rank)
    make_visit(party, position, rep, days_ago(ago))
    (row,) = due_list(viewer_of(rep), WEDNESDAY)
    assert row.state is state
    assert chips_of(row, WEDNESDAY) == ([chip] if chip else [])


def test_a_store_never_seen_is_new_and_late_after_a_week(cast: Cast, frequencies: None, viewer_of: Callable) -> None:
    position = cast.position_of("rep_li")
    for name, since in (("早分的", days_ago(20)), ("刚分的", days_ago(2)), ("一直没去", days_ago(319))):
        grade(make_party(name, position, since=since), "SECONDARY")
    rows = due_list(viewer_of(cast["rep_li"]), WEDNESDAY)
    # assigned on 29 October, first due on 5 November: 13 days late
    assert [(row.party.name, chips_of(row, WEDNESDAY)) for row in rows] == [
        ("早分的", [("新客户 · 首访晚 13 天", "red")]),
        ("一直没去", [("还没访过 · 分管 10 个月", "amber")]),
        ("刚分的", [("新客户 · 应 7 天内首访", "none")]),
    ]
    # a gap of months is nobody's emergency of today
    assert [row.is_overdue for row in rows] == [True, False, False]


@pytest.mark.parametrize(
    ("rank", "ago", "chip"),
    [
        # every 10 days: a tenth is one day, so the first day over is red already
        ("SECONDARY", 13, ("逾期 2 天", "red")),
        # every 30 days: 18 October + 30 is Tuesday the 17th; a tenth is three days
        ("NON_KEY", 31, ("逾期 1 天", "amber")),
        ("NON_KEY", 35, ("逾期 5 天", "red")),
        ("NON_KEY", 30, ("今天最后一天", "amber")),
    ],
)
def test_a_long_rhythm_is_not_red_on_its_first_day_over(
    cast: Cast, frequencies: None, viewer_of: Callable, rank: str, ago: int, chip: tuple[str, str]
) -> None:
    position, rep = cast.position_of("rep_li"), cast["rep_li"]
    party = make_party("芷安堂", position)
    grade(party, rank)
    make_visit(party, position, rep, days_ago(ago))
    (row,) = due_list(viewer_of(rep), WEDNESDAY)
    assert chips_of(row, WEDNESDAY) == [chip]


def test_a_last_visit_longer_ago_than_the_window_is_still_the_last_visit(
    cast: Cast, frequencies: None, viewer_of: Callable
) -> None:
    position = cast.position_of("rep_li")
    party = make_party("久违堂", position)
    grade(party, "SECONDARY")
    make_visit(party, position, cast["rep_li"], days_ago(150))
    (row,) = due_list(viewer_of(cast["rep_li"]), WEDNESDAY)
    assert (row.state, row.last) == (State.OVERDUE, days_ago(150))


def test_an_agreed_date_stands_beside_the_rule_and_wins_on_its_day(
    cast: Cast, frequencies: None, viewer_of: Callable
) -> None:
    position = cast.position_of("rep_li")
    party = make_party("芷安堂", position)
    grade(party, "NON_KEY")
    make_visit(party, position, cast["rep_li"], days_ago(5), next_on=WEDNESDAY)
    (row,) = due_list(viewer_of(cast["rep_li"]), WEDNESDAY)
    assert chips_of(row, WEDNESDAY) == [("约好今天", "none")]
    assert plain_sentence(row) == "约好今天去"


def test_large_stores_are_counted_by_the_week(cast: Cast, frequencies: None, viewer_of: Callable) -> None:
    position = cast.position_of("rep_li")
    party = make_party("大店", position)
    grade(party, "LARGE", SIZE)
    make_visit(party, position, cast["rep_li"], days_ago(2))  # Monday; two of three still owed, three workdays left
    (row,) = due_list(viewer_of(cast["rep_li"]), WEDNESDAY)
    assert (row.state, chips_of(row, WEDNESDAY)) == (State.DUE, [("本周 1/3 次", "none")])
    (friday,) = due_list(viewer_of(cast["rep_li"]), date(2026, 11, 20))
    assert chips_of(friday, date(2026, 11, 20)) == [("本周差 2 次", "amber")]


def test_a_clinic_is_contacted_once_a_quarter_and_a_call_is_enough(
    cast: Cast, frequencies: None, viewer_of: Callable
) -> None:
    position, rep = cast.position_of("primary_wu"), cast["primary_wu"]
    clinic = make_party("诊所", position, kind="HCO", terminal_type="PRIVATE_CLINIC")
    grade(clinic, "KEY")  # a rank of retail does not make a clinic a store
    make_visit(clinic, position, rep, days_ago(80), kind="SUPPLY_SERVICE")
    (row,) = due_list(viewer_of(rep), WEDNESDAY)
    assert (row.state, chips_of(row, WEDNESDAY)) == (State.DUE, [("本季未联系", "none")])
    make_visit(clinic, position, rep, days_ago(1), kind="SUPPLY_SERVICE", is_phone=True, ground="phone")
    assert due_list(viewer_of(rep), WEDNESDAY)[0].state is State.DONE


def test_without_any_rule_nobody_is_due(cast: Cast, viewer_of: Callable) -> None:
    make_party("没定级", cast.position_of("rep_li"))
    (row,) = due_list(viewer_of(cast["rep_li"]), WEDNESDAY)
    assert (row.due, plain_sentence(row)) == (None, "没有分级，也没有约日期")


def test_a_store_without_grade_is_contacted_once_a_quarter(cast: Cast, frequencies: None, viewer_of: Callable) -> None:
    make_party("没定级", cast.position_of("rep_li"))
    (row,) = due_list(viewer_of(cast["rep_li"]), WEDNESDAY)
    assert row.due is not None and row.due.rule.segment == "ALL"


def test_closed_customers_and_those_of_others_are_not_on_the_list(
    cast: Cast, frequencies: None, viewer_of: Callable
) -> None:
    make_party("关了的", cast.position_of("rep_li"), status="CLOSED")
    make_party("别人的", cast.position_of("rep_zhao"))
    make_party("我的", cast.position_of("rep_li"))
    assert [row.party.name for row in due_list(viewer_of(cast["rep_li"]), WEDNESDAY)] == ["我的"]


def test_a_customer_of_two_lines_stands_on_the_list_once(cast: Cast, frequencies: None, viewer_of: Callable) -> None:
    position = cast.position_of("rep_li")
    party = make_party("两条线", position)
    cover(party, position, date(2026, 3, 1))
    assert len(due_list(viewer_of(cast["rep_li"]), WEDNESDAY)) == 1


def test_the_substitute_has_the_absent_colleagues_customers_for_these_days_only(
    cast: Cast, frequencies: None, viewer_of: Callable
) -> None:
    grade(make_party("赵的店", cast.position_of("rep_zhao")), "KEY")
    grade(make_party("李的店", cast.position_of("rep_li")), "KEY")
    zhao, li = (Employee.objects.get(user=cast[name]) for name in ("rep_zhao", "rep_li"))
    save_one(TimeOff(employee=zhao, substitute=li, starts_on=WEDNESDAY, ends_on=WEDNESDAY), ACT)
    names = {row.party.name for row in due_list(viewer_of(cast["rep_li"]), WEDNESDAY)}
    assert names == {"赵的店", "李的店"}
    tomorrow = WEDNESDAY + timedelta(1)
    rows = due_list(viewer_of(cast["rep_li"], tomorrow), tomorrow)
    assert {row.party.name for row in rows} == {"李的店"}


def test_academic_and_commercial_visits_do_not_count_for_each_other(
    cast: Cast, frequencies: None, viewer_of: Callable
) -> None:
    store = make_party("共管", cast.position_of("rep_li"))
    cover(store, cast.position_of("mr_lin"))
    grade(store, "SECONDARY")
    make_visit(store, cast.position_of("mr_lin"), cast["mr_lin"], days_ago(1), kind="ACADEMIC")
    assert due_list(viewer_of(cast["rep_li"]), WEDNESDAY)[0].last is None


def test_a_new_frequency_holds_from_its_day_and_the_former_until_then(
    cast: Cast, frequencies: None, viewer_of: Callable
) -> None:
    position = cast.position_of("rep_li")
    party = make_party("芷安堂", position)
    grade(party, "SECONDARY")
    make_visit(party, position, cast["rep_li"], days_ago(12))
    new = Frequency(
        scheme="COUNTY_RETAIL",
        segment="SECONDARY",
        unit="interval",
        min_days=10,
        max_days=14,
        valid_from=WEDNESDAY,
        source="2026 年会",
    )
    add_frequency(new, ACT)
    before = Frequency.objects.get(segment="SECONDARY", valid_from=date(2020, 1, 1))
    assert before.valid_to == WEDNESDAY
    assert due_list(viewer_of(cast["rep_li"]), WEDNESDAY)[0].state is State.DUE
    assert due_list(viewer_of(cast["rep_li"]), days_ago(1))[0].state is State.OVERDUE


def test_loading_the_table_twice_writes_it_once(db: None) -> None:
    assert load_frequencies(ACT) == 8
    assert load_frequencies(ACT) == 0
    assert Frequency.objects.count() == 8


def test_the_number_of_queries_does_not_grow_with_the_customers(
    cast: Cast, frequencies: None, viewer_of: Callable, django_assert_max_num_queries: Callable
) -> None:
    position, rep = cast.position_of("rep_li"), cast["rep_li"]
    viewer, counts = viewer_of(rep), []
    state = read_state(rep.pk)
    due_list(viewer, WEDNESDAY, state=state)
    for round_of in range(2):
        for number in range(5 if round_of == 0 else 30):
            party = make_party(f"店{round_of}-{number}", position)
            grade(party, "SECONDARY")
            make_visit(party, position, rep, days_ago(number % 14))
        with django_assert_max_num_queries(4) as seen:
            assert isinstance(seen, CaptureQueriesContext)
            due_list(viewer, WEDNESDAY, state=state)
        counts.append(len(seen))
    assert counts[0] == counts[1]
