"""What the database knows of a set of covered customers, one query per kind of fact."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db.models import BooleanField, Case, F, Max, Q, QuerySet, When, Window
from django.db.models.functions import RowNumber
from django.utils import timezone

from keqing.core.models import Counter
from keqing.core.viewer import Viewer
from keqing.customers.kinds import THIRD_TERMINAL, GradeScheme, PartyKind, Status, TerminalType
from keqing.customers.models import Assignment, Grade
from keqing.customers.models.assignment import covered_parties
from keqing.territory.geography import Place, Point
from keqing.territory.personas import SELLING, Persona
from keqing.visits.at_party import Met
from keqing.visits.models import Frequency, Visit
from keqing.visits.rules.schemes import (
    FrequencyRule,
    Interval,
    PerMonth,
    PerQuarter,
    PerWeek,
    Scheme,
    Segment,
)

REASON = "frequency rules are the same for everybody"
DAYS_BACK = 100
#: no longer called on by the calendar; an agreed date still stands
RESTING = (Status.SUSPENDED, Status.CLOSED, Status.BLACKLISTED)


@dataclass(frozen=True, slots=True)
class Covered:
    """A customer somebody covers today, with what a day's list shows of it."""

    pk: int
    public_id: UUID
    name: str
    short_name: str
    kind: str
    terminal_type: str
    status: str
    division: str
    lng: float | None
    lat: float | None
    position_id: int
    since: date

    @property
    def place(self) -> Place:
        return Place(self.division, self.point)

    @property
    def point(self) -> Point | None:
        return None if self.lng is None or self.lat is None else Point(self.lng, self.lat)

    @property
    def type_label(self) -> str:
        return str(TerminalType(self.terminal_type).label if self.terminal_type else PartyKind(self.kind).label)


@dataclass(frozen=True, slots=True)
class Seen:
    """One contact with a customer."""

    public_id: UUID
    party_id: int
    author_id: int
    position_id: int
    is_phone: bool
    next_on: date | None
    day: date


Older = tuple[date, bool]
"""The day of a contact, and whether it was by phone."""


def covered(viewer: Viewer, positions: Collection[int], as_of: date) -> list[Covered]:
    """Customers of these positions on a day, each once: the position the viewer acts for first keeps it."""
    ranks = {key: rank for rank, key in enumerate(viewer.positions)}
    rows = (
        Assignment.objects.published(viewer)
        .on(as_of)
        .of_positions(sorted(positions))
        .filter(party__bin__isnull=True)
        .exclude(party__status__in=RESTING)
        .order_by("party_id", "valid_from")
        .values_list(
            "party_id",
            "party__public_id",
            "party__name",
            "party__short_name",
            "party__kind",
            "party__terminal_type",
            "party__status",
            "party__division__code",
            "party__lng",
            "party__lat",
            "position_id",
            "valid_from",
        )
    )
    if viewer.unpublished:
        rows = rows.exclude(party__import_run_id__in=viewer.unpublished)
    found: dict[int, Covered] = {}
    for row in rows:
        values = list(row)
        values[7] = values[7] or ""
        one = Covered(*values)
        known = found.get(one.pk)
        if known is None or ranks.get(one.position_id, len(ranks)) < ranks.get(known.position_id, len(ranks)):
            found[one.pk] = one
    return list(found.values())


def grades_of(viewer: Viewer, positions: Collection[int], as_of: date) -> Mapping[int, Mapping[str, str]]:
    rows = Grade.objects.published(viewer).on(as_of).filter(party_id__in=covered_parties(positions, as_of))
    found: dict[int, dict[str, str]] = defaultdict(dict)
    for party, scheme, value in rows.order_by().values_list("party_id", "scheme", "value"):
        found[party][scheme] = value
    return found


def segment_of(party: Covered, grades: Mapping[str, str]) -> Segment:
    return Segment(
        is_hco=party.kind == PartyKind.HCO,
        is_third_terminal=party.terminal_type in THIRD_TERMINAL,
        terminal_size=grades.get(GradeScheme.TERMINAL_SIZE, ""),
        county_rank=grades.get(GradeScheme.COUNTY_RANK, ""),
        is_vip=GradeScheme.VIP in grades,
    )


def contacts(
    viewer: Viewer, parties: Any, as_of: date, *, without: UUID | None = None
) -> Mapping[int, tuple[Seen, ...]]:
    """Of the last hundred days by anybody on the same side of the house, what a rule can ask for, oldest first.

    That is: all of this week, the last one in person, the last call, and the last one with a next date. The database
    picks them, because reading every row costs more than all the rest of the day's list.
    Who came is no secret to the one who covers the customer now; the visit itself opens only to those who see it.
    """
    monday = day_start(as_of - timedelta(as_of.weekday()))
    rows = _side(viewer).filter(
        party_id__in=parties,
        started_at__gte=day_start(as_of - timedelta(DAYS_BACK)),
        started_at__lt=day_start(as_of + timedelta(1)),
    )
    if without is not None:
        rows = rows.exclude(public_id=without)
    rows = rows.annotate(
        rank=_newest_of("is_phone"),
        has_next=Case(When(next_on__isnull=False, then=True), default=False, output_field=BooleanField()),
    ).annotate(next_rank=_newest_of("has_next"))
    rows = rows.filter(Q(started_at__gte=monday) | Q(rank=1) | Q(has_next=True, next_rank=1))
    found: dict[int, list[Seen]] = defaultdict(list)
    zone = timezone.get_current_timezone()
    fields = ("public_id", "party_id", "author_id", "position_id", "started_at", "is_phone", "next_on")
    for public_id, party, author, position, started, is_phone, next_on in rows.order_by("started_at", "pk").values_list(
        *fields
    ):
        day = started.astimezone(zone).date()
        found[party].append(Seen(public_id, party, author, position, is_phone, next_on, day))
    return {party: tuple(seen) for party, seen in found.items()}


