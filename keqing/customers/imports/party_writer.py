"""Judged rows of a customer list into the archive: one save per model and batch."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from keqing.core.imports.kind import Judged, Touched, Verdict, Written
from keqing.core.saving import Act, save, throw_away
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
        self.waiting: dict[str, list[int]] = defaultdict(list)

    def __call__(self, rows: Sequence[Judged], act: Act) -> list[Written]:
        others: Others = defaultdict(list)
        is_new = bool(rows) and rows[0].verdict == Verdict.NEW
        parties = self._insert(rows, act, others) if is_new else self._change(rows, act)
        self._add_names(rows, parties, act, others)
        self._set_grades(rows, parties, act, others)
        return [
            Written(row.number, party.pk, tuple(others[party.pk])) for row, party in zip(rows, parties, strict=True)
        ]

    def _insert(self, rows: Sequence[Judged], act: Act, others: Others) -> list[Party]:
        parties = [_new_party(row.values["party"]) for row in rows]
        parents = [row.values.get("parent", "") for row in rows]
        known = _keys_of_codes(parents)
        for wave in _waves(parties, parents):
            for at in wave:
                parties[at].parent_id = known.get(parents[at])
            save([parties[at] for at in wave], act)
            known |= {parties[at].code: parties[at].pk for at in wave if parties[at].code}
        for party, parent in zip(parties, parents, strict=True):
            if parent and party.parent_id is None:
                self.waiting[parent].append(party.pk)
        self._hang_children(parties, act, others)
        if self.holder_id is not None:
            held = [
                Assignment(party=party, position_id=self.holder_id, valid_from=self.viewer.as_of) for party in parties
            ]
            _keep(save(held, act), others)
        return parties

    def _hang_children(self, parents: Sequence[Party], act: Act, others: Others) -> None:
        """Rows of earlier batches that named a parent which has now come."""
        for parent in parents:
            keys = self.waiting.pop(parent.code, ()) if parent.code else ()
            children = list(Party.objects.everything(REASON).filter(pk__in=keys)) if keys else []
            for child in children:
                child.parent_id = parent.pk
            save(children, act)
            others[parent.pk] += [(Party.noun(), child.pk) for child in children]

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

    def _add_names(self, rows: Sequence[Judged], parties: Sequence[Party], act: Act, others: Others) -> None:
        names = [
            PartyName(party=party, name=name, name_norm=normalise_name(name)[:120], relation=relation)
            for row, party in zip(rows, parties, strict=True)
            for name, relation in row.values.get("names", ())
        ]
        _keep(save(names, act), others)

    def _set_grades(self, rows: Sequence[Judged], parties: Sequence[Party], act: Act, others: Others) -> None:
        wanted = {
            (party.pk, scheme): value
            for row, party in zip(rows, parties, strict=True)
            for scheme, value in row.values.get("grades", {}).items()
        }
        if not wanted:
            return
        is_new = rows[0].verdict == Verdict.NEW
        later = {} if is_new else self._close_former(wanted, act, others)
        fresh = [
            Grade(
                party_id=key,
                scheme=scheme,
                value=value,
                valid_from=self.viewer.as_of,
                valid_to=later.get((key, scheme)),
            )
            for (key, scheme), value in wanted.items()
            if value
        ]
        _keep(save(fresh, act), others)

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


def _new_party(values: Mapping[str, Any]) -> Party:
    name = values["name"]
    return Party(**values, name_norm=normalise_name(name)[:120], sort_key=sort_key(name))


def _keys_of_codes(codes: Sequence[str]) -> dict[str, int]:
    wanted = {code for code in codes if code}
    if not wanted:
        return {}
    return dict(Party.objects.everything(REASON).filter(code__in=wanted).values_list("code", "pk"))


def _waves(parties: Sequence[Party], parents: Sequence[str]) -> list[list[int]]:
    """Places in the batch, so that a parent is written before its members."""
    at_code = {party.code: at for at, party in enumerate(parties) if party.code}
    left, waves = list(range(len(parties))), []
    while left:
        open_codes = {parties[at].code for at in left if parties[at].code}
        wave = [at for at in left if parents[at] not in open_codes or at_code.get(parents[at]) == at]
        waves.append(wave or left)
        done = set(waves[-1])
        left = [at for at in left if at not in done]
    return waves


def _keep(rows: Sequence[Any], others: Others) -> None:
    for row in rows:
        others[row.party_id].append((type(row).noun(), row.pk))
