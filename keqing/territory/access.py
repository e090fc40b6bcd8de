"""From a user to a viewer: positions held or substituted today, all below them, and the rights of their personas.

The tree is a few thousand rows; each process keeps the last version of it and reads it again when its counter moved.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from keqing.accounts.models import User
from keqing.core.state import State
from keqing.core.viewer import Viewer
from keqing.territory.models import Employee, Position, Tenure, TimeOff
from keqing.territory.personas import SEES_ALL, SELLING, Persona, excluded_together, rights_of
from keqing.territory.services.calendars import counter_now


@dataclass(frozen=True)
class Span:
    key: int
    starts: date
    ends: date | None

    def covers(self, day: date) -> bool:
        return self.starts <= day and (self.ends is None or day < self.ends)


@dataclass(frozen=True)
class Tree:
    personas: Mapping[int, str]
    names: Mapping[int, str]
    parents: Mapping[int, int | None]
    children: Mapping[int | None, tuple[int, ...]]
    employee_of: Mapping[int, int]
    tenures: Mapping[int, tuple[Span, ...]]
    substituted: Mapping[int, tuple[tuple[int, date, date], ...]]
    #: position → who held it when, the earliest first
    holders: Mapping[int, tuple[tuple[str, Span], ...]]

    def holder_of(self, position: int, day: date) -> str:
        """The name of who holds the position that day, or nothing."""
        found = ""
        for name, span in self.holders.get(position, ()):
            if span.covers(day):
                found = name
        return found

    def held_by(self, employee: int, day: date) -> list[int]:
        return [span.key for span in self.tenures.get(employee, ()) if span.covers(day)]

    def acting(self, employee: int, day: date) -> list[int]:
        """Own positions first, then those of absent colleagues this person stands in for today."""
        held = self.held_by(employee, day)
        for absent, starts, ends in self.substituted.get(employee, ()):
            if starts <= day <= ends:
                held += [key for key in self.held_by(absent, day) if key not in held]
        return held

    def path(self, key: int) -> tuple[str, ...]:
        """Names of the positions above, the topmost first."""
        above: list[str] = []
        seen = {key}
        parent = self.parents.get(key)
        while parent is not None and parent not in seen:
            seen.add(parent)
            above.append(self.names.get(parent, ""))
            parent = self.parents.get(parent)
        return tuple(name for name in reversed(above) if name)

    def below(self, roots: Iterable[int]) -> frozenset[int]:
        reach: set[int] = set()
        wave = list(roots)
        while wave:
            key = wave.pop()
            if key not in reach:
                reach.add(key)
                wave.extend(self.children.get(key, ()))
        return frozenset(reach)


@lru_cache(maxsize=2)
def read_tree(version: int) -> Tree:
    """`version` is the counter "positions": a new value is a new tree."""
    reason = "position tree of the whole company, kept in memory to resolve rights"
    rows = list(Position.objects.everything(reason).values_list("pk", "parent_id", "persona", "name"))
    children: dict[int | None, list[int]] = defaultdict(list)
    for pk, parent, _, _ in rows:
        children[parent].append(pk)
    tenures: dict[int, list[Span]] = defaultdict(list)
    holders: dict[int, list[tuple[str, Span]]] = defaultdict(list)
    for employee, position, starts, ends, name in (
        Tenure.objects.everything(reason)
        .order_by("valid_from", "pk")
        .values_list("employee_id", "position_id", "valid_from", "valid_to", "employee__name")
    ):
        tenures[employee].append(Span(position, starts, ends))
        holders[position].append((name, Span(position, starts, ends)))
    stand_in: dict[int, list[tuple[int, date, date]]] = defaultdict(list)
    for substitute, absent, starts, ends in (
        TimeOff.objects.everything(reason)
        .filter(substitute__isnull=False)
        .values_list("substitute_id", "employee_id", "starts_on", "ends_on")
    ):
        stand_in[substitute].append((absent, starts, ends))
    users = Employee.objects.everything(reason).filter(user__isnull=False).values_list("user_id", "pk")
    return Tree(
        personas={pk: persona for pk, _, persona, _ in rows},
        names={pk: name for pk, _, _, name in rows},
        parents={pk: parent for pk, parent, _, _ in rows},
        children={key: tuple(value) for key, value in children.items()},
        employee_of=dict(users),
        tenures={key: tuple(value) for key, value in tenures.items()},
        substituted={key: tuple(value) for key, value in stand_in.items()},
        holders={key: tuple(value) for key, value in holders.items()},
    )


def tree_for(viewer: Viewer) -> Tree:
    """The tree of the viewer's request; a viewer made outside a request asks for the counter."""
    version = viewer.versions.get("positions")
    return read_tree(counter_now("positions") if version is None else version)


@lru_cache(maxsize=4096)
def _resolve(user_id: int, day: date, version: int) -> tuple[tuple[int, ...], frozenset[int], frozenset[str]]:
    tree = read_tree(version)
    employee = tree.employee_of.get(user_id)
    acting = tuple(tree.acting(employee, day)) if employee is not None else ()
    if excluded_together(tree.personas[key] for key in acting):
        # Services refuse this; should a restored row bring it about, nobody sells while being a medical representative.
        acting = tuple(key for key in acting if tree.personas[key] not in SELLING)
    return acting, tree.below(acting), frozenset(tree.personas[key] for key in acting)


def viewer_of(user: User, as_of: date, state: State) -> Viewer:
    """Superusers act as administrators; everybody else is what their positions are today."""
    version = state.counter("positions")
    acting, reach, personas = _resolve(user.pk, as_of, version)
    if user.is_superuser:
        personas |= {Persona.ADMIN.value}
    return Viewer(
        user_id=user.pk,
        as_of=as_of,
        name=user.get_full_name() or user.username,
        role_label=_role_label(personas, acting, version),
        place_label=read_tree(version).names[acting[0]] if acting else "",
        positions=acting,
        reach=reach,
        sees_all=bool(personas & SEES_ALL),
        personas=personas,
        rights=rights_of(personas),
        unpublished=state.unpublished,
        versions=state.counters,
    )


def _role_label(personas: frozenset[str], acting: tuple[int, ...], version: int) -> str:
    if acting:
        return str(Persona(read_tree(version).personas[acting[0]]).label)
    return str(Persona.ADMIN.label) if personas else ""
