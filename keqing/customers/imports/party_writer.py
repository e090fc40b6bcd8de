"""Judged rows of a customer list into the archive: one save per model and batch."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from keqing.core.fresh import fresh
from keqing.core.imports.kind import Judged, Prepared, Touched, Verdict, Written
from keqing.core.imports.staging import unpack
from keqing.core.models import ImportRow
from keqing.core.saving import Act, Ready, give_keys, make_ready, save, throw_away
from keqing.core.viewer import Viewer
from keqing.customers.models import Assignment, Grade, Party, PartyName
from keqing.customers.rules.names import normalise_name
from keqing.customers.rules.sort_keys import sort_key

REASON = "rows that were judged for this viewer are written as they were judged"
Others = dict[int, list[Touched]]


class PartyWriter:
    def __init__(self, viewer: Viewer) -> None:
        self.viewer = viewer
        #: who does not see everything takes what is new in the own position, else it would be lost from sight
        self.holder_id = None if viewer.sees_all else viewer.position_id
        #: code of a parent that has not come yet → its members
        self.waiting: dict[str, list[int]] = defaultdict(list)
        self.is_begun = False

    def __call__(self, rows: Sequence[Judged], act: Act) -> list[Written]:
        if rows and rows[0].verdict == Verdict.NEW:
            prepared = self.prepare(rows, act)
            prepared.write()
            return prepared.written
        others: Others = defaultdict(list)
        parties = self._change(rows, act)
        names = [name for row, party in zip(rows, parties, strict=True) for name in _other_names(row, party)]
        _keep(save(fresh(PartyName, names), act), others)
        self._change_grades(rows, parties, act, others)
        return _written(rows, parties, others)

    # ---- new customers ---------------------------------------------------------------------------------------------

    def prepare(self, rows: Sequence[Judged], act: Act) -> Prepared:
        """New customers and all that belongs to them, with their keys, before anything is written."""
        if not self.is_begun:
            self._pick_up(act)
        others: Others = defaultdict(list)
        parties = fresh(Party, [_new_party(row.values["party"]) for row in rows])
        give_keys(Party, parties)
        self._find_parents(parties, [row.values.get("parent", "") for row in rows])
        children = self._children_of(parties)
        for child, parent in children.items():
            others[parent].append((Party.noun(), child))
        parts = self._parts(rows, parties, act)
        for part in parts:
            _keep(part.rows, others)
        ready = make_ready(Party, parties, act)

        def write() -> None:
            for each in (ready, *parts):
                each.write()
            _hang(children, act)

        return Prepared(_written(rows, parties, others), write)

    def _pick_up(self, act: Act) -> None:
        """Members that were written before a crash and whose parent had not come yet."""
        self.is_begun = True
        written = ImportRow.objects.filter(run_id=act.import_run_id, verdict=Verdict.NEW, is_written=True)
        for key, values in written.filter(values__contains='"parent":').values_list("object_id", "values"):
            self.waiting[unpack(values)["parent"]].append(key)

    def _find_parents(self, parties: Sequence[Party], parents: Sequence[str]) -> None:
        if not any(parents):
            return
        known = _keys_of_codes(parents) | {party.code: party.pk for party in parties if party.code}
        for party, parent in zip(parties, parents, strict=True):
            if parent and parent != party.code:
                party.parent_id = known.get(parent)
                if party.parent_id is None:
                    self.waiting[parent].append(party.pk)

    def _children_of(self, parents: Sequence[Party]) -> dict[int, int]:
        """Rows of earlier batches that named a parent which has now come."""
        return {child: parent.pk for parent in parents if parent.code for child in self.waiting.pop(parent.code, ())}

    def _parts(self, rows: Sequence[Judged], parties: Sequence[Party], act: Act) -> list[Ready[Any]]:
        both = list(zip(rows, parties, strict=True))
        names = [name for row, party in both for name in _other_names(row, party)]
        grades = [
            {"party_id": party.pk, "scheme": scheme, "value": value, "valid_from": self.viewer.as_of}
            for row, party in both
            for scheme, value in row.values.get("grades", {}).items()
            if value
        ]
        held = [
            {"party_id": party.pk, "position_id": self.holder_id, "valid_from": self.viewer.as_of} for party in parties
        ]
        parts = {Assignment: held if self.holder_id is not None else [], PartyName: names, Grade: grades}
        return [make_ready(model, fresh(model, values), act) for model, values in parts.items() if values]

    # ---- changes ---------------------------------------------------------------------------------------------------

    def _change(self, rows: Sequence[Judged], act: Act) -> list[Party]:
        found = Party.objects.everything(REASON).in_bulk([row.object_id for row in rows])
        parents = _keys_of_codes([row.values.get("parent", "") for row in rows])
        parties = []
        for row in rows:
            party: Party = found[row.object_id]
            for field, value in row.values.get("party", {}).items():
                setattr(party, field, value)
            if "name" in row.values.get("party", {}):
                party.name_norm, party.sort_key = normalise_name(party.name)[:120], sort_key(party.name)
            parent = parents.get(row.values.get("parent", ""))
            if parent is not None and parent != party.pk:
                party.parent_id = parent
            parties.append(party)
        return save(parties, act)

    def _change_grades(self, rows: Sequence[Judged], parties: Sequence[Party], act: Act, others: Others) -> None:
        wanted = {
            (party.pk, scheme): value
            for row, party in zip(rows, parties, strict=True)
            for scheme, value in row.values.get("grades", {}).items()
        }
        if not wanted:
            return
        later = self._close_former(wanted, act, others)
        grades = [
            {
                "party_id": key,
                "scheme": scheme,
                "value": value,
                "valid_from": self.viewer.as_of,
                "valid_to": later.get((key, scheme)),
            }
            for (key, scheme), value in wanted.items()
            if value
        ]
        _keep(save(fresh(Grade, grades), act), others)

    def _close_former(self, wanted: Mapping[tuple[int, str], str], act: Act, others: Others) -> dict[Any, date]:
        """Ends the grades in force; returns from when on a later one is known already."""
        day, later, closed, slips = self.viewer.as_of, {}, [], []
        keys = {key for key, _ in wanted}
        for grade in Grade.objects.everything(REASON).filter(party_id__in=keys).order_by("-valid_from"):
            where = (grade.party_id, grade.scheme)
            if where not in wanted:
                continue
            if grade.valid_from > day:
                later[where] = grade.valid_from
            elif grade.valid_from == day:
                slips.append(grade)
            elif grade.valid_to is None or grade.valid_to > day:
                grade.valid_to = day
                closed.append(grade)
        if slips:
            throw_away(slips, act)
        _keep(slips, others)
        _keep(save(closed, act), others)
        return later


def _new_party(values: Mapping[str, Any]) -> dict[str, Any]:
    name = values["name"]
    return {**values, "name_norm": normalise_name(name)[:120], "sort_key": sort_key(name)}


def _other_names(row: Judged, party: Party) -> Iterator[dict[str, Any]]:
    for name, relation in row.values.get("names", ()):
        yield {"party_id": party.pk, "name": name, "name_norm": normalise_name(name)[:120], "relation": relation}


def _hang(children: Mapping[int, int], act: Act) -> None:
    members = list(Party.objects.everything(REASON).filter(pk__in=children)) if children else []
    for member in members:
        member.parent_id = children[member.pk]
    save(members, act)


def _keys_of_codes(codes: Sequence[str]) -> dict[str, int]:
    wanted = {code for code in codes if code}
    if not wanted:
        return {}
    return dict(Party.objects.everything(REASON).filter(code__in=wanted).values_list("code", "pk"))


def _keep(rows: Sequence[Any], others: Others) -> None:
    for row in rows:
        others[row.party_id].append((type(row).noun(), row.pk))


def _written(rows: Sequence[Judged], parties: Sequence[Party], others: Others) -> list[Written]:
    return [Written(row.number, party.pk, tuple(others[party.pk])) for row, party in zip(rows, parties, strict=True)]
