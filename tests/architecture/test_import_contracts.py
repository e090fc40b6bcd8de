"""The import contracts hold, and each of them reports a breach."""

from __future__ import annotations

import configparser
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.source import ROOT

pytestmark = pytest.mark.xdist_group("contracts")

#: contract → module and a line that breaks it
BREACHES = {
    "floors": ("keqing/territory/rogue.py", "import keqing.visits.models"),
    "inside": ("keqing/visits/rules/rogue.py", "import keqing.visits.models"),
    "engines-pure": ("keqing/engines/world/rogue.py", "import django"),
    "engines-independent": ("keqing/engines/other/__init__.py", "import keqing.engines.world"),
    "engines-face": ("keqing/web/rogue.py", "import keqing.engines.world.generator"),
    "interface-private": ("keqing/core/rogue.py", "import keqing.visits.views"),
}


def contracts(folder: Path) -> dict[str, str]:
    config = configparser.ConfigParser()
    config.read(folder / ".importlinter", encoding="utf-8")
    prefix = "importlinter:contract:"
    return {name.removeprefix(prefix): config[name]["name"] for name in config.sections() if name.startswith(prefix)}


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    command = Path(sys.executable).with_name("lint-imports")
    return subprocess.run(
        [command, "--no-cache", "--no-logo"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder), "COLUMNS": "200", "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


def copy_of_house(folder: Path) -> Path:
    shutil.copy(ROOT / ".importlinter", folder)
    only_code = shutil.ignore_patterns("static", "templates", "library_templates", "data", "locale", "__pycache__")
    shutil.copytree(ROOT / "keqing", folder / "keqing", ignore=only_code)
    return folder


def test_all_contracts_are_kept() -> None:
    said = lint(ROOT)
    assert said.returncode == 0, said.stdout + said.stderr
    assert f"Contracts: {len(contracts(ROOT))} kept, 0 broken." in said.stdout


def test_each_contract_reports_its_breach(tmp_path: Path) -> None:
    house = copy_of_house(tmp_path)
    for path, line in BREACHES.values():
        (house / path).parent.mkdir(parents=True, exist_ok=True)
        (house / path).write_text(f"{line}\n", encoding="utf-8")
    said = lint(house)
    assert said.returncode != 0
    for name in contracts(house).values():
        assert f"{name} BROKEN" in said.stdout, said.stdout + said.stderr


def test_every_contract_has_a_breach_here() -> None:
    assert set(contracts(ROOT)) == set(BREACHES)


def test_a_new_package_must_be_given_a_floor(tmp_path: Path) -> None:
    house = copy_of_house(tmp_path)
    (house / "keqing" / "gossip").mkdir()
    (house / "keqing" / "gossip" / "__init__.py").touch()
    said = lint(house)
    assert said.returncode != 0
    assert "gossip" in said.stdout + said.stderr
