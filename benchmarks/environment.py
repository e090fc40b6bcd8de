"""Processes of our own: the environment they run in, and modules whose last line is JSON."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
_DROPPED = ("DATABASE_URL", "JOBS_DATABASE_URL", "KEQING_", "SECRET_KEY", "DJANGO_")


def environment(home: Path, url: str = "") -> dict[str, str]:
    """Nothing of the installation from which the bench was called; `home` is the var folder."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_DROPPED)}
    given = {"KEQING_VAR": str(home), "DJANGO_SETTINGS_MODULE": "keqing.web.settings"}
    return {**kept, **given, **({"DATABASE_URL": url} if url else {})}


def run_module(home: Path, *arguments: str, url: str = "") -> dict[str, Any]:
    """Raises CalledProcessError."""
    command = [sys.executable, "-m", *arguments]
    done = subprocess.run(command, cwd=ROOT, env=environment(home, url), capture_output=True, text=True, check=True)
    answer: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return answer


def last_line(problem: subprocess.CalledProcessError) -> str:
    lines = (problem.stderr or "").strip().splitlines()
    return lines[-1][:200] if lines else str(problem)
