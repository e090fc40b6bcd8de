"""Two neighbors with one row of every noun each, and a marker in every text: what the one has, the other must not see.

李 and 赵 are cast as in tests/personas.py. A second post below each covers half, so that names of holders are marked too.
Beside them: customers nobody covers, rows in the bin, rows of an import that is not published.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache
from types import SimpleNamespace
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from keqing.accounts.models import SignIn, User
from keqing.catalog.models import Batch, Price, Principal, Product, ProductLine, Sku
from keqing.core.imports.judging import judge_run
from keqing.core.imports.reading import examine, receive
from keqing.core.jobs import Progress
from keqing.core.models import Base, ImportRun, Job, SavedView, notify
from keqing.core.saving import Act, save_one, throw_away
from keqing.core.state import read_state
from keqing.core.viewer import Viewer
from keqing.customers.kinds import ContactClass, GradeScheme, PartyKind, TerminalType
from keqing.customers.models import Affiliation, Assignment, Grade, Party, PartyName, Person, PlaceProposal
from keqing.customers.services.parties import register_party
from keqing.customers.services.people import add_person
from keqing.territory import access
from keqing.territory.models import Division, Employee, Holiday, Position, Tenure, TimeOff
from keqing.territory.personas import Persona
from keqing.visits.models import Skip, Visit
from keqing.visits.services import load_frequencies
from keqing.web.kinds import KINDS
from tests.personas import Cast, appoint, make_cast
from tests.rights.marks import Audience, Mark
from tests.rights.passkeys import registered

START = date(2024, 1, 1)
COUNTY = "990101"
#: what both neighbors' customers are called beside the marker, so that a search for it could find both
COMMON = "康宁"
LI, ZHAO = "rep_li", "rep_zhao"
SIDES = (LI, ZHAO)
SHORT = {LI: "li", ZHAO: "zhao"}
MOBILE = {LI: "13800138001", ZHAO: "13900139002"}
OTHER_MOBILE = {LI: "13800138003", ZHAO: "13900139004"}
PRICES = {"retail": "19.8000", "supply": "71.3579"}
FILES = {LI: "channel_he", ZHAO: "channel_bo"}


@dataclass
class World:
    cast: Cast
    now: datetime
    marks: list[Mark] = field(default_factory=list)
    users: dict[str, User] = field(default_factory=dict)
    sides: dict[str, SimpleNamespace] = field(default_factory=dict)
    house: SimpleNamespace = field(default_factory=SimpleNamespace)

    @property
    def today(self) -> date:
        return timezone.localdate(self.now)

    def viewer(self, username: str | None) -> Viewer | None:
        if username is None:
            return None
        user = self.users[username]
        return access.viewer_of(user, self.today, read_state(user.pk))

    def act(self, username: str, noun: str = "", audience: Audience = Audience.ROW) -> Act:
        reason = self.mark(username, noun, audience) if noun else ""
        return Act(user_id=self.users[username].pk, at=self.now - timedelta(days=40), reason=reason)

    def mark(self, owner: str, noun: str, audience: Audience = Audience.ROW) -> str:
        """A text nobody would write by chance; the same owner, noun and audience give the same text."""
        short = SHORT.get(owner, owner.replace("_", ""))
        text = f"qz{short}{audience}{noun.replace('_', '')}7f3a"
        if all(mark.text != text for mark in self.marks):
            user = self.users.get(owner)
            places = frozenset({self.cast.position_of(owner).pk}) if owner in SIDES else frozenset()
            self.marks.append(Mark(text, noun, audience, user.pk if user else None, places))
        return text


def build(now: datetime) -> World:
    cast = make_cast()
    world = World(cast, now, users=dict(cast.users))
    channel = Position(code="P-CB", name="岗位 P-CB", parent=cast.positions["P-B"], persona=Persona.CHANNEL)
    channel.valid_from = START
    world.users["channel_bo"] = appoint("channel_bo", "薄文", save_one(channel, world.act(LI)))
    load_frequencies(world.act(LI))
    _house(world)
    for owner in SIDES:
        world.sides[owner] = SimpleNamespace(owner=owner, user=cast[owner], position=cast.position_of(owner))
        _staff(world, owner)
        _customers(world, owner)
        _visits(world, owner)
        _papers(world, owner)
        _account(world, owner)
    _between(world)
    _uncovered(world)
    _unpublished(world)
    return world


def _house(world: World) -> None:
    """What is the same for everybody: divisions, products, the calendar. Prices that are not public are marked."""
    act, house = world.act(LI), world.house
    above = None
    for code, name, level in (("990000", "云梦省", 1), ("990100", "石桥市", 2), (COUNTY, "柳溪县", 3)):
        row = Division(code=code, name=name, short_name=name[:-1], level=level, parent=above, lng=112.5, lat=29.0)
        row.source, row.valid_from = "test", START
        above = save_one(row, act)
    house.division = above
    text = world.mark("house", "product", Audience.HOUSE)
    house.principal = save_one(Principal(name=f"{text}制药"), act)
    house.line = save_one(ProductLine(name=f"{text}线"), act)
    product = Product(generic_name=f"{text}片", dosage_form="片剂", principal=house.principal, product_line=house.line)
    product.rx_class = Product.RxClass.OTC_A
    house.product = save_one(product, act)
    sku = Sku(product=product, code="SKU-1", spec="10片", case_factor=200, approval_no="国药准字Z20260001")
    house.sku = save_one(sku, act)
    kinds = {"retail": Price.Kind.RETAIL_SUGGESTED, "supply": Price.Kind.SUPPLY}
    for name, kind in kinds.items():
        price = Price(sku=sku, kind=kind, value=PRICES[name], valid_from=START)
        setattr(house, name, save_one(price, act))
    world.marks.append(Mark(PRICES["supply"], "product", Audience.BUSINESS))
    house.batch = save_one(Batch(sku=sku, lot_no="L2601", usable_through=date(2031, 1, 31)), act)
    house.holiday = save_one(Holiday(day=date(world.today.year, 10, 1), kind="rest", name="国庆", source="通知"), act)


def _staff(world: World, owner: str) -> None:
    """A second post below the owner's, its holder, days off with a stand-in."""
    side, act = world.sides[owner], world.act(owner, "position")
    post, name = world.mark(owner, "position"), world.mark(owner, "staff")
    row = Position(code=f"{post}-1", name=f"{post}岗", parent=side.position, persona=Persona.OTC_REP, valid_from=START)
    row.product_line = f"{post}线"
    side.post = save_one(row, act)
    extra = {"email": f"{name}@example.cn", "filing_no": f"{name}备"}
    side.employee = save_one(Employee(staff_no=f"{name}-1", name=f"{name}员", **extra), world.act(owner, "staff"))
    side.tenure = save_one(Tenure(employee=side.employee, position=side.post, valid_from=START), act)
    side.self = Employee.objects.everything("test").get(user=side.user)
    off = {"starts_on": world.today + timedelta(days=30), "ends_on": world.today + timedelta(days=33)}
    side.time_off = save_one(TimeOff(employee=side.employee, substitute=side.self, **off), act)
    own = {"starts_on": world.today + timedelta(days=60), "ends_on": world.today + timedelta(days=61)}
    side.own_time_off = save_one(TimeOff(employee=side.self, **own), act)


