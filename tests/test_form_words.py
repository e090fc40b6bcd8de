"""What a form says about a mistake is in our words: no stock sentence of the framework, no English, no name twice."""

from __future__ import annotations

import gettext
import re
from collections import Counter, deque
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import django
import pytest
from django.test import Client
from django.utils import timezone

from keqing.customers.models import Party
from keqing.territory.models import Employee, Position
from tests.english_world import World, build
from tests.test_english import LEAVE, Form, Page, name_of, signed_in, taken_back

pytestmark = [pytest.mark.django_db(databases=["default", "jobs"]), pytest.mark.usefixtures("english_catalog")]
STOCK = Path(django.__file__).parent / "conf" / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.mo"
#: nothing, no number, no date, too long, too large, below zero, a day that never was, a sign nobody sees
NONSENSE = ("", "x", "长" * 3000, "9" * 30, "-1", "2026-13-45", "2026-02-30", "\x00")
ENGLISH = re.compile(r"\b(is|are|has|must|with|this|not|already|valid|value|the|enter|select|ensure)\b", re.IGNORECASE)
ERRORS = re.compile(r'class="(?:field-error|errorlist)[^"]*"[^>]*>(.*?)</(?:div|ul)>', re.DOTALL)
NOTES = re.compile(r'class="notice notice-red"[^>]*>(.*?)</div></div>', re.DOTALL)


@pytest.fixture
def world() -> World:
    return build(timezone.now())


@lru_cache(maxsize=1)
def stock() -> tuple[re.Pattern[str], ...]:
    """The framework's own Chinese, each placeholder standing for anything."""
    with STOCK.open("rb") as file:
        texts = {str(text) for text in gettext.GNUTranslations(file)._catalog.values()}  # type: ignore[attr-defined]
    pieces = [[re.escape(piece) for piece in re.split(r"%\(\w+\)[sdr]", text)] for text in texts]
    return tuple(re.compile(".*".join(piece)) for piece in pieces if sum(map(len, piece)) >= 6)


def is_foreign(text: str) -> bool:
    return ENGLISH.search(text) is not None or any(pattern.fullmatch(text) for pattern in stock())


def said(html: str) -> set[str]:
    pieces = [piece for pattern in (ERRORS, NOTES) for piece in pattern.findall(html)]
    texts = (text for piece in pieces for text in re.split(r"<[^>]*>", piece))
    return {" ".join(text.split()) for text in texts if text.strip()}


@dataclass
class Round:
    """One person's pages, each kind of form on them filled with nonsense."""

    client: Client
    found: dict[str, set[str]] = field(default_factory=dict)
    forms: set[tuple[str, tuple[str, ...]]] = field(default_factory=set)

    def go(self) -> None:
        waiting, seen, times = deque(["/", "/accounts/password/change/"]), {"/"}, Counter[str]()
        while waiting:
            address = waiting.popleft()
            name = name_of(address)
            if name is None or times[name] >= 2:
                continue
            times[name] += 1
            page = self.open(address)
            for link in page.links if page else ():
                target = urljoin(address, link).split("#")[0]
                if target.startswith("/") and not urlsplit(target).netloc and target not in seen:
                    seen.add(target)
                    waiting.append(target)
            for form in page.forms if page else ():
                self.fill(urljoin(address, form.action), form)

    def open(self, address: str) -> Page | None:
        response = self.client.get(address, follow=True)
        if not response.get("Content-Type", "").startswith("text/html"):
            return None
        # the reader of English pages passes over parts in Chinese, and here the whole page is one
        return Page(response.content.decode().replace('lang="zh-Hans"', ""))

    def fill(self, address: str, form: Form) -> None:
        kind = (name_of(address) or "", tuple(form.asked))
        if kind[0] in LEAVE or not form.asked or kind in self.forms:
            return
        self.forms.add(kind)
        for value in NONSENSE:
            with taken_back():
                answer = self.client.post(address, {**form.fields, **dict.fromkeys(form.asked, value)})
            if not answer.streaming:
                for text in said(answer.content.decode(errors="replace")):
                    self.found.setdefault(text, set()).add(kind[0])


def test_no_form_answers_in_stock_words(world: World) -> None:
    found: dict[str, set[str]] = {}
    forms: set[str] = set()
    for who in ("admin", "sfe", "rep", "mr"):
        tour = Round(chinese(world, who))
        tour.go()
        forms |= {name for name, _ in tour.forms}
        for text, where in tour.found.items():
            found.setdefault(text, set()).update(where)
    assert len(forms) >= 30 and len(found) >= 40, (sorted(forms), sorted(found))
    foreign = {text[:100]: sorted(where) for text, where in found.items() if is_foreign(text)}
    assert not foreign


def chinese(world: World, username: str) -> Client:
    client = signed_in(world, username)
    client.cookies["lang"] = "zh-hans"
    return client


def test_what_is_there_already_is_said_in_our_words(world: World) -> None:
    client = chinese(world, "admin")
    position, holder = Position.objects.live().first(), Employee.objects.live().first()
    party = Party.objects.live().exclude(code="").first()
    assert position and holder and party
    post = {"code": position.code, "name": "x", "persona": position.persona, "valid_from": "2026-01-01"}
    house = {"name": "x", "category": "HCO/OTHER", "status": "ACTIVE", "code": party.code, "geofence_m": "300"}
    tries = (
        ("/territory/positions/new/", post, "这个岗位编码已经有了。"),
        ("/territory/positions/staff/new/", {"staff_no": holder.staff_no, "name": "x"}, "这个工号已经有了。"),
        ("/customers/new/", house, f"客户编码 {party.code} 已经有了，换一个，或先找到那家客户。"),
    )
    for address, values, sentence in tries:
        answer = client.post(address, values)
        texts = said(answer.content.decode())
        assert answer.status_code == 422 and sentence in texts, (address, texts)
        assert not {text for text in texts if is_foreign(text)}


@pytest.mark.parametrize(
    ("text", "is_stock"),
    [
        ("这个字段是必填项。", True),
        ("具有 工号 的 员工 已存在。", True),
        ("确保该变量包含不超过 8 字符 (目前字符数 30)。", True),
        ("Constraint “x” is violated.", True),
        ("员工 with this 工号 already exists.", True),
        ("最多写 8 个字，现在有 30 个。", False),
        ("这个工号已经有了。", False),
        ("药品的医保编码应以 X（西药）或 Z（中成药）开头，写的是 9", False),
    ],
)
def test_stock_words_are_told_from_ours(text: str, is_stock: bool) -> None:
    assert is_foreign(text) is is_stock
