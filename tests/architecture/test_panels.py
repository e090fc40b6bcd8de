"""A model that refers to a party or a person is shown on a page: none is collected and forgotten."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import models

from keqing.customers.models import Grade, Party, Person
from keqing.web.views import customer

#: model.field → what shows it: a panel of the customer's page, or the page where it is used
SHOWN = {
    "customers.Affiliation.party": "people",
    "customers.Affiliation.person": "customers/person.html",
    "customers.Assignment.party": "assignments",
    "customers.Grade.party": "grades",
    "customers.Party.parent": "members",
    "customers.PartyName.party": "facts",
    "customers.PlaceProposal.party": "place",
    "visits.Skip.party": "web/today.html",
    "visits.Visit.party": "visits_panel",
}


def panels() -> dict[str, Callable[..., Any]]:
    return {panel.__name__: panel for panel in (*customer.LEFT, *customer.MIDDLE, *customer.RIGHT, *customer.BELOW)}


def referring(of: Iterable[type[models.Model]], targets: tuple[type[models.Model], ...] = (Party, Person)) -> set[str]:
    return {
        f"{model._meta.label}.{field.name}"
        for model in of
        for field in model._meta.get_fields()
        if field.is_relation and not field.auto_created and field.related_model in targets
    }


def test_every_model_that_refers_to_a_party_or_a_person_is_shown() -> None:
    assert referring(apps.get_models()) == set(SHOWN)


@pytest.mark.parametrize("place", sorted(set(SHOWN.values())))
def test_what_shows_it_exists(place: str) -> None:
    if not place.endswith(".html"):
        assert place in panels()
        return
    folders = [Path(config.path) / "templates" for config in apps.get_app_configs()]
    assert any((folder / place).is_file() for folder in folders), place


def test_a_model_that_nobody_shows_is_reported() -> None:
    assert referring([Grade]) - {"customers.Grade.party"} == set()
    assert referring([Grade], (Grade, Party)) == {"customers.Grade.party"}
    assert "customers.Affiliation.person" in referring(apps.get_models(), (Person,))
