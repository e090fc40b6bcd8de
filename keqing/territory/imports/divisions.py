"""Import 区划: a company's own or invented divisions beside the shipped ones (codes: DOMAIN 2.1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from keqing.core.imports.kind import Draft, Field, Judged, Kind, Verdict, Written
from keqing.core.saving import Act, save
from keqing.core.sheets import BadCell, Cell, choice, decimal, text
from keqing.core.viewer import Viewer
from keqing.core.written import clauses
from keqing.territory.geography import Datum, to_wgs84
from keqing.territory.models import Division
from keqing.territory.rules.division_codes import ancestors_of, is_code, level_of, short_name

REASON = "divisions are the same for everybody"
SOURCE = "公司导入"
#: as companies write them in one word; a code's own length decides between what remains
SHORT_LEVELS = {"省": "1", "市": "2", "县": "3", "区": "3", "乡": "4", "镇": "4", "街道": "4", "村": "5", "社区": "5"}
LEVELS = {str(value): str(label) for value, label in Division.Level.choices}
DATUMS = {
    datum.value: label
    for datum, label in zip(Datum, ("WGS-84", _("GCJ-02（高德、腾讯）"), _("BD-09（百度）")), strict=True)
}
NOT_A_CODE = _("区划代码是 6、9 或 12 位数字，“{value}”不是。")
OUTSIDE = _("经度在 73 到 136 之间，纬度在 3 到 54 之间，{value} 不在。")


def division_code(cell: Cell) -> str:
    value = text(cell)
    if value and not is_code(value):
        raise BadCell(NOT_A_CODE, value=value[:20])
    return value


def _level(cell: Cell) -> str | None:
    return SHORT_LEVELS.get(text(cell)) or choice(cell, LEVELS)


def degrees(cell: Cell, *, low: int, high: int) -> float | None:
    value = decimal(cell)
    if value is not None and not low <= value <= high:
        raise BadCell(OUTSIDE, value=value)
    return None if value is None else float(value)


FIELDS = (
    Field("code", _("区划代码"), division_code, (_("代码"), _("行政区划代码")), True, "420528"),
    Field("name", _("名称"), partial(text, max_length=60), (_("区划名称"),), True, _("长阳土家族自治县")),
    Field("level", _("级别"), _level, (_("层级"),), choices=LEVELS),
    Field("parent_code", _("上级代码"), division_code, (_("上级区划代码"), _("父级代码")), example="420500"),
    Field("lng", _("经度"), partial(degrees, low=73, high=136), example="111.198"),
    Field("lat", _("纬度"), partial(degrees, low=3, high=54), example="30.467"),
    Field("datum", _("坐标系"), partial(choice, labels=DATUMS), help=_("没有这一列就当 WGS-84"), choices=DATUMS),
)


@dataclass(frozen=True)
class _Known:
    name: str
    parent_code: str
    point: tuple[float, float] | None
    key: int | None


class DivisionJudge:
    def __init__(self, viewer: Viewer) -> None:
        rows = Division.objects.everything(REASON).filter(valid_to__isnull=True)
        self.known = {
            code: _Known(name, parent or "", None if lng is None else (lng, lat), key)
            for key, code, name, parent, lng, lat in rows.values_list(
                "pk", "code", "name", "parent__code", "lng", "lat"
            )
        }
        self.rows: dict[str, int] = {}

    def __call__(self, drafts: Sequence[Draft]) -> list[Judged]:
        announced = {draft.values["code"] for draft in drafts}
        answers = {draft.number: self._judge(draft, announced) for draft in drafts}
        while failed := self._orphans(drafts, answers):
            answers.update(failed)
        for draft in drafts:
            self._remember(answers[draft.number])
        return [answers[draft.number] for draft in drafts]

    def _judge(self, draft: Draft, announced: set[str]) -> Judged:
        cells, code = draft.values, draft.values["code"]
        title = f"{code} {cells['name']}"
        first = self.rows.setdefault(code, draft.number)
        if first != draft.number:
            sentence = gettext("区划代码 %(code)s 在第 %(row)s 行已经出现。") % {"code": code, "row": first}
            return Judged(draft.number, Verdict.DUPLICATE, sentence, title)
        parent = cells.get("parent_code") or self._nearest(code, announced)
        wrong = _what_is_wrong(cells, parent)
        if wrong:
            return Judged(draft.number, Verdict.WRONG, wrong, title)
        point = _point(cells)
        known = self.known.get(code)
        values = {"code": code, "name": cells["name"], "parent_code": parent, "point": point or (known and known.point)}
        if known is None:
            return Judged(draft.number, Verdict.NEW, "", title, values)
        changes = _changes(known, values)
        if not changes:
            return Judged(draft.number, Verdict.SAME, "", title, values, known.key)
        sentence = gettext("改：%(changes)s") % {"changes": clauses(changes)}
        return Judged(draft.number, Verdict.CHANGE, sentence, title, values, known.key)

    def _nearest(self, code: str, announced: set[str]) -> str:
        """The division above when the file does not say; a code without one gets its usual parent's sentence."""
        options = ancestors_of(code)
        found = (option for option in options if option in self.known or option in announced)
        return next(found, options[0] if options else "")

    def _orphans(self, drafts: Sequence[Draft], answers: dict[int, Judged]) -> dict[int, Judged]:
        written = {row.values["code"] for row in answers.values() if row.values}
        failed = {}
        for draft in drafts:
            row = answers[draft.number]
            parent = row.values.get("parent_code")
            if parent and parent not in self.known and parent not in written:
                sentence = gettext("上级代码 %(code)s 既不在系统里，也不在这张表里。") % {"code": parent}
                failed[draft.number] = Judged(draft.number, Verdict.WRONG, sentence, row.title)
        return failed

    def _remember(self, row: Judged) -> None:
        if row.values:
            values = row.values
            self.known[values["code"]] = _Known(values["name"], values["parent_code"], values["point"], row.object_id)


