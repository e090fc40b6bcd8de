"""Every query of a page starts at what the viewer may see; work without a viewer is listed in docs/everything.md."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from keqing.core.models import Rows
from tests.architecture.source import DOCS, Source, dotted, faults, shipped, snippet, table_rows

#: how a query of a page may begin
STARTS = {"visible_to", "own", "arranged_by", "everything"}
MANAGERS = {"objects", "_default_manager", "_base_manager"}
#: (module, start) → why this page may begin elsewhere
LET_THROUGH: dict[tuple[str, str], str] = {
    ("keqing/customers/views/loading.py", "model._default_manager"): "the next line asks visible_to of it",
    ("keqing/web/views/importing.py", "ImportRun.objects.filter"): "one run, already looked up as visible",
    ("keqing/web/views/importing.py", "Job.objects.filter"): "the job of a run that was looked up as visible",
    ("keqing/web/views/settings_page.py", "User.objects.filter"): "administrators count and look for accounts",
    ("keqing/web/views/settings_page.py", "User.objects.create_superuser"): "makes the first administrator",
}


def wild_query(source: Source) -> Iterator[str]:
    """In views: `Model.objects` followed by anything but a start that asks the viewer."""
    if not source.is_view:
        return
    called = {id(node.value) for node in ast.walk(source.tree) if isinstance(node, ast.Attribute)}
    for node in ast.walk(source.tree):
        if not isinstance(node, ast.Attribute):
            continue
        if isinstance(node.value, ast.Attribute) and node.value.attr in MANAGERS and node.attr not in STARTS:
            if (source.path, ast.unparse(node)) not in LET_THROUGH:
                yield f"{node.lineno} starts at {ast.unparse(node)}"
        elif node.attr in MANAGERS and id(node) not in called and (source.path, ast.unparse(node)) not in LET_THROUGH:
            yield f"{node.lineno} hands the whole table on: {ast.unparse(node)}"


def wild_lookup(source: Source) -> Iterator[str]:
    """In views: a lookup by model class instead of by visible rows."""
    if not source.is_view:
        return
    for node in ast.walk(source.tree):
        if not isinstance(node, ast.Call) or dotted(node.func)[-1] not in {"get_object_or_404", "get_list_or_404"}:
            continue
        if node.args and isinstance(node.args[0], ast.Name) and node.args[0].id[:1].isupper():
            yield f"{node.lineno} looks up {node.args[0].id} past the viewer"


GOOD = """
def page(request, key):
    rows = Visit.objects.visible_to(request.viewer).open()
    views = SavedView.objects.own(request.viewer)
    return get_object_or_404(Visit.objects.visible_to(request.viewer), public_id=key)
"""
BAD = (
    (wild_query, "rows = Visit.objects.all()"),
    (wild_query, "rows = Visit.objects.filter(pk=1)"),
    (wild_query, "row = Visit._default_manager.get(pk=1)"),
    (wild_query, "rows = services.narrowed(Visit.objects)"),
    (wild_lookup, "row = get_object_or_404(Visit, pk=1)"),
)


@pytest.mark.parametrize("check", [wild_query, wild_lookup])
def test_no_view_asks_past_the_viewer(check: type) -> None:
    assert not faults(check)


@pytest.mark.parametrize(("check", "text"), BAD)
@pytest.mark.parametrize("path", ["keqing/visits/views.py", "keqing/web/views/today.py", "keqing/visits/views_more.py"])
def test_the_check_reports_it(check: type, text: str, path: str) -> None:
    assert list(check(snippet(text, path)))


def test_the_check_lets_a_proper_start_pass() -> None:
    assert not list(wild_query(snippet(GOOD))) + list(wild_lookup(snippet(GOOD)))


def test_the_views_are_seen() -> None:
    assert len([source for source in shipped() if source.is_view]) >= 6


@pytest.mark.parametrize(("path", "start"), LET_THROUGH)
def test_every_exemption_is_still_needed(path: str, start: str) -> None:
    assert start in next(source.text for source in shipped() if source.path == path)


# ---- work without a viewer -----------------------------------------------------------------------------------------


def texts(source: Source) -> dict[str, str]:
    """Names that stand for a text in this module, imported ones by way of their own module."""
    known = {
        target.id: node.value.value
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(source.tree):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("keqing."):
            there = [other for other in shipped() if other.path == node.module.replace(".", "/") + ".py"]
            for alias in node.names:
                if there and alias.name.isupper() and alias.name in (said := texts(there[0])):
                    known[alias.asname or alias.name] = said[alias.name]
    return known


def reasons(source: Source) -> Iterator[tuple[str, str]]:
    """(path, reason) of each call of `everything`; the reason is "?" where it is not a plain text."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "everything":
            given = node.args[0] if node.args else None
            if isinstance(given, ast.Constant) and isinstance(given.value, str):
                yield source.path, given.value
            elif isinstance(given, ast.Name):
                yield source.path, texts(source).get(given.id, "?")
            else:
                yield source.path, "?"


def called() -> set[tuple[str, str]]:
    return {found for source in shipped() for found in reasons(source)}


def listed() -> set[tuple[str, str]]:
    rows = table_rows((DOCS / "everything.md").read_text("utf-8"), columns=2)
    return {(path.strip("`"), reason) for path, reason in rows[1:]}


def test_every_call_past_the_viewer_gives_a_plain_reason() -> None:
    assert not sorted(found for found in called() if found[1] == "?" or len(found[1]) < 10)


def test_the_list_in_the_docs_is_the_code() -> None:
    missing = [f"| `{path}` | {reason} |" for path, reason in sorted(called() - listed())]
    assert not missing, "add to docs/everything.md:\n" + "\n".join(missing)
    assert not listed() - called(), "no longer in the code, take out of docs/everything.md"


def test_reasons_are_found_however_they_are_written() -> None:
    text = 'WHY = "kept in one place"\na = A.objects.everything(WHY)\nb = B.objects.everything("said here")\n'
    path = "keqing/visits/services.py"
    assert list(reasons(snippet(text, path))) == [(path, "kept in one place"), (path, "said here")]
    assert list(reasons(snippet("a = A.objects.everything(f'{x}')"))) == [("keqing/visits/views.py", "?")]


def test_a_call_without_reason_is_refused() -> None:
    with pytest.raises(ValueError, match="reason"):
        Rows().everything("")
