"""The verdict on each row of a customer list: new, changed, the same, a duplicate, wrong."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext

from keqing.core.imports.kind import Draft, Judged, Verdict
from keqing.core.viewer import Viewer
from keqing.core.written import arrow, clauses
from keqing.customers.imports.lookups import Known, Parties, read_parties
from keqing.customers.imports.party_reading import Reader, Row, Wrong
from keqing.customers.kinds import GRADE_VALUES, GradeScheme
from keqing.customers.models import Party, PartyName
from keqing.customers.services.grades import current_grades

REASON = "values of customers that rows of the file were found to be"
#: fields of which a row may say something else than the archive
COMPARED = (
    "code",
    "name",
    "short_name",
    "kind",
    "terminal_type",
    "credit_code",
    "status",
    "source",
    "division_id",
    "address",
    "lng",
    "lat",
    "ownership",
    "store_type",
    "tags",
    "is_nhsa_designated",
    "staff_count",
    "area_m2",
    "daily_footfall",
    "membership_count",
    "member_day",
    "replenish_cycle_days",
    "payment_mode",
)
SAME_PLACE = 1e-5  # degrees, about a meter: what rounding leaves


@dataclass(frozen=True)
class Found:
    """A row that is a customer of the archive; its values are compared batch by batch."""

    row: Row
    key: int


class PartyJudge:
    def __init__(self, viewer: Viewer) -> None:
        self.viewer = viewer
        self.parties: Parties = read_parties(viewer)
        self.reader = Reader(self.parties.grounds)
        self.code_rows: dict[str, int] = {}
        self.key_rows: dict[int, int] = {}

    def __call__(self, drafts: Sequence[Draft]) -> list[Judged]:
        outcomes = [self._first_look(draft) for draft in drafts]
        current = Current([outcome.key for outcome in outcomes if isinstance(outcome, Found)], self.viewer)
        return [self._compare(outcome, current) if isinstance(outcome, Found) else outcome for outcome in outcomes]

    def _first_look(self, draft: Draft) -> Judged | Found:
        title = str(draft.values["name"])[:120]
        try:
            row = self.reader.read(draft.number, draft.values)
            return self._identify(row, title)
        except Wrong as problem:
            return Judged(draft.number, Verdict.WRONG, str(problem), title)

    def _identify(self, row: Row, title: str) -> Judged | Found:
        if row.code in self.code_rows:
            said = gettext("与第 %(number)s 行同一编码") % {"number": self.code_rows[row.code]}
            return Judged(row.number, Verdict.DUPLICATE, said, title)
        if match := self._match(row):
            known, why = match
            if known.key is not None:
                return self._found(row, known, title)
            said = gettext("与第 %(number)s 行%(why)s") % {"number": known.number, "why": why}
            return Judged(row.number, Verdict.DUPLICATE, said, title)
        if alike := self._look_alike(row):
            known, why = alike
            said = self._said(known, why)
            if not _have_two_codes(row, known):
                return Judged(row.number, Verdict.DUPLICATE, said, title)
            row.notes.append(gettext("%(said)s；编码不同，按两家写入") % {"said": said})
        return self._new(row, title)

    def _match(self, row: Row) -> tuple[Known, str] | None:
        """By code, else by credit code, else by its own name in its county; and what agrees."""
        if row.code and (known := self.parties.by_code.get(row.code)):
            return known, gettext("同一编码")
        credit = row.party.get("credit_code")
        known = self.parties.by_credit_code.get(credit) if credit and not row.has_campus else None
        if known is not None and not _have_two_codes(row, known):
            return known, gettext("同一信用代码")
        for known in self.parties.by_name.get((row.norm, row.area), ()):
            if not (_have_two_codes(row, known) and _lie_apart(row, known)):
                return known, gettext("同名同县") if self.parties.grounds.county(row.area) else gettext(
                    "同名，都没有县区"
                )
        return None

    def _found(self, row: Row, known: Known, title: str) -> Judged | Found:
        assert known.key is not None
        if not self.parties.sees(known):
            return Judged(row.number, Verdict.DUPLICATE, _elsewhere(), title)
        if (first := self.key_rows.get(known.key)) is not None:
            said = gettext("与第 %(number)s 行是同一家“%(name)s”") % {"number": first, "name": known.name}
            return Judged(row.number, Verdict.DUPLICATE, said, title, object_id=known.key)
        if _have_two_codes(row, known):
            said = gettext("同县已有同名客户“%(name)s”，编码是 %(code)s") % {"name": known.name, "code": known.code}
            return Judged(row.number, Verdict.DUPLICATE, said, title, object_id=known.key)
        self.key_rows[known.key] = row.number
        self._remember(row, known.key)
        return Found(row, known.key)

    def _look_alike(self, row: Row) -> tuple[Known, str] | None:
        """A customer that is probably the same house, and why."""
        for norm in (row.norm, *row.other_norms):
            known = self.parties.by_other_name.get((norm, row.area))
            if known is None and norm != row.norm:
                known = next(iter(self.parties.by_name.get((norm, row.area), ())), None)
            if known is not None:
                return known, gettext("同县，有一个名称相同")
        if namesake := next(self.parties.namesakes(row.norm, row.area), None):
            return namesake, gettext("同名，县区没有写全，分不清是不是同一家")
        like = self.parties.alike(row.names.own, row.address, row.area)
        return (like.known, like.why.said(gettext)) if like else None

    def _said(self, known: Known, why: str) -> str:
        if known.key is None:
            return gettext("像是与第 %(number)s 行同一家：%(why)s") % {"number": known.number, "why": why}
        if not self.parties.sees(known):
            return _elsewhere()
        return gettext("像是已有的“%(name)s”：%(why)s") % {"name": known.name, "why": why}

    def _new(self, row: Row, title: str) -> Judged:
        self.reader.guess_sort(row)
        if row.parent and row.parent not in self.parties.by_code:
            row.notes.append(gettext("上级 %(code)s 还没有见到，读到后再挂上") % {"code": row.parent})
        self._remember(row, None)
        values: dict[str, Any] = {"party": row.party}
        if others := row.other_norms:
            values["names"] = list(others.values())
        if grades := {scheme: value for scheme, value in row.grades.items() if value}:
            values["grades"] = grades
        if row.parent:
            values["parent"] = row.parent
        return Judged(row.number, Verdict.NEW, clauses(row.notes), title, values)

    def _remember(self, row: Row, key: int | None) -> None:
        if row.code:
            self.code_rows[row.code] = row.number
        if key is None:
            known = Known(None, row.number, row.names.own, row.code, row.address, row.area, row.township)
            self.parties.add(known, row.norm, row.party.get("credit_code", ""), row.other_norms)

    def _compare(self, found: Found, current: Current) -> Judged:
        row, title = found.row, found.row.names.own
        try:
            changes, said = current.differences(row, found.key, self.parties)
        except Wrong as problem:
            return Judged(row.number, Verdict.WRONG, str(problem), title, object_id=found.key)
        if not changes:
            return Judged(row.number, Verdict.SAME, "", title, object_id=found.key)
        return Judged(row.number, Verdict.CHANGE, clauses([*said, *row.notes]), title, changes, found.key)


class Current:
    """What the archive says today of the customers of one batch: three queries."""

    def __init__(self, keys: Sequence[int], viewer: Viewer) -> None:
        self.rows: dict[int, Mapping[str, Any]] = {}
        self.grades: Mapping[int, Mapping[str, str]] = {}
        self.other_names: dict[int, set[str]] = defaultdict(set)
        if not keys:
            return
        rows = Party.objects.everything(REASON).filter(pk__in=keys)
        self.rows = {
            row["pk"]: row for row in rows.values("pk", "parent__code", "parent_id", "place_ground", *COMPARED)
        }
        self.grades = current_grades(keys, viewer.as_of)
        names = PartyName.objects.everything(REASON).filter(party_id__in=keys)
        for party, norm in names.values_list("party_id", "name_norm"):
            self.other_names[party].add(norm)

    def differences(self, row: Row, key: int, parties: Parties) -> tuple[dict[str, Any], list[str]]:
        """What to write, and what to say: a cell left empty erases nothing. Raises `Wrong`."""
        was, changes, said = self.rows[key], dict[str, Any](), list[str]()
        party = {
            name: row.party[name] for name in COMPARED if name in row.party and _differs(name, was, row.party, parties)
        }
        if ("lng" in party) != ("lat" in party):
            party |= {"lng": row.party["lng"], "lat": row.party["lat"]}
        if "lng" in party:
            party["place_ground"] = row.party["place_ground"]
        if "kind" in party or "terminal_type" in party:
            party |= {"kind": row.party["kind"], "terminal_type": row.party["terminal_type"]}
        _require_free_credit_code(party, key, parties)
        if party:
            changes["party"] = party
            said += _in_words(was, party, parties)
        held = self.grades.get(key, {})
        if grades := {scheme: value for scheme, value in row.grades.items() if held.get(scheme, "") != value}:
            changes["grades"] = grades
            said += [_grade_in_words(scheme, held.get(scheme, ""), value) for scheme, value in grades.items()]
        fresh = [pair for norm, pair in row.other_norms.items() if norm not in self.other_names[key]]
        if fresh:
            changes["names"] = fresh
        if row.parent and row.parent != (was["parent__code"] or ""):
            changes["parent"] = row.parent
            said.append(_arrow(gettext("上级"), was["parent__code"] or "", row.parent))
        return changes, said


def _differs(name: str, was: Mapping[str, Any], now: Mapping[str, Any], parties: Parties) -> bool:
    if name in ("lng", "lat"):
        return was[name] is None or abs(was[name] - now[name]) > SAME_PLACE
    if name == "division_id" and was[name] is not None:
        codes = parties.grounds.codes
        before, after = codes.get(was[name], ""), codes[now[name]]
        # a list that only knows the county does not take the township away
        return before != after and after not in {above.code for above in parties.grounds.gazetteer.lineage(before)}
    return bool(was[name] != now[name])


def _require_free_credit_code(party: Mapping[str, Any], key: int, parties: Parties) -> None:
    owner = parties.by_credit_code.get(party.get("credit_code", ""))
    if owner is not None and owner.key is not None and owner.key != key:
        if not parties.sees(owner):
            raise Wrong(gettext("这个信用代码已登记在另一家名下"))
        raise Wrong(gettext("这个信用代码已登记给“%(name)s”") % {"name": owner.name})


def _in_words(was: Mapping[str, Any], party: Mapping[str, Any], parties: Parties) -> list[str]:
    said = []
    for name, value in party.items():
        if name in ("lat", "place_ground"):
            continue
        if name == "lng":
            said.append(gettext("坐标有变化") if was["lng"] is not None else gettext("补上坐标"))
        elif name == "division_id":
            full_name = parties.grounds.gazetteer.full_name
            before = full_name(parties.grounds.codes.get(was[name], ""))
            said.append(_arrow(gettext("区划"), before, full_name(parties.grounds.codes[value])))
        else:
            field: Any = Party._meta.get_field(name)
            if was[name] != value:
                said.append(_arrow(gettext(field.verbose_name), _label(field, was[name]), _label(field, value)))
    return said


def _label(field: Any, value: Any) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return gettext("是") if value else gettext("否")
    return gettext(str(dict(field.flatchoices).get(value, value))) if field.flatchoices else str(value)


def _grade_in_words(scheme: str, before: str, after: str) -> str:
    labels = GRADE_VALUES[scheme]
    return _arrow(
        gettext(str(GradeScheme(scheme).label)),
        gettext(labels[before]) if before else "",
        gettext(labels[after]) if after else "",
    )


def _arrow(what: str, before: str, after: str) -> str:
    return arrow(what, before, after)


def _have_two_codes(row: Row, known: Known) -> bool:
    """Two codes of one company's list are two customers on purpose."""
    return bool(row.code and known.code) and row.code != known.code


def _lie_apart(row: Row, known: Known) -> bool:
    return bool(row.township and known.township) and row.township != known.township


def _elsewhere() -> str:
    return gettext("同县已有一家近似名称，不在你名下")
