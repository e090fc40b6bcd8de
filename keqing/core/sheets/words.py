"""Cells whose words have a fixed meaning: yes and no, one of a list, a phone number."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from difflib import get_close_matches

from django.utils.translation import gettext

from keqing.core.sheets.cells import BadCell, as_text, folded_text, shown
from keqing.core.sheets.numbers import SCIENTIFIC, SCIENTIFIC_FORM
from keqing.core.sheets.table import Cell

NOT_YES_OR_NO = "“{value}”看不出是“是”还是“否”，请填“是”或“否”。"
NOT_A_CHOICE = "没有“{value}”这一项，可以填：{labels}。"
DID_YOU_MEAN = "没有“{value}”这一项，是不是“{closest}”？可以填：{labels}。"
MOBILE_LENGTH = "手机号要 11 位数字，这里有 {length} 位。"
NOT_A_MOBILE = "手机号要以 13 到 19 开头，这里不是。"
MOBILE_LETTERS = "手机号里只能有数字，一格只写一个号码。"

_YES = frozenset(["是", "有", "对", "真", "y", "yes", "true", "t", "1", "√", "✓", "✔", "☑", "v"])
_NO = frozenset(
    ["否", "无", "没有", "不是", "不", "错", "假", "n", "no", "false", "f", "0", "×", "✗", "✘", "✕", "x", "☐"]
)


def boolean(cell: Cell) -> bool | None:
    if isinstance(cell, bool):
        return cell
    value = unicodedata.normalize("NFKC", as_text(cell)).casefold()
    if not value:
        return None
    if value in _YES:
        return True
    if value in _NO:
        return False
    raise BadCell(NOT_YES_OR_NO, value=shown(cell))


def choice(cell: Cell, labels: Mapping[str, str]) -> str | None:
    """`labels` maps the stored code to the word on screen; either may be in the cell. Returns the code."""
    wanted = _word(as_text(cell))
    if not wanted:
        return None
    by_word = {_word(code): code for code in labels} | {_word(label): code for code, label in labels.items()}
    if wanted in by_word:
        return by_word[wanted]
    offered = gettext("、").join(gettext(label) for label in list(labels.values())[:12])
    offered += "…" if len(labels) > 12 else ""
    closest = get_close_matches(wanted, [_word(label) for label in labels.values()], n=1)
    if closest:
        raise BadCell(DID_YOU_MEAN, value=shown(cell), closest=gettext(labels[by_word[closest[0]]]), labels=offered)
    raise BadCell(NOT_A_CHOICE, value=shown(cell), labels=offered)


def _word(value: str) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", value)).casefold()


def mobile(cell: Cell) -> str | None:
    """Eleven digits of a mainland number; 86 before it and separators inside are taken off."""
    value = folded_text(cell)
    if not value:
        return None
    if SCIENTIFIC_FORM.fullmatch(value):
        raise BadCell(SCIENTIFIC, value=value)
    digits = re.sub(r"[-()]", "", value)
    digits = re.sub(r"^(\+|00)?86(?=1\d{10}$)", "", digits)
    if not (digits.isascii() and digits.isdigit()):
        raise BadCell(MOBILE_LETTERS)
    if len(digits) != 11:
        raise BadCell(MOBILE_LENGTH, length=len(digits))
    if not re.match(r"1[3-9]", digits):
        raise BadCell(NOT_A_MOBILE)
    return digits
