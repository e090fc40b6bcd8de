"""Grades of customers: a new one closes the former, nothing is overwritten."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext

from keqing.core.prepared import DAY, KEYS, Prepared
from keqing.core.saving import Act, save_one, throw_away
from keqing.customers.errors import GradeUnknown
from keqing.customers.kinds import GRADE_VALUES
from keqing.customers.models import Grade, Party

REASON = "grades of customers the caller has already been allowed to see"


@transaction.atomic
def set_grade(party: Party, scheme: str, value: str, starts_on: date, act: Act, source: str = "") -> Grade | None:
    """From this day on; an empty value only ends the former grade. A later grade that is known already stays."""
    if value and value not in GRADE_VALUES[scheme]:
        raise GradeUnknown(gettext("这个分级方法里没有“%(value)s”。") % {"value": value})
    rows = Grade.objects.everything(REASON).filter(party=party, scheme=scheme)
    former: Grade | None = rows.filter(valid_from__lte=starts_on).exclude(valid_to__lte=starts_on).first()
    if former is not None and former.value == value:
        return former
    if former is not None:
        _close(former, starts_on, act)
    if not value:
        return None
    later = rows.filter(valid_from__gt=starts_on).order_by("valid_from").values_list("valid_from", flat=True).first()
    grade = Grade(party=party, scheme=scheme, value=value, valid_from=starts_on, valid_to=later, source=source)
    return save_one(grade, act)


def _close(former: Grade, on: date, act: Act) -> None:
    """A grade that would not have held for a day was a slip: it goes to the bin."""
    if former.valid_from == on:
        throw_away([former], act)
        return
    former.valid_to = on
    save_one(former, act)


def current_grades(parties: Iterable[int], day: date) -> Mapping[int, Mapping[str, str]]:
    """Party key → scheme → value on that day. One query; the caller has been allowed to see these parties."""
    found: dict[int, dict[str, str]] = defaultdict(dict)
    for party, scheme, value in _grades_query().fetch(list(parties), day=day):
        found[party][scheme] = value
    return found


@lru_cache(maxsize=1)
def _grades_query() -> Prepared:
    rows = Grade.objects.everything(REASON).on(DAY).filter(party_id__in=KEYS)
    return Prepared(rows.order_by().values_list("party_id", "scheme", "value"))


def grade_rows(party: Party, day: date) -> list[tuple[str, Grade | None, list[Grade]]]:
    """Per scheme: its label, the grade on that day, and all of them, the newest first."""
    rows = list(Grade.objects.everything(REASON).filter(party=party).order_by("-valid_from"))
    return [
        (
            scheme,
            next((row for row in rows if row.scheme == scheme and _holds(row, day)), None),
            [row for row in rows if row.scheme == scheme],
        )
        for scheme in GRADE_VALUES
    ]


def _holds(row: Grade, day: date) -> bool:
    return row.valid_from <= day and (row.valid_to is None or day < row.valid_to)


def graded(scheme: str, values: Iterable[str], day: date) -> Q:
    """Condition on parties: one of these grades on that day."""
    rows = Grade.objects.everything(REASON).on(day).filter(scheme=scheme, value__in=list(values))
    return Q(pk__in=rows.order_by().values("party_id"))
