"""Marker strings: each planted text says whose row it is and of which noun, so that an answer can be judged by it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from keqing.core.viewer import Viewer
from keqing.territory.personas import Persona

ACADEMIC = frozenset({Persona.MR.value, Persona.MEDICAL.value})


class Audience(StrEnum):
    ROW = "row"  # who sees the row and may read the noun
    OWN = "own"  # its owner alone
    BIN = "bin"  # who deleted it; who sees all and may read the noun
    RUN = "run"  # who brought the file; who sees all and may import the noun
    ACCOUNT = "account"  # its owner, and who may read accounts
    HOUSE = "house"  # everybody who may read the noun
    BUSINESS = "business"  # the same without those who deal in no money
    NOBODY = "nobody"  # written by an import that is not yet published


@dataclass(frozen=True)
class Mark:
    """`places` are the positions a row belongs to; none means that only who sees all sees it."""

    text: str
    noun: str
    audience: Audience
    user_id: int | None = None
    places: frozenset[int] = frozenset()

    def is_for(self, viewer: Viewer | None) -> bool:
        if viewer is None or self.audience is Audience.NOBODY:
            return False
        is_own, reads = viewer.user_id == self.user_id, viewer.may(self.noun, "read")
        answers = {
            Audience.ROW: reads and (viewer.sees_all or bool(self.places & viewer.reach)),
            Audience.OWN: is_own,
            Audience.BIN: is_own or (viewer.sees_all and reads),
            Audience.RUN: is_own or (viewer.sees_all and viewer.may(self.noun, "import")),
            Audience.ACCOUNT: is_own or viewer.may("account", "read"),
            Audience.HOUSE: reads,
            Audience.BUSINESS: reads and not viewer.personas <= ACADEMIC,
        }
        return answers[self.audience]


def found_in(text: str, marks: Iterable[Mark]) -> list[Mark]:
    plain = text.lower()
    return [mark for mark in marks if mark.text in plain]
