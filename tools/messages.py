"""Collect every message people read and bring the English catalog up to date; `--check` only says what is missing.

Message ids are Chinese. Labels of fields, choices, nouns and list columns are plain strings in the code, so they are
collected from the running house, not from the source. Django's own extraction misses strings inside macro calls.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "keqing.web.settings")
os.environ.setdefault("KEQING_VAR", tempfile.mkdtemp())
ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import django  # noqa: E402
from babel.messages.catalog import Catalog  # noqa: E402
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir  # noqa: E402
from babel.messages.pofile import read_po, write_po  # noqa: E402

django.setup()

from django.apps import apps  # noqa: E402
from django.template import Library  # noqa: E402, F401

CATALOG = ROOT / "keqing" / "locale" / "en" / "LC_MESSAGES" / "django.po"
KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "because": None,
    "warned": (2,),
    "rejected": (2,),
    "BadCell": None,
    "Unreadable": None,
    "Column": (2,),
    "Filter": (2,),
    "Field": (2,),
}
METHODS = [("**/tests/**", "ignore"), ("**/migrations/**", "ignore"), ("engines/**", "ignore"), ("**.py", "python")]
METHODS.append(("**/templates/**.html", "jinja2"))
OPTIONS = {"**/templates/**.html": {"trimmed": "true", "extensions": "jinja2.ext.i18n,jinja2.ext.do"}}


def is_chinese(text: object) -> bool:
    return isinstance(text, str) and any("\u4e00" <= sign <= "\u9fff" for sign in text)


def from_source() -> Iterator[str]:
    found = extract_from_dir(str(ROOT / "keqing"), METHODS, OPTIONS, keywords=KEYWORDS)
    for _file, _line, message, _comments, _context in found:
        texts = message if isinstance(message, (tuple, list)) else (message,)
        yield from (text for text in texts if is_chinese(text))


def from_library_templates() -> Iterator[str]:
    """`{% translate "…" %}` and `{% blocktranslate %}…` of the sign-in pages."""
    from django.utils.translation.template import templatize

    for path in (ROOT / "keqing" / "web" / "library_templates").rglob("*.html"):
        yield from _gettext_calls(templatize(path.read_text()))


def _gettext_calls(python_like: str) -> Iterator[str]:
    import io

    from babel.messages.extract import extract

    for _line, message, _comments, _context in extract(
        "python", io.BytesIO(python_like.encode()), DEFAULT_KEYWORDS, (), {}
    ):
        texts = message if isinstance(message, (tuple, list)) else (message,)
        yield from (text for text in texts if is_chinese(text))


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
            yield str(constraint.violation_error_message or "")
    from keqing.customers.kinds import GRADE_VALUES

    for values in GRADE_VALUES.values():
        yield from values.values()


def wanted() -> list[str]:
    texts: Iterable[str] = [*from_source(), *from_library_templates(), *from_models()]
    return sorted({text for text in texts if is_chinese(text)})


def main() -> int:
    known = read_po(CATALOG.open("rb")) if CATALOG.exists() else Catalog(locale="en")
    ids = wanted()
    translated = {str(message.id): str(message.string) for message in known if message.id and message.string}
    missing = [text for text in ids if not translated.get(text)]
    if "--check" in sys.argv:
        for text in missing[:50]:
            print("no English for:", text)
        return 1 if missing else 0
    catalog = Catalog(
        locale="en",
        project="Keqing",
        version="",
        header_comment="# English catalog of Keqing.",
        fuzzy=False,
        creation_date=datetime(2026, 11, 22, tzinfo=UTC),
    )
    for text in ids:
        catalog.add(text, translated.get(text, ""), flags=["python-format"] if "%(" in text else [])
    CATALOG.parent.mkdir(parents=True, exist_ok=True)
    with CATALOG.open("wb") as out:
        write_po(out, catalog, width=120, omit_header=False, sort_output=True)
    print(f"{len(ids)} messages, {len(missing)} without English")
    return 0


if __name__ == "__main__":
    sys.exit(main())
