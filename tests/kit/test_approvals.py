"""The ladder: dated steps, amounts, four eyes."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from keqing.core.approvals import Asked, NotAllowed, decide, submit, waiting_step
from keqing.core.models import ApprovalRequest, LadderStep, Notice
from keqing.core.saving import Act
from tests.personas import Cast

pytestmark = [pytest.mark.django_db, pytest.mark.database]
AT = datetime(2026, 11, 18, 8, tzinfo=UTC)


@pytest.fixture
def ladder(cast: Cast) -> None:
    """Managers always; finance above 1,000 yuan; until 2026 compliance instead of finance."""
    rule = {"scene": "gift", "source": "test"}
    LadderStep.objects.create(step=1, persona="MANAGER", valid_from=date(2026, 1, 1), **rule)
    LadderStep.objects.create(step=2, persona="FINANCE", above=1000, valid_from=date(2026, 1, 1), **rule)
    LadderStep.objects.create(
        step=2, persona="COMPLIANCE", valid_from=date(2020, 1, 1), valid_to=date(2026, 1, 1), **rule
    )


def ask(cast: Cast, amount: str = "1500", at: datetime = AT) -> ApprovalRequest:
    asked = Asked("gift", "customers.party", 1, "会议物料", Decimal(amount))
    return submit(asked, Act(cast["rep_li"].pk, at))


def act(cast: Cast, who: str) -> Act:
    return Act(cast[who].pk, AT)


def test_the_steps_are_those_of_the_day_and_the_amount(cast: Cast, ladder: None) -> None:
    assert list(ask(cast).steps.values_list("persona", flat=True)) == ["MANAGER", "FINANCE"]
    assert list(ask(cast, "1000").steps.values_list("persona", flat=True)) == ["MANAGER"]
    old = ask(cast, at=datetime(2025, 6, 1, tzinfo=UTC))
    assert list(old.steps.values_list("persona", flat=True)) == ["COMPLIANCE"]


def test_all_steps_approve_then_the_asker_is_told(cast: Cast, ladder: None) -> None:
    request = ask(cast)
    request = decide(request, {"MANAGER"}, True, "", act(cast, "area_zhao"))
    assert request.closed_at is None
    request = decide(request, {"FINANCE"}, True, "", act(cast, "finance_qian"))
    assert request.is_approved and waiting_step(request) is None
    assert Notice.objects.get().user_id == cast["rep_li"].pk


def test_a_refusal_needs_a_reason_and_ends_it(cast: Cast, ladder: None) -> None:
    request = ask(cast)
    with pytest.raises(NotAllowed, match="原因"):
        decide(request, {"MANAGER"}, False, " ", act(cast, "area_zhao"))
    request = decide(request, {"MANAGER"}, False, "用途不清", act(cast, "area_zhao"))
    assert request.is_approved is False and request.closed_at == AT


@pytest.mark.parametrize(
    ("who", "personas", "sentence"),
    [
        ("rep_li", {"MANAGER"}, "自己"),
        ("finance_qian", {"FINANCE"}, "不由你"),
    ],
)
def test_nobody_decides_for_themselves_or_out_of_turn(
    cast: Cast, ladder: None, who: str, personas: set[str], sentence: str
) -> None:
    with pytest.raises(NotAllowed, match=sentence):
        decide(ask(cast), personas, True, "", act(cast, who))


def test_one_person_does_not_decide_two_steps(cast: Cast, ladder: None) -> None:
    request = decide(ask(cast), {"MANAGER", "FINANCE"}, True, "", act(cast, "area_zhao"))
    with pytest.raises(NotAllowed, match="换一个人"):
        decide(request, {"MANAGER", "FINANCE"}, True, "", act(cast, "area_zhao"))


def test_without_a_ladder_it_is_approved_at_once(cast: Cast) -> None:
    assert ask(cast).is_approved
