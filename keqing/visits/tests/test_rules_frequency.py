from __future__ import annotations

from datetime import date, timedelta
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keqing.visits.rules.frequency import Contact, Due, State, assess, most_urgent
from keqing.visits.rules.schemes import Agreement, DueDate, Interval, PerMonth, PerQuarter, PerWeek, Scheme

# The State Council's table for 2026, as in DOMAIN 8.1.
RESTS = [("01-01", "01-03"), ("02-15", "02-23"), ("04-04", "04-06"), ("05-01", "05-05"), ("06-19", "06-21")]
RESTS += [("09-25", "09-27"), ("10-01", "10-07")]
WORKING_WEEKENDS = {date(2026, *md) for md in [(1, 4), (2, 14), (2, 28), (5, 9), (9, 20), (10, 10)]}


class Calendar2026:
    def is_workday(self, day: date) -> bool:
        is_rest = any(start <= f"{day:%m-%d}" <= end for start, end in RESTS) and day.year == 2026
        return day in WORKING_WEEKENDS or (not is_rest and day.isoweekday() <= 5)

    def next_workday(self, day: date) -> date:
        day += timedelta(1)
        return day if self.is_workday(day) else self.next_workday(day)


CALENDAR = Calendar2026()
LARGE = PerWeek(scheme=Scheme.GENERAL, segment="LARGE", source="S1", at_least=3)
SMALL = PerWeek(scheme=Scheme.GENERAL, segment="SMALL", source="S1", at_least=1)
KEY = Interval(scheme=Scheme.COUNTY_RETAIL, segment="KEY", source="S1", min_days=3, max_days=5)
SECONDARY = Interval(scheme=Scheme.COUNTY_RETAIL, segment="SECONDARY", source="S1", min_days=7, max_days=10)
NON_KEY = Interval(scheme=Scheme.COUNTY_RETAIL, segment="NON_KEY", source="default", min_days=30, max_days=30)
VIP = PerMonth(scheme=Scheme.THIRD_TERMINAL, segment="VIP", source="S1", is_phone_enough=True)
CALLS = PerQuarter(scheme=Scheme.THIRD_TERMINAL, segment="ALL", source="S1", is_phone_enough=True)
STAY = PerMonth(scheme=Scheme.COUNTY_RETAIL, segment="KEY", source="default", min_minutes=60)
LONG_AGO = Contact(date(2025, 6, 2))


def on(text: str) -> date:
    return date.fromisoformat(text if len(text) == 10 else f"2026-{text}")


def seen(*days: str) -> list[Contact]:
    return [LONG_AGO, *(Contact(on(day)) for day in days)]


def due(rule, contacts, as_of: str, since: str | None = None) -> Due:
    return assess(rule, contacts, on(as_of), CALENDAR, known_since=on(since) if since else None)


def test_the_test_calendar_agrees_with_the_domain_examples():
    expected = {"02-14": True, "02-16": False, "10-10": True, "10-08": True}
    assert {day: CALENDAR.is_workday(on(day)) for day in expected} == expected


def test_after_a_done_week_the_next_one_with_a_workday_is_meant():
    """Seen on Monday 9 February; the 16th to the 22nd are all Spring Festival, which ends on Monday the 23rd."""
    found = due(SMALL, seen("02-09"), "02-09")
    assert (found.state, found.earliest, found.latest) == (State.DONE, on("02-24"), on("03-01"))
    plain = due(SMALL, seen("11-16"), "11-18")
    assert (plain.state, plain.earliest, plain.latest) == (State.DONE, on("11-23"), on("11-29"))


# Weekly. 2026-11-16 is a Monday, 11-18 Wednesday, 11-20 Friday, 11-22 Sunday.


@pytest.mark.parametrize(
    ("days", "as_of", "state", "remaining"),
    [
        ([], "11-16", State.DUE, 3),  # 3 owed, Mon to Fri = 5 left
        ([], "11-18", State.DUE, 3),  # 3 owed, Wed Thu Fri = 3 left: tight, not yet at risk
        ([], "11-19", State.AT_RISK, 3),  # 3 owed, 2 left
        (["11-18"], "11-18", State.UPCOMING, 2),  # today used up; Thu Fri left for 2
        (["11-19"], "11-19", State.AT_RISK, 2),  # today used up; only Fri left for 2
        (["11-17", "11-18"], "11-20", State.DUE, 1),  # today is the last day and still counts
        (["11-17", "11-18"], "11-21", State.AT_RISK, 1),  # Saturday: no workday left
        (["11-17", "11-18"], "11-22", State.OVERDUE, 1),  # Sunday
        (["11-17", "11-18", "11-21"], "11-22", State.DONE, 0),  # a Saturday visit counts
        (["11-15"], "11-16", State.DUE, 3),  # last Sunday belongs to last week
        (["11-16", "11-16", "11-16"], "11-17", State.DUE, 2),  # three on one day are one
        (["11-16", "11-17", "11-18", "11-19"], "11-20", State.DONE, 0),  # more than owed is not minus one
    ],
)
def test_weekly_target(days, as_of, state, remaining):
    answer = due(LARGE, seen(*days), as_of)
    assert (answer.state, answer.remaining) == (state, remaining)


