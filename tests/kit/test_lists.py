"""The list kit: keyset pages walk every row once in both directions, counts are capped, cursors cannot be abused."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.http import QueryDict

from keqing.core.lists import CAP, PAGE, Column, Filter, ListPage, ListSpec, all_rows, read_list
from keqing.core.saved_views import params_of
from keqing.core.saving import Act, save
from keqing.core.viewer import Viewer
from keqing.territory.models import Position
from keqing.territory.personas import Persona

pytestmark = [pytest.mark.django_db, pytest.mark.database]
VIEWER = Viewer(user_id=0, as_of=date(2026, 11, 18), sees_all=True)
SPEC = ListSpec(
    key="posts",
    noun="position",
    title="岗位",
    columns=(
        Column("code", "岗位编码", lambda row: row.code, sort="code"),
        Column("name", "岗位名称", lambda row: row.name, sort="name"),
        Column("persona", "角色", lambda row: row.get_persona_display(), is_default=False),
    ),
    filters=(
        Filter("persona", "角色", lambda viewer: Persona.choices, lambda rows, values: rows.filter(persona__in=values)),
    ),
    default_sort="code",
    link=lambda row: f"/{row.code}/",
    is_searchable=False,
)


@pytest.fixture
def rows() -> list[Position]:
    """130 positions whose names repeat, so that ties cross every page border."""
    act = Act(None, datetime(2026, 1, 1, tzinfo=UTC))
    make = [
        Position(
            code=f"P-{number:03d}",
            name=f"片区{number % 3}",
            persona=Persona.KAM if number % 2 else Persona.OTC_REP,
            valid_from=date(2026, 1, 1),
        )
        for number in range(130)
    ]
    return save(make, act)


def page_of(query: str) -> ListPage:
    return read_list(SPEC, Position.objects.visible_to, QueryDict(query), VIEWER)


@pytest.mark.parametrize("sort", ["code", "-code", "name", "-name"])
def test_pages_walk_every_row_once_forwards_and_back(rows: list[Position], sort: str) -> None:
    page, seen = page_of(f"sort={sort}"), []
    seen += [row.pk for row in page.rows]
    while page.next_cursor:
        page = page_of(f"sort={sort}&after={page.next_cursor}")
        seen += [row.pk for row in page.rows]
    assert len(seen) == len(set(seen)) == 130
    back = [row.pk for row in page.rows]
    while page.previous_cursor:
        page = page_of(f"sort={sort}&before={page.previous_cursor}")
        back = [row.pk for row in page.rows] + back
    assert back == seen


def test_the_order_is_that_of_the_column_and_then_of_the_key(rows: list[Position]) -> None:
    page = page_of("sort=-name")
    keys = [(row.name, row.pk) for row in page.rows]
    assert keys == sorted(keys, reverse=True) and len(keys) == PAGE


def test_filters_narrow_and_several_values_mean_any(rows: list[Position]) -> None:
    assert page_of("persona=KAM").count == 65
    assert page_of("persona=KAM&persona=OTC_REP").count == 130


def test_a_count_beyond_the_cap_says_so(rows: list[Position], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("keqing.core.lists.CAP", 100)
    page = page_of("")
    assert page.is_capped and page.count == 100
    assert CAP == 1000


def test_an_unknown_sort_or_a_forged_cursor_starts_the_list_anew(rows: list[Position]) -> None:
    first = [row.pk for row in page_of("").rows]
    for query in ("sort=password", "after=xyz", "after=W10", "sort=persona", "before=%00"):
        assert [row.pk for row in page_of(query).rows] == first


def test_chosen_columns_keep_their_order_and_the_first_stays(rows: list[Position]) -> None:
    assert [column.key for column in page_of("columns=persona,nonsense,code").columns] == ["code", "persona"]
    assert [column.key for column in page_of("").columns] == ["code", "name"]


def test_links_keep_the_rest_of_the_list_and_drop_the_cursor(rows: list[Position]) -> None:
    page = page_of("persona=KAM&sort=name&after=abc")
    assert page.link(sort="-name") == "?persona=KAM&sort=-name"
    assert page.without("persona", "KAM") == "?sort=name"
    assert params_of("?persona=KAM&after=abc") == {"persona": ["KAM"]}


def test_an_export_reads_every_row_in_order(rows: list[Position]) -> None:
    found = list(all_rows(SPEC, Position.objects.visible_to(VIEWER), VIEWER, chunk=40))
    assert [row.code for row in found] == [f"P-{number:03d}" for number in range(130)]
