"""What this house does not do: attic modules, signals, star imports, imports inside functions."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

import pytest

from tests.architecture.source import ROOT, Source, faults, shipped, snippet, sources

ATTICS = {"utils", "helpers", "misc", "common", "signals"}
Check = Callable[[Source], Iterator[str]]


def attic_name(source: Source) -> Iterator[str]:
    for part in source.parts:
        if part in ATTICS or part.removesuffix("_utils").removesuffix("_helpers") != part:
            yield f" a module named {part} says nothing about what is in it"


def signal_use(source: Source) -> Iterator[str]:
    for node in ast.walk(source.tree):
        if isinstance(node, ast.ImportFrom) and node.module and "signals" in node.module.split("."):
            yield f"{node.lineno} imports {node.module}"
        elif isinstance(node, ast.ImportFrom) and any(alias.name in {"receiver", "Signal"} for alias in node.names):
            yield f"{node.lineno} imports a receiver or a signal"
        elif isinstance(node, ast.Import) and any("signals" in alias.name.split(".") for alias in node.names):
            yield f"{node.lineno} imports signals"


def star_import(source: Source) -> Iterator[str]:
    for node in ast.walk(source.tree):
        if isinstance(node, ast.ImportFrom) and any(alias.name == "*" for alias in node.names):
            yield f"{node.lineno} imports everything from {node.module}"


def hidden_import(source: Source) -> Iterator[str]:
    for outer in ast.walk(source.tree):
        if isinstance(outer, (ast.FunctionDef, ast.AsyncFunctionDef)):
            for node in ast.walk(outer):
                if isinstance(node, (ast.Import, ast.ImportFrom)):
                    yield f"{node.lineno} imports inside {outer.name}()"


CLOCKS = {"timezone.now", "timezone.localdate", "date.today", "datetime.now", "datetime.today", "datetime.utcnow"}
#: the edges where the clock is read once
MAY_READ_THE_CLOCK = {
    "keqing/web/middleware.py": "once per request, handed on as request.now",
    "keqing/web/tasks.py": "once per job",
    "keqing/core/sessions.py": "whether a session has run out, before there is a request.now",
    "keqing/core/jobs.py": "a running job says when it was last alive",
    "keqing/core/written.py": "whether a date needs its year",
}


def hidden_clock(source: Source) -> Iterator[str]:
    if source.path in MAY_READ_THE_CLOCK or "commands" in source.parts:
        return
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call) and not node.args and ast.unparse(node.func) in CLOCKS:
            yield f"{node.lineno} reads the clock: {ast.unparse(node)}"


def swallowed(source: Source) -> Iterator[str]:
    for node in ast.walk(source.tree):
        if isinstance(node, ast.ExceptHandler) and node.type is None:
            yield f"{node.lineno} catches everything"


CHECKS: tuple[tuple[Check, str, str], ...] = (
    (attic_name, "keqing/visits/utils.py", "x = 1"),
    (attic_name, "keqing/visits/date_helpers.py", "x = 1"),
    (signal_use, "keqing/visits/models.py", "from django.db.models.signals import post_save"),
    (signal_use, "keqing/visits/models.py", "from django.dispatch import receiver"),
    (signal_use, "keqing/visits/models.py", "import django.core.signals"),
    (star_import, "keqing/visits/models.py", "from keqing.core.models import *"),
    (hidden_import, "keqing/visits/models.py", "def f():\n    from keqing.core import saving"),
    (hidden_import, "keqing/visits/models.py", "class A:\n    def f(self):\n        if self:\n            import json"),
    (hidden_clock, "keqing/visits/services.py", "from django.utils import timezone\nx = timezone.now()"),
    (hidden_clock, "keqing/visits/rules/due.py", "from datetime import date\ndef f():\n    return date.today()"),
    (swallowed, "keqing/visits/services.py", "try:\n    x = 1\nexcept:\n    pass"),
)


@pytest.mark.parametrize("check", dict.fromkeys(check for check, _, _ in CHECKS), ids=lambda check: check.__name__)
def test_the_house_has_none_of(check: Check) -> None:
    everywhere = check in {attic_name, signal_use, star_import, swallowed}
    assert not faults(check, sources() if everywhere else shipped())


@pytest.mark.parametrize(("check", "path", "text"), CHECKS)
def test_the_check_reports_it(check: Check, path: str, text: str) -> None:
    assert list(check(snippet(text, path)))


def test_the_package_and_the_engines_have_empty_doors() -> None:
    assert (ROOT / "keqing/__init__.py").read_text() == ""
    assert (ROOT / "keqing/engines/__init__.py").read_text() == ""


def test_every_clock_exemption_is_still_needed() -> None:
    reading = {source.path for source in shipped() if any(name + "(" in source.text for name in CLOCKS)}
    assert set(MAY_READ_THE_CLOCK) <= reading
