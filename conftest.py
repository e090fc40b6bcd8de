"""Fixtures of the whole suite."""

from __future__ import annotations

import gettext
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import hypothesis
import pytest
from django.contrib.auth.models import AbstractBaseUser
from django.core.management import call_command
from django.test import Client
from django.utils.translation import trans_real

from keqing.core import saved_views, wording
from keqing.core.state import read_state
from keqing.core.viewer import Viewer
from keqing.customers.reports import areas, party_lines
from keqing.territory import access
from keqing.territory.services import calendars, places
from keqing.visits.planner import facts
from keqing.web.management.commands.setup import compile_translations
from tests.personas import Cast, make_cast

hypothesis.settings.register_profile("keqing", deadline=None)
hypothesis.settings.load_profile("keqing")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> None:  # type: ignore[misc]
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        call_command("createcachetable", database="jobs")


@pytest.fixture(autouse=True)
def fresh_caches(tmp_path: Path, settings: object) -> Iterator[None]:
    """Change counters start anew with every test's rolled-back database, so what was cached by them must go."""
    access.read_tree.cache_clear()
    access._resolve.cache_clear()
    calendars.forget()
    places.forget()
    areas.forget()
    party_lines.forget()
    saved_views.forget()
    facts.forget_rules()
    settings.STORAGES = {  # type: ignore[attr-defined]
        **settings.STORAGES,  # type: ignore[attr-defined]
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path / "files")},
        },
    }
    yield


@pytest.fixture(scope="session")
def english_catalog() -> None:
    """The catalog in the machine's form, read anew: labels are translated while modules load, from what lay there."""
    compile_translations()
    gettext._translations.clear()  # type: ignore[attr-defined]
    trans_real._translations.clear()
    wording.in_language.cache_clear()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test that touches the database may touch the jobs database too."""
    for item in items:
        marker = item.get_closest_marker("django_db")
        if marker is not None and "databases" not in marker.kwargs:
            marker.kwargs["databases"] = ["default", "jobs"]
        elif marker is None and {"db", "cast", "client_of"} & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.django_db(databases=["default", "jobs"]))


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture
def client_of() -> Callable[[AbstractBaseUser], Client]:
    def sign_in(user: AbstractBaseUser) -> Client:
        client = Client()
        client.force_login(user, backend="keqing.accounts.backend.Accounts")
        return client

    return sign_in


@pytest.fixture
def viewer_of() -> Callable[..., Viewer]:
    def look(user: object, as_of: date | None = None) -> Viewer:
        return access.viewer_of(user, as_of or date(2026, 11, 18), read_state(user.pk))  # type: ignore[attr-defined,arg-type]

    return look
