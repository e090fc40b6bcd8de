"""From what a person types to a division or a customer, and what to offer while typing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils.translation import gettext

from keqing.core.finding import Finder
from keqing.core.viewer import Viewer
from keqing.customers.models import Party
from keqing.customers.reports.party_lines import PartyLine, lines_of, standing_of, with_places
from keqing.customers.rules.names import normalise_name
from keqing.customers.rules.sort_keys import sort_key
from keqing.territory.geography import Level
from keqing.territory.models import Division
from keqing.territory.services.places import gazetteer

MOST = 20


def _parties(viewer: Viewer) -> QuerySet[Party]:
    rows: QuerySet[Party] = Party.objects.visible_to(viewer)
    return rows


def _single_parties(viewer: Viewer) -> QuerySet[Party]:
    rows: QuerySet[Party] = Party.objects.one_visible_to(viewer)
    return rows


PARTIES = Finder(Party, _parties, _single_parties, "sort_key")


class NotFound(ValueError):
    """Nothing or several things are called so; the text says which."""


@dataclass(frozen=True)
class Option:
    value: str
    text: str


def division_named(text: str) -> Division | None:
    """A code, or a path such as 浙江桐庐分水镇. Raises `NotFound` with the ways it could be read."""
    written = text.strip()
    if not written:
        return None
    book = gazetteer()
    code = written if written.isdigit() else ""
    if not code:
        found = book.resolve(address=written)
        if found.candidates:
            names = gettext("、").join(book.full_name(code) for code in found.candidates[:4])
            raise NotFound(gettext("有几个地方都这样叫：%(names)s，写全一点。") % {"names": names})
        if not found.code or found.rest.strip():
            raise NotFound(gettext("没有认出“%(text)s”，从省或市写起，如“浙江桐庐分水镇”。") % {"text": written})
        code = found.code
    division: Division | None = (
        Division.objects.everything("what a person typed").filter(code=code, valid_to=None).first()
    )
    if division is None:
        raise NotFound(gettext("区划代码 %(code)s 不在现行区划里。") % {"code": code})
    return division


def division_options(query: str) -> list[Option]:
    """What the typed beginning may become: the place itself and what lies directly below, else places of this name."""
    written = query.strip()
    if not written:
        return []
    book = gazetteer()
    found = book.resolve(address=written)
    if found.code and found.is_sure and not found.rest.strip():
        codes: Sequence[str] = [found.code, *(division.code for division in book.children(found.code))]
    elif found.candidates:
        codes = found.candidates
    else:
        codes = _named_like(found.rest.strip() or written, found.code)
        if len(codes) == 1:
            codes = [*codes, *(division.code for division in book.children(codes[0]))]
    return [Option(code, book.full_name(code)) for code in codes[:MOST] if book.get(code)]


def _named_like(text: str, above: str) -> list[str]:
    rows = Division.objects.everything("what a person is typing").filter(valid_to=None, level__lte=Level.TOWNSHIP)
    rows = rows.filter(Q(name__startswith=text) | Q(short_name__startswith=text))
    if above:
        division = gazetteer().get(above)
        rows = rows.filter(code__startswith=division.prefix if division else above)
    return list(rows.order_by("level", "code").values_list("code", flat=True)[:MOST])


def party_named(text: str, viewer: Viewer) -> Party | None:
    """A visible customer by code or by its whole name. Raises `NotFound`."""
    written = text.strip()
    if not written:
        return None
    rows = Party.objects.visible_to(viewer)
    found: list[Party] = list(rows.filter(code=written)[:1]) or list(
        rows.filter(name_norm=normalise_name(written)[:120])[:2]
    )
    if len(found) > 1:
        raise NotFound(gettext("叫“%(name)s”的不止一家，写客户编码。") % {"name": written})
    if not found:
        raise NotFound(gettext("没有找到“%(name)s”，写全名或客户编码。") % {"name": written})
    return found[0]


def found_parties(query: str, viewer: Viewer, limit: int = MOST) -> list[PartyLine]:
    """To choose from while typing: customers whose name begins so stand first."""
    keys = PARTIES.best(query, sort_key(query), viewer, standing_of(viewer), limit)
    lines = {line.pk: line for line in with_places(lines_of(keys), viewer)}
    return [lines[key] for key in keys if key in lines]


def party_options(query: str, viewer: Viewer) -> list[Option]:
    return [
        Option(line.code or line.name, f"{line.name} {line.place[0]}".strip()) for line in found_parties(query, viewer)
    ]
