"""The position tree of one day: who holds what, who is away, what is vacant, how many people are below."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from keqing.core.tokens import Term, index_tokens, query_tokens
from keqing.core.viewer import Viewer
from keqing.territory.access import Tree
from keqing.territory.models import Position, Tenure, TimeOff

OPEN_LEVELS = 2
SHOWN = ("code", "name", "persona", "parent_id", "public_id")


@dataclass(frozen=True)
class Person:
    key: int
    name: str
    public_id: UUID


@dataclass(frozen=True)
class Holder:
    employee: Person
    #: the days off that hold today's date, if any
    off: TimeOff | None


@dataclass(frozen=True)
class Node:
    position: Position
    holders: tuple[Holder, ...]
    children: tuple[Node, ...]
    #: people and vacant positions here and below
    staff: int
    vacancies: int
    #: names of positions above that the viewer may not open; only at a root
    path: tuple[str, ...]
    is_found: bool
    is_open: bool


@dataclass(frozen=True)
class Forest:
    roots: tuple[Node, ...]
    positions: int
    staff: int
    vacancies: int


@dataclass(frozen=True)
class _Day:
    positions: Mapping[int, Position]
    children: Mapping[int | None, Sequence[Position]]
    holders: Mapping[int, tuple[Holder, ...]]
    tree: Tree
    found: frozenset[int] | None


def position_forest(viewer: Viewer, tree: Tree, day: date, query: str = "") -> Forest:
    """Three queries, whatever the size. `tree` gives the names above the viewer's own positions."""
    rows = Position.objects.visible_to(viewer).in_force(day).order_by("code").only(*SHOWN)
    positions = {position.pk: position for position in rows}
    children: dict[int | None, list[Position]] = defaultdict(list)
    for position in positions.values():
        children[position.parent_id if position.parent_id in positions else None].append(position)
    holders = holders_on(viewer, day)
    shown = _Day(positions, children, holders, tree, _found(positions.values(), holders, query))
    roots = tuple(node for root in children[None] if (node := _node(root, shown, 0)))
    vacant = sum(1 for key in positions if not holders.get(key))
    people = {holder.employee.key for key in positions for holder in holders.get(key, ())}
    return Forest(roots, len(positions), len(people), vacant)


def holders_on(viewer: Viewer, day: date) -> dict[int, tuple[Holder, ...]]:
    """By position: who holds it that day, and whether they are away."""
    offs = TimeOff.objects.arranged_by(viewer).touching(day, day).select_related("substitute")
    away = {off.employee_id: off for off in offs}
    tenures = Tenure.objects.visible_to(viewer).on(day).order_by("pk")
    holders: dict[int, list[Holder]] = defaultdict(list)
    # plain values: a company has thousands of holders, and their personal numbers need not be decrypted for a tree
    for position, key, name, public_id in tenures.values_list(
        "position_id", "employee_id", "employee__name", "employee__public_id"
    ):
        holders[position].append(Holder(Person(key, name, public_id), away.get(key)))
    return {key: tuple(value) for key, value in holders.items()}


def _node(position: Position, day: _Day, depth: int) -> Node | None:
    below = [child for child in day.children.get(position.pk, ()) if child.pk != position.pk]
    children = tuple(node for child in below if (node := _node(child, day, depth + 1)))
    is_found = day.found is not None and position.pk in day.found
    if day.found is not None and not is_found and not children:
        return None
    holders = day.holders.get(position.pk, ())
    return Node(
        position=position,
        holders=holders,
        children=children,
        staff=len(holders) + sum(child.staff for child in children),
        vacancies=(not holders) + sum(child.vacancies for child in children),
        path=day.tree.path(position.pk) if depth == 0 else (),
        is_found=is_found,
        is_open=depth < OPEN_LEVELS or (day.found is not None and bool(children)),
    )


def _found(
    positions: Iterable[Position], holders: Mapping[int, tuple[Holder, ...]], query: str
) -> frozenset[int] | None:
    """Positions that the query finds by their name, code or holder; None without a query."""
    if not query:
        return None
    terms = query_tokens(query)
    names = {
        position.pk: (position.name, position.code, *(holder.employee.name for holder in holders.get(position.pk, ())))
        for position in positions
    }
    return frozenset(key for key, texts in names.items() if terms and is_match(texts, terms))


def is_match(texts: Iterable[str], terms: Sequence[Term]) -> bool:
    """As the search index would answer, for rows that are in memory anyway."""
    tokens = index_tokens(texts)
    return all(any(_has(tokens, word, is_prefix) for word, is_prefix in term) for term in terms)


def _has(tokens: Sequence[str], word: str, is_prefix: bool) -> bool:
    return any(token.startswith(word) for token in tokens) if is_prefix else word in tokens
