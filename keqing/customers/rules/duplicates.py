"""Whether two entries of one county are one house."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from keqing.customers.rules.names import PartyNames, normalise_name, split_names
from keqing.customers.rules.why import Why


@dataclass(frozen=True, slots=True)
class Entry:
    """A party as it stands in a list."""

    name: str
    address: str = ""


# Words before a common ending that make it another house: 妇女儿童医院 is not 儿童医院, 第二人民医院 not 人民医院.
_ANOTHER_HOUSE = re.compile(
    r"第|[一二三四五六七八九十百〇零\d]$|[东西南北新老旧]$"
    r"|医院|卫生院|分院|院区|公司|药房|药店|连锁|诊所|门诊"
    r"|中西医|中医|蒙医|藏医|民族|人民|妇|儿|口腔|牙|眼|耳鼻喉|骨|精神|脑|传染|胸科|肺|心|肿瘤|皮肤|肛肠|康复|老年|职业病"
    r"|急救|红十字|动物|宠物|兽"
)
_SHORTEST_NAME = 4
_SHORTEST_ADDRESS = 5
_ADDRESS_NOISE = re.compile(r"[\s,;.。、，()\-—]")
_EXACT_PLACE = re.compile(r"[路街道巷弄里号村组]|\d")


def looks_duplicate(one: Entry, other: Entry) -> Why | None:
    """Why the two, both of one county, are probably one house; None when nothing says so.

    Careful on purpose: what it names is offered to a person, what it leaves is found by the matching engine.
    """
    if _bare(one.name) == _bare(other.name):
        return Why("同一个县里已有“%(name)s”", name=other.name)
    mine, theirs = split_names(one.name), split_names(other.name)
    if not _is_same_address(one.address, other.address) or _units(mine) != _units(theirs):
        return None
    for name in mine.every:
        for known in theirs.every:
            if reason := _shared_name(name, known):
                return Why("地址相同，%(why)s", why=reason)
    return None


def bare_name(name: str) -> str:
    """Two entries of one county with equal bare names are one house."""
    return _bare(name)


def address_tail(address: str) -> str:
    """Two equal addresses end with the same tail: what candidates are looked up by. Empty where none can be equal."""
    plain = _address(address)
    return plain[-_SHORTEST_ADDRESS:] if len(plain) >= _SHORTEST_ADDRESS else ""


def _shared_name(name: str, known: str) -> Why | None:
    short, long = sorted((_bare(name), _bare(known)), key=len)
    if short == long:
        return Why("都叫“%(name)s”", name=known)
    # Words behind a name make it a part of the house or another one, so only words before it may differ.
    if len(short) < _SHORTEST_NAME or not long.endswith(short) or _ANOTHER_HOUSE.search(long.removesuffix(short)):
        return None
    return Why("“%(short)s”是“%(long)s”的一部分", short=short, long=long)


def _units(names: PartyNames) -> tuple[str, ...]:
    return tuple(name for name, relation in names.others if relation == "campus")


def _bare(name: str) -> str:
    return re.sub(r"[·・•]", "", normalise_name(name))


def _is_same_address(one: str, other: str) -> bool:
    """Equal, or one is the other without the province, city or county before it."""
    short, long = sorted((_address(one), _address(other)), key=len)
    is_exact = len(short) >= _SHORTEST_ADDRESS and _EXACT_PLACE.search(short) is not None
    cuts_a_number = short[:1].isdigit() and long.removesuffix(short)[-1:].isdigit()
    return is_exact and long.endswith(short) and not cuts_a_number


def _address(text: str) -> str:
    return _ADDRESS_NOISE.sub("", unicodedata.normalize("NFKC", text))