@pytest.mark.parametrize(
    ("days", "as_of", "sentence"),
    [
        (["11-17"], "11-19", "本周已访 1 次，应 3 次，还有 2 个工作日"),
        (["11-17"], "11-20", "本周已访 1 次，应 3 次，只剩 1 个工作日"),
        (["11-17"], "11-21", "本周已访 1 次，应 3 次，工作日已过"),
        (["11-17"], "11-22", "本周已访 1 次，应 3 次，还差 2 次"),
        (["11-18"], "11-18", "本周已访 1 次，应 3 次，今天不用去，还有 2 个工作日"),
        (["11-16", "11-17", "11-18"], "11-19", "本周已访 3 次，应 3 次，够了"),
    ],
)
def test_weekly_sentences(days, as_of, sentence):
    assert due(LARGE, seen(*days), as_of).sentence() == sentence


def test_a_working_saturday_counts_as_a_day_left():
    # The week 02-09..02-15: Thursday 02-12 leaves Thu, Fri and the working Saturday 02-14.
    assert due(LARGE, seen(), "02-12").state is State.DUE
    assert due(LARGE, seen(), "02-13").state is State.AT_RISK
    assert due(SMALL, seen(), "02-14").state is State.DUE


def test_a_short_holiday_week_has_fewer_days_left():
    # The week 10-05..10-11: Thu 10-08, Fri 10-09 and working Saturday 10-10.
    answer = due(LARGE, seen(), "10-05")
    assert (answer.state, answer.earliest, answer.latest) == (State.UPCOMING, on("10-08"), on("10-11"))
    assert due(LARGE, seen(), "10-09").state is State.AT_RISK


@pytest.mark.parametrize("as_of", ["02-16", "02-19", "02-22"])
def test_a_week_without_a_workday_owes_nothing(as_of):
    # 02-15..02-23 rest, so Monday 02-16 to Sunday 02-22 has no workday; Tuesday 02-24 is the next.
    answer = due(LARGE, seen(), as_of)
    assert (answer.state, answer.earliest, answer.latest) == (State.UPCOMING, on("02-24"), on("03-01"))
    assert answer.sentence() == "本周放假，02-24 起再访"


def test_the_iso_week_does_not_break_at_new_year():
    # 2025-12-29 is the Monday of the week of 2026-01-01; Sunday 01-04 is a working day, and still the end.
    assert due(SMALL, [Contact(on("2025-12-29"))], "01-04").state is State.DONE
    assert due(SMALL, [Contact(on("2025-12-28"))], "01-04").state is State.OVERDUE


def test_when_done_the_window_is_next_week():
    answer = due(SMALL, seen("11-17"), "11-18")
    assert (answer.earliest, answer.latest) == (on("11-23"), on("11-29"))


# Interval


@pytest.mark.parametrize(
    ("as_of", "state", "over"),
    [
        ("11-06", State.DONE, 0),
        ("11-12", State.TOO_EARLY, 0),  # day 6
        ("11-13", State.DUE, 0),  # day 7
        ("11-16", State.DUE, 0),  # day 10
        ("11-17", State.OVERDUE, 1),
        ("11-18", State.OVERDUE, 2),
    ],
)
def test_interval_window(as_of, state, over):
    answer = due(SECONDARY, seen("11-06"), as_of)
    assert (answer.state, answer.days_over) == (state, over)
    assert (answer.earliest, answer.latest, answer.last) == (on("11-13"), on("11-16"), on("11-06"))


@pytest.mark.parametrize(
    ("as_of", "sentence"),
    [
        ("11-06", "今天已拜访，应每 7–10 天一次，下次 11-13 到 11-16"),
        ("11-12", "上次 11-06，应每 7–10 天一次，11-13 再去不迟"),
        ("11-14", "上次 11-06，应每 7–10 天一次，今天第 8 天，最晚 11-16"),
        ("11-18", "上次 11-06，应每 7–10 天一次，逾期 2 天"),
    ],
)
def test_interval_sentences(as_of, sentence):
    assert due(SECONDARY, seen("11-06"), as_of).sentence() == sentence


