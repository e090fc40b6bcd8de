"""A module that outgrows one reading holds a second noun."""

from __future__ import annotations

from tests.architecture.source import ROOT, shipped

MOST = 400
#: module → why it may be longer
LONGER: dict[str, str] = {}


def lengths() -> dict[str, int]:
    return {source.path: len(source.text.splitlines()) for source in shipped()}


def test_no_module_is_longer_than_one_reading() -> None:
    assert not {path: count for path, count in lengths().items() if count > MOST and path not in LONGER}


def test_a_module_that_shrank_loses_its_leave() -> None:
    assert not {path for path in LONGER if lengths().get(path, 0) <= MOST}


def test_most_modules_are_short() -> None:
    counts = sorted(lengths().values())
    assert len(counts) > 100
    assert counts[len(counts) // 2] <= 100


def test_no_template_is_longer_than_one_reading() -> None:
    files = [file for file in (ROOT / "keqing").rglob("*.html") if "static" not in file.parts]
    long = {file.relative_to(ROOT).as_posix(): n for file in files if (n := len(file.read_text().splitlines())) > 200}
    assert len(files) > 20
    assert not long
