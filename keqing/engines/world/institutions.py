"""Hospitals, township and community centers, clinics."""

from __future__ import annotations

from random import Random
from typing import Any

from keqing.engines.world import lexicon
from keqing.engines.world.names import name_person
from keqing.engines.world.parties import (
    CENSUS,
    CITY_HOSPITAL,
    COMMUNITY_CENTER,
    COMMUNITY_STATION,
    COUNTY_HOSPITAL,
    COUNTY_TCM,
    PRIVATE_CLINIC,
    TOWNSHIP_CENTER,
    VILLAGE_CLINIC,
    WORKPLACE_CLINIC,
    Registrar,
    Site,
    list_villages,
    settle_in_town,
    settle_in_village,
)
from keqing.engines.world.places import County, Town, Village, scatter

PRIVATE_CLINIC_URBAN_SHARE = 1 / 3
COUNTY_HOSPITAL_NAMES = ("人民医院", "第二人民医院", "第三人民医院")
COUNTY_TCM_NAMES = ("中医医院", "中医医院城东院区", "中西医结合医院")


def found_institutions(registrar: Registrar) -> None:
    _found_city_hospitals(registrar)
    _found_county_hospitals(registrar, COUNTY_HOSPITAL, COUNTY_HOSPITAL_NAMES)
    _found_county_hospitals(registrar, COUNTY_TCM, COUNTY_TCM_NAMES)
    _found_township_centers(registrar)
    _found_community(registrar)
    _found_village_clinics(registrar)
    for _ in range(CENSUS[PRIVATE_CLINIC]):
        _found_private_clinic(registrar)
    _found_workplace_clinics(registrar)


def _found_city_hospitals(registrar: Registrar) -> None:
    rng = registrar.rng
    for title in lexicon.CITY_HOSPITALS[: CENSUS[CITY_HOSPITAL]]:
        site = settle_in_town(rng, rng.choice(registrar.urban))
        name = registrar.prefecture.name + title
        registrar.register(CITY_HOSPITAL, [name], site, short_name=f"市{title}", **_describe_public(rng))


def _found_county_hospitals(registrar: Registrar, kind: str, titles: tuple[str, ...]) -> None:
    """One for each county first, then second ones in the order of the counties."""
    places = [(county, title) for title in titles for county in registrar.rural]
    for county, title in places[: CENSUS[kind]]:
        site = settle_in_town(registrar.rng, county, seat_share=1.0)
        name = county.name + title
        registrar.register(kind, [name], site, short_name=name[:2] + title, **_describe_public(registrar.rng))


def _found_township_centers(registrar: Registrar) -> None:
    """One in each town; the larger towns have a branch as well. Some follow the county hospital's purchasing."""
    rng = registrar.rng
    leaders = {party.row.county: party.row.code for party in reversed(registrar.listed(COUNTY_HOSPITAL))}
    towns = [(county, town) for county in registrar.rural for town in county.towns]
    seconds = rng.sample(towns, k=max(0, CENSUS[TOWNSHIP_CENTER] - len(towns)))
    for index, (county, town) in enumerate((towns + seconds)[: CENSUS[TOWNSHIP_CENTER]]):
        site = Site(county, town, scatter(rng, town.point, 0.5))
        parent = leaders.get(county.name, "") if rng.random() < 0.6 else ""
        title = _title_center(rng, town) if index < len(towns) else "第二卫生院"
        names = [town.name + title, county.name + town.name + title]
        traits = _describe_public(rng) | {"parent": parent}
        registrar.register(TOWNSHIP_CENTER, names, site, short_name=town.stem + title, **traits)


def _title_center(rng: Random, town: Town) -> str:
    return "中心卫生院" if town.name.endswith("镇") and rng.random() < 0.4 else "卫生院"


