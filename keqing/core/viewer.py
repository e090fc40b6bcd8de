"""Who is looking: the signed-in user with positions and rights resolved once per request (DESIGN 5)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

NO_RIGHTS: Mapping[str, frozenset[str]] = {}


@dataclass(frozen=True)
class Viewer:
    """`positions` are held or substituted today; `reach` adds everything below them; `sees_all` needs no row filter."""

    user_id: int
    as_of: date
    name: str = ""
    role_label: str = ""
    place_label: str = ""
    positions: tuple[int, ...] = ()
    reach: frozenset[int] = frozenset()
    sees_all: bool = False
    personas: frozenset[str] = frozenset()
    rights: Mapping[str, frozenset[str]] = field(default_factory=lambda: NO_RIGHTS, hash=False)
    unpublished: tuple[int, ...] = ()
    #: the change counters as this request read them: under them a process keeps what seldom changes
    versions: Mapping[str, int] = field(default_factory=dict, hash=False, compare=False)

    def may(self, noun: str, verb: str) -> bool:
        return verb in self.rights.get(noun, frozenset())

    @property
    def initial(self) -> str:
        return self.name[:1]

    @property
    def position_id(self) -> int | None:
        """The position in whose name this person acts: the first own one."""
        return self.positions[0] if self.positions else None
