"""docs/GLOSSARY.md and the code use the same words."""

from __future__ import annotations

import ast
import re
from collections import Counter
from functools import lru_cache

from django.apps import apps

from tests.architecture.source import DOCS, shipped

CHOICES = {"TextChoices", "IntegerChoices", "Choices", "StrEnum", "Enum", "IntEnum"}
HAN = re.compile(r"[\u4e00-\u9fff]")


def glossary() -> str:
    return (DOCS / "GLOSSARY.md").read_text("utf-8")


def built_part(text: str) -> str:
    """Everything before the words that are settled for later."""
    return text.split("## Settled, not built", 1)[0]


def rows(text: str) -> list[tuple[str, str, str]]:
    """(Chinese, code names, meaning) of every table row."""
    found = re.findall(r"^\| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", text, re.MULTILINE)
    return [row for row in found if row[0].strip("- ") and row[1].strip("- ") != "code"]


def code_names(cell: str) -> list[str]:
    return re.findall(r"`([A-Za-z_][\w.]*)`", cell)


@lru_cache(maxsize=1)
def defined() -> frozenset[str]:
    """Classes, functions, methods, fields and module constants of the house; members also as Class.member."""
    names: set[str] = set()
    for source in shipped():
        _collect(source.tree.body, "", names)
        names.add(source.parts[-1])
        names.update(f"{source.parts[-1]}.{node.name}" for node in source.tree.body if isinstance(node, ast.ClassDef))
    return frozenset(names)


def _collect(body: list[ast.stmt], prefix: str, names: set[str]) -> None:
    for node in body:
        if isinstance(node, (ast.ClassDef, ast.FunctionDef)):
            names.update({node.name, f"{prefix}{node.name}"})
            if isinstance(node, ast.ClassDef):
                _collect(node.body, f"{node.name}.", names)
        for target in [*getattr(node, "targets", []), getattr(node, "target", None)]:
            if isinstance(target, ast.Name):
                names.update({target.id, f"{prefix}{target.id}"})


def models_of_the_house() -> set[str]:
    return {model.__name__ for model in apps.get_models() if model.__module__.startswith("keqing.")}


def choice_classes() -> dict[str, set[str]]:
    """Closed lists and how the glossary may name them: Visit.Kind inside a model, else with module, or bare if unique."""
    classes_of = Counter(name for source in shipped() for name in _class_names(source.tree))
    found: dict[str, set[str]] = {}
    for source in shipped():
        classes = [node for node in ast.walk(source.tree) if isinstance(node, ast.ClassDef)]
        outer = {item: node.name for node in classes for item in node.body if isinstance(item, ast.ClassDef)}
        for node in filter(_is_choice, classes):
            full = f"{outer.get(node, source.parts[-1])}.{node.name}"
            found[full] = {full} | ({node.name} if node not in outer and classes_of[node.name] == 1 else set())
    return found


def _class_names(tree: ast.Module) -> list[str]:
    return [node.name for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]


def _is_choice(node: ast.ClassDef) -> bool:
    return any(ast.unparse(base).split(".")[-1] in CHOICES for base in node.bases)


def test_every_model_and_every_closed_list_is_in_the_glossary() -> None:
    known = {name for row in rows(built_part(glossary())) for name in code_names(row[1])}
    assert {"Party", "Visit"} <= models_of_the_house()
    assert {"personas.Persona", "Visit.Kind"} <= set(choice_classes())
    assert not models_of_the_house() - known
    assert not {full for full, names in choice_classes().items() if not names & known}


def test_every_code_name_of_the_glossary_exists() -> None:
    told = [name for row in rows(built_part(glossary())) for name in code_names(row[1])]
    assert len(told) > 60
    assert not sorted(set(told) - defined())


def test_what_is_settled_for_later_is_not_built_yet() -> None:
    later = glossary().split("## Settled, not built", 1)[1]
    names = {name for row in rows(later) for name in code_names(row[1])}
    assert len(names) > 10
    assert not names & models_of_the_house()


def test_every_row_has_a_chinese_word_and_a_meaning() -> None:
    table = rows(glossary())
    assert not [row for row in table if not HAN.search(row[0]) or not code_names(row[1]) or len(row[2].strip()) < 8]


def test_one_idea_has_one_row() -> None:
    firsts = [code_names(row[1])[0] for row in rows(glossary())]
    assert sorted(set(firsts)) == sorted(firsts)
    chinese = [row[0].strip() for row in rows(glossary())]
    assert sorted(set(chinese)) == sorted(chinese)


def test_a_name_that_does_not_exist_is_reported() -> None:
    assert "PharmacyThatNeverWas" not in defined()
    assert "Visit.Kind" in defined()
    assert "visible_to" in defined()
