from __future__ import annotations

from datetime import date

import pytest

from keqing.visits.rules.schemes import (
    Agreement,
    DueDate,
    Interval,
    PerMonth,
    PerQuarter,
    PerWeek,
    Scheme,
    Segment,
    applicable,
    hq_launch_deadline,
    store_launch_deadline,
)

TODAY = date(2026, 11, 18)


def weekly(segment: str, at_least: int, **more: object) -> PerWeek:
    return PerWeek(scheme=Scheme.GENERAL, segment=segment, source="S1", at_least=at_least, **more)


def county(segment: str, low: int, high: int) -> Interval:
    return Interval(scheme=Scheme.COUNTY_RETAIL, segment=segment, source="S1", min_days=low, max_days=high)


LARGE, LARGER, SMALL = weekly("LARGE", 3), weekly("LARGER", 2), weekly("SMALL", 1)
KEY, SECONDARY, NON_KEY = county("KEY", 3, 5), county("SECONDARY", 7, 10), county("NON_KEY", 30, 30)
STAY = PerMonth(scheme=Scheme.COUNTY_RETAIL, segment="KEY", source="default", min_minutes=60)
VIP = PerMonth(scheme=Scheme.THIRD_TERMINAL, segment="VIP", source="S1", is_phone_enough=True)
CALLS = PerQuarter(scheme=Scheme.THIRD_TERMINAL, segment="ALL", source="S1", is_phone_enough=True)
LAUNCH = DueDate(
    scheme=Scheme.NEW_PRODUCT,
    segment="STORE",
    source="S0",
    day=date(2026, 11, 20),
    made_on=date(2026, 11, 13),
    agreement=Agreement.LAUNCH,
    what="新品",
)
PROMISE = DueDate(
    scheme=Scheme.AGREED,
    segment="",
    source="visit",
    day=TODAY,
    made_on=TODAY,
    agreement=Agreement.PROMISE,
    what="样本",
)
RULES = (LARGE, LARGER, SMALL, KEY, SECONDARY, NON_KEY, STAY, VIP, CALLS, LAUNCH, PROMISE)


@pytest.mark.parametrize(
    ("segment", "expected"),
    [
        (Segment(is_hco=False, terminal_size="LARGE"), (LARGE, LAUNCH, PROMISE)),
        (Segment(is_hco=False, county_rank="KEY"), (KEY, STAY, LAUNCH, PROMISE)),
        (
            Segment(is_hco=False, terminal_size="SMALL", county_rank="NON_KEY", is_third_terminal=True),
            (SMALL, NON_KEY, CALLS, LAUNCH, PROMISE),
        ),
        (Segment(is_hco=False, is_vip=True), (LAUNCH, PROMISE)),  # VIP is a rank of the third terminal only
        # Institutions: graded or not, no weekly and no interval rule.
        (
            Segment(is_hco=True, is_third_terminal=True, terminal_size="LARGE", county_rank="KEY", is_vip=True),
            (VIP, CALLS, PROMISE),
        ),
        (Segment(is_hco=True, is_third_terminal=True), (CALLS, PROMISE)),
        (Segment(is_hco=True, terminal_size="LARGE", is_vip=True), (PROMISE,)),  # a hospital
    ],
)
def test_which_rules_apply(segment, expected):
    assert applicable(RULES, segment, TODAY) == expected


def test_an_institution_gets_no_beat_even_if_a_row_says_so():
    beat = PerWeek(scheme=Scheme.THIRD_TERMINAL, segment="ALL", source="a mistaken row", at_least=2)
    clinic, store = (Segment(is_hco=is_hco, is_third_terminal=True) for is_hco in (True, False))
    assert applicable([beat], clinic, TODAY) == ()
    assert applicable([beat], store, TODAY) == (beat,)


def test_a_rule_is_valid_from_its_first_day_and_no_longer_on_its_last():
    old = weekly("LARGE", 2, valid_to=TODAY)
    new = weekly("LARGE", 3, valid_from=TODAY)
    store = Segment(is_hco=False, terminal_size="LARGE")
    assert applicable([old, new], store, date(2026, 11, 17)) == (old,)
    assert applicable([old, new], store, TODAY) == (new,)


@pytest.mark.parametrize(
    ("launch", "deadline"),
    [
        (date(2026, 1, 31), date(2026, 2, 28)),  # the example of DOMAIN 3.16
        (date(2028, 1, 31), date(2028, 2, 29)),  # leap year
        (date(2026, 12, 15), date(2027, 1, 15)),
        (date(2026, 9, 1), date(2026, 10, 1)),  # National Day: does not roll
        (date(2026, 11, 30), date(2026, 12, 30)),
    ],
)
def test_a_chain_has_one_month_after_the_launch(launch, deadline):
    assert hq_launch_deadline(launch) == deadline


def test_stores_have_one_week_after_the_headquarters_bought():
    assert store_launch_deadline(date(2026, 2, 20)) == date(2026, 2, 27)  # the example of DOMAIN 3.16
    assert store_launch_deadline(date(2026, 9, 26)) == date(2026, 10, 3)  # a rest day: does not roll


@pytest.mark.parametrize(
    ("kind", "fields", "complaint"),
    [
        (PerWeek, {"at_least": 0}, "at_least"),
        (PerWeek, {"at_least": 8}, "at_least"),
        (Interval, {"min_days": 5, "max_days": 3}, "min_days"),
        (Interval, {"min_days": 0, "max_days": 3}, "min_days"),
        (PerMonth, {"min_minutes": -1}, "min_minutes"),
        (PerMonth, {"first_within_days": 0}, "first_within_days"),
        (PerMonth, {"valid_from": TODAY, "valid_to": TODAY}, "valid_to"),
        (DueDate, {"day": date(2026, 11, 1), "made_on": TODAY, "agreement": Agreement.NEXT_VISIT}, "before"),
        (DueDate, {"day": TODAY, "made_on": TODAY, "agreement": Agreement.PROMISE}, "what"),
        (DueDate, {"day": TODAY, "made_on": TODAY, "agreement": Agreement.LAUNCH}, "what"),
    ],
)
def test_bad_rules_are_refused(kind, fields, complaint):
    with pytest.raises(ValueError, match=complaint):
        kind(scheme=Scheme.GENERAL, segment="LARGE", source="S1", **fields)


@pytest.mark.parametrize("segment", [Segment(is_hco=True, terminal_size="LARGE"), Segment(is_hco=False)])
def test_whom_no_rule_covers_is_still_contacted_four_times_a_year(segment):
    assert applicable((LARGE, KEY, VIP, CALLS), segment, TODAY) == (CALLS,)
