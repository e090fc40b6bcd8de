"""The world of the rights tests stands for a whole module; every request on it is undone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import Client, override_settings
from django.utils import timezone

from tests.rights.looking import sign_in
from tests.rights.world import World, build, forget_cached


@pytest.fixture(autouse=True)
def fresh_caches() -> None:
    """In place of the suite's own: this world outlives a single test, and `undone` forgets what must be."""


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    storage = {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path_factory.mktemp("files"))},
        },
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    with django_db_blocker.unblock(), override_settings(STORAGES=storage):
        with transaction.atomic(), transaction.atomic(using="jobs"):
            forget_cached()
            yield build(timezone.now())
            transaction.set_rollback(True, using="jobs")
            transaction.set_rollback(True)
        forget_cached()


@pytest.fixture(scope="module")
def keys(world: World) -> dict[str | None, str | None]:
    """Everybody of the cast with an open session, and somebody without."""
    return {None: None, **{username: sign_in(world, username) for username in world.users}}


@pytest.fixture(scope="module")
def visitor() -> Client:
    return Client(raise_request_exception=False)
