"""An invented company of a given size: 20 areas of 40 representatives, each with 150 customers.

Three people look at it: `rep` holds one of the positions (150 customers), `area` is above 40 of them (6,000), `sfe` sees
all. Everything is written through `core.saving`, so history, search tokens and counters are what a real house has.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypeVar

from keqing.accounts.models import User
from keqing.core.models import Base
from keqing.core.saving import Act, save
from keqing.customers.kinds import ContactClass, GradeScheme, PartyKind, TerminalType
from keqing.customers.models import Affiliation, Assignment, Grade, Party, PartyName, Person
from keqing.customers.rules.names import normalise_name
from keqing.customers.rules.sort_keys import sort_key
from keqing.territory.models import Division, Employee, Position, Tenure
from keqing.territory.personas import Persona
from keqing.visits.models import Visit

Row = TypeVar("Row", bound=Base)
AREAS, REPS, EACH = 20, 40, 150
#: visits per customer in the last months: of the representative who is measured, and elsewhere
OWN_VISITS, OTHER_VISITS = 10, 2.6
CHUNK = 2000
START = date(2024, 1, 1)
REASON = "measured company"
#: terminal type, how the name ends, how common it is among 100
SORTS: tuple[tuple[str, str, str, int], ...] = (
    (PartyKind.STORE, TerminalType.INDEPENDENT_STORE, "大药房", 36),
    (PartyKind.STORE, TerminalType.CHAIN_STORE, "连锁药店", 22),
    (PartyKind.STORE, TerminalType.VILLAGE_STORE, "药店", 8),
    (PartyKind.HCO, TerminalType.VILLAGE_CLINIC, "村卫生室", 14),
    (PartyKind.HCO, TerminalType.PRIVATE_CLINIC, "诊所", 12),
    (PartyKind.HCO, TerminalType.TOWNSHIP_HC, "中心卫生院", 6),
    (PartyKind.HCO, TerminalType.COUNTY_HOSPITAL, "人民医院", 2),
)
#: the first customer of every representative: the chain to which the chain stores of the territory belong
HEAD_OFFICE = (PartyKind.CHAIN_HQ.value, "", "医药连锁有限公司")
_FIRST = "仁和康济安民惠泽德馨益寿春晖百草同福长青瑞祥宝芝福林正源华信永盛天诚广济博爱"
_SECOND = "堂心源泰安康宁民生华草林春和顺昌隆兴茂平丰恒达嘉惠健怡"
_FAMILY = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰健建国志红文慧晓燕玲海波"
_NOTES = (
    "陈列在货架二层，缺一个规格，店长答应下周补货，价格牌已更新",
    "与店长核对了上月销量，会员日活动安排在下月初，需要两张海报",
    "库存还有十二盒，近效期两盒已登记，店员培训约在周四下午",
    "介绍了新规格，店长想先试二十盒，进货走原来的商业公司",
)


@dataclass(frozen=True)
class Size:
    areas: int
    reps: int
    each: int

    @classmethod
    def scaled(cls, scale: float) -> Size:
        return cls(max(2, round(AREAS * scale)), REPS, EACH)


def found(size: Size, now: datetime, seed: int = 7) -> dict[str, int]:
    """Fill an empty, set-up database; returns how many rows of what."""
    chance, act = random.Random(seed), Act(user_id=None, at=now, reason=REASON)
    holders = _positions(size, act)
    counties = _counties(len(holders))
    counts = dict.fromkeys(("customers", "people", "visits"), 0)
    batch: list[Party] = []
    owners: list[tuple[Position, User]] = []
    number = 0
    for (position, user), places in zip(holders, counties, strict=True):
        for party in _parties(size.each, number, places, chance):
            batch.append(party)
            owners.append((position, user))
        number += size.each
        if len(batch) >= CHUNK or position is holders[-1][0]:
            _write_customers(batch, owners, act, now, chance, holders[0][0].pk, counts)
            batch, owners = [], []
    return counts


def _save_all(rows: Iterable[Row], act: Act) -> list[Row]:
    everything = list(rows)
    for start in range(0, len(everything), CHUNK):
        save(everything[start : start + CHUNK], act)
    return everything


def _positions(size: Size, act: Act) -> list[tuple[Position, User]]:
    """The selling positions in the order of their areas; the first one is `rep`'s, below `area`'s."""
    top = Position(code="P-0", name="全国", persona=Persona.MANAGER, valid_from=START)
    office = Position(code="P-SFE", name="销售运营", persona=Persona.SFE, valid_from=START)
    _save_all([top, office], act)
    areas = _save_all(
        [Position(code=f"P-{a:02}", name=f"第{a + 1}区", parent=top, persona=Persona.MANAGER, valid_from=START)
         for a in range(size.areas)],
        act,
    )  # fmt: skip
    reps = _save_all(
        [Position(code=f"P-{a:02}-{r:02}", name=f"第{a + 1}区第{r + 1}片", parent=area, persona=Persona.OTC_REP,
                  valid_from=START) for a, area in enumerate(areas) for r in range(size.reps)],
        act,
    )  # fmt: skip
    users = [_user(f"rep{at}", at) for at in range(len(reps))]
    users[0].username = "rep"
    managers = [_user(f"area{at}", 5000 + at) for at in range(len(areas))]
    managers[0].username = "area"
    people = [*users, *managers, _user("sfe", 9999)]
    User.objects.bulk_create(people, batch_size=500)
    employees = _save_all(
        [Employee(staff_no=f"E{at:05}", name=user.name, user=user) for at, user in enumerate(people)], act
    )
    held = [*reps, *areas, office]
    _save_all(
        [Tenure(employee=one, position=place, valid_from=START) for one, place in zip(employees, held, strict=True)],
        act,
    )
    return list(zip(reps, users, strict=True))


def _user(username: str, number: int) -> User:
    user = User(username=username, name=_FAMILY[number % 38] + _GIVEN[number % 37] + _GIVEN[number % 31])
    user.set_unusable_password()
    return user


def _counties(count: int) -> Iterator[tuple[Division, list[Division]]]:
    """Counties with their townships, around the country."""
    rows = Division.objects.everything(REASON)
    townships: dict[int, list[Division]] = {}
    for row in rows.filter(level=Division.Level.TOWNSHIP).order_by("code"):
        townships.setdefault(row.parent_id, []).append(row)
    counties = [row for row in rows.filter(level=Division.Level.COUNTY, lng__isnull=False) if row.pk in townships]
    for at in range(count):
        county = counties[at * 7 % len(counties)]
        yield county, townships[county.pk]


def _parties(count: int, first: int, places: tuple[Division, list[Division]], chance: random.Random) -> Iterator[Party]:
    county, townships = places
    for number in range(first, first + count):
        kind, terminal_type, ending = HEAD_OFFICE if number == first else _sort(chance)
        township = chance.choice(townships)
        name = f"{county.short_name}{township.short_name}{chance.choice(_FIRST)}{chance.choice(_SECOND)}{ending}"
        yield Party(
            code=f"C{number:06}",
            name=name,
            name_norm=normalise_name(name),
            sort_key=sort_key(name),
            kind=kind,
            terminal_type=terminal_type,
            source="订货会签到表",
            division=township,
            address=f"{township.name}{chance.choice(_FIRST)}{chance.choice(_SECOND)}路{chance.randint(1, 300)}号",
            lng=round((county.lng or 0) + chance.uniform(-0.12, 0.12), 6),
            lat=round((county.lat or 0) + chance.uniform(-0.12, 0.12), 6),
            place_ground=Party.PlaceGround.IMPORT,
            tags=chance.choice(("", "", "社区", "院边、社区")),
            staff_count=chance.randint(1, 12),
            daily_footfall=chance.randint(20, 400),
        )


def _sort(chance: random.Random) -> tuple[str, str, str]:
    kind, terminal_type, ending, _ = chance.choices(SORTS, [common for *_, common in SORTS])[0]
    return str(kind), str(terminal_type), ending


def _write_customers(
    parties: Sequence[Party],
    owners: Sequence[tuple[Position, User]],
    act: Act,
    now: datetime,
    chance: random.Random,
    measured: int,
    counts: dict[str, int],
) -> None:
    _save_with_parents(parties, owners, act)
    _save_all(
        [Assignment(party=party, position=position, valid_from=START)
         for party, (position, _) in zip(parties, owners, strict=True)], act
    )  # fmt: skip
    _save_all(
        [Grade(party=party, scheme=GradeScheme.TERMINAL_SIZE, value=chance.choice(("LARGE", "LARGER", "SMALL")),
               valid_from=START, source="终端普查") for party in parties], act
    )  # fmt: skip
    _save_all(
        [PartyName(party=party, name=f"{party.name[-6:]}旧店", name_norm=f"{party.name_norm[-6:]}旧店", relation="former")
         for party in parties[::20]], act
    )  # fmt: skip
    people = _save_all((_person(chance) for _ in parties), act)
    _save_all(
        [Affiliation(person=person, party=party, job_title="店长" if party.kind == PartyKind.STORE else "医生",
                     is_primary=True, valid_from=START) for person, party in zip(people, parties, strict=True)], act
    )  # fmt: skip
    visits = list(_visits(parties, owners, now, chance, measured))
    _save_all(visits, act)
    for key, rows in (("customers", parties), ("people", people), ("visits", visits)):
        counts[key] += len(rows)


def _save_with_parents(parties: Sequence[Party], owners: Sequence[tuple[Position, User]], act: Act) -> None:
    offices = {
        position.pk: party
        for party, (position, _) in zip(parties, owners, strict=True)
        if party.kind == PartyKind.CHAIN_HQ
    }
    _save_all(offices.values(), act)
    for party, (position, _) in zip(parties, owners, strict=True):
        if party.terminal_type == TerminalType.CHAIN_STORE:
            party.parent = offices[position.pk]
    _save_all((party for party in parties if party.pk is None), act)


def _person(chance: random.Random) -> Person:
    name = chance.choice(_FAMILY) + chance.choice(_GIVEN) + chance.choice(_GIVEN)
    return Person(
        name=name,
        sort_key=sort_key(name),
        contact_class=ContactClass.COMMERCIAL,
        mobile=f"13{chance.randrange(10**9):09}",
    )


def _visits(
    parties: Sequence[Party],
    owners: Sequence[tuple[Position, User]],
    now: datetime,
    chance: random.Random,
    measured: int,
) -> Iterator[Visit]:
    for party, (position, user) in zip(parties, owners, strict=True):
        wanted = OWN_VISITS if position.pk == measured else OTHER_VISITS
        for _ in range(int(wanted) + (chance.random() < wanted % 1)):
            started = now - timedelta(days=chance.randint(2, 300), minutes=chance.randint(0, 480))
            yield Visit(
                party=party,
                position=position,
                author=user,
                kind=Visit.Kind.TERMINAL if party.kind == PartyKind.STORE else Visit.Kind.BUSINESS,
                started_at=started,
                ended_at=started + timedelta(minutes=chance.randint(6, 50)),
                ground=Visit.Ground.WITHIN,
                distance_m=chance.randint(0, 300),
                note=chance.choice(_NOTES),
            )
