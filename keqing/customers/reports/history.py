"""What happened to a customer and its parts, in words: who, when, which field, from what to what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef, Q, Value
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext

from keqing.core.models import Base, HistoryEntry
from keqing.core.prepared import KEYS, Prepared
from keqing.core.saving import read_changes
from keqing.core.viewer import Viewer
from keqing.core.written import daytime, in_a_row, share
from keqing.customers.kinds import GRADE_VALUES
from keqing.customers.models import Affiliation, Assignment, Grade, Party, PartyName, Person, PlaceProposal
from keqing.customers.slots import Slot, Slotted

PARTS: tuple[type[Base], ...] = (PartyName, Grade, Assignment, PlaceProposal)
JOBS: tuple[type[Base], ...] = (Affiliation, Person)
_ALL: tuple[type[Base], ...] = (Party, *PARTS, *JOBS)
_MODELS: Mapping[str, type[Base]] = {model.noun(): model for model in _ALL}
_PARTY = Slot("party", Party._meta.pk)
_UNSAID = {"name_norm", "sort_key", "mobile_hash", "bin", "import_run", "public_id", "version", "id"}
#: their values are the number or address itself: history says that it changed, the person's page shows what it is
_MASKED = {"mobile", "wechat", "email", "landline"}


@dataclass(frozen=True)
class Change:
    """`before` is None where there was nothing before: the row was new."""

    field: str
    before: str | None
    after: str

    @property
    def text(self) -> str:
        if self.before is None:
            return f"{self.field} {self.after}"
        return f"{self.field} {self.before or '—'} → {self.after or '—'}"


@dataclass(frozen=True)
class Entry:
    at: datetime
    who: str
    action: str
    what: str
    changes: tuple[Change, ...]
    reason: str

    @property
    def text(self) -> str:
        """One line: 修改客户：状态 潜在 → 合作，等级 B → A."""
        said = gettext("，").join(change.text for change in self.changes)
        act = in_a_row((self.action, self.what))
        return f"{act}{gettext('：')}{said}" if said else act


def party_history(party: Party, viewer: Viewer, *, size: int, offset: int = 0) -> list[Entry]:
    """The newest first. Of who moved on to a neighbour's customer nothing is told, nor of anybody without the right."""
    wanted = Q(noun=Party.noun(), object_id=party.pk)
    keys: dict[type[Base], list[int]] = defaultdict(list)
    for number, key in _parts().rows(party=party.pk):
        keys[PARTS[number]].append(key)
    if viewer.may("person", "read"):
        keys[Affiliation] = [key for (key,) in _jobs(viewer).rows(party=party.pk)]
    for model, these in keys.items():
        wanted |= _of(model, these)
    return in_words(_page(wanted, size, offset), skip="party")


@lru_cache(maxsize=1)
def _parts() -> Slotted:
    """Which of PARTS, and the key."""
    first, *more = (
        model._default_manager.filter(Q(party_id=_PARTY)).order_by().values_list(Value(number), "pk")
        for number, model in enumerate(PARTS)
    )
    return Slotted(first.union(*more, all=True))


@lru_cache(maxsize=2048)
def _jobs(viewer: Viewer) -> Slotted:
    """Jobs of the people this viewer may see today."""
    seen = Person.objects.one_visible_to(viewer).filter(pk=OuterRef("person_id"))
    return Slotted(Affiliation._default_manager.filter(Exists(seen), party_id=_PARTY).order_by().values_list("pk"))


def person_history(person: Person, *, size: int, offset: int = 0) -> list[Entry]:
    wanted = Q(noun=Person.noun(), object_id=person.pk)
    jobs = Affiliation._default_manager.filter(person=person).order_by()
    wanted |= _of(Affiliation, list(jobs.values_list("pk", flat=True)))
    return in_words(_page(wanted, size, offset), skip="person")


def _of(model: type[Base], keys: list[int]) -> Q:
    """Keys, not a subquery: between ORs PostgreSQL would read the whole history to find the few that fit."""
    return Q(noun=model.noun(), object_id__in=keys)


def _page(wanted: Q, size: int, offset: int) -> list[HistoryEntry]:
    return list(HistoryEntry.objects.filter(wanted).select_related("user").order_by("-id")[offset : offset + size])


def in_words(entries: Sequence[HistoryEntry], skip: str = "") -> list[Entry]:
    """`skip`: the field that names the owner of the page, which need not be said again."""
    read = [(entry, read_changes(entry)) for entry in entries]
    names = _names_of(read, skip)
    return [_entry(entry, changes, names, skip) for entry, changes in read]


def _entry(entry: HistoryEntry, changes: Mapping[str, list[Any]], names: Mapping[Any, str], skip: str) -> Entry:
    model = _MODELS[entry.noun]
    is_new = entry.action == HistoryEntry.Action.CREATE
    said = []
    for name, (before, after) in changes.items():
        if name in _UNSAID or name == skip:
            continue
        field: Any = model._meta.get_field(name)
        was, now = _word(field, before, names), _word(field, after, names)
        if was != now or field.name in _MASKED:
            said.append(Change(gettext(str(field.verbose_name)), None if is_new else was, now))
    return Entry(
        at=entry.at,
        who=entry.user.name if entry.user else gettext("系统"),
        action=gettext(str(entry.get_action_display())),
        what=gettext(str(model._meta.verbose_name)),
        changes=tuple(said),
        reason=entry.reason,
    )


def _names_of(
    read: Iterable[tuple[HistoryEntry, Mapping[str, list[Any]]]], skip: str
) -> dict[tuple[type[models.Model], int], str]:
    """The names behind every foreign key that occurs: one query per model. What history points at has a name."""
    wanted: dict[type[models.Model], set[int]] = defaultdict(set)
    for entry, changes in read:
        for name, values in changes.items():
            field = _MODELS[entry.noun]._meta.get_field(name) if name not in _UNSAID and name != skip else None
            if isinstance(field, models.ForeignKey):
                wanted[field.related_model].update(value for value in values if value is not None)  # type: ignore[index]
    return {(model, key): name for model, keys in wanted.items() for key, name in _named(model).fetch(list(keys))}


@lru_cache(maxsize=16)
def _named(model: type[models.Model]) -> Prepared:
    return Prepared(model._default_manager.filter(pk__in=KEYS).order_by().values_list("pk", "name"))


def _word(field: Any, value: Any, names: Mapping[Any, str]) -> str:
    if value is None or value == "":
        return ""
    if field.name in _MASKED:
        return "****"
    if isinstance(field, models.ForeignKey):
        return names.get((field.related_model, value), gettext("已不在"))
    if isinstance(value, bool):
        return gettext("是") if value else gettext("否")
    if field.name == "share":
        return _share(value)
    if field.model is Grade and field.name == "value":
        return gettext(_grade_label(value))
    if field.flatchoices:
        return gettext(str(dict(field.flatchoices).get(value, value)))
    if isinstance(field, models.DateTimeField):
        return daytime(parse_datetime(str(value)))
    if isinstance(field, models.FloatField):
        return f"{float(value):.5f}"
    return value.isoformat() if isinstance(value, date) else str(value)


def _share(value: Any) -> str:
    try:
        return share(Decimal(str(value)))
    except InvalidOperation:
        return str(value)


def _grade_label(value: str) -> str:
    return next((labels[value] for labels in GRADE_VALUES.values() if value in labels), value)
