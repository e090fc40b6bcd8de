"""What happened to a row, in words: who, when, which field from what to what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models
from django.utils.translation import gettext

from keqing.core.models import Base, HistoryEntry
from keqing.core.saving import history_of, read_changes, tracked_fields

SHOWN = 20
#: technical fields, and those whose values are told only to be different
HIDDEN, MASKED = {"bin", "mobile_hash"}, {"mobile"}


@dataclass(frozen=True)
class FieldChange:
    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Change:
    at: datetime
    who: str
    action: str
    reason: str
    fields: tuple[FieldChange, ...]


def changes_of(row: Base, limit: int = SHOWN) -> list[Change]:
    """The latest changes first; what an import and a person wrote alike."""
    entries = [(entry, read_changes(entry)) for entry in history_of(row)[:limit]]
    fields = {field.name: field for field in tracked_fields(type(row)) if field.name not in HIDDEN}
    names = _names(fields, (changes for _, changes in entries))
    return [_change(entry, changes, fields, names) for entry, changes in entries]


def _change(
    entry: HistoryEntry,
    changes: Mapping[str, Any],
    fields: Mapping[str, models.Field[Any, Any]],
    names: Mapping[tuple[str, Any], str],
) -> Change:
    return Change(
        at=entry.at,
        who=entry.user.name if entry.user else gettext("系统"),
        action=gettext(entry.get_action_display()),
        reason=entry.reason,
        fields=tuple(
            FieldChange(
                gettext(str(fields[name].verbose_name)),
                _said(fields[name], was, names),
                _said(fields[name], now, names),
            )
            for name, (was, now) in changes.items()
            if name in fields
        ),
    )


def _names(
    fields: Mapping[str, models.Field[Any, Any]], entries: Iterable[Mapping[str, Any]]
) -> dict[tuple[str, Any], str]:
    """What the rows are called that foreign keys point at, one query per relation."""
    wanted: dict[str, set[Any]] = defaultdict(set)
    for changes in entries:
        for name, values in changes.items():
            if name in fields and fields[name].is_relation:
                wanted[name].update(value for value in values if value is not None)
    return {
        (name, target.pk): str(target)
        for name, keys in wanted.items()
        for target in fields[name].related_model._default_manager.filter(pk__in=keys)  # type: ignore[union-attr]
    }


def _said(field: models.Field[Any, Any], value: Any, names: Mapping[tuple[str, Any], str]) -> str:
    if value in (None, ""):
        return "—"
    if field.name in MASKED:
        return "•••"
    if field.is_relation:
        return names.get((field.name, value), f"#{value}")
    labels = dict(field.flatchoices)
    if value in labels:
        return gettext(str(labels[value]))
    if isinstance(value, bool):
        return gettext("是") if value else gettext("否")
    return str(value)
