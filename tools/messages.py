"""Collect every message people read and bring the English catalog up to date; `--check` only says what is missing.

Message ids are Chinese. Many are plain strings in the code: labels of fields, choices, nouns and list columns come from
the running house, sentences kept as templates from the syntax tree. Django's own extraction misses strings inside
macro calls, so Babel reads our pages.
"""

from __future__ import annotations

import ast
import importlib
import io
import os
import pkgutil
import re
import sys
import tempfile
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "keqing.web.settings")
os.environ.setdefault("KEQING_VAR", tempfile.mkdtemp())
ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import django  # noqa: E402
from babel.messages.catalog import Catalog  # noqa: E402
from babel.messages.extract import DEFAULT_KEYWORDS, extract, extract_from_dir  # noqa: E402
from babel.messages.pofile import read_po, write_po  # noqa: E402

django.setup()

from django.apps import apps  # noqa: E402
from django.db.models import Choices  # noqa: E402
from django.utils import translation  # noqa: E402
from django.utils.translation.template import templatize  # noqa: E402

import keqing  # noqa: E402
from keqing.core.imports.kind import Kind  # noqa: E402
from keqing.core.lists import ListSpec  # noqa: E402

PACKAGE = ROOT / "keqing"
CATALOG = PACKAGE / "locale" / "en" / "LC_MESSAGES" / "django.po"
KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "because": None,
    "warned": (2,),
    "rejected": (2,),
    "refusal": (2,),
    "BadCell": None,
    "Unreadable": (1, 2),
    "Finding": None,
    "Why": None,
}
METHODS = [("**/tests/**", "ignore"), ("**/migrations/**", "ignore"), ("engines/**", "ignore"), ("**.py", "python")]
METHODS.append(("**/templates/**.html", "jinja2"))
OPTIONS = {"**/templates/**.html": {"trimmed": "true", "extensions": "jinja2.ext.i18n,jinja2.ext.do"}}
#: Modules whose every Chinese word is read by people: lists (labels, cells, choices) and the few named ones.
WORDY = re.compile(r"(/lists\.py|web/doctor\.py|visits/services/frequencies\.py|accounts/rules\.py)$")
#: Modules that keep sentences apart from their parameters, as constants.
TEMPLATES = re.compile(r"core/sheets/\w+\.py$")
HAN = re.compile("[\u4e00-\u9fff，。：；！？（）「」、]")
LETTER = re.compile("[一-鿿]")
HAS_PARAMETERS = re.compile(r"%\(\w+\)s")
PLACES = re.compile(r"%\(\w+\)s|\{\w+\}")
#: Chinese words that stay in English: what a real document says.
LITERAL = re.compile("国药准字")
#: Chinese counts in words here; English does not.
DROPS_A_PLACE = frozenset({"含%(count)s个名称：%(names)s"})


def is_chinese(text: object) -> bool:
    """Chinese commas and colons between two words count as well."""
    return isinstance(text, str) and HAN.search(text) is not None


def _texts(message: object) -> Iterator[str]:
    for text in message if isinstance(message, (tuple, list)) else (message,):
        if is_chinese(text):
            yield str(text)


# --- marked in the source ---------------------------------------------------------------------------------------------


def from_source() -> Iterator[str]:
    for _file, _line, message, _comments, _context in extract_from_dir(str(PACKAGE), METHODS, OPTIONS, KEYWORDS):
        yield from _texts(message)


def from_library_templates() -> Iterator[str]:
    """`{% translate "…" %}` and `{% blocktranslate %}…` of the sign-in pages."""
    for path in (PACKAGE / "web" / "library_templates").rglob("*.*"):
        source = io.BytesIO(templatize(path.read_text()).encode())
        for _line, message, _comments, _context in extract("python", source, DEFAULT_KEYWORDS, (), {}):
            yield from _texts(message)


# --- plain strings in the source --------------------------------------------------------------------------------------


def from_constants() -> Iterator[str]:
    for path in PACKAGE.rglob("*.py"):
        name = path.relative_to(ROOT).as_posix()
        if re.search(r"/tests/|/migrations/|keqing/engines/", name):
            continue
        tree = ast.parse(path.read_text())
        yield from (text for text in _constants(tree) if HAS_PARAMETERS.search(text))
        if WORDY.search(name):
            yield from _constants(tree)
        elif TEMPLATES.search(name):
            for statement in tree.body:
                if isinstance(statement, ast.Assign):
                    yield from _constants(statement)


