"""What comes back from the bin never gives away more than the whole of a customer."""

from __future__ import annotations

from datetime import date

import pytest

from keqing.core.models import BinEntry
from keqing.core.saving import NotRestored, restore, throw_away
from keqing.customers.models import Assignment, Party
from keqing.customers.tests.builders import ACT, DAY, cover, make_party
from keqing.territory.models import Division
from tests.personas import Cast

NEW_YEAR, JUNE = date(2026, 1, 1), date(2026, 6, 1)


@pytest.fixture
def party(cast: Cast, divisions: dict[str, Division]) -> Party:
    return make_party("芷安堂东门店", divisions["330122101"])


def back(entry: BinEntry) -> int:
    return restore(entry, ACT, [Party, Assignment])


def test_a_share_comes_back_while_there_is_room(cast: Cast, party: Party) -> None:
    entry = throw_away([cover(party, cast.position_of("rep_li"), NEW_YEAR, share="0.6")], ACT)
    cover(party, cast.position_of("rep_zhao"), NEW_YEAR, share="0.4")  # 0.6 + 0.4 = 1
    assert back(entry) == 1
    assert Assignment.objects.live().count() == 2


def test_a_share_that_was_given_away_meanwhile_stays_in_the_bin(cast: Cast, party: Party) -> None:
    entry = throw_away([cover(party, cast.position_of("rep_li"), NEW_YEAR, share="0.6")], ACT)
    cover(party, cast.position_of("rep_zhao"), JUNE, share="0.5")  # from June on 0.5 are left, 0.6 are wanted
    with pytest.raises(NotRestored) as refused:
        back(entry)
    assert str(refused.value) == (
        "「芷安堂东门店」从 2026-06-01 起已由 岗位 P-ZHAO 50% 分管，只剩 50%，放不下这一条的 60%，没有恢复。"
        "先结束或改小那一条，再恢复。"
    )
    assert Assignment.objects.live().get().share == 0.5
    assert BinEntry.objects.get(pk=entry.pk).restored_at is None


def test_shares_of_periods_that_only_touch_do_not_meet(cast: Cast, party: Party) -> None:
    entry = throw_away([cover(party, cast.position_of("rep_li"), NEW_YEAR, ends_on=JUNE)], ACT)
    cover(party, cast.position_of("rep_zhao"), JUNE)
    assert back(entry) == 1


def test_a_customer_comes_back_with_all_its_shares(cast: Cast, party: Party) -> None:
    cover(party, cast.position_of("rep_li"), NEW_YEAR, share="0.5")
    cover(party, cast.position_of("rep_zhao"), NEW_YEAR, share="0.5")
    assert back(throw_away([party], ACT)) == 3


def test_two_entries_for_the_same_share_do_not_both_come_back(cast: Cast, party: Party) -> None:
    first = throw_away([cover(party, cast.position_of("rep_li"), NEW_YEAR)], ACT)
    second = throw_away([cover(party, cast.position_of("rep_zhao"), DAY)], ACT)
    assert back(second) == 1
    with pytest.raises(NotRestored, match="岗位 P-ZHAO 100%"):
        back(first)
