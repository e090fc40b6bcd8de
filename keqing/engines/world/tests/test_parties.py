from __future__ import annotations

from collections import Counter, defaultdict

from keqing.engines.world.datum import shift_to_gcj02
from keqing.engines.world.parties import CENSUS, CHAIN_STORE, STORES, TERMINALS, THIRD_TERMINALS
from keqing.engines.world.places import Point, measure_km
from keqing.engines.world.rows import Customer, World

CENTER = Point(112.5, 29.0)


def list_terminals(world: World) -> list[Customer]:
    return [row for row in world.customers if row.kind in TERMINALS]


def test_the_census_holds(world: World) -> None:
    assert Counter(row.kind for row in world.customers) == CENSUS
    assert len(list_terminals(world)) == 1200


def test_codes_are_unique_and_parents_exist(world: World) -> None:
    codes = {row.code for row in world.customers}
    assert len(codes) == len(world.customers)
    assert {row.parent for row in world.customers if row.parent} <= codes
    assert all(row.parent for row in world.customers if row.kind == CHAIN_STORE)


def test_customers_stand_in_listed_divisions(world: World) -> None:
    divisions = {row.code: row for row in world.divisions}
    for row in world.customers:
        town = divisions[row.division_code[:9]]
        assert row.division_code in divisions
        assert (town.name, divisions[town.parent].name) == (row.township, row.county)


def test_divisions_form_a_tree_of_five_levels(world: World) -> None:
    divisions = {row.code: row for row in world.divisions}
    lengths = {"省": 6, "市": 6, "县": 6, "乡": 9, "村": 12}
    counts = Counter(row.level for row in world.divisions)
    assert (counts["省"], counts["市"]) == (1, 1) and counts["县"] in (6, 7) and counts["村"] > 80
    for row in world.divisions:
        assert len(row.code) == lengths[row.level]
        assert row.parent in divisions or row.level == "省"
        assert row.level != "村" or row.lng is None


def test_names_are_unique_within_a_county_and_a_few_collide_across(world: World) -> None:
    names = [(row.county, row.name.strip()) for row in world.customers]
    assert len(set(names)) == len(names)
    times = Counter(row.name.strip() for row in world.customers)
    assert sum(count for count in times.values() if count > 1) == 24  # 2 % of 1,200


def test_some_names_are_untidy(world: World) -> None:
    names = [row.name for row in world.customers]
    assert any(name != name.strip() for name in names)
    assert any("（" in name for name in names) and any("(" in name for name in names)


def test_half_of_the_terminals_are_located_a_third_of_them_in_gcj02(world: World) -> None:
    located = [row for row in list_terminals(world) if row.lng is not None]
    assert len(located) == 600
    assert 170 < sum(row.datum == "GCJ-02" for row in located) < 230
    assert all((row.datum != "") == (row.lng is not None) for row in world.customers)


def test_the_truth_knows_exactly_the_missing_places(world: World) -> None:
    missing = [row.code for row in list_terminals(world) if row.lng is None]
    assert [place.customer_code for place in world.truth.places] == missing
    assert [row.customer_code for row in world.truth.potentials] == [row.code for row in list_terminals(world)]
    assert all(row.yearly_yuan > 0 for row in world.truth.potentials)


def test_everyone_is_within_seventy_kilometers(world: World) -> None:
    written = [Point(row.lng, row.lat) for row in world.customers if row.lng and row.lat]
    true = [Point(place.lng, place.lat) for place in world.truth.places]
    assert max(measure_km(CENTER, point) for point in written + true) < 70


def test_shifted_coordinates_lie_beside_their_town_as_true_ones_do(world: World) -> None:
    """A village may lie 4.6 km from its town; read as WGS-84 a shifted point would be 0.5 km further off."""
    towns = {row.code: Point(row.lng, row.lat) for row in world.divisions if row.level == "乡" and row.lng and row.lat}
    for row in world.customers:
        town = towns.get(row.division_code[:9])
        if row.lng and row.lat and town:
            origin = Point(*shift_to_gcj02(town.lng, town.lat)) if row.datum == "GCJ-02" else town
            assert measure_km(origin, Point(row.lng, row.lat)) < 5


def test_segments_fit_the_kinds(world: World) -> None:
    for row in world.customers:
        is_urban = row.county.endswith("区")
        assert not row.terminal_size or (row.kind in STORES and is_urban)
        assert not row.county_rank or (row.kind in STORES and not is_urban)
        assert bool(row.vip) == (row.kind in THIRD_TERMINALS)
    third = [row.vip for row in world.customers if row.vip]
    assert 0.18 < third.count("是") / len(third) < 0.22


def test_each_store_representative_has_twenty_key_and_twenty_secondary_stores(world: World) -> None:
    ranks = {row.code: row.county_rank for row in world.customers}
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for row in world.assignments:
        if row.valid_to is None and row.position_code[-2:] in ("T1", "T2", "T3", "T4"):
            counts[row.position_code][ranks[row.customer_code]] += 1
    assert len(counts) == 4
    assert all((count["重点"], count["次重点"]) == (20, 20) and count["非重点"] > 20 for count in counts.values())
