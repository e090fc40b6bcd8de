"""What this floor shows on a customer's page. Each panel is a template and what it needs; None where nothing is to see."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from keqing.core.viewer import Viewer
from keqing.core.wording import said as _
from keqing.customers.kinds import GRADE_VALUES, GradeScheme, PartyKind, Status
from keqing.customers.models import Party, PartyName
from keqing.customers.reports.below import PAST, assignments_of, members_of
from keqing.customers.reports.history import party_history
from keqing.customers.reports.opened import Opened, jobs_at, proposed_place
from keqing.customers.reports.party_lines import KINDS, STATUSES, STORE_TYPES, TYPES

Chip = tuple[str, str]
"""Text and tone."""
RECENT, MOST_MEMBERS, VIP = 6, 8, "VIP"
RELATIONS: Mapping[str, str] = dict(PartyName.Relation.choices)
SCHEMES: Mapping[str, str] = dict(GradeScheme.choices)
_FIRST, _LAST = ("code", "short_name", "credit_code"), ("tags", "source")
_TERMINAL = ("ownership", "replenish_cycle_days", "payment_mode", "is_nhsa_designated")
_STORE = ("store_type", "area_m2", "staff_count", "daily_footfall", "membership_count", "member_day")
_FACTS_OF_ANY = (*_FIRST, *_LAST)
_FACTS: Mapping[str, tuple[str, ...]] = {
    PartyKind.HCO: (*_FIRST, *_TERMINAL, *_LAST),
    PartyKind.STORE: (*_FIRST, *_TERMINAL, *_STORE, *_LAST),
}
_LABELS: Mapping[str, str] = {field.name: str(field.verbose_name) for field in Party._meta.concrete_fields}
_CHOICES: Mapping[str, Mapping[str, str]] = {
    field.name: dict(field.flatchoices) for field in Party._meta.concrete_fields if field.choices
}


@dataclass(frozen=True)
class Panel:
    template: str
    context: dict[str, Any]


def facts_of(party: Party) -> list[tuple[str, str]]:
    """Label and value of every fact that fits the type; an empty value is still to be asked."""
    return [(_(_LABELS[name]), _shown(party, name)) for name in _FACTS.get(party.kind, _FACTS_OF_ANY)]


def _shown(party: Party, name: str) -> str:
    value = getattr(party, name)
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if name in _CHOICES:
        return _(_CHOICES[name].get(value, value))
    return f"{value:,}" if isinstance(value, int) else str(value)


def facts(opened: Opened, viewer: Viewer) -> Panel:
    rows = facts_of(opened.party)
    filled = [row for row in rows if row[1]]
    context = {
        "party": opened.party,
        "rows": filled,
        "missing": [label for label, value in rows if not value],
        "filled": len(filled),
        "total": len(rows),
        "names": [(RELATIONS[one.relation], one.name) for one in opened.names],
        "may_change": viewer.may("party", "change"),
    }
    return Panel("customers/panels/facts.html", context)


def grades(opened: Opened, viewer: Viewer) -> Panel:
    rows = [(label, _grade_label(opened, scheme), _since(opened, scheme)) for scheme, label in SCHEMES.items()]
    context = {"party": opened.party, "rows": rows, "may_change": viewer.may("party", "change")}
    return Panel("customers/panels/grades.html", {**context, "year": viewer.as_of.year})


def type_of(party: Party) -> str:
    return _(TYPES[party.terminal_type] if party.terminal_type else KINDS[party.kind])


def chips(opened: Opened) -> list[Chip]:
    """Beside the name: the type, 直营, 暂停, VIP, A 级, 大, 重点."""
    party = opened.party
    found = [(type_of(party), "none")]
    if party.store_type:
        found.append((_(STORE_TYPES[party.store_type]), "none"))
    if party.status != Status.ACTIVE:
        found.append((_(STATUSES[party.status]), "amber"))
    return found + [(label, "accent" if label == VIP else "none") for label in _grade_labels(opened)]


def _grade_labels(opened: Opened) -> Iterator[str]:
    for scheme in (GradeScheme.VIP, GradeScheme.ABC, GradeScheme.TERMINAL_SIZE, GradeScheme.COUNTY_RANK):
        if scheme in opened.grades:
            label = _(_grade_label(opened, scheme))
            yield _("%(grade)s 级", grade=label) if scheme == GradeScheme.ABC else label


def _grade_label(opened: Opened, scheme: str) -> str:
    grade = opened.grades.get(scheme)
    return GRADE_VALUES[scheme].get(grade.value, grade.value) if grade is not None else ""


def _since(opened: Opened, scheme: str) -> date | None:
    grade = opened.grades.get(scheme)
    return grade.since if grade is not None else None


def people(opened: Opened, viewer: Viewer) -> Panel | None:
    if not viewer.may("person", "read"):
        return None
    context = {
        "party": opened.party,
        "rows": jobs_at(viewer, opened.party),
        "may_create": viewer.may("person", "create"),
        "may_change": viewer.may("person", "change"),
    }
    return Panel("customers/panels/people.html", context)


def place(opened: Opened, viewer: Viewer) -> Panel:
    context = {
        "party": opened.party,
        "proposal": None if opened.party.has_place else proposed_place(viewer, opened.party),
        "place_line": opened.place_line,
        "may_change": viewer.may("party", "change"),
    }
    return Panel("customers/panels/place.html", context)


def assignments(opened: Opened, viewer: Viewer) -> Panel | None:
    if not viewer.may("assignment", "read"):
        return None
    rows = assignments_of(viewer, opened.party)
    context = {
        "party": opened.party,
        "now": [row for row in rows if row.when < PAST],
        "past": [row for row in rows if row.when == PAST],
        "may_create": viewer.may("assignment", "create"),
        "may_change": viewer.may("assignment", "change"),
        "may_delete": viewer.may("assignment", "delete"),
    }
    return Panel("customers/panels/assignments.html", context)


def members(opened: Opened, viewer: Viewer) -> Panel | None:
    """Stores of a chain, houses of a medical community; None where there are none."""
    rows, count = members_of(viewer, opened.party, MOST_MEMBERS)
    if not rows:
        return None
    return Panel("customers/panels/members.html", {"party": opened.party, "rows": rows, "count": count})


def history(opened: Opened, viewer: Viewer) -> Panel | None:
    if not viewer.may("history", "read"):
        return None
    entries = party_history(opened.party, viewer, size=RECENT)
    return Panel("customers/panels/history.html", {"party": opened.party, "entries": entries})