def _party(world: World, owner: str, text: str, suffix: str, **extra: Any) -> Party:
    values = {
        "name": f"{text}{COMMON}药房{suffix}",
        "short_name": f"{text}简",
        "kind": PartyKind.STORE,
        "terminal_type": TerminalType.INDEPENDENT_STORE,
        "division": world.house.division,
        "address": f"{text}路{suffix}号",
        "tags": f"{text}签",
        "source": f"{text}源",
        **extra,
    }
    return register_party(values, world.act(owner if owner in SIDES else LI), holder_id=None)


def _cover(world: World, owner: str, party: Party) -> Assignment:
    """Half each for the owner and for the post below."""
    side, act = world.sides[owner], world.act(owner, "party")
    save_one(Assignment(party=party, position=side.post, share="0.5", valid_from=START), act)
    return save_one(Assignment(party=party, position=side.position, share="0.5", valid_from=START), act)


def _customers(world: World, owner: str) -> None:
    side, text, who = world.sides[owner], world.mark(owner, "party"), world.mark(owner, "person")
    act = world.act(owner, "party")
    side.chain = _party(world, owner, text, "总部", kind=PartyKind.CHAIN_HQ, terminal_type="", code=f"{text}-hq")
    side.party = _party(world, owner, text, "一店", code=f"{text}-1", parent=side.chain)
    side.coded = _party(world, owner, text, "二店", code=f"PLAIN-{SHORT[owner]}")
    for party in (side.chain, side.coded):
        _cover(world, owner, party)
    side.assignment = _cover(world, owner, side.party)
    side.name = save_one(PartyName(party=side.party, name=f"{text}旧称", name_norm=f"{text}旧称"), act)
    side.grade = save_one(
        Grade(party=side.party, scheme=GradeScheme.ABC, value="A", source=f"{text}据", valid_from=START), act
    )
    where = {"lng": 112.51, "lat": 29.01, "accuracy_m": 20, "proposed_at": world.now}
    side.proposal = save_one(PlaceProposal(party=side.party, **where), act)
    values = {
        "name": f"{who}人",
        "contact_class": ContactClass.COMMERCIAL,
        "professional_title": f"{who}职",
        "specialty": f"{who}专",
        "mobile": MOBILE[owner],
        "landline": f"{who}机",
        "wechat": f"{who}微",
        "email": f"{who}@example.cn",
        "job_title": f"{who}务",
        "department": f"{who}部",
        "is_primary": True,
    }
    side.affiliation = add_person(side.party, values, world.act(owner, "person"), START)
    side.person = side.affiliation.person
    other = {**values, "name": "齐平", "mobile": OTHER_MOBILE[owner], "is_primary": False}
    other |= dict.fromkeys(("professional_title", "specialty", "landline", "wechat", "email"), "")  # 李's works at both
    side.plain_person = add_person(side.coded, other, world.act(owner, "person"), START).person