def test_an_interval_of_one_length_says_one_number_and_another_year_is_shown():
    # 2025-12-02 + 30 = 2026-01-01, rest until 01-03; Sunday 01-04 is a workday. 01-06 is 2 days over.
    answer = due(NON_KEY, [Contact(on("2025-12-02"))], "01-06")
    assert (answer.latest, answer.days_over) == (on("01-04"), 2)
    assert answer.sentence() == "上次 2025-12-02，应每 30 天一次，逾期 2 天"


@pytest.mark.parametrize(
    ("last", "latest"),
    [
        ("09-24", "10-08"),  # + 10 = 10-04, National Day, rolls to Thursday 10-08
        ("02-04", "02-14"),  # + 10 = 02-14, a Saturday that works
        ("02-05", "02-24"),  # + 10 = 02-15, Spring Festival to 02-23
        ("11-04", "11-16"),  # + 10 = Saturday 11-14
    ],
)
def test_a_deadline_on_a_rest_day_rolls_to_the_next_workday(last, latest):
    assert due(SECONDARY, seen(last), latest).state is State.DUE
    assert due(SECONDARY, seen(last), latest).latest == on(latest)
    assert due(SECONDARY, seen(last), f"{on(latest) + timedelta(1)}").days_over == 1


def test_a_rolled_deadline_is_told():
    expected = "上次 09-24，应每 7–10 天一次，今天第 14 天，遇休息日顺延到 10-08"
    assert due(SECONDARY, seen("09-24"), "10-08").sentence() == expected


def test_an_interval_steps_over_the_leap_day():
    # 2028-02-26 + 3 = 02-29, + 5 = 03-02 (Thursday).
    answer = due(KEY, [Contact(on("2028-02-26"))], "2028-02-29")
    assert (answer.state, answer.earliest, answer.latest) == (State.DUE, on("2028-02-29"), on("2028-03-02"))


def test_a_later_contact_and_a_phone_call_do_not_count():
    contacts = [*seen("11-06"), Contact(on("11-15"), is_phone=True), Contact(on("11-25"))]
    assert due(SECONDARY, contacts, "11-18").last == on("11-06")


# Month and quarter


@pytest.mark.parametrize(
    ("as_of", "state", "sentence"),
    [
        ("11-02", State.DUE, "本月还没联系（VIP 每月一次），最晚 11-30"),
        ("11-30", State.OVERDUE, "本月还没联系（VIP 每月一次），今天是最后一个工作日"),
        ("02-27", State.DUE, "本月还没联系（VIP 每月一次），最晚 02-28"),  # 02-28 is a Saturday that works
        ("02-28", State.OVERDUE, "本月还没联系（VIP 每月一次），今天是最后一个工作日"),
        ("01-29", State.DUE, "本月还没联系（VIP 每月一次），最晚 01-30"),  # 01-31 is a Saturday
        ("01-31", State.OVERDUE, "本月还没联系（VIP 每月一次），逾期 1 天"),
    ],
)
def test_monthly_contact_is_overdue_at_the_last_workday(as_of, state, sentence):
    answer = due(VIP, seen(), as_of)
    assert (answer.state, answer.sentence()) == (state, sentence)


def test_a_phone_call_is_enough_for_the_month_and_the_next_window_is_next_month():
    answer = due(VIP, [Contact(on("11-06"), is_phone=True)], "11-18")
    assert (answer.state, answer.earliest, answer.latest) == (State.DONE, on("12-01"), on("12-31"))
    assert answer.sentence() == "本月 11-06 已联系（VIP 每月一次）"


def test_a_contact_on_the_last_day_of_the_month_before_does_not_count():
    assert due(VIP, seen("10-31"), "11-02").state is State.DUE
    assert due(VIP, seen("11-01"), "11-02").state is State.DONE


@pytest.mark.parametrize(
    ("last", "as_of", "state", "latest"),
    [
        ("2025-12-31", "01-05", State.DUE, "03-31"),
        ("2025-12-31", "03-31", State.OVERDUE, "03-31"),
        ("01-01", "03-31", State.DONE, "06-30"),
        ("06-30", "08-03", State.DUE, "09-30"),
        ("10-09", "12-31", State.DONE, "2027-03-31"),
    ],
)
def test_quarterly_call(last, as_of, state, latest):
    answer = due(CALLS, [Contact(on(last), is_phone=True)], as_of)
    assert (answer.state, answer.latest) == (state, on(latest))


