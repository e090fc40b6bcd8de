from __future__ import annotations

from datetime import date

import pytest

from keqing.territory.personas import SELLING, Persona, excluded_together
from keqing.territory.rules.exclusion import Stint, first_exclusion

MR = Stint(Persona.MR, "医院", date(2026, 3, 1), date(2026, 6, 1))


def selling(starts: date, ends: date | None) -> Stint:
    return Stint(Persona.KAM, "连锁", starts, ends)


@pytest.mark.parametrize(
    ("starts", "ends", "is_excluded"),
    [
        (date(2026, 1, 1), date(2026, 3, 1), False),  # over on the day the other begins
        (date(2026, 1, 1), date(2026, 3, 2), True),  # one day in common
        (date(2026, 5, 31), None, True),
        (date(2026, 6, 1), None, False),  # begins on the day the other is over
        (date(2025, 1, 1), None, True),
    ],
)
def test_medical_and_selling_exclude_each_other_on_common_days_only(
    starts: date, ends: date | None, is_excluded: bool
) -> None:
    assert (first_exclusion([MR, selling(starts, ends)]) is not None) is is_excluded


def test_the_two_come_back_in_the_order_of_their_beginning() -> None:
    early = selling(date(2025, 1, 1), None)
    assert first_exclusion([MR, early]) == (early, MR)


@pytest.mark.parametrize("persona", sorted(Persona))
def test_only_selling_personas_exclude_a_medical_representative(persona: Persona) -> None:
    assert excluded_together({Persona.MR, persona}) is (persona in SELLING)


def test_a_stint_is_cut_to_the_days_asked_for() -> None:
    part = MR.within(date(2026, 2, 1), date(2026, 4, 1))
    assert part is not None and (part.starts, part.ends) == (date(2026, 3, 1), date(2026, 4, 1))
    assert MR.within(date(2026, 6, 1), date(2026, 7, 1)) is None
