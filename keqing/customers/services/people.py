"""People and where they work: a move closes one job and opens another."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext

from keqing.core.saving import Act, save_one
from keqing.core.secrets import search_hash
from keqing.customers.errors import EmptyPeriod, MobileTaken, NotEmployed, WrongClass
from keqing.customers.models import Affiliation, Party, Person
from keqing.customers.rules.contact_classes import is_class_allowed
from keqing.customers.rules.sort_keys import sort_key
from keqing.customers.services.parties import day_of

REASON = "one mobile number is one person in the whole company, whoever looks"
JOB = ("department", "job_title", "is_primary")


def mobile_hash(number: str) -> str:
    return search_hash(number, settings.KEQING_SEARCH_KEY) if number else ""


@transaction.atomic
def add_person(party: Party, values: Mapping[str, Any], act: Act, starts_on: date | None = None) -> Affiliation:
    """A new person with the first job. Raises `MobileTaken` when the number is somebody's already."""
    person = Person()
    _fill(person, {key: value for key, value in values.items() if key not in JOB})
    _require_free_mobile(person)
    _require_class(party, person.contact_class)
    save_one(person, act)
    return affiliate(person, party, {key: values[key] for key in JOB if key in values}, starts_on or day_of(act), act)


@transaction.atomic
def change_person(person: Person, values: Mapping[str, Any], act: Act) -> Person:
    _fill(person, values)
    _require_free_mobile(person)
    return save_one(person, act)


def _fill(person: Person, values: Mapping[str, Any]) -> None:
    for field, value in values.items():
        setattr(person, field, value)
    person.sort_key = sort_key(person.name)
    person.mobile_hash = mobile_hash(person.mobile)


def _require_free_mobile(person: Person) -> None:
    same = Person.objects.everything(REASON).filter(mobile_hash=person.mobile_hash).exclude(pk=person.pk)
    if person.mobile_hash and same.exists():
        raise MobileTaken(gettext("这个手机号已经登记给一位联系人。是同一个人就用「加已有的人」，不是请核对号码。"))


def _require_class(party: Party, contact_class: str) -> None:
    if not is_class_allowed(party.kind, contact_class):
        raise WrongClass(gettext("医疗机构的人都按医务人员登记，采购、药房也一样。"))


@transaction.atomic
def affiliate(person: Person, party: Party, values: Mapping[str, Any], starts_on: date, act: Act) -> Affiliation:
    """Another job of a person who is known."""
    _require_class(party, person.contact_class)
    if _jobs(person, party).on(starts_on).exists():
        raise NotEmployed(gettext("%(name)s 已经在这家任职。") % {"name": person.name})
    row = Affiliation(
        person=person, party=party, valid_from=starts_on, **{key: values[key] for key in JOB if key in values}
    )
    later = _jobs(person, party).filter(valid_from__gt=starts_on).order_by("valid_from").first()
    row.valid_to = later.valid_from if later is not None else None
    if row.is_primary:
        _step_down(party, starts_on, act)
    return save_one(row, act)


def _jobs(person: Person, party: Party) -> Any:
    return Affiliation.objects.everything(REASON).filter(person=person, party=party)


def _step_down(party: Party, day: date, act: Act) -> None:
    """One main contact at a time."""
    for row in Affiliation.objects.everything(REASON).on(day).filter(party=party, is_primary=True):
        row.is_primary = False
        save_one(row, act)


def end_job(row: Affiliation, on_day: date, act: Act) -> Affiliation:
    """`on_day` is the first day on which the person no longer works there."""
    if on_day <= row.valid_from:
        raise EmptyPeriod(gettext("任职从 %(day)s 起，离开的日期要晚于这一天。") % {"day": row.valid_from})
    row.valid_to = on_day
    return save_one(row, act)


@transaction.atomic
def move_job(
    person: Person, from_party: Party, to_party: Party, on_day: date, act: Act, values: Mapping[str, Any] | None = None
) -> Affiliation:
    """Closes the job at one party and opens one at another; without values the job title goes along."""
    former = _jobs(person, from_party).on(on_day).first()
    if former is None:
        raise NotEmployed(gettext("%(name)s 那一天不在这家任职，没有可以调动的。") % {"name": person.name})
    if to_party.pk == from_party.pk:
        raise NotEmployed(gettext("调去的还是同一家，改职务就行。"))
    end_job(former, on_day, act)
    return affiliate(person, to_party, values or {"job_title": former.job_title}, on_day, act)
