"""docs/operations.md knows every setting an operator may change and every command."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from tests.architecture.source import DOCS, ROOT, Source, dotted, shipped, snippet

COMMANDS = ROOT / "keqing/web/management/commands"


def variables(source: Source) -> Iterator[str]:
    """Names read from the environment: os.environ.get("X"), os.environ["X"], os.getenv("X"), flag("X")."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            chain = dotted(node.func)
            if chain[-2:] in (["environ", "get"], ["os", "getenv"]) or chain in (["flag"], ["getenv"]):
                yield str(node.args[0].value)
        elif isinstance(node, ast.Subscript) and ast.unparse(node.value) == "os.environ":
            yield ast.unparse(node.slice).strip("'")


def read_anywhere() -> set[str]:
    return {name for source in shipped() for name in variables(source)}


def documented() -> set[str]:
    text = (DOCS / "operations.md").read_text("utf-8")
    return set(re.findall(r"^\| `([A-Z][A-Z_]+)` \|", text, re.MULTILINE))


def commands() -> set[str]:
    return {file.stem for file in COMMANDS.glob("*.py") if file.stem != "__init__"}


def test_every_variable_is_documented_and_none_is_invented() -> None:
    assert {"DATABASE_URL", "KEQING_VAR", "KEQING_HTTPS"} <= read_anywhere()
    assert documented() == read_anywhere()


def test_every_command_is_documented_and_none_is_invented() -> None:
    text = (DOCS / "operations.md").read_text("utf-8")
    told = set(re.findall(r"^\| `keqing ([a-z][a-z-]+)", text, re.MULTILINE))
    assert "doctor" in commands()
    assert told == commands()


def test_every_make_target_is_documented() -> None:
    targets = set(re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    told = set(re.findall(r"`make ([a-z-]+)", (DOCS / "operations.md").read_text("utf-8")))
    assert "run" in targets
    assert told == targets


def test_variables_are_found_however_they_are_read() -> None:
    text = 'import os\na = os.environ.get("A", "")\nb = os.environ["B"]\nc = flag("C", False)\nd = os.getenv("D")\n'
    assert sorted(variables(snippet(text, "keqing/web/settings.py"))) == ["A", "B", "C", "D"]
