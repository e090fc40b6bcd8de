"""Ask an address as somebody and read everything that comes back: body, headers, cookies, the inside of workbooks."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib.messages.storage.cookie import CookieStorage
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from keqing.core.models import Counter, HistoryEntry
from tests.rights.world import World

HTMX = {"HTTP_HX_REQUEST": "true"}
ZIP = b"PK\x03\x04"


@dataclass(frozen=True)
class Answer:
    status: int
    text: str
    has_written: bool


def addresses() -> set[str]:
    """Names of all addresses, with their namespaces; an address without a name is told by its path."""
    return set(_walk(get_resolver(), (), ""))


def _walk(resolver: URLResolver, spaces: tuple[str, ...], path: str) -> Iterator[str]:
    for item in resolver.url_patterns:
        if isinstance(item, URLResolver):
            inner = (*spaces, item.namespace) if item.namespace else spaces
            yield from _walk(item, inner, path + str(item.pattern))
        elif isinstance(item, URLPattern):
            yield ":".join((*spaces, item.name)) if item.name else f"nameless {path}{item.pattern}"


def sign_in(world: World, username: str) -> str:
    """The session's key."""
    client = Client()
    client.force_login(world.users[username], backend="keqing.accounts.backend.Accounts")
    session = client.session
    confirmed = (world.now + timedelta(hours=1)).timestamp()  # the whole module counts as just confirmed
    session["account_authentication_methods"] = [{"method": "password", "at": confirmed, "reauthenticated": True}]
    session["account_authentication_methods_user"] = str(world.users[username].pk)
    session.save()
    return str(client.cookies["sessionid"].value)


class Changes:
    """Whatever is tracked leaves history, so the last entry tells whether anything was written."""

    def __init__(self) -> None:
        self.last = self._last()

    def are_there(self) -> bool:
        return self._last() != self.last

    @staticmethod
    def _last() -> int:
        return HistoryEntry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


@contextmanager
def undone() -> Iterator[Changes]:
    """Whatever is written inside is taken back, in both databases. Counters it raised are raised beyond what was
    reached, so that nothing cached of what never was is taken for the truth."""
    counters = {}
    with transaction.atomic(), transaction.atomic(using="jobs"):
        changes = Changes()
        yield changes
        if changes.are_there():
            counters = dict(Counter.objects.values_list("name", "value"))
        transaction.set_rollback(True, using="jobs")
        transaction.set_rollback(True)
    for counter in Counter.objects.all() if counters else ():
        if counters[counter.name] != counter.value:
            Counter.objects.filter(name=counter.name).update(value=counters[counter.name] + 1)


def ask(
    client: Client, key: str | None, method: str, url: str, data: dict[str, Any] | None = None, **headers: str
) -> Answer:
    """One browser for all requests, since a new one loads the middleware anew; its cookies are the given session only."""
    client.cookies.clear()
    if key is not None:
        client.cookies["sessionid"] = key
    if method == "GET":
        return _answer(client.get(url, **headers), has_written=False)
    with undone() as changes:
        response = (
            client.post(url, data or {}, **headers) if method == "POST" else client.generic(method, url, **headers)
        )
        return _answer(response, has_written=changes.are_there())


def _answer(response: HttpResponse, *, has_written: bool) -> Answer:
    return Answer(response.status_code, everything_in(response), has_written)


def everything_in(response: HttpResponse) -> str:
    body = response.getvalue()
    parts = [body.decode("utf-8", errors="replace")]
    parts += [f"{name}: {value}" for name, value in response.items()]
    if body.startswith(ZIP):
        parts += _inside(body)
    if "messages" in response.cookies:
        said = CookieStorage(HttpRequest())._decode(response.cookies["messages"].value) or []
        parts += [str(message) for message in said]
    return "\n".join(parts)


def _inside(body: bytes) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(body)) as book:
        return [book.read(name).decode("utf-8", errors="replace") for name in book.namelist()]
