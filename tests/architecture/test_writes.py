"""Tracked rows are written by `core.saving` alone: whatever writes past it writes no history."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

import pytest
from django.apps import apps

from keqing.core.models import Base
from tests.architecture.source import Source, dotted, faults, shipped, snippet

MANAGERS = {"objects", "_default_manager", "_base_manager"}
OF_A_QUERY = {"update", "bulk_create", "bulk_update", "delete", "create", "get_or_create", "update_or_create"}
OF_A_ROW = {"save", "delete", "asave", "adelete", "save_base"}
WRITING_SQL = re.compile(
    r'^\s*(?:INSERT\s+(?:OR\s+\w+\s+)?INTO|REPLACE\s+INTO|DELETE\s+FROM|UPDATE)\s+("?\w+"?\s+SET\b|"?\w+"?|$)', re.I
)

#: whole modules that write below the saving function
MODULES = {
    "keqing/core/saving.py": "the saving function itself",
    "keqing/core/search.py": "search tokens beside the rows, asked for by the saving function",
    "keqing/web/demo.py": "removes the invented company for good, history included",
}
#: (module, what stands before the verb) → why it is no tracked row
ROWS: dict[tuple[str, str], str] = {
    ("keqing/accounts/lockout.py", "cache"): "the cache",
    ("keqing/accounts/services.py", "store"): "a session",
    ("keqing/core/approvals.py", "step"): "a decision is a row of its own and is never changed again",
    ("keqing/core/files.py", "stored"): "a stored file is evidence: written once, never changed",
    ("keqing/core/imports/undoing.py", "entry"): "a bin entry counts its rows",
    ("keqing/core/jobs.py", "job"): "state of a job",
    ("keqing/core/jobs.py", "self.job"): "progress of a job",
    ("keqing/core/saved_views.py", "view"): "a view",
    ("keqing/web/jinja.py", "env.filters"): "a mapping",
    ("keqing/web/jinja.py", "env.globals"): "a mapping",
    ("keqing/web/management/commands/import.py", "progress.job"): "state of a job",
    ("keqing/web/views/importing.py", "row"): "a row of a file, kept with its run",
    ("keqing/web/views/importing.py", "run"): "state of an import run",
}


@lru_cache(maxsize=1)
def untracked() -> frozenset[str]:
    return frozenset(model.__name__ for model in apps.get_models() if not issubclass(model, Base))


@lru_cache(maxsize=1)
def tracked_tables() -> frozenset[str]:
    return frozenset(model._meta.db_table for model in apps.get_models() if issubclass(model, Base))


def past_saving(source: Source) -> Iterator[str]:
    if source.path in MODULES or source.path.startswith("keqing/core/models/"):
        return
    yield from _past_saving(source.tree, source, {})


def _past_saving(node: ast.AST, source: Source, types: Mapping[str, str]) -> Iterator[str]:
    """Walks into functions with the types of their arguments in hand."""
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        given = [*node.args.args, *node.args.kwonlyargs]
        types = {**types, **{arg.arg: _last_name(arg.annotation) for arg in given if arg.annotation}}
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        yield from _written_by(node, node.func, source, types)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str) and _writes_tracked(node.value):
        yield f"{node.lineno} writes by hand: {node.value.strip()[:40]}"
    for child in ast.iter_child_nodes(node):
        yield from _past_saving(child, source, types)


def _last_name(annotation: ast.expr) -> str:
    return ast.unparse(annotation).split(".")[-1].strip("'\"")


def _writes_tracked(text: str) -> bool:
    """Statements on tables that keep no history are let through; one whose table is not said is not."""
    found = WRITING_SQL.match(text)
    if found is None or (text.lstrip().upper().startswith("UPDATE") and not re.search(r"\bSET\b|\s$", text)):
        return False
    table = found.group(1).split()[0].strip('"') if found.group(1) else ""
    known = {model._meta.db_table for model in apps.get_models()} - tracked_tables()
    return table not in known


def _written_by(call: ast.Call, func: ast.Attribute, source: Source, types: Mapping[str, str]) -> Iterator[str]:
    names, before = dotted(func.value), ast.unparse(func.value)
    kind = types.get(names[0], names[0]) if len(names) == 1 or MANAGERS & set(names) else names[0]
    if func.attr in OF_A_QUERY and MANAGERS & set(names):
        is_writing = kind not in untracked()
    elif func.attr in OF_A_ROW or _looks_like_rows(call, func):
        is_writing = kind not in untracked() and names[0] != "super"
    else:
        return
    if is_writing and (source.path, before) not in ROWS:
        yield f"{call.lineno} {before}.{func.attr}() may write tracked rows past the saving function"


def _looks_like_rows(call: ast.Call, func: ast.Attribute) -> bool:
    """A mapping's update takes a mapping, a query's takes named fields; bulk verbs are only a query's."""
    if func.attr == "update":
        return bool(call.keywords) and not call.args
    return func.attr.startswith("bulk_")


