"""The one way to write a tracked row.

`save` inserts rows without a key and updates rows with one; either way it writes history, raises the noun's change
counter and refreshes the search tokens in the same transaction. `throw_away` and `restore` do the same for the bin.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import Any, TypeVar

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models, transaction
from django.db.models import F

from keqing.core.models import Base, BinEntry, Counter, HistoryEntry, children_of
from keqing.core.search import index_rows
from keqing.core.secrets import decrypt, encrypt

Row = TypeVar("Row", bound=Base)
#: from here on one prepared statement beats the ORM's, which splits at 999 parameters on SQLite
FEW = 20
#: fields whose values SQLite stores as they are, when they are of this very type
_NATIVE: Mapping[type[models.Field[Any, Any]], type] = {
    models.CharField: str,
    models.TextField: str,
    models.FloatField: float,
    models.BooleanField: bool,
    models.BigAutoField: int,
    models.IntegerField: int,
    models.PositiveIntegerField: int,
    models.PositiveSmallIntegerField: int,
    models.ForeignKey: int,
    models.OneToOneField: int,
}
_UNTRACKED = {"id", "version", "public_id", "import_run"}
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=DjangoJSONEncoder().default).encode


@dataclass(frozen=True)
class Act:
    """Who does it, when and why; under which import, if any."""

    user_id: int | None
    at: datetime
    reason: str = ""
    import_run_id: int | None = None


class Stale(Exception):
    """Somebody else changed the row after it was read."""

    def __init__(self, row: Base) -> None:
        super().__init__(f"{row.noun()} {row.pk} has been changed meanwhile")
        self.row = row


def save(rows: Iterable[Row], act: Act) -> list[Row]:
    """Write rows of one model. Raises `Stale` when a row was changed since it was read; then nothing is written."""
    everything = list(rows)
    if not everything:
        return everything
    model = type(everything[0])
    with transaction.atomic():
        new = [row for row in everything if row.pk is None]
        old = [row for row in everything if row.pk is not None]
        if new:
            _insert(model, new, act)
        touched = _update(model, old, act) if old else []
        if new or touched:
            index_rows(model, new + touched)
            _raise_counter(model)
    return everything


def save_one(row: Row, act: Act) -> Row:
    return save([row], act)[0]


def tracked_fields(model: type[Base]) -> list[models.Field[Any, Any]]:
    return [field for field in model._meta.concrete_fields if field.name not in _UNTRACKED]


def _insert(model: type[Base], rows: Sequence[Base], act: Act) -> None:
    if act.import_run_id is not None:
        for row in rows:
            row.import_run_id = act.import_run_id
    if connection.vendor == "sqlite" and len(rows) > FEW:
        _insert_many_sqlite(model, rows)
    else:
        model._default_manager.bulk_create(rows, batch_size=2000)
    fields = tracked_fields(model)
    read = attrgetter(*(field.attname for field in fields))
    names = [field.name for field in fields]
    entries = [
        (row.pk, {name: [None, value] for name, value in zip(names, read(row), strict=True) if value not in (None, "")})
        for row in rows
    ]
    _write_history(model, HistoryEntry.Action.CREATE, entries, act)


def _insert_many_sqlite(model: type[Base], rows: Sequence[Base]) -> None:
    """One prepared statement for all rows. The write lock is held, so the next keys are ours to give."""
    meta = model._meta
    with connection.cursor() as cursor:
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [meta.db_table])
        last = (cursor.fetchone() or (0,))[0]
        for key, row in enumerate(rows, start=last + 1):
            row.pk = key
        quote = connection.ops.quote_name
        columns = ", ".join(quote(field.column) for field in meta.concrete_fields)
        marks = ", ".join(["%s"] * len(meta.concrete_fields))
        prepared = [_column_sqlite(field, rows) for field in meta.concrete_fields]
        cursor.executemany(
            f"INSERT INTO {quote(meta.db_table)} ({columns}) VALUES ({marks})", list(zip(*prepared, strict=True))
        )
    for row in rows:
        row._state.adding = False
        row._state.db = connection.alias


def _column_sqlite(field: models.Field[Any, Any], rows: Sequence[Base]) -> list[Any]:
    """One column's values as SQLite takes them. Most already are: the field's own way costs ten times the insert."""
    native = _NATIVE.get(type(field))
    return [
        value
        if native is not None and (value is None or type(value) is native)
        else field.get_db_prep_save(field.pre_save(row, True), connection)
        for row, value in zip(rows, map(attrgetter(field.attname), rows), strict=True)
    ]


def _update(model: type[Base], rows: Sequence[Row], act: Act) -> list[Row]:
    """Write only what differs from the table; the version must be the one that was read."""
    fields = tracked_fields(model)
    names = [field.attname for field in fields]
    before = {
        found["pk"]: found
        for chunk in _chunks(rows, 500)
        for found in model._default_manager.filter(pk__in=[row.pk for row in chunk]).values("pk", "version", *names)
    }
    entries, touched = [], []
    for row in rows:
        was = before.get(row.pk)
        if was is None or was["version"] != row.version:
            raise Stale(row)
        changed = [field for field in fields if was[field.attname] != getattr(row, field.attname)]
        if not changed:
            continue
        _write_changes(model, row, changed)
        changes = {field.name: [was[field.attname], getattr(row, field.attname)] for field in changed}
        entries.append((row.pk, changes))
        touched.append(row)
    _write_history(model, HistoryEntry.Action.CHANGE, entries, act)
    return touched


def _write_changes(model: type[Base], row: Base, changed: Sequence[models.Field[Any, Any]]) -> None:
    """One statement per row: the ORM's update costs ten times as much, and an import may change 100,000 rows."""
    quote = connection.ops.quote_name
    sets = ", ".join(f"{quote(field.column)} = %s" for field in changed)
    values = [field.get_db_prep_save(getattr(row, field.attname), connection) for field in changed]
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {quote(model._meta.db_table)} SET {sets}, version = version + 1 WHERE id = %s AND version = %s",
            [*values, row.pk, row.version],
        )
        if cursor.rowcount != 1:
            raise Stale(row)
    row.version += 1


