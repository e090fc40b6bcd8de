from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

pytestmark = pytest.mark.django_db


def choose(client: Client, **words: str) -> tuple[str, dict[str, str]]:
    answer = client.post(reverse("accounts:preferences"), words)
    return answer["Location"], {name: cookie.value for name, cookie in answer.cookies.items()}


def test_theme_and_language_are_kept_without_signing_in(client: Client) -> None:
    where, cookies = choose(client, theme="dark", lang="en", next="/accounts/login/?next=/visits/")
    assert where == "/accounts/login/?next=/visits/"
    assert cookies == {"theme": "dark", "lang": "en"}
    page = client.get(reverse("account_login")).content.decode()
    assert 'data-bs-theme="dark"' in page and '<html lang="en"' in page


def test_the_cookies_stay_on_this_site(client: Client) -> None:
    cookies = client.post(reverse("accounts:preferences"), {"theme": "light"}).cookies
    assert (cookies["theme"]["samesite"], cookies["theme"]["httponly"]) == ("Lax", True)


@pytest.mark.parametrize("words", [{"theme": "pink"}, {"lang": "fr"}, {"lang": "zh-hans; path=/x"}, {}])
def test_other_values_are_not_taken(client: Client, words: dict[str, str]) -> None:
    assert choose(client, **words) == ("/", {})


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_it_leads_back_only_into_the_house(client: Client, target: str) -> None:
    assert choose(client, theme="dark", next=target)[0] == "/"


def test_it_takes_only_posts_with_the_token() -> None:
    client = Client(enforce_csrf_checks=True)
    assert client.get(reverse("accounts:preferences")).status_code == 405
    assert client.post(reverse("accounts:preferences"), {"theme": "dark"}).status_code == 403
