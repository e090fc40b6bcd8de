from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import AbstractBaseUser
from django.test import Client
from django.urls import reverse

from keqing.territory.models import Division
from keqing.territory.personas import NOUNS, Persona
from keqing.territory.services.reference import load_divisions
from keqing.territory.tests.builders import ACT, CHANGYANG
from tests.personas import Cast

SignIn = Callable[[AbstractBaseUser], Client]


@pytest.fixture
def rep(cast: Cast, client_of: SignIn) -> Client:
    load_divisions(ACT, CHANGYANG)
    return client_of(cast["rep_li"])


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"湖北省"}),
        ("长阳", {"长阳土家族自治县"}),
        ("420528", {"长阳土家族自治县", "龙舟坪镇", "高家堰镇"}),
        ("龙舟", {"龙舟坪镇"}),
    ],
)
def test_divisions_are_found_by_name_and_code(rep: Client, query: str, found: set[str]) -> None:
    body = rep.get(reverse("territory:divisions"), {"q": query}).content.decode()
    assert {name for name in (d.name for d in CHANGYANG) if f">{name}</a>" in body} == found


def test_a_found_division_is_shown_with_its_path(rep: Client) -> None:
    assert "湖北省 › 宜昌市" in rep.get(reverse("territory:divisions"), {"q": "长阳"}).content.decode()


def test_nothing_found_says_what_to_try(rep: Client) -> None:
    assert "没有叫这个名字的区划" in rep.get(reverse("territory:divisions"), {"q": "没有"}).content.decode()


def test_a_division_shows_path_children_and_coordinates(rep: Client, django_assert_num_queries: object) -> None:
    county = Division.objects.get(code="420528")
    rep.get(reverse("territory:divisions"))
    # session, user with state; the division with its path, its children
    with django_assert_num_queries(4):  # type: ignore[operator]
        body = rep.get(reverse("territory:division", args=[county.public_id])).content.decode()
    assert all(word in body for word in ("湖北省", "宜昌市", "龙舟坪镇", "111.20000, 30.47000（WGS-84）"))


def test_the_rights_are_readable(rep: Client) -> None:
    body = rep.get(reverse("territory:rights")).content.decode()
    assert all(str(label) in body for label in [*Persona.labels, *NOUNS.values()])
    assert "<dd>看 建 改 删 导出 导入</dd>" in body and "不能由同一个人同时担任" in body


def test_a_municipality_is_said_once() -> None:
    beijing = Division(name="北京市")
    assert Division(name="房山区", parent=Division(name="北京市", parent=beijing)).full_name == "北京市房山区"
