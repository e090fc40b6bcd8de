"""What this floor shows on a customer's page. Each panel is a template and what it needs; None where nothing is to see."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext

from keqing.core.viewer import Viewer
from keqing.customers.kinds import GRADE_VALUES, GradeScheme, PartyKind
from keqing.customers.models import Affiliation, Assignment, Party, PlaceProposal
from keqing.customers.reports.areas import place_line
from keqing.customers.reports.history import party_history, people_for
from keqing.customers.services.assignments import names_of
from keqing.customers.services.grades import grade_rows

RECENT, MOST_MEMBERS = 6, 8
_STORE_FACTS = ("store_type", "area_m2", "staff_count", "daily_footfall", "membership_count", "member_day")
_TERMINAL_FACTS = ("ownership", "replenish_cycle_days", "payment_mode", "is_nhsa_designated")


@dataclass(frozen=True)
class Panel:
    template: str
    context: dict[str, Any]


def facts_of(party: Party) -> list[tuple[str, str]]:
    """Label and value of every fact that fits the type; an empty value is still to be asked."""
    names = ["code", "short_name", "credit_code"]
    if party.kind in (PartyKind.HCO, PartyKind.STORE):
        names += _TERMINAL_FACTS
    if party.kind == PartyKind.STORE:
        names += _STORE_FACTS
    return [(_label(name), _shown(party, name)) for name in [*names, "tags", "source"]]


def _label(name: str) -> str:
    field: Any = Party._meta.get_field(name)
    return gettext(str(field.verbose_name))


def _shown(party: Party, name: str) -> str:
    value = getattr(party, name)
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return gettext("是") if value else gettext("否")
    display = getattr(party, f"get_{name}_display", None)
    return gettext(str(display())) if display else f"{value:,}" if isinstance(value, int) else str(value)


def facts(party: Party, viewer: Viewer) -> Panel:
    rows = facts_of(party)
    filled = [row for row in rows if row[1]]
    context = {
        "party": party,
        "rows": filled,
        "missing": [label for label, value in rows if not value],
        "filled": len(filled),
        "total": len(rows),
        "names": list(party.names.live().order_by("relation", "pk")),
        "place_line": place_line(party),
        "may_change": viewer.may("party", "change"),
    }
    return Panel("customers/panels/facts.html", context)


def grades(party: Party, viewer: Viewer) -> Panel:
    rows = [
        (
            str(GradeScheme(scheme).label),
            current.value_label if current else "",
            current.valid_from if current else None,
        )
        for scheme, current, _ in grade_rows(party, viewer.as_of)
    ]
    context = {"party": party, "rows": rows, "may_change": viewer.may("party", "change")}
    return Panel("customers/panels/grades.html", context)


def grade_labels(party: Party, viewer: Viewer) -> list[str]:
    """VIP, A 级, 大, 重点: chips beside the name."""
    found = {scheme: current for scheme, current, _ in grade_rows(party, viewer.as_of) if current}
    labels = []
    for scheme in (GradeScheme.VIP, GradeScheme.ABC, GradeScheme.TERMINAL_SIZE, GradeScheme.COUNTY_RANK):
        if scheme in found:
            label = gettext(GRADE_VALUES[scheme].get(found[scheme].value, found[scheme].value))
            labels.append(gettext("%(grade)s 级") % {"grade": label} if scheme == GradeScheme.ABC else label)
    return labels


def people(party: Party, viewer: Viewer) -> Panel | None:
    if not viewer.may("person", "read"):
        return None
    jobs = Affiliation.objects.visible_to(viewer).filter(party=party, person__bin__isnull=True).select_related("person")
    rows = list(jobs.on(viewer.as_of).order_by("-is_primary", "person__sort_key", "pk"))
    context = {
        "party": party,
        "rows": rows,
        "may_create": viewer.may("person", "create"),
        "may_change": viewer.may("person", "change"),
    }
    return Panel("customers/panels/people.html", context)


def place(party: Party, viewer: Viewer) -> Panel:
    rows = PlaceProposal.objects.visible_to(viewer).filter(party=party, is_accepted__isnull=True)
    context = {
        "party": party,
        "proposal": rows.order_by("pk").first() if not party.has_place else None,
        "place_line": place_line(party),
        "may_change": viewer.may("party", "change"),
    }
    return Panel("customers/panels/place.html", context)


def assignments(party: Party, viewer: Viewer) -> Panel | None:
    if not viewer.may("assignment", "read"):
        return None
    rows = list(Assignment.objects.visible_to(viewer).filter(party=party).select_related("position", "product_line"))
    names = names_of({row.position_id for row in rows}, viewer.as_of)
    lines = [
        {"row": row, "name": names.get(row.position_id, ""), "when": _when(row, viewer)}
        for row in sorted(rows, key=lambda row: (_when(row, viewer), -row.valid_from.toordinal()))
    ]
    context = {
        "party": party,
        "now": [line for line in lines if line["when"] < PAST],
        "past": [line for line in lines if line["when"] == PAST],
        "may_create": viewer.may("assignment", "create"),
        "may_change": viewer.may("assignment", "change"),
        "may_delete": viewer.may("assignment", "delete"),
    }
    return Panel("customers/panels/assignments.html", context)


NOW, COMING, PAST = 0, 1, 2


def _when(row: Assignment, viewer: Viewer) -> int:
    if row.valid_to is not None and row.valid_to <= viewer.as_of:
        return PAST
    return COMING if row.valid_from > viewer.as_of else NOW


def members(party: Party, viewer: Viewer) -> Panel | None:
    """Stores of a chain, houses of a medical community; None where there are none."""
    rows = Party.objects.visible_to(viewer).filter(parent=party)
    count = rows.count()
    if not count:
        return None
    shown = rows.order_by("sort_key", "pk").only("public_id", "name", "kind", "terminal_type")[:MOST_MEMBERS]
    return Panel("customers/panels/members.html", {"party": party, "rows": list(shown), "count": count})


def history(party: Party, viewer: Viewer) -> Panel | None:
    if not viewer.may("history", "read"):
        return None
    entries = party_history(party, people=people_for(viewer), size=RECENT)
    return Panel("customers/panels/history.html", {"party": party, "entries": entries})