def _visits(world: World, owner: str) -> None:
    side, text, act = world.sides[owner], world.mark(owner, "visit"), world.act(owner, "visit")
    common = {"position": side.position, "author": side.user, "kind": Visit.Kind.TERMINAL, "ground": "no_place"}
    began = world.now - timedelta(days=1, hours=2)
    done = {
        "started_at": began,
        "ended_at": began + timedelta(minutes=25),
        "note": f"{text}记",
        "reception": f"{text}待",
    }
    side.visit = save_one(Visit(party=side.party, **common, **done), act)
    side.open_visit = save_one(
        Visit(party=side.coded, started_at=world.now - timedelta(minutes=9), reception=f"{text}待", **common), act
    )
    skipped = Skip(party=side.chain, position=side.position, day=world.today, reason=f"{text}因")
    side.skip = save_one(skipped, act)


def _papers(world: World, owner: str) -> None:
    """Notices, views, jobs; what was thrown away; files on their way in."""
    side, own = world.sides[owner], world.mark(owner, "party", Audience.OWN)
    notify(side.user.pk, f"{own}通知", at=world.now)
    side.view = SavedView.objects.create(list_key="parties", name=f"{own}视图", user=side.user, params={"q": [own]})
    binned = world.mark(owner, "party", Audience.BIN)
    gone = _party(world, owner, binned, "旧店")
    side.bin = throw_away([gone], Act(side.user.pk, world.now, reason=f"{binned}因"))
    name = world.mark(owner, "person", Audience.BIN)
    person = Person(name=f"{name}人", contact_class=ContactClass.COMMERCIAL, sort_key="x")
    side.bin_person = throw_away([save_one(person, world.act(owner))], Act(side.user.pk, world.now))
    side.runs = SimpleNamespace(judged=_run(world, owner, "judged"), published=_run(world, owner, "published"))


def _run(world: World, owner: str, state: str) -> ImportRun:
    """A file of customers read and judged in the name of a channel manager."""
    user, text = world.users[FILES[owner]], world.mark(FILES[owner], "party", Audience.RUN)
    lines = [
        "客户名称,类别,省,市,区县,详细地址,客户编码",
        f"{text}大药房,单体药店,云梦省,石桥市,柳溪县,{text}街1号,{text}-{state}",
    ]
    lines += [f"{text}错行,,,,,,", lines[-1]]
    upload = SimpleUploadedFile(f"{text}-{state}.csv", "\n".join(lines).encode())
    run = receive(KINDS["customers"], upload, user_id=user.pk, at=world.now)
    examine(KINDS["customers"], run)
    job = Job.objects.create(title=f"{text}导入", user_id=user.pk, subject_id=run.pk, created_at=world.now, error=text)
    judge_run(KINDS["customers"], run, access.viewer_of(user, world.today, read_state(user.pk)), Progress(job))
    run.job_id, run.state = job.pk, state
    run.save()
    return run


def _account(world: World, owner: str) -> None:
    side, text = world.sides[owner], world.mark(owner, "account", Audience.ACCOUNT)
    key = world.mark(owner, "account", Audience.OWN)
    way = {"result": SignIn.Result.OK, "way": SignIn.Way.PASSWORD, "address": "10.0.0.*"}
    SignIn.objects.create(user=side.user, at=world.now, browser=f"{text}窗", **way)
    UserSession.objects.create(user=side.user, ip="10.0.0.9", session_key=f"{text}-key", user_agent=f"{text}代理")
    side.key = Authenticator.objects.create(
        user=side.user, type=Authenticator.Type.WEBAUTHN, data={"name": f"{key}钥匙", "credential": registered(owner)}
    )
    side.account = User.objects.create_user(username=f"{text}", password="correct horse battery", name="无岗")


