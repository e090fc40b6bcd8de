"""Every page of customers, for those who may, those next door and those who have nothing to do with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from keqing.core.models import BinEntry
from keqing.core.saving import save_one
from keqing.customers.models import Affiliation, Assignment, Grade, Party, PartyName, Person, PlaceProposal
from keqing.customers.services import add_name, add_person, propose_place, set_grade
from keqing.customers.tests.builders import ACT, cover, make_party
from keqing.customers.urls import urlpatterns
from keqing.territory.models import Division
from tests.personas import Cast

SignIn = Callable[..., Client]


@dataclass(frozen=True)
class Town:
    """李闻's store with everything that can hang on it."""

    party: Party
    job: Affiliation
    name: PartyName
    held: Assignment
    proposal: PlaceProposal
    neighbour: Party

    def url(self, name: str) -> str:
        return reverse(f"customers:{name}", kwargs=self.kwargs(name))

    def kwargs(self, name: str) -> dict[str, object]:
        known = {
            "name_id": self.name.public_id,
            "assignment_id": self.held.public_id,
            "affiliation_id": self.job.public_id,
            "proposal_id": self.proposal.public_id,
        }
        route = str(next(pattern.pattern for pattern in urlpatterns if pattern.name == name))
        found: dict[str, object] = {key: value for key, value in known.items() if f":{key}>" in route}
        if "public_id" in route:
            found["public_id"] = self.job.person.public_id if route.startswith("people/") else self.party.public_id
        return found


@pytest.fixture
def town(cast: Cast, divisions: dict[str, Division]) -> Town:
    party = make_party("芷安堂东门店", divisions["330122101"], code="C1")
    held = cover(party, cast.position_of("rep_li"))
    values = {"name": "何雨桐", "contact_class": "COMMERCIAL", "job_title": "店长", "mobile": "13800000217"}
    job = add_person(party, values, ACT, date(2026, 1, 1))
    proposal = propose_place(party, 119.43, 29.93, 20, ACT)
    assert proposal is not None
    neighbour = make_party("回春堂西门店", divisions["330122101"])
    cover(neighbour, cast.position_of("rep_zhao"))
    set_grade(party, "ABC", "A", date(2026, 1, 1), ACT)
    return Town(party, job, add_name(party, "芷安堂一店", "also", ACT), held, proposal, neighbour)


OF_A_CUSTOMER = [p.name for p in urlpatterns if str(p.pattern).startswith("<uuid:public_id>")]
OF_A_PERSON = [p.name for p in urlpatterns if str(p.pattern).startswith("people/<uuid")]
PLAIN = [p.name for p in urlpatterns if "<uuid" not in str(p.pattern)]
POST_ONLY = {"delete", "remove_name", "remove_assignment", "confirm_place", "discard_place", "number", "bulk_assign",
    "bulk_grade", "bulk_delete"}  # fmt: skip
EVERY = [*OF_A_CUSTOMER, *OF_A_PERSON, *PLAIN]


def ask(client: Client, town: Town, name: str) -> int:
    return (client.post if name in POST_ONLY else client.get)(town.url(name)).status_code


@pytest.mark.parametrize("name", EVERY)
def test_sales_operations_open_every_page(town: Town, cast: Cast, client_of: SignIn, name: str) -> None:
    assert ask(client_of(cast["sfe_sun"]), town, name) in (200, 303)


def answers(client: Client, town: Town, names: list[str]) -> dict[str, int]:
    return {name: ask(client, town, name) for name in names}


@pytest.mark.parametrize("who", ["rep_zhao", "primary_wu", "kam_xu"])
def test_what_belongs_to_another_is_not_there(town: Town, cast: Cast, client_of: SignIn, who: str) -> None:
    """404, or 403 where the persona may not do this with anybody's customer."""
    closed = {"delete", "assign", "end_assignment", "remove_assignment"}
    names = [*OF_A_CUSTOMER, *OF_A_PERSON]
    assert answers(client_of(cast[who]), town, names) == {name: 403 if name in closed else 404 for name in names}
    assert Party.objects.live().count() == 2 and Person.objects.live().count() == 1


