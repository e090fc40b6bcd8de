"""What the tables and the rows read so far say of positions, people, accounts and holders: the judge's memory."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta

from keqing.accounts.models import User
from keqing.territory.models import Employee, Position, Tenure, TimeOff
from keqing.territory.rules.exclusion import Stint, first_exclusion

REASON = "an import of the staff is judged against the whole company"
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Place:
    """A position as it stands or as the file will leave it."""

    name: str
    parent_code: str
    persona: str
    product_line: str
    valid_from: date
    valid_to: date | None
    key: int | None = None


@dataclass(frozen=True)
class Person:
    name: str
    mobile: str = ""
    email: str = ""
    filing_no: str = ""
    username: str = ""
    left_on: date | None = None
    key: int | None = None


@dataclass(frozen=True)
class Held:
    staff_no: str
    starts: date
    ends: date | None

    def reaches(self, day: date) -> bool:
        """Whether it is still held on that day or will be held later."""
        return self.ends is None or self.ends > day


@dataclass(frozen=True)
class Account:
    """`staff_no` is empty for an account that no employee has yet."""

    staff_no: str
    name: str
    is_superuser: bool


@dataclass
class Book:
    places: dict[str, Place]
    people: dict[str, Person]
    accounts: dict[str, Account]
    held: dict[str, list[Held]]
    #: substitute → (who is away, first day, day after the last one)
    stand_ins: dict[str, list[tuple[str, date, date]]]
    #: where the file first named a position, and a person
    position_rows: dict[str, int] = field(default_factory=dict)
    person_rows: dict[str, int] = field(default_factory=dict)

    def stints_of(self, staff_no: str) -> list[Stint]:
        stints = self._own(staff_no)
        for absent, starts, ends in self.stand_ins.get(staff_no, ()):
            stints += [part for stint in self._own(absent) if (part := stint.within(starts, ends))]
        return stints

    def _own(self, staff_no: str) -> list[Stint]:
        return [
            Stint(self.places[code].persona, self.places[code].name, held.starts, held.ends)
            for code, spans in self.held.items()
            for held in spans
            if held.staff_no == staff_no and code in self.places
        ]

    def exclusion(self, staff_no: str) -> tuple[str, Stint, Stint] | None:
        """Who would be medical representative and sell on one day: this person, or who stands in for them."""
        affected = [staff_no, *(one for one, offs in self.stand_ins.items() if any(off[0] == staff_no for off in offs))]
        for one in affected:
            found = first_exclusion(self.stints_of(one))
            if found:
                return (self.people[one].name, *found)
        return None

    def loop(self, code: str) -> list[str]:
        """The circle of codes that a position's superiors run into, if they do."""
        chain = [code]
        above = self.places[code].parent_code
        while above and above in self.places:
            if above in chain:
                return [*chain, above] if above == code else []
            chain.append(above)
            above = self.places[above].parent_code
        return []


def open_book() -> Book:
    """The tables as they stand; five queries."""
    numbers = dict(Employee.objects.everything(REASON).values_list("pk", "staff_no"))
    held: dict[str, list[Held]] = defaultdict(list)
    tenures = Tenure.objects.everything(REASON).order_by("valid_from")
    for code, employee, starts, ends in tenures.values_list("position__code", "employee_id", "valid_from", "valid_to"):
        if employee in numbers:
            held[code].append(Held(numbers[employee], starts, ends))
    return Book(_places(), _people(), _accounts(), held, _stand_ins(numbers))


def _places() -> dict[str, Place]:
    rows = Position.objects.everything(REASON).select_related("parent")
    return {
        row.code: Place(
            name=row.name,
            parent_code=row.parent.code if row.parent else "",
            persona=row.persona,
            product_line=row.product_line,
            valid_from=row.valid_from,
            valid_to=row.valid_to,
            key=row.pk,
        )
        for row in rows
    }


def _people() -> dict[str, Person]:
    rows = Employee.objects.everything(REASON).select_related("user")
    return {
        row.staff_no: Person(
            name=row.name,
            mobile=row.mobile,
            email=row.email,
            filing_no=row.filing_no,
            username=row.user.username if row.user else "",
            left_on=row.left_on,
            key=row.pk,
        )
        for row in rows
    }


def _accounts() -> dict[str, Account]:
    owners = dict(Employee.objects.everything(REASON).filter(user__isnull=False).values_list("user_id", "staff_no"))
    rows = User.objects.values_list("pk", "username", "name", "is_superuser")
    return {username: Account(owners.get(pk, ""), name, is_root) for pk, username, name, is_root in rows}


def _stand_ins(numbers: dict[int, str]) -> dict[str, list[tuple[str, date, date]]]:
    found: dict[str, list[tuple[str, date, date]]] = defaultdict(list)
    rows = TimeOff.objects.everything(REASON).filter(substitute__isnull=False)
    for substitute, absent, starts, ends in rows.values_list("substitute_id", "employee_id", "starts_on", "ends_on"):
        if substitute in numbers and absent in numbers:
            found[numbers[substitute]].append((numbers[absent], starts, ends + ONE_DAY))
    return found
