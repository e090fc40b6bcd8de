"""The demonstration: an invented company, imported through the real import, removable in one step."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path

from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, models, transaction
from django.db.models import Q

from keqing.accounts.models import User
from keqing.core.files import drop_content
from keqing.core.imports.judging import judge_run
from keqing.core.imports.reading import examine, receive
from keqing.core.imports.writing import write_run
from keqing.core.jobs import Progress
from keqing.core.models import Base, BinEntry, Counter, HistoryEntry, ImportRun, Job, Notice, SavedView, children_of
from keqing.core.saving import Act
from keqing.core.search import forget
from keqing.core.state import read_state
from keqing.engines.world import generate, write_spreadsheets
from keqing.territory.access import viewer_of
from keqing.web.kinds import KINDS

PASSWORD = "keqing-demo-2026"
LOADER = "demo-loader"
#: file number → kind: the order of the spreadsheets is the order of the import
SHEETS = {
    "1": "divisions",
    "2": "products",
    "3": "staff",
    "4": "customers",
    "5": "people",
    "6": "assignments",
    "7": "visits",
}


class NotUnderstood(Exception):
    """A spreadsheet of the demonstration was not taken whole."""


def load(size: str, seed: int, at: datetime, as_of: date, tell: Callable[[str], None]) -> list[User]:
    """Write the world's spreadsheets, import each, return the accounts to sign in with."""
    loader = _loader()
    with tempfile.TemporaryDirectory() as folder:
        for path in write_spreadsheets(generate(seed, size, as_of), Path(folder)):
            run = _import(path, loader, at, as_of)
            tell(f"{path.name}: {run.rows_read:,} rows, {_said(run)}")
    users = list(User.objects.filter(is_demo=True).exclude(username=LOADER).order_by("id"))
    Counter.objects.update_or_create(name="demo", defaults={"value": 1})
    return users


def _loader() -> User:
    """The account under which the demonstration is imported; nobody can sign in with it."""
    known: User | None = User.objects.filter(username=LOADER).first()
    if known is not None:
        return known
    user = User(username=LOADER, name="演示", is_superuser=True, is_demo=True, is_active=False)
    user.set_unusable_password()
    user.save()
    return user


def _import(path: Path, loader: User, at: datetime, as_of: date) -> ImportRun:
    kind = KINDS[SHEETS[path.name.split("-")[0]]]
    run = receive(kind, SimpleUploadedFile(path.name, path.read_bytes()), user_id=loader.pk, at=at)
    examine(kind, run)
    if run.state == ImportRun.State.REFUSED:
        raise NotUnderstood(f"{path.name}: {run.error}")
    viewer = viewer_of(loader, as_of, read_state(loader.pk))
    progress = Progress(Job.objects.create(title=path.name, user_id=loader.pk, subject_id=run.pk, created_at=at))
    judge_run(kind, run, viewer, progress)
    write_run(kind, run, viewer, at, progress)
    progress.job.state = Job.State.DONE
    progress.job.save()
    if kind.key == "staff":
        _open_accounts(loader)
    return run


def _open_accounts(loader: User) -> None:
    """The people of the staff sheet get the one demonstration password."""
    created = HistoryEntry.objects.filter(user=loader, noun="accounts.user", action=HistoryEntry.Action.CREATE)
    users = list(User.objects.filter(pk__in=created.values("object_id")))
    if not users:
        return
    users[0].set_password(PASSWORD)
    for user in users:
        user.password, user.is_demo, user.must_change_password = users[0].password, True, False
    User.objects.bulk_update(users, ["password", "is_demo", "must_change_password"])


def _said(run: ImportRun) -> str:
    return ", ".join(f"{verdict} {count:,}" for verdict, count in sorted(run.counts.items()))


# ---- taking it away ------------------------------------------------------------------------------------------------


def leftovers() -> int:
    """How many rows the demonstration's imports brought that are still there."""
    runs = ImportRun.objects.filter(user__is_demo=True)
    return sum(model._default_manager.filter(import_run__in=runs).count() for model in _tracked())