def _constants(tree: ast.AST) -> Iterator[str]:
    """Chinese strings that stand whole in the code: no docstrings, no patterns, no pieces of f-strings."""
    if isinstance(tree, ast.JoinedStr) or (isinstance(tree, ast.Expr) and isinstance(tree.value, ast.Constant)):
        return
    if isinstance(tree, ast.Call) and ast.unparse(tree.func).startswith("re."):
        return
    if isinstance(tree, ast.Constant) and isinstance(tree.value, str) and LETTER.search(tree.value):
        yield tree.value
    for child in ast.iter_child_nodes(tree):
        yield from _constants(child)


# --- the running house ------------------------------------------------------------------------------------------------


def _modules() -> list[ModuleType]:
    names = [module.name for module in pkgutil.walk_packages(keqing.__path__, "keqing.")]
    kept = [name for name in names if not re.search(r"\.(tests|migrations|engines)\b|__main__|\.wsgi$", name)]
    return [importlib.import_module(name) for name in kept]


def from_modules() -> Iterator[str]:
    for module in _modules():
        for value in list(vars(module).values()):
            if isinstance(value, type) and issubclass(value, Choices) and value.__module__.startswith("keqing."):
                yield from (str(label) for label in value.labels)
            elif isinstance(value, ListSpec):
                yield value.title
                yield from (item.label for item in (*value.columns, *value.filters))
            elif isinstance(value, Kind):
                yield from _of_kind(value)


def _of_kind(kind: Kind) -> Iterator[str]:
    yield from (kind.label, kind.hint, *kind.forbidden.values())
    for field in kind.fields:
        yield from (field.label, field.help, *(field.choices or {}).values())


def from_models() -> Iterator[str]:
    for model in apps.get_models():
        if not model.__module__.startswith("keqing."):
            continue
        yield str(model._meta.verbose_name)
        for field in model._meta.concrete_fields:
            yield str(field.verbose_name)
            yield str(field.help_text)
            yield from (str(label) for _value, label in field.choices or ())
        for constraint in model._meta.constraints:
            if constraint.violation_error_message != constraint.default_violation_error_message:
                yield str(constraint.violation_error_message)
    from keqing.customers.kinds import GRADE_VALUES

    for values in GRADE_VALUES.values():
        yield from values.values()


def wanted() -> list[str]:
    # In English, so that what the libraries translate themselves is not taken for ours.
    with translation.override("en"):
        texts: Iterable[str] = [*from_source(), *from_library_templates(), *from_constants(), *from_models()]
        texts = [*texts, *from_modules()]
    return sorted({str(text) for text in texts if is_chinese(str(text))})


# --- the catalog ------------------------------------------------------------------------------------------------------


def faults(text: str, english: str) -> Iterator[str]:
    if not english:
        yield "no English"
    elif set(PLACES.findall(text)) != set(PLACES.findall(english)) and text not in DROPS_A_PLACE:
        yield "placeholders differ"
    elif is_chinese(LITERAL.sub("", english)):
        yield "not all English"


def read_catalog() -> dict[str, str]:
    known = read_po(CATALOG.open("rb")) if CATALOG.exists() else Catalog(locale="en")
    return {str(message.id): str(message.string) for message in known if message.id and message.string}


def write_catalog(ids: list[str], translated: dict[str, str]) -> None:
    catalog = Catalog(
        locale="en",
        project="Keqing",
        version="",
        header_comment="# English catalog of Keqing.",
        fuzzy=False,
        creation_date=datetime(2026, 11, 22, tzinfo=UTC),
    )
    for text in ids:
        catalog.add(text, translated.get(text, ""), flags=["python-format"] if HAS_PARAMETERS.search(text) else [])
    CATALOG.parent.mkdir(parents=True, exist_ok=True)
    with CATALOG.open("wb") as out:
        write_po(out, catalog, width=120, omit_header=False, sort_output=True)


def main() -> int:
    ids, translated = wanted(), read_catalog()
    wrong = [(text, fault) for text in ids for fault in faults(text, translated.get(text, ""))]
    if "--check" in sys.argv:
        for text, fault in wrong[:50]:
            print(f"{fault}: {text}")
        print(f"{len(ids)} messages, {len(wrong)} to mend")
        return 1 if wrong else 0
    write_catalog(ids, translated)
    print(f"{len(ids)} messages, {sum(1 for text in ids if not translated.get(text))} without English")
    return 0


if __name__ == "__main__":
    sys.exit(main())
