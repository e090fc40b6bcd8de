"""One case for each address of the house: who may, with what, on whose row. A test compares the table with the resolver."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from keqing.core.viewer import Viewer
from keqing.territory.personas import Persona, grantable
from keqing.web.kinds import kinds_for
from tests.rights.world import COMMON, COUNTY, MOBILE, World

Side = SimpleNamespace
Right = tuple[str, str]
Data = dict[str, Any]
Post = Callable[[World, Side], Data]
Where = Callable[[Viewer, World, Side], bool]


def in_reach(viewer: Viewer, world: World, side: Side) -> bool:
    return viewer.sees_all or side.position.pk in viewer.reach


def anywhere(viewer: Viewer, world: World, side: Side) -> bool:
    return True


def mine(viewer: Viewer, world: World, side: Side) -> bool:
    return bool(viewer.user_id == side.user.pk)


def always(viewer: Viewer, side: Side) -> bool:
    return True


def nothing(world: World, side: Side) -> Data:
    return {}


@dataclass(frozen=True)
class Case:
    """`rights`: all of these are needed; `who` says what else is asked at the door (403); `where` whose row is found (404)."""

    rights: tuple[Right, ...] = ()
    args: Callable[[World, Side], Sequence[Any]] | None = None
    where: Where = anywhere
    who: Callable[[Viewer, Side], bool] = always
    #: query strings to read with; none at all means that reading is refused
    gets: tuple[str, ...] = ("",)
    #: forms to send; none at all means that sending is refused
    posts: tuple[Post, ...] = ()
    is_open: bool = False
    #: pages of the sign-in library: which methods they take is theirs to say
    is_library: bool = False
    #: what any other method answers
    other: int = 405


def reads(noun: str, *gets: str, **more: Any) -> Case:
    return Case(((noun, "read"),), gets=gets or ("",), **more)


def edits(noun: str, verb: str, *posts: Post, **more: Any) -> Case:
    return Case(((noun, verb),), posts=posts or (nothing,), **more)


def sends(noun: str, verb: str, *posts: Post, **more: Any) -> Case:
    return edits(noun, verb, *posts, gets=(), **more)


def of(*names: str) -> Callable[[World, Side], Sequence[Any]]:
    """Public ids of the side's rows: of("party", "name") → party, name."""
    return lambda world, side: [getattr(side, name).public_id for name in names]


def house(name: str) -> Callable[[World, Side], Sequence[Any]]:
    return lambda world, side: [getattr(world.house, name).public_id]


LIST = (
    "",
    f"?q={COMMON}",
    f"?q=PLAIN&sort=-name&columns={'name,code,place,holder,grade,last,next'}",
    "?sort=nonsense&after=x",
)


# ---- customers -----------------------------------------------------------------------------------------------------


def new_party(**more: str) -> Post:
    """A customer of the same common name in the same county; what it is likely to be taken for must not be told."""
    values = {"name": f"{COMMON}药房一店", "category": "STORE/INDEPENDENT_STORE", "division_text": COUNTY}
    values |= {"status": "ACTIVE", "geofence_m": "500", "datum": "WGS-84", "address": "柳溪路 9 号", **more}
    return lambda world, side: dict(values)


def taken_code(world: World, side: Side) -> Data:
    return {**new_party(is_another="on")(world, side), "code": side.coded.code, "parent_text": "PLAIN-zhao"}


def changed_party(world: World, side: Side) -> Data:
    return {**new_party()(world, side), "version": side.party.version, "parent_text": side.chain.code}


def bulk(*, confirmed: bool, **more: str) -> Post:
    def data(world: World, side: Side) -> Data:
        ids = [str(other.party.public_id) for other in world.sides.values()]
        return {"ids": [*ids, "nonsense"], **({"confirmed": "1"} if confirmed else {}), **more}

    return data


