"""The search for markers can fail: every marker is seen by who may see it, wherever it may hide."""

from __future__ import annotations

import dataclasses

import pytest
from django.contrib.messages.storage.base import Message
from django.contrib.messages.storage.cookie import CookieStorage
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.test import Client
from django.urls import reverse

from keqing.core.export import download, workbook
from keqing.core.viewer import Viewer
from tests.rights.cases import CASES
from tests.rights.looking import ask, everything_in
from tests.rights.marks import Audience, Mark, found_in
from tests.rights.world import FILES, LI, ZHAO, World

pytestmark = pytest.mark.django_db(databases=["default", "jobs"])
MARK = Mark("qzmark7f3a", "party", Audience.ROW, user_id=7, places=frozenset({3}))


def in_cookie(text: str) -> HttpResponse:
    response = HttpResponse("x")
    said = [Message(20, text * 3)]
    response.set_cookie("messages", CookieStorage(HttpRequest())._encode(said))
    return response


@pytest.mark.parametrize(
    "response",
    [
        HttpResponse("<p>QZmark7F3a</p>"),
        JsonResponse({"items": [{"text": "qzmark7f3a"}]}),
        HttpResponse(status=303, headers={"Location": "/x/?q=qzmark7f3a"}),
        HttpResponse(status=204, headers={"HX-Redirect": "/qzmark7f3a/"}),
        download(workbook("x", ["a"], [["qzmark7f3a"]]), "x.xlsx"),
        download(b"x", "qzmark7f3a.xlsx"),
        in_cookie("qzmark7f3a"),
    ],
    ids=["page", "json", "redirect", "htmx redirect", "workbook", "file name", "message"],
)
def test_a_marker_is_found_wherever_it_hides(response: HttpResponse) -> None:
    assert found_in(everything_in(response), [MARK]) == [MARK]


def test_an_answer_without_the_marker_is_clean() -> None:
    assert not found_in(everything_in(download(workbook("x", ["a"], [["qzmark7f3b"]]), "x.xlsx")), [MARK])


@pytest.mark.parametrize(
    ("viewer", "is_for"),
    [
        ({"reach": frozenset({3})}, True),
        ({"reach": frozenset({4})}, False),
        ({"sees_all": True}, True),
        ({"sees_all": True, "rights": {}}, False),
        ({"reach": frozenset({3}), "rights": {"person": frozenset({"read"})}}, False),
    ],
)
def test_a_row_is_for_who_reaches_it_and_may_read_the_noun(viewer: dict[str, object], is_for: bool) -> None:
    reader = Viewer(user_id=1, as_of=None, rights={"party": frozenset({"read"})})  # type: ignore[arg-type]
    assert MARK.is_for(dataclasses.replace(reader, **viewer)) is is_for  # type: ignore[arg-type]


def test_every_marker_is_told_to_somebody_it_is_for(
    world: World, keys: dict[str | None, str | None], visitor: Client
) -> None:
    """A marker that no page ever shows proves nothing."""
    seen: set[Mark] = set()
    owners = {LI: LI, ZHAO: ZHAO, FILES[LI]: LI, FILES[ZHAO]: ZHAO, "admin_gu": LI}
    for username, owner in owners.items():
        side = world.sides[owner]
        for name, case in CASES.items():
            if case.gets and (username not in FILES.values() or name.startswith("imports:")):
                url = reverse(name, args=case.args(world, side) if case.args else [])
                seen.update(found_in(ask(visitor, keys[username], "GET", url).text, world.marks))
    unseen = {mark.text for mark in set(world.marks) - seen if mark.audience is not Audience.NOBODY}
    assert not unseen
    assert not [mark for mark in seen if mark.audience is Audience.NOBODY]
