"""What this floor shows on a customer's page, and in a column of the customers' list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Max
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from keqing.core.viewer import Viewer
from keqing.customers.models import Party
from keqing.visits.findings import findings_of, is_valid
from keqing.visits.models import Visit
from keqing.visits.planner import one_due
from keqing.visits.planner.facts import day_start
from keqing.visits.planner.words import chips_of, sentence_of
from keqing.visits.services import kinds_at, open_visit

RECENT, NOTE = 6, 80


@dataclass(frozen=True)
class Panel:
    template: str
    context: dict[str, Any]


def visits_panel(party: Party, viewer: Viewer) -> Panel | None:
    """Last visits and when the next is due; None for who may not read visits."""
    if not viewer.may("visit", "read"):
        return None
    row = one_due(viewer, party, viewer.as_of)
    visits = _recent(party, viewer, RECENT)
    said = findings_of(visits)
    context = {
        "party": party,
        "visits": [(visit, is_valid(said.get(visit.pk, ()))) for visit in visits],
        "chips": chips_of(row, viewer.as_of),
        "sentence": sentence_of(row, viewer),
        "has_rule": bool(row.dues),
        "may_visit": may_visit(party, viewer),
        "waiting": open_visit(viewer.user_id),
    }
    return Panel("visits/panels/visits.html", context)


def may_visit(party: Party, viewer: Viewer) -> bool:
    """Whether this person may record any visit here at all."""
    if not viewer.may("visit", "create") or viewer.position_id is None:
        return False
    kinds, _why, _limit = kinds_at(party, viewer, has_reception=True)
    return bool(kinds)


def timeline(party: Party, viewer: Viewer, limit: int = 20) -> list[dict[str, Any]]:
    """Items for `ui.timeline`, the newest first."""
    if not viewer.may("visit", "read"):
        return []
    return [_item(visit) for visit in _recent(party, viewer, limit)]


def last_contacts(party_ids: Iterable[int], viewer: Viewer) -> Mapping[int, date]:
    """Party → day of the last contact this person may know of. One query."""
    keys = list(party_ids)
    if not keys or not viewer.may("visit", "read"):
        return {}
    rows = Visit.objects.visible_to(viewer).filter(
        party_id__in=keys, started_at__lt=day_start(viewer.as_of + timedelta(1))
    )
    latest = rows.order_by().values("party_id").annotate(at=Max("started_at")).values_list("party_id", "at")
    return {party: timezone.localtime(at).date() for party, at in latest}


def _recent(party: Party, viewer: Viewer, limit: int) -> list[Visit]:
    rows = Visit.objects.visible_to(viewer).filter(party=party).select_related("party", "author")
    return list(rows.order_by("-started_at", "-pk")[:limit])


def _item(visit: Visit) -> dict[str, Any]:
    kind = gettext("电话联系") if visit.is_phone else gettext(visit.get_kind_display())
    return {
        "at": visit.day,
        "icon": "phone" if visit.is_phone else "clipboard-check",
        "text": f"{visit.author} {kind}",
        "note": visit.note[:NOTE],
        "href": reverse("visits:visit", args=[visit.public_id]),
    }
