"""What is committed names no machine and no download address."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.source import ROOT

LOCKS = ("requirements.txt", "requirements-dev.txt")
#: folders that exist on one machine only; written in parts so that this line is not one of them
MACHINE = re.compile(
    "|".join(("/" + place) for place in ("work/main", "work/shared", "root/", r"home/\w", r"Users/\w"))
)
PICTURES = {".png", ".woff2", ".gz", ".ico", ".xls", ".xlsx", ".mo", ".sqlite3", ".jpg", ".zip", ".parquet"}


def addresses(text: str) -> list[str]:
    return [line for line in text.splitlines() if "http" in line.lower() or "--index" in line or "git+" in line]


def committed() -> list[Path]:
    """Files under version control or about to be; every file where there is none."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode == 0:
        return [path for line in listed.stdout.splitlines() if (path := ROOT / line).is_file()]
    return [path for folder in ("keqing", "tests", "docs", "tools") for path in (ROOT / folder).rglob("*.*")]


def machine_paths(path: Path) -> Iterator[str]:
    if path.suffix in PICTURES:
        return
    for number, line in enumerate(path.read_text("utf-8", errors="replace").splitlines(), start=1):
        if found := MACHINE.search(line):
            yield f"{path.name}:{number} {found.group()}"


@pytest.mark.parametrize("name", LOCKS)
def test_locks_hold_no_address(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    assert text.count("--hash=sha256:") > 20
    assert not addresses(text)


@pytest.mark.parametrize("line", ["x @ https://a.b/x.whl", "--index-url HTTP://a.b", "x @ git+ssh://a/b", "--index a"])
def test_an_address_in_a_lock_is_reported(line: str) -> None:
    assert addresses(f"django==5.2.19\n{line}\n") == [line]


def test_no_committed_file_names_a_machine() -> None:
    files = committed()
    assert len(files) > 200
    assert not [found for file in files for found in machine_paths(file)]


def test_a_machine_path_is_reported(tmp_path: Path) -> None:
    file = tmp_path / "notes.md"
    file.write_text("see /" + "home/li/keqing\nnot /homepage\n")
    assert list(machine_paths(file)) == ["notes.md:1 /" + "home/l"]


def test_locks_that_hold_addresses_are_not_committed() -> None:
    assert not [file for file in committed() if file.name in {"uv.lock", "pylock.toml"}]
