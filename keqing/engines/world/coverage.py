"""Who covers whom: territories cut along counties, and the dated assignments that say so."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from random import Random

from keqing.engines.world.catalog import LINES
from keqing.engines.world.force import CHANNEL, KEY_ACCOUNT, MEDICAL_REP, OTC_REP, PRIMARY_REP
from keqing.engines.world.parties import (
    CHAIN_HEADQUARTERS,
    CHAIN_STORE,
    COMMUNITY,
    DISTRIBUTOR,
    HOSPITALS,
    INDEPENDENT_STORE,
    PRIVATE_CLINIC,
    TERMINALS,
    TOWNSHIP_CENTER,
    VILLAGE_STORE,
    WORKPLACE_CLINIC,
    Party,
)
from keqing.engines.world.rows import Assignment, Position

UNASSIGNED_SHARE = 0.03
KEY_ACCOUNT_STORES = 124
HANDOVERS = 24
NEW_SHARE, NEW_DAYS = 0.02, 8


@dataclass(frozen=True, slots=True)
class Territory:
    position: Position
    customer_codes: tuple[str, ...]


def divide_terminals(rng: Random, parties: Sequence[Party], positions: Sequence[Position]) -> tuple[Territory, ...]:
    """Each filled field position with its customers; about 3 % of the terminals, the closed ones first, get nobody."""
    orphans = _choose_orphans(rng, parties)
    covered = [party for party in parties if party.row.code not in orphans]
    stores = [party for party in covered if _suits_store_rep(party)]
    medical = [party for party in covered if _suits_medical_rep(party)]
    others = {party.row.code for party in (*stores, *medical)}
    primary = [party for party in covered if party.row.kind in TERMINALS and party.row.code not in others]
    urban = _cut([party for party in stores if party.site.county.is_urban], 4)
    rural = _cut([party for party in stores if not party.site.county.is_urban], 4)
    pools = {
        OTC_REP: [town + land for town, land in zip(urban, rural, strict=True)],
        PRIMARY_REP: _cut(primary, 2),
        MEDICAL_REP: [medical],
        KEY_ACCOUNT: [_choose_key_accounts(parties, stores)],
        CHANNEL: [[party for party in parties if party.row.kind == DISTRIBUTOR]],
    }
    return tuple(_hand_out(pools, positions))


def _hand_out(pools: dict[str, list[list[Party]]], positions: Sequence[Position]) -> Iterator[Territory]:
    for role, pool in pools.items():
        holders = [position for position in positions if position.role == role and position.employee_number]
        for position, part in zip(holders, pool, strict=True):
            yield Territory(position, tuple(party.row.code for party in part))


def _choose_orphans(rng: Random, parties: Sequence[Party]) -> set[str]:
    terminals = [party.row for party in parties if party.row.kind in TERMINALS]
    closed = [row.code for row in terminals if row.status == "关停"]
    others = [row.code for row in terminals if row.status != "关停" and row.kind not in HOSPITALS]
    missing = round(len(terminals) * UNASSIGNED_SHARE) - len(closed)
    return {*closed, *rng.sample(others, k=max(0, missing))}


def _suits_store_rep(party: Party) -> bool:
    if party.row.kind == VILLAGE_STORE:
        return party.site.village is None
    return party.row.kind in (CHAIN_STORE, INDEPENDENT_STORE)


def _suits_medical_rep(party: Party) -> bool:
    kind = party.row.kind
    if kind == PRIVATE_CLINIC:
        return party.site.county.is_urban
    if kind == TOWNSHIP_CENTER:
        return party.site.town.name.endswith("镇")
    return kind in (*HOSPITALS, *COMMUNITY, WORKPLACE_CLINIC)


def _choose_key_accounts(parties: Sequence[Party], stores: Sequence[Party]) -> list[Party]:
    """The chains' headquarters and their stores with the greatest potential."""
    chain = [party for party in stores if party.row.kind == CHAIN_STORE]
    best = sorted(chain, key=lambda party: (-party.potential, party.row.code))[:KEY_ACCOUNT_STORES]
    return [party for party in parties if party.row.kind == CHAIN_HEADQUARTERS] + _sort_by_place(best)


def _sort_by_place(parties: Sequence[Party]) -> list[Party]:
    return sorted(parties, key=lambda party: (party.site.county.code, party.site.town.code, party.row.code))


def _cut(parties: Sequence[Party], count: int) -> list[list[Party]]:
    """Equal parts of the parties in the order of county and town, so that each part lies together."""
    ordered = _sort_by_place(parties)
    bounds = [len(ordered) * part // count for part in range(count + 1)]
    return [ordered[start:end] for start, end in pairwise(bounds)]


def assign(
    rng: Random,
    territories: Sequence[Territory],
    parties: dict[str, Party],
    former: Position,
    as_of: date,
) -> tuple[Assignment, ...]:
    """Assignments in the order of the territories; some stores were handed over from ``former``, now vacant."""
    shared = _count_shared(territories)
    handed_over = _choose_handovers(rng, territories, shared)
    rows: list[Assignment] = []
    for territory in territories:
        for code in territory.customer_codes:
            party = parties[code]
            if code in handed_over and territory.position.role == OTC_REP:
                rows += _hand_over(rng, territory.position, party, former, as_of)
            else:
                share = 0.5 if code in shared else 1.0
                rows += _cover(rng, territory.position, party, share, as_of)
    return tuple(rows)


def _count_shared(territories: Sequence[Territory]) -> set[str]:
    seen: set[str] = set()
    shared: set[str] = set()
    for territory in territories:
        codes = set(territory.customer_codes)
        shared |= seen & codes
        seen |= codes
    return shared


def _choose_handovers(rng: Random, territories: Sequence[Territory], shared: set[str]) -> set[str]:
    stores = [
        code
        for territory in territories
        if territory.position.role == OTC_REP
        for code in territory.customer_codes
        if code not in shared
    ]
    return set(rng.sample(stores, k=min(HANDOVERS, len(stores))))


def _cover(rng: Random, position: Position, party: Party, share: float, as_of: date) -> Iterator[Assignment]:
    start = _draw_start(rng, as_of)
    lines = _draw_lines(rng) if party.row.kind == DISTRIBUTOR else (position.line,)
    for line in lines:
        yield Assignment(party.row.code, party.row.name.strip(), position.code, line, share, start, None)


def _draw_lines(rng: Random) -> tuple[str, ...]:
    """The product lines a distributor carries, at least one."""
    chosen = rng.sample(LINES, k=rng.choice((1, 2, 3, 3)))
    return tuple(line for line in LINES if line in chosen)


def _draw_start(rng: Random, as_of: date) -> date:
    """Most territories were cut on a first of January; a seventh was added later, a handful only these days."""
    if rng.random() < NEW_SHARE:
        return as_of - timedelta(days=rng.randint(1, NEW_DAYS))
    year = (as_of - timedelta(days=200)).year
    if rng.random() < 6 / 7:
        return date(year, 1, 1)
    return (as_of - timedelta(days=rng.randint(200, 400))).replace(day=1)


def _hand_over(rng: Random, position: Position, party: Party, former: Position, as_of: date) -> Iterator[Assignment]:
    """The former position's share ends on the day the present one begins."""
    day = as_of - timedelta(days=rng.randint(30, 120))
    code, name = party.row.code, party.row.name.strip()
    began = day - timedelta(days=rng.randint(200, 700))
    yield Assignment(code, name, former.code, position.line, 1.0, began, day)
    yield Assignment(code, name, position.code, position.line, 1.0, day, None)
