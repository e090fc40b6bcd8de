"""Codes on a medicine's box, checked one by one (DOMAIN 2.7).

A wrong shape is rejected; a failed check digit or an odd year only warns, because registers hold such codes.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Literal

Status = Literal["ok", "warn", "reject"]


@dataclass(frozen=True, slots=True)
class CodeCheck:
    """A code as it should be stored, and in one Chinese sentence what is wrong with it."""

    value: str
    status: Status = "ok"
    reason: str = ""
    template: str = field(default="", compare=False)  # the reason as message id, to be translated and filled
    params: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}), compare=False)

    @property
    def is_ok(self) -> bool:
        return self.status == "ok"

    @property
    def is_rejected(self) -> bool:
        return self.status == "reject"


def warned(value: str, template: str, /, **params: object) -> CodeCheck:
    return CodeCheck(value, "warn", template % params, template, MappingProxyType(params))


def rejected(value: str, template: str, /, **params: object) -> CodeCheck:
    return CodeCheck(value, "reject", template % params, template, MappingProxyType(params))


# --- approval number 批准文号

_DOMESTIC = re.compile(r"国药准字[HZSBTFJ](\d{8})")
_OVERSEAS = re.compile(r"国药准字[HZS][JC](\d{8})")  # since July 2020: J imported, C Hong Kong, Macao and Taiwan
_LEGACY_IMPORT = re.compile(r"B?[HZS]C?(\d{8})")  # B: imported in large packs
_LABEL = re.compile(r"^(进口药品注册证号?|医药产品注册证号?|药品批准文号|批准文号|注册证号):?")
_NOT_A_DRUG = (
    (re.compile(r"[国卫]?食健|食健备"), "保健食品"),
    (re.compile(r"械[注备]|食药监械"), "医疗器械"),
    (re.compile(r"国妆|卫妆|妆[特备]"), "化妆品"),
    (re.compile(r"消证字|卫消"), "消毒产品"),
)
_FIRST_YEAR = 1985
_PROVINCES = frozenset({*range(11, 16), *range(21, 24), *range(31, 38), *range(41, 47), *range(50, 55), *range(61, 66)})
_FORMER_MINISTRY = 10


def check_approval_number(text: str, *, as_of: date) -> CodeCheck:
    value = _LABEL.sub("", _clean(text))
    if not value:
        return rejected(value, "没有填批准文号")
    for pattern, kind in _NOT_A_DRUG:
        if pattern.search(value):
            return rejected(value, "这是%(kind)s的批准文号，不是药品的", kind=kind)
    for pattern in (_DOMESTIC, _OVERSEAS):
        if found := pattern.fullmatch(value):
            return _check_origin(value, found[1], as_of)
    if found := _LEGACY_IMPORT.fullmatch(value):
        return _check_import_year(value, found[1], as_of)
    return _bad_approval_number(value)


def _check_origin(value: str, digits: str, as_of: date) -> CodeCheck:
    """The first two digits: a century of approval, the former ministry (10), or a province's old number."""
    origin = int(digits[:2])
    if origin in (19, 20):
        return _check_year(value, int(digits[:4]), as_of)
    if origin == _FORMER_MINISTRY or origin in _PROVINCES:
        return _check_year(value, _full_year(int(digits[2:4]), as_of), as_of)
    return warned(value, "批准文号数字的前两位 %(origin)s 既不是年份也不是省份代号，请核对", origin=digits[:2])


def _check_import_year(value: str, digits: str, as_of: date) -> CodeCheck:
    if digits[:2] in ("19", "20"):
        return _check_year(value, int(digits[:4]), as_of)
    return warned(value, "进口注册证号的前四位应是年份，写的是 %(year)s；国产药请补上“国药准字”", year=digits[:4])


def _check_year(value: str, year: int, as_of: date) -> CodeCheck:
    if _FIRST_YEAR <= year <= as_of.year:
        return CodeCheck(value)
    return warned(
        value,
        "批准文号里的年份 %(year)s 不在 %(first)s—%(last)s 之间，请核对",
        year=year,
        first=_FIRST_YEAR,
        last=as_of.year,
    )


def _full_year(two_digits: int, as_of: date) -> int:
    return 2000 + two_digits if two_digits <= as_of.year % 100 else 1900 + two_digits


def _bad_approval_number(value: str) -> CodeCheck:
    found = re.fullmatch(r"(国药准字)?([A-Z]*)(\d*)", value)
    if found is None:
        return rejected(value, "批准文号应是“国药准字”加字母和 8 位数字，写的是“%(value)s”", value=value)
    letters, digits = found[2], found[3]
    if _DOMESTIC.fullmatch("国药准字" + value):
        return rejected(value, "批准文号前面少了“国药准字”")
    if not letters:
        return rejected(value, "批准文号的数字前少了字母（如 H、Z、S）")
    if len(digits) != 8:
        return rejected(value, "批准文号应有 8 位数字，写了 %(count)s 位", count=len(digits))
    return rejected(value, "批准文号里没有“%(letters)s”这一类", letters=letters)