def _what_is_wrong(cells: dict[str, Any] | Any, parent: str) -> str:
    code, level = cells["code"], level_of(cells["code"])
    words = {"code": code, "level": gettext(LEVELS[str(level)]), "parent": parent}
    if cells.get("level", str(level)) != str(level):
        return gettext("%(code)s 是%(level)s的代码，级别对不上。") % words
    if parent and parent not in ancestors_of(code):
        return gettext("上级代码 %(parent)s 不是 %(code)s 的上级：前几位要一样。") % words
    if ("lng" in cells) != ("lat" in cells):
        return gettext("经度和纬度要一起填。")
    return ""


def _point(cells: Any) -> tuple[float, float] | None:
    if "lng" not in cells:
        return None
    point = to_wgs84(float(cells["lng"]), float(cells["lat"]), cells.get("datum", Datum.WGS84))
    return round(point.lng, 6), round(point.lat, 6)


def _changes(known: _Known, values: dict[str, Any]) -> list[str]:
    told = []
    if known.name != values["name"]:
        told.append(gettext("名称 %(one)s → %(other)s") % {"one": known.name, "other": values["name"]})
    if known.parent_code != values["parent_code"]:
        words = {"one": known.parent_code or "—", "other": values["parent_code"]}
        told.append(gettext("上级 %(one)s → %(other)s") % words)
    if values["point"] is not None and known.point != tuple(values["point"]):
        told.append(gettext("坐标换了") if known.point else gettext("有了坐标"))
    return told


class DivisionWriter:
    def __init__(self, viewer: Viewer) -> None:
        self.today = viewer.as_of

    def __call__(self, rows: Sequence[Judged], act: Act) -> list[Written]:
        """Higher levels first; a parent that a later batch writes stands with its code alone until then."""
        given = {row.values["code"]: row.values for row in rows}
        known = self._known(given)
        for parent in {values["parent_code"] for values in given.values()} - {""} - set(known) - set(given):
            given[parent] = {"code": parent, "name": parent, "parent_code": "", "point": None}
        for level in Division.Level.values:
            batch = [self._row(values, known) for code, values in given.items() if level_of(code) == level]
            known.update((row.code, row) for row in save(batch, act))
        return [Written(row.number, known[row.values["code"]].pk) for row in rows]

    def _known(self, given: dict[str, Any]) -> dict[str, Division]:
        codes = {*given, *(values["parent_code"] for values in given.values())}
        rows = Division.objects.everything(REASON).filter(valid_to__isnull=True, code__in=codes)
        return {row.code: row for row in rows}

    def _row(self, values: Any, known: dict[str, Division]) -> Division:
        code, level = values["code"], level_of(values["code"])
        row = known.get(code) or Division(code=code, level=level, valid_from=self.today)
        row.name, row.short_name = values["name"], short_name(values["name"], level)
        row.parent = known[values["parent_code"]] if values["parent_code"] else None
        row.lng, row.lat = values["point"] or (None, None)
        row.source = SOURCE
        return row


DIVISIONS = Kind(
    key="divisions",
    label=_("区划"),
    noun="division",
    model="territory.division",
    fields=FIELDS,
    open_judge=DivisionJudge,
    open_writer=DivisionWriter,
    hint=_("国家标准区划已经带着，这里只补公司自己的。上级可以写在同一张表的后面。"),
)
