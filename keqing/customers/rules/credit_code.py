"""Unified social credit code 统一社会信用代码 (GB 32100-2015) with the organisation code inside it (GB 11714)."""

from __future__ import annotations

import re
import unicodedata

from keqing.catalog.codes import CodeCheck, rejected, warned

_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # without I, O, S, V, Z
_ORGANISATION_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_REGISTRARS = frozenset("123456789ANY")
LENGTH = 18

KINDS = {
    "12": "事业单位",
    "52": "民办非企业单位",
    "91": "企业",
    "92": "个体工商户",
    "93": "农民专业合作社",
}


def check_credit_code(text: str) -> CodeCheck:
    """A failed check only warns: lawful codes of the pilot years fail it too."""
    value = _clean(text)
    if not value:
        return rejected(value, "没有填统一社会信用代码")
    if len(value) != LENGTH:
        return rejected(value, "统一社会信用代码应有 18 位，写了 %(count)s 位", count=len(value))
    strange = next((at for at, letter in enumerate(value) if letter not in _ALPHABET), None)
    if strange is not None:
        return rejected(
            value, "统一社会信用代码第 %(place)s 位不会是“%(letter)s”", place=strange + 1, letter=value[strange]
        )
    return _check_digits(value)


def kind_in_code(code: str) -> str:
    """What the first two characters say of the holder; empty when they say nothing common."""
    return KINDS.get(code[:2], "")


def division_in_code(code: str) -> str:
    """The six digits of the division that registered the holder, often not where it is now."""
    return code[2:8]


def check_character(first17: str) -> str:
    total = sum(_ALPHABET.index(letter) * pow(3, at, 31) for at, letter in enumerate(first17))
    return _ALPHABET[-total % 31]


def organisation_check_character(first8: str) -> str:
    weighted = zip(first8, _ORGANISATION_WEIGHTS, strict=True)
    remainder = 11 - sum(_ORGANISATION_ALPHABET.index(letter) * weight for letter, weight in weighted) % 11
    return {10: "X", 11: "0"}.get(remainder, str(remainder))


def _check_digits(value: str) -> CodeCheck:
    expected = check_character(value[:17])
    if value[17] != expected:
        return warned(
            value,
            "统一社会信用代码最后一位应为 %(expected)s，写的是 %(written)s；早年试点发的代码也会这样，请对照执照",
            expected=expected,
            written=value[17],
        )
    expected = organisation_check_character(value[8:16])
    if value[16] != expected:
        return warned(
            value,
            "统一社会信用代码第 17 位应为 %(expected)s，写的是 %(written)s，请对照执照",
            expected=expected,
            written=value[16],
        )
    if value[0] not in _REGISTRARS or not value[2:8].isdigit():
        return warned(value, "统一社会信用代码的前 8 位不像登记机关和地区，请对照执照")
    return CodeCheck(value)


def _clean(text: str) -> str:
    return re.sub(r"[\s\u200b-\u200f\ufeff-]", "", unicodedata.normalize("NFKC", text).upper())
