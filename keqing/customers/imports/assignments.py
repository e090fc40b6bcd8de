"""Who covers whom, from a spreadsheet: shares of a customer never exceed one whole on any day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext

from keqing.catalog.models import ProductLine
from keqing.core.imports.kind import Draft, Field, Judged, Kind, Verdict, Written
from keqing.core.saving import Act, save
from keqing.core.sheets import BadCell, day, ratio
from keqing.core.viewer import Viewer
from keqing.core.written import arrow, clauses
from keqing.core.written import share as percent
from keqing.customers.imports.cleaners import words
from keqing.customers.imports.lookups import Directory
from keqing.customers.models import Assignment
from keqing.customers.rules.shares import Portion, overfull
from keqing.customers.services.assignments import WHOLE, rest_sentence
from keqing.territory.models import Position

REASON = "shares of one customer must add up over all positions, whoever brings the file"


def part(cell: Any) -> Decimal | None:
    value = ratio(cell)
    if value is not None and not 0 < value <= 1:
        raise BadCell("份额在 0 到 100% 之间。")
    return None if value is None else value.quantize(Decimal("0.0001"))


FIELDS: tuple[Field, ...] = (
    Field(
        "party_code",
        "客户编码",
        words(40),
        ("编码", "终端编码", "门店编码", "code"),
        is_required=True,
        example="C00123",
    ),
    Field(
        "party_name",
        "客户名称",
        words(120),
        ("名称", "终端名称", "门店名称", "客户"),
        example="芷安堂东门店",
        help="填了就核对是不是同一家",
    ),
    Field(
        "position_code",
        "岗位编码",
        words(30),
        ("岗位", "岗位代码", "辖区编码", "position"),
        is_required=True,
        example="P-LI",
    ),
    Field("product_line", "产品线", words(40), ("产品", "品种线", "product line"), help="不填就是全部产品"),
    Field("share", "份额", part, ("占比", "比例", "分管比例", "share"), example="100%", help="不填就是 100%"),
    Field(
        "valid_from", "生效日期", day, ("开始日期", "起始日期", "自", "from"), is_required=True, example="2026-01-01"
    ),
    Field("valid_to", "失效日期", day, ("结束日期", "截止日期", "至", "to"), help="从这一天起不再分管"),
)


class AssignmentJudge:
    def __init__(self, viewer: Viewer) -> None:
        self.directory = Directory(viewer)
        positions = Position.objects.visible_to(viewer).values_list("code", "pk", "name")
        self.positions = {code: (key, name) for code, key, name in positions}
        self.lines = dict(ProductLine.objects.visible_to(viewer).values_list("name", "pk"))
        self.held: dict[int, dict[Any, Portion]] = defaultdict(dict)
        self.keys: dict[tuple[int, int, int | None, date], int] = {}
        rows = Assignment.objects.everything(REASON).values_list(
            "pk", "party_id", "position_id", "position__name", "product_line_id", "share", "valid_from", "valid_to"
        )
        for key, party, position, name, line, share, starts_on, ends_on in rows:
            self.keys[party, position, line, starts_on] = key
            self.held[party][key] = Portion(share, starts_on, ends_on, line, name)
        self.rows: dict[tuple[int, int, int | None, date], int] = {}

    def __call__(self, drafts: Sequence[Draft]) -> list[Judged]:
        return [self._judge(draft) for draft in drafts]

    def _judge(self, draft: Draft) -> Judged:
        cells = draft.values
        title = str(cells.get("party_name") or cells["party_code"])
        if problem := self._problem(cells):
            return Judged(draft.number, Verdict.WRONG, problem, title)
        party = self.directory.by_code[cells["party_code"]]
        position, holder = self.positions[cells["position_code"]]
        wanted = _portion(cells, self.lines.get(cells.get("product_line", "")), holder)
        where = (party, position, wanted.line, wanted.starts_on)
        if (earlier := self.rows.get(where)) is not None:
            said = gettext("与第 %(number)s 行是同一条分管") % {"number": earlier}
            return Judged(draft.number, Verdict.DUPLICATE, said, title)
        key = self.keys.get(where)
        was = self.held[party].get(key) if key is not None else None
        if was is not None and (was.share, was.ends_on) == (wanted.share, wanted.ends_on):
            self.rows[where] = draft.number
            return Judged(draft.number, Verdict.SAME, "", title, object_id=key)
        others = [portion for other, portion in self.held[party].items() if key is None or other != key]
        if rest := overfull(others, wanted):
            return Judged(draft.number, Verdict.WRONG, rest_sentence(rest), title)
        self.rows[where] = draft.number
        self.held[party][key or ("row", draft.number)] = wanted
        values = _values(party, position, wanted)
        if was is None:
            return Judged(draft.number, Verdict.NEW, "", title, values)
        return Judged(draft.number, Verdict.CHANGE, _in_words(was, wanted), title, values, key)

    def _problem(self, cells: Mapping[str, Any]) -> str:
        party = self.directory.by_code.get(cells["party_code"])
        if party is None:
            return gettext("没有编码是 %(code)s 的客户，或不在你名下") % {"code": cells["party_code"]}
        name = cells.get("party_name")
        if name and not self.directory.is_called(party, name):
            both = {"code": cells["party_code"], "name": self.directory.names[party], "written": name}
            return gettext("编码 %(code)s 是“%(name)s”，写的是“%(written)s”") % both
        if cells["position_code"] not in self.positions:
            return gettext("没有编码是 %(code)s 的岗位，或不在你的辖区") % {"code": cells["position_code"]}
        line = cells.get("product_line")
        if line and line not in self.lines:
            names = gettext("、").join(list(self.lines)[:8])
            return gettext("没有产品线“%(line)s”，现有：%(names)s") % {"line": line, "names": names or "—"}
        if cells.get("valid_to") and cells["valid_to"] <= cells["valid_from"]:
            return gettext("失效日期要晚于生效日期")
        return ""


def _portion(cells: Mapping[str, Any], line: int | None, holder: str) -> Portion:
    ends_on = cells.get("valid_to")
    return Portion(
        Decimal(cells.get("share", WHOLE)),
        date.fromisoformat(cells["valid_from"]),
        date.fromisoformat(ends_on) if ends_on else None,
        line,
        holder,
    )


def _values(party: int, position: int, wanted: Portion) -> dict[str, Any]:
    return {
        "party_id": party,
        "position_id": position,
        "product_line_id": wanted.line,
        "share": str(wanted.share),
        "valid_from": wanted.starts_on.isoformat(),
        "valid_to": wanted.ends_on.isoformat() if wanted.ends_on else None,
    }


def _in_words(was: Portion, now: Portion) -> str:
    said = []
    if was.share != now.share:
        said.append(arrow(gettext("份额"), percent(was.share), percent(now.share)))
    if was.ends_on != now.ends_on:
        said.append(arrow(gettext("失效日期"), was.ends_on, now.ends_on))
    return clauses(said)


class AssignmentWriter:
    def __init__(self, viewer: Viewer) -> None:
        self.viewer = viewer

    def __call__(self, rows: Sequence[Judged], act: Act) -> list[Written]:
        held = Assignment.objects.everything(REASON).in_bulk([row.object_id for row in rows if row.object_id])
        written = []
        for row in rows:
            one = held.get(row.object_id) or Assignment()
            for field, value in row.values.items():
                setattr(one, field, _plain(field, value))
            written.append(one)
        save([one for one in written if one.pk is None], act)
        save([one for one in written if one.pk in held], act)
        return [Written(row.number, one.pk) for row, one in zip(rows, written, strict=True)]


def _plain(field: str, value: Any) -> Any:
    if field == "share":
        return Decimal(value)
    return date.fromisoformat(value) if field in ("valid_from", "valid_to") and value else value


ASSIGNMENTS = Kind(
    key="assignments",
    label="客户分管",
    noun="assignment",
    model="customers.assignment",
    fields=FIELDS,
    open_judge=AssignmentJudge,
    open_writer=AssignmentWriter,
    hint="先导入客户和岗位；同一家同一产品线同一天的份额合计不超过 100%",
)