def _between(world: World) -> None:
    """Where the neighbors touch. 李 has a chain with a store of 赵, a store where 赵 once was, and one whose head nobody
    covers; one person works at both, another left 李's store for 赵's."""
    li, zhao = world.sides[LI], world.sides[ZHAO]
    text = world.mark(ZHAO, "party")
    _cover(world, ZHAO, _party(world, ZHAO, text, "分店", code=f"{text}-member", parent=li.chain))
    for owner, name in ((ZHAO, "former"), (LI, "head")):
        shared = frozenset({li.position.pk, world.sides[owner].position.pk})
        world.marks.append(Mark(f"qzshared{name}7f3a", "party", Audience.ROW, places=shared))
    own = world.mark(LI, "party")
    once = _party(world, LI, own, "三店", code=f"{own}-3", name="qzsharedformer7f3a药房", short_name="")
    _cover(world, LI, once)
    head = _party(world, "uncovered", world.mark("uncovered", "party"), "", code="", name="qzsharedhead7f3a连锁总店")
    _cover(world, LI, _party(world, LI, own, "四店", code=f"{own}-4", parent=head))
    began = world.now - timedelta(days=200)
    former = Visit(party=once, position=zhao.position, author=zhao.user, kind=Visit.Kind.TERMINAL, ground="phone")
    former.started_at, former.ended_at = began, began + timedelta(minutes=20)
    former.note = f"{world.mark(ZHAO, 'visit')}旧记"
    save_one(former, world.act(ZHAO, "visit"))
    left = {"person": zhao.person, "department": world.mark(LI, "person"), "job_title": "前店长"}
    past = Affiliation(party=li.party, valid_from=START, valid_to=date(2025, 1, 1), **left)
    save_one(past, world.act(LI, "person"))
    both = {"person": li.plain_person, "department": world.mark(ZHAO, "person"), "job_title": "顾问"}
    save_one(Affiliation(party=zhao.party, valid_from=START, **both), world.act(ZHAO, "person"))


def _uncovered(world: World) -> None:
    text = world.mark("uncovered", "party")
    world.house.uncovered = _party(world, "uncovered", text, "店", code=f"{text}-1")


def _unpublished(world: World) -> None:
    """Rows an import has written and not yet published."""
    run = ImportRun.objects.create(
        kind="customers",
        file=world.sides[ZHAO].runs.judged.file,
        state=ImportRun.State.WRITING,
        user=world.users["channel_bo"],
        at=world.now,
    )
    text, act = world.mark("hidden", "party", Audience.NOBODY), world.act(LI)
    rows: list[Base] = [
        Party(name=f"{text}{COMMON}", name_norm=text, sort_key="a", kind=PartyKind.DISTRIBUTOR),
        Person(name=f"{text}人", sort_key="a", contact_class=ContactClass.COMMERCIAL),
        Position(code=f"{text}-1", name=f"{text}岗", persona=Persona.OTC_REP, valid_from=START),
        Employee(staff_no=f"{text}-1", name=f"{text}员"),
        Principal(name=f"{text}制药"),
        ProductLine(name=f"{text}线"),
        Division(code="990199", name=f"{text}县", short_name=text, level=3, source="x", valid_from=START),
    ]
    for row in rows:
        row.import_run = run
        save_one(row, act)
    for position in (world.sides[LI].position, world.sides[ZHAO].position):
        hidden = Assignment(party=rows[0], position=position, share="0.5", valid_from=START)
        hidden.import_run = run
        save_one(hidden, act)


def forget_cached() -> None:
    """Counters go back with the rolled-back rows, so what was cached by their values must go too."""
    for forget in _forgetters():
        forget()


@lru_cache(maxsize=1)
def _forgetters() -> tuple[Callable[[], None], ...]:
    """Every cached function of the house that is asked by version."""
    modules = [module for name, module in sorted(sys.modules.items()) if name.startswith("keqing.")]
    cached = {
        id(found): found for module in modules for found in vars(module).values() if hasattr(found, "cache_clear")
    }
    return tuple(
        found.cache_clear
        for found in cached.values()
        if any("version" in name for name in inspect.signature(found).parameters)
    )