def _newest_of(kind: str) -> Window:
    return Window(RowNumber(), partition_by=[F("party_id"), F(kind)], order_by=[F("started_at").desc(), F("pk").desc()])


def older_contacts(viewer: Viewer, parties: Iterable[int], as_of: date) -> Mapping[int, tuple[Older, ...]]:
    """For customers without a recent contact: the last day in person and the last by phone."""
    wanted = sorted(parties)
    if not wanted:
        return {}
    zone = timezone.get_current_timezone()
    rows = _side(viewer).filter(party_id__in=wanted, started_at__lt=day_start(as_of - timedelta(DAYS_BACK)))
    found: dict[int, list[Older]] = defaultdict(list)
    for party, is_phone, at in (
        rows.order_by()
        .values("party_id", "is_phone")
        .annotate(at=Max("started_at"))
        .values_list("party_id", "is_phone", "at")
    ):
        found[party].append((at.astimezone(zone).date(), is_phone))
    return {party: tuple(days) for party, days in found.items()}


def contacts_among(newest: Sequence[Met], viewer: Viewer, as_of: date) -> tuple[tuple[Seen, ...], tuple[Older, ...]]:
    """What `contacts` and `older_contacts` say of one customer all of whose visits are known, the newest first."""
    mine = [(one, one.day) for one in newest if _is_on_side(viewer, one.kind)]
    known = [(one, day) for one, day in reversed(mine) if day <= as_of]
    border = as_of - timedelta(DAYS_BACK)
    seen = tuple(
        Seen(one.public_id, one.party_id, one.author_id, one.position_id, one.is_phone, one.next_on, day)
        for one, day in known
        if day >= border
    )
    last = {one.is_phone: day for one, day in known}
    return seen, () if seen else tuple((day, is_phone) for is_phone, day in last.items())


def _side(viewer: Viewer) -> QuerySet[Visit]:
    """Academic visits and commercial ones do not count for each other (DOMAIN 7.2); who leads both sees both."""
    rows: QuerySet[Visit] = Visit.objects.published(viewer)
    if _counts_academic_only(viewer):
        return rows.filter(kind=Visit.Kind.ACADEMIC)
    return rows.exclude(kind=Visit.Kind.ACADEMIC) if viewer.personas & SELLING else rows


def _is_on_side(viewer: Viewer, kind: str) -> bool:
    """The same of one visit."""
    is_academic = kind == Visit.Kind.ACADEMIC
    if _counts_academic_only(viewer):
        return is_academic
    return not (is_academic and viewer.personas & SELLING)


def _counts_academic_only(viewer: Viewer) -> bool:
    return bool(viewer.personas & {Persona.MR, Persona.MEDICAL})


def day_start(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time())).astimezone(UTC)


def frequency_rules(as_of: date, version: int | None = None) -> tuple[FrequencyRule, ...]:
    """`version` is the counter "frequencies"; without it the counter is read."""
    return tuple(rule for rule in _all_rules(_counter() if version is None else version) if rule.is_valid(as_of))


def _counter() -> int:
    return Counter.objects.filter(name=Frequency.counter).values_list("value", flat=True).first() or 0


@lru_cache(maxsize=2)
def _all_rules(version: int) -> tuple[FrequencyRule, ...]:
    rows = Frequency.objects.everything(REASON).order_by("scheme", "segment", "valid_from")
    return tuple(rule_of(row) for row in rows.values())


def forget_rules() -> None:
    """Drop the cached rules."""
    _all_rules.cache_clear()


def rule_of(row: Mapping[str, Any]) -> FrequencyRule:
    common: dict[str, Any] = {
        "scheme": Scheme(row["scheme"]),
        "segment": row["segment"],
        "source": row["source"],
        "is_phone_enough": row["phone_counts"],
        "valid_from": row["valid_from"],
        "valid_to": row["valid_to"],
    }
    match row["unit"]:
        case Frequency.Unit.WEEK:
            return PerWeek(at_least=row["at_least"], **common)
        case Frequency.Unit.INTERVAL:
            return Interval(min_days=row["min_days"], max_days=row["max_days"], **common)
        case Frequency.Unit.MONTH:
            return PerMonth(**common)
        case _:
            return PerQuarter(**common)
