"""Every address and method × every persona: the status the rights table implies, and nothing of anybody else in the answer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from keqing.core.viewer import Viewer
from tests.rights.cases import CASES, Case, Side, nothing
from tests.rights.looking import HTMX, Answer, addresses, ask
from tests.rights.marks import found_in
from tests.rights.world import LI, ZHAO, World

pytestmark = pytest.mark.django_db(databases=["default", "jobs"])
OTHER_METHODS = ("PUT", "DELETE")
LIBRARY = {200, 302, 303, 400, 401, 403, 405, 422}
MOST = 12
REFUSED = {401, 403, 404, 405}


@dataclass(frozen=True)
class Try:
    method: str
    url: str
    side: Side
    data: dict[str, Any] | None
    headers: dict[str, str]

    def __str__(self) -> str:
        return f"{self.method}{' htmx' if self.headers else ''} {self.url} on {self.side.owner}'s"


def test_every_address_has_a_case_and_every_case_an_address() -> None:
    assert not addresses() - set(CASES)
    assert not set(CASES) - addresses()


@pytest.mark.parametrize("name", sorted(CASES))
def test_address(name: str, world: World, keys: dict[str | None, str | None], visitor: Client) -> None:
    case, wrong = CASES[name], []
    for username, key in keys.items():
        viewer = world.viewer(username)
        hidden = [mark for mark in world.marks if not mark.is_for(viewer)]
        for one in tries(name, case, world):
            answer = ask(visitor, key, one.method, one.url, one.data, **one.headers)
            who = f"{username or 'nobody'}: {one}"
            if fault := fault_of(case, viewer, world, one, answer):
                wrong.append(f"{who}: {fault}")
            if leaked := found_in(answer.text, hidden):
                wrong.append(f"{who}: {answer.status} tells {', '.join(mark.text for mark in leaked)}")
    assert not wrong, f"{len(wrong)} faults:\n" + "\n".join(wrong[:MOST])


def tries(name: str, case: Case, world: World) -> Iterator[Try]:
    """Each query and form once; the first query and the last form also as htmx sends them."""
    for side in [world.sides[LI], world.sides[ZHAO]]:
        url = reverse(name, args=case.args(world, side) if case.args else [])
        is_new = case.args is not None or side is world.sides[LI]
        if is_new:
            gets, methods = case.gets or ("",), OTHER_METHODS
            yield Try("GET", url + gets[0], side, None, HTMX)
            yield from (Try("GET", url + query, side, None, {}) for query in gets)
            yield from (Try(method, url, side, None, {}) for method in methods)
        posts = case.posts or (nothing,)
        yield from (Try("POST", url, side, post(world, side), {}) for post in posts if is_new or post is not nothing)
        yield Try("POST", url, side, posts[-1](world, side), HTMX)


def fault_of(case: Case, viewer: Viewer | None, world: World, one: Try, answer: Answer) -> str:
    if answer.status >= 500:
        return f"breaks with {answer.status}"
    expected = expected_of(case, viewer, world, one)
    is_as_expected = answer.status in expected if expected else answer.status not in {401, 403, 404, 405}
    if not is_as_expected:
        return f"answers {answer.status}, not {' or '.join(map(str, sorted(expected))) or 'what was asked for'}"
    if answer.has_written and answer.status in REFUSED:
        return f"refuses with {answer.status} and has written"
    return ""


def expected_of(case: Case, viewer: Viewer | None, world: World, one: Try) -> set[int]:
    """How a refusal answers, either where two reasons meet; empty when the request is to be heard."""
    if viewer is None and not case.is_open:
        return {401} if one.headers else {302}
    if case.is_library:
        return LIBRARY | {404} if viewer is None or case.where(viewer, world, one.side) else {404, 405}
    if one.method in OTHER_METHODS:
        return {case.other}
    if not (case.gets if one.method == "GET" else case.posts):
        return {405}
    if viewer is None:
        return set()
    if not all(viewer.may(noun, verb) for noun, verb in case.rights):
        return {403}
    return ({403} if not case.who(viewer, one.side) else set()) | (
        {404} if not case.where(viewer, world, one.side) else set()
    )
