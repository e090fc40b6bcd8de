"""The pages that explain the house point at things that exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.architecture.source import DOCS, ROOT

PAGES = [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))]


def broken_links(page: Path) -> list[str]:
    """Relative links of a page that lead nowhere; pictures of screens are made apart."""
    links = re.findall(r"(?<!!)\[[^\]]*\]\(([^)#]+)[^)]*\)", page.read_text("utf-8"))
    return [link for link in links if "://" not in link and not (page.parent / link).exists()]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_of_a_page_lead_somewhere(page: Path) -> None:
    assert not broken_links(page)


def test_a_broken_link_is_reported(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("[here](page.md) [there](nowhere.md) [out](https://example.cn/x) ![picture](later.png)")
    assert broken_links(page) == ["nowhere.md"]


@pytest.mark.parametrize("name", ["utils", "keqing/visits/models.py"])
def test_paths_are_told_apart_from_words(name: str) -> None:
    assert bool(paths_in(f"see `{name}` there")) is ("/" in name)


def paths_in(text: str) -> set[str]:
    """Files and folders of ours that a page names in code type."""
    named = re.findall(r"`((?:keqing|tests|docs|tools|benchmarks)/[\w./-]+)`", text)
    return {name for name in named if "*" not in name}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_files_a_page_names_exist(page: Path) -> None:
    assert not {name for name in paths_in(page.read_text("utf-8")) if not (ROOT / name).exists()}


def test_every_decision_has_its_number_and_says_what_was_decided() -> None:
    pages = sorted((DOCS / "adr").glob("*.md"))
    assert [page.name[:4] for page in pages] == [f"{number:04d}" for number in range(1, len(pages) + 1)]
    for page in pages:
        text = page.read_text("utf-8")
        assert text.startswith(f"# {page.name[:4]} ")
        assert "**Decided.**" in text and "**Why" in text
