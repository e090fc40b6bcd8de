"""The customers' list with what the floor above knows of each: when somebody was last there."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_noop

from keqing.core.lists import Column
from keqing.core.viewer import Viewer
from keqing.customers.lists import COLUMNS
from keqing.customers.views import parties
from keqing.visits.panels import last_contacts

LAST = Column("last", gettext_noop("上次拜访"), lambda row: row.last_contact, kind="day")
#: after name, type and grades, before the place
WITH_VISITS = (*COLUMNS[:4], LAST, *COLUMNS[4:])


def with_last_contact(rows: list[Any], viewer: Viewer) -> list[Any]:
    last = last_contacts([row.pk for row in rows], viewer)
    for row in rows:
        row.last_contact = last.get(row.pk)
    return rows


def show_customers(request: HttpRequest) -> HttpResponse:
    return parties.show_list(request, columns=WITH_VISITS, prepare=with_last_contact)


def export_customers(request: HttpRequest) -> HttpResponse:
    return parties.export(request, columns=WITH_VISITS, prepare=with_last_contact)
