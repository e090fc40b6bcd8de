"""A refusal is a page: what happened, that nothing was lost, what to do."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import AbstractBaseUser
from django.test import Client

from tests.personas import Cast

SignIn = Callable[[AbstractBaseUser], Client]


def test_an_address_for_buttons_opened_directly_says_so(cast: Cast, client_of: SignIn) -> None:
    answer = client_of(cast["admin_gu"]).get("/preferences/theme/")
    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert "<h1>这个地址要从按钮进</h1>" in answer.content.decode()


@pytest.mark.parametrize("address", ["/", "/about/", "/search/"])
def test_what_is_only_read_refuses_a_form_with_a_page(cast: Cast, client_of: SignIn, address: str) -> None:
    answer = client_of(cast["admin_gu"]).post(address, {"x": "1"})
    assert answer.status_code == 405 and "GET" in answer["Allow"]
    assert "什么都没有改" in answer.content.decode()


def test_the_librarys_own_pages_refuse_in_the_same_words(cast: Cast, client_of: SignIn) -> None:
    answer = client_of(cast["admin_gu"]).put("/accounts/logout/")
    assert answer.status_code == 405 and "这个地址要从按钮进" in answer.content.decode()


def test_a_fragment_asked_with_the_wrong_method_keeps_its_status(cast: Cast, client_of: SignIn) -> None:
    answer = client_of(cast["admin_gu"]).get("/preferences/theme/", headers={"HX-Request": "true"})
    assert (answer.status_code, answer["Allow"]) == (405, "POST")
