from __future__ import annotations

import re
from collections import Counter, defaultdict
from datetime import date
from random import Random

import pytest

from keqing.engines.world import generate
from keqing.engines.world.force import staff_company
from keqing.engines.world.parties import DISTRIBUTOR, TERMINALS
from keqing.engines.world.places import lay_out_prefectures
from keqing.engines.world.rows import World

ROLES = {
    "经理": 3,
    "OTC代表": 5,
    "基层代表": 2,
    "医药代表": 1,
    "重点客户经理": 1,
    "商务经理": 1,
    "招商经理": 1,
    "销售运营": 1,
    "财务": 1,
    "质量": 1,
    "合规": 1,
    "管理员": 1,
}


def test_the_force_is_complete_with_one_vacancy(world: World) -> None:
    assert Counter(row.role for row in world.staff) == ROLES
    vacant = [row for row in world.staff if not row.employee_number]
    assert len(vacant) == 1
    assert (vacant[0].name, vacant[0].login, vacant[0].mobile, vacant[0].held_from) == ("", "", "", None)


def test_superiors_come_first_and_only_one_has_none(world: World) -> None:
    seen: set[str] = set()
    for row in world.staff:
        assert row.parent in seen or not row.parent
        seen.add(row.code)
    assert [row.role for row in world.staff if not row.parent] == ["经理"]


def test_logins_and_contacts_are_well_formed(world: World) -> None:
    holders = [row for row in world.staff if row.employee_number]
    assert len({row.login for row in holders}) == len(holders)
    for row in holders:
        assert re.fullmatch(r"[a-z]+\d*", row.login)
        assert re.fullmatch(r"1990000\d{4}", row.mobile)
        assert row.email == f"{row.login}@example.com"
        assert bool(row.filing_number) == (row.role == "医药代表")


def test_assignments_point_at_customers_and_positions(world: World) -> None:
    names = {row.code: row.name.strip() for row in world.customers}
    positions = {row.code for row in world.staff}
    for row in world.assignments:
        assert names[row.customer_code] == row.customer_name
        assert row.position_code in positions
        assert row.line and 0 < row.share <= 1


def test_shares_never_exceed_one_on_any_day(world: World) -> None:
    periods = defaultdict(list)
    for row in world.assignments:
        periods[row.customer_code, row.line].append((row.valid_from, row.valid_to or date.max, row.share))
    for spans in periods.values():
        for day, _, _ in spans:  # a sum can only rise on a day on which a share begins
            assert sum(share for start, end, share in spans if start <= day < end) <= 1


def test_territories_are_workable(world: World) -> None:
    roles = {row.code: row.role for row in world.staff}
    current: dict[str, set[str]] = defaultdict(set)
    for row in world.assignments:
        if row.valid_to is None:
            current[row.position_code].add(row.customer_code)
    field = {code: len(codes) for code, codes in current.items() if roles[code] != "商务经理"}
    assert len(field) == 8
    assert all(120 <= size <= 180 for size in field.values()), field


def test_about_three_percent_of_the_terminals_are_unassigned(world: World) -> None:
    assigned = {row.customer_code for row in world.assignments}
    free = [row for row in world.customers if row.code not in assigned]
    assert all(row.kind in TERMINALS for row in free)
    assert 30 <= len(free) <= 42
    assert all(row.code in assigned for row in world.customers if row.kind == DISTRIBUTOR)


def test_key_stores_are_shared_half_and_half(world: World) -> None:
    halves = Counter(row.customer_code for row in world.assignments if row.share == 0.5)
    assert len(halves) > 100
    assert set(halves.values()) == {2}


def test_past_assignments_end_on_the_day_the_next_begins(world: World) -> None:
    ended = [row for row in world.assignments if row.valid_to]
    starts = {(row.customer_code, row.valid_from) for row in world.assignments if not row.valid_to}
    assert len(ended) == 24
    assert all(row.valid_from < row.valid_to for row in ended if row.valid_to)
    assert all((row.customer_code, row.valid_to) in starts for row in ended)


def test_people_work_at_customers_and_some_at_two(world: World) -> None:
    names = {row.code: row.name.strip() for row in world.customers}
    assert all(names[row.customer_code] == row.customer_name for row in world.people)
    assert 1.2 < len(world.people) / len(names) < 1.6
    mobiles = Counter(row.mobile for row in world.people if row.mobile)
    assert 0.015 < sum(count == 2 for count in mobiles.values()) / len(mobiles) < 0.045
    named = {(row.mobile, row.name) for row in world.people if row.mobile}
    assert len(named) == len(mobiles)
    assert all(re.fullmatch(r"199000\d{5}", mobile) for mobile in mobiles)


def test_each_customer_has_one_primary_person(world: World) -> None:
    primary = Counter(row.customer_code for row in world.people if row.is_primary == "是")
    assert set(primary.values()) == {1} and len(primary) == len(world.customers)


def test_staff_of_institutions_are_medical(world: World) -> None:
    kinds = {row.code: row.kind for row in world.customers}
    shops = ("连锁门店", "单体药店", "村镇药店", "连锁总部", "商业公司")
    for row in world.people:
        assert row.contact_class == ("商业人员" if kinds[row.customer_code] in shops else "医务人员")


def test_a_nation_names_a_hundred_prefectures_and_every_login_apart() -> None:
    prefectures = lay_out_prefectures(Random(5), 100)
    counties = [county for prefecture in prefectures for county in prefecture.counties]
    assert len({prefecture.name for prefecture in prefectures}) == 100
    assert len({county.name for county in counties}) == len({county.code for county in counties}) == len(counties)
    assert len({prefecture.province for prefecture in prefectures}) == 10
    staff = staff_company(Random(6), prefectures, date(2026, 7, 8))
    logins = [row.login for row in staff if row.login]
    assert len(set(logins)) == len(logins) > 1300
    assert [row.code for row in staff if not row.parent] == ["HQ-M0"]


def test_an_unknown_size_is_refused() -> None:
    with pytest.raises(ValueError, match="small, province, nation"):
        generate(1, "galaxy", date(2026, 7, 8))
