"""Who is sent to sign in comes back to a page that can be opened."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from django.http import HttpResponse
from django.test import Client

pytestmark = pytest.mark.django_db(databases=["default", "jobs"])
HERE = "http://testserver"


def way_back(answer: HttpResponse) -> str:
    where = urlsplit(answer.headers.get("HX-Redirect") or answer["Location"])
    assert where.path == "/accounts/login/"
    return parse_qs(where.query)["next"][0]


def test_a_page_is_come_back_to_with_all_its_address_says(client: Client) -> None:
    assert (
        way_back(client.get("/customers/?q=%E8%8A%B7%E5%AE%89&sort=name"))
        == "/customers/?q=%E8%8A%B7%E5%AE%89&sort=name"
    )


@pytest.mark.parametrize(
    ("referer", "back"),
    [
        (f"{HERE}/visits/7/?from=today", "/visits/7/?from=today"),
        ("http://elsewhere.example/visits/7/", "/"),
        ("", "/"),
        ("nonsense", "/"),
    ],
)
def test_a_form_leads_back_to_the_page_it_stood_on(client: Client, referer: str, back: str) -> None:
    answer = client.post("/visits/7/finish/", {"note": "看了库存"}, headers={"Referer": referer} if referer else {})
    assert way_back(answer) == back


def test_a_fragment_leads_back_to_its_page_too(client: Client) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": f"{HERE}/imports/7/"}
    answer = client.get("/imports/7/?part=rows", headers=headers)
    assert answer.status_code == 401 and way_back(answer) == "/imports/7/"


def test_what_was_typed_is_kept_by_a_script_on_both_sides_of_the_sign_in(client: Client) -> None:
    assert "js/keep" in client.get("/accounts/login/").content.decode()
