"""Distributors, chain headquarters and every kind of drug store."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any

from keqing.engines.world import lexicon
from keqing.engines.world.names import name_brand
from keqing.engines.world.parties import (
    CENSUS,
    CHAIN_HEADQUARTERS,
    CHAIN_STORE,
    DISTRIBUTOR,
    INDEPENDENT_STORE,
    VILLAGE_STORE,
    Party,
    Registrar,
    Site,
    list_villages,
    settle_in_town,
    settle_in_village,
)

CHAIN_STORE_COUNTS = (130, 100, 75, 50, 40, 25)
BRANCH_STYLES = ("{}·{}店", "{}（{}店）", "{}·{}店", "{}({}店)", "{}{}店", "{}·{}店")
URBAN_SHARE_CHAIN, URBAN_SHARE_INDEPENDENT = 0.29, 0.18
PAYMENT_MODES = ("月结", "货到付款", "实销实结", "预付", "押批")
MEMBER_DAYS = ("每月8日", "每月18日", "每月28日", "每周二", "每周三", "每月1日、15日")


def found_traders(registrar: Registrar, brands: Iterator[str]) -> None:
    for _ in range(CENSUS[DISTRIBUTOR]):
        _found_distributor(registrar)
    for size, style in zip(CHAIN_STORE_COUNTS, BRANCH_STYLES, strict=True):
        _found_chain(registrar, next(brands), size, style)
    for _ in range(CENSUS[INDEPENDENT_STORE]):
        _found_independent(registrar)
    villages = list_villages(registrar.rural)
    for _ in range(CENSUS[VILLAGE_STORE]):
        _found_village_store(registrar, villages)


def _found_distributor(registrar: Registrar) -> None:
    rng = registrar.rng
    counties = registrar.urban if rng.random() < 0.6 else registrar.rural
    site = settle_in_town(rng, rng.choice(counties), seat_share=1.0)
    brand = name_brand(rng)
    place = registrar.prefecture.stem if site.county.is_urban else site.county.name[:-1]
    names = (
        f"{place}{brand}{suffix}" if rng.random() < 0.75 else f"{brand}（{place}）{suffix}" for suffix in _suffixes(rng)
    )
    registrar.register(
        DISTRIBUTOR,
        names,
        site,
        short_name=f"{place}{brand}",
        ownership=rng.choices(("民营", "公立", "集体"), (80, 15, 5))[0],
        payment_mode=rng.choice(("月结", "预付", "押批", "月结")),
    )


def _suffixes(rng: Random) -> list[str]:
    return rng.sample(lexicon.DISTRIBUTOR_SUFFIXES, k=len(lexicon.DISTRIBUTOR_SUFFIXES))


def _found_chain(registrar: Registrar, brand: str, size: int, style: str) -> None:
    rng = registrar.rng
    label = f"{brand}大药房"
    headquarters = registrar.register(
        CHAIN_HEADQUARTERS,
        [f"{registrar.prefecture.stem}{label}连锁有限公司"],
        settle_in_town(rng, rng.choice(registrar.urban)),
        short_name=brand,
        ownership="民营",
        payment_mode="月结",
    )
    member_day = rng.choice(MEMBER_DAYS)
    for _ in range(size):
        _found_branch(registrar, headquarters, label, style, member_day)


def _found_branch(registrar: Registrar, headquarters: Party, label: str, style: str, member_day: str) -> None:
    rng = registrar.rng
    site = _settle_store(registrar, URBAN_SHARE_CHAIN)
    names = (style.format(label, branch) for branch in _suggest_branches(rng, site))
    registrar.register(
        CHAIN_STORE,
        names,
        site,
        short_name=headquarters.row.short_name + site.town.stem,
        ownership="民营",
        parent=headquarters.row.code,
        store_type=rng.choices(("直营", "加盟"), (78, 22))[0],
        member_day=member_day,
        **_describe_store(rng, 1.0),
    )


def _suggest_branches(rng: Random, site: Site) -> Iterator[str]:
    stem = site.town.stem
    if not site.county.is_urban and not site.town.is_seat:
        yield stem
    county = site.county.name[:-1]
    for _ in range(3):
        landmark = rng.choice(lexicon.LANDMARKS)
        yield landmark if site.county.is_urban else county + landmark
    for landmark in rng.sample(lexicon.LANDMARKS, k=len(lexicon.LANDMARKS)):
        yield stem + landmark


def _settle_store(registrar: Registrar, urban_share: float) -> Site:
    rng = registrar.rng
    counties = registrar.urban if rng.random() < urban_share else registrar.rural
    return settle_in_town(rng, rng.choice(counties), seat_share=0.45)


def _found_independent(registrar: Registrar) -> None:
    rng = registrar.rng
    site = _settle_store(registrar, URBAN_SHARE_INDEPENDENT)
    registrar.register(
        INDEPENDENT_STORE,
        _suggest_store_names(rng, site),
        site,
        ownership="民营",
        member_day=rng.choice(MEMBER_DAYS) if rng.random() < 0.4 else "",
        **_describe_store(rng, 0.7),
    )


def _suggest_store_names(rng: Random, site: Site) -> Iterator[str]:
    places = ("", site.county.name[:-1], site.county.name, site.town.stem)
    while True:
        place = rng.choices(places, (45, 20, 15, 20))[0]
        yield place + name_brand(rng) + rng.choice(lexicon.STORE_SUFFIXES)


def _found_village_store(registrar: Registrar, villages: list[Any]) -> None:
    """Two in five stand in the township's street, the others in a village."""
    rng = registrar.rng
    if rng.random() < 0.4:
        site = settle_in_town(rng, rng.choice(registrar.rural), seat_share=0.0)
        place = site.town.stem
    else:
        county, town, village = rng.choice(villages)
        site = settle_in_village(rng, county, town, village)
        place = village.name.removesuffix("村")
    names = (f"{place}{name_brand(rng)}{rng.choice(('药店', '药房', '便民药店'))}" for _ in range(20))
    registrar.register(VILLAGE_STORE, names, site, ownership="民营", **_describe_store(rng, 0.4))


def _describe_store(rng: Random, scale: float) -> dict[str, Any]:
    """What a survey found; a seventh of the stores was never asked about its numbers."""
    traits: dict[str, Any] = {
        "tag": rng.choices(("社区", "商圈", "院边", "电商", ""), (55, 18, 17, 2, 8))[0],
        "insurance_designated": rng.choices(("是", "否", ""), (80, 14, 6))[0],
    }
    if rng.random() < 1 / 7:
        return traits
    return traits | {
        "staff_count": max(1, round(rng.lognormvariate(1.3, 0.45) * scale)),
        "area_m2": round(rng.lognormvariate(4.5, 0.4) * scale),
        "daily_footfall": round(rng.lognormvariate(4.4, 0.6) * scale),
        "member_count": round(rng.lognormvariate(6.6, 0.8) * scale),
        "replenish_days": rng.choice((3, 5, 7, 7, 10, 14, 15, 30)),
        "payment_mode": rng.choices(PAYMENT_MODES, (40, 25, 18, 10, 7))[0],
    }