def to_post(world: World, side: Side) -> Data:
    """Give it to the side's second post, which is not to be named to others."""
    return {"position": side.post.pk, "share": "60", "starts_on": str(world.today)}


def bulk_to_post(world: World, side: Side) -> Data:
    return {**bulk(confirmed=True)(world, side), **to_post(world, side)}


def ends(world: World, side: Side) -> Data:
    return {"ends_on": str(world.today)}


def new_person(number: Callable[[Side], str] = lambda side: "13700137000") -> Post:
    def data(world: World, side: Side) -> Data:
        values = {"name": "季新", "contact_class": "COMMERCIAL", "job_title": "店员", "starts_on": str(world.today)}
        return {**values, "mobile": number(side)}

    return data


def known_person(world: World, side: Side) -> Data:
    values = {"name": "齐平", "job_title": "店员", "starts_on": str(world.today)}
    return {**values, "mobile": ""}


def moved(world: World, side: Side) -> Data:
    other = next(one for one in world.sides.values() if one is not side)
    values = {"job_title": "店长", "on_day": str(world.today), "to_party": other.coded.code}
    return {**values, "affiliation": str(side.affiliation.public_id)}


def _person_where(viewer: Viewer, world: World, side: Side) -> bool:
    return in_reach(viewer, world, side)


PARTY = {"args": of("party"), "where": in_reach}
PERSON = {"args": of("person"), "where": _person_where}
CUSTOMERS = {
    "customer": reads("party", **PARTY),
    "customer_below": reads("party", **PARTY),
    "customers_list": reads("party", *LIST),
    "customers_export": Case((("party", "export"),), gets=("", f"?q={COMMON}")),
    "customers:list": reads("party", *LIST),
    "customers:export": Case((("party", "export"),), gets=("", f"?q={COMMON}")),
    "customers:create": edits("party", "create", nothing, new_party(), taken_code),
    "customers:duplicates": Case(
        (("party", "create"),),
        gets=(f"?name={COMMON}药房一店&division_text={COUNTY}", f"?name={COMMON}药房一店", "?name=&division_text=没有"),
    ),
    "customers:type_fields": reads("party", "?category=STORE/CHAIN_STORE", "?category=nonsense"),
    "customers:division_options": reads("division", "?division_text=柳溪", "?q="),
    "customers:party_options": reads("party", f"?q={COMMON}", "?parent_text=PLAIN", "?to_party=药房"),
    "customers:bulk_assign": sends("assignment", "create", nothing, bulk(confirmed=False), bulk_to_post),
    "customers:bulk_grade": sends(
        "party", "change", nothing, bulk(confirmed=False), bulk(confirmed=True, grade="ABC/B", starts_on="2026-11-01")
    ),
    "customers:bulk_delete": sends("party", "delete", nothing, bulk(confirmed=False), bulk(confirmed=True)),
    "customers:people": reads("person", "", "?q=齐平", "?sort=-name"),
    "customers:person": reads("person", **PERSON),
    "customers:edit_person": edits("person", "change", nothing, new_person(lambda s: MOBILE["rep_zhao"]), **PERSON),
    "customers:number": Case((("person", "read"),), gets=(), posts=(nothing,), **PERSON),
    "customers:move_job": edits("person", "change", nothing, moved, **PERSON),
    "customers:edit": edits("party", "change", nothing, changed_party, taken_code, **PARTY),
    "customers:delete": sends("party", "delete", **PARTY),
    "customers:history": Case((("history", "read"), ("party", "read")), gets=("", "?from=50"), **PARTY),
    "customers:names": edits(
        "party", "change", nothing, lambda w, s: {"name": "又一个名字", "relation": "also"}, **PARTY
    ),
    "customers:remove_name": sends("party", "change", args=of("party", "name"), where=in_reach),
    "customers:grades": edits(
        "party", "change", nothing, lambda w, s: {"starts_on": str(w.today), "ABC": "B", "source": "会"}, **PARTY
    ),
    "customers:assign": edits("assignment", "create", nothing, to_post, **PARTY),
    "customers:end_assignment": edits(
        "assignment", "change", nothing, ends, args=of("party", "assignment"), where=in_reach
    ),
    "customers:remove_assignment": sends("assignment", "delete", args=of("party", "assignment"), where=in_reach),
    "customers:add_person": edits(
        "person", "create", nothing, new_person(), new_person(lambda side: MOBILE["rep_zhao"]), **PARTY
    ),
    "customers:add_existing": edits("person", "create", nothing, known_person, **PARTY),
    "customers:end_job": edits("person", "change", nothing, ends, args=of("party", "affiliation"), where=in_reach),
    "customers:confirm_place": sends("party", "change", args=of("party", "proposal"), where=in_reach),
    "customers:discard_place": sends("party", "change", args=of("party", "proposal"), where=in_reach),
}

