"""People at the door."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from keqing.accounts.models import User

PASSWORD = "一壶春茶慢慢看山 2026"


@pytest.fixture
def li(db: None) -> User:
    return User.objects.create_user("li.wen", password=PASSWORD, name="李闻")


@pytest.fixture
def wu(db: None) -> User:
    return User.objects.create_user("wu.tong", password=PASSWORD, name="吴桐")


@pytest.fixture
def admin(db: None) -> User:
    return User.objects.create_user("gu.wei", password=PASSWORD, name="顾维", is_superuser=True)


@pytest.fixture
def sign_in() -> Callable[..., Any]:
    """Post the sign-in form; returns the response."""

    def post(client: Client, username: str, password: str = PASSWORD, **extra: Any) -> Any:
        target = reverse("account_login") + extra.pop("query", "")
        return client.post(target, {"login": username, "password": password, **extra.pop("data", {})}, **extra)

    return post


@pytest.fixture
def confirmed(sign_in: Callable[..., Any]) -> Callable[[User], Client]:
    """A client of somebody who signed in and has just confirmed the password."""

    def enter(user: User) -> Client:
        client = Client()
        sign_in(client, user.username)
        client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
        return client

    return enter