BAD = (
    "Party.objects.filter(pk=1).update(name='x')",
    "Party.objects.visible_to(viewer).filter(pk=1).delete()",
    "Party.objects.create(name='x')",
    "Party.objects.bulk_create(rows)",
    "Party._default_manager.get_or_create(name='x')",
    "model._default_manager.filter(pk=1).update(name='x')",
    "party.save()",
    "self.instance.save(update_fields=['name'])",
    "def f(party: Party):\n    party.delete()",
    "form.save()",
    "rows.update(name='x')",
    "rows.bulk_update(found, ['name'])",
    "party.names.all().update(name='x')",
    "def f(run: ImportRun):\n    run.party.save()",
    "cursor.execute('UPDATE customers_party SET name = 1')",
    "cursor.execute(f'UPDATE {table} SET name = 1')",
    "SQL = 'delete from customers_party'",
    "SQL = 'INSERT OR REPLACE INTO \"customers_party\" VALUES (1)'",
)
GOOD = (
    "save([party], act)",
    "save_one(party, act)",
    "throw_away([party], act)",
    "Notice.objects.visible_to(viewer).update(read_at=now)",
    "Job.objects.create(title='x')",
    "def f(run: ImportRun):\n    run.save()",
    "counts.update(other)",
    "digest.update(chunk)",
    "cursor.execute('SELECT 1')",
    "cursor.execute('UPDATE core_importrow SET is_written = 1')",
    "@needs('party', 'delete')\ndef f(): ...",
)


def test_nothing_writes_past_the_saving_function() -> None:
    assert {"customers_party", "visits_visit", "territory_position"} <= tracked_tables()
    assert not faults(past_saving)


@pytest.mark.parametrize("line", BAD)
def test_the_check_reports_it(line: str) -> None:
    assert list(past_saving(snippet(line)))


@pytest.mark.parametrize("line", GOOD)
def test_the_check_lets_it_pass(line: str) -> None:
    assert not list(past_saving(snippet(line)))


@pytest.mark.parametrize("path", MODULES)
def test_every_module_that_may_write_still_does(path: str) -> None:
    source = next(source for source in shipped() if source.path == path)
    assert any(verb in source.text for verb in ("INSERT", "DELETE", ".delete(", ".update(")), path


@pytest.mark.parametrize(("path", "before"), ROWS)
def test_every_row_that_may_be_saved_still_is(path: str, before: str) -> None:
    source = next(source for source in shipped() if source.path == path)
    assert any(f"{before}.{verb}(" in source.text for verb in OF_A_ROW | {"update"}), (path, before)


def test_a_save_of_its_own_says_why() -> None:
    """An overridden save is a place where a rule hides."""
    own = {
        f"{source.path} {outer.name}"
        for source in shipped()
        for outer in ast.walk(source.tree)
        if isinstance(outer, ast.ClassDef) and any(dotted(base)[-1] in KINDS_OF_MODEL for base in outer.bases)
        for node in outer.body
        if isinstance(node, ast.FunctionDef) and node.name in OF_A_ROW
    }
    assert own <= {"keqing/accounts/models.py User"}  # keeps the account's search tokens, says no rule


KINDS_OF_MODEL = {"Base", "Model", "PeriodModel", "AbstractUser"}