def test_the_leap_day_is_the_last_workday_of_its_month():
    # 2028-02-29 is a Tuesday.
    assert due(VIP, [LONG_AGO], "2028-02-28").state is State.DUE
    assert due(VIP, [LONG_AGO], "2028-02-29").state is State.OVERDUE


def test_only_a_long_stay_counts_as_a_stay():
    day = on("11-06")
    short = [Contact(on("10-08"), minutes=90), Contact(day, minutes=20), Contact(day)]
    assert due(STAY, short, "11-18").sentence() == "本月还没蹲点（每月一次），最晚 11-30"
    assert due(STAY, [*short, Contact(day, minutes=60)], "11-18").state is State.DONE


# Never seen


@pytest.mark.parametrize("rule", [LARGE, SECONDARY, VIP, CALLS, STAY])
def test_never_seen_is_due_within_a_week_of_becoming_known(rule):
    # Known since Wednesday 11-11: within 7 days is Wednesday 11-18.
    answer = due(rule, [], "11-16", since="11-11")
    assert (answer.state, answer.latest, answer.last, answer.is_overdue) == (State.NEVER, on("11-18"), None, False)
    assert due(rule, [], "11-20", since="11-11").is_overdue


def test_never_seen_sentences():
    assert due(SECONDARY, [], "11-16", since="11-11").sentence() == "还没拜访过，最晚 11-18"
    assert due(VIP, [], "11-20", since="11-11").sentence() == "还没联系过，晚了 2 天"


def test_never_seen_rolls_off_the_holiday_and_phone_calls_do_not_make_it_seen():
    # 09-24 + 7 = 10-01, rest to 10-07.
    answer = due(SECONDARY, [Contact(on("09-25"), is_phone=True)], "09-28", since="09-24")
    assert (answer.state, answer.latest) == (State.NEVER, on("10-08"))


def test_never_seen_without_a_first_day_counts_from_today():
    assert due(SECONDARY, [], "11-16").latest == on("11-23")


# Dates


def dated(agreement: Agreement, day: str, made_on: str = "11-06", what: str = "陈列协议样本") -> DueDate:
    return DueDate(
        scheme=Scheme.AGREED,
        segment="",
        source="visit",
        day=on(day),
        made_on=on(made_on),
        agreement=agreement,
        what=what,
    )


@pytest.mark.parametrize(
    ("agreement", "day", "as_of", "state", "sentence"),
    [
        (Agreement.PROMISE, "11-18", "11-16", State.UPCOMING, "承诺 11-18 到期，还有 2 天：陈列协议样本"),
        (Agreement.PROMISE, "11-18", "11-18", State.DUE, "承诺今天到期：陈列协议样本"),
        (Agreement.PROMISE, "11-18", "11-20", State.OVERDUE, "承诺 11-18 到期，逾期 2 天：陈列协议样本"),
        # Saturday 11-14 rolls to Monday 11-16.
        (Agreement.PROMISE, "11-14", "11-15", State.DUE, "承诺 11-14 到期，顺延到 11-16：陈列协议样本"),
        (Agreement.PROMISE, "11-14", "11-17", State.OVERDUE, "承诺 11-16 到期，逾期 1 天：陈列协议样本"),
        (Agreement.NEXT_VISIT, "11-18", "11-17", State.UPCOMING, "约好 11-18 去，还有 1 天"),
        (Agreement.NEXT_VISIT, "11-18", "11-18", State.DUE, "约好今天去"),
        (Agreement.NEXT_VISIT, "11-14", "11-14", State.DUE, "约好 11-14 去，顺延到 11-16"),
        (Agreement.NEXT_VISIT, "11-18", "11-19", State.OVERDUE, "约好 11-18 去，逾期 1 天"),
        (Agreement.LAUNCH, "11-21", "11-18", State.DUE, "新品未进：陈列协议样本，剩 3 天"),
        (Agreement.LAUNCH, "11-21", "11-21", State.DUE, "新品未进：陈列协议样本，今天到期"),
        # Saturday 11-21 does not roll for a launch.
        (Agreement.LAUNCH, "11-21", "11-22", State.OVERDUE, "新品未进：陈列协议样本，最晚 11-21，逾期 1 天"),
    ],
)
def test_dates(agreement, day, as_of, state, sentence):
    answer = due(dated(agreement, day), seen("11-06"), as_of)
    assert (answer.state, answer.sentence()) == (state, sentence)


