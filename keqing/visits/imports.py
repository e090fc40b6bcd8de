"""Import 拜访: past visits from a company's own records; the author is the account of the staff number."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from keqing.core.imports.kind import Draft, Field, Judged, Kind, Verdict, Written
from keqing.core.saving import Act, save
from keqing.core.sheets import choice, day, moment, text
from keqing.core.viewer import Viewer
from keqing.customers.kinds import PartyKind
from keqing.customers.models import Party
from keqing.customers.rules.names import normalise_name, split_names
from keqing.territory.models import Employee, Position, Tenure
from keqing.visits.models import Visit
from keqing.visits.rules.validity import visit_kinds
from keqing.visits.services.kinds import TERMINALS

REASON = "whose visit it was is told by staff and positions of the whole company"
IN_PERSON, PHONE = "visit", "phone"
WAYS = {IN_PERSON: _("到店"), PHONE: _("电话")}
_WAY_WORDS = {"拜访": IN_PERSON, "现场": IN_PERSON, "上门": IN_PERSON, "到院": IN_PERSON, "微信": PHONE}


def _way(cell: Any) -> str | None:
    return _WAY_WORDS.get(text(cell)) or choice(cell, WAYS)


def _moment(cell: Any) -> datetime | None:
    """The clock on the writer's wall is China's."""
    return moment(cell, timezone.get_default_timezone())


FIELDS = (
    Field("party_code", _("客户编码"), partial(text, max_length=40), (_("编码"), _("终端编码")), True, "C00123"),
    Field("party_name", _("客户名称"), partial(text, max_length=120), (_("客户"), _("终端名称")), help=_("填了就核对")),
    Field(
        "position_code",
        _("岗位编码"),
        partial(text, max_length=30),
        (_("岗位"), _("岗位代码")),
        example="P-0031",
        help=_("不填就用那天的任岗"),
    ),
    Field("staff_no", _("工号"), partial(text, max_length=30), (_("员工编号"), _("员工号")), True, "E00031"),
    Field("way", _("方式"), _way, (_("拜访方式"),), example=_("到店"), choices=WAYS, help=_("不填就是到店")),
    Field("started_at", _("开始时间"), _moment, (_("签到时间"), _("拜访时间")), True, "2026-11-18 09:20"),
    Field("ended_at", _("结束时间"), _moment, (_("签退时间"), _("离开时间")), example="2026-11-18 09:45"),
    Field("note", _("小结"), partial(text, max_length=1000), (_("拜访小结"), _("备注"), _("拜访内容"))),
    Field("next_on", _("下次日期"), day, (_("下次拜访"), _("下次拜访日期")), example="2026-11-25"),
)


@dataclass(frozen=True)
class _Customer:
    key: int
    name: str
    norm: str
    kind: str
    terminal_type: str


@dataclass(frozen=True)
class _Author:
    user_id: int | None
    is_filed: bool
    tenures: tuple[tuple[int, date, date | None], ...]

    def held_on(self, day: date) -> int | None:
        spans = (key for key, starts, ends in self.tenures if starts <= day and (ends is None or day < ends))
        return next(spans, None)


class VisitJudge:
    def __init__(self, viewer: Viewer) -> None:
        parties = Party.objects.visible_to(viewer).exclude(code="")
        fields = ("code", "pk", "name", "name_norm", "kind", "terminal_type")
        self.parties = {code: _Customer(*rest) for code, *rest in parties.order_by().values_list(*fields)}
        positions = Position.objects.everything(REASON).values_list("code", "pk", "persona")
        self.positions = {code: pk for code, pk, _persona in positions}
        self.personas = {pk: persona for _code, pk, persona in positions}
        self.authors = _authors()
        self.kinds: dict[tuple[str, str, str, bool], tuple[str, str]] = {}
        self.rows: dict[tuple[int, int, datetime], int] = {}
        self.now = viewer.as_of + timedelta(1)

    def __call__(self, drafts: Sequence[Draft]) -> list[Judged]:
        read = [self._read(draft) for draft in drafts]
        known = _known([found for found in read if not isinstance(found, Judged)])
        return [found if isinstance(found, Judged) else self._judged(found, known) for found in read]

    def _read(self, draft: Draft) -> Judged | _Row:
        cells = draft.values
        title = str(cells.get("party_name") or cells["party_code"])
        party = self.parties.get(cells["party_code"])
        author = self.authors.get(cells["staff_no"])
        if problem := self._problem(cells, party, author):
            return Judged(draft.number, Verdict.WRONG, problem, title)
        assert party is not None and author is not None and author.user_id is not None
        started = datetime.fromisoformat(cells["started_at"])
        position = self._position(cells, author, started.date())
        if position is None:
            words = {"staff_no": cells["staff_no"], "day": f"{started:%Y-%m-%d}"}
            problem = gettext("工号 %(staff_no)s %(day)s 没有岗位，写上岗位编码") % words
            return Judged(draft.number, Verdict.WRONG, problem, title)
        kind, refusal = self._kind(party, self.personas[position], author.is_filed)
        if refusal:
            return Judged(draft.number, Verdict.REFUSED, refusal, title)
        return _Row(draft.number, title, party.key, author.user_id, position, kind, started, cells)

    def _problem(self, cells: Mapping[str, Any], party: _Customer | None, author: _Author | None) -> str:
        if party is None:
            return gettext("没有编码是 %(code)s 的客户，或不在你名下") % {"code": cells["party_code"]}
        name = cells.get("party_name")
        if name and name != party.name and normalise_name(split_names(name).own)[:120] != party.norm:
            both = {"code": cells["party_code"], "name": party.name, "written": name}
            return gettext("编码 %(code)s 是“%(name)s”，写的是“%(written)s”") % both
        if author is None:
            return gettext("没有工号 %(staff_no)s") % {"staff_no": cells["staff_no"]}
        if author.user_id is None:
            return gettext("工号 %(staff_no)s 还没有登录账号，先导入员工表") % {"staff_no": cells["staff_no"]}
        if cells.get("position_code") and cells["position_code"] not in self.positions:
            return gettext("没有编码是 %(code)s 的岗位") % {"code": cells["position_code"]}
        return self._wrong_times(cells)

    def _wrong_times(self, cells: Mapping[str, Any]) -> str:
        started = datetime.fromisoformat(cells["started_at"])
        if started.date() >= self.now:
            return gettext("开始时间还没到")
        if cells.get("ended_at") and datetime.fromisoformat(cells["ended_at"]) < started:
            return gettext("结束时间早于开始时间")
        if cells.get("next_on") and date.fromisoformat(cells["next_on"]) <= started.date():
            return gettext("下次日期要晚于拜访那天")
        return ""

    def _position(self, cells: Mapping[str, Any], author: _Author, day: date) -> int | None:
        code = cells.get("position_code")
        return self.positions[code] if code else author.held_on(day)

    def _kind(self, party: _Customer, persona: str, is_filed: bool) -> tuple[str, str]:
        """The visit's kind, or the rule's sentence why there is none. Past receptions are taken as arranged."""
        asked = (party.kind, party.terminal_type, persona, is_filed)
        if asked not in self.kinds:
            answer = visit_kinds(
                {persona},
                party.kind == PartyKind.HCO,
                party.terminal_type,
                is_filed=is_filed,
                has_reception=True,
            )
            kind = str(answer.allowed[0]) if answer.allowed else ""
            if kind == Visit.Kind.TERMINAL and party.kind not in TERMINALS:
                kind = Visit.Kind.BUSINESS.value
            self.kinds[asked] = kind, answer.why_none.text(gettext) if answer.why_none is not None else ""
        return self.kinds[asked]

    def _judged(self, row: _Row, known: Mapping[tuple[int, int, datetime], tuple[Any, ...]]) -> Judged:
        first = self.rows.setdefault(row.identity, row.number)
        if first != row.number:
            said = gettext("与第 %(number)s 行是同一次拜访") % {"number": first}
            return Judged(row.number, Verdict.DUPLICATE, said, row.title)
        was = known.get(row.identity)
        if was is None:
            said = "" if row.cells.get("ended_at") else gettext("没有结束时间，按停留 0 分钟记")
            return Judged(row.number, Verdict.NEW, said, row.title, row.values())
        key, ended, note, next_on, position = was
        if (ended, note, next_on, position) == (row.ended_at, row.note, row.next_on, row.position):
            return Judged(row.number, Verdict.SAME, "", row.title, object_id=key)
        said = gettext("同一次拜访，结束时间、小结或下次日期不同")
        return Judged(row.number, Verdict.CHANGE, said, row.title, row.values(), key)


@dataclass(frozen=True)
class _Row:
    number: int
    title: str
    party: int
    author: int
    position: int
    kind: str
    started_at: datetime
    cells: Mapping[str, Any]

    @property
    def identity(self) -> tuple[int, int, datetime]:
        return self.party, self.author, self.started_at

    @property
    def ended_at(self) -> datetime:
        return datetime.fromisoformat(self.cells["ended_at"]) if self.cells.get("ended_at") else self.started_at

    @property
    def note(self) -> str:
        return str(self.cells.get("note", ""))

    @property
    def next_on(self) -> date | None:
        return date.fromisoformat(self.cells["next_on"]) if self.cells.get("next_on") else None

    def values(self) -> dict[str, Any]:
        return {
            "party": self.party,
            "author": self.author,
            "position": self.position,
            "kind": self.kind,
            "phone": self.cells.get("way") == PHONE,
            "started_at": self.started_at.isoformat(),
            "ended_at": self.ended_at.isoformat(),
            "note": self.note,
            "next_on": self.cells.get("next_on"),
        }


def _authors() -> dict[str, _Author]:
    spans: dict[int, list[tuple[int, date, date | None]]] = defaultdict(list)
    tenures = Tenure.objects.everything(REASON).order_by("valid_from", "pk")
    for employee, *span in tenures.values_list("employee_id", "position_id", "valid_from", "valid_to"):
        spans[employee].append(tuple(span))
    rows = Employee.objects.everything(REASON).values_list("staff_no", "pk", "user_id", "filing_no")
    return {no: _Author(user, bool(filing.strip()), tuple(spans[pk])) for no, pk, user, filing in rows}


def _known(rows: Sequence[_Row]) -> dict[tuple[int, int, datetime], tuple[Any, ...]]:
    found = Visit.objects.everything(REASON).filter(
        party_id__in={row.party for row in rows}, started_at__in={row.started_at for row in rows}
    )
    fields = ("party_id", "author_id", "started_at", "pk", "ended_at", "note", "next_on", "position_id")
    return {(party, author, at): tuple(rest) for party, author, at, *rest in found.order_by().values_list(*fields)}


class VisitWriter:
    def __init__(self, viewer: Viewer) -> None:
        self.viewer = viewer

    def __call__(self, rows: Sequence[Judged], act: Act) -> list[Written]:
        known = Visit.objects.everything(REASON).in_bulk([row.object_id for row in rows if row.object_id])
        visits = save([_visit(row.values, known.get(row.object_id or 0)) for row in rows], act)
        return [Written(row.number, visit.pk) for row, visit in zip(rows, visits, strict=True)]


def _visit(values: Mapping[str, Any], known: Visit | None) -> Visit:
    visit = known or Visit(
        party_id=values["party"],
        author_id=values["author"],
        kind=values["kind"],
        is_phone=values["phone"],
        started_at=datetime.fromisoformat(values["started_at"]),
        ground=Visit.Ground.IMPORTED,
    )
    visit.position_id = values["position"]
    visit.ended_at = datetime.fromisoformat(values["ended_at"])
    visit.note = values["note"]
    visit.next_on = date.fromisoformat(values["next_on"]) if values["next_on"] else None
    return visit


VISITS = Kind(
    key="visits",
    label=_("拜访"),
    noun="visit",
    model="visits.visit",
    fields=FIELDS,
    open_judge=VisitJudge,
    open_writer=VisitWriter,
    hint=_("同一客户、同一人、同一开始时间是同一次拜访；再导一遍不会变成两次。"),
)
