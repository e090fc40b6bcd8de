"""What the global search finds of customers and people."""

from __future__ import annotations

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext

from keqing.core.addresses import address
from keqing.core.finding import Finder
from keqing.core.search import Hit
from keqing.core.viewer import Viewer
from keqing.customers.lists import people_rows, with_jobs
from keqing.customers.models import Person
from keqing.customers.reports.finding import found_parties
from keqing.customers.reports.party_lines import icon_of
from keqing.customers.rules.sort_keys import sort_key


def _single_people(viewer: Viewer) -> QuerySet[Person]:
    rows: QuerySet[Person] = Person.objects.one_visible_to(viewer)
    return rows


PEOPLE = Finder(Person, people_rows, _single_people, "sort_key")


def find_parties(query: str, viewer: Viewer, limit: int) -> list[Hit]:
    return [
        Hit(
            line.name,
            " · ".join(part for part in (gettext(line.type_label), line.place[0], line.code) if part),
            address("customer", line.public_id),
            icon_of(line),
        )
        for line in found_parties(query, viewer, limit)
    ]


def find_people(query: str, viewer: Viewer, limit: int) -> list[Hit]:
    keys = PEOPLE.best(query, sort_key(query), viewer, None, limit)
    # names alone: numbers need no decrypting here
    rows = {row.pk: row for row in _single_people(viewer).filter(pk__in=keys).only("public_id", "name")}
    return [
        Hit(
            row.name,
            " · ".join(f"{job.party.name} {job.job_title}" for job in row.jobs),
            reverse("customers:person", args=[row.public_id]),
            "user",
        )
        for row in with_jobs([rows[key] for key in keys if key in rows], viewer)
    ]
