"""What is known of customers when a file is judged: read once, looked up in dictionaries, added to row by row."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import NamedTuple

from keqing.core.viewer import Viewer
from keqing.customers.models import Party, PartyName
from keqing.customers.rules.duplicates import Entry, address_tail, bare_name, looks_duplicate
from keqing.customers.rules.names import normalise_name
from keqing.customers.rules.why import Why
from keqing.territory.geography import Gazetteer
from keqing.territory.geography.divisions import significant
from keqing.territory.models import Division
from keqing.territory.services.places import gazetteer

REASON = "an import must not create what exists, whoever brings the file"
MOST_CANDIDATES = 40
COUNTY_DIGITS = 6


class Known(NamedTuple):
    """A customer of the archive (with a key) or of an earlier row of the file (with its number)."""

    key: int | None
    number: int
    name: str
    code: str
    address: str
    area: str
    township: str


class Likeness(NamedTuple):
    known: Known
    why: Why


class Grounds:
    """Divisions by code and by key, and the county of each."""

    def __init__(self) -> None:
        rows = Division.objects.everything(REASON).filter(valid_to__isnull=True).values_list("code", "pk")
        self.keys: dict[str, int] = dict(rows)
        self.codes: dict[int, str] = {key: code for code, key in self.keys.items()}
        self._counties: dict[str, str] = {"": ""}

    @cached_property
    def gazetteer(self) -> Gazetteer:
        return gazetteer()

    def area(self, code: str) -> str:
        """Where a name must be unique: the county; where that is not known, what is."""
        return self.county(code) or code

    def county(self, code: str) -> str:
        found = self._counties.get(code)
        if found is None:
            found = self._counties[code] = self.gazetteer.county_of(code)
        return found


@dataclass
class Parties:
    """The archive by code, credit code, name, other name and end of the address, the last three within an area."""

    grounds: Grounds
    visible: Collection[int] | None  # None: all

    def __post_init__(self) -> None:
        self.by_code: dict[str, Known] = {}
        self.by_credit_code: dict[str, Known] = {}
        self.by_name: dict[tuple[str, str], list[Known]] = defaultdict(list)
        self.by_other_name: dict[tuple[str, str], Known] = {}
        self.anywhere: dict[str, list[Known]] = defaultdict(list)
        self._by_tail: dict[tuple[str, str], list[Known]] = defaultdict(list)
        self._by_bare: dict[tuple[str, str], Known] = {}
        # each row is asked for first and added right after
        self._bare, self._tail = lru_cache(8)(bare_name), lru_cache(8)(address_tail)
        others: dict[int, list[str]] = defaultdict(list)
        for party, norm in PartyName.objects.everything(REASON).values_list("party_id", "name_norm"):
            others[party].append(norm)
        fields = ("pk", "code", "name", "name_norm", "credit_code", "address", "division_id")
        for key, code, name, norm, credit, address, division in Party.objects.everything(REASON).values_list(*fields):
            where = self.grounds.codes.get(division, "")
            known = Known(key, 0, name, code, address, self.grounds.area(where), where[:9] if len(where) > 6 else "")
            self.add(known, norm, credit, others.get(key, ()))

    def add(self, known: Known, norm: str, credit_code: str, other_norms: Collection[str]) -> None:
        if known.code:
            self.by_code[known.code] = known
        if credit_code:
            self.by_credit_code[credit_code] = known
        self.by_name[norm, known.area].append(known)
        self.anywhere[norm].append(known)
        for other in other_norms:
            self.by_other_name.setdefault((other, known.area), known)
        self._by_bare.setdefault((self._bare(known.name), known.area), known)
        if tail := self._tail(known.address):
            self._by_tail[known.area, tail].append(known)

    def sees(self, known: Known) -> bool:
        return known.key is None or self.visible is None or known.key in self.visible

    def namesakes(self, norm: str, area: str) -> Iterator[Known]:
        """Those of the same name that may lie in the same county, because of one of the two it is not known."""
        for known in self.anywhere.get(norm, ()):
            if known.area != area and _may_be_same(known.area, area):
                yield known

    def alike(self, name: str, address: str, area: str) -> Likeness | None:
        """A customer of the county that is probably the same house."""
        entry = Entry(name, address)
        for known in self._candidates(name, address, area):
            if why := looks_duplicate(entry, Entry(known.name, known.address)):
                return Likeness(known, why)
        return None

    def _candidates(self, name: str, address: str, area: str) -> Iterator[Known]:
        if same := self._by_bare.get((self._bare(name), area)):
            yield same
        if tail := self._tail(address):
            yield from self._by_tail.get((area, tail), ())[:MOST_CANDIDATES]


def _may_be_same(one: str, other: str) -> bool:
    short, long = sorted((significant(one), significant(other)), key=len)
    return len(short) < COUNTY_DIGITS and long.startswith(short)


def visible_keys(viewer: Viewer) -> frozenset[int] | None:
    if viewer.sees_all:
        return None
    return frozenset(Party.objects.visible_to(viewer).values_list("pk", flat=True))


def read_parties(viewer: Viewer) -> Parties:
    return Parties(Grounds(), visible_keys(viewer))


@dataclass
class Directory:
    """Visible customers by code and by any of their names: to whom a row of people or assignments belongs."""

    viewer: Viewer

    def __post_init__(self) -> None:
        self.by_code: dict[str, int] = {}
        self.by_name: dict[str, list[int]] = defaultdict(list)
        self.kinds: dict[int, str] = {}
        self.names: dict[int, str] = {}
        self.norms: dict[int, set[str]] = defaultdict(set)
        rows = Party.objects.visible_to(self.viewer).order_by().values_list("pk", "code", "name", "name_norm", "kind")
        for key, code, name, norm, kind in rows:
            if code:
                self.by_code[code] = key
            self.kinds[key], self.names[key] = kind, name
            self._add(key, norm)
        for key, norm in PartyName.objects.everything(REASON).values_list("party_id", "name_norm"):
            if key in self.kinds:
                self._add(key, norm)

    def _add(self, key: int, norm: str) -> None:
        self.norms[key].add(norm)
        if key not in self.by_name[norm]:
            self.by_name[norm].append(key)

    def is_called(self, key: int, name: str) -> bool:
        return normalise_name(name) in self.norms[key]
