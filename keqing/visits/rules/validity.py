"""Is a recorded visit valid (DOMAIN 3.16), and which kinds of visit may a person record where (DOMAIN 7.2, point 7)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from keqing.visits.rules.reason import Reason, _, because


class Check(StrEnum):
    PLACE = "PLACE"
    DURATION = "DURATION"
    NOTE = "NOTE"
    CHECKLIST = "CHECKLIST"
    OVERLAP = "OVERLAP"
    REPEAT = "REPEAT"


@dataclass(frozen=True, slots=True, kw_only=True)
class ValidityRules:
    max_distance_m: int = 500
    min_minutes: int = 5
    max_minutes: int = 240
    min_note_characters: int = 20  # white space not counted
    min_checklist_items: int = 2
    is_checklist_counted: bool = False  # on once the visit has a script
    min_gap_minutes: int = 120  # between two visits to the same customer


@dataclass(frozen=True, slots=True)
class Span:
    """Another visit of the same visitor."""

    party: str
    begins: datetime
    ends: datetime | None = None  # None: still there


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitFacts:
    party: str
    begins: datetime
    ends: datetime | None
    distance_m: float | None = None  # from the customer's place at check-in; None: no position
    has_photo: bool = False
    is_approved: bool = False  # a manager vouched for the place
    note: str = ""
    checklist_items: int = 0
    others: tuple[Span, ...] = ()

    def __post_init__(self) -> None:
        if self.ends is not None and self.ends < self.begins:
            raise ValueError("a visit cannot end before it begins")


@dataclass(frozen=True, slots=True)
class Finding:
    code: Check
    reason: Reason
    is_ok: bool

    @property
    def sentence(self) -> str:
        return self.reason.sentence()


def judge_validity(visit: VisitFacts, rules: ValidityRules = ValidityRules()) -> tuple[Finding, ...]:
    """One finding for each check that counts, good or not, in the order of `Check`."""
    findings = [_place(visit, rules), _duration(visit, rules), _note(visit, rules)]
    if rules.is_checklist_counted:
        findings.append(_checklist(visit, rules))
    return (*findings, _overlap(visit), _repeat(visit, rules))


def is_valid(findings: Iterable[Finding]) -> bool:
    return all(finding.is_ok for finding in findings)


def _place(visit: VisitFacts, rules: ValidityRules) -> Finding:
    limit = rules.max_distance_m
    if visit.distance_m is not None and visit.distance_m <= limit:
        distance = round(visit.distance_m)
        return Finding(Check.PLACE, because(_("签到离客户 %(distance)s m"), distance=distance), True)
    if visit.is_approved:
        return Finding(Check.PLACE, because(_("地点由主管确认")), True)
    if visit.has_photo:
        return Finding(Check.PLACE, because(_("地点有照片为证")), True)
    if visit.distance_m is None:
        return Finding(Check.PLACE, because(_("没有定位，补一张照片，或请主管确认")), False)
    message = _("签到离客户 %(distance)s m，超过 %(limit)s m，补一张照片，或请主管确认")
    # 500.4 m must not read as "500 m, more than 500 m".
    distance = max(limit + 1, round(visit.distance_m))
    return Finding(Check.PLACE, because(message, distance=distance, limit=limit), False)


def _duration(visit: VisitFacts, rules: ValidityRules) -> Finding:
    if visit.ends is None:
        return Finding(Check.DURATION, because(_("还没签退")), False)
    stay = visit.ends - visit.begins
    minutes = int(stay.total_seconds() // 60)
    if stay < timedelta(minutes=rules.min_minutes):
        message = _("停留 %(minutes)s 分钟，不到 %(limit)s 分钟")
        return Finding(Check.DURATION, because(message, minutes=minutes, limit=rules.min_minutes), False)
    if stay > timedelta(minutes=rules.max_minutes):
        message = _("停留 %(minutes)s 分钟，超过 %(limit)s 分钟，看看是不是忘了签退")
        minutes = max(minutes, rules.max_minutes + 1)
        return Finding(Check.DURATION, because(message, minutes=minutes, limit=rules.max_minutes), False)
    return Finding(Check.DURATION, because(_("停留 %(minutes)s 分钟"), minutes=minutes), True)


def _note(visit: VisitFacts, rules: ValidityRules) -> Finding:
    count, limit = len("".join(visit.note.split())), rules.min_note_characters
    if count >= limit:
        return Finding(Check.NOTE, because(_("记录 %(count)s 字"), count=count), True)
    message = _("记录 %(count)s 字，至少 %(limit)s 字，再写 %(lack)s 字")
    return Finding(Check.NOTE, because(message, count=count, limit=limit, lack=limit - count), False)


def _checklist(visit: VisitFacts, rules: ValidityRules) -> Finding:
    count, limit = visit.checklist_items, rules.min_checklist_items
    if count >= limit:
        return Finding(Check.CHECKLIST, because(_("步骤做了 %(count)s 项"), count=count), True)
    message = _("步骤做了 %(count)s 项，至少 %(limit)s 项")
    return Finding(Check.CHECKLIST, because(message, count=count, limit=limit), False)


def _overlap(visit: VisitFacts) -> Finding:
    """Half-open: a visit may begin in the minute another one ends."""
    clash = next((other for other in _by_time(visit.others) if _gap(visit, other) < timedelta(0)), None)
    if clash is None:
        return Finding(Check.OVERLAP, because(_("时间不和别的拜访重叠")), True)
    message = _("和 %(time)s 开始的另一次拜访时间重叠，改一下起止时间")
    return Finding(Check.OVERLAP, because(message, time=f"{clash.begins:%H:%M}", party=clash.party), False)


def _repeat(visit: VisitFacts, rules: ValidityRules) -> Finding:
    limit = timedelta(minutes=rules.min_gap_minutes)
    same = [other for other in _by_time(visit.others) if other.party == visit.party]
    close = next((other for other in same if _gap(visit, other) < limit), None)
    if close is None:
        return Finding(Check.REPEAT, because(_("前后 %(limit)s 分钟没访过同一客户"), limit=rules.min_gap_minutes), True)
    message = _("%(time)s 访过同一客户，间隔不到 %(limit)s 分钟，并成一次记")
    time = f"{close.begins:%H:%M}"
    return Finding(Check.REPEAT, because(message, time=time, limit=rules.min_gap_minutes), False)


def _by_time(spans: Iterable[Span]) -> list[Span]:
    return sorted(spans, key=lambda span: (span.begins, span.party))


def _gap(visit: VisitFacts, other: Span) -> timedelta:
    """Time between the two; below zero when they overlap. One that has not ended reaches into all that come later."""
    first, second = sorted((Span(visit.party, visit.begins, visit.ends), other), key=lambda span: span.begins)
    if first.ends is None or first.begins == second.begins:
        return -timedelta.resolution
    return second.begins - first.ends


class VisitKind(StrEnum):
    ACADEMIC = "ACADEMIC"
    SUPPLY_SERVICE = "SUPPLY_SERVICE"
    TERMINAL = "TERMINAL"
    JOINT = "JOINT"


HOSPITALS = frozenset({"COUNTY_HOSPITAL", "COUNTY_TCM", "CITY_HOSPITAL"})
PRIMARY_CARE = frozenset(
    {"TOWNSHIP_HC", "CHSC", "CHSS", "VILLAGE_CLINIC", "PRIVATE_CLINIC", "FACTORY_SCHOOL_CLINIC"},
)
SELLING = frozenset({"OTC_REP", "KAM", "PRIMARY_REP", "CHANNEL", "AGENCY"})
ACADEMIC = frozenset({"MR", "MEDICAL"})


@dataclass(frozen=True, slots=True)
class VisitKinds:
    allowed: tuple[VisitKind, ...]
    why_none: Reason | None = None  # said when nothing is allowed
    limit: Reason | None = None  # what an allowed visit must keep to


def visit_kinds(
    personas: Collection[str],
    is_hco: bool,
    terminal_type: str,
    *,
    is_filed: bool = False,
    has_reception: bool = False,
) -> VisitKinds:
    """`is_filed`: a valid MR filing; `has_reception`: the institution's reception of this visit is on record.

    A type that is an institution wins over `is_hco` false: the stricter reading.
    """
    held = frozenset(personas)
    is_manager = "MANAGER" in held
    if "MR" in held and held & SELLING:
        return _none(_("一个人不能既是医药代表又做销售，先请管理员改岗位"))
    if is_hco or terminal_type in HOSPITALS | PRIMARY_CARE:
        kinds = _at_institution(held, terminal_type, is_filed=is_filed, has_reception=has_reception)
    else:
        kinds = _at_store(held, is_manager=is_manager)
    # At an institution a manager comes along only where the manager's own persona may go.
    if is_manager and kinds.allowed and VisitKind.JOINT not in kinds.allowed:
        return VisitKinds((*kinds.allowed, VisitKind.JOINT), limit=kinds.limit)
    return kinds


def _none(message: str) -> VisitKinds:
    return VisitKinds((), why_none=because(message))


def _at_store(held: frozenset[str], *, is_manager: bool) -> VisitKinds:
    if held & SELLING:
        return VisitKinds((VisitKind.TERMINAL,))
    if is_manager and "MR" not in held:
        return VisitKinds((VisitKind.JOINT,))
    if held & ACADEMIC:
        return _none(_("医药代表和医学只做医疗机构的学术拜访，门店请 OTC 代表去"))
    return _none(_("这个岗位没有拜访，需要去店请约负责的代表"))


def _at_institution(held: frozenset[str], terminal_type: str, *, is_filed: bool, has_reception: bool) -> VisitKinds:
    if "MEDICAL" in held or ("MR" in held and is_filed):
        if has_reception:
            limit = _("只谈学术：不谈订货、指标和回款，不问处方数")
            return VisitKinds((VisitKind.ACADEMIC,), limit=because(limit))
        return _none(_("先记下医疗机构的接待安排，再去做学术拜访"))
    if "MR" in held:
        return _none(_("医药代表备案有效后才能做学术拜访，先补备案"))
    return _supply_service(held, terminal_type)


def _supply_service(held: frozenset[str], terminal_type: str) -> VisitKinds:
    if held & {"CHANNEL", "KAM"} and terminal_type in HOSPITALS:
        limit = _("只到药剂科和采购：谈订货、库存、效期、配送，不做学术推广")
        return VisitKinds((VisitKind.SUPPLY_SERVICE,), limit=because(limit))
    if "PRIMARY_REP" in held and terminal_type in PRIMARY_CARE:
        limit = _("只谈订货、库存、效期、配送和说明书，不做学术推广，不送礼品")
        return VisitKinds((VisitKind.SUPPLY_SERVICE,), limit=because(limit))
    if held & {"CHANNEL", "KAM"}:
        return _none(_("商务和大客户经理只到医院的药剂科和采购，基层机构请基层代表去"))
    if "PRIMARY_REP" in held:
        return _none(_("基层代表只到乡镇卫生院、村卫生室和诊所，医院请备案的医药代表或商务去"))
    if held & {"OTC_REP", "AGENCY"}:
        return _none(_("OTC 代表和招商不拜访医疗机构，请备案的医药代表去"))
    return _none(_("这个岗位不拜访医疗机构，请备案的医药代表去"))
