"""The parties of one prefecture as they truly are, before a company writes them down."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from random import Random
from typing import Any

from keqing.engines.world import lexicon
from keqing.engines.world.codes import credit_code
from keqing.engines.world.names import claim
from keqing.engines.world.places import County, Point, Prefecture, Town, Village, scatter
from keqing.engines.world.rows import Customer

COUNTY_HOSPITAL, COUNTY_TCM, CITY_HOSPITAL = "县级医院", "县中医院", "城市医院"
TOWNSHIP_CENTER, COMMUNITY_CENTER, COMMUNITY_STATION = "乡镇卫生院", "社区卫生服务中心", "社区卫生服务站"
VILLAGE_CLINIC, PRIVATE_CLINIC, WORKPLACE_CLINIC = "村卫生室", "个体诊所", "厂矿学校医务室"
CHAIN_STORE, INDEPENDENT_STORE, VILLAGE_STORE = "连锁门店", "单体药店", "村镇药店"
CHAIN_HEADQUARTERS, DISTRIBUTOR = "连锁总部", "商业公司"

STORES = (CHAIN_STORE, INDEPENDENT_STORE, VILLAGE_STORE)
HOSPITALS = (COUNTY_HOSPITAL, COUNTY_TCM, CITY_HOSPITAL)
COMMUNITY = (COMMUNITY_CENTER, COMMUNITY_STATION)
INSTITUTIONS = (*HOSPITALS, TOWNSHIP_CENTER, *COMMUNITY, VILLAGE_CLINIC, PRIVATE_CLINIC, WORKPLACE_CLINIC)
TERMINALS = (*INSTITUTIONS, *STORES)
THIRD_TERMINALS = (TOWNSHIP_CENTER, *COMMUNITY, VILLAGE_CLINIC, PRIVATE_CLINIC, WORKPLACE_CLINIC, VILLAGE_STORE)

# how many a prefecture has: 1,200 terminals, 6 chains, 60 distributors
CENSUS = {
    CHAIN_HEADQUARTERS: 6,
    DISTRIBUTOR: 60,
    CITY_HOSPITAL: 12,
    COUNTY_HOSPITAL: 8,
    COUNTY_TCM: 6,
    TOWNSHIP_CENTER: 70,
    COMMUNITY_CENTER: 8,
    COMMUNITY_STATION: 12,
    VILLAGE_CLINIC: 200,
    PRIVATE_CLINIC: 90,
    WORKPLACE_CLINIC: 14,
    CHAIN_STORE: 420,
    INDEPENDENT_STORE: 240,
    VILLAGE_STORE: 120,
}
MEDIAN_POTENTIAL_YUAN = {
    CITY_HOSPITAL: 300_000,
    COUNTY_HOSPITAL: 200_000,
    COUNTY_TCM: 90_000,
    TOWNSHIP_CENTER: 15_000,
    COMMUNITY_CENTER: 25_000,
    COMMUNITY_STATION: 5_000,
    VILLAGE_CLINIC: 1_500,
    PRIVATE_CLINIC: 4_000,
    WORKPLACE_CLINIC: 2_500,
    CHAIN_STORE: 9_000,
    INDEPENDENT_STORE: 6_000,
    VILLAGE_STORE: 1_800,
}
# chance that the company knows the code, and the code's first two signs
CREDIT_CODES = {
    PRIVATE_CLINIC: (0.7, "92"),
    VILLAGE_CLINIC: (0.3, "52"),
    CHAIN_STORE: (0.8, "91"),
    INDEPENDENT_STORE: (0.8, "92"),
    VILLAGE_STORE: (0.6, "92"),
    CHAIN_HEADQUARTERS: (1.0, "91"),
    DISTRIBUTOR: (1.0, "91"),
}
PUBLIC_CREDIT_CODE = (0.95, "12")


@dataclass(frozen=True, slots=True)
class Site:
    """Where a party stands; ``village`` is None in towns and streets."""

    county: County
    town: Town
    point: Point
    village: Village | None = None


@dataclass(frozen=True, slots=True)
class Party:
    """A customer with what only the world knows; ``potential`` in yuan a year, 0 for those who are no terminals."""

    row: Customer
    site: Site
    potential: int


@dataclass(slots=True)
class Registrar:
    """Numbers the parties of one prefecture and keeps their names apart."""

    rng: Random
    prefecture: Prefecture
    parties: list[Party] = field(default_factory=list)
    names: set[str] = field(default_factory=set)

    @property
    def urban(self) -> list[County]:
        return [county for county in self.prefecture.counties if county.is_urban]

    @property
    def rural(self) -> list[County]:
        return [county for county in self.prefecture.counties if not county.is_urban]

    def listed(self, kind: str) -> list[Party]:
        return [party for party in self.parties if party.row.kind == kind]

    def register(self, kind: str, names: Iterable[str], site: Site, *, short_name: str = "", **traits: Any) -> Party:
        """Enter a party under the first free of ``names``."""
        name = claim(iter(names), self.names)
        row = Customer(
            code=f"C{self.prefecture.code[:4]}{len(self.parties) + 1:05d}",
            name=name,
            short_name=short_name,
            kind=kind,
            credit_code=self._draw_credit_code(kind, site.county.code),
            status=self._draw_status(kind),
            province=self.prefecture.province,
            prefecture=self.prefecture.name,
            county=site.county.name,
            township=site.town.name,
            division_code=(site.village.code if site.village else "") or site.town.code,
            address=write_address(self.rng, site, has_front=kind in STORES),
            **traits,
        )
        party = Party(row, site, self._draw_potential(kind))
        self.parties.append(party)
        return party

    def _draw_credit_code(self, kind: str, county_code: str) -> str:
        chance, category = CREDIT_CODES.get(kind, PUBLIC_CREDIT_CODE)
        return credit_code(self.rng, category, county_code) if self.rng.random() < chance else ""

    def _draw_status(self, kind: str) -> str:
        if kind in (CHAIN_HEADQUARTERS, DISTRIBUTOR) or kind in HOSPITALS:
            return "合作"
        return self.rng.choices(("合作", "潜在", "暂停", "关停"), (88, 8, 2.5, 1.5))[0]

    def _draw_potential(self, kind: str) -> int:
        median = MEDIAN_POTENTIAL_YUAN.get(kind, 0)
        return int(median * self.rng.lognormvariate(0, 0.7))


def settle_in_town(rng: Random, county: County, seat_share: float = 0.5) -> Site:
    """A shop front: in a county, ``seat_share`` of all stand in the county's seat."""
    seats = [town for town in county.towns if town.is_seat]
    town = seats[0] if seats and rng.random() < seat_share else rng.choice(county.towns)
    return Site(county, town, scatter(rng, town.point, 0.9 if town.is_seat else 0.5))


def settle_in_village(rng: Random, county: County, town: Town, village: Village) -> Site:
    return Site(county, town, scatter(rng, village.point, 0.25), village)


def list_villages(counties: list[County]) -> list[tuple[County, Town, Village]]:
    return [(county, town, village) for county in counties for town in county.towns for village in town.villages]


def write_address(rng: Random, site: Site, *, has_front: bool) -> str:
    if site.village:
        return f"{site.town.name}{site.village.name}{rng.choice('一二三四五六七八九')}组{rng.randint(1, 60)}号"
    road, number = rng.choice(lexicon.ROADS), rng.randint(1, 320)
    front = rng.choices(("", "东侧门面", "西侧门面", f"附{rng.randint(1, 12)}号", "一楼"), (70, 8, 8, 8, 6))[0]
    town = site.town.name if rng.random() < 0.7 else ""
    return f"{town}{road}{number}号{front if has_front else ''}"
