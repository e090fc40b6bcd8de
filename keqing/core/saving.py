"""The one way to write a tracked row.

`save` inserts rows without a key and updates rows with one; either way it writes history, raises the noun's change
counter and refreshes the search tokens in the same transaction. `throw_away` and `restore` do the same for the bin.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from json.encoder import encode_basestring
from operator import attrgetter
from typing import Any, Generic, TypeVar

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models, transaction
from django.db.models import F

from keqing.core.models import Base, BinEntry, Counter, HistoryEntry, children_of
from keqing.core.search import Document, documents_of, index_rows, write_documents
from keqing.core.secrets import decrypt, encrypt

Row = TypeVar("Row", bound=Base)
Entry = tuple[Any, ...]
"""One row of the history table, in the order of `_write_history`."""
#: from here on rows made ready and written by one prepared statement beat the ORM
FEW = 20
#: fields whose values the database takes as they are, when they are of this very type
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
    new = [row for row in everything if row.pk is None]
    old = [row for row in everything if row.pk is not None]
    write_new = make_ready(model, new, act).write if len(new) > FEW else partial(_insert, model, new, act)
    with transaction.atomic():
        write_new()
        touched = _update(model, old, act) if old else []
        if touched:
            index_rows(model, touched)
            raise_counter(model.counter)
    return everything


def save_one(row: Row, act: Act) -> Row:
    return save([row], act)[0]


def tracked_fields(model: type[Base]) -> list[models.Field[Any, Any]]:
    return [field for field in model._meta.concrete_fields if field.name not in _UNTRACKED]


def _insert(model: type[Base], rows: Sequence[Base], act: Act) -> None:
    if not rows:
        return
    if act.import_run_id is not None:
        for row in rows:
            row.import_run_id = act.import_run_id
    model._default_manager.bulk_create(rows)
    _write_history(_history(model, HistoryEntry.Action.CREATE, _creations(model, rows), act))
    index_rows(model, rows)
    raise_counter(model.counter)


# ---- many new rows -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Ready(Generic[Row]):
    """New rows that have their keys already, and all that is to be written for them. Only `write` needs the lock."""

    model: type[Row]
    rows: list[Row]
    values: list[tuple[Any, ...]]
    history: list[Entry]
    documents: list[Document]

    def write(self) -> list[Row]:
        """Inside the caller's transaction, or in one of its own."""
        fields, quote = self.model._meta.concrete_fields, connection.ops.quote_name
        columns, marks = ", ".join(quote(field.column) for field in fields), ", ".join(["%s"] * len(fields))
        table = quote(self.model._meta.db_table)
        with transaction.atomic(savepoint=False), connection.cursor() as cursor:
            cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", self.values)
            _write_history(self.history)
            write_documents(self.model, self.documents)
            raise_counter(self.model.counter)
        for row in self.rows:
            row._state.adding, row._state.db = False, connection.alias
        return self.rows


def make_ready(model: type[Row], rows: Iterable[Row], act: Act) -> Ready[Row]:
    """Keys, columns, history and tokens of new rows, without writing anything."""
    new = list(rows)
    give_keys(model, [row for row in new if row.pk is None])
    if act.import_run_id is not None:
        for row in new:
            row.import_run_id = act.import_run_id
    columns = [_column(field, new) for field in model._meta.concrete_fields]
    history = _history(model, HistoryEntry.Action.CREATE, _creations(model, new), act)
    return Ready(model, new, list(zip(*columns, strict=True)), history, documents_of(new))


def give_keys(model: type[Row], rows: Sequence[Row]) -> None:
    """Keys that nobody else will be given, so that other new rows can point at these before any is written."""
    for row, key in zip(rows, _reserve(model, len(rows)) if rows else (), strict=True):
        row.pk = key


def _reserve(model: type[Base], count: int) -> Sequence[int]:
    table = model._meta.db_table
    with transaction.atomic(savepoint=False), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [table, count]
            )
            return [key for (key,) in cursor.fetchall()]
        cursor.execute("UPDATE sqlite_sequence SET seq = seq + %s WHERE name = %s", [count, table])
        if not cursor.rowcount:
            cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table, count])
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        last: int = cursor.fetchone()[0]
    return range(last - count + 1, last + 1)


def _column(field: models.Field[Any, Any], rows: Sequence[Base]) -> list[Any]:
    """One column's values as the database takes them. Most already are, and of the others few differ."""
    values = list(map(attrgetter(field.attname), rows))
    native = _NATIVE.get(type(field))
    if native is not None and set(map(type, values)) <= {native, type(None)}:
        return values
    real = transaction.get_connection()
    if type(field).pre_save is not models.Field.pre_save:
        return [field.get_db_prep_save(field.pre_save(row, True), real) for row in rows]
    if not isinstance(field, models.DateField):
        return [field.get_db_prep_save(value, real) for value in values]
    known = {value: field.get_db_prep_save(value, real) for value in set(values)}
    return [known[value] for value in values]


def _creations(model: type[Base], rows: Sequence[Base]) -> list[tuple[int, str]]:
    """What each new row holds, as JSON text. Made column by column: in most columns few values differ."""
    columns = []
    for field in tracked_fields(model):
        name, known = _encode(field.name), {None: "", "": ""}
        column = []
        for value in map(attrgetter(field.attname), rows):
            said = known.get(value)
            if said is None:
                said = known[value] = f"{name}:[null,{_said(value)}]"
            column.append(said)
        columns.append(column)
    return [
        (row.pk, "{" + ",".join(filter(None, said)) + "}")
        for row, said in zip(rows, zip(*columns, strict=True), strict=True)
    ]


def _said(value: Any) -> str:
    """As `_encode` says it; numbers and text, which are nearly all, without its setting up."""
    if type(value) is str:
        return encode_basestring(value)
    return str(value) if type(value) is int else _encode(value)


# ---- changes -------------------------------------------------------------------------------------------------------


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
        entries.append((row.pk, _encode(changes)))
        touched.append(row)
    _write_history(_history(model, HistoryEntry.Action.CHANGE, entries, act))
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


def _history(model: type[Base], action: str, changes: Iterable[tuple[int, str]], act: Act) -> list[Entry]:
    noun, reason = model.noun(), act.reason[:200]
    seal = _sealed if model.is_personal else str
    at = HistoryEntry._meta.get_field("at").get_db_prep_save(act.at, connection)
    return [(at, act.user_id, str(action), noun, pk, seal(text), reason, act.import_run_id) for pk, text in changes]


def _write_history(entries: Sequence[Entry]) -> None:
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO core_historyentry (at, user_id, action, noun, object_id, changes, reason, import_run_id) "
            "VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
            entries,
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


def raise_counter(name: str | None) -> None:
    """What processes keep under this counter is read again."""
    if name is not None and not Counter.objects.filter(name=name).update(value=F("value") + 1):
        Counter.objects.get_or_create(name=name, defaults={"value": 1})


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
        entries = [(pk, _encode({"bin": [was[pk], entry.pk if entry else None]})) for pk in chunk]
        _write_history(_history(model, action, entries, act))
    raise_counter(model.counter)
