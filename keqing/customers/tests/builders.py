"""Small customers for the tests: a county, houses in it, who covers them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from keqing.core.imports.kind import Draft, Judged, Kind, Verdict
from keqing.core.imports.staging import plain
from keqing.core.saving import Act, save_one
from keqing.core.sheets import is_blank
from keqing.core.viewer import Viewer
from keqing.customers import services
from keqing.customers.models import Assignment, Party
from keqing.territory.models import Division, Position

DAY = date(2026, 11, 18)
NOW = datetime(2026, 11, 18, 1, 0, tzinfo=UTC)
ACT = Act(user_id=None, at=NOW, reason="test")
EVERYONE = Viewer(user_id=0, as_of=DAY, sees_all=True)

_DIVISIONS = (
    ("330000", "浙江省", "浙江", 1, None),
    ("330100", "杭州市", "杭州", 2, "330000"),
    ("330122", "桐庐县", "桐庐", 3, "330100"),
    ("330122101", "分水镇", "分水", 4, "330122"),
    ("330122102", "横村镇", "横村", 4, "330122"),
    ("330127", "淳安县", "淳安", 3, "330100"),
    ("330127101", "千岛湖镇", "千岛湖", 4, "330127"),
)


def make_divisions() -> dict[str, Division]:
    found: dict[str, Division] = {}
    for code, name, short, level, parent in _DIVISIONS:
        row = Division(
            code=code,
            name=name,
            short_name=short,
            level=level,
            parent=found.get(parent or ""),
            source="test",
            valid_from=date(2020, 1, 1),
        )
        found[code] = save_one(row, ACT)
    return found


def make_party(name: str, division: Division | None = None, **values: Any) -> Party:
    given = {"kind": "STORE", "terminal_type": "CHAIN_STORE", **values}
    return services.register_party({"name": name, "division": division, **given}, ACT)


def cover(
    party: Party, position: Position, starts_on: date = date(2026, 1, 1), ends_on: date | None = None, share: str = "1"
) -> Assignment:
    row = Assignment(party=party, position=position, valid_from=starts_on, valid_to=ends_on, share=Decimal(share))
    return save_one(row, ACT)


@dataclass(frozen=True)
class Sheet:
    """A small file, judged and written like a real one."""

    kind: Kind
    rows: Sequence[dict[str, Any]]
    viewer: Viewer = EVERYONE

    def judge(self) -> list[Judged]:
        return self.kind.open_judge(self.viewer)([_draft(self.kind, at, row) for at, row in enumerate(self.rows, 2)])

    def write(self) -> list[Judged]:
        judged = self.judge()
        writer = self.kind.open_writer(self.viewer)
        for verdict in (Verdict.NEW, Verdict.CHANGE):
            if rows := [row for row in judged if row.verdict == verdict]:
                writer(rows, ACT)
        return judged

    def verdicts(self) -> list[str]:
        return [str(row.verdict) for row in self.judge()]


def _draft(kind: Kind, number: int, row: dict[str, Any]) -> Draft:
    """Cells by label, cleaned as the kit does it; the first row of data is row 2."""
    keys = {field.label: field for field in kind.fields}
    cleaned = {keys[label].key: plain(keys[label].clean(cell)) for label, cell in row.items() if not is_blank(cell)}
    return Draft(number, {key: value for key, value in cleaned.items() if value not in (None, "")})
