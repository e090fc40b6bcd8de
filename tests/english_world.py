"""A small company whose every name is written in Latin letters, so that any Han character on a page is ours."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from allauth.usersessions.models import UserSession
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from keqing.accounts.models import SignIn, User
from keqing.catalog.models import Batch, Price, Product, Sku
from keqing.catalog.services import Owners, create_product
from keqing.core.imports.judging import judge_run
from keqing.core.imports.reading import examine, receive
from keqing.core.jobs import Progress
from keqing.core.models import ImportRun, Job, SavedView, notify
from keqing.core.saving import Act, save_one, throw_away
from keqing.core.state import read_state
from keqing.core.viewer import Viewer
from keqing.customers.kinds import ContactClass, GradeScheme, PartyKind, Status, TerminalType
from keqing.customers.models import Assignment, Grade, Party, PartyName, PlaceProposal
from keqing.customers.services.parties import change_party, register_party
from keqing.customers.services.people import add_person
from keqing.territory import access
from keqing.territory.models import Division, Employee, Holiday, Position, Tenure, TimeOff
from keqing.territory.personas import Persona
from keqing.visits.models import Frequency, Skip, Visit
from keqing.web.kinds import KINDS

START = date(2024, 1, 1)
#: username, position code, persona, position above
STAFF = (
    ("manager", "P-TOP", Persona.MANAGER, ""),
    ("rep", "P-REP", Persona.OTC_REP, "P-TOP"),
    ("mr", "P-MR", Persona.MR, "P-TOP"),
    ("sfe", "P-SFE", Persona.SFE, ""),
    ("finance", "P-FIN", Persona.FINANCE, ""),
    ("compliance", "P-COM", Persona.COMPLIANCE, ""),
    ("admin", "P-ADM", Persona.ADMIN, ""),
)
_FREQUENCIES: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("GENERAL", "LARGE", {"unit": "week", "at_least": 3}),
    ("GENERAL", "SMALL", {"unit": "week", "at_least": 1}),
    ("COUNTY_RETAIL", "KEY", {"unit": "interval", "min_days": 3, "max_days": 5}),
    ("COUNTY_RETAIL", "SECONDARY", {"unit": "interval", "min_days": 7, "max_days": 10}),
    ("THIRD_TERMINAL", "VIP", {"unit": "month", "phone_counts": True}),
    ("THIRD_TERMINAL", "ALL", {"unit": "quarter", "phone_counts": True}),
)


@dataclass
class World:
    now: datetime
    users: dict[str, User] = field(default_factory=dict)
    staff: dict[str, Employee] = field(default_factory=dict)
    positions: dict[str, Position] = field(default_factory=dict)
    divisions: list[Division] = field(default_factory=list)
    parties: list[Party] = field(default_factory=list)

    @property
    def today(self) -> date:
        return timezone.localdate(self.now)

    def act(self, username: str = "admin", days_ago: int = 30) -> Act:
        user = self.users.get(username)
        return Act(user_id=user.pk if user else None, at=self.now - timedelta(days=days_ago), reason="as agreed")

    def viewer(self, username: str) -> Viewer:
        user = self.users[username]
        return access.viewer_of(user, self.today, read_state(user.pk))


def build(now: datetime) -> World:
    world = World(now)
    _staff(world)
    _places(world)
    _products(world)
    _customers(world)
    _people(world)
    _rules(world)
    _visits(world)
    _papers(world)
    _imports(world)
    return world


def _staff(world: World) -> None:
    act = world.act("")
    for username, code, persona, above in STAFF:
        row = Position(code=code, name=f"Position {code}", persona=persona, parent=world.positions.get(above))
        row.valid_from = START
        world.positions[code] = save_one(row, act)
        _appoint(world, username, world.positions[code])
    vacant = Position(code="P-VAC", name="Vacant", persona=Persona.OTC_REP, parent=world.positions["P-TOP"])
    vacant.valid_from = START
    world.positions["P-VAC"] = save_one(vacant, act)
    world.users["admin"].is_superuser = True
    world.users["admin"].save()
    world.users["fresh"] = User.objects.create_user(username="fresh", password="correct horse battery", name="Fresh")
    User.objects.filter(username="fresh").update(must_change_password=True)
    today = world.today
    for who, first, last, stand_in in (
        ("rep", today - timedelta(days=1), today + timedelta(days=1), "mr"),
        ("mr", today + timedelta(days=20), today + timedelta(days=21), None),
        ("rep", today - timedelta(days=90), today - timedelta(days=88), None),
    ):
        off = TimeOff(employee=world.staff[who], starts_on=first, ends_on=last)
        off.substitute = world.staff[stand_in] if stand_in else None
        save_one(off, act)


def _appoint(world: World, username: str, position: Position) -> None:
    user = User.objects.create_user(username=username, password="correct horse battery", name=username.title())
    world.users[username] = user
    employee = Employee(staff_no=f"E-{username}", name=username.title(), user=user, filing_no="MR-1")
    world.staff[username] = save_one(employee, world.act(""))
    save_one(Tenure(employee=employee, position=position, valid_from=START), world.act(""))


def _places(world: World) -> None:
    above = None
    for code, name, level in (
        ("990000", "Alpha Province", 1),
        ("990100", "Alpha City", 2),
        ("990101", "Alpha County", 3),
        ("990101101", "Alpha Town", 4),
    ):
        row = Division(code=code, name=name, short_name=name, level=level, parent=above, lng=112.5, lat=29.0)
        row.source, row.valid_from = "company", START
        above = save_one(row, world.act())
        world.divisions.append(above)
    for day, kind, provisional in ((date(world.today.year, 10, 1), "rest", False), (world.today, "work", True)):
        row = Holiday(day=day, kind=kind, name="National Day", source="Notice", is_provisional=provisional)
        save_one(row, world.act())


def _products(world: World) -> None:
    for code, generic, rx_class in (("G1", "Green granules", "OTC_A"), ("G2", "Green tablets", "RX")):
        product = Product(generic_name=generic, dosage_form="granules", rx_class=rx_class, nhsa_class="A")
        product.manufacturer = "Green Works"
        sku = Sku(code=code, spec="10 g x 20", case_factor=200, inner_factor=11, base_unit="box", shelf_life_months=24)
        sku.approval_no, sku.drug_code, sku.gtin = "Z20123084", "86902551000258", "6902551000258"
        create_product(product, Owners("Green Holding", "Green line"), sku, world.act("sfe"))
        for kind, value in (("SUPPLY", "7.1"), ("RETAIL_SUGGESTED", "19.8"), ("FLOOR", "5")):
            save_one(Price(sku=sku, kind=kind, value=Decimal(value), valid_from=START), world.act("sfe"))
        for lot, left in (("L1", 60), ("L2", 150), ("L3", -3), ("L4", 700)):
            batch = Batch(sku=sku, lot_no=lot, usable_through=world.today + timedelta(days=left), expiry_kind="DAY")
            save_one(batch, world.act("sfe"))


def _customers(world: World) -> None:
    chain = _party(world, "Green Chain", PartyKind.CHAIN_HQ, "", days_ago=200)
    for number, (kind, terminal) in enumerate(
        [(PartyKind.STORE, terminal) for terminal in ("CHAIN_STORE", "INDEPENDENT_STORE", "VILLAGE_STORE")] * 5
        + [(PartyKind.HCO, TerminalType.COUNTY_HOSPITAL), (PartyKind.HCO, TerminalType.VILLAGE_CLINIC)] * 3
        + [(PartyKind.DISTRIBUTOR, ""), (PartyKind.AGENT, ""), (PartyKind.PERIPHERAL, "")]
    ):
        name = f"Green Pharmacy {number}" if kind == PartyKind.STORE else f"Green House {number}"
        parent = chain if terminal == "CHAIN_STORE" else None
        place = {"lng": 112.5 + number / 1000, "lat": 29.0} if number % 3 else {}
        party = _party(world, name, kind, terminal, parent=parent, **place)
        holder = world.positions["P-MR" if kind == PartyKind.HCO else "P-REP"]
        for position in (holder,):
            row = Assignment(party=party, position=position, share=Decimal("0.5"), valid_from=START)
            save_one(row, world.act("sfe"))
        _grades(world, party, number)
    first = world.parties[1]
    change_party(first, {"short_name": "Green", "tags": "busy"}, world.act("sfe", 2))
    save_one(PartyName(party=first, name="Old Green", name_norm="old green"), world.act("sfe"))
    where = {"lng": 112.51, "lat": 29.01, "accuracy_m": 20, "proposed_at": world.now}
    save_one(PlaceProposal(party=world.parties[2], **where), world.act("rep"))
    gone = _party(world, "Closed Pharmacy", PartyKind.STORE, "INDEPENDENT_STORE")
    throw_away([gone], world.act("admin", 1))


def _party(world: World, name: str, kind: str, terminal: str, *, days_ago: int = 60, **extra: Any) -> Party:
    values = {
        "name": name,
        "code": name.replace(" ", "-"),
        "kind": kind,
        "terminal_type": terminal,
        "status": Status.ACTIVE if days_ago < 100 else Status.PROSPECT,
        "division": world.divisions[-1],
        "address": "1 Main Road",
        "source": "Fair",
        "ownership": "PRIVATE",
        "payment_mode": "MONTHLY",
        "store_type": "DIRECT" if kind == PartyKind.STORE else "",
        "is_nhsa_designated": True,
        "staff_count": 4,
        **extra,
    }
    party = register_party(values, world.act("sfe", days_ago))
    world.parties.append(party)
    return party


def _grades(world: World, party: Party, number: int) -> None:
    schemes = (
        (GradeScheme.TERMINAL_SIZE, "LARGE"),
        (GradeScheme.COUNTY_RANK, "KEY"),
        (GradeScheme.COUNTY_RANK, "SECONDARY"),
        (GradeScheme.VIP, "VIP"),
        (GradeScheme.ABC, "A"),
        (GradeScheme.TERMINAL_SIZE, "SMALL"),
    )
    if number % 7 < len(schemes):
        scheme, value = schemes[number % 7]
        save_one(Grade(party=party, scheme=scheme, value=value, source="Survey", valid_from=START), world.act("sfe"))


def _people(world: World) -> None:
    for number, party in enumerate(world.parties[:18]):
        contact_class = ContactClass.HCP if party.kind == PartyKind.HCO else ContactClass.COMMERCIAL
        values = {
            "name": f"Ann {number}",
            "contact_class": contact_class,
            "mobile": f"138001380{number:02}",
            "email": f"ann{number}@example.com",
            "job_title": "Manager",
            "department": "Sales",
            "is_primary": True,
            "do_not_contact": number == 3,
        }
        add_person(party, values, world.act("rep"), START)


def _rules(world: World) -> None:
    for scheme, segment, numbers in _FREQUENCIES:
        row = Frequency(scheme=scheme, segment=segment, source="Handbook", valid_from=START, **numbers)
        save_one(row, world.act("sfe"))


def _visits(world: World) -> None:
    for number, party in enumerate(world.parties[1:22]):
        username = "mr" if party.kind == PartyKind.HCO else "rep"
        kind = Visit.Kind.ACADEMIC if party.kind == PartyKind.HCO else Visit.Kind.TERMINAL
        grounds = list(Visit.Ground)
        for ago in (number % 9 + (0 if number == 2 else 1), number + 20):
            visit = _visit(world, party, username, ago, kind=kind, ground=grounds[number % len(grounds)])
            visit.note = "Looked at stock, agreed on a promise." if number % 2 else ""
            visit.distance_m = 30 if visit.ground in ("within", "outside") else None
            visit.next_on = world.today + timedelta(days=number - 4) if number % 4 == 0 and ago < 15 else None
            save_one(visit, world.act(username, ago))
    still_open = _visit(world, world.parties[4], "rep", 0, kind=Visit.Kind.TERMINAL, ground="no_signal")
    still_open.started_at, still_open.ended_at = world.now - timedelta(minutes=9), None
    save_one(still_open, world.act("rep", 0))
    skip = Skip(party=world.parties[5], position=world.positions["P-REP"], day=world.today, reason="Closed")
    save_one(skip, world.act("rep", 0))


def _visit(world: World, party: Party, username: str, ago: int, **facts: Any) -> Visit:
    began = world.now - timedelta(days=ago, minutes=45)
    position = world.positions["P-MR" if username == "mr" else "P-REP"]
    visit = Visit(party=party, position=position, author=world.users[username], started_at=began, **facts)
    visit.is_phone = visit.ground == Visit.Ground.PHONE
    visit.ended_at = began + timedelta(minutes=25)
    return visit


def _papers(world: World) -> None:
    for username, user in world.users.items():
        notify(user.pk, "Something is ready", at=world.now, link="/about/")
        SavedView.objects.create(list_key="parties", name="My view", user=user, params={"q": ["green"]})
        Job.objects.create(title="Export", user_id=user.pk, created_at=world.now)
        for result in SignIn.Result.values:
            SignIn.objects.create(user=user, at=world.now, browser="Firefox", result=result, way="password")
        UserSession.objects.create(user=user, ip="10.0.0.9", session_key=f"{username}-key", user_agent="Firefox")
    resident = {"clientExtensionResults": {"credProps": {"rk": True}}}
    Authenticator.objects.create(
        user=world.users["fresh"],
        type=Authenticator.Type.WEBAUTHN,
        data={"name": "Key", "credential": resident},
    )
    TOTP.activate(world.users["compliance"], "JBSWY3DPEHPK3PXP")
    RecoveryCodes.activate(world.users["compliance"])


def _imports(world: World) -> None:
    _run(world, "divisions", "published", ["990102,Beta County,990100", "12,Broken,1", "990103,Gamma County,"])
    _run(world, "divisions", "judged", ["990104,Delta County,990100", "990101,Alpha County,990100"])
    _run(world, "customers", "uploaded", ["Blue Pharmacy,a store,1 Main Road", ",,"])
    _run(world, "customers", "judged", ["Blue Pharmacy,a store,1 Main Road", "Green Pharmacy 1,OTC,1 Main Road"])
    _run(world, "products", "refused", [])
    _run(world, "people", "discarded", ["Bob,buyer"])
    for kind in ("products", "batches", "staff", "people", "assignments", "visits"):
        columns = len(KINDS[kind].fields)
        _run(world, kind, "judged", [",".join(["x"] * columns), "y" + "," * (columns - 1), ",".join(["7"] * columns)])


def _run(world: World, kind: str, state: str, lines: list[str]) -> ImportRun:
    """A file whose header is not recognized; its columns are taken in the order of the kind's first fields."""
    user = world.users["admin"]
    fields = KINDS[kind].fields
    header = ",".join(f"column {number}" for number in range(1, (lines or [","])[0].count(",") + 2))
    upload = SimpleUploadedFile(f"{kind}-{state}.csv", "\n".join([header, *lines]).encode())
    run = receive(KINDS[kind], upload, user_id=user.pk, at=world.now)
    examine(KINDS[kind], run)
    job = Job.objects.create(title="Import", user_id=user.pk, subject_id=run.pk, created_at=world.now)
    if run.state != ImportRun.State.REFUSED:
        run.mapping = {str(column): fields[column].key for column in range(len(run.header))}
        run.state = state
        if state in ("judged", "published"):
            judge_run(KINDS[kind], run, world.viewer("admin"), Progress(job))
            run.state = state
    run.job_id = job.pk
    run.save()
    return run
