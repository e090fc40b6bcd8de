"""Who covers whom (三者关系): shares never exceed one whole on any day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from django.db import transaction
from django.utils.translation import gettext

from keqing.catalog.models import ProductLine
from keqing.core.prepared import DAY, KEYS, Prepared
from keqing.core.saving import Act, save_one, throw_away
from keqing.core.viewer import Viewer
from keqing.core.written import share as percent
from keqing.customers.errors import AssignedAlready, EmptyPeriod, ShareTaken
from keqing.customers.models import Assignment, Party
from keqing.customers.rules.shares import Overfull, Portion, overfull
from keqing.territory.access import tree_for
from keqing.territory.models import Position

REASON = "shares of one customer must add up over all positions, whoever looks"
WHOLE = Decimal(1)


class Holder(NamedTuple):
    """Who has a customer on a day: the position, and the person who holds it, if anybody does."""

    position_id: int
    position: str
    name: str
    product_line: str
    share: Decimal
    starts_on: date

    @property
    def label(self) -> str:
        return self.name or self.position


@transaction.atomic
def assign(
    party: Party,
    position: Position,
    product_line: ProductLine | None,
    share: Decimal,
    starts_on: date,
    act: Act,
    ends_on: date | None = None,
) -> Assignment:
    """Raises `ShareTaken` with who has the rest, when the position's share does not fit on one of the days."""
    if ends_on is not None and ends_on <= starts_on:
        raise EmptyPeriod(gettext("失效日期要晚于生效日期。"))
    # one writer at a time per customer, so that two shares cannot be added side by side
    list(Party.objects.everything(REASON).select_for_update().filter(pk=party.pk))
    line = product_line.pk if product_line is not None else None
    rows = Assignment.objects.everything(REASON).filter(party=party)
    if rows.filter(position=position, product_line=product_line, valid_from=starts_on).exists():
        raise AssignedAlready(gettext("%(position)s 这一天起已经分管这家。") % {"position": position.name})
    problem = overfull(portions(rows), Portion(share, starts_on, ends_on, line))
    if problem is not None:
        raise ShareTaken(rest_sentence(problem))
    row = Assignment(
        party=party,
        position=position,
        product_line=product_line,
        share=share,
        valid_from=starts_on,
        valid_to=ends_on,
    )
    return save_one(row, act)


def portions(rows: Iterable[Assignment]) -> list[Portion]:
    """`rows`: a queryset of assignments of one party."""
    return [
        Portion(row.share, row.valid_from, row.valid_to, row.product_line_id, row.position.name)
        for row in rows.select_related("position")  # type: ignore[attr-defined]
    ]


def rest_sentence(problem: Overfull) -> str:
    """Who has the rest, and how much is still free."""
    held = gettext("、").join(f"{name} {percent(part)}" for name, part in problem.holders)
    if problem.left <= 0:
        text = gettext("%(day)s 起已由 %(held)s 分管，没有剩余份额；先结束那一条，再分给别人。")
    else:
        text = gettext("%(day)s 起 %(held)s 已占去一部分，只剩 %(left)s；把份额改小，或先结束那一条。")
    return text % {"day": problem.day, "held": held or "—", "left": percent(problem.left)}


def end_assignment(row: Assignment, ends_on: date, act: Act) -> Assignment:
    """`ends_on` is the first day on which the position no longer has the customer."""
    if ends_on <= row.valid_from:
        raise EmptyPeriod(
            gettext("这条分管从 %(day)s 起，结束日期要晚于这一天；录错了可以删掉。") % {"day": row.valid_from}
        )
    if row.valid_to is not None and ends_on > row.valid_to:
        raise EmptyPeriod(gettext("这条分管到 %(day)s 已经结束，要延长请新增一条。") % {"day": row.valid_to})
    row.valid_to = ends_on
    return save_one(row, act)


@transaction.atomic
def hand_to(
    party: Party, position: Position, product_line: ProductLine | None, starts_on: date, act: Act
) -> Assignment | None:
    """The whole customer goes to this position from that day; whoever has it that day or later gives it up."""
    rows = Assignment.objects.everything(REASON).filter(party=party).exclude(valid_to__lte=starts_on)
    if product_line is not None:
        rows = rows.filter(product_line=product_line)
    held = list(rows)
    if len(held) == 1 and _is_already(held[0], position, product_line, starts_on):
        return None
    for row in held:
        if row.valid_from >= starts_on:
            throw_away([row], act)
        else:
            end_assignment(row, starts_on, act)
    return assign(party, position, product_line, WHOLE, starts_on, act)


def _is_already(row: Assignment, position: Position, product_line: ProductLine | None, starts_on: date) -> bool:
    is_same = (row.position_id, row.product_line_id) == (position.pk, product_line.pk if product_line else None)
    return is_same and row.share == WHOLE and row.valid_from <= starts_on and row.valid_to is None


def holders(parties: Iterable[int], viewer: Viewer) -> Mapping[int, tuple[Holder, ...]]:
    """Party key → who has it on the viewer's day. One query; the viewer has been allowed to see these parties."""
    tree = tree_for(viewer)
    found: dict[int, list[Holder]] = defaultdict(list)
    for party, position, line, share, starts_on in _holders_query().fetch(list(parties), day=viewer.as_of):
        name = tree.holder_of(position, viewer.as_of)
        found[party].append(Holder(position, tree.names.get(position, ""), name, line or "", share, starts_on))
    return {party: tuple(these) for party, these in found.items()}


@lru_cache(maxsize=1)
def _holders_query() -> Prepared:
    rows = Assignment.objects.everything(REASON).on(DAY).filter(party_id__in=KEYS).order_by("-share", "pk")
    return Prepared(rows.values_list("party_id", "position_id", "product_line__name", "share", "valid_from"))


def names_of(positions: Iterable[int], viewer: Viewer) -> dict[int, str]:
    """Position key → who holds it on the viewer's day; vacant ones are missing."""
    tree = tree_for(viewer)
    named = ((position, tree.holder_of(position, viewer.as_of)) for position in positions)
    return {position: name for position, name in named if name}
