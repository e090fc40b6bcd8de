"""On SQLite one writer holds the lock: while an import is written, everybody else still saves within a second."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.db import connections

from benchmarks.customer_list import write_list
from benchmarks.environment import ROOT, environment, run_module

LONGEST_WAIT_S = 1.0
HOME = "keqing.sqlite3"

pytestmark = [
    pytest.mark.django_db(databases=["default", "jobs"]),
    pytest.mark.skipif("DATABASE_URL" in os.environ, reason="about SQLite's one lock"),
]


@pytest.fixture
def home(tmp_path: Path, db: None) -> Path:
    """The tests' empty databases as files, so that two processes can meet in them."""
    for alias, name in (("default", HOME), ("jobs", "jobs.sqlite3")):
        connections[alias].ensure_connection()
        (tmp_path / name).write_bytes(connections[alias].connection.serialize())
    return tmp_path


def import_beside_another_hand(home: Path, rows: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """What the import says of itself, and how long somebody who saves a customer every 50 ms had to wait."""
    write_list(home / "list.xlsx", rows)
    url = f"sqlite:///{home / HOME}"
    other = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.other_hand"],
        cwd=ROOT, env=environment(home, url), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert other.stdout is not None and other.stdout.readline() == "ready\n"
    try:
        told = run_module(home, "benchmarks.importing_run", str(home / "list.xlsx"), url=url)
    finally:
        said, _ = other.communicate()
    assert other.returncode == 0
    waits: dict[str, Any] = json.loads(said.splitlines()[-1])
    return told, waits


@pytest.mark.parametrize(
    "rows",
    [
        4_000,
        pytest.param(100_000, marks=pytest.mark.skipif("KEQING_SOAK" not in os.environ, reason="belongs to make soak")),
    ],
)
def test_nobody_waits_longer_than_a_second_for_an_import(home: Path, rows: int) -> None:
    told, waits = import_beside_another_hand(home, rows)
    assert told["rows_read"] == rows == sum(told["counts"].values())
    assert waits["saves"] > 20
    assert waits["longest_s"] <= LONGEST_WAIT_S
    with closing(sqlite3.connect(home / HOME)) as file:
        written, own = (
            file.execute(f"SELECT COUNT(*) FROM customers_party WHERE import_run_id IS {kind} NULL").fetchone()[0]
            for kind in ("NOT", "")
        )
    assert written == told["counts"]["new"]
    assert own == waits["saves"] + 1  # the first one, before the import, is not counted
