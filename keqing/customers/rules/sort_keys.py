"""The order of names: by their pinyin, as people look for them."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from pypinyin import lazy_pinyin

LENGTH = 60
#: in names of places and firms these are read otherwise than alone
_IN_NAMES = {"长": "chang", "重": "chong", "厦": "xia", "都": "du", "藏": "zang", "行": "hang", "乐": "le", "会": "hui"}


def sort_key(name: str) -> str:
    """Full pinyin of the name, Latin letters and digits as they are, cut to what the column holds."""
    return "".join(map(_sound, unicodedata.normalize("NFKC", name)))[:LENGTH]


# A whole name read at once would be surer of characters with two readings, and fifty times slower.
@lru_cache(maxsize=32_768)
def _sound(sign: str) -> str:
    if not sign.isalnum():
        return ""
    if sign.isascii():
        return sign.lower()
    return _IN_NAMES.get(sign) or lazy_pinyin(sign)[0].lower()