# ---- visits --------------------------------------------------------------------------------------------------------


def past_visit(world: World, side: Side) -> Data:
    return {
        "day": str(world.today),
        "began": "00:01",
        "minutes": "1",
        "note": "到店看了陈列和价签，都齐全，没有近效期。",
    }


def finishing(world: World, side: Side) -> Data:
    return {"version": side.open_visit.version, "note": "店长在，补了两盒。", "next_pick": ""}


def correcting(world: World, side: Side) -> Data:
    return {"version": side.visit.version, "note": "更正后的小结", "reason": "写错了"}


VISIT = {"args": of("visit"), "where": in_reach}
VISITS = {
    "visits:list": reads("visit", "", f"?q={COMMON}", "?sort=nonsense"),
    "visits:export": Case((("visit", "export"),), gets=("", f"?q={COMMON}")),
    "visits:due": reads("visit", "", f"?q={COMMON}"),
    "visits:export_due": Case((("visit", "export"),)),
    "visits:start": Case((("visit", "create"),), gets=("", f"?q={COMMON}")),
    "visits:frequencies": reads("frequency"),
    "visits:new_frequency": edits(
        "frequency",
        "create",
        nothing,
        lambda w, s: {
            "scheme": "GENERAL",
            "segment": "LARGE",
            "unit": "week",
            "at_least": "3",
            "valid_from": str(w.today),
            "source": "会",
        },
    ),
    "visits:begin": edits("visit", "create", nothing, **PARTY),
    "visits:past": edits("visit", "create", nothing, past_visit, **PARTY),
    "visits:skip": sends("visit", "create", nothing, lambda w, s: {"reason": "盘点"}, **PARTY),
    "visits:undo_skip": sends("visit", "create", args=of("skip"), where=in_reach),
    "visits:visit": reads("visit", **VISIT),
    "visits:finish": sends("visit", "create", nothing, finishing, args=of("open_visit"), where=in_reach),
    "visits:cancel": sends("visit", "delete", args=of("open_visit"), where=in_reach),
    "visits:correct": sends("visit", "change", nothing, correcting, **VISIT),
}

# ---- catalog: rows are the same for everybody, the right to the noun decides ------------------------------------------


def edits_facts(viewer: Viewer, side: Side) -> bool:
    """Quality keeps batches, not product facts and prices."""
    return bool(viewer.personas & {Persona.MARKETING, Persona.SFE, Persona.ADMIN})


def sees_price(kind: str) -> Where:
    def where(viewer: Viewer, world: World, side: Side) -> bool:
        return kind == "retail" or not viewer.personas <= {Persona.MR, Persona.MEDICAL}

    return where


