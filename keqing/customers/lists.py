"""The lists of customers and of people."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_noop as _

from keqing.core.addresses import address
from keqing.core.lists import Column, Filter, ListSpec
from keqing.core.viewer import Viewer
from keqing.customers.kinds import GRADE_VALUES, ContactClass, GradeScheme, PartyKind, Status, TerminalType
from keqing.customers.models import Affiliation, Assignment, Party, Person
from keqing.customers.reports.areas import counties_for, lies_in, positions_for
from keqing.customers.reports.finding import PARTIES
from keqing.customers.reports.party_lines import (
    FIELDS,
    STATUSES,
    STORE_TYPES,
    PartyLine,
    icon_of,
    lines_of,
    standing_of,
    with_places,
)
from keqing.customers.services.assignments import holders
from keqing.customers.services.grades import current_grades, graded
from keqing.territory.models import Division

Choices = Sequence[tuple[str, str]]
Narrow = Callable[[QuerySet[Any], Sequence[str]], QuerySet[Any]]
REASON = "narrows rows that already are what the viewer sees"
ANY = ("yes", "no")


def _grade(scheme: str) -> Callable[[Any], str]:
    return lambda row: GRADE_VALUES[scheme].get(row.current_grades.get(scheme, ""), "")


def _status_tone(row: Any) -> str:
    return {Status.ACTIVE: "accent", Status.BLACKLISTED: "red", Status.SUSPENDED: "amber"}.get(row.status, "none")


def _vip_tone(row: Any) -> str:
    return "accent"


#: a floor above may put its own columns behind these (last visit, due)
COLUMNS: tuple[Column, ...] = (
    Column("name", _("客户"), lambda row: row.name, "sort_key", "link"),
    Column("type", _("类型"), lambda row: row.type_label, kind="label"),
    Column("grade", _("等级"), _grade(GradeScheme.ABC)),
    Column("vip", _("VIP"), _grade(GradeScheme.VIP), kind="chip", tone=_vip_tone),
    Column("county", _("县区"), lambda row: row.place[0]),
    Column("township", _("乡镇"), lambda row: row.place[1]),
    Column("holders", _("负责人"), lambda row: "、".join(holder.label for holder in row.holders)),
    Column("status", _("状态"), lambda row: STATUSES[row.status], kind="chip", tone=_status_tone),
    Column("size", _("终端规模"), _grade(GradeScheme.TERMINAL_SIZE), kind="label", is_default=False),
    Column("rank", _("县域分级"), _grade(GradeScheme.COUNTY_RANK), kind="label", is_default=False),
    Column("code", _("客户编码"), lambda row: row.code, "code", is_default=False),
    Column("credit_code", _("信用代码"), lambda row: row.credit_code, is_default=False),
    Column("short_name", _("简称"), lambda row: row.short_name, is_default=False),
    Column("store_type", _("店型"), lambda row: STORE_TYPES.get(row.store_type, ""), kind="label", is_default=False),
    Column("nhsa", _("医保定点"), lambda row: _yes_no(row.is_nhsa_designated), kind="label", is_default=False),
    Column("positions", _("负责岗位"), lambda row: "、".join(h.position for h in row.holders), is_default=False),
    Column("address", _("详细地址"), lambda row: row.address, is_default=False),
    Column("tags", _("标签"), lambda row: row.tags, is_default=False),
    Column("staff", _("店员人数"), lambda row: row.staff_count, kind="number", is_default=False),
    Column("area", _("面积（平方米）"), lambda row: row.area_m2, kind="number", is_default=False),
    Column("footfall", _("日均客流"), lambda row: row.daily_footfall, kind="number", is_default=False),
    Column("members", _("会员数"), lambda row: row.membership_count, kind="number", is_default=False),
    Column("place", _("坐标"), lambda row: _("有") if row.lng is not None else "", kind="label", is_default=False),
    Column("source", _("来源"), lambda row: row.source, is_default=False),
)


def party_rows(viewer: Viewer) -> QuerySet[Party]:
    """What the viewer sees; the list reads it as lines."""
    rows: QuerySet[Party] = Party.objects.visible_to(viewer)
    return rows


def party_list(
    viewer: Viewer,
    columns: tuple[Column, ...] = COLUMNS,
    prepare: Callable[[list[Any], Viewer], list[Any]] | None = None,
) -> ListSpec:
    """`prepare` reads what additional columns need; it gets the rows with grades and holders on them."""
    return ListSpec(
        key="customers",
        noun="party",
        title=_("客户"),
        columns=columns,
        filters=_filters(viewer),
        default_sort="name",
        link=lambda row: address("customer", row.public_id),
        icon=icon_of,
        fields=FIELDS,
        row=PartyLine,
        standing=standing_of,
        by_keys=lines_of,
        finder=PARTIES,
        prepare=with_standing if prepare is None else lambda rows, viewer: prepare(with_standing(rows, viewer), viewer),
    )


def with_standing(rows: list[PartyLine], viewer: Viewer) -> list[PartyLine]:
    """Places, grades and holders of a page: two queries, whatever its length."""
    keys = [row.pk for row in rows]
    grades, held = (current_grades(keys, viewer.as_of), holders(keys, viewer)) if keys else ({}, {})
    for row in with_places(rows, viewer):
        row.current_grades = grades.get(row.pk, {})
        row.holders = held.get(row.pk, ())
    return rows


def _filters(viewer: Viewer) -> tuple[Filter, ...]:
    day = viewer.as_of

    def held_by(rows: QuerySet[Any], values: Sequence[str]) -> QuerySet[Any]:
        positions = [int(value) for value in values if value.isdigit()]
        return rows.filter(pk__in=_live(day).of_positions(positions).values("party_id"))

    def is_held(rows: QuerySet[Any], values: Sequence[str]) -> QuerySet[Any]:
        return _yes_or_no(rows, values, Q(pk__in=_live(day).values("party_id")))

    return (
        Filter("type", _("类型"), _labels(_TYPES), _any_of(_of_type)),
        Filter("status", _("状态"), _labels(Status.choices), _any_of(lambda values: Q(status__in=values))),
        *(
            Filter(
                key,
                str(GradeScheme(scheme).label),
                _labels(GRADE_VALUES[scheme].items()),
                _any_of(partial(graded, scheme, day=day)),
            )
            for key, scheme in (
                ("grade", GradeScheme.ABC),
                ("vip", GradeScheme.VIP),
                ("rank", GradeScheme.COUNTY_RANK),
                ("size", GradeScheme.TERMINAL_SIZE),
            )
        ),
        Filter("county", _("县区"), counties_for, _in_counties),
        Filter("position", _("负责岗位"), positions_for, held_by),
        Filter("place", _("坐标"), _labels(_WITH), lambda rows, values: _yes_or_no(rows, values, Q(lng__isnull=False))),
        Filter("held", _("分管"), _labels(_WITH), is_held),
    )


def _live(day: date) -> Any:
    return Assignment.objects.everything(REASON).on(day).order_by()


_WITH = (("yes", _("有")), ("no", _("没有")))
_TYPES = (
    *TerminalType.choices,
    *((kind, label) for kind, label in PartyKind.choices if kind not in (PartyKind.HCO, PartyKind.STORE)),
    (PartyKind.HCO.value, _("全部医疗机构")),
    (PartyKind.STORE.value, _("全部药店")),
)


def _labels(choices: Any) -> Callable[[Viewer], Choices]:
    found = tuple((str(value), str(label)) for value, label in choices)
    return lambda viewer: found


def _any_of(condition: Callable[[Sequence[str]], Q]) -> Narrow:
    return lambda rows, values: rows.filter(condition(values))


def _of_type(values: Sequence[str]) -> Q:
    return Q(terminal_type__in=[v for v in values if v in TerminalType.values]) | Q(
        kind__in=[v for v in values if v in PartyKind.values]
    )


def _in_counties(rows: QuerySet[Any], values: Sequence[str]) -> QuerySet[Any]:
    return rows.filter(
        division_id__in=Division.objects.everything(REASON).filter(lies_in(values)).order_by().values("pk")
    )


def _yes_or_no(rows: QuerySet[Any], values: Sequence[str], condition: Q) -> QuerySet[Any]:
    chosen = set(values) & set(ANY)
    if len(chosen) != 1:
        return rows
    return rows.filter(condition) if "yes" in chosen else rows.exclude(condition)


def _yes_no(value: bool | None) -> str | Promise:
    return "" if value is None else _("是") if value else _("否")


# ---- people ----------------------------------------------------------------------------------------------------------

PEOPLE_COLUMNS: tuple[Column, ...] = (
    Column("name", _("姓名"), lambda row: row.name, "sort_key", "link"),
    Column("party", _("客户"), lambda row: "、".join(job.party.name for job in row.jobs)),
    Column("job_title", _("职务"), lambda row: "、".join(job.job_title for job in row.jobs)),
    Column("department", _("部门"), lambda row: "、".join(job.department for job in row.jobs if job.department)),
    Column("professional_title", _("职称"), lambda row: row.professional_title),
    Column("class", _("人员类别"), lambda row: row.get_contact_class_display(), kind="label"),
    Column("specialty", _("专业"), lambda row: row.specialty, is_default=False),
)
_PEOPLE_FIELDS = ("public_id", "version", "name", "sort_key", "contact_class", "professional_title", "specialty")


def people_rows(viewer: Viewer) -> QuerySet[Person]:
    """Without the numbers: a list needs no decrypting."""
    rows: QuerySet[Person] = Person.objects.visible_to(viewer).only(*_PEOPLE_FIELDS)
    return rows


def people_list() -> ListSpec:
    return ListSpec(
        key="people",
        noun="person",
        title=_("联系人"),
        columns=PEOPLE_COLUMNS,
        filters=(
            Filter(
                "class",
                _("人员类别"),
                _labels(ContactClass.choices),
                _any_of(lambda values: Q(contact_class__in=values)),
            ),
        ),
        default_sort="name",
        link=lambda row: address("customers:person", row.public_id),
        icon=lambda row: "user",
        prepare=with_jobs,
    )


def with_jobs(rows: list[Any], viewer: Viewer) -> list[Any]:
    """Where each works today, as far as the viewer sees the customer."""
    keys = [row.pk for row in rows]
    jobs: dict[int, list[Affiliation]] = {key: [] for key in keys}
    found = Affiliation.objects.one_visible_to(viewer).on(viewer.as_of).filter(person_id__in=keys)
    for job in found.select_related("party").only(
        "person_id", "job_title", "department", "party__name", "party__public_id"
    ):
        jobs[job.person_id].append(job)
    for row in rows:
        row.jobs = jobs[row.pk]
    return rows
