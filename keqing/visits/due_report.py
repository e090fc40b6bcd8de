"""The due list: every covered customer with its state, per representative; one pass over a whole reach."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext, gettext_noop

from keqing.core.search import matching
from keqing.core.state import State as AppState
from keqing.core.viewer import Viewer
from keqing.core.written import listed
from keqing.customers.models import Assignment, Party
from keqing.customers.services.assignments import names_of
from keqing.territory.models import Position
from keqing.visits.planner.due import MOST, DueParty, due_list
from keqing.visits.planner.words import chips_of, grade_labels, plain_sentence
from keqing.visits.rules.frequency import State

PAGE, MOST_DAYS_AHEAD = 100, 14
DUE_HEADER = (
    gettext_noop("客户"),
    gettext_noop("类型"),
    gettext_noop("分级"),
    gettext_noop("岗位"),
    gettext_noop("负责人"),
    gettext_noop("状态"),
    gettext_noop("上次"),
    gettext_noop("最早"),
    gettext_noop("最晚"),
    gettext_noop("说明"),
)
GROUPS: Mapping[str, str] = {
    "overdue": gettext_noop("逾期"),
    "agreed": gettext_noop("约好今天"),
    "at_risk": gettext_noop("快来不及"),
    "due": gettext_noop("该去"),
    "upcoming": gettext_noop("还不急"),
    "too_early": gettext_noop("太早"),
    "done": gettext_noop("够了"),
    "none": gettext_noop("没有分级"),
}
_GROUP_OF = {
    State.AT_RISK: "at_risk",
    State.DUE: "due",
    State.NEVER: "due",
    State.UPCOMING: "upcoming",
    State.TOO_EARLY: "too_early",
    State.DONE: "done",
}


def group_of(row: DueParty) -> str:
    if row.is_overdue:
        return "overdue"
    if row.due is not None and row.due.is_promised_today:
        return "agreed"
    return "none" if row.state is None else _GROUP_OF[row.state]


@dataclass(frozen=True)
class DuePage:
    viewer: Viewer
    day: date  # the day it is reckoned for
    found: Sequence[DueParty]  # all that the choice finds
    rows: Sequence[DueParty]  # of this page
    counts: Mapping[str, int]
    chosen: str
    query: str
    position: str
    positions: Sequence[tuple[str, str]]
    names: Mapping[int, str]  # position → its name
    holders: Mapping[int, str]
    number: int
    is_too_large: bool
    params: dict[str, str] = field(default_factory=dict)

    @property
    def has_next(self) -> bool:
        return self.number * PAGE < len(self.found)

    def link(self, **changes: Any) -> str:
        params = {**self.params, **changes}
        if "page" not in changes:
            params.pop("page", None)
        return "?" + urlencode({key: value for key, value in params.items() if value not in (None, "")})

    def chips(self, row: DueParty) -> list[tuple[str, str]]:
        return chips_of(row, self.day)

    def sentence(self, row: DueParty) -> str:
        return plain_sentence(row)

    def grades(self, row: DueParty) -> str:
        return listed(grade_labels(row.grades))


def read_due(viewer: Viewer, params: QueryDict, state: AppState) -> DuePage:
    day = _day(params.get("day", ""), viewer.as_of)
    known = _positions(viewer)
    wanted = params.get("position", "")
    keys = {pk for pk, code, _ in known if not wanted or code == wanted}
    below = _with_below(keys, viewer, wanted)
    is_too_large = _is_too_large(viewer, below)
    everything = [] if is_too_large else due_list(viewer, day, positions=below, state=state)
    query = params.get("q", "").strip()[:60]
    hits = _found(viewer, query) if query else frozenset[int]()
    named = [row for row in everything if not query or row.party.pk in hits]
    counts = Counter(group_of(row) for row in named)
    chosen = params.get("state", "") if params.get("state", "") in GROUPS else ""
    found = [row for row in named if not chosen or group_of(row) == chosen]
    number = max(1, int(str(params["page"]))) if params.get("page", "").isdecimal() else 1
    rows = found[(number - 1) * PAGE : number * PAGE]
    holding = sorted({row.party.position_id for row in found})
    return DuePage(
        viewer=viewer,
        day=day,
        found=found,
        rows=rows,
        counts=counts,
        chosen=chosen,
        query=query,
        position=wanted,
        positions=[(code, name) for _, code, name in known],
        names={pk: name for pk, _, name in known},
        holders=names_of(holding, viewer),
        number=number,
        is_too_large=is_too_large,
        params={key: str(params[key]) for key in ("q", "state", "position", "day", "page") if params.get(key)},
    )


def _day(text: str, today: date) -> date:
    """Today, or a day soon to come: on a rest day one looks at the next workday."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return today
    return day if today <= day <= today + timedelta(MOST_DAYS_AHEAD) else today


def _found(viewer: Viewer, query: str) -> frozenset[int]:
    return frozenset(matching(Party.objects.published(viewer), query).order_by().values_list("pk", flat=True))


def due_cells(page: DuePage, row: DueParty) -> list[Any]:
    due = row.due
    return [
        row.party.name,
        gettext(row.party.type_label),
        page.grades(row),
        page.names.get(row.party.position_id, ""),
        page.holders.get(row.party.position_id, ""),
        gettext(GROUPS[group_of(row)]),
        row.last,
        due.earliest if due else None,
        due.latest if due else None,
        page.sentence(row),
    ]


def _positions(viewer: Viewer) -> list[tuple[int, str, str]]:
    rows = Position.objects.visible_to(viewer).in_force(viewer.as_of).order_by("code")
    return list(rows.values_list("pk", "code", "name"))


def _with_below(keys: set[int], viewer: Viewer, wanted: str) -> frozenset[int]:
    """A chosen position stands for its whole branch."""
    if not wanted:
        return frozenset(keys)
    children: dict[int, list[int]] = {}
    rows = Position.objects.visible_to(viewer).filter(parent_id__isnull=False)
    for pk, parent in rows.values_list("pk", "parent_id"):
        children.setdefault(parent, []).append(pk)
    reach, wave = set(keys), list(keys)
    while wave:
        for child in children.get(wave.pop(), ()):
            if child not in reach:
                reach.add(child)
                wave.append(child)
    return frozenset(reach)


def _is_too_large(viewer: Viewer, positions: frozenset[int]) -> bool:
    rows = Assignment.objects.visible_to(viewer).on(viewer.as_of).of_positions(sorted(positions))
    return len(rows.order_by().values_list("pk")[: MOST + 1]) > MOST
