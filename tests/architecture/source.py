"""The code of the house as text and syntax trees, read once: what the architecture tests look at."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
APPS = ("core", "accounts", "territory", "catalog", "customers", "visits", "web")


@dataclass(frozen=True)
class Source:
    """`path` is written with slashes from the root: keqing/visits/views.py."""

    path: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @property
    def parts(self) -> tuple[str, ...]:
        return tuple(self.path.removesuffix(".py").split("/"))

    @property
    def is_test(self) -> bool:
        return "tests" in self.parts or self.parts[-1] == "conftest"

    @property
    def is_view(self) -> bool:
        return any(part == "views" or part.startswith("views_") for part in self.parts[2:])


@lru_cache(maxsize=1)
def sources() -> tuple[Source, ...]:
    """Every module of the package, migrations left out."""
    files = sorted((ROOT / "keqing").rglob("*.py"))
    found = (Source(file.relative_to(ROOT).as_posix(), file.read_text("utf-8")) for file in files)
    return tuple(source for source in found if "migrations" not in source.parts)


def shipped() -> tuple[Source, ...]:
    return tuple(source for source in sources() if not source.is_test)


def faults(check: Callable[[Source], Iterator[str]], of: tuple[Source, ...] | None = None) -> list[str]:
    return [f"{source.path}:{fault}" for source in (shipped() if of is None else of) for fault in check(source)]


def snippet(text: str, path: str = "keqing/visits/views.py") -> Source:
    return Source(path, text)


def dotted(node: ast.expr) -> list[str]:
    """Names of a chain of attributes and calls, the first one first: Visit.objects.live().on → Visit objects live on."""
    names: list[str] = []
    while True:
        if isinstance(node, ast.Attribute):
            names.append(node.attr)
            node = node.value
        elif isinstance(node, ast.Call):
            node = node.func
        elif isinstance(node, ast.Subscript):
            node = node.value
        elif isinstance(node, ast.Name):
            return [node.id, *reversed(names)]
        else:
            return ["", *reversed(names)]


def table_rows(text: str, columns: int) -> list[list[str]]:
    """Cells of the Markdown tables with that many columns, heads and rules left out."""
    rows = []
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split(" | ")]
        if line.startswith("| ") and len(cells) == columns and set(cells[0]) - set("-: "):
            rows.append(cells)
    return rows
