from __future__ import annotations

from datetime import date

import pytest

from keqing.catalog.checks import check_batch, check_codes
from keqing.catalog.rules import Expiry

AS_OF = date(2026, 11, 18)


def test_every_given_code_is_checked_and_normalised() -> None:
    checks = check_codes(
        {"approval_no": "国药准字（Z）20123084", "drug_code": "86902551000258", "gtin": ""}, "RX", AS_OF
    )
    assert {name: (check.value, check.status) for name, check in checks.items()} == {
        "approval_no": ("国药准字Z20123084", "ok"),
        "drug_code": ("86902551000258", "warn"),
    }


@pytest.mark.parametrize("rx_class", ["HEALTH_FOOD", "DEVICE", "OTHER"])
def test_what_is_no_medicine_has_no_medicine_codes(rx_class: str) -> None:
    checks = check_codes({"approval_no": "国食健字G20100123", "gtin": "6901234567892"}, rx_class, AS_OF)
    assert {name: check.status for name, check in checks.items()} == {"gtin": "ok"}


@pytest.mark.parametrize(
    ("made_on", "expiry", "months", "status"),
    [
        (date(2025, 7, 1), Expiry(date(2027, 6, 30), "month"), 24, "ok"),
        (date(2025, 7, 1), Expiry(date(2027, 6, 30), "day"), 24, "ok"),
        (date(2025, 7, 1), Expiry(date(2027, 7, 1), "day"), 24, "warn"),
        (date(2025, 7, 1), Expiry(date(2027, 7, 1), "day"), None, "ok"),
        (None, Expiry(date(2027, 7, 1), "day"), 24, "ok"),
        (date(2025, 7, 1), Expiry(date(2025, 7, 1), "day"), None, "reject"),
        (date(2025, 7, 1), Expiry(date(2024, 7, 1), "day"), 24, "reject"),
    ],
)
def test_expiry_against_making_and_shelf_life(
    made_on: date | None, expiry: Expiry, months: int | None, status: str
) -> None:
    assert check_batch(made_on, expiry, months).status == status
