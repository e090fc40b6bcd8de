"""The verdict on each row of 员工与岗位, in words, before anything is written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from django.utils.translation import gettext

from keqing.core.imports.kind import Draft, Judged, Verdict
from keqing.core.viewer import Viewer
from keqing.core.written import clauses
from keqing.territory.imports.staff_book import Account, Held, Person, Place, open_book
from keqing.territory.personas import Persona, grantable

POSITION_FIELDS = (("position_name", "name"), ("persona", "persona"), ("product_line", "product_line"))
PERSON_FIELDS = ("name", "mobile", "email", "filing_no")


@dataclass
class _Row:
    draft: Draft
    code: str
    before: Place | None
    wrong: str = ""
    twice: str = ""
    changes: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    values: dict[str, Any] = field(default_factory=dict)

    @property
    def cells(self) -> Mapping[str, Any]:
        return self.draft.values

    @property
    def is_open(self) -> bool:
        return not self.wrong and not self.twice


class StaffJudge:
    def __init__(self, viewer: Viewer) -> None:
        self.today = viewer.as_of
        self.grantable = frozenset(persona.value for persona in grantable(viewer.rights))
        self.book = open_book()
        #: an empty staff number means "vacant" only in a file that has the column at all
        self.names_people = False

    def __call__(self, drafts: Sequence[Draft]) -> list[Judged]:
        self.names_people = self.names_people or any("staff_no" in draft.values for draft in drafts)
        rows = [self._read(draft) for draft in drafts]
        self._require_parents([row for row in rows if row.is_open])
        for row in rows:
            if row.is_open:
                self._judge_holder(row)
        self._require_parents([row for row in rows if row.is_open])
        return [self._answer(row) for row in rows]

    # ---- the position ------------------------------------------------------------------------------------------------

    def _read(self, draft: Draft) -> _Row:
        code = draft.values["position_code"]
        row = _Row(draft, code, self.book.places.get(code))
        first = self.book.position_rows.setdefault(code, draft.number)
        if first != draft.number:
            row.twice = gettext("岗位编码 %(code)s 在第 %(row)s 行已经出现。") % {"code": code, "row": first}
            return row
        if row.before is None and not ("position_name" in row.cells and "persona" in row.cells):
            row.wrong = gettext("%(code)s 是新岗位，要有岗位名称和角色。") % {"code": code}
            return row
        self._place(row)
        return row

    def _place(self, row: _Row) -> None:
        """Writes the position as the row leaves it into the book, so that later rows can stand below it."""
        starts = row.cells.get("starts_on")
        valid_from = min(self.today, date.fromisoformat(starts)) if starts and "staff_no" in row.cells else self.today
        place = row.before or Place("", "", "", "", valid_from, None)
        given = {name: row.cells[key] for key, name in POSITION_FIELDS if key in row.cells}
        if "parent_code" in row.cells:
            given["parent_code"] = row.cells["parent_code"]
        after = replace(place, **given)
        self.book.places[row.code] = after
        if row.before is None:
            row.values["position"] = {**_plain(after), "valid_from": valid_from.isoformat()}
            return
        changed = {name: value for name, value in given.items() if getattr(row.before, name) != value}
        row.values["position"] = changed
        labels = {"name": "position_name"}
        row.changes += [_told(labels.get(n, n), getattr(row.before, n), value) for n, value in changed.items()]

    def _require_parents(self, rows: Iterable[_Row]) -> None:
        """A row below a row that is wrong is wrong too, so this goes on until nothing changes."""
        waiting = list(rows)
        while failed := [row for row in waiting if self._fail_parent(row)]:
            waiting = [row for row in waiting if row not in failed]

    def _fail_parent(self, row: _Row) -> bool:
        place = self.book.places[row.code]
        if place.parent_code == row.code:
            self._fail(row, gettext("上级岗位不能是自己。"))
        elif place.parent_code and place.parent_code not in self.book.places:
            self._fail(row, self._missing_parent(place.parent_code))
        elif "parent_code" in row.values.get("position", {}) and (loop := self.book.loop(row.code)):
            self._fail(row, gettext("上级岗位绕成了一圈：%(loop)s。") % {"loop": " → ".join(loop)})
        return bool(row.wrong)

    def _missing_parent(self, code: str) -> str:
        words = {"code": code, "row": self.book.position_rows.get(code)}
        if words["row"] is not None:
            return gettext("上级岗位 %(code)s 在第 %(row)s 行，那一行还写不进去，先改好它。") % words
        return gettext("上级岗位编码 %(code)s 不存在。") % words

    def _fail(self, row: _Row, sentence: str) -> None:
        row.wrong = sentence
        if row.before is None:
            self.book.places.pop(row.code, None)
        else:
            self.book.places[row.code] = row.before

    # ---- the holder --------------------------------------------------------------------------------------------------

    def _judge_holder(self, row: _Row) -> None:
        staff_no = row.cells.get("staff_no")
        if staff_no is None:
            self._judge_vacancy(row)
        elif self._judge_person(row, staff_no):
            self._judge_tenure(row, staff_no)
        if row.is_open and self._hands_out(row) and self.book.places[row.code].persona not in self.grantable:
            self._fail(row, gettext("只有管理员能设管理员岗位，或给它换人。"))
        if row.is_open:
            self._require_compatible(row, staff_no)

    def _hands_out(self, row: _Row) -> bool:
        return row.before is None or "persona" in row.values["position"] or "starts_on" in row.values

    def _judge_vacancy(self, row: _Row) -> None:
        current = [held for held in self.book.held.get(row.code, ()) if held.ends is None]
        if not current or not self.names_people:
            return
        held = current[-1]
        name = self.book.people[held.staff_no].name
        if held.starts >= self.today:
            row.notes.append(gettext("没填工号，%(name)s 从 %(day)s 起任岗不变") % {"name": name, "day": held.starts})
            return
        row.values["vacate_on"] = self.today.isoformat()
        row.changes.append(gettext("任岗人 %(name)s → 空岗（%(day)s 起）") % {"name": name, "day": self.today})
        self._end(row.code, held, self.today)

    def _judge_person(self, row: _Row, staff_no: str) -> bool:
        known = self.book.people.get(staff_no)
        given = {name: row.cells[name] for name in PERSON_FIELDS if name in row.cells}
        if known is None and "name" not in given:
            self._fail(row, gettext("%(staff_no)s 是新员工，要有姓名。") % {"staff_no": staff_no})
            return False
        first = self.book.person_rows.get(staff_no)
        if first is not None and known is not None and given.get("name", known.name) != known.name:
            words = {"staff_no": staff_no, "row": first, "one": known.name, "other": given["name"]}
            self._fail(row, gettext("工号 %(staff_no)s 在第 %(row)s 行叫 %(one)s，这里叫 %(other)s。") % words)
            return False
        if not self._judge_login(row, staff_no, known, given.get("name") or (known.name if known else "")):
            return False
        before = known or Person("")
        changed = {name: value for name, value in given.items() if getattr(before, name) != value}
        if known is not None:
            row.changes += [_told(name, getattr(known, name), value) for name, value in changed.items()]
        after = replace(before, **given, username=row.cells.get("username") or before.username)
        self.book.people[staff_no] = after
        self.book.person_rows.setdefault(staff_no, row.draft.number)
        row.values["employee"] = {"staff_no": staff_no, **{name: getattr(after, name) for name in PERSON_FIELDS}}
        return True

    def _judge_login(self, row: _Row, staff_no: str, known: Person | None, name: str) -> bool:
        username = row.cells.get("username")
        if username is None or (known is not None and known.username == username):
            return True
        words = {"name": name, "username": username, "own": known.username if known else ""}
        if known is not None and known.username:
            self._fail(row, gettext("%(name)s 已经有登录名 %(own)s，这里写的是 %(username)s。") % words)
            return False
        account = self.book.accounts.get(username)
        if account is not None and not _may_be_linked(account, staff_no, name):
            self._fail(row, gettext("登录名 %(username)s 已经有人用了，换一个。") % words)
            return False
        self.book.accounts[username] = Account(staff_no, name, False)
        row.values["username"] = username
        if known is not None:
            row.changes.append(gettext("建账号 %(username)s") % words)
        return True

    def _judge_tenure(self, row: _Row, staff_no: str) -> None:
        person, held = self.book.people[staff_no], self.book.held.get(row.code, [])
        given = date.fromisoformat(row.cells["starts_on"]) if "starts_on" in row.cells else None
        standing = next((one for one in held if one.staff_no == staff_no and one.reaches(self.today)), None)
        if standing is not None:
            if given is not None and given != standing.starts:
                row.notes.append(gettext("入岗日期仍记 %(day)s") % {"day": standing.starts})
            return
        starts = given or self.today
        refusal = self._refuse_start(row.code, person, starts)
        if refusal:
            self._fail(row, refusal)
            return
        self._appoint(row, staff_no, starts)

    def _refuse_start(self, code: str, person: Person, starts: date) -> str:
        place = self.book.places[code]
        if place.valid_to is not None and starts >= place.valid_to:
            return gettext("岗位 %(code)s 到 %(day)s 已经撤了。") % {"code": code, "day": place.valid_to}
        if person.left_on is not None and starts >= person.left_on:
            return gettext("%(name)s 已于 %(day)s 离职。") % {"name": person.name, "day": person.left_on}
        for held in self.book.held.get(code, ()):
            words = {"name": self.book.people[held.staff_no].name, "day": held.starts, "end": held.ends}
            if held.reaches(starts) and held.starts >= starts:
                return gettext("%(name)s 从 %(day)s 起任这个岗位，入岗日期要晚于这一天。") % words
            if held.reaches(starts) and held.ends is not None and held.ends <= self.today:
                return gettext("%(name)s 任这个岗位到 %(end)s，入岗日期不能更早。") % words
        return ""

    def _appoint(self, row: _Row, staff_no: str, starts: date) -> None:
        spans = self.book.held.setdefault(row.code, [])
        former = next((held for held in spans if held.reaches(starts)), None)
        was = self.book.people[former.staff_no].name if former else gettext("空岗")
        if former is not None:
            self._end(row.code, former, starts)
        spans.append(Held(staff_no, starts, None))
        row.values["starts_on"] = starts.isoformat()
        if row.before is None:
            return
        if starts < row.before.valid_from:
            row.values["position"]["valid_from"] = starts.isoformat()
        words = {"one": was, "other": self.book.people[staff_no].name, "day": starts}
        row.changes.append(gettext("任岗人 %(one)s → %(other)s（%(day)s 起）") % words)

    def _end(self, code: str, held: Held, day: date) -> None:
        spans = self.book.held[code]
        spans[spans.index(held)] = replace(held, ends=day)

    def _require_compatible(self, row: _Row, staff_no: str | None) -> None:
        numbers = {staff_no} if staff_no else {one.staff_no for one in self.book.held.get(row.code, ())}
        for number in sorted(numbers):
            found = self.book.exclusion(number)
            if found:
                name, one, other = found
                words = {"name": name, "one": one.position, "other": other.position}
                sentence = gettext("%(name)s 会同时是“%(one)s”和“%(other)s”，医药代表不能兼任销售岗位。") % words
                self._forget_tenure(row, staff_no)
                self._fail(row, sentence)
                return

    def _forget_tenure(self, row: _Row, staff_no: str | None) -> None:
        """The refused row must not make later rows of the same person wrong."""
        if "starts_on" in row.values:
            starts = date.fromisoformat(row.values["starts_on"])
            self.book.held[row.code].remove(Held(staff_no or "", starts, None))

    # ---- the answer --------------------------------------------------------------------------------------------------

    def _answer(self, row: _Row) -> Judged:
        number, title = row.draft.number, f"{row.code} {row.cells.get('position_name', '')}".strip()
        if row.wrong:
            return Judged(number, Verdict.WRONG, row.wrong, title)
        if row.twice:
            return Judged(number, Verdict.DUPLICATE, row.twice, title)
        verdict, sentence = self._verdict(row)
        notes = [*row.notes, *self._filing(row)]
        key = row.before.key if row.before else None
        values = {"code": row.code, **row.values}
        return Judged(number, verdict, clauses(part for part in (sentence, *notes) if part), title, values, key)

    def _verdict(self, row: _Row) -> tuple[str, str]:
        if row.before is None:
            person = row.values.get("employee")
            words = {"name": person["name"] if person else ""}
            return Verdict.NEW, gettext("新岗位，%(name)s 任岗") % words if person else gettext("新岗位，空岗")
        if row.changes:
            return Verdict.CHANGE, gettext("改：%(changes)s") % {"changes": clauses(row.changes)}
        return Verdict.SAME, ""

    def _filing(self, row: _Row) -> list[str]:
        """A medical representative needs a filing number (DOMAIN 2.10); missing it is said, not refused."""
        person = row.values.get("employee")
        if person is None or self.book.places[row.code].persona != Persona.MR or person["filing_no"]:
            return []
        return [gettext("缺备案号")]


def _may_be_linked(account: Account, staff_no: str, name: str) -> bool:
    """An account without an employee may be taken by the person of the same name, an administrator's never."""
    if account.staff_no:
        return account.staff_no == staff_no
    return account.name == name and not account.is_superuser


def _plain(place: Place) -> dict[str, str]:
    return {
        "name": place.name,
        "parent_code": place.parent_code,
        "persona": place.persona,
        "product_line": place.product_line,
    }


def _told(name: str, before: str, after: str) -> str:
    label = {
        "name": gettext("姓名"),
        "position_name": gettext("岗位名称"),
        "mobile": gettext("手机号"),
        "email": gettext("邮箱"),
        "filing_no": gettext("备案号"),
        "parent_code": gettext("上级岗位"),
        "persona": gettext("角色"),
        "product_line": gettext("产品线"),
    }[name]
    if name == "mobile":
        return gettext("手机号换了")
    if name == "persona":
        before, after = (gettext(str(Persona(value).label)) if value else "" for value in (before, after))
    return f"{label} {before or '—'} → {after}"
