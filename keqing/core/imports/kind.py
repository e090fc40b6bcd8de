"""What an app says about one kind of spreadsheet: its fields, how a row is judged, how judged rows are written.

The kit (`core.imports`) does the rest: reading, mapping, staging, progress, publishing, resuming, undoing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

from django.utils import translation

from keqing.core.models import ImportRow
from keqing.core.saving import Act
from keqing.core.viewer import Viewer

Verdict = ImportRow.Verdict
Touched = tuple[str, int]


@dataclass(frozen=True)
class Field:
    """`clean` turns a raw cell into a value or raises `core.sheets.BadCell` with a sentence.

    The kit hands values on as plain JSON: dates and moments as ISO text, decimals as text.
    """

    key: str
    label: str
    clean: Callable[[Any], Any]
    synonyms: tuple[str, ...] = ()
    is_required: bool = False
    example: str = ""
    help: str = ""
    #: for closed lists: what may be chosen for the whole file when the file has no such column
    choices: Mapping[str, str] | None = None

    def names(self) -> tuple[str, ...]:
        """What a column of this field may be called: our label in both languages, and what companies write."""
        with translation.override("en"):
            english = translation.gettext(self.label)
        return (self.label, english, *self.synonyms)


@dataclass(frozen=True)
class Draft:
    """One row with every mapped cell cleaned; cells that were empty are absent."""

    number: int
    values: Mapping[str, Any]


@dataclass(frozen=True)
class Judged:
    """The verdict on one row in words. `values` is what `write` needs and nothing else (JSON-able)."""

    number: int
    verdict: str
    sentence: str = ""
    title: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    object_id: int | None = None


@dataclass(frozen=True)
class Written:
    """What writing one row did: its main object, and every other object it created or changed."""

    number: int
    object_id: int
    others: tuple[Touched, ...] = ()


class Judge(Protocol):
    """Opened once per run, asked batch by batch in file order; remembers what the file already said."""

    def __call__(self, drafts: Sequence[Draft]) -> list[Judged]: ...


class Writer(Protocol):
    """Opened once per run; called inside a short transaction with judged rows of one verdict (new or change)."""

    def __call__(self, rows: Sequence[Judged], act: Act) -> list[Written]: ...


@dataclass(frozen=True)
class Prepared:
    """Rows with all their keys: what writing them does, and the writing itself, which alone needs the lock."""

    written: list[Written]
    write: Callable[[], None]


@runtime_checkable
class Preparing(Protocol):
    """A writer that makes new rows ready before the short transaction begins: meanwhile others may write."""

    def prepare(self, rows: Sequence[Judged], act: Act) -> Prepared: ...


@dataclass(frozen=True)
class Kind:
    key: str
    label: str
    #: right asked for: the viewer needs the verb "import" on this noun
    noun: str
    #: label of the model whose key is `object_id`, e.g. "customers.party"
    model: str
    fields: tuple[Field, ...]
    open_judge: Callable[[Viewer], Judge]
    open_writer: Callable[[Viewer], Writer]
    #: names of columns that must not be collected → rule and sentence; such a column is not read at all
    forbidden: Mapping[str, str] = field(default_factory=dict)
    #: staged cells of personal nouns are stored encrypted
    is_personal: bool = False
    hint: str = ""

    def field(self, key: str) -> Field:
        return next(item for item in self.fields if item.key == key)

    def synonyms(self) -> dict[str, tuple[str, ...]]:
        return {item.key: item.names() for item in self.fields}
