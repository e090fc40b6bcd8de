"""Rows that add up the rows above them (合计, 小计, 总计): spreadsheets end with them, and they are nobody's data."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

#: the word, what it counts in brackets, and perhaps the sum itself in the same cell: 合 计（元）：3,500
_SUM = re.compile(
    r"(?:[本全][页月年部]|大)?[合小总共累]\s*计(?:\s*[(（][^()（）]{0,8}[)）])?\s*[:：]?\s*[\d,，.]*\s*[家人元条个件盒行张笔次]?"
    r"|(?:grand |sub[ -]?)?total\s*:?|sum\s*:?",
    re.IGNORECASE,
)
#: dates, codes of digits and amounts may stand before the word
_NUMBER = re.compile(r"[\d\s,，.:：/年月日%￥¥+-]*")
LONGEST = 24


def is_sum(cell: Any) -> bool:
    return isinstance(cell, str) and len(cell) <= LONGEST and _SUM.fullmatch(cell.strip()) is not None


def begins_with_sum(cells: Sequence[Any]) -> bool:
    """Whether the first word of the row is one for a sum."""
    for cell in cells:
        if isinstance(cell, str) and not (len(cell) <= LONGEST and _NUMBER.fullmatch(cell)):
            return is_sum(cell)
    return False