@pytest.mark.parametrize("who", ["finance_qian", "qa_zheng", "marketing_yu"])
def test_who_has_nothing_to_do_with_customers_is_refused(town: Town, cast: Cast, client_of: SignIn, who: str) -> None:
    names = [name for name in EVERY if name != "division_options"]
    assert answers(client_of(cast[who]), town, names) == dict.fromkeys(names, 403)


READ = {"list", "people", "person", "history", "type_fields", "division_options", "party_options", "number"}


def test_compliance_reads_and_changes_nothing(town: Town, cast: Cast, client_of: SignIn) -> None:
    found = answers(client_of(cast["compliance_he"]), town, EVERY)
    assert found == {name: 200 if name in READ else 403 for name in EVERY}


def test_without_signing_in_every_page_leads_to_the_door(town: Town, client: Client) -> None:
    for name in EVERY:
        answer = client.post(town.url(name)) if name in POST_ONLY else client.get(town.url(name))
        assert answer.status_code == 302 and "/accounts/login/" in answer["Location"], name


def test_acts_are_not_done_by_a_link(town: Town, cast: Cast, client_of: SignIn) -> None:
    client = client_of(cast["admin_gu"])
    assert {name: client.get(town.url(name)).status_code for name in POST_ONLY} == dict.fromkeys(POST_ONLY, 405)


def test_lists_fragments_and_options_of_a_neighbour_show_no_foreign_name(
    town: Town, cast: Cast, client_of: SignIn
) -> None:
    client = client_of(cast["rep_zhao"])
    for name in PLAIN:
        if name in POST_ONLY or name == "export":
            continue
        for query in ("", "?q=芷安堂", "?q=zat", "?name=芷安堂东门店&division_text=330122&q=何雨桐"):
            for headers in ({}, {"HX-Request": "true"}):
                body = client.get(town.url(name) + query, headers=headers).content.decode()
                for canary in ("芷安堂东门店</", ">芷安堂东门店", "何雨桐</", "13800000217", str(town.party.public_id)):
                    assert canary not in body, (name, query)


# ---- forms -----------------------------------------------------------------------------------------------------------

NEW = {
    "name": "福仁堂横村店",
    "category": "STORE/INDEPENDENT_STORE",
    "status": "ACTIVE",
    "division_text": "浙江桐庐横村镇",
    "geofence_m": "500",
    "datum": "WGS-84",
}


def test_a_representative_writes_a_customer_down_and_goes_on_seeing_it(
    town: Town, cast: Cast, client_of: SignIn
) -> None:
    client = client_of(cast["rep_li"])
    answer = client.post(reverse("customers:create"), NEW)
    party = Party.objects.get(name="福仁堂横村店")
    assert answer.status_code == 303 and answer["Location"] == reverse("customer", args=[party.public_id])
    assert (party.kind, party.terminal_type, party.sort_key) == ("STORE", "INDEPENDENT_STORE", "furentanghengcundian")
    assert party.division is not None and party.division.code == "330122102"
    held = Assignment.objects.get(party=party)
    assert (held.position, held.valid_from) == (cast.position_of("rep_li"), timezone.localdate())
    assert "福仁堂横村店" in client.get(reverse("customers:list")).content.decode()


def test_a_name_that_may_exist_is_asked_about_and_what_was_typed_stays(
    town: Town, cast: Cast, client_of: SignIn
) -> None:
    client, values = client_of(cast["rep_zhao"]), {**NEW, "name": "芷安堂东门店", "division_text": "330122"}
    answer = client.post(reverse("customers:create"), values)
    assert answer.status_code == 422
    body = answer.content.decode()
    assert "同县已有一家近似名称，不在你名下" in body and "is_another" in body
    assert str(town.party.public_id) not in body and 'value="芷安堂东门店"' in body
    assert Party.objects.count() == 2
    assert client.post(reverse("customers:create"), {**values, "is_another": "on"}).status_code == 303
    assert Party.objects.filter(name="芷安堂东门店").count() == 2


