"""Small builders: a customer somebody covers, its grade, a past visit."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from keqing.accounts.models import User
from keqing.core.saving import Act, save_one
from keqing.customers.models import Assignment, Grade, Party
from keqing.territory.models import Division, Position
from keqing.visits.models import Visit

START = date(2026, 1, 1)
ACT = Act(user_id=None, at=datetime(2026, 1, 1, tzinfo=UTC), reason="test")
SIZE, RANK = "TERMINAL_SIZE", "COUNTY_RANK"


def moment(day: date, hour: int = 10, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), tzinfo=timezone.get_default_timezone())


def make_party(name: str, position: Position | None = None, **values: Any) -> Party:
    since = values.pop("since", START)
    values = {"kind": "STORE", "terminal_type": "CHAIN_STORE", "status": "ACTIVE", **values}
    party = save_one(Party(name=name, name_norm=name, sort_key=name, **values), ACT)
    if position is not None:
        cover(party, position, since)
    return party


def cover(party: Party, position: Position, since: date = START) -> Assignment:
    return save_one(Assignment(party=party, position=position, valid_from=since), ACT)


def grade(party: Party, value: str, scheme: str = RANK) -> Grade:
    return save_one(Grade(party=party, scheme=scheme, value=value, valid_from=START), ACT)


def make_visit(party: Party, position: Position, author: User, day: date, **values: Any) -> Visit:
    """A visit of half an hour at ten unless said otherwise."""
    started = values.pop("started_at", moment(day))
    values = {
        "kind": "TERMINAL",
        "ground": "within",
        "distance_m": 30,
        "ended_at": started + timedelta(minutes=30),
        "note": "看了库存和效期，陈列整理过，和店长约好下周再来。",
        **values,
    }
    return save_one(Visit(party=party, position=position, author=author, started_at=started, **values), ACT)


def make_division(code: str, name: str, level: int, parent: Division | None = None, **values: Any) -> Division:
    row = Division(
        code=code, name=name, short_name=name, level=level, parent=parent, source="test", valid_from=START, **values
    )
    return save_one(row, ACT)