def _write_history(model: type[Base], action: str, entries: Sequence[tuple[int, dict[str, Any]]], act: Act) -> None:
    if not entries:
        return
    noun, reason = model.noun(), act.reason[:200]
    seal = _sealed if model.is_personal else str
    field = HistoryEntry._meta.get_field("at")
    at = field.get_db_prep_save(act.at, connection)
    rows = [
        (at, act.user_id, str(action), noun, pk, seal(_encode(changes)), reason, act.import_run_id)
        for pk, changes in entries
    ]
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO core_historyentry (at, user_id, action, noun, object_id, changes, reason, import_run_id) "
            "VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
            rows,
        )


def _sealed(text: str) -> str:
    return encrypt(text, settings.KEQING_PERSONAL_KEY)


def read_changes(entry: HistoryEntry) -> dict[str, list[Any]]:
    text = entry.changes
    found: dict[str, list[Any]] = json.loads(
        decrypt(text, settings.KEQING_PERSONAL_KEY) if text.startswith("k1:") else text
    )
    return found


def history_of(row: Base) -> models.QuerySet[HistoryEntry]:
    return HistoryEntry.objects.filter(noun=row.noun(), object_id=row.pk).select_related("user").order_by("-id")


def _raise_counter(model: type[Base]) -> None:
    if model.counter is None:
        return
    if not Counter.objects.filter(name=model.counter).update(value=F("value") + 1):
        Counter.objects.get_or_create(name=model.counter, defaults={"value": 1})


def _chunks(rows: Sequence[Row], size: int) -> Iterable[Sequence[Row]]:
    return (rows[start : start + size] for start in range(0, len(rows), size))


# ---- the bin -------------------------------------------------------------------------------------------------------


def dependants(rows: Sequence[Base]) -> list[tuple[type[Base], list[int]]]:
    """Live rows that cannot stand without these: everything that points here through a relation that must be set."""
    found: list[tuple[type[Base], list[int]]] = []
    seen: set[tuple[type[Base], int]] = {(type(row), row.pk) for row in rows}
    wave: list[tuple[type[Base], list[int]]] = [(type(rows[0]), [row.pk for row in rows])]
    while wave:
        model, keys = wave.pop()
        for child in children_of(model):
            if not child.is_required:
                continue
            pks = child.model._default_manager.filter(**{f"{child.field}__in": keys}, bin__isnull=True)
            fresh = [pk for pk in pks.values_list("pk", flat=True) if (child.model, pk) not in seen]
            if fresh:
                seen.update((child.model, pk) for pk in fresh)
                found.append((child.model, fresh))
                wave.append((child.model, fresh))
    return found


def throw_away(rows: Sequence[Base], act: Act, label: str = "") -> BinEntry:
    """Move rows of one model and all their dependants to the bin, under one entry."""
    model = type(rows[0])
    with transaction.atomic():
        groups = [(model, [row.pk for row in rows]), *dependants(rows)]
        entry = BinEntry.objects.create(
            noun=model.noun(),
            object_id=rows[0].pk,
            label=(label or rows[0].label())[:200],
            rows=sum(len(keys) for _, keys in groups),
            user_id=act.user_id,
            at=act.at,
            reason=act.reason[:200],
        )
        put_in_bin(groups, entry, act)
    for row in rows:
        row.bin = entry
    return entry


def put_in_bin(groups: Iterable[tuple[type[Base], Sequence[int]]], entry: BinEntry, act: Act) -> int:
    """Mark these rows as gone under an entry that exists; returns how many."""
    count = 0
    for model, keys in groups:
        _mark(model, keys, entry, HistoryEntry.Action.BIN, act)
        count += len(keys)
    return count


class NotRestored(Exception):
    """Coming back would break a rule; the message is a sentence for people."""


def restore(entry: BinEntry, act: Act, models_of_house: Iterable[type[Base]]) -> int:
    """Bring back everything that went under this entry, or nothing.

    Raises IntegrityError when the place was taken meanwhile, NotRestored when a dated noun refuses.
    """
    count = 0
    with transaction.atomic():
        for model in models_of_house:
            keys = list(model._default_manager.filter(bin=entry).values_list("pk", flat=True))
            if keys:
                if why := model.refuse_restore(keys):
                    raise NotRestored(why)
                _mark(model, keys, None, HistoryEntry.Action.RESTORE, act)
                count += len(keys)
        entry.restored_at, entry.restored_by_id = act.at, act.user_id
        entry.save(update_fields=["restored_at", "restored_by"])
    return count


def _mark(model: type[Base], keys: Sequence[int], entry: BinEntry | None, action: str, act: Act) -> None:
    for start in range(0, len(keys), 500):
        chunk = keys[start : start + 500]
        was = dict(model._default_manager.filter(pk__in=chunk).values_list("pk", "bin_id"))
        model._default_manager.filter(pk__in=chunk).update(bin=entry, version=F("version") + 1)
        entries = [(pk, {"bin": [was[pk], entry.pk if entry else None]}) for pk in chunk]
        _write_history(model, action, entries, act)
    _raise_counter(model)
