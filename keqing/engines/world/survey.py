"""What the company's sheet shows of the parties: grades, half of the places, and names typed as people type them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from random import Random
from typing import Any

from keqing.engines.world.codes import legacy_credit_code
from keqing.engines.world.coverage import Territory
from keqing.engines.world.datum import shift_to_gcj02
from keqing.engines.world.force import OTC_REP
from keqing.engines.world.parties import (
    CHAIN_STORE,
    INDEPENDENT_STORE,
    TERMINALS,
    THIRD_TERMINALS,
    Party,
)

LOCATED_SHARE, SHIFTED_SHARE = 0.5, 1 / 3
NAMESAKE_PAIRS = 12
DIRTY_SHARE = 0.04
KEY_STORES, SECONDARY_STORES = 20, 20
VIP_SHARE = 0.2

Traits = dict[str, dict[str, Any]]


def spoil_records(rng: Random, parties: Sequence[Party]) -> list[Party]:
    """Give some parties a namesake in another county, some an untidy name, one a code from the pilot years."""
    rows = _pair_namesakes(rng, list(parties))
    rows = [_spoil_name(rng, party) if rng.random() < DIRTY_SHARE else party for party in rows]
    unlucky = rng.choice([index for index, party in enumerate(rows) if party.row.kind == INDEPENDENT_STORE])
    code = legacy_credit_code(rng, rows[unlucky].site.county.code)
    rows[unlucky] = _amend(rows[unlucky], credit_code=code)
    return rows


def _amend(party: Party, **traits: Any) -> Party:
    return replace(party, row=replace(party.row, **traits))


def _pair_namesakes(rng: Random, parties: list[Party]) -> list[Party]:
    stores = [index for index, party in enumerate(parties) if party.row.kind == INDEPENDENT_STORE]
    rng.shuffle(stores)
    pairs = 0
    while pairs < NAMESAKE_PAIRS:
        source, target = stores.pop(), stores.pop()
        name, county = parties[source].row.name, parties[source].row.county
        if county == parties[target].row.county or name.startswith((county[:2], parties[source].site.town.stem)):
            stores.insert(0, target)
            continue
        parties[target] = _amend(parties[target], name=name)
        pairs += 1
    return parties


def _spoil_name(rng: Random, party: Party) -> Party:
    name = party.row.name
    if "（" in name or "(" in name:
        widths = str.maketrans("（）()", "()（）")
        return _amend(party, name=name.translate(widths))
    tails = (" ", "  ", "\u3000", "（新）" if party.row.kind == CHAIN_STORE else " ")
    return _amend(party, name=name + rng.choice(tails))


def locate(rng: Random, parties: Sequence[Party]) -> list[Party]:
    """Give exactly half of the terminals coordinates, a third of these in GCJ-02; of the others likewise half."""
    terminals = [party.row.code for party in parties if party.row.kind in TERMINALS]
    others = [party.row.code for party in parties if party.row.kind not in TERMINALS]
    located = _sample(rng, terminals, LOCATED_SHARE) + _sample(rng, others, LOCATED_SHARE)
    shifted = set(_sample(rng, located, SHIFTED_SHARE))
    known = set(located)
    return [_write_place(party, party.row.code in shifted) if party.row.code in known else party for party in parties]


def _sample(rng: Random, codes: list[str], share: float) -> list[str]:
    return rng.sample(codes, k=round(len(codes) * share))


def _write_place(party: Party, is_shifted: bool) -> Party:
    lng, lat = party.site.point.lng, party.site.point.lat
    if is_shifted:
        lng, lat = shift_to_gcj02(lng, lat)
    return _amend(party, lng=round(lng, 6), lat=round(lat, 6), datum="GCJ-02" if is_shifted else "WGS-84")


def segment(rng: Random, parties: Sequence[Party], territories: Sequence[Territory]) -> list[Party]:
    """Write grades, sizes, county ranks and VIP marks; they follow the true potential with an observer's error."""
    guess = {party.row.code: party.potential * rng.lognormvariate(0, 0.35) for party in parties}
    traits: Traits = {party.row.code: {} for party in parties}
    _grade(rng, parties, guess, traits)
    _mark_vips(parties, guess, traits)
    _size_urban_stores(rng, parties, guess, traits)
    _rank_county_stores(parties, territories, guess, traits)
    return [_amend(party, **traits[party.row.code]) for party in parties]


def _sort_best(codes: list[str], guess: dict[str, float]) -> list[str]:
    return sorted(codes, key=lambda code: (-guess[code], code))


def _grade(rng: Random, parties: Sequence[Party], guess: dict[str, float], traits: Traits) -> None:
    """A fifth A, three tenths B, the rest C within each kind; one in twenty was never graded."""
    for kind in TERMINALS:
        best = _sort_best([party.row.code for party in parties if party.row.kind == kind], guess)
        for place, code in enumerate(best):
            grade = "A" if place < 0.2 * len(best) else "B" if place < 0.5 * len(best) else "C"
            traits[code]["grade"] = grade if rng.random() < 0.95 else ""


def _mark_vips(parties: Sequence[Party], guess: dict[str, float], traits: Traits) -> None:
    for kind in THIRD_TERMINALS:
        best = _sort_best([party.row.code for party in parties if party.row.kind == kind], guess)
        for place, code in enumerate(best):
            traits[code]["vip"] = "是" if place < round(VIP_SHARE * len(best)) else "否"


def _size_urban_stores(rng: Random, parties: Sequence[Party], guess: dict[str, float], traits: Traits) -> None:
    """A twentieth large, an eighth larger; of the small ones two thirds were never sized."""
    kinds = (CHAIN_STORE, INDEPENDENT_STORE)
    urban = [party.row.code for party in parties if party.row.kind in kinds and party.site.county.is_urban]
    best = _sort_best(urban, guess)
    for place, code in enumerate(best):
        size = "大" if place < 0.05 * len(best) else "较大" if place < 0.175 * len(best) else "小"
        traits[code]["terminal_size"] = "" if size == "小" and rng.random() < 2 / 3 else size


def _rank_county_stores(
    parties: Sequence[Party], territories: Sequence[Territory], guess: dict[str, float], traits: Traits
) -> None:
    """Per OTC representative twenty key and twenty secondary stores; village stores are third terminals, not ranked."""
    kinds = (CHAIN_STORE, INDEPENDENT_STORE)
    rural = {party.row.code for party in parties if party.row.kind in kinds and not party.site.county.is_urban}
    for territory in territories:
        if territory.position.role != OTC_REP:
            continue
        best = _sort_best([code for code in territory.customer_codes if code in rural], guess)
        for place, code in enumerate(best):
            secondary_end = KEY_STORES + SECONDARY_STORES
            rank = "重点" if place < KEY_STORES else "次重点" if place < secondary_end else "非重点"
            traits[code]["county_rank"] = rank