def test_a_later_visit_meets_the_next_date_but_not_the_promise():
    contacts = seen("11-06", "11-17")
    met = due(dated(Agreement.NEXT_VISIT, "11-18"), contacts, "11-20")
    assert (met.state, met.days_over, met.sentence()) == (State.DONE, 0, "约好的 11-18 已经去过")
    assert due(dated(Agreement.PROMISE, "11-18"), contacts, "11-20").state is State.OVERDUE


def test_a_date_needs_no_earlier_contact():
    assert due(dated(Agreement.PROMISE, "11-18"), [], "11-18").state is State.DUE


# Urgency


def ladder() -> list[Due]:
    contacts = seen("11-06")
    return [
        due(SECONDARY, contacts, "11-25"),  # 9 days over
        due(SECONDARY, contacts, "11-18"),  # 2 days over
        due(SECONDARY, [], "11-18", since="11-10"),  # new, 1 day over
        due(dated(Agreement.PROMISE, "11-18"), contacts, "11-18"),
        due(LARGE, contacts, "11-20"),  # 3 owed, 1 day left
        due(LARGE, contacts, "11-19"),  # 3 owed, 2 days left
        due(SECONDARY, [], "11-18", since="11-16"),  # new, in time
        due(SECONDARY, contacts, "11-16"),  # last day
        due(SECONDARY, contacts, "11-13"),  # first day
        due(dated(Agreement.NEXT_VISIT, "11-18"), contacts, "11-17"),
        due(SECONDARY, contacts, "11-12"),
        due(SECONDARY, contacts, "11-06"),
    ]


def test_urgency_falls_along_the_documented_order():
    numbers = [answer.urgency for answer in ladder()]
    assert numbers == sorted(numbers, reverse=True)
    assert len(set(numbers)) == len(numbers)
    assert numbers[-1] == 0


def test_urgency_stays_in_its_rank_however_late():
    old, fresh = due(SECONDARY, [LONG_AGO], "11-18"), due(VIP, seen("11-06"), "11-18")
    assert (old.urgency, fresh.urgency) == (799, 0)


def test_most_urgent_does_not_depend_on_the_order():
    dues = [ladder()[n] for n in (8, 1, 6, 10)]
    assert {most_urgent(order).urgency for order in permutations(dues)} == {dues[1].urgency}
    assert most_urgent([]) is None


def test_among_equals_the_scheme_name_decides():
    county, general = (
        Interval(scheme=scheme, segment="KEY", source="", min_days=7, max_days=10)
        for scheme in (Scheme.COUNTY_RETAIL, Scheme.GENERAL)
    )
    dues = [due(rule, seen("11-06"), "11-18") for rule in (general, county)]
    assert most_urgent(dues).rule is county


# Reason


def test_the_reason_is_handed_out_in_parts_and_speaks_other_languages():
    reason = due(VIP, seen(), "11-02").reason
    english = {
        "%(period)s还没%(act)s（%(norm)s），最晚 %(latest)s": "No %(act)s %(period)s (%(norm)s), latest %(latest)s",
        "本月": "this month",
        "联系": "contact",
        "VIP 每月一次": "VIP: monthly",
    }
    assert dict(reason.params)["latest"] == on("11-30")
    assert reason.text(english.__getitem__) == "No contact this month (VIP: monthly), latest 11-30"


def test_a_promise_in_the_words_of_a_customer_is_never_translated():
    reason = due(dated(Agreement.PROMISE, "11-18", what="联系"), [], "11-18").reason
    assert reason.text(lambda message: message.replace("联系", "X")) == "承诺今天到期：联系"


RULES = [LARGE, SMALL, KEY, SECONDARY, NON_KEY, VIP, CALLS, STAY]
DAYS = st.dates(date(2026, 1, 1), date(2026, 12, 31))


@settings(deadline=None)
@given(st.sampled_from(RULES), st.lists(DAYS, max_size=6), DAYS)
def test_every_answer_holds_together(rule, days, as_of):
    contacts = [Contact(day, minutes=90) for day in days]
    answer = assess(rule, contacts, as_of, CALENDAR)
    assert answer.earliest <= answer.latest
    assert (answer.last is None) == (answer.state is State.NEVER)
    assert answer.days_over == 0 or answer.is_overdue
    assert "%" not in answer.sentence()
    assert answer == assess(rule, contacts[::-1], as_of, CALENDAR)


@settings(deadline=None)
@given(st.sampled_from([KEY, SECONDARY, NON_KEY]), DAYS, st.integers(0, 60))
def test_an_interval_never_grows_less_urgent_with_time(rule, last, waited):
    today = last + timedelta(waited)
    numbers = [assess(rule, [Contact(last)], day, CALENDAR).urgency for day in (today, today + timedelta(1))]
    assert numbers[0] <= numbers[1]
