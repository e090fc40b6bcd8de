"""However frequent a word is and whoever looks: the finder gives the pages that searching and sorting everything gives."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection
from django.db.models import QuerySet

from keqing.core import finding, search
from keqing.core.finding import Found
from keqing.core.models import ImportRun, StoredFile
from keqing.core.saving import save, throw_away
from keqing.core.search import matching, words_of
from keqing.core.state import read_state
from keqing.core.viewer import Viewer
from keqing.customers.models import Assignment, Party
from keqing.customers.reports.finding import PARTIES, found_parties
from keqing.customers.reports.party_lines import standing_of
from keqing.customers.rules.names import normalise_name
from keqing.customers.rules.sort_keys import sort_key
from keqing.customers.tests.builders import ACT, DAY, NOW
from keqing.territory.models import Position
from tests.personas import Cast

pytestmark = [pytest.mark.django_db, pytest.mark.database]
Look = Callable[..., Viewer]
PLACES = ("安仁", "白马", "长河", "大路", "分水", "横村", "芷江")
HOUSES = ("大药房", "药店", "诊所", "卫生院", "村卫生室")
SIZE = 7


def a_party(name: str, **values: Any) -> Party:
    given = {"kind": "STORE", "terminal_type": "CHAIN_STORE", **values}
    return Party(name=name, name_norm=normalise_name(name), sort_key=sort_key(name), **given)


def hold(parties: list[Party], position: Position) -> None:
    save([Assignment(party=one, position=position, valid_from=DAY) for one in parties], ACT)


def know_the_words() -> None:
    """PostgreSQL guesses how frequent a word is from what it last knew of the table."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE customers_party_search")


@pytest.fixture
def town(cast: Cast) -> list[Party]:
    """70 houses: every place has two of each kind. Li covers every third, Zhao the next."""
    names = [f"{place}{'东西'[number]}{house}" for place in PLACES for house in HOUSES for number in range(2)]
    parties = save([a_party(name) for name in names], ACT)
    know_the_words()
    hold(parties[::3], cast.position_of("rep_li"))
    hold(parties[1::3], cast.position_of("rep_zhao"))
    return parties


