"""Lists of visits and frequencies, described once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext, gettext_noop

from keqing.accounts.models import User
from keqing.core.lists import Column, Filter, ListSpec
from keqing.core.search import matching
from keqing.core.viewer import Viewer
from keqing.customers.models import Party
from keqing.territory.models import Position
from keqing.visits.findings import Said, findings_of, is_valid
from keqing.visits.models import Frequency, Visit
from keqing.visits.planner.facts import day_start

MOST_CHOICES = 500
PERIODS = (
    ("today", gettext_noop("今天")),
    ("week", gettext_noop("本周")),
    ("month", gettext_noop("本月")),
    ("last_month", gettext_noop("上月")),
    ("90", gettext_noop("近 90 天")),
)


def visit_rows(viewer: Viewer, query: str = "") -> QuerySet[Visit]:
    """Visits to see, narrowed to customers the words find."""
    rows: QuerySet[Visit] = Visit.objects.visible_to(viewer).select_related("party", "author", "position")
    if not query.strip():
        return rows
    parties = matching(Party.objects.published(viewer), query)
    return rows.filter(party_id__in=parties.order_by().values("pk"))


def visits_spec(as_of: date) -> ListSpec:
    """The list as of a day: its periods are counted from there."""
    return ListSpec(
        key="visits",
        noun="visit",
        title=gettext_noop("拜访"),
        columns=_COLUMNS,
        filters=(
            Filter("period", gettext_noop("时间"), lambda viewer: PERIODS, partial(_in_periods, as_of)),
            Filter("position", gettext_noop("岗位"), _positions, _of_positions),
            Filter("author", gettext_noop("拜访人"), _authors, _of_authors),
            Filter("kind", gettext_noop("拜访类型"), lambda viewer: Visit.Kind.choices, _of_kinds),
            Filter("ground", gettext_noop("签到依据"), lambda viewer: Visit.Ground.choices, _of_grounds),
            Filter("state", gettext_noop("状态"), lambda viewer: _STATES, _in_states),
        ),
        default_sort="-started",
        link=lambda row: reverse("visits:visit", args=[row.public_id]),
        prepare=_with_findings,
        is_searchable=False,
    )


_STATES = (("open", gettext_noop("进行中")), ("done", gettext_noop("已结束")))
_COLUMNS = (
    Column("party", gettext_noop("客户"), lambda row: row.party.name),
    Column("started", gettext_noop("开始"), lambda row: row.started_at, sort="started_at", kind="moment"),
    Column("minutes", gettext_noop("分钟"), lambda row: row.minutes, kind="number"),
    Column("author", gettext_noop("拜访人"), lambda row: row.author.name),
    Column("position", gettext_noop("岗位"), lambda row: row.position.name, is_default=False),
    Column("kind", gettext_noop("拜访类型"), lambda row: row.get_kind_display(), kind="label"),
    Column("way", gettext_noop("方式"), lambda row: gettext("电话") if row.is_phone else gettext("到店")),
    Column("ground", gettext_noop("签到依据"), lambda row: row.get_ground_display(), kind="label", is_default=False),
    Column("distance", gettext_noop("距离（米）"), lambda row: row.distance_m, kind="number", is_default=False),
    Column(
        "valid",
        gettext_noop("有效"),
        lambda row: row.verdict,
        kind="chip",
        tone=lambda row: "amber" if row.gap else "none",
    ),
    Column("note", gettext_noop("小结"), lambda row: row.note[:60]),
    Column("next", gettext_noop("下次"), lambda row: row.next_on, kind="day"),
)


def _with_findings(rows: list[Visit], viewer: Viewer) -> list[Visit]:
    said = findings_of(rows)
    for row in rows:
        found = said.get(row.pk)
        row.gap = next((one.text for one in found if not one.is_ok), "") if found else ""  # type: ignore[attr-defined]
        row.verdict = verdict_of(row, found)  # type: ignore[attr-defined]
    return rows


def verdict_of(visit: Visit, found: Sequence[Said] | None) -> str:
    """A label; whoever was not checked in to is named by where it comes from."""
    if found is None:
        return gettext_noop("进行中") if visit.is_open else str(visit.get_ground_display())
    return gettext_noop("有效") if is_valid(found) else gettext_noop("缺一点")


def _in_periods(as_of: date, rows: QuerySet[Any], values: Sequence[str]) -> QuerySet[Any]:
    wanted = Q()
    for first, after in (_span(value, as_of) for value in values):
        wanted |= Q(started_at__gte=day_start(first), started_at__lt=day_start(after))
    return rows.filter(wanted)


def _span(period: str, as_of: date) -> tuple[date, date]:
    """[first day, day after the last)."""
    after = as_of + timedelta(1)
    month = as_of.replace(day=1)
    match period:
        case "week":
            return as_of - timedelta(as_of.weekday()), after
        case "month":
            return month, after
        case "last_month":
            return (month - timedelta(1)).replace(day=1), month
        case "90":
            return as_of - timedelta(89), after
        case _:
            return as_of, after


def _positions(viewer: Viewer) -> Sequence[tuple[str, str]]:
    rows = Position.objects.visible_to(viewer).order_by("code")[:MOST_CHOICES]
    return [(code, f"{name} {code}") for code, name in rows.values_list("code", "name")]


def _of_positions(rows: QuerySet[Any], values: Sequence[str]) -> QuerySet[Any]:
    return rows.filter(position__code__in=values)


def _authors(viewer: Viewer) -> Sequence[tuple[str, str]]:
    seen = Visit.objects.visible_to(viewer).order_by().values("author_id").distinct()
    rows = User.objects.filter(pk__in=seen).order_by("username")[:MOST_CHOICES]
    people = rows.values_list("public_id", "name", "username")
    return [(str(public_id), name or username) for public_id, name, username in people]


def _of_authors(rows: QuerySet[Any], values: Sequence[str]) -> QuerySet[Any]:
    return rows.filter(author__public_id__in=[value for value in values if _is_uuid(value)])


def _is_uuid(value: str) -> bool:
    try:
        UUID(value)
    except ValueError:
        return False
    return True


def _of_kinds(rows: QuerySet[Any], values: Sequence[str]) -> QuerySet[Any]:
    return rows.filter(kind__in=values)


def _of_grounds(rows: QuerySet[Any], values: Sequence[str]) -> QuerySet[Any]:
    return rows.filter(ground__in=values)


def _in_states(rows: QuerySet[Any], values: Sequence[str]) -> QuerySet[Any]:
    if set(values) >= {"open", "done"}:
        return rows
    return rows.filter(ended_at__isnull="open" in values)


def frequency_table(viewer: Viewer, as_of: date) -> list[tuple[str, list[Frequency]]]:
    """Scheme → its rows, those in force first, then coming ones, then former ones."""
    rows = list(Frequency.objects.visible_to(viewer).order_by("id"))
    rows.sort(key=lambda row: (_age(row, as_of), row.pk))
    return [
        (str(Frequency.Scheme(scheme).label), [row for row in rows if row.scheme == scheme])
        for scheme in Frequency.Scheme
        if any(row.scheme == scheme for row in rows)
    ]


def _age(row: Frequency, as_of: date) -> int:
    if row.valid_from > as_of:
        return 1
    return 2 if row.valid_to is not None and row.valid_to <= as_of else 0