PRICE = {"kind": "SUPPLY", "value": "12", "starts_on": "2027-01-01"}
CATALOG = {
    "catalog:list": reads("product", "", "?q=片", "?sort=nonsense"),
    "catalog:export": Case((("product", "export"),)),
    "catalog:create": edits("product", "create", who=edits_facts),
    "catalog:product": reads("product", args=house("product")),
    "catalog:edit": edits("product", "change", args=house("product"), who=edits_facts),
    "catalog:bin": sends("product", "delete", args=house("product")),
    "catalog:create_sku": edits("product", "create", args=house("product"), who=edits_facts),
    "catalog:edit_sku": edits("product", "change", args=house("sku"), who=edits_facts),
    "catalog:bin_sku": sends("product", "delete", args=house("sku")),
    "catalog:create_price": edits(
        "product", "create", nothing, lambda w, s: dict(PRICE), args=house("sku"), who=edits_facts
    ),
    "catalog:edit_price": edits("product", "change", args=house("supply"), who=edits_facts, where=sees_price("supply")),
    "catalog:bin_price": sends("product", "delete", args=house("supply"), where=sees_price("supply")),
    "catalog:create_batch": edits(
        "product", "create", nothing, lambda w, s: {"lot_no": "L2601", "expiry": "2031-01"}, args=house("sku")
    ),
    "catalog:edit_batch": edits("product", "change", args=house("batch")),
    "catalog:bin_batch": sends("product", "delete", args=house("batch")),
}

# ---- territory -----------------------------------------------------------------------------------------------------


def grants(viewer: Viewer, side: Side) -> bool:
    return side.position.persona in grantable(viewer.rights)


def new_position(world: World, side: Side) -> Data:
    values = {"code": side.post.code, "name": "新岗", "persona": "OTC_REP", "valid_from": str(world.today)}
    return {**values, "parent": side.post.pk, "residence": "柳溪县"}


def appointed(world: World, side: Side) -> Data:
    return {"employee": side.employee.pk, "starts_on": str(world.today)}


def new_employee(world: World, side: Side) -> Data:
    return {"staff_no": "N-1", "name": "新人", "mobile": "13700137001"}


def days_off(world: World, side: Side) -> Data:
    """On days when somebody of the side is away already, with a stand-in of the side."""
    first, last = str(side.time_off.starts_on), str(side.time_off.ends_on)
    people = {"employee": side.employee.pk, "substitute": side.self.pk}
    return {"starts_on": first, "ends_on": last, "kind": "leave", **people}


def arranges(viewer: Viewer, world: World, side: Side) -> bool:
    """Days off of the second post's holder: whoever may change others' and reaches the post."""
    return viewer.may("time_off", "change") and in_reach(viewer, world, side)


def arranges_own(viewer: Viewer, world: World, side: Side) -> bool:
    return mine(viewer, world, side) or arranges(viewer, world, side)


POST = {"args": of("post"), "where": in_reach}
TENURE = {"args": of("tenure"), "where": in_reach, "who": grants}


def _day(world: World, side: Side) -> Sequence[Any]:
    day = world.house.holiday.day
    return [day.year, day.month, day.day]


TERRITORY = {
    "territory:positions": reads("position", "", "?q=岗", "?on=2024-06-01", "?on=nonsense"),
    "territory:position_new": edits("position", "create", nothing, new_position),
    "territory:rights": reads("position"),
    "territory:staff": reads("staff", "", "?q=员", "?sort=-name"),
    "territory:staff_export": Case((("staff", "export"),)),
    "territory:employee_new": edits("staff", "create", nothing, new_employee),
    "territory:employee": reads("staff", args=of("employee"), where=in_reach),
    "territory:employee_change": edits("staff", "change", nothing, new_employee, args=of("employee"), where=in_reach),
    "territory:tenure_end": edits("position", "change", nothing, ends, **TENURE),
    "territory:tenure_remove": sends("position", "change", **TENURE),
    "territory:position": reads("position", **POST),
    "territory:position_change": edits("position", "change", nothing, new_position, **POST),
    "territory:position_remove": sends("position", "delete", **POST),
    "territory:appointment": edits("position", "change", nothing, appointed, who=grants, **POST),
    "territory:time_off": reads("time_off", "", "?past=1"),
    "territory:time_off_new": edits("time_off", "create", nothing, days_off),
    "territory:time_off_change": edits("time_off", "change", nothing, days_off, args=of("time_off"), where=arranges),
    "territory:time_off_remove": sends("time_off", "delete", args=of("own_time_off"), where=arranges_own),
    "territory:calendar": reads("calendar", "", "?year=2027", "?year=nonsense"),
    "territory:calendar_confirm": sends(
        "calendar", "change", nothing, lambda w, s: {"source": "通知"}, args=lambda w, s: [w.today.year]
    ),
    "territory:calendar_day": edits(
        "calendar", "change", nothing, lambda w, s: {"kind": "work", "name": "调休", "source": "通知"}, args=_day
    ),
    "territory:calendar_clear": sends("calendar", "delete", args=_day),
    "territory:divisions": reads("division", "", "?q=柳溪", "?q=9901"),
    "territory:division": reads("division", args=house("division")),
}

