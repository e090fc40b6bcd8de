from __future__ import annotations

import re
from random import Random

import pytest

from keqing.engines.world.codes import (
    credit_check,
    credit_code,
    ean_check,
    legacy_credit_code,
    organisation_check,
)
from keqing.engines.world.rows import World


@pytest.mark.parametrize("code", ["86902551000259", "86902767000852", "86902439000609", "86901110000020"])
def test_real_national_codes_pass_their_check_digit(code: str) -> None:
    assert ean_check(code[:-1]) == code[-1]


def test_check_digit_worked_by_hand() -> None:
    # 690123456789: from the right 9·3+8+7·3+6+5·3+4+3·3+2+1·3+0+9·3+6 = 128, next ten 130, so 2
    assert ean_check("690123456789") == "2"


@pytest.mark.parametrize(
    "code", ["91350200776049653A", "91440101MA5CJQ4N59", "913502000728319549", "91110000600037341L"]
)
def test_real_credit_codes_pass_both_checks(code: str) -> None:
    assert credit_check(code[:17]) == code[17]
    assert organisation_check(code[8:16]) == code[16]


def test_legacy_pilot_code_fails_the_check() -> None:
    code = legacy_credit_code(Random(1), "990102")
    assert re.fullmatch(r"[0-9A-HJ-NPQRTUWXY]{18}", code)
    assert credit_check(code[:17]) != code[17]


def test_credit_code_carries_category_and_county() -> None:
    assert credit_code(Random(1), "92", "990121").startswith("92990121MA")


def test_customers_hold_valid_credit_codes_but_one(world: World) -> None:
    codes = [row.credit_code for row in world.customers if row.credit_code]
    failing = [code for code in codes if credit_check(code[:17]) != code[17]]
    assert len(failing) == 1
    assert len(set(codes)) == len(codes)
    assert 0.64 < len(codes) / len(world.customers) < 0.8


def test_products_carry_valid_numbers(world: World) -> None:
    assert len(world.products) == 24
    assert len({row.generic_name for row in world.products}) == 14
    assert len({row.holder for row in world.products}) == 3
    for row in world.products:
        assert re.fullmatch(r"国药准字[HZ]20\d{6}", row.approval_number)
        for code, pattern in ((row.national_code, r"869\d{11}"), (row.barcode, r"69\d{11}")):
            assert re.fullmatch(pattern, code) and ean_check(code[:-1]) == code[-1]
        assert re.fullmatch(r"[XZ][A-Z0-9]{22}", row.insurance_code)
        assert row.retail_price > row.supply_price > 0
        assert row.case_factor % row.inner_factor == 0


@pytest.mark.parametrize("field", ["code", "approval_number", "national_code", "barcode", "insurance_code"])
def test_product_numbers_are_unique(world: World, field: str) -> None:
    values = [getattr(row, field) for row in world.products]
    assert len(set(values)) == len(values)
