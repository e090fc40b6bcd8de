"""What this floor shows on a customer's page, and in a column of the customers' list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

from django.db.models import Max
from django.utils import timezone

from keqing.core.addresses import address
from keqing.core.prepared import KEYS, Prepared
from keqing.core.viewer import Viewer
from keqing.core.written import day as day_label
from keqing.customers.models import Party
from keqing.customers.panels import Panel
from keqing.customers.reports.opened import Opened
from keqing.visits.at_party import Met, known_of, seen_of
from keqing.visits.findings import lacking
from keqing.visits.models import Visit
from keqing.visits.planner import due_at
from keqing.visits.planner.facts import day_start
from keqing.visits.planner.words import chips_of, sentence_of
from keqing.visits.services import kinds_at, waiting_of

RECENT, NOTE = 6, 80


def visits_panel(opened: Opened, viewer: Viewer) -> Panel | None:
    """Last visits and when the next is due; None for who may not read visits."""
    if not viewer.may("visit", "read"):
        return None
    party, is_visitor = opened.party, may_visit(opened.party, viewer)
    newest, is_waiting = known_of(party, viewer)
    row = due_at(viewer, opened, newest)
    shown = seen_of(newest, party, viewer, RECENT)
    lacks = lacking(shown, newest, party)
    context = {
        "party": party,
        "visits": [_line(visit, viewer, is_valid=visit.pk not in lacks) for visit in shown],
        "chips": chips_of(row, viewer.as_of),
        "sentence": sentence_of(row, viewer),
        "has_rule": bool(row.dues),
        "may_visit": is_visitor,
        "waiting": waiting_of(viewer.user_id) if is_visitor and is_waiting else None,
    }
    return Panel("visits/panels/visits.html", context)


class Line(NamedTuple):
    """A visit in the list, written out."""

    href: str
    is_phone: bool
    day: str
    author: str
    note: str
    mark: str  # open, lacking or nothing


def _line(visit: Met, viewer: Viewer, *, is_valid: bool) -> Line:
    return Line(
        href=address("visits:visit", visit.public_id),
        is_phone=visit.is_phone,
        day=day_label(visit.day, viewer.as_of.year),
        author=visit.author,
        note=visit.note[:NOTE],
        mark="open" if visit.is_open else "" if is_valid else "lacking",
    )


def may_visit(party: Party, viewer: Viewer) -> bool:
    """Whether this person may record any visit here at all."""
    if not viewer.may("visit", "create") or viewer.position_id is None:
        return False
    kinds, _why, _limit = kinds_at(party, viewer, has_reception=True)
    return bool(kinds)


def last_contacts(party_ids: Iterable[int], viewer: Viewer) -> Mapping[int, date]:
    """Party → day of the last contact this person may know of. One query."""
    keys = list(party_ids)
    if not keys or not viewer.may("visit", "read"):
        return {}
    here = timezone.get_current_timezone()
    return {party: at.astimezone(here).date() for party, at in _latest_query(viewer).fetch(keys)}


@lru_cache(maxsize=1024)
def _latest_query(viewer: Viewer) -> Prepared:
    tomorrow = day_start(viewer.as_of + timedelta(1))
    rows = Visit.objects.visible_to(viewer).filter(party_id__in=KEYS, started_at__lt=tomorrow).order_by()
    return Prepared(rows.values("party_id").annotate(at=Max("started_at")).values_list("party_id", "at"))
