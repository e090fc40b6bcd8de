"""What the page of one visit needs: why one came, whom one meets, when to come again, what was found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext

from keqing.core.models import HistoryEntry
from keqing.core.saving import history_of, read_changes
from keqing.core.viewer import Viewer
from keqing.core.written import day as day_label
from keqing.core.written import daytime
from keqing.customers.models import Affiliation, Party
from keqing.territory.services import working_calendar
from keqing.visits.models import Visit
from keqing.visits.planner.due import DueParty, one_due
from keqing.visits.planner.facts import frequency_rules
from keqing.visits.planner.words import Chip, Part, chips_of, grade_labels, sentence_of
from keqing.visits.rules.next_date import Suggestion, suggest_next
from keqing.visits.rules.schemes import applicable
from keqing.visits.rules.validity import ValidityRules

WEEKDAYS = ("一", "二", "三", "四", "五", "六", "日")
_LABELS = {field.name: str(field.verbose_name) for field in Visit._meta.concrete_fields}
_SHOWN = ("note", "next_on", "ended_at")


@dataclass(frozen=True, slots=True)
class Why:
    chips: Sequence[Chip]
    sentence: Sequence[Part]
    grades: Sequence[str]


@dataclass(frozen=True, slots=True)
class DayChoice:
    value: str  # ISO day; empty: no date agreed
    label: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class NextDate:
    choices: Sequence[DayChoice]
    formula: str


@dataclass(frozen=True, slots=True)
class Change:
    at: datetime
    who: str
    action: str
    reason: str
    lines: Sequence[tuple[str, str, str]]  # field, before, after


def due_before(visit: Visit, viewer: Viewer) -> DueParty:
    """How it stood when the visit began."""
    return one_due(viewer, visit.party, visit.day, without=visit.public_id)


def why_of(row: DueParty, visit: Visit, viewer: Viewer) -> Why:
    return Why(
        chips_of(row, visit.day),
        sentence_of(row, viewer),
        grade_labels(row.grades),
    )


def people_at(party: Party, viewer: Viewer) -> list[Affiliation]:
    if not viewer.may("person", "read"):
        return []
    rows = Affiliation.objects.visible_to(viewer).on(viewer.as_of).filter(party=party, person__bin__isnull=True)
    return list(rows.select_related("person").order_by("-is_primary", "valid_from", "pk"))


def next_date(row: DueParty, visit: Visit, viewer: Viewer) -> NextDate:
    """The rule's day is chosen already; its arithmetic stands under it."""
    rules = applicable(frequency_rules(visit.day, viewer.versions.get("frequencies")), row.segment, visit.day)
    suggestion = suggest_next(rules, visit.day, working_calendar(viewer.versions.get("holidays")))
    return NextDate(_choices(visit.day, suggestion), _formula(suggestion))


def _choices(day: date, suggestion: Suggestion | None) -> list[DayChoice]:
    listed: list[tuple[date, str]] = []
    if suggestion is not None:
        listed.append((suggestion.day, gettext("按频次 %(day)s") % {"day": with_weekday(suggestion.day)}))
    listed.append((day + timedelta(1), gettext("明天")))
    listed.append((day + timedelta(3), gettext("3 天后")))
    listed.append((day + timedelta(7), gettext("下周同日")))
    known: dict[date, str] = {}
    for one, label in listed:
        known.setdefault(one, label)
    chosen = suggestion.day if suggestion is not None else None
    choices = [DayChoice(one.isoformat(), label, one == chosen) for one, label in known.items()]
    return [*choices, DayChoice("", gettext("这次不约"), chosen is None)]


def _formula(suggestion: Suggestion | None) -> str:
    if suggestion is None:
        return gettext("这家没有频次可依：没有分级，或是不按周算的机构")
    return f"{suggestion.sum.text(gettext)} · {suggestion.norm.text(gettext)}"


def with_weekday(day: date) -> str:
    return gettext("%(day)s 周%(weekday)s") % {"day": f"{day:%m-%d}", "weekday": gettext(WEEKDAYS[day.weekday()])}


def is_forgotten(visit: Visit, now: datetime) -> bool:
    """Open longer than a valid visit can last: the true end is asked for."""
    return visit.is_open and now - visit.started_at > timedelta(minutes=ValidityRules().max_minutes)


def changes_of(visit: Visit) -> list[Change]:
    """Who wrote what when, the newest first."""
    return [_change(entry) for entry in history_of(visit)[:50]]


def _change(entry: HistoryEntry) -> Change:
    lines = [
        (gettext(_LABELS[name]), _shown(before), _shown(after))
        for name, (before, after) in read_changes(entry).items()
        if name in _SHOWN and entry.action == HistoryEntry.Action.CHANGE
    ]
    who = (entry.user.name or entry.user.username) if entry.user is not None else gettext("系统")
    return Change(entry.at, who, gettext(entry.get_action_display()), entry.reason, lines)


def _shown(value: Any) -> str:
    if value in (None, ""):
        return "—"
    text = str(value)
    try:
        if len(text) == 10:
            return day_label(date.fromisoformat(text))
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    return daytime(moment if timezone.is_aware(moment) else timezone.make_aware(moment))
