"""One row of a customer list as values of a customer, with notes for the person, or the sentence why not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext

from keqing.customers.imports.lookups import Grounds
from keqing.customers.imports.party_fields import GRADES, PLAIN
from keqing.customers.kinds import PartyKind, TerminalType
from keqing.customers.rules.credit_code import check_credit_code
from keqing.customers.rules.names import PartyNames, normalise_name, split_names
from keqing.customers.rules.party_kinds import sort_by_name, sort_written
from keqing.territory.geography import ImpossibleCoordinate, Match, Stop, to_wgs84
from keqing.territory.geography.gazetteer import FILLERS

LABELS: Mapping[str, str] = {**dict(PartyKind.choices), **dict(TerminalType.choices)}


class Wrong(Exception):
    """The row cannot be taken as it is; the text says why."""


@dataclass
class Row:
    """A row read: `party` holds values by field, without what the row leaves out."""

    number: int
    names: PartyNames
    norm: str
    party: dict[str, Any]
    division: str = ""
    area: str = ""
    address: str = ""
    parent: str = ""
    grades: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    @property
    def code(self) -> str:
        return str(self.party.get("code", ""))

    @property
    def township(self) -> str:
        return self.division[:9] if len(self.division) > 6 else ""

    @property
    def has_campus(self) -> bool:
        """Campuses of one hospital share its credit code."""
        return any(relation == "campus" for _, relation in self.names.others)

    @property
    def other_norms(self) -> dict[str, tuple[str, str]]:
        """Comparable form → name and relation, of every other name of the whole house."""
        return {
            normalise_name(name)[:120]: (name[:120], relation)
            for name, relation in self.names.others
            if relation in ("also", "former")
        }


class Reader:
    def __init__(self, grounds: Grounds) -> None:
        self.grounds = grounds
        self.sort_by_name = lru_cache(4096)(sort_by_name)
        self.province_of = lru_cache(256)(lambda text: grounds.gazetteer.resolve(text).code[:2])

    def read(self, number: int, cells: Mapping[str, Any]) -> Row:
        """Raises `Wrong`."""
        names = split_names(cells["name"])
        row = Row(number, names, normalise_name(names.own)[:120], {"name": names.own[:120]})
        for key in PLAIN:
            if key in cells:
                row.party[key] = cells[key]
        row.address, row.parent = cells.get("address", ""), cells.get("parent_code", "")
        self._check_credit_code(row)
        self._read_division(row, cells)
        self._read_place(row, cells)
        self._read_grades(row, cells)
        if "category" in cells:
            sort = sort_written(cells["category"], names.own, row.division[:6])
            row.party["kind"], row.party["terminal_type"] = sort.kind, sort.terminal_type
        if others := row.other_norms:
            both = gettext("、").join([names.main, *(name for name, _ in others.values())])
            row.notes.append(
                gettext("含%(count)s个名称：%(names)s") % {"count": _count(len(others) + 1), "names": both}
            )
        return row

    def guess_sort(self, row: Row) -> None:
        """For a customer that is new and whose list names no category."""
        if "kind" in row.party:
            return
        sort = self.sort_by_name(row.names.own, row.division[:6])
        row.party["kind"], row.party["terminal_type"] = sort.kind, sort.terminal_type
        label = gettext(LABELS[sort.terminal_type or sort.kind])
        if sort.why and (sort.terminal_type == TerminalType.OTHER or sort.kind == PartyKind.PERIPHERAL):
            words = {"label": label, "why": sort.why.said(gettext)}
            row.notes.append(gettext("类型按名称判断：%(label)s（%(why)s，请核对）") % words)
        else:
            row.notes.append(gettext("类型按名称判断：%(label)s") % {"label": label})

    def _check_credit_code(self, row: Row) -> None:
        value = row.party.get("credit_code")
        if not value:
            return
        checked = check_credit_code(value)
        if checked.is_rejected:
            raise Wrong(gettext(checked.template) % checked.params)
        if not checked.is_ok:
            row.notes.append(gettext(checked.template) % checked.params)

    def _read_division(self, row: Row, cells: Mapping[str, Any]) -> None:
        written = [cells.get(key, "") for key in ("province", "city", "county", "township")]
        code = cells.get("division_code", "")
        if code:
            row.division = self._known_code(row, code)
        if not code or any(written) or row.address:
            self._read_names(row, written)
        row.area = self.grounds.area(row.division)
        if row.division:
            row.party["division_id"] = self.grounds.keys[row.division]

    def _known_code(self, row: Row, code: str) -> str:
        for known in (code, code[:9], code[:6]):
            if known in self.grounds.keys:
                return known
        raise Wrong(gettext("区划代码 %(code)s 不在现行区划里") % {"code": code})

    def _read_names(self, row: Row, written: list[str]) -> None:
        found = self._resolve(row, written)
        full_name = self.grounds.gazetteer.full_name
        if found.stop is Stop.CONFLICT:
            places = gettext("、").join(full_name(code) for code in found.candidates[:2])
            raise Wrong(gettext("地区前后不一致：%(places)s") % {"places": places})
        if row.division and found.code:
            if not _is_same_way(self.grounds.gazetteer, row.division, found.code):
                both = {"code": full_name(row.division), "written": full_name(found.code)}
                raise Wrong(gettext("区划代码是%(code)s，写的却是%(written)s") % both)
            if found.level is not None and len(found.code) <= len(row.division):
                return
        if found.code:
            row.division = found.code
        if not found.code:
            row.notes.append(gettext("地区认不出来，县区先空着"))
        elif not self.grounds.county(row.division):
            row.notes.append(gettext("地区只认到%(place)s") % {"place": full_name(row.division)})

    def _resolve(self, row: Row, written: list[str]) -> Match:
        """Columns and address; where they do not come down to the county, the name may: 清流县人民医院."""
        gazetteer = self.grounds.gazetteer
        province, city, county, township = written
        found = gazetteer.resolve(province, city, county, township, row.address)
        if province:
            found = self._heed_province(row, written, found)
        if not found.is_sure or self.grounds.county(found.code):
            return found
        named = gazetteer.resolve(province, city, county, township, row.names.main)
        if not named.is_sure or not self.grounds.county(named.code):
            return found
        said = {"place": gazetteer.full_name(named.code)}
        row.notes.append(gettext("县区按名称认出：%(place)s") % said)
        return named

    def _heed_province(self, row: Row, written: list[str], found: Match) -> Match:
        """A wrong province does not outweigh a clear county, but it is told."""
        province, city, county, township = written
        if county and not found.is_sure:
            clear = self.grounds.gazetteer.resolve("", city, county, township, row.address)
            if clear.is_sure and self.grounds.county(clear.code):
                found = clear
        is_clear = found.is_sure and bool(self.grounds.county(found.code))
        if is_clear and province not in FILLERS and self.province_of(province) != found.code[:2]:
            both = {"written": province, "place": self.grounds.gazetteer.full_name(found.code)}
            row.notes.append(gettext("省写的是“%(written)s”，县区却在%(place)s，按县区写入，请核对") % both)
        return found

    def _read_place(self, row: Row, cells: Mapping[str, Any]) -> None:
        lng, lat = cells.get("lng"), cells.get("lat")
        if lng is None and lat is None:
            return
        if lng is None or lat is None:
            raise Wrong(gettext("经度和纬度要一起填"))
        if "datum" not in cells:
            raise Wrong(gettext("有经纬度，没有写坐标系；可以给整份文件统一选一个"))
        try:
            point = to_wgs84(lng, lat, cells["datum"])
        except ImpossibleCoordinate:
            point = None
        if point is None or not (73 <= point.lng <= 136 and 3 <= point.lat <= 54):
            swapped = 73 <= lat <= 136 and 3 <= lng <= 54
            raise Wrong(gettext("经度和纬度像是填反了") if swapped else gettext("经纬度不在中国境内"))
        row.party |= {"lng": round(point.lng, 6), "lat": round(point.lat, 6), "place_ground": "import"}

    def _read_grades(self, row: Row, cells: Mapping[str, Any]) -> None:
        for key, scheme in GRADES.items():
            if key in cells:
                value = cells[key]
                row.grades[scheme] = ("VIP" if value else "") if key == "vip" else value


def _is_same_way(gazetteer: Any, one: str, other: str) -> bool:
    """One lies in the other."""
    ways = [{division.code for division in gazetteer.lineage(code)} for code in (one, other)]
    return one in ways[1] or other in ways[0]


def _count(number: int) -> str:
    return {2: gettext("两"), 3: gettext("三")}.get(number, str(number))