# ---- imports: own files, and for who sees all everybody's -----------------------------------------------------------


def imports_something(viewer: Viewer, side: Side) -> bool:
    return bool(kinds_for(viewer))


def imports_customers(viewer: Viewer, side: Side) -> bool:
    return viewer.may("party", "import")


def brought(viewer: Viewer, world: World, side: Side) -> bool:
    return viewer.sees_all or viewer.user_id == side.runs.judged.user_id


def run_of(state: str) -> Callable[[World, Side], Sequence[Any]]:
    return lambda world, side: [getattr(side.runs, state).public_id]


def file_of_customers(world: World, side: Side) -> Data:
    """A customer of the side under its code and with another name: the verdict must not tell the former one."""
    lines = [
        "客户名称,类别,省,市,区县,详细地址,客户编码",
        f"新名药房,单体药店,云梦省,石桥市,柳溪县,一街1号,{side.coded.code}",
    ]
    return {"file": SimpleUploadedFile("customers.csv", "\n".join(lines).encode())}


RUN = {"where": brought, "who": imports_customers}
JUDGED, PUBLISHED = {"args": run_of("judged"), **RUN}, {"args": run_of("published"), **RUN}
KIND: dict[str, Any] = {"args": lambda w, s: ["customers"], "who": imports_customers}
MAPPED = {"column-0": "name", "column-1": "category"}
IMPORTS = {
    "imports:list": Case(who=imports_something, gets=("", "?kind=customers", "?kind=nonsense")),
    "imports:upload": Case(posts=(nothing, file_of_customers), **KIND),
    "imports:template": Case(**KIND),
    "imports:run": Case(gets=("", "?verdict=new", "?verdict=wrong&after=1"), **JUDGED),
    "imports:map": Case(gets=(), posts=(nothing, lambda w, s: dict(MAPPED)), **JUDGED),
    "imports:map_again": Case(gets=(), posts=(nothing,), **JUDGED),
    "imports:write": Case(gets=(), posts=(nothing,), **JUDGED),
    "imports:keep_row": Case(
        gets=(), posts=(nothing,), args=lambda w, s: [s.runs.judged.public_id, 4], who=imports_customers, where=brought
    ),
    "imports:discard": Case(gets=(), posts=(nothing,), **JUDGED),
    "imports:undo": Case(posts=(nothing,), **PUBLISHED),
    "imports:errors": Case(**JUDGED),
}

# ---- base and shell ------------------------------------------------------------------------------------------------


def threw_away(viewer: Viewer, world: World, side: Side) -> bool:
    """Own deletions; who sees all sees those of the nouns that viewer may read."""
    return mine(viewer, world, side) or (viewer.sees_all and viewer.may("party", "read"))


def brings_back(viewer: Viewer, side: Side) -> bool:
    """One's own deletions; others' only for who may change the noun: who only reads brings nothing back."""
    return viewer.user_id == side.user.pk or viewer.may("party", "change")


