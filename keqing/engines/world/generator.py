"""The world put together: one stream of chance for each subject of each prefecture, all drawn from one seed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from random import Random

from keqing.engines.world import catalog, force, lexicon
from keqing.engines.world.coverage import Territory, assign, divide_terminals
from keqing.engines.world.force import KEY_ACCOUNT
from keqing.engines.world.institutions import found_institutions
from keqing.engines.world.names import shuffle_pairs
from keqing.engines.world.parties import Party, Registrar
from keqing.engines.world.people import FIRST_NUMBER, introduce_people
from keqing.engines.world.places import Prefecture, lay_out_prefectures, list_divisions
from keqing.engines.world.rows import (
    Assignment,
    Person,
    Position,
    Product,
    TruePlace,
    TruePotential,
    Truth,
    Visit,
    World,
)
from keqing.engines.world.survey import locate, segment, spoil_records
from keqing.engines.world.traders import found_traders
from keqing.engines.world.visits import IN_PERSON, is_open, make_client, recall_visits

PREFECTURES = {"small": 1, "province": 10, "nation": 100}
FIRST_BRAND = "芷安"


@dataclass(frozen=True, slots=True)
class Region:
    """One prefecture's share of the sheets, with the parties as they truly are."""

    parties: tuple[Party, ...]
    people: tuple[Person, ...]
    assignments: tuple[Assignment, ...]
    visits: tuple[Visit, ...]


def generate(seed: int, size: str, as_of: date) -> World:
    """A world as of a day; equal arguments give an equal world.

    ``size`` is "small" (1 prefecture, 1,200 terminals), "province" (10) or "nation" (100 prefectures in ten
    provinces). Visits end on the day before ``as_of``. Raises ValueError for another size.
    """
    if size not in PREFECTURES:
        raise ValueError(f"size must be one of {', '.join(PREFECTURES)}, got {size!r}")
    master = Random(seed)
    prefectures = lay_out_prefectures(_fork(master), PREFECTURES[size])
    products = tuple(catalog.stock_catalog(_fork(master), as_of))
    staff = force.staff_company(_fork(master), prefectures, as_of)
    regions = tuple(_people_regions(master, prefectures, staff, products, as_of))
    parties = [party for region in regions for party in region.parties]
    return World(
        seed=seed,
        size=size,
        as_of=as_of,
        divisions=tuple(list_divisions(prefectures)),
        products=products,
        staff=staff,
        customers=tuple(party.row for party in parties),
        people=tuple(person for region in regions for person in region.people),
        assignments=tuple(row for region in regions for row in region.assignments),
        visits=tuple(visit for region in regions for visit in region.visits),
        truth=_tell_truth(parties),
    )


def _fork(rng: Random) -> Random:
    return Random(rng.getrandbits(64))


def _people_regions(
    master: Random,
    prefectures: Sequence[Prefecture],
    staff: Sequence[Position],
    products: Sequence[Product],
    as_of: date,
) -> Iterator[Region]:
    brands = _name_brands(_fork(master))
    number = FIRST_NUMBER
    for prefecture in prefectures:
        positions = [position for position in staff if position.code.startswith(prefecture.code[:4])]
        region = _fill_region(_fork(master), prefecture, positions, brands, number, products, as_of)
        number += len(region.people)
        yield region


def _name_brands(rng: Random) -> Iterator[str]:
    others = shuffle_pairs(rng, lexicon.BRAND_HEADS, lexicon.BRAND_TAILS, (FIRST_BRAND, *lexicon.REAL_BRANDS))
    return (f"{brand}堂" for brand in [FIRST_BRAND, *others])


def _fill_region(
    rng: Random,
    prefecture: Prefecture,
    positions: Sequence[Position],
    brands: Iterator[str],
    number: int,
    products: Sequence[Product],
    as_of: date,
) -> Region:
    registrar = Registrar(_fork(rng), prefecture)
    found_traders(registrar, brands)
    found_institutions(registrar)
    parties = locate(_fork(rng), spoil_records(_fork(rng), registrar.parties))
    territories = divide_terminals(_fork(rng), parties, positions)
    parties = segment(_fork(rng), parties, territories)
    known = {party.row.code: party for party in parties}
    former = next(position for position in positions if not position.employee_number)
    assignments = assign(_fork(rng), territories, known, former, as_of)
    people = introduce_people(_fork(rng), parties, number)
    visits = tuple(_remember(_fork(rng), territories, known, assignments, products, as_of))
    return Region(tuple(parties), people, assignments, visits)


def _remember(
    rng: Random,
    territories: Sequence[Territory],
    parties: dict[str, Party],
    assignments: Sequence[Assignment],
    products: Sequence[Product],
    as_of: date,
) -> Iterator[Visit]:
    """The key account manager's round comes first: the store representatives hear which of their stores were seen."""
    since = {(row.customer_code, row.position_code): row.valid_from for row in assignments}
    heard: dict[date, list[str]] = defaultdict(list)
    for territory in sorted(territories, key=lambda one: one.position.role != KEY_ACCOUNT):
        position = territory.position
        clients = [
            make_client(parties[code], position.role, since[code, position.code])
            for code in territory.customer_codes
            if is_open(parties[code])
        ]
        names = [product.trade_name for product in products if position.line in ("", product.line)]
        for visit in recall_visits(rng, territory, clients, tuple(dict.fromkeys(names)), as_of, heard):
            if position.role == KEY_ACCOUNT and visit.way == IN_PERSON:
                heard[visit.started_at.date()].append(visit.customer_code)
            yield visit


def _tell_truth(parties: Sequence[Party]) -> Truth:
    terminals = [party for party in parties if party.potential]
    return Truth(
        places=tuple(
            TruePlace(party.row.code, round(party.site.point.lng, 6), round(party.site.point.lat, 6))
            for party in terminals
            if party.row.lng is None
        ),
        potentials=tuple(TruePotential(party.row.code, party.potential) for party in terminals),
    )
