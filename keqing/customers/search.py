"""What the global search finds of customers and people."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext

from keqing.core.search import Hit, matching
from keqing.core.viewer import Viewer
from keqing.customers.kinds import PartyKind
from keqing.customers.lists import party_rows, people_rows, with_jobs
from keqing.customers.models import Party
from keqing.customers.reports.areas import county_of

ICONS = {
    PartyKind.HCO: "building-hospital",
    PartyKind.STORE: "building-store",
    PartyKind.CHAIN_HQ: "sitemap",
    PartyKind.DISTRIBUTOR: "truck",
}


def icon_of(party: Party) -> str:
    return ICONS.get(PartyKind(party.kind), "building")


def find_parties(query: str, viewer: Viewer, limit: int) -> list[Hit]:
    rows = matching(party_rows(viewer), query).order_by("sort_key", "pk")[:limit] if query.strip() else []
    return [
        Hit(
            row.name,
            " · ".join(part for part in (gettext(str(row.type_label)), county_of(row), row.code) if part),
            reverse("customer", args=[row.public_id]),
            icon_of(row),
        )
        for row in rows
    ]


def find_people(query: str, viewer: Viewer, limit: int) -> list[Hit]:
    if not query.strip():
        return []
    rows = list(matching(people_rows(viewer), query).order_by("sort_key", "pk")[:limit])
    return [
        Hit(
            row.name,
            " · ".join(f"{job.party.name} {job.job_title}" for job in row.jobs),
            reverse("customers:person", args=[row.public_id]),
            "user",
        )
        for row in with_jobs(rows, viewer)
    ]


def find(query: str, viewer: Viewer, limit: int) -> list[Hit]:
    """Customers, then people, as far as the viewer may read them."""
    hits = find_parties(query, viewer, limit) if viewer.may("party", "read") else []
    if len(hits) < limit and viewer.may("person", "read"):
        hits += find_people(query, viewer, limit - len(hits))
    return hits
