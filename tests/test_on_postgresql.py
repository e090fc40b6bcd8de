"""Every test marked `database` runs a second time, on PostgreSQL."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.postgres import NoServer, programs, throwaway_server

ROOT = Path(__file__).resolve().parent.parent
INSIDE = "KEQING_TESTS_ON_POSTGRESQL"


def _require_programs() -> None:
    try:
        programs()
    except NoServer as problem:
        if os.environ.get("CI"):
            pytest.fail(str(problem))
        pytest.skip(str(problem))


def _run_marked(url: str, var: Path) -> subprocess.CompletedProcess[str]:
    dropped = ("PYTEST_", "JOBS_DATABASE_URL", "COV_")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(dropped)}
    environment |= {"DATABASE_URL": url, "KEQING_VAR": str(var), INSIDE: "1"}
    command = [sys.executable, "-m", "pytest", "-q", "-m", "database", "-p", "no:cacheprovider", "-p", "no:randomly"]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=1800)


@pytest.mark.skipif(INSIDE in os.environ, reason="this is already the run on PostgreSQL")
def test_what_holds_on_sqlite_holds_on_postgresql(tmp_path: Path) -> None:
    _require_programs()
    with throwaway_server() as url:
        done = _run_marked(url, tmp_path)
    said = done.stdout[-6000:] + done.stderr[-2000:]
    assert done.returncode == 0, said
    passed = re.search(r"(\d+) passed", done.stdout)
    assert passed is not None, said
    assert int(passed[1]) > 0, said
