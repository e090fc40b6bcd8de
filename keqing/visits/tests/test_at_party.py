"""What the customer's page says of visits from one reading is what the lists say of the same customer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from keqing.core.viewer import Viewer
from keqing.customers.models import Party
from keqing.customers.reports.opened import open_party
from keqing.visits.at_party import MOST, known_of, seen_of, seen_visit
from keqing.visits.findings import findings_of, is_valid, lacking
from keqing.visits.models import Visit
from keqing.visits.panels import visits_panel
from keqing.visits.planner import DueParty, due_at, one_due
from keqing.visits.tests.builders import cover, grade, make_party, make_visit, moment
from tests.personas import Cast

DAY = date(2026, 11, 18)  # a Wednesday
Look = Callable[..., Viewer]
pytestmark = [pytest.mark.django_db, pytest.mark.database, pytest.mark.usefixtures("frequencies")]
ACADEMIC = {"kind": "ACADEMIC", "reception": "药剂科"}


@pytest.fixture
def party(cast: Cast) -> Party:
    found = make_party("甲店", cast.position_of("rep_li"))
    grade(found, "SECONDARY")
    return found


def due_on_page(party: Party, viewer: Viewer) -> DueParty:
    opened = open_party(viewer, party.public_id)
    assert opened is not None
    return due_at(viewer, opened, known_of(party, viewer).newest)


#: days ago, and what the visit was
HISTORIES: tuple[tuple[tuple[int, dict[str, object]], ...], ...] = (
    (),
    ((12, {}),),
    ((12, {}), (3, {"is_phone": True})),
    ((0, {}), (1, {}), (2, {}), (9, {})),
    ((30, {"next_on": DAY - timedelta(2)}), (12, {})),
    ((5, ACADEMIC), (40, {})),
    ((140, {}), (160, {"is_phone": True})),
    ((140, ACADEMIC),),
    tuple((number, {}) for number in range(1, MOST + 5)),
    ((99, {"next_on": DAY}), *((number, {"is_phone": True}) for number in range(1, MOST + 2))),
)


@pytest.mark.parametrize("history", HISTORIES)
@pytest.mark.parametrize("who", ["rep_li", "manager_wang", "sfe_sun"])
def test_when_the_next_is_due_is_the_same_on_the_page_and_in_the_lists(
    cast: Cast, party: Party, viewer_of: Look, history: tuple[tuple[int, dict[str, object]], ...], who: str
) -> None:
    for ago, values in history:
        make_visit(party, cast.position_of("rep_li"), cast["rep_li"], DAY - timedelta(ago), **values)
    viewer = viewer_of(cast[who], DAY)
    here, there = due_on_page(party, viewer), one_due(viewer, party, DAY)
    assert (here.dues, here.grades, here.segment, here.party) == (there.dues, there.grades, there.segment, there.party)
    assert (here.last, here.agreed, set(here.older)) == (there.last, there.agreed, set(there.older))


def test_reading_costs_one_query_and_one_more_only_where_there_are_very_many(
    cast: Cast, party: Party, viewer_of: Look, django_assert_num_queries: Callable
) -> None:
    viewer = replace(viewer_of(cast["rep_li"], DAY), versions={"frequencies": 1, "holidays": 0})
    opened = open_party(viewer, party.public_id)
    assert opened is not None
    due_on_page(party, viewer)  # rules and calendar are kept from here on
    for count, queries in ((MOST - 1, 1), (MOST, 2)):
        for number in range(Visit.objects.count(), count):
            make_visit(party, cast.position_of("rep_li"), cast["rep_li"], DAY - timedelta(5 + number))
        with django_assert_num_queries(queries):
            due_at(viewer, opened, known_of(party, viewer).newest)


def test_the_page_lists_what_the_viewer_may_open_however_much_others_came(
    cast: Cast, party: Party, viewer_of: Look
) -> None:
    cover(party, cast.position_of("rep_zhao"))
    mine = make_visit(party, cast.position_of("rep_li"), cast["rep_li"], DAY - timedelta(90))
    viewer = viewer_of(cast["rep_li"], DAY)
    for count in (3, MOST):
        for number in range(count):
            make_visit(party, cast.position_of("rep_zhao"), cast["rep_zhao"], DAY - timedelta(count + number))
        newest = known_of(party, viewer).newest
        assert [visit.pk for visit in seen_of(newest, party, viewer, 6)] == [mine.pk]
        assert len(newest) == min(MOST, 1 + Visit.objects.exclude(pk=mine.pk).count())
    everything = viewer_of(cast["sfe_sun"], DAY)
    shown = seen_of(known_of(party, everything).newest, party, everything, 6)
    assert [visit.pk for visit in shown] == list(Visit.objects.order_by("-started_at").values_list("pk", flat=True)[:6])


def test_what_lacks_something_is_what_the_lists_call_invalid(cast: Cast, party: Party, viewer_of: Look) -> None:
    """Far off, short of words, overlapping elsewhere, too soon again, one open, one by phone, one noted afterwards."""
    position, rep = cast.position_of("rep_li"), cast["rep_li"]
    other = make_party("乙店", position)
    made = {
        name: make_visit(party, position, rep, DAY, started_at=moment(DAY - timedelta(ago), hour), **values)
        for name, ago, hour, values in (
            ("good", 1, 9, {}),
            ("far", 2, 9, {"distance_m": 900}),
            ("wordless", 3, 9, {"note": "来过"}),
            ("clashing", 4, 9, {}),
            ("again", 5, 9, {}),
            ("too soon", 5, 10, {}),
            ("by phone", 6, 9, {"is_phone": True, "ground": "phone", "distance_m": None}),
            ("afterwards", 7, 9, {"ground": "after", "distance_m": None, "note": ""}),
            ("beside a call", 8, 9, {}),
        )
    }
    make_visit(other, position, rep, DAY, started_at=moment(DAY - timedelta(4), 9, 20))
    make_visit(other, position, rep, DAY, started_at=moment(DAY - timedelta(8), 9, 20), is_phone=True)
    make_visit(other, position, rep, DAY, started_at=moment(DAY - timedelta(1), 9, 30))  # begins as the good one ends
    viewer = viewer_of(rep, DAY)
    newest = known_of(party, viewer).newest
    said = findings_of(list(Visit.objects.filter(party=party).select_related("party")))
    names = {visit.pk: name for name, visit in made.items()}
    found = {names[pk] for pk in lacking(newest, newest, party)}
    assert found == {"far", "wordless", "clashing", "again", "too soon"}
    assert found == {names[pk] for pk, findings in said.items() if not is_valid(findings)}


def test_one_begun_elsewhere_is_told_to_who_began_it_and_to_nobody_else(
    cast: Cast, party: Party, viewer_of: Look
) -> None:
    other = make_party("乙店", cast.position_of("rep_li"))
    make_visit(other, cast.position_of("rep_li"), cast["rep_li"], DAY, ended_at=None)
    for name, expected in (("rep_li", "乙店"), ("manager_wang", None)):
        viewer = viewer_of(cast[name], DAY)
        opened = open_party(viewer, party.public_id)
        assert opened is not None
        panel = visits_panel(opened, viewer)
        assert panel is not None
        waiting = panel.context["waiting"]
        assert (waiting.party_name if waiting else None) == expected
        assert panel.context["visits"] == []


def test_a_single_visit_is_read_whole_by_who_may_open_it(cast: Cast, party: Party, viewer_of: Look) -> None:
    visit = make_visit(party, cast.position_of("rep_li"), cast["rep_li"], DAY - timedelta(1))
    for name, is_seen in (("rep_li", True), ("manager_wang", True), ("sfe_sun", True), ("rep_zhao", False)):
        found = seen_visit(viewer_of(cast[name], DAY), visit.public_id)
        assert (found is not None) is is_seen, name
    found = seen_visit(viewer_of(cast["rep_li"], DAY), visit.public_id)
    assert found is not None and found[1] == "甲店"
    stored = Visit.objects.get(pk=visit.pk)
    names = [field.attname for field in Visit._meta.concrete_fields]
    assert [getattr(found[0], name) for name in names] == [getattr(stored, name) for name in names]
