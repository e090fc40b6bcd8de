"""Σ share ≤ 1 per customer, product line and day; no line means every line."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keqing.catalog.models import ProductLine
from keqing.core.saving import save_one
from keqing.customers.errors import AssignedAlready, EmptyPeriod, ShareTaken
from keqing.customers.models import Assignment
from keqing.customers.rules.shares import Portion, overfull
from keqing.customers.services import assign, end_assignment, hand_to, holders
from keqing.customers.tests.builders import ACT, DAY, EVERYONE, make_party
from tests.personas import Cast

FIRST = date(2026, 1, 1)
HALF, WHOLE = Decimal("0.5"), Decimal(1)


@st.composite
def portions(draw: st.DrawFn) -> Portion:
    start = draw(st.integers(0, 20))
    length = draw(st.one_of(st.none(), st.integers(1, 20)))
    return Portion(
        share=Decimal(draw(st.integers(1, 10))) / 10,
        starts_on=FIRST + timedelta(days=start),
        ends_on=None if length is None else FIRST + timedelta(days=start + length),
        line=draw(st.sampled_from([None, 1, 2])),
    )


@given(st.lists(portions(), max_size=12))
def test_what_is_admitted_one_by_one_never_exceeds_the_whole_on_any_day(wanted: list[Portion]) -> None:
    held: list[Portion] = []
    for portion in wanted:
        problem = overfull(held, portion)
        day_by_day = max(
            _taken([*held, portion], FIRST + timedelta(days=day), line) for day in range(45) for line in (1, 2, 3)
        )
        # the other way to the same answer: every day and line counted out
        assert (problem is None) == (day_by_day <= 1)
        if problem is None:
            held.append(portion)


def _taken(held: list[Portion], day: date, line: int) -> Decimal:
    return sum((p.share for p in held if p.covers(day) and p.line in (None, line)), Decimal(0))


def test_the_refusal_names_who_has_the_rest_and_what_is_left(cast: Cast) -> None:
    party = make_party("芷安堂东门店")
    assign(party, cast.position_of("rep_li"), None, Decimal("0.6"), FIRST, ACT)
    with pytest.raises(ShareTaken) as refused:
        assign(party, cast.position_of("rep_zhao"), None, HALF, DAY, ACT)
    assert str(refused.value) == "2026-11-18 起 岗位 P-LI 60% 已占去一部分，只剩 40%；把份额改小，或先结束那一条。"
    assert Assignment.objects.count() == 1


def test_two_lines_share_a_customer_but_all_lines_count_toward_each(cast: Cast) -> None:
    party = make_party("芷安堂东门店")
    cold, pain = (save_one(ProductLine(name=name), ACT) for name in ("感冒", "镇痛"))
    assign(party, cast.position_of("rep_li"), cold, WHOLE, FIRST, ACT)
    assign(party, cast.position_of("rep_zhao"), pain, HALF, FIRST, ACT)
    with pytest.raises(ShareTaken):
        assign(party, cast.position_of("mr_lin"), None, Decimal("0.1"), FIRST, ACT)
    assert [h.position for h in holders([party.pk], EVERYONE)[party.pk]] == ["岗位 P-LI", "岗位 P-ZHAO"]


def test_a_share_is_free_again_from_the_day_on_which_it_ends(cast: Cast) -> None:
    party = make_party("芷安堂东门店")
    held = assign(party, cast.position_of("rep_li"), None, WHOLE, FIRST, ACT)
    end_assignment(held, DAY, ACT)
    with pytest.raises(ShareTaken):
        assign(party, cast.position_of("rep_zhao"), None, WHOLE, DAY - timedelta(days=1), ACT)
    assign(party, cast.position_of("rep_zhao"), None, WHOLE, DAY, ACT)
    assert [h.position for h in holders([party.pk], EVERYONE)[party.pk]] == ["岗位 P-ZHAO"]
    assert holders([party.pk], EVERYONE)[party.pk][0].name == "赵青"


def test_ends_and_repetitions_that_cannot_be_are_refused(cast: Cast) -> None:
    party, position = make_party("芷安堂东门店"), cast.position_of("rep_li")
    held = assign(party, position, None, HALF, FIRST, ACT)
    with pytest.raises(EmptyPeriod):
        end_assignment(held, FIRST, ACT)
    with pytest.raises(EmptyPeriod):
        assign(party, position, None, HALF, DAY, ACT, ends_on=DAY)
    with pytest.raises(AssignedAlready):
        assign(party, position, None, HALF, FIRST, ACT)


def test_handing_over_closes_what_is_held_and_drops_what_would_begin_later(cast: Cast) -> None:
    party = make_party("芷安堂东门店")
    assign(party, cast.position_of("rep_li"), None, WHOLE, FIRST, ACT, ends_on=date(2026, 12, 1))
    assign(party, cast.position_of("mr_lin"), None, WHOLE, date(2026, 12, 1), ACT)
    hand_to(party, cast.position_of("rep_zhao"), None, DAY, ACT)
    rows = Assignment.objects.everything("test").order_by("valid_from").values_list("position__code", "valid_to")
    assert list(rows) == [("P-LI", DAY), ("P-ZHAO", None)]
    assert hand_to(party, cast.position_of("rep_zhao"), None, DAY, ACT) is None  # it has it already