def test_while_typing_a_visible_customer_is_linked(town: Town, cast: Cast, client_of: SignIn) -> None:
    query = {"name": "芷安堂东门店", "division_text": "桐庐县"}
    answer = client_of(cast["rep_li"]).get(reverse("customers:duplicates"), query, headers={"HX-Request": "true"})
    assert reverse("customer", args=[town.party.public_id]) in answer.content.decode()
    assert "<html" not in answer.content.decode()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"name": ""}, "必填"),
        ({"category": "STORE/NOWHERE"}, "NOWHERE"),
        ({"division_text": "没有这个地方"}, "没有认出“没有这个地方”"),
        ({"credit_code": "9133"}, "应有 18 位，写了 4 位"),
        ({"lng": "119.4"}, "经度和纬度要一起填"),
        ({"lng": "19.4", "lat": "29.9"}, "73"),
        ({"code": "C1"}, "客户编码 C1 已经有了"),
        ({"parent_text": "没有的总部"}, "没有找到“没有的总部”"),
    ],
)
def test_bad_input_is_told_where_it_stands_and_nothing_is_written(
    town: Town, cast: Cast, client_of: SignIn, changed: dict[str, str], said: str
) -> None:
    answer = client_of(cast["rep_li"]).post(reverse("customers:create"), {**NEW, **changed})
    assert answer.status_code == 422 and said in answer.content.decode()
    assert Party.objects.count() == 2


def test_questions_follow_the_type(town: Town, cast: Cast, client_of: SignIn) -> None:
    client = client_of(cast["rep_li"])
    store = client.get(town.url("type_fields"), {"category": "STORE/CHAIN_STORE", "area_m2": "180"}).content.decode()
    house = client.get(town.url("type_fields"), {"category": "HCO/TOWNSHIP_HC"}).content.decode()
    assert 'name="store_type"' in store and 'value="180"' in store
    assert 'name="store_type"' not in house and 'name="ownership"' in house


def test_coordinates_from_a_map_are_kept_as_wgs84(town: Town, cast: Cast, client_of: SignIn) -> None:
    values = {**NEW, "lng": "119.437200", "lat": "29.931800", "datum": "GCJ-02"}
    client_of(cast["rep_li"]).post(reverse("customers:create"), values)
    party = Party.objects.get(name=NEW["name"])
    # the shift of GCJ-02 is a few hundred meters; neither zero nor a kilometer
    assert party.lng is not None and 0.001 < abs(party.lng - 119.4372) < 0.01
    assert party.place_ground == "person"


def edited(party: Party, **changed: str) -> dict[str, str]:
    given = {
        "name": party.name,
        "category": f"{party.kind}/{party.terminal_type}",
        "status": party.status,
        "code": party.code,
        "division_text": "330122101",
        "geofence_m": "500",
        "datum": "WGS-84",
        "version": str(party.version),
    }
    return {**given, **changed}


def test_two_people_change_the_same_customer_and_the_second_is_told(town: Town, cast: Cast, client_of: SignIn) -> None:
    client, values = client_of(cast["rep_li"]), edited(town.party, short_name="东门")
    assert client.post(town.url("edit"), values).status_code == 303
    answer = client.post(town.url("edit"), {**values, "short_name": "东门店"})
    assert answer.status_code == 422 and "别人刚改过这一条" in answer.content.decode()
    assert 'value="东门店"' in answer.content.decode()
    assert Party.objects.get(pk=town.party.pk).short_name == "东门"