BASE = {
    "core:bin": reads("bin", "", "?q=店", f"?q={COMMON}"),
    "core:restore": sends("bin", "read", args=of("bin"), where=threw_away, who=brings_back),
    "core:save_view": Case(
        args=lambda w, s: ["parties"], gets=(), posts=(nothing, lambda w, s: {"name": "新视图", "params": "?q=a"})
    ),
    "core:drop_view": Case(args=of("view"), gets=(), posts=(nothing,), where=mine),
    "core:choose_columns": Case(gets=(), posts=(nothing, lambda w, s: {"column": ["name"], "next": "/customers/"})),
    "core:read_notices": Case(gets=(), posts=(nothing,)),
}
SHELL = {
    "customers_list": CUSTOMERS["customers:list"],
    "customers_export": CUSTOMERS["customers:export"],
    "today": Case(),
    "search": Case(gets=("", f"?q={COMMON}", "?q=齐平", "?q=片", "?q=qz", "?q=员")),
    "me": Case(),
    "account": Case(posts=(nothing,), other=302),
    "about": Case(),
    "notices": Case(),
    "settings": Case((("system", "read"),)),
    "remove_demo": Case((("system", "change"),), posts=(nothing,)),
    "theme": Case(gets=(), posts=(nothing, lambda w, s: {"theme": "dark", "next": "//evil.example"}), is_open=True),
    "set_language": Case(gets=(), posts=(nothing, lambda w, s: {"language": "en"}), is_open=True),
    "health": Case(is_open=True),
}

# ---- accounts ------------------------------------------------------------------------------------------------------


def other_account(world: World, side: Side) -> Sequence[Any]:
    return [side.account.public_id]


ACCOUNT = {"args": other_account}
ACCOUNTS = {
    "accounts:list": reads("account", "", "?q=无岗", "?sort=nonsense"),
    "accounts:sign_ins": reads("account"),
    "accounts:account": reads("account", args=lambda w, s: [s.user.public_id]),
    "accounts:preferences": Case(gets=(), posts=(nothing,), is_open=True),
    "accounts:reset_password": edits("account", "change", **ACCOUNT),
    "accounts:remove_second_factor": edits("account", "change", **ACCOUNT),
    **{
        f"accounts:{act}": sends("account", "change", **ACCOUNT)
        for act in ("activate", "deactivate", "end_sessions", "unlock")
    },
}

# The sign-in library's own pages: each shows the signed-in person's things only; what they refuse is the library's word.
LIBRARY = Case(posts=(nothing,), is_library=True)
OPEN = Case(posts=(nothing,), is_library=True, is_open=True)
SIGNING_IN = {
    **dict.fromkeys(
        (
            "account_logout", "account_reauthenticate", "account_change_password", "usersessions_list", "mfa_index",
            "mfa_reauthenticate", "mfa_activate_totp", "mfa_deactivate_totp", "mfa_view_recovery_codes",
            "mfa_generate_recovery_codes", "mfa_download_recovery_codes", "mfa_list_webauthn", "mfa_add_webauthn",
            "mfa_reauthenticate_webauthn",
        ),
        LIBRARY,
    ),
    **dict.fromkeys(("account_login", "account_inactive", "mfa_authenticate", "mfa_cancel", "mfa_login_webauthn"), OPEN),
    "mfa_edit_webauthn": Case(posts=(nothing,), is_library=True, args=lambda w, s: [s.key.pk], where=mine),
    "mfa_remove_webauthn": Case(posts=(nothing,), is_library=True, args=lambda w, s: [s.key.pk], where=mine),
}  # fmt: skip

CASES: dict[str, Case] = {
    **CUSTOMERS, **VISITS, **CATALOG, **TERRITORY, **IMPORTS, **BASE, **SHELL, **ACCOUNTS, **SIGNING_IN,
}  # fmt: skip
