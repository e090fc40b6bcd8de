"""A customer left out for today, so that the list moves on; taken back with one press."""

from __future__ import annotations

from datetime import date

from keqing.core.saving import Act, save_one, throw_away
from keqing.core.viewer import Viewer
from keqing.customers.models import Party
from keqing.visits.models import Skip
from keqing.visits.services.visiting import position_for


def skip(party: Party, viewer: Viewer, day: date, reason: str, act: Act) -> Skip:
    """Leaving out twice is leaving out once."""
    position = position_for(party, viewer)
    known: Skip | None = Skip.objects.visible_to(viewer).filter(party=party, position_id=position, day=day).first()
    if known is not None:
        return known
    return save_one(Skip(party=party, position_id=position, day=day, reason=reason), act)


def take_skip_back(row: Skip, act: Act) -> None:
    throw_away([row], act)
