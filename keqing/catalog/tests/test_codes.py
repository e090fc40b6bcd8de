from __future__ import annotations

from datetime import date

import pytest

from keqing.catalog.codes import (
    CodeCheck,
    check_approval_number,
    check_gtin13,
    check_insurance_code,
    check_lot_number,
    check_national_drug_code,
    check_trace_code,
    check_trace_prefix,
    mod10_digit,
    trace_prefix,
)

TODAY = date(2026, 11, 22)

REAL_NATIONAL_CODES = [
    "86902551000259",
    "86902767000852",
    "86902439000609",
    "86902422000128",
    "86902133000028",
    "86902581000045",
    "86901110000020",
]


def approval(text: str) -> CodeCheck:
    return check_approval_number(text, as_of=TODAY)


@pytest.mark.parametrize(
    "number",
    [
        "国药准字Z20123084",
        "国药准字H61020562",  # 61 Shaanxi, re-issued 2002
        "国药准字HJ20200012",
        "国药准字ZC20210001",
        "国药准字SJ20200001",
        "国药准字S10950012",  # 10 former ministry, 1995
        "国药准字B20020001",
        "国药准字T20230001",
        "国药准字F20200001",
        "国药准字J20130001",
        "国药准字H19850001",
        "国药准字H20260001",
        "H20130001",
        "HC20130001",
        "BH20130001",
    ],
)
def test_a_good_approval_number_passes(number: str) -> None:
    assert approval(number) == CodeCheck(number)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("国药准字（Z）20123084", "国药准字Z20123084"),
        ("国药准字(H)61020562", "国药准字H61020562"),
        (" 国药准字 Ｚ２０１２３０８４ ", "国药准字Z20123084"),
        ("国药准字z20123084", "国药准字Z20123084"),
        ("批准文号：国药准字Z20123084", "国药准字Z20123084"),
        ("国药准字Z20123084\u200b\n", "国药准字Z20123084"),
        ("进口药品注册证号：H20130001", "H20130001"),
    ],
)
def test_ways_of_writing_an_approval_number(text: str, value: str) -> None:
    assert approval(text) == CodeCheck(value)


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        ("国药准字H99020562", "批准文号数字的前两位 99 既不是年份也不是省份代号，请核对"),
        ("国药准字H16020562", "批准文号数字的前两位 16 既不是年份也不是省份代号，请核对"),
        ("国药准字H19840001", "批准文号里的年份 1984 不在 1985—2026 之间，请核对"),
        ("国药准字H20270001", "批准文号里的年份 2027 不在 1985—2026 之间，请核对"),
        ("国药准字H61560562", "批准文号里的年份 1956 不在 1985—2026 之间，请核对"),
        ("H61020562", "进口注册证号的前四位应是年份，写的是 6102；国产药请补上“国药准字”"),
    ],
)
def test_odd_digits_of_an_approval_number_only_warn(number: str, reason: str) -> None:
    assert approval(number) == CodeCheck(number, "warn", reason)


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        ("国药准字H2012308", "批准文号应有 8 位数字，写了 7 位"),
        ("国药准字H201230845", "批准文号应有 8 位数字，写了 9 位"),
        ("国药准字X20200001", "批准文号里没有“X”这一类"),
        ("国药准字BJ20200001", "批准文号里没有“BJ”这一类"),
        ("国药准字20200001", "批准文号的数字前少了字母（如 H、Z、S）"),
        ("T20200001", "批准文号前面少了“国药准字”"),
        ("国食健字G20040001", "这是保健食品的批准文号，不是药品的"),
        ("食健备G202032000001", "这是保健食品的批准文号，不是药品的"),
        ("国械注准20203140001", "这是医疗器械的批准文号，不是药品的"),
        ("", "没有填批准文号"),
        ("国药准字H2O123084", "批准文号应是“国药准字”加字母和 8 位数字，写的是“国药准字H2O123084”"),
    ],
)
def test_a_wrong_approval_number_is_rejected(number: str, reason: str) -> None:
    assert approval(number) == CodeCheck(number, "reject", reason)


def test_the_year_of_an_approval_number_follows_the_given_day() -> None:
    assert check_approval_number("国药准字H20270001", as_of=date(2027, 1, 1)).is_ok


