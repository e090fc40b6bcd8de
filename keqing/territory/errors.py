"""Steps that the rules of positions, holders and days off do not allow. The text of each is the sentence to show."""

from __future__ import annotations


class Refused(Exception):
    """A step that is not allowed; nothing was written."""


class ExcludedTogether(Refused):
    """Somebody would act as medical representative and in a selling persona on the same day (DOMAIN 7.2)."""


class TenureOverlap(Refused):
    """Two holders of one position on the same day."""


class PositionNotInForce(Refused):
    """The position does not exist on that day."""


class NotEmployed(Refused):
    """The person has left by that day."""


class EmptyPeriod(Refused):
    """An end that does not come after the beginning."""


class TreeLoop(Refused):
    """A position would stand above itself."""


class StillNeeded(Refused):
    """Other positions or people hang on the position."""


class TimeOffOverlap(Refused):
    """Two entries of days off of one person on the same day."""


class SubstituteAway(Refused):
    """The substitute is away too, or is needed as somebody's substitute on these days."""
