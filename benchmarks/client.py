"""One person at one browser: a kept-alive connection, cookies, forms, and the time every answer took."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.client import HTTPConnection
from urllib.parse import urlencode

YARDSTICK = "/yardstick/"
_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


class Unexpected(Exception):
    """The page did not answer as it should; the text says how."""


@dataclass(frozen=True)
class Answer:
    status: int
    text: str
    location: str
    seconds: float


@dataclass
class Browser:
    port: int
    cookies: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._connection = HTTPConnection("127.0.0.1", self.port, timeout=60)

    def get(self, path: str) -> Answer:
        return self._ask("GET", path, None)

    def post(self, path: str, form: Mapping[str, str]) -> Answer:
        return self._ask("POST", path, urlencode(form).encode())

    def _ask(self, method: str, path: str, body: bytes | None) -> Answer:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        started = time.perf_counter()
        self._connection.request(method, path, body, headers)
        response = self._connection.getresponse()
        content = response.read()
        seconds = time.perf_counter() - started
        for header in response.headers.get_all("Set-Cookie", []):
            name, _, value = header.split(";", 1)[0].partition("=")
            self.cookies[name] = value
        return Answer(response.status, content.decode(errors="replace"), response.headers.get("Location", ""), seconds)

    def page(self, path: str) -> Answer:
        """A page that must be there. Raises Unexpected."""
        return require(self.get(path), 200, path)

    def close(self) -> None:
        self._connection.close()


def require(answer: Answer, status: int, what: str) -> Answer:
    if answer.status != status:
        raise Unexpected(f"{what}: HTTP {answer.status} {_said(answer)}".strip())
    return answer


def _said(answer: Answer) -> str:
    if answer.location:
        return f"to {answer.location}"
    found = re.search(r"<h1[^>]*>(.*?)</h1>", answer.text, re.DOTALL)
    return re.sub(r"<[^>]+>|\s+", " ", found[1]).strip()[:80] if found else ""


def token_in(answer: Answer) -> str:
    """The CSRF token of a page's form. Raises Unexpected."""
    found = _TOKEN.search(answer.text)
    if found is None:
        raise Unexpected("the page has no form")
    return found[1]
