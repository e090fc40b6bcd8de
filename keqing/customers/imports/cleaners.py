"""How cells of customers' spreadsheets are read, beyond what `core.sheets` knows."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any

from keqing.core.sheets import BadCell, choice, decimal, integer, text

Clean = Callable[[Any], Any]


def words(limit: int) -> Clean:
    return lambda cell: text(cell, limit)


def count(minimum: int = 0, maximum: int = 10_000_000) -> Clean:
    return lambda cell: integer(cell, minimum=minimum, maximum=maximum)


def degrees(cell: Any) -> float | None:
    number = decimal(cell)
    return None if number is None else float(number)


def one_of(labels: Mapping[str, str], also: Mapping[str, str] | None = None) -> Clean:
    """A closed list; `also`: other words people write → code. The words are prepared once, cells come by the thousand."""
    known = {_word(code): code for code in labels} | {_word(label): code for code, label in labels.items()}
    known |= {_word(word): code for word, code in (also or {}).items()}

    def clean(cell: Any) -> str | None:
        if isinstance(cell, str) and (code := known.get(_word(cell))):
            return code
        return choice(cell, labels)

    return clean


def _word(value: str) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", value)).casefold()


def division_code(cell: Any) -> str:
    """6, 9 or 12 digits; spreadsheets like to add .0 or cut nothing, so the text form is enough."""
    value = re.sub(r"\s", "", unicodedata.normalize("NFKC", text(cell)))
    if value and not re.fullmatch(r"\d{6}|\d{9}|\d{12}", value):
        raise BadCell("区划代码是 6、9 或 12 位数字，这里是“{value}”。", value=value[:20])
    return value
