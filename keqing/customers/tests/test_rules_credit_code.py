from __future__ import annotations

import pytest

from keqing.customers.rules.credit_code import (
    check_character,
    check_credit_code,
    division_in_code,
    kind_in_code,
    organisation_check_character,
)

VALID = [
    "91350200776049653A",
    "91440101MA5CJQ4N59",
    "913502000728319549",
    "91350200MA2YJ1XR9G",
    "91110000600037341L",
    "91330100MA2ABCD13J",
]
PILOT = ["91350203M0001QAY9B", "91350100M0001TGQXM", "91350211M0000XUF46"]


@pytest.mark.parametrize("code", VALID)
def test_a_valid_code_passes(code: str) -> None:
    check = check_credit_code(code)
    assert (check.value, check.status, check.reason) == (code, "ok", "")


@pytest.mark.parametrize("code", PILOT)
def test_a_lawful_pilot_code_only_warns(code: str) -> None:
    check = check_credit_code(code)
    assert check.status == "warn"
    assert f"最后一位应为 {check_character(code[:17])}，写的是 {code[17]}" in check.reason
    assert check.template % check.params == check.reason


@pytest.mark.parametrize("code", VALID)
def test_any_single_changed_character_is_seen(code: str) -> None:
    for at in range(8, 18):
        changed = "1" if code[at] != "1" else "2"
        assert check_credit_code(code[:at] + changed + code[at + 1 :]).status == "warn"


def test_the_organisation_code_inside_is_checked_too() -> None:
    # 77604965: 7*3+7*7+6*9+0*10+4*5+9*8+6*4+5*2 = 250; 250 mod 11 = 8; 11 - 8 = 3, as in 91350200 77604965 3 A.
    assert organisation_check_character("77604965") == "3"
    body = "91350200" + "77604965" + "4"
    check = check_credit_code(body + check_character(body))
    assert check.reason == "统一社会信用代码第 17 位应为 3，写的是 4，请对照执照"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (" 9135 0200 7760 4965 3a ", "91350200776049653A"),
        ("９１３５０２００７７６０４９６５３Ａ", "91350200776049653A"),
        ("91350200-77604965-3A", "91350200776049653A"),
    ],
)
def test_ways_of_writing_a_code(text: str, value: str) -> None:
    assert check_credit_code(text).value == value
    assert check_credit_code(text).is_ok


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "没有填统一社会信用代码"),
        ("9135020077604965", "统一社会信用代码应有 18 位，写了 16 位"),
        ("91350200776049653AA", "统一社会信用代码应有 18 位，写了 19 位"),
        ("9135O200776049653A", "统一社会信用代码第 5 位不会是“O”"),
        ("91350200776049653I", "统一社会信用代码第 18 位不会是“I”"),
        ("91350200776049653号", "统一社会信用代码第 18 位不会是“号”"),
        ("350200199001011234", None),  # an identity number has the shape and fails the check
    ],
)
def test_a_wrong_shape_is_rejected(text: str, reason: str | None) -> None:
    check = check_credit_code(text)
    assert check.status == ("reject" if reason else "warn")
    assert reason in (None, check.reason)


def test_what_the_code_says_of_its_holder() -> None:
    assert kind_in_code("91350200776049653A") == "企业"
    assert kind_in_code("12350200776049653A") == "事业单位"
    assert kind_in_code("Y1350200776049653A") == ""
    assert division_in_code("91350200776049653A") == "350200"