# --- codes with a check digit


def check_national_drug_code(text: str) -> CodeCheck:
    """本位码: 86, 9, five digits of the company, five of the product, one to check."""
    value = _clean(text)
    if fault := _shape_fault(value, "本位码", 14):
        return fault
    if not value.startswith("869"):
        return rejected(value, "本位码应以 869 开头，写的是 %(start)s", start=value[:3])
    return _check_last_digit(value, "本位码")


def check_gtin13(text: str) -> CodeCheck:
    value = _clean(text)
    return _shape_fault(value, "商品条码", 13) or _check_last_digit(value, "商品条码")


def mod10_digit(digits: str) -> str:
    """The digit that EAN's rule puts after these: weights 3, 1, 3 … from the right."""
    total = sum(int(digit) * (3 if at % 2 == 0 else 1) for at, digit in enumerate(reversed(digits)))
    return str(-total % 10)


def _check_last_digit(value: str, name: str) -> CodeCheck:
    expected = mod10_digit(value[:-1])
    if value[-1] == expected:
        return CodeCheck(value)
    return warned(
        value, "%(name)s最后一位应为 %(expected)s，写的是 %(written)s", name=name, expected=expected, written=value[-1]
    )


def _shape_fault(value: str, name: str, length: int) -> CodeCheck | None:
    if not value:
        return rejected(value, "没有填%(name)s", name=name)
    if re.fullmatch(r"\d+(\.\d+)?E\+?\d+", value):
        return rejected(value, "%(name)s在表格里变成了科学计数，后几位已经丢了，请按原单重填", name=name)
    if not re.fullmatch(r"[0-9]+", value):
        return rejected(value, "%(name)s只能有数字，写的是“%(value)s”", name=name, value=value)
    if len(value) != length:
        return rejected(
            value, "%(name)s应有 %(length)s 位，写了 %(count)s 位", name=name, length=length, count=len(value)
        )
    return None


# --- codes taken as they are


def check_insurance_code(text: str) -> CodeCheck:
    """医保编码 of a medicine: 23 characters, X for western and Z for Chinese medicines."""
    value = _clean(text)
    if not value:
        return rejected(value, "没有填医保编码")
    if len(value) != 23:
        return rejected(value, "医保编码应有 23 位，写了 %(count)s 位", count=len(value))
    if value[0] not in "XZ":
        return rejected(value, "药品的医保编码应以 X（西药）或 Z（中成药）开头，写的是 %(start)s", start=value[0])
    if not re.fullmatch(r"[A-Z0-9]+", value):
        return rejected(value, "医保编码只能有字母和数字")
    return CodeCheck(value)


TRACE_LENGTH = 20  # of 码上放心
TRACE_PREFIX = 7
LONGEST_TRACE = 64


def check_trace_code(text: str, *, prefix: str = "") -> CodeCheck:
    """追溯码. ``prefix``: the SKU's own first seven digits, when known."""
    value = unicodedata.normalize("NFKC", text).strip()
    if not value:
        return rejected(value, "没有扫到追溯码")
    if len(value) > LONGEST_TRACE:
        return rejected(value, "追溯码最长 64 位，这一条有 %(count)s 位，可能连扫了两次", count=len(value))
    if not re.fullmatch(r"[!-~]+", value):
        return rejected(value, "追溯码里有空格或汉字，请重新扫码")
    if value.isdigit() and len(value) in (TRACE_LENGTH - 1, TRACE_LENGTH + 1):
        return warned(value, "码上放心的追溯码是 20 位，这一条有 %(count)s 位，请核对", count=len(value))
    if prefix and trace_prefix(value) not in (None, prefix):
        return warned(value, "追溯码的前 7 位是 %(written)s，这个规格应为 %(prefix)s", written=value[:7], prefix=prefix)
    return CodeCheck(value)


def trace_prefix(code: str) -> str | None:
    """The seven digits that name the package in a 码上放心 code; None for other systems."""
    return code[:TRACE_PREFIX] if re.fullmatch(r"[0-9]{20}", code) else None


def check_trace_prefix(text: str) -> CodeCheck:
    value = _clean(text)
    return _shape_fault(value, "追溯码前缀", TRACE_PREFIX) or CodeCheck(value)


def check_lot_number(text: str) -> CodeCheck:
    value = "".join(unicodedata.normalize("NFKC", text).upper().split())
    if not value:
        return rejected(value, "没有填批号")
    if len(value) > 30:
        return rejected(value, "批号最长 30 个字，写了 %(count)s 个", count=len(value))
    return CodeCheck(value)


def _clean(text: str) -> str:
    """Half width, upper case, without blanks, brackets and invisible characters."""
    plain = unicodedata.normalize("NFKC", text).upper()
    return re.sub(r"[\s()\[\]{}【】〔〕\u200b-\u200f\ufeff]", "", plain)
