"""Writes judged rows of 员工与岗位: positions from the top down, people with their accounts, then who holds what."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from keqing.accounts.models import User
from keqing.accounts.services import NewAccount, create_accounts
from keqing.core.imports.kind import Judged, Touched, Written
from keqing.core.saving import Act, save
from keqing.core.viewer import Viewer
from keqing.territory.models import Employee, Position, Tenure
from keqing.territory.personas import Persona
from keqing.territory.services.holders import appoint, end_tenure
from keqing.territory.services.staff import seal_mobile

REASON = "the importer may write the whole staff"
PLAIN = ("name", "persona", "product_line")


class StaffWriter:
    def __init__(self, viewer: Viewer, *, password: str | None = None, is_demo: bool = False) -> None:
        self.today = viewer.as_of
        self.password = password
        self.is_demo = is_demo

    def __call__(self, rows: Sequence[Judged], act: Act) -> list[Written]:
        positions = self._write_positions(rows, act)
        people, touched = self._write_people(rows, act)
        written = []
        for row in rows:
            position = positions[row.values["code"]]
            staff_no = row.values.get("employee", {}).get("staff_no")
            others = _change_holder(position, people.get(staff_no), row, act)
            if staff_no in touched:
                others.append((Employee.noun(), people[staff_no].pk))
            written.append(Written(row.number, position.pk, tuple(others)))
        return written

    # ---- positions ---------------------------------------------------------------------------------------------------

    def _write_positions(self, rows: Sequence[Judged], act: Act) -> dict[str, Position]:
        known = self._known(rows)
        wanted = {row.values["code"]: row.values.get("position", {}) for row in rows}
        for parent in {values.get("parent_code") for values in wanted.values()} - {None, ""} - set(known) - set(wanted):
            # written by a later batch: it stands with its code alone until its own row comes
            wanted[parent] = {"name": parent, "persona": Persona.MANAGER.value}
        while wanted:
            ready = [code for code, values in wanted.items() if not _waits(values, wanted)]
            if not ready:
                raise ValueError(f"superiors run in a circle: {sorted(wanted)}")
            written = [self._position(code, wanted.pop(code), known) for code in ready]
            known.update((row.code, row) for row in save(written, act))
        return known

    def _known(self, rows: Sequence[Judged]) -> dict[str, Position]:
        codes = {row.values["code"] for row in rows}
        codes |= {row.values.get("position", {}).get("parent_code") for row in rows} - {None, ""}
        return {row.code: row for row in Position.objects.everything(REASON).filter(code__in=codes)}

    def _position(self, code: str, values: dict[str, str], known: dict[str, Position]) -> Position:
        row = known.get(code) or Position(code=code, valid_from=self.today)
        for name in PLAIN:
            if name in values:
                setattr(row, name, values[name])
        if "parent_code" in values:
            row.parent = known[values["parent_code"]] if values["parent_code"] else None
        if "valid_from" in values:
            row.valid_from = date.fromisoformat(values["valid_from"])
        return row

    # ---- people ------------------------------------------------------------------------------------------------------

    def _write_people(self, rows: Sequence[Judged], act: Act) -> tuple[dict[str, Employee], set[str]]:
        """Everybody the rows name, and who of them is new or changed."""
        wanted = {row.values["employee"]["staff_no"]: row for row in rows if "employee" in row.values}
        people = {row.staff_no: row for row in Employee.objects.everything(REASON).filter(staff_no__in=wanted)}
        versions = {staff_no: person.version for staff_no, person in people.items()}
        for staff_no, row in wanted.items():
            person = people.setdefault(staff_no, Employee(staff_no=staff_no))
            for name in ("name", "mobile", "email", "filing_no"):
                setattr(person, name, row.values["employee"][name])
            seal_mobile(person)
        self._open_accounts(rows, people, act)
        save(people.values(), act)
        return people, {staff_no for staff_no, person in people.items() if versions.get(staff_no) != person.version}

    def _open_accounts(self, rows: Sequence[Judged], people: dict[str, Employee], act: Act) -> None:
        wanted = {
            row.values["username"]: people[row.values["employee"]["staff_no"]]
            for row in rows
            if "username" in row.values
        }
        new = [
            NewAccount(username=username, name=person.name, email=person.email, is_demo=self.is_demo)
            for username, person in wanted.items()
        ]
        if not new:
            return
        users = create_accounts(new, act, self.password)
        _release(users.values(), act)
        for username, person in wanted.items():
            person.user = users[username]


def _waits(values: dict[str, str], wanted: dict[str, dict[str, str]]) -> bool:
    return values.get("parent_code") in wanted


def _release(users: Iterable[User], act: Act) -> None:
    """An account may still hang on a person in the bin, from an import that was taken back."""
    gone = list(Employee._default_manager.filter(user__in=list(users), bin__isnull=False))
    for person in gone:
        person.user = None
    save(gone, act)


def _change_holder(position: Position, person: Employee | None, row: Judged, act: Act) -> list[Touched]:
    before = list(Tenure.objects.everything(REASON).filter(position=position, valid_to__isnull=True))
    others: list[Touched] = []
    if "vacate_on" in row.values:
        for tenure in before:
            end_tenure(tenure, date.fromisoformat(row.values["vacate_on"]), act)
            others.append((Tenure.noun(), tenure.pk))
    if "starts_on" in row.values and person is not None:
        tenure = appoint(position, person, date.fromisoformat(row.values["starts_on"]), act)
        others.append((Tenure.noun(), tenure.pk))
        others += [(Tenure.noun(), former.pk) for former in before]
    return others
