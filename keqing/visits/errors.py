"""What a visit may be refused for; each carries the sentence a person reads."""

from __future__ import annotations

from keqing.visits.models import Visit


class Refused(Exception):
    """Nothing was written. `visit` is the row that stands in the way, if one does."""

    def __init__(self, sentence: str, visit: Visit | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.visit = visit
