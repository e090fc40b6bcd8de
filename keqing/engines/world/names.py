"""Names made from the lexicon; each maker draws from the given generator only."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from pypinyin import lazy_pinyin

from keqing.engines.world import lexicon


def name_person(rng: Random) -> str:
    given = rng.choice(lexicon.GIVEN)
    if rng.random() < 0.72:
        given += rng.choice(lexicon.GIVEN)
    return rng.choice(lexicon.SURNAMES) + given


def spell_login(name: str, taken: set[str]) -> str:
    """Pinyin without spaces; namesakes get 2, 3, … The chosen login joins ``taken``."""
    stem = "".join(lazy_pinyin(name))
    login, number = stem, 1
    while login in taken:
        number += 1
        login = f"{stem}{number}"
    taken.add(login)
    return login


def shuffle_pairs(rng: Random, heads: str, tails: str, apart: tuple[str, ...] = ()) -> list[str]:
    """Every two-sign name of a head and a tail, shuffled, without those in ``apart``."""
    pairs = [head + tail for head in heads for tail in dict.fromkeys(tails) if head != tail]
    pairs = [pair for pair in pairs if pair not in apart]
    rng.shuffle(pairs)
    return pairs


def name_villages(rng: Random) -> Iterator[str]:
    names = [head + tail for head in lexicon.VILLAGE_HEADS for tail in lexicon.VILLAGE_TAILS]
    names += lexicon.VILLAGE_SCENES * 4
    rng.shuffle(names)
    return iter(dict.fromkeys(names))


def name_brand(rng: Random) -> str:
    head, tail = rng.choice(lexicon.BRAND_HEADS), rng.choice(lexicon.BRAND_TAILS)
    return head + tail if head != tail and head + tail not in lexicon.REAL_BRANDS else f"{head}屿"


def claim(candidates: Iterator[str], taken: set[str]) -> str:
    """The first candidate nobody has, which then is taken; falls back to numbering when candidates run out."""
    last = ""
    for last in candidates:
        if last not in taken:
            taken.add(last)
            return last
    number = 2
    while f"{last}{number}" in taken:
        number += 1
    taken.add(f"{last}{number}")
    return f"{last}{number}"