@pytest.mark.parametrize("code", REAL_NATIONAL_CODES)
def test_real_national_drug_codes_pass(code: str) -> None:
    assert check_national_drug_code(code) == CodeCheck(code)


def test_the_sentence_names_the_digit_expected() -> None:
    # Counted from the right, the check digit being place 1:
    # places 2,4,…,14: 5,0,0,5,2,9,8 = 29, times 3 = 87; places 3,5,…,13: 2,0,1,5,0,6 = 14; 101 -> 10 - 1 = 9.
    check = check_national_drug_code("86902551000258")
    assert check == CodeCheck("86902551000258", "warn", "本位码最后一位应为 9，写的是 8")
    assert check.template % check.params == check.reason


@pytest.mark.parametrize("code", REAL_NATIONAL_CODES)
def test_any_single_wrong_digit_is_seen(code: str) -> None:
    for at in range(3, 14):
        wrong = code[:at] + str((int(code[at]) + 1) % 10) + code[at + 1 :]
        assert check_national_drug_code(wrong).status == "warn"


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("8690255100025", "本位码应有 14 位，写了 13 位"),
        ("869025510002591", "本位码应有 14 位，写了 15 位"),
        ("86002551000259", "本位码应以 869 开头，写的是 860"),
        ("8690255100025X", "本位码只能有数字，写的是“8690255100025X”"),
        ("8.69026E+13", "本位码在表格里变成了科学计数，后几位已经丢了，请按原单重填"),
        (" ", "没有填本位码"),
    ],
)
def test_a_national_drug_code_of_wrong_shape_is_rejected(code: str, reason: str) -> None:
    assert check_national_drug_code(code) == CodeCheck(code.strip(), "reject", reason)


def test_gtin() -> None:
    # 690123456789: 9*3+8+7*3+6+5*3+4+3*3+2+1*3+0+9*3+6 = 128 -> 2
    assert mod10_digit("690123456789") == "2"
    assert check_gtin13("6901234567892").is_ok
    assert check_gtin13("６９０１２３４ ５６７８９２").value == "6901234567892"
    assert check_gtin13("6901234567890").reason == "商品条码最后一位应为 2，写的是 0"
    assert check_gtin13("16901234567899").reason == "商品条码应有 13 位，写了 14 位"


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("XA10BAE030A001010100101", "ok"),
        ("ZA01AAJ0018010100102AB1", "ok"),
        ("xa10bae030a001010100101", "ok"),
        ("XA10BAE030A00101010010", "reject"),
        ("XA10BAE030A0010101001011", "reject"),
        ("CA10BAE030A001010100101", "reject"),
        ("XA10BAE030A00101010010-", "reject"),
        ("", "reject"),
    ],
)
def test_insurance_code(code: str, status: str) -> None:
    assert check_insurance_code(code).status == status


@pytest.mark.parametrize(
    ("code", "prefix", "status"),
    [
        ("81234567890123456789", "", "ok"),
        ("81234567890123456789", "8123456", "ok"),
        ("81234567890123456789", "8123457", "warn"),
        ("8123456789012345678", "", "warn"),
        ("812345678901234567890", "", "warn"),
        ("01069012345678921-ABC/7", "", "ok"),
        ("01069012345678921-ABC/7", "8123456", "ok"),  # another system has no such prefix
        ("A" * 64, "", "ok"),
        ("A" * 65, "", "reject"),
        ("8123 4567", "", "reject"),
        ("追溯码", "", "reject"),
        ("", "", "reject"),
    ],
)
def test_trace_code(code: str, prefix: str, status: str) -> None:
    assert check_trace_code(code, prefix=prefix).status == status


def test_trace_prefix() -> None:
    assert trace_prefix("81234567890123456789") == "8123456"
    assert trace_prefix("8123456789") is None
    assert check_trace_prefix("8123456").is_ok
    assert check_trace_prefix("81234567").reason == "追溯码前缀应有 7 位，写了 8 位"


def test_lot_number() -> None:
    assert check_lot_number(" ２０２６ab-1 ") == CodeCheck("2026AB-1")
    assert check_lot_number("").reason == "没有填批号"
    assert check_lot_number("1" * 31).is_rejected
