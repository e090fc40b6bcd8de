"""From what a list calls a customer, or from its name, to the kind of party and the type of terminal."""

from __future__ import annotations

import re
from typing import NamedTuple

from keqing.customers.rules.kinds import guess_terminal_type
from keqing.customers.rules.why import Why

STORE_TYPES = frozenset({"CHAIN_STORE", "INDEPENDENT_STORE", "VILLAGE_STORE"})
WITHOUT_TYPE = frozenset(
    {"CHAIN_HQ", "DISTRIBUTOR", "MANUFACTURER", "AGENT", "SUPPLIER", "PERIPHERAL", "SERVICE_PROVIDER"}
)
_INSTITUTION = re.compile(r"医院|卫生|诊所|门诊|保健|防治|疗养|医学|医疗中心|医务|急救")
_STORE = re.compile(r"药房|药店|药堂|药行|大药")


class Sort(NamedTuple):
    kind: str
    terminal_type: str  # "" for parties that are no terminals
    why: Why | None = None  # on what the guess rests; None when it was written


def sort_written(word: str, name: str, division_code: str = "") -> Sort:
    """`word`: a terminal type or a party kind; a bare 医疗机构 or 药店 takes its type from the name."""
    if word in WITHOUT_TYPE:
        return Sort(word, "")
    if word not in ("HCO", "STORE"):
        return Sort(_kind_of(word, name), word)
    guess = sort_by_name(name, division_code)
    if guess.kind == word:
        return guess
    usual = "INDEPENDENT_STORE" if word == "STORE" else "OTHER"
    return Sort(word, usual, guess.why)


def sort_by_name(name: str, division_code: str = "") -> Sort:
    guess = guess_terminal_type(name, division_code)
    if guess.code in WITHOUT_TYPE:
        return Sort(guess.code, "", guess.why)
    kind = _kind_of(guess.code, name)
    return Sort(kind, guess.code if kind in ("HCO", "STORE") else "", guess.why)


def _kind_of(terminal_type: str, name: str) -> str:
    if terminal_type in STORE_TYPES:
        return "STORE"
    if terminal_type != "OTHER" or _INSTITUTION.search(name):
        return "HCO"
    return "STORE" if _STORE.search(name) else "PERIPHERAL"
