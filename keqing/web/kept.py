"""`{% kept a, b %}…{% endkept %}`: a piece of a template that depends on nothing but the values named, rendered once for
each of their combinations and each language. Never around a form token or a row of data.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import get_language
from jinja2 import nodes
from jinja2.ext import Extension
from jinja2.parser import Parser
from jinja2.utils import LRUCache
from markupsafe import Markup

MOST = 4096


class Kept(Extension):
    tags = {"kept"}

    def __init__(self, environment: Any) -> None:
        super().__init__(environment)
        self.pieces = LRUCache(MOST)

    def parse(self, parser: Parser) -> nodes.Node:
        lineno = next(parser.stream).lineno
        values = (
            nodes.Tuple([], "load")
            if parser.stream.current.type == "block_end"
            else parser.parse_tuple(with_condexpr=True, explicit_parentheses=False)
        )
        body = parser.parse_statements(("name:endkept",), drop_needle=True)
        place = nodes.Const(f"{parser.name}:{lineno}")
        call = self.call_method("render", [place, nodes.Tuple([values], "load")])
        return nodes.CallBlock(call, [], [], body).set_lineno(lineno)

    def render(self, place: str, values: tuple[Any, ...], caller: Callable[[], str]) -> Markup:
        key = (place, get_language(), repr(values))
        found: Markup | None = self.pieces.get(key)
        if found is None:
            found = self.pieces[key] = Markup(caller())
        return found
