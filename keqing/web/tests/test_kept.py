"""Kept pieces of templates: rendered once for each combination of the values they name, and for each language."""

from __future__ import annotations

from django.utils import translation
from jinja2 import DictLoader, Environment

from keqing.web.kept import Kept


def render(source: str, environment: Environment | None = None, **values: object) -> str:
    environment = environment or Environment(extensions=[Kept], autoescape=True)
    environment.loader = DictLoader({"page": source})
    return environment.get_template("page").render(values)


def test_a_piece_is_rendered_once_for_the_values_it_names() -> None:
    environment = Environment(extensions=[Kept], autoescape=True)
    calls: list[int] = []
    source = "{% kept who %}{{ count(who) }}{% endkept %}"
    count = lambda who: calls.append(who) or who  # type: ignore[func-returns-value] # noqa: E731
    assert [render(source, environment, who=who, count=count) for who in (1, 1, 2, 1)] == ["1", "1", "2", "1"]
    assert calls == [1, 2]


def test_two_pieces_of_one_page_do_not_answer_for_each_other() -> None:
    assert render("{% kept 1 %}a{% endkept %}\n{% kept 1 %}b{% endkept %}") == "a\nb"


def test_each_language_has_its_own() -> None:
    environment = Environment(extensions=[Kept], autoescape=True)
    source = "{% kept %}{{ language() }}{% endkept %}"
    for code in ("zh-hans", "en", "zh-hans"):
        with translation.override(code):
            assert render(source, environment, language=translation.get_language) == code


def test_text_that_looks_like_a_number_is_not_that_number() -> None:
    environment = Environment(extensions=[Kept], autoescape=True)
    source = "{% kept who %}{{ who is string }}{% endkept %}"
    assert render(source, environment, who=1) == "False" and render(source, environment, who="1") == "True"


def test_data_inside_is_escaped() -> None:
    assert render("{% kept who %}<b>{{ who }}</b>{% endkept %}", who="<i>") == "<b>&lt;i&gt;</b>"
