"""Relations between models point down. The import contracts cannot see relations written as text."""

from __future__ import annotations

import configparser
from collections.abc import Iterable, Iterator, Mapping

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import models

from keqing.customers.models import Party
from keqing.territory.models import Position
from keqing.visits.models import Visit
from tests.architecture.source import ROOT

Relation = tuple[type[models.Model], str, type[models.Model]]


def floors() -> dict[str, int]:
    """App → height above the ground, as the first import contract says."""
    config = configparser.ConfigParser()
    config.read(ROOT / ".importlinter", encoding="utf-8")
    lines = [line for line in config["importlinter:contract:floors"]["layers"].splitlines() if line.strip()]
    return {
        name.strip(" ()"): height for height, line in enumerate(reversed(lines), start=1) for name in line.split("|")
    }


def home(model: type[models.Model]) -> str | None:
    """The app of ours a model lives in; None for a library's."""
    package, _, rest = model.__module__.partition(".")
    return rest.split(".")[0] if package == "keqing" else None


def relations(of: Iterable[type[models.Model]]) -> Iterator[Relation]:
    for model in of:
        for field in model._meta.get_fields():
            if field.is_relation and not field.auto_created and isinstance(field.related_model, type):
                yield model, field.name, field.related_model


def breaches(found: Iterable[Relation], floor: Mapping[str, int]) -> list[str]:
    wrong = []
    for model, name, target in found:
        here, there = home(model), home(target)
        if here is None or there is None or here == there:
            continue
        if here == "core" and target is get_user_model():
            continue  # the one exemption: the base may point at the user
        if floor[there] >= floor[here]:
            wrong.append(f"{model._meta.label}.{name} → {target._meta.label}")
    return wrong


def test_every_app_of_models_has_a_floor() -> None:
    with_models = {home(model) for model in apps.get_models()} - {None}
    assert with_models <= set(floors())
    assert floors()["engines"] < floors()["core"] < floors()["web"]


def test_no_relation_points_up_or_sideways() -> None:
    found = list(relations(apps.get_models()))
    assert len(found) > 30  # the walk sees the models at all
    assert not breaches(found, floors())


def test_the_exemption_is_used_by_core_alone() -> None:
    user = get_user_model()
    upward = {home(model) for model, _, target in relations(apps.get_models()) if target is user}
    assert "core" in upward
    assert breaches([(Position, "asked", user)], {**floors(), "territory": 0})  # nobody else may look up at the user


@pytest.mark.parametrize(
    "relation",
    [(Position, "last_visit", Visit), (Party, "visits", Visit), (get_user_model(), "party", Party)],
    ids=["territory to visits", "customers to visits", "accounts to customers"],
)
def test_a_relation_upward_is_reported(relation: Relation) -> None:
    assert breaches([relation], floors()) == [f"{relation[0]._meta.label}.{relation[1]} → {relation[2]._meta.label}"]