def test_a_customer_goes_to_the_bin_with_what_hangs_on_it(town: Town, cast: Cast, client_of: SignIn) -> None:
    client = client_of(cast["sfe_sun"])
    answer = client.post(town.url("delete"), follow=True)
    assert reverse("core:bin") in answer.content.decode()
    entry = BinEntry.objects.get()
    # customer, assignment, job, other name, proposal, grade
    assert (entry.label, entry.rows) == ("芷安堂东门店", 6)
    assert client.get(town.url("edit")).status_code == 404


def test_several_are_handed_over_graded_and_thrown_away_after_the_consequence_is_said(
    town: Town, cast: Cast, client_of: SignIn
) -> None:
    client, both = client_of(cast["sfe_sun"]), [str(town.party.public_id), str(town.neighbour.public_id), "nonsense"]
    asked = client.post(town.url("bulk_assign"), {"ids": both}).content.decode()
    assert "李闻 1 家" in asked and "赵青 1 家" in asked
    today = timezone.localdate().isoformat()
    given = {"ids": both, "confirmed": "1", "position": cast.position_of("kam_xu").pk, "starts_on": today}
    assert client.post(town.url("bulk_assign"), given).status_code == 303
    live = Assignment.objects.live().on(timezone.localdate())
    assert set(live.values_list("position__code", flat=True)) == {"P-KAM"} and live.count() == 2
    given = {"ids": both, "confirmed": "1", "grade": "VIP/VIP", "starts_on": today}
    assert client.post(town.url("bulk_grade"), given).status_code == 303
    assert Grade.objects.live().filter(scheme="VIP").count() == 2
    assert "连同" in client.post(town.url("bulk_delete"), {"ids": both}).content.decode()
    assert Party.objects.live().count() == 2
    client.post(town.url("bulk_delete"), {"ids": both, "confirmed": "1"})
    assert Party.objects.live().count() == 0 and BinEntry.objects.count() == 2


def test_a_manager_gives_only_positions_below(town: Town, cast: Cast, client_of: SignIn) -> None:
    client = client_of(cast["area_zhao"])
    given = {"position": cast.position_of("rep_zhao").pk, "share": "10", "starts_on": "2026-11-18"}
    assert client.post(town.url("assign"), given).status_code == 422
    assert Assignment.objects.filter(party=town.party).count() == 1


def test_a_share_that_does_not_fit_is_refused_in_words(town: Town, cast: Cast, client_of: SignIn) -> None:
    given = {"position": cast.position_of("kam_xu").pk, "share": "50", "starts_on": "2026-11-18"}
    answer = client_of(cast["area_zhao"]).post(town.url("assign"), given)
    assert answer.status_code == 422 and "岗位 P-LI 100%" in answer.content.decode()


def test_grades_names_and_the_place_are_set_on_their_pages(town: Town, cast: Cast, client_of: SignIn) -> None:
    client = client_of(cast["rep_li"])
    given = {"ABC": "B", "VIP": "VIP", "TERMINAL_SIZE": "", "COUNTY_RANK": "", "starts_on": "2026-11-18"}
    assert client.post(town.url("grades"), given).status_code == 303
    rows = Grade.objects.live().filter(scheme="ABC").order_by("valid_from").values_list("value", "valid_to")
    assert list(rows) == [("A", date(2026, 11, 18)), ("B", None)]
    assert client.post(town.url("names"), {"name": "芷安堂旧店", "relation": "former"}).status_code == 303
    assert client.post(town.url("names"), {"name": "芷安堂东门店", "relation": "also"}).status_code == 422
    assert client.post(town.url("remove_name")).status_code == 303
    assert list(town.party.names.live().values_list("name", flat=True)) == ["芷安堂旧店"]
    assert client.post(town.url("confirm_place")).status_code == 303
    party = Party.objects.get(pk=town.party.pk)
    assert (party.lng, party.place_ground) == (119.43, "check_in")
    assert client.post(town.url("discard_place")).status_code == 404  # decided already


