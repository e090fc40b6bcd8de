"""In English no page, form, message or sheet shows a Chinese character that is not somebody's data."""

from __future__ import annotations

import io
import re
import subprocess
import sys
import time
import uuid
import zipfile
from collections import Counter, deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import Resolver404, resolve
from django.utils import timezone, translation

from keqing.accounts.models import User
from keqing.customers.reports import areas
from keqing.territory.services import calendars, places
from keqing.visits.planner.facts import forget_rules
from keqing.web.kinds import KINDS
from keqing.web.views import errors
from tests.english_world import World, build

ROOT = Path(__file__).resolve().parent.parent
PERSONAS = ("admin", "sfe", "manager", "rep", "mr", "finance", "compliance")
HAN = re.compile("[\u4e00-\u9fff，。：；（）「」、！？]+")
#: what a real document says in any language
LITERAL = re.compile("国药准字")
#: what a file may say: other names of columns, and the example in each sheet to fill in
QUOTED = frozenset(
    word
    for kind in KINDS.values()
    for field in kind.fields
    for word in (*field.synonyms, *field.example.split("、"), *"、".join(field.synonyms).split("、"))
)
READ_ATTRIBUTES = {"title", "aria-label", "placeholder", "alt", "content"}
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
#: pages of one kind differ only in their data
PER_NAME, PER_PERSONA = 8, 400
#: runs of imports stand at different steps, so each is looked at
ALL_OF = {"imports:run"}
#: a form that ends the session would end the walk
LEAVE = {"account_logout", "mfa_cancel", "set_language", "theme"}


pytestmark = pytest.mark.usefixtures("english_catalog")


@pytest.fixture
def world(db: None) -> Iterator[World]:
    for forget in (forget_rules, calendars.forget, places.forget, areas.forget, places._gazetteer.cache_clear):
        forget()
    with translation.override("en"):
        yield build(timezone.now())


# --- reading a page ---------------------------------------------------------------------------------------------------


@dataclass
class Form:
    action: str
    fields: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)