@pytest.fixture(params=["all few", "all frequent", "one by one", "border"])
def ways(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """The ways differ in numbers only; small numbers send small towns every way."""
    few, short, looked_at, cap = {
        "all few": (1000, 0, 1000, 1000),
        "all frequent": (3, 0, 4, 8),
        "one by one": (3, 500, 1000, 8),
        "border": (14, 10, 5, 12),
    }[request.param]
    for name, value in {"FEW": few, "FEW_KEPT": few, "SHORT": short, "LOOKED_AT": looked_at, "CAP": cap}.items():
        monkeypatch.setattr(finding, name, value)
    return str(request.param)


def whole(viewer: Viewer, query: str) -> list[tuple[str, int]]:
    rows: QuerySet[Party] = matching(Party.objects.visible_to(viewer), query)
    return list(rows.order_by("sort_key", "pk").values_list("sort_key", "pk"))


def pages(viewer: Viewer, query: str, is_down: bool, kept: Any) -> Iterator[Found]:
    places = {pk: (place, pk) for place, pk in Party.objects.values_list("sort_key", "pk")}
    cursor = None
    while True:
        found = PARTIES.page(query, viewer, kept, cursor, is_down, SIZE)
        assert found is not None
        yield found
        if len(found.keys) < SIZE:
            return
        cursor = places[found.keys[-1]]


@pytest.mark.parametrize("is_down", [False, True])
@pytest.mark.parametrize("who", ["rep_li", "manager_wang", "sfe_sun"])
def test_pages_are_those_of_the_whole(
    cast: Cast, town: list[Party], viewer_of: Look, ways: str, who: str, is_down: bool
) -> None:
    viewer = viewer_of(cast[who], DAY)
    for query in ("药", "药房", "dyf", "芷江", "zj", "zjd", "卫生 ws", "长河西诊所", "lcls", "无此"):
        wanted = [pk for _, pk in whole(viewer, query)]
        for kept in (standing_of(viewer), None):
            found = list(pages(viewer, query, is_down, kept))
            assert [key for page in found for key in page.keys] == (wanted[::-1] if is_down else wanted), query
            for page in found:
                exact = min(len(wanted), finding.CAP + 1)
                assert page.count == exact if page.is_exact else len(page.keys) <= page.count <= exact, query


def test_counts_are_exact_where_the_hits_are_in_hand(
    cast: Cast, town: list[Party], viewer_of: Look, monkeypatch: pytest.MonkeyPatch
) -> None:
    """28 of 70 names hold 卫生; Li has every third house: numbers 6–9 of every ten, so 0, 3, 6, 9, 12 … → 10."""
    li, sfe = (viewer_of(cast[who], DAY) for who in ("rep_li", "sfe_sun"))
    kept = standing_of(li)
    assert PARTIES.page("卫生", li, kept, None, False, SIZE) == Found(
        [pk for _, pk in whole(li, "卫生")][:SIZE], len(whole(li, "卫生"))
    )
    assert PARTIES.page("卫生", sfe, None, None, False, SIZE) == Found([pk for _, pk in whole(sfe, "卫生")][:SIZE], 28)
    for name, value in {"FEW_KEPT": 3, "SHORT": 0, "LOOKED_AT": 4}.items():
        monkeypatch.setattr(finding, name, value)
    at_least = PARTIES.page("卫生", li, kept, None, False, 1)
    assert at_least is not None
    assert not at_least.is_exact and 0 <= at_least.count < len(whole(li, "卫生"))


def test_what_is_in_the_bin_or_not_yet_published_is_not_found(
    cast: Cast, town: list[Party], viewer_of: Look, ways: str
) -> None:
    stored = StoredFile.objects.create(sha256="0" * 64, name="新店.xlsx", size=1, at=NOW)
    run = ImportRun.objects.create(kind="customers", file=stored, state=ImportRun.State.WRITING, at=NOW)
    coming = save([a_party("安仁北大药房"), a_party("芷江北大药房")], ACT)
    Party.objects.filter(pk__in=[one.pk for one in coming]).update(import_run=run)
    thrown = next(one for one in town if one.name == "安仁东大药房")
    throw_away([thrown], ACT)
    viewer = viewer_of(cast["sfe_sun"], DAY)
    assert viewer.unpublished == (run.pk,)
    found = [key for page in pages(viewer, "药房", False, None) for key in page.keys]
    assert found == [pk for _, pk in whole(viewer, "药房")] and len(found) == 13
    assert not {thrown.pk, *(one.pk for one in coming)} & set(found)


def test_a_cursor_not_of_this_list_is_not_answered(cast: Cast, town: list[Party], viewer_of: Look) -> None:
    li = viewer_of(cast["rep_li"], DAY)
    for cursor in ((town[1].sort_key, town[1].pk), (["x"], town[0].pk), (town[0].sort_key, 2**64)):
        assert PARTIES.page("药房", li, standing_of(li), cursor, False, SIZE) is None
        assert PARTIES.page("药房", li, None, cursor, False, SIZE) is None


@pytest.mark.parametrize("query", ["", "！", "，。"])
def test_a_query_without_words_finds_nothing(cast: Cast, town: list[Party], viewer_of: Look, query: str) -> None:
    viewer = viewer_of(cast["sfe_sun"], DAY)
    assert PARTIES.page(query, viewer, standing_of(viewer), None, False, SIZE) == Found([], 0)


def test_nobody_in_reach_is_nothing_found(town: list[Party]) -> None:
    alone = Viewer(user_id=0, as_of=DAY)
    assert PARTIES.page("药房", alone, standing_of(alone), None, False, SIZE) == Found([], 0)
    assert PARTIES.page("药房", alone, None, None, False, SIZE) == Found([], 0)


NAMES = (
    "O'Neil 100% 健康", "芷安堂(东门)\"旗舰\"", "后\\前大药房", "𠮷田诊所", "㐂多药店", "ＡＢＣ５Ｇ药房", "5G智慧药房", "重庆长安药店",
    "Zinc_Life", "a%b", "绿洲lǜ店", "阿" * 30, "SupercalifragilisticexpialidociousPharmacy",
)  # fmt: skip
QUERIES = (
    "'", "%", "100", "100%", "o'neil", '"', "旗舰", "门旗", "\\", "后前", "𠮷", "𠮷田", "㐂", "5g", "5Ｇ", "abc", "ＡＢＣ", "cqca", "zqca",
    "chongqing", "zinc", "zinc_life", "life", "b", "lvz", "lz", "aaaa", "阿阿", "supercali", "supercalifragilisticexpialidocious",
    "supercalifragilisticexpialidociouspharmacyx", "药 房", "药房 abc", "d", "1d", "2d", "x20bb7", "C0012", "12", "001", "h20",
)  # fmt: skip


@pytest.mark.parametrize("query", QUERIES)
def test_looking_at_a_row_says_what_the_index_says(db: None, query: str) -> None:
    rows = save([a_party(name, code=f"C0012{at}" if at % 2 else f"H20{at}") for at, name in enumerate(NAMES)], ACT)
    know_the_words()
    words = words_of(Party, query)
    if words is None:
        assert not matching(Party.objects.all(), query)
        return
    keys = [row.pk for row in rows]
    hits = words.hits(1000)
    assert hits is not None and sorted(words.among(keys)) == sorted(hits)
    assert sorted(matching(Party.objects.all(), query).values_list("pk", flat=True)) == sorted(hits)
    assert words.among([]) == [] and words.among(keys[:1]) == [key for key in keys[:1] if key in hits]


@pytest.mark.parametrize("most", [2, 5000])
def test_a_query_is_narrowed_alike_by_rare_and_by_frequent_words(
    cast: Cast, town: list[Party], viewer_of: Look, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    for name in ("FEW", "MANY"):
        monkeypatch.setattr(search, name, most)
    for who in ("rep_li", "sfe_sun"):
        rows = Party.objects.visible_to(viewer_of(cast[who], DAY))
        wanted = {one.pk for one in rows if "药房" in one.name}
        found = matching(rows, "药房")
        assert {one.pk for one in found.order_by("sort_key")} == wanted and found.count() == len(wanted)
        assert set(rows.filter(pk__in=found.order_by().values("pk")).values_list("pk", flat=True)) == wanted


def test_more_hits_than_wanted_are_none_at_all(town: list[Party]) -> None:
    words = words_of(Party, "药房")
    assert words is not None
    assert len(words.hits(14) or []) == 14 and words.hits(13) is None


def test_names_that_begin_so_stand_first(cast: Cast, town: list[Party], viewer_of: Look) -> None:
    """药店 stands inside fourteen names; one begins with it, and by pinyin (yaodian) it would come almost last."""
    first = save([a_party("药店街诊所")], ACT)
    hold(first, cast.position_of("rep_li"))
    for who in ("rep_li", "sfe_sun"):
        viewer = viewer_of(cast[who], DAY)
        names = [line.name for line in found_parties("药店", viewer, 4)]
        assert names[0] == "药店街诊所" and names[1:] == sorted(names[1:], key=sort_key) and len(names) == 4
    assert [line.name for line in found_parties("yaodianjie", viewer_of(cast["rep_zhao"], DAY), 4)] == []


def test_kept_keys_are_those_of_today(cast: Cast, town: list[Party], viewer_of: Look) -> None:
    """A customer that goes to the bin is not found a moment later, since its going raises the counter."""
    before = viewer_of(cast["rep_li"], DAY)
    (line,) = found_parties("安仁东大药房", before)
    throw_away([next(one for one in town if one.pk == line.pk)], ACT)
    after = viewer_of(cast["rep_li"], DAY)
    assert read_state(None).counter("parties") > before.versions["parties"]
    assert found_parties("安仁东大药房", after) == []
