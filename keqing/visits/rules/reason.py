"""Why something is so, kept in parts, so that language, links and emphasis can be added where it is shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date


class Word(str):
    """A parameter that is itself a message id; a plain str parameter is data and is never translated."""

    __slots__ = ()


Param = date | int | str


def _(message: str) -> str:
    """Marks a message id for extraction; it is translated when it is shown, not here."""
    return message


@dataclass(frozen=True, slots=True)
class Reason:
    message: str
    params: tuple[tuple[str, Param], ...] = ()
    year: int | None = None  # a date of this year is shown without its year

    def text(self, translate: Callable[[str], str] = str) -> str:
        return translate(self.message) % {name: self._shown(value, translate) for name, value in self.params}

    def sentence(self) -> str:
        return self.text()

    def _shown(self, value: Param, translate: Callable[[str], str]) -> str:
        if isinstance(value, date):
            return f"{value:%m-%d}" if value.year == self.year else f"{value:%Y-%m-%d}"
        return translate(value) if isinstance(value, Word) else str(value)


def because(message: str, as_of: date | None = None, **params: Param) -> Reason:
    return Reason(message, tuple(sorted(params.items())), as_of.year if as_of else None)