def test_people_come_move_and_go(town: Town, cast: Cast, client_of: SignIn) -> None:
    client = client_of(cast["manager_wang"])  # may read people only
    assert client.post(town.url("add_person"), {}).status_code == 403
    client = client_of(cast["sfe_sun"])
    given = {"name": "丁可", "contact_class": "COMMERCIAL", "job_title": "收银", "mobile": "13800000217",
        "starts_on": "2026-11-18"}  # fmt: skip
    answer = client.post(town.url("add_person"), given)
    assert answer.status_code == 422 and "已经登记给一位联系人" in answer.content.decode()
    assert client.post(town.url("add_person"), {**given, "mobile": "139 0000 1111"}).status_code == 303
    assert Person.objects.get(name="丁可").mobile == "13900001111"
    moved = {"affiliation": town.job.public_id, "to_party": "回春堂西门店", "job_title": "店长", "on_day": "2026-11-18"}
    assert client.post(town.url("move_job"), moved).status_code == 303
    rows = Affiliation.objects.filter(person=town.job.person).order_by("valid_from").values_list("party", "valid_to")
    assert list(rows) == [(town.party.pk, date(2026, 11, 18)), (town.neighbour.pk, None)]


def test_a_known_person_gets_a_second_job(town: Town, cast: Cast, client_of: SignIn) -> None:
    client = client_of(cast["rep_zhao"])
    url = reverse("customers:add_existing", args=[town.neighbour.public_id])
    given = {"name": "何雨桐", "job_title": "督导", "starts_on": "2026-11-18"}
    assert client.post(url, given).status_code == 422  # the name alone does not open a foreign person
    assert client.post(url, {**given, "mobile": "13800000217"}).status_code == 303
    assert Affiliation.objects.filter(person=town.job.person).count() == 2 and Person.objects.count() == 1


def test_a_number_is_masked_until_it_is_asked_for(town: Town, cast: Cast, client_of: SignIn) -> None:
    client = client_of(cast["rep_li"])
    page = client.get(town.url("person")).content.decode()
    assert "138****0217" in page and "13800000217" not in page
    answer = client.post(town.url("number"), headers={"HX-Request": "true"})
    assert "13800000217" in answer.content.decode() and "<html" not in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]


def test_history_says_who_and_what_in_words(town: Town, cast: Cast, client_of: SignIn) -> None:
    client = client_of(cast["rep_li"])
    client.post(town.url("edit"), edited(town.party, status="SUSPENDED", division_text="330122102"))
    page = client.get(town.url("history")).content.decode()
    assert "李闻" in page and "合作 → 暂停" in page and "分水镇 → 横村镇" in page
    assert "岗位 P-LI" in page and "13800000217" not in page and "SUSPENDED" not in page


def test_the_customer_page_carries_all_panels(town: Town, cast: Cast, client_of: SignIn) -> None:
    page = client_of(cast["rep_li"]).get(reverse("customer", args=[town.party.public_id]))
    assert page.status_code == 200
    below = reverse("customer_below", args=[town.party.public_id])
    for said in (
        "芷安堂东门店",
        "档案",
        "分级",
        "A 级",
        "何雨桐",
        "就用这个",
        "芷安堂一店",
        "李闻",
        f'hx-get="{below}"',
    ):
        assert said in page.content.decode(), said


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_what_stands_below_is_a_piece_of_the_page_and_a_page_of_its_own(
    town: Town, cast: Cast, client_of: SignIn, headers: dict[str, str]
) -> None:
    below = reverse("customer_below", args=[town.party.public_id])
    answer = client_of(cast["rep_li"]).get(below, headers=headers)
    body = answer.content.decode()
    assert answer.status_code == 200 and ("<html" in body) is (not headers)
    for said in ("岗位 P-LI", "新建分管", "改动"):
        assert said in body, said
    assert client_of(cast["rep_zhao"]).get(below, headers=headers).status_code == 404
    assert client_of(cast["finance_qian"]).get(below, headers=headers).status_code == 403


