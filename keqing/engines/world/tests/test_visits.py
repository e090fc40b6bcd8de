from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, datetime, timedelta
from itertools import pairwise

from keqing.engines.world.coverage import NEW_DAYS
from keqing.engines.world.rows import Visit, World
from keqing.engines.world.visits import DORMANT
from keqing.engines.world.workdays import is_workday, list_workdays_before

FORBIDDEN = (
    "统方 处方量统计 回扣 返点给医生 红包 提成给医生 带金 开单费 临床费 赞助费给科室 现金 购物卡 烟酒 "
    "家庭住址 子女 配偶 身份证 请客 旅游 KTV 礼品 饭局 派系 首推奖励 金单 低价处罚 限价"
)


def group_by_position(world: World) -> dict[str, list[Visit]]:
    groups: dict[str, list[Visit]] = defaultdict(list)
    for visit in world.visits:
        groups[visit.position_code].append(visit)
    return groups


def test_visits_happen_on_the_ninety_working_days_before(world: World) -> None:
    days = {visit.started_at.date() for visit in world.visits}
    expected = list_workdays_before(world.as_of, 90)
    assert days <= set(expected)
    assert min(days) == expected[0] and max(days) == expected[-1] < world.as_of


def test_visits_of_one_person_do_not_overlap(world: World) -> None:
    for visits in group_by_position(world).values():
        assert all(before.ended_at <= after.started_at for before, after in pairwise(visits))
        assert all(visit.started_at < visit.ended_at for visit in visits)


def test_visits_are_made_by_who_covers_the_customer_that_day(world: World) -> None:
    numbers = {row.code: row.employee_number for row in world.staff}
    since = {(row.customer_code, row.position_code): row.valid_from for row in world.assignments}
    for visit in world.visits:
        assert numbers[visit.position_code] == visit.employee_number != ""
        assert since[visit.customer_code, visit.position_code] <= visit.started_at.date()
        assert visit.next_on is None or (is_workday(visit.next_on) and visit.next_on > visit.started_at.date())


def test_store_representatives_make_fifteen_to_twenty_visits_a_day(world: World) -> None:
    for position, visits in group_by_position(world).items():
        if position[-2] == "T":
            days = Counter(visit.started_at.date() for visit in visits)
            assert max(days.values()) <= 20
            assert 15 < sum(days.values()) / len(days) < 19


def test_a_day_stays_in_few_towns(world: World) -> None:
    towns = {row.code: (row.county, row.township) for row in world.customers}
    seen: dict[tuple[str, date], set[tuple[str, str]]] = defaultdict(set)
    for visit in world.visits:
        if visit.position_code[-2] == "T":
            seen[visit.position_code, visit.started_at.date()].add(towns[visit.customer_code])
    # half as many towns as visits
    assert sum(map(len, seen.values())) / len(seen) < 9


def test_nearly_all_key_stores_stand_within_the_three_to_five_day_rule(world: World) -> None:
    """Early, due and late ones are there, the late ones few."""
    key = {row.code for row in world.customers if row.county_rank == "重点" and row.status not in DORMANT}
    last: dict[str, datetime] = {}
    for visit in world.visits:
        if visit.customer_code in key and visit.way == "到店":
            last[visit.customer_code] = max(visit.started_at, last.get(visit.customer_code, visit.started_at))
    gaps = [(world.as_of - day.date()).days for day in last.values()]
    early, late = sum(gap < 3 for gap in gaps), sum(gap > 5 for gap in gaps)
    assert early >= 3 and len(gaps) - early - late >= 5
    assert 0 < late / len(key) < 0.2


def test_everybody_served_and_open_was_seen_but_the_newest(world: World) -> None:
    seen = {(visit.customer_code, visit.position_code) for visit in world.visits}
    dormant = {row.code for row in world.customers if row.status in DORMANT}
    holders = {row.code for row in world.staff if row.employee_number}
    current = [row for row in world.assignments if row.valid_to is None and row.position_code in holders]
    missed = [
        row
        for row in current
        if (row.customer_code, row.position_code) not in seen and row.customer_code not in dormant
    ]
    newest = world.as_of - timedelta(NEW_DAYS)
    assert 10 < sum(row.valid_from >= newest for row in missed) < 50
    assert sum(row.valid_from < newest for row in missed) <= 0.01 * len(current)


def test_agreed_days_are_mostly_kept(world: World) -> None:
    """The next visit by anybody in person comes on the agreed day or before it."""
    visits = sorted(world.visits, key=lambda visit: visit.started_at)
    agreed: dict[str, date] = {}
    kept = late = 0
    for visit in visits:
        promised = agreed.pop(visit.customer_code, None)
        if promised is not None and promised < world.as_of:
            kept, late = kept + (visit.started_at.date() <= promised), late + (visit.started_at.date() > promised)
        if visit.next_on:
            agreed[visit.customer_code] = visit.next_on
    late += sum(day < world.as_of for day in agreed.values())
    assert 0 < late / (kept + late) < 0.15


def test_few_customers_are_late_and_a_few_forgotten(world: World) -> None:
    """By the ordinary county rhythm of at most thirty days."""
    plain = {row.code for row in world.customers if row.county_rank == "非重点" and row.status not in DORMANT}
    last: dict[str, date] = {}
    for visit in world.visits:
        if visit.customer_code in plain:
            last[visit.customer_code] = max(visit.started_at.date(), last.get(visit.customer_code, date.min))
    gaps = [(world.as_of - day).days for day in last.values()]
    assert 0.005 < sum(gap > 36 for gap in gaps) / len(gaps) < 0.05
    assert sum(gap > 30 for gap in gaps) / len(gaps) < 0.12


def test_key_stores_are_seen_more_often_than_others(world: World) -> None:
    ranks = {row.code: row.county_rank for row in world.customers}
    stores = Counter(rank for rank in ranks.values() if rank)
    visits = Counter(ranks[visit.customer_code] for visit in world.visits)
    rates = [visits[rank] / stores[rank] for rank in ("重点", "次重点", "非重点")]
    assert rates[0] > 1.3 * rates[1] > 1.3 * 1.3 * rates[2]


def test_summaries_are_short_varied_and_harmless(world: World) -> None:
    summaries = [visit.summary for visit in world.visits]
    assert all(20 <= len(text) <= 60 for text in summaries)
    assert len(set(summaries)) > 0.95 * len(summaries)
    assert not [text for text in summaries if any(word in text for word in FORBIDDEN.split())]
    assert not [text for text in summaries if "{" in text]


def test_the_medical_representative_neither_sells_nor_phones(world: World) -> None:
    academic = [visit for visit in world.visits if visit.position_code[-2] == "Y"]
    assert academic and all(visit.way == "到店" for visit in academic)
    assert not [visit for visit in academic if any(word in visit.summary for word in ("库存", "补货", "订货", "动销"))]