def remove(act: Act) -> int:
    """Delete everything the demonstration brought and everything that hangs on it, for good; returns the row count."""
    with transaction.atomic():
        demo_users = User.objects.filter(is_demo=True)
        doomed = _doomed(list(demo_users.values_list("pk", flat=True)))
        _free(doomed)
        count = sum(_delete(model, keys) for model, keys in doomed.items())
        runs = ImportRun.objects.filter(user__in=demo_users)
        files = [run.file for run in runs.select_related("file")]
        for run in runs:
            run.rows.all().delete()
        BinEntry.objects.filter(Q(user__in=demo_users) | Q(restored_by__in=demo_users)).delete()
        HistoryEntry.objects.filter(user__in=demo_users).delete()
        runs.delete()
        for file in files:
            drop_content(file)
            file.delete()
        for model in (Notice, SavedView):
            model._default_manager.filter(user__in=demo_users).delete()
        Job.objects.filter(user_id__in=list(demo_users.values_list("pk", flat=True))).delete()
        HistoryEntry.objects.filter(noun="accounts.user", object_id__in=demo_users.values("pk")).delete()
        demo_users.delete()
        Counter.objects.filter(name="demo").delete()
        Counter.objects.update(value=models.F("value") + 1)
    return count


def _tracked() -> list[type[Base]]:
    return [model for model in apps.get_models() if issubclass(model, Base)]


def _doomed(users: list[int]) -> dict[type[Base], set[int]]:
    """Rows of demo imports or made by demo accounts, and in waves every row that points at one of them."""
    doomed: dict[type[Base], set[int]] = {}
    for model in _tracked():
        made = HistoryEntry.objects.filter(
            noun=model.noun(), action=HistoryEntry.Action.CREATE, user_id__in=users
        ).values_list("object_id", flat=True)
        doomed[model] = set(made)
    wave = {model: set(keys) for model, keys in doomed.items() if keys}
    while wave:
        following: dict[type[Base], set[int]] = {}
        for model, keys in wave.items():
            for child in children_of(model):
                if child.is_required:
                    found = set(_keys_where(child.model, child.field, keys)) - doomed[child.model]
                    doomed[child.model] |= found
                    following.setdefault(child.model, set()).update(found)
        wave = {model: keys for model, keys in following.items() if keys}
    return {model: keys for model, keys in doomed.items() if keys}


def _keys_where(model: type[Base], name: str, keys: set[int]) -> Iterator[int]:
    ordered = sorted(keys)
    for start in range(0, len(ordered), 500):
        chunk = ordered[start : start + 500]
        yield from model._default_manager.filter(**{f"{name}__in": chunk}).values_list("pk", flat=True)


def _free(doomed: dict[type[Base], set[int]]) -> None:
    """Rows that stay let go of what goes: their optional relations are emptied."""
    for model in _tracked():
        for field in model._meta.concrete_fields:
            target = field.related_model if field.is_relation else None
            if field.null and isinstance(target, type) and issubclass(target, Base) and target in doomed:
                holding = set(_keys_where(model, field.name, doomed[target]))
                for chunk in _split(holding):
                    model._default_manager.filter(pk__in=chunk).update(**{field.name: None})


def _split(keys: set[int]) -> Iterator[list[int]]:
    ordered = sorted(keys)
    return (ordered[start : start + 500] for start in range(0, len(ordered), 500))


def _delete(model: type[Base], keys: set[int]) -> int:
    """Straight deletes, history and search tokens included; foreign keys are checked when the transaction ends."""
    table = connection.ops.quote_name(model._meta.db_table)
    for chunk in _split(keys):
        marks = ", ".join(["%s"] * len(chunk))
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {table} WHERE id IN ({marks})", chunk)
        HistoryEntry.objects.filter(noun=model.noun(), object_id__in=chunk).delete()
        forget(model, chunk)
    return len(keys)