def _found_community(registrar: Registrar) -> None:
    rng = registrar.rng
    streets = [(county, town) for county in registrar.urban for town in county.towns]
    for county, town in rng.sample(streets, k=CENSUS[COMMUNITY_CENTER]):
        site = Site(county, town, scatter(rng, town.point, 0.4))
        names = [f"{town.name}社区卫生服务中心", f"{county.name}{town.name}社区卫生服务中心"]
        registrar.register(COMMUNITY_CENTER, names, site, short_name=f"{town.stem}社区中心", **_describe_public(rng))
    for _ in range(CENSUS[COMMUNITY_STATION]):
        county, town = rng.choice(streets)
        site = Site(county, town, scatter(rng, town.point, 0.4))
        quarters = rng.sample(lexicon.LANDMARKS, k=4)
        names = [f"{town.name}{quarter}社区卫生服务站" for quarter in quarters]
        registrar.register(COMMUNITY_STATION, names, site, short_name=f"{town.stem}社区站", **_describe_public(rng))


def _found_village_clinics(registrar: Registrar) -> None:
    """One in a village, a second one where there are fewer villages than clinics."""
    rng = registrar.rng
    centers = {party.row.division_code: party.row.code for party in reversed(registrar.listed(TOWNSHIP_CENTER))}
    villages = list_villages(registrar.rural)
    rng.shuffle(villages)
    for index in range(CENSUS[VILLAGE_CLINIC]):
        county, town, village = villages[index % len(villages)]
        _found_village_clinic(registrar, county, town, village, centers[town.code])


def _found_village_clinic(registrar: Registrar, county: County, town: Town, village: Village, center: str) -> None:
    rng = registrar.rng
    place = f"{town.name}{village.name}" if rng.random() < 0.8 else village.name
    stems = (place, town.name + village.name, county.name + town.name + village.name)
    names = [stem + title for title in ("卫生室", "第二卫生室", "第三卫生室") for stem in stems]
    registrar.register(
        VILLAGE_CLINIC,
        names,
        settle_in_village(rng, county, town, village),
        ownership=rng.choices(("集体", "民营", "公立"), (60, 25, 15))[0],
        parent=center if rng.random() < 0.85 else "",
        insurance_designated=rng.choices(("是", "否", ""), (70, 20, 10))[0],
        **_describe_purchase(rng, (7, 15, 30, 30)),
    )


def _found_private_clinic(registrar: Registrar) -> None:
    rng = registrar.rng
    counties = registrar.urban if rng.random() < PRIVATE_CLINIC_URBAN_SHARE else registrar.rural
    site = settle_in_town(rng, rng.choice(counties))
    names = (f"{name_person(rng)}{rng.choice(lexicon.CLINIC_SUFFIXES)}" for _ in range(20))
    registrar.register(
        PRIVATE_CLINIC,
        names,
        site,
        ownership="民营",
        insurance_designated=rng.choices(("是", "否", ""), (40, 50, 10))[0],
        **_describe_purchase(rng, (5, 7, 10, 15, 30)),
    )


def _found_workplace_clinics(registrar: Registrar) -> None:
    rng = registrar.rng
    workplaces = [f"{name}医务室" for name in lexicon.SCHOOLS] + [f"{name}职工医务室" for name in lexicon.FACTORIES]
    for name in rng.sample(workplaces, k=CENSUS[WORKPLACE_CLINIC]):
        county = rng.choice(registrar.prefecture.counties)
        place = registrar.prefecture.stem if county.is_urban else county.name[:-1]
        site = settle_in_town(rng, county, seat_share=0.8)
        traits = _describe_public(rng)
        registrar.register(WORKPLACE_CLINIC, [place + name, county.name + name], site, short_name=name, **traits)


def _describe_public(rng: Random) -> dict[str, Any]:
    return {"ownership": "公立", "insurance_designated": "是"} | _describe_purchase(rng, (15, 30, 30))


def _describe_purchase(rng: Random, cycles: tuple[int, ...]) -> dict[str, Any]:
    if rng.random() < 0.2:
        return {}
    modes = rng.choices(("月结", "货到付款", "实销实结", "押批"), (55, 20, 15, 10))
    return {"replenish_days": rng.choice(cycles), "payment_mode": modes[0]}