def test_the_list_costs_the_same_for_one_row_and_for_fifty(
    town: Town,
    cast: Cast,
    client_of: SignIn,
    divisions: dict[str, Division],
    django_assert_max_num_queries: Callable[..., object],
) -> None:
    client = client_of(cast["sfe_sun"])
    client.get(reverse("customers:list"))
    counted = []
    for _round in range(2):
        # session, user with state; then rows, grades, assignments, last visits
        with django_assert_max_num_queries(6) as queries:  # type: ignore[attr-defined]
            assert client.get(reverse("customers:list")).status_code == 200
        counted.append(len(queries))
        for number in range(40):
            party = make_party(f"芷安堂{number}店", divisions["330127101"])
            cover(party, cast.position_of("rep_li"))
            save_one(Grade(party=party, scheme="ABC", value="A", valid_from=date(2026, 1, 1)), ACT)
        client.get(reverse("customers:list"))
    assert counted[0] == counted[1]


FOUND = {
    "type=CHAIN_STORE": 2,
    "type=HCO": 0,
    "status=CLOSED": 0,
    "grade=A": 1,
    "county=330122": 2,
    "county=330127": 0,
    "county=nonsense": 0,
    "place=yes": 0,
    "place=no": 2,
    "held=no": 0,
    "q=芷安": 1,
    "q=堂": 2,
    "q=zat": 1,
    "q=C1": 1,
    "q=hct&grade=A": 0,
}


def test_filters_and_search_narrow_the_list(town: Town, cast: Cast, client_of: SignIn) -> None:
    client, url = client_of(cast["sfe_sun"]), reverse("customers:list")
    assert {q: client.get(f"{url}?{q}").content.decode().count("<tr data-row") for q in FOUND} == FOUND


def test_by_position_the_list_shows_what_it_has(town: Town, cast: Cast, client_of: SignIn) -> None:
    url = f"{reverse('customers:list')}?position={cast.position_of('rep_li').pk}"
    assert client_of(cast["sfe_sun"]).get(url).content.decode().count("<tr data-row") == 1


def test_an_empty_list_says_the_next_step(cast: Cast, client_of: SignIn) -> None:
    body = client_of(cast["rep_li"]).get(reverse("customers:list")).content.decode()
    assert "还没有客户" in body and reverse("customers:create") in body


def test_export_gives_the_chosen_columns(town: Town, cast: Cast, client_of: SignIn) -> None:
    answer = client_of(cast["sfe_sun"]).get(reverse("customers:export") + "?grade=A&columns=name,code")
    assert answer.status_code == 200 and "spreadsheetml" in answer["Content-Type"]


def test_a_division_is_offered_while_it_is_typed(town: Town, cast: Cast, client_of: SignIn) -> None:
    client = client_of(cast["rep_li"])
    found = client.get(reverse("customers:division_options"), {"q": "桐庐"}).json()["items"]
    assert {"value": "330122102", "text": "浙江省杭州市桐庐县横村镇"} in found
    begun = client.get(reverse("customers:division_options"), {"q": "横"}).json()["items"]
    assert begun == [{"value": "330122102", "text": "浙江省杭州市桐庐县横村镇"}]


@pytest.mark.parametrize(("known", "chosen"), [(True, "true"), (False, "false"), (None, "unknown")])
def test_the_edit_form_shows_what_is_known_so_that_saving_keeps_it(
    town: Town, cast: Cast, client_of: SignIn, known: bool | None, chosen: str
) -> None:
    town.party.is_nhsa_designated = known
    save_one(town.party, ACT)
    page = client_of(cast["rep_li"]).get(reverse("customers:edit", args=[town.party.public_id])).content.decode()
    select = page.split('name="is_nhsa_designated"')[1].split("</select>")[0]
    assert f'value="{chosen}" selected' in select
