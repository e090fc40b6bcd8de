"""A served Keqing with the demonstration in it, and a real Chromium: journeys see what a person sees."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

SIZES = {"desk": {"width": 1440, "height": 900}, "phone": {"width": 390, "height": 844}}
PASSWORD = "keqing-demo-2026"


@dataclass(frozen=True)
class House:
    url: str
    var: Path
    environment: dict[str, str]

    def run(self, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "keqing", *arguments],
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    var = tmp_path_factory.mktemp("house")
    port = _free_port()
    environment = {**os.environ, "KEQING_VAR": str(var), "DJANGO_SETTINGS_MODULE": "keqing.web.settings"}
    environment.pop("DATABASE_URL", None)
    house = House(f"http://localhost:{port}", var, environment)
    house.run("setup")
    house.run("demo")
    server = subprocess.Popen([sys.executable, "-m", "keqing", "serve", "--port", str(port)], env=environment)
    try:
        _wait_for(house.url + "/healthz", server)
        yield house
    finally:
        server.terminate()
        server.wait(timeout=20)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(url: str, server: subprocess.Popen[bytes]) -> None:
    for _ in range(120):
        assert server.poll() is None, "the server ended before it answered"
        try:
            with urllib.request.urlopen(url, timeout=1):
                return
        except OSError:
            time.sleep(0.25)
    raise AssertionError("the server did not answer within 30 s")


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    assert chromium, "Chromium is not installed: run tools/system_packages.sh"
    quiet = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
    return {
        **browser_type_launch_args,
        "executable_path": chromium,
        "args": [*quiet, "--disable-component-update", "--disable-sync"],
    }


@pytest.fixture(params=SIZES)
def screen(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def context_for(browser: Browser, screen: str) -> Iterator[Callable[..., BrowserContext]]:
    """A browser of this screen size; every script error and every refusal of the content policy fails the journey."""
    opened: list[BrowserContext] = []
    problems: list[str] = []

    def make(**options: Any) -> BrowserContext:
        context = browser.new_context(
            viewport=SIZES[screen],  # type: ignore[arg-type]
            is_mobile=screen == "phone",
            has_touch=screen == "phone",
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            **options,
        )
        context.on("weberror", lambda error: problems.append(str(error.error)))
        context.on(
            "console", lambda message: problems.append(message.text) if "Content Security" in message.text else None
        )
        opened.append(context)
        return context

    yield make
    for context in opened:
        context.close()
    assert not problems, problems


def sign_in(page: Page, house: House, username: str) -> None:
    page.goto(house.url + "/")
    page.locator("input[name=login]").fill(username)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("form:has(input[name=password]) button[type=submit]").first.click()
    page.wait_for_url(lambda url: "/accounts/" not in url)
