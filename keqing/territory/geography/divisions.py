"""The shipped administrative divisions 行政区划 (GB/T 2260 and below) as plain values.

A code's significant digits are those of all its ancestors: 2 for a province, 4 for a city, 6 for a county, 9 for a
township, 12 for a village. Two places look unlike the rest: a city without counties (Dongguan, Zhongshan, Danzhou,
Jiayuguan) has townships as children, and a county directly under its province (PP90DD) has no city.
"""

from __future__ import annotations

import csv
import gzip
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path

from keqing.territory.geography.datum import Point

DATA = Path(__file__).resolve().parent.parent / "data"
DIRECT_MUNICIPALITIES = ("11", "12", "31", "50")


class Level(IntEnum):
    PROVINCE = 1
    CITY = 2
    COUNTY = 3
    TOWNSHIP = 4
    VILLAGE = 5


@dataclass(frozen=True, slots=True)
class Division:
    code: str
    name: str
    short_name: str  # what people say: 昌平 for 昌平区; equal to the name where the short form would mislead
    parent: str  # "" for a province
    level: Level
    point: Point | None  # WGS-84 seat of government; townships have none

    @property
    def prefix(self) -> str:
        """The digits every code below this division begins with."""
        return significant(self.code)

    @property
    def is_pseudo_city(self) -> bool:
        """A city row that only repeats its direct-administered municipality: 1101, 1201, 3101, 5001, 5002."""
        return self.level is Level.CITY and self.code[:2] in DIRECT_MUNICIPALITIES


@dataclass(frozen=True, slots=True)
class FormerDivision:
    """A code or name no longer in force whose whole area now belongs to one successor."""

    code: str
    name: str
    successor: str


def load() -> tuple[Division, ...]:
    """All shipped divisions, ordered so that a parent stands before its children."""
    with gzip.open(DATA / "divisions.csv.gz", "rt", encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        next(rows)
        return tuple(_division(row) for row in rows)


def load_former() -> tuple[FormerDivision, ...]:
    with (DATA / "former_divisions.csv").open(encoding="utf-8", newline="") as file:
        return tuple(FormerDivision(**row) for row in csv.DictReader(file))


def _division(row: list[str]) -> Division:
    code, name, short_name, parent, level, lng, lat = row
    point = Point(float(lng), float(lat)) if lng else None
    return Division(code, name, short_name, parent, Level(int(level)), point)


def significant(code: str) -> str:
    """``420000`` → ``42``, ``420100`` → ``4201``; longer codes are significant as they are."""
    if len(code) != 6:
        return code
    return code[:2] if code.endswith("0000") else code.removesuffix("00")
