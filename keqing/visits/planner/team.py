"""Today of a manager: each position directly below, with what is due and what was visited in its whole branch."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from keqing.core.state import State as AppState
from keqing.core.viewer import Viewer
from keqing.core.written import listed
from keqing.customers.models import Assignment
from keqing.territory.access import Tree, read_tree
from keqing.territory.models import Position, Tenure
from keqing.visits.models import Visit
from keqing.visits.planner.due import MOST, due_list
from keqing.visits.planner.facts import day_start
from keqing.visits.rules.frequency import State


@dataclass(frozen=True, slots=True)
class TeamRow:
    code: str
    name: str
    people: str  # who holds it today; empty when vacant
    parties: int
    overdue: int | None  # None when the branch is too large to look at in one go
    due: int | None
    visited: int


@dataclass(frozen=True, slots=True)
class Team:
    rows: tuple[TeamRow, ...]
    is_too_large: bool

    @property
    def visited(self) -> int:
        return sum(row.visited for row in self.rows)


def team_today(viewer: Viewer, now: datetime, *, state: AppState) -> Team:
    day = timezone.localtime(now).date()
    tree = read_tree(state.counter("positions"))
    branches = _branches(tree, viewer)
    below = frozenset(branches)
    parties = _parties_per_position(viewer, below)
    is_too_large = sum(parties.values()) > MOST
    overdue, due = Counter[int](), Counter[int]()
    if not is_too_large and below:
        for row in due_list(viewer, day, positions=below, state=state):
            head = branches[row.party.position_id]
            overdue[head] += row.is_overdue
            due[head] += row.state in {State.DUE, State.AT_RISK, State.NEVER} and not row.is_overdue
    visited = _visited(viewer, below, now)
    counts: dict[str, Counter[int]] = {"parties": Counter(), "visited": Counter()}
    for key, head in branches.items():
        counts["parties"][head] += parties[key]
        counts["visited"][head] += visited[key]
    heads = list(dict.fromkeys(branches.values()))
    codes, people = _names(viewer, heads)
    rows = tuple(
        TeamRow(
            codes[head][0],
            codes[head][1],
            listed(people[head]),
            counts["parties"][head],
            None if is_too_large else overdue[head],
            None if is_too_large else due[head],
            counts["visited"][head],
        )
        for head in heads
        if head in codes
    )
    return Team(rows, is_too_large)


def _branches(tree: Tree, viewer: Viewer) -> dict[int, int]:
    """Every position below → the one directly below the viewer it belongs to."""
    found: dict[int, int] = {}
    for own in viewer.positions:
        for head in tree.children.get(own, ()):
            found |= dict.fromkeys(tree.below([head]), head)
    return {key: head for key, head in found.items() if key not in viewer.positions}


def _parties_per_position(viewer: Viewer, positions: frozenset[int]) -> Counter[int]:
    rows = Assignment.objects.published(viewer).on(viewer.as_of).of_positions(sorted(positions))
    return Counter(position for position, _ in set(rows.order_by().values_list("position_id", "party_id")))


def _visited(viewer: Viewer, positions: frozenset[int], now: datetime) -> Counter[int]:
    day = timezone.localtime(now).date()
    rows = Visit.objects.visible_to(viewer).filter(position_id__in=sorted(positions))
    rows = rows.filter(started_at__gte=day_start(day), started_at__lt=day_start(day + timedelta(1)))
    return Counter(rows.order_by().values_list("position_id", flat=True))


def _names(viewer: Viewer, heads: list[int]) -> tuple[dict[int, tuple[str, str]], dict[int, list[str]]]:
    rows = Position.objects.visible_to(viewer).filter(pk__in=heads)
    codes = {pk: (code, name) for pk, code, name in rows.values_list("pk", "code", "name")}
    people: dict[int, list[str]] = defaultdict(list)
    held = Tenure.objects.visible_to(viewer).on(viewer.as_of).filter(position_id__in=heads)
    for position, name in held.order_by("valid_from").values_list("position_id", "employee__name"):
        people[position].append(name)
    return codes, people