class Page(HTMLParser):
    """Links, forms to post, and every piece of text a person may read or hear."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.texts: list[str] = []
        self.links: list[str] = []
        self.forms: list[Form] = []
        self._skipped: list[str] = []
        self._form: Form | None = None
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if self._skipped or given.get("lang") == "zh-Hans" or tag in ("script", "style"):
            if tag not in VOID:
                self._skipped.append(tag)
            return
        self.texts += [value for name, value in given.items() if name in READ_ATTRIBUTES or name.startswith("data-")]
        if tag == "input" and given.get("type") not in ("hidden", "checkbox", "radio"):
            self.texts.append(given.get("value", ""))
        self.links += [given[name] for name in ("href", "hx-get") if tag in ("a", "form", "div") and name in given]
        if "hx-get" in given:
            self.links.append(given["hx-get"])
        self._note_form(tag, given)

    def _note_form(self, tag: str, given: dict[str, str]) -> None:
        if tag == "form":
            self._form = Form(given.get("action", "")) if given.get("method", "").lower() == "post" else None
            if self._form:
                self.forms.append(self._form)
        elif tag == "input" and self._form and given.get("type") == "hidden" and given.get("name"):
            self._form.fields[given["name"]] = given.get("value", "")
        elif tag in ("input", "textarea", "select") and self._form and given.get("name"):
            self._form.asked.append(given["name"])

    def handle_endtag(self, tag: str) -> None:
        if self._skipped:
            if tag in self._skipped:
                while self._skipped.pop() != tag:
                    pass
        elif tag == "form":
            self._form = None

    def handle_data(self, data: str) -> None:
        if not self._skipped:
            self.texts.append(data)

    def han(self) -> list[str]:
        return [re.sub(r"\s+", " ", text).strip()[:160] for text in self.texts if is_left(text)]


def is_left(text: str) -> bool:
    """Chinese, and neither a literal nor a list of column names and examples our sheets quote as data."""
    return HAN.search(LITERAL.sub("", text)) is not None and not set(text.strip().split("、")) <= QUOTED


def cells(content: bytes) -> list[str]:
    """Every text of a workbook: cells, sheet names."""
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        parts = [book.read(name).decode() for name in book.namelist() if name.endswith(".xml")]
    return re.findall(r"<t[^>]*>([^<]*)</t>|<sheet name=\"([^\"]*)\"", "".join(parts)) and [
        one or other for one, other in re.findall(r"<t[^>]*>([^<]*)</t>|<sheet name=\"([^\"]*)\"", "".join(parts))
    ]


# --- walking the house ------------------------------------------------------------------------------------------------


@dataclass
class Walk:
    client: Client
    who: str
    found: dict[str, set[str]] = field(default_factory=dict)
    names: Counter[str] = field(default_factory=Counter)
    posted: Counter[str] = field(default_factory=Counter)
    broken: dict[str, str] = field(default_factory=dict)

    def crawl(self, start: str = "/") -> None:
        waiting, seen = deque([start]), {start}
        while waiting and sum(self.names.values()) < PER_PERSONA:
            address = waiting.popleft()
            name = name_of(address)
            if name is None or (self.names[name] >= PER_NAME and name not in ALL_OF):
                continue
            self.names[name] += 1
            page = self.look(address)
            if page is None:
                continue
            for link in page.links:
                target = urljoin(address, link).split("#")[0]
                if target not in seen and urlsplit(target).netloc == "" and target.startswith("/"):
                    seen.add(target)
                    waiting.append(target)
            for form in page.forms:
                target = urljoin(address, form.action)
                self.post(target, form.fields)
                self.post(target, {**form.fields, **dict.fromkeys(form.asked, "x")})

    def look(self, address: str) -> Page | None:
        try:
            response = self.client.get(address, follow=True)
        except Exception as problem:  # the page itself is broken: said together with the rest
            self.broken[f"{name_of(address)}: {problem!r}"[:200]] = f"{self.who} GET {address}"
            return None
        return self.read(f"GET {address}", response)

    def post(self, address: str, fields: dict[str, str]) -> None:
        """An empty form, and one with rubbish in it; whatever it did is taken back."""
        name = name_of(address)
        if name is None or name in LEAVE or self.posted[name] >= 4:
            return
        self.posted[name] += 1
        cookies = self.client.cookies.copy()
        try:
            with taken_back():
                self.read(f"POST {address}", self.client.post(address, fields, follow=True))
        except Exception as problem:
            self.broken[f"{name}: {problem!r}"[:200]] = f"{self.who} POST {address}"
        self.client.cookies = cookies

    def read(self, what: str, response: HttpResponse) -> Page | None:
        """`what` was asked for; the page that answers may be another one."""
        what = f"{what} {getattr(response, 'request', {}).get('PATH_INFO', '')}"
        content = b"".join(response.streaming_content) if response.streaming else response.content
        kind = response.get("Content-Type", "")
        if "spreadsheetml" in kind:
            self.note(what, [text for text in cells(content) if is_left(text)])
        if not kind.startswith("text/html"):
            return None
        page = Page(content.decode())
        self.note(what, page.han())
        return page

    def note(self, what: str, texts: list[str]) -> None:
        for text in texts:
            self.found.setdefault(text, set()).add(f"{self.who} {what}")


def name_of(address: str) -> str | None:
    try:
        match = resolve(urlsplit(address).path)
    except Resolver404:
        return None
    return match.view_name


@contextmanager
def taken_back() -> Iterator[None]:
    with transaction.atomic("default"), transaction.atomic("jobs"):
        yield
        for alias in ("default", "jobs"):
            transaction.set_rollback(True, alias)


def said(found: dict[str, set[str]]) -> str:
    return "\n".join(f"{text!r}  at {sorted(places)[0]} (+{len(places) - 1})" for text, places in found.items())


def signed_in(world: World, username: str) -> Client:
    client = Client(raise_request_exception=True)
    client.cookies["lang"] = "en"
    client.force_login(world.users[username], backend="keqing.accounts.backend.Accounts")
    session = client.session  # as if the password had just been asked
    session["account_authentication_methods"] = [{"method": "password", "at": time.time()}]
    session.save()
    return client


# --- the tests --------------------------------------------------------------------------------------------------------


def test_every_message_has_its_english() -> None:
    command = [sys.executable, str(ROOT / "tools" / "messages.py"), "--check"]
    outcome = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr[-2000:]


@pytest.mark.django_db(databases=["default", "jobs"])
def test_no_page_shows_a_han_character_in_english(world: World) -> None:
    found: dict[str, set[str]] = {}
    names: Counter[str] = Counter()
    broken: dict[str, str] = {}
    for who in PERSONAS:
        walk = Walk(signed_in(world, who), who)
        started = time.monotonic()
        walk.crawl()
        names.update(walk.names + walk.posted)
        print(f"{who}: {sum(walk.names.values())} pages, {len(walk.posted)} forms, {time.monotonic() - started:.0f} s")
        broken.update(walk.broken)
        for text, where in walk.found.items():
            found.setdefault(text, set()).update(where)
    print(len(names), "names:", sorted(names))
    assert not broken and not found, "\n".join([*(f"{why}  at {where}" for why, where in broken.items()), said(found)])
    assert len(names) >= 110


@pytest.mark.django_db(databases=["default", "jobs"])
def test_signing_in_speaks_english(world: World) -> None:
    client = Client()
    client.cookies["lang"] = "en"
    walk = Walk(client, "nobody")
    login, correct = "/accounts/login/", {"password": "correct horse battery"}
    for address in ("/", login, "/accounts/inactive/", "/accounts/passkey/", "/healthz"):
        walk.look(address)
    for fields in ({}, {"login": "rep", "password": "wrong"}, {"login": "rep" * 90, "password": "x"}):
        walk.post(login, fields)
    for _ in range(7):  # until the lock says so
        walk.read("locked", client.post(login, {"login": "rep", "password": "wrong"}, follow=True))
    User.objects.filter(username="sfe").update(is_active=False)
    walk.read("disabled", client.post(login, {"login": "sfe", **correct}, follow=True))
    page = walk.read("second step", client.post(login, {"login": "compliance", **correct}, follow=True))
    assert page is not None and "code" in " ".join(page.texts).lower()
    walk.read("wrong code", client.post("/accounts/2fa/authenticate/", {"code": "000000"}, follow=True))
    walk.read("change", client.post(login, {"login": "fresh", **correct}, follow=True))
    fresh = Walk(signed_in(world, "fresh"), "fresh")
    change = "/accounts/password/change/"
    fresh.look(change)
    for new in ("", "short", "password1234", "correct horse battery", "fresh fresh fresh"):
        given = {"oldpassword": "correct horse battery", "password1": new, "password2": new}
        fresh.read("change", fresh.client.post(change, given))
    fresh.read("differ", fresh.client.post(change, {"oldpassword": "x", "password1": "a" * 14, "password2": "b" * 14}))
    assert not {**walk.found, **fresh.found}, said({**walk.found, **fresh.found})


@pytest.mark.django_db(databases=["default", "jobs"])
def test_error_pages_speak_english(world: World) -> None:
    walk = Walk(signed_in(world, "rep"), "rep")
    walk.client.raise_request_exception = False
    strict = Client(enforce_csrf_checks=True)
    strict.cookies["lang"] = "en"
    answers = [
        walk.client.get("/nowhere/"),
        walk.client.get("/settings/accounts/"),
        walk.client.get("/preferences/theme/"),
        walk.client.get(f"/customers/{uuid.uuid4()}/"),
        strict.post("/accounts/login/", {}),
    ]
    request = RequestFactory().get("/")
    for view in (errors.bad_request, errors.forbidden, errors.csrf_failed, errors.not_found, errors.server_error):
        answers.append(view(request))
    for answer in answers:
        walk.read(f"status {answer.status_code}", answer)
    assert {answer.status_code for answer in answers} >= {400, 403, 404, 405, 500}
    assert not walk.found, said(walk.found)
