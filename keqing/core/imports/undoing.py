"""Taking an import back: new rows go to the bin, changed ones get old values, touched ones are left and listed."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.utils.translation import gettext

from keqing.core.imports.kind import Kind
from keqing.core.imports.pace import Pace
from keqing.core.jobs import Progress
from keqing.core.models import Base, BinEntry, HistoryEntry, ImportRow, ImportRun, children_of
from keqing.core.saving import Act, dependants, put_in_bin, read_changes, save

Key = tuple[str, int]
CHUNK = 200


@dataclass(frozen=True)
class LaterAct:
    """What somebody did to a row after the import: the reason why it is not taken back."""

    row_number: int
    noun: str
    object_id: int
    sentence: str


def touched_by(kind: Kind, row: ImportRow) -> list[Key]:
    others = [(noun, key) for noun, key in json.loads(row.touched)] if row.touched else []
    return [(kind.model, row.object_id or 0), *others]


def later_acts(kind: Kind, run: ImportRun, rows: Sequence[ImportRow]) -> dict[int, list[LaterAct]]:
    """By row number: history of the row's objects after the run's own entries, and rows of others that hang on them."""
    owners: dict[Key, int] = {}
    for row in rows:
        for key in touched_by(kind, row):
            owners.setdefault(key, row.number)
    found: dict[int, list[LaterAct]] = {}
    for noun, keys in _by_noun(owners).items():
        for later in _later_history(run, noun, keys) + _later_dependants(run, noun, keys):
            number = owners[later.noun, later.object_id]
            found.setdefault(number, []).append(LaterAct(number, later.noun, later.object_id, later.sentence))
    return found


def _by_noun(owners: Mapping[Key, int]) -> dict[str, list[int]]:
    nouns: dict[str, list[int]] = {}
    for noun, key in owners:
        nouns.setdefault(noun, []).append(key)
    return nouns


def _later_history(run: ImportRun, noun: str, keys: Sequence[int]) -> list[LaterAct]:
    entries = HistoryEntry.objects.filter(noun=noun, object_id__in=keys).select_related("user").order_by("id")
    ours: set[int] = set()
    later = []
    for entry in entries:
        if entry.import_run_id == run.pk:
            ours.add(entry.object_id)
        elif entry.object_id in ours:
            who = entry.user.name if entry.user else gettext("系统")
            sentence = gettext("%(day)s %(who)s %(act)s") % {
                "day": f"{entry.at:%m-%d}",
                "who": who,
                "act": gettext(entry.get_action_display()),
            }
            later.append(LaterAct(0, noun, entry.object_id, sentence))
    return later


def _later_dependants(run: ImportRun, noun: str, keys: Sequence[int]) -> list[LaterAct]:
    model = apps.get_model(noun)
    created = model._default_manager.filter(pk__in=keys, import_run=run)
    later = []
    for child in children_of(model):
        hanging = child.model._default_manager.filter(**{f"{child.field}__in": created}, bin__isnull=True)
        for parent in hanging.exclude(import_run=run).values_list(f"{child.field}_id", flat=True).distinct():
            sentence = gettext("后来有了%(noun)s") % {"noun": gettext(str(child.model._meta.verbose_name))}
            later.append(LaterAct(0, noun, parent, sentence))
    return later


def count_blocked(kind: Kind, run: ImportRun) -> tuple[int, list[LaterAct]]:
    """How many written rows cannot be taken back, and the first fifty acts that are the reason."""
    count, shown = 0, []
    rows = run.rows.filter(is_written=True).order_by("number")
    for chunk in _chunks(list(rows), 1000):
        found = later_acts(kind, run, chunk)
        count += len(found)
        shown += [act for acts in found.values() for act in acts[:1]]
    return count, shown[:50]


def take_back(kind: Kind, run: ImportRun, act_by: int | None, at: datetime, progress: Progress) -> None:
    """Take back every row that nobody touched since. Run again after a crash it goes on with the rest."""
    act = Act(user_id=act_by, at=at, reason=gettext("撤销导入 %(file)s") % {"file": run.file.name})
    entry = _entry(run, act)
    rows = list(run.rows.filter(is_written=True).order_by("-number"))
    progress.step(gettext("撤销"), total=len(rows))
    pace = Pace(100)
    done = 0
    while done < len(rows):
        chunk = rows[done : done + pace.size]
        with pace.transaction():
            blocked = later_acts(kind, run, chunk)
            _take_back(kind, run, [row for row in chunk if row.number not in blocked], entry, act)
        done += len(chunk)
        progress.reach(done)
    kept = run.rows.filter(is_written=True).exists()
    run.state = ImportRun.State.PUBLISHED if kept and run.published_at else ImportRun.State.TAKEN_BACK
    run.save()


def _entry(run: ImportRun, act: Act) -> BinEntry:
    """One bin entry for the whole run, found again when the job is run again."""
    entry, _ = BinEntry.objects.get_or_create(
        noun="core.importrun",
        object_id=run.pk,
        restored_at=None,
        defaults={"label": f"{gettext('导入')} {run.file.name}"[:200], "user_id": act.user_id, "at": act.at, "rows": 0},
    )
    return entry


def _take_back(kind: Kind, run: ImportRun, rows: Sequence[ImportRow], entry: BinEntry, act: Act) -> None:
    keys = {key for row in rows for key in touched_by(kind, row)}
    for noun, ids in _by_noun(dict.fromkeys(keys, 0)).items():
        model = apps.get_model(noun)
        created = list(model._default_manager.filter(pk__in=ids, import_run=run, bin__isnull=True))
        if created:
            entry.rows += put_in_bin([(model, [row.pk for row in created]), *dependants(created)], entry, act)
        _set_back(model, [key for key in ids if key not in {row.pk for row in created}], run, act)
    entry.save(update_fields=["rows"])
    ImportRow.objects.filter(pk__in=[row.pk for row in rows]).update(is_written=False)


def _set_back(model: type[Base], keys: Sequence[int], run: ImportRun, act: Act) -> None:
    """Give changed rows the values they had before this run."""
    entries = HistoryEntry.objects.filter(
        noun=model.noun(), object_id__in=keys, import_run_id=run.pk, action=HistoryEntry.Action.CHANGE
    ).order_by("-id")
    before: dict[int, dict[str, Any]] = {}
    for entry in entries:
        before.setdefault(entry.object_id, {}).update({name: was for name, (was, _) in read_changes(entry).items()})
    rows = list(model._default_manager.filter(pk__in=before))
    fields = {field.name: field for field in model._meta.concrete_fields}
    for row in rows:
        for name, value in before[row.pk].items():
            field = fields[name]
            setattr(row, field.attname, field.to_python(value))
    save(rows, act)


def _chunks(rows: Sequence[Any], size: int) -> list[Sequence[Any]]:
    return [rows[start : start + size] for start in range(0, len(rows), size)]
