"""The company's positions and who holds them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from keqing.engines.world.catalog import OTC_LINE, PRESCRIPTION_LINE, PRIMARY_LINE
from keqing.engines.world.names import name_person, spell_login
from keqing.engines.world.places import PREFECTURES_PER_PROVINCE, Prefecture
from keqing.engines.world.rows import Position
from keqing.engines.world.workdays import roll_forward

OTC_REP, PRIMARY_REP, MEDICAL_REP, KEY_ACCOUNT = "OTC代表", "基层代表", "医药代表", "重点客户经理"
CHANNEL, AGENCY, MANAGER = "商务经理", "招商经理", "经理"
SUPPORT_ROLES = ("销售运营", "财务", "质量", "合规", "管理员")
FIRST_MOBILE = 19900000000  # a block that no subscriber holds in this series
LONGEST_STAY_DAYS, SHORTEST_STAY_DAYS = 2400, 200


@dataclass(frozen=True, slots=True)
class Opening:
    """A position before anyone holds it."""

    code: str
    title: str
    parent: str
    role: str
    line: str = ""
    is_vacant: bool = False


def staff_company(rng: Random, prefectures: tuple[Prefecture, ...], as_of: date) -> tuple[Position, ...]:
    """Positions, superiors before subordinates, each filled but the vacant ones."""
    logins: set[str] = set()
    filled: list[Position] = []
    number = 0
    for opening in _open_company(prefectures):
        number += not opening.is_vacant
        filled.append(_fill(rng, opening, number, as_of, logins))
    return tuple(filled)


def _fill(rng: Random, opening: Opening, number: int, as_of: date, logins: set[str]) -> Position:
    if opening.is_vacant:
        return Position(opening.code, opening.title, opening.parent, opening.role, opening.line)
    name = name_person(rng)
    login = spell_login(name, logins)
    joined = as_of - timedelta(days=rng.randint(SHORTEST_STAY_DAYS, LONGEST_STAY_DAYS))
    return Position(
        code=opening.code,
        title=opening.title,
        parent=opening.parent,
        role=opening.role,
        line=opening.line,
        employee_number=f"E{number:05d}",
        name=name,
        login=login,
        mobile=str(FIRST_MOBILE + number),
        email=f"{login}@example.com",
        held_from=roll_forward(joined),
        filing_number=f"YD99{joined.year}{number:08d}" if opening.role == MEDICAL_REP else "",
    )


def _open_company(prefectures: tuple[Prefecture, ...]) -> Iterator[Opening]:
    """One prefecture is headed by its own manager; more get a head office, and a manager for each province."""
    if len(prefectures) == 1:
        only = prefectures[0]
        yield from _open_prefecture(only, "")
        yield from _open_support(f"{only.code[:4]}-M0", only.code[:4], only.stem)
        return
    yield Opening("HQ-M0", "总经理", "", MANAGER)
    yield from _open_support("HQ-M0", "HQ", "总部")
    for index, prefecture in enumerate(prefectures):
        province = f"{prefecture.province_code[:2]}-M0"
        if index % PREFECTURES_PER_PROVINCE == 0:
            yield Opening(province, f"{prefecture.province}省区经理", "HQ-M0", MANAGER)
        yield from _open_prefecture(prefecture, province)


def _open_support(parent: str, prefix: str, place: str) -> Iterator[Opening]:
    for index, role in enumerate(SUPPORT_ROLES, start=1):
        yield Opening(f"{prefix}-S{index}", f"{place}{role}", parent, role)


def _open_prefecture(prefecture: Prefecture, parent: str) -> Iterator[Opening]:
    stem, code = prefecture.stem, prefecture.code[:4]
    head, east, west = f"{code}-M0", f"{code}-M1", f"{code}-M2"
    yield Opening(head, f"{stem}地区经理", parent, MANAGER)
    yield Opening(east, f"{stem}一区主管", head, MANAGER)
    yield Opening(west, f"{stem}二区主管", head, MANAGER)
    for index in range(4):
        yield Opening(f"{code}-T{index + 1}", f"{stem}OTC代表{index + 1}", (east, west)[index // 2], OTC_REP, OTC_LINE)
    yield Opening(f"{code}-T5", f"{stem}OTC代表5", west, OTC_REP, OTC_LINE, is_vacant=True)
    for index in range(2):
        title = f"{stem}基层代表{index + 1}"
        yield Opening(f"{code}-J{index + 1}", title, (east, west)[index], PRIMARY_REP, PRIMARY_LINE)
    yield Opening(f"{code}-Y1", f"{stem}医药代表", west, MEDICAL_REP, PRESCRIPTION_LINE)
    yield Opening(f"{code}-K1", f"{stem}重点客户经理", east, KEY_ACCOUNT, OTC_LINE)
    yield Opening(f"{code}-B1", f"{stem}商务经理", head, CHANNEL)
    yield Opening(f"{code}-Z1", f"{stem}招商经理", head, AGENCY)
