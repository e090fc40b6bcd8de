"""Pages of visits and Today through the client: five taps, rights, lists, exports, the number of queries."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from io import BytesIO

import pytest
from django.test import Client
from python_calamine import CalamineWorkbook

from keqing.core.models import BinEntry
from keqing.core.saving import save_one
from keqing.customers.reports.opened import open_party
from keqing.territory.models import Employee, Holiday, TimeOff
from keqing.visits import panels
from keqing.visits.models import Frequency, Skip, Visit
from keqing.visits.tests.builders import ACT, cover, grade, make_party, make_visit, moment
from tests.personas import Cast

WEDNESDAY = date(2026, 11, 18)
NOTE = "看了库存和效期，陈列整理过，和店长约好下周再来。"
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frequencies")]
Clock = Callable[[datetime], None]


@pytest.fixture(autouse=True)
def wednesday(at: Clock) -> None:
    at(moment(WEDNESDAY, 9))


@pytest.fixture
def li(cast: Cast, client_of: Callable[..., Client]) -> Client:
    return client_of(cast["rep_li"])


def store(cast: Cast, name: str, ago: int = 12, **values: object) -> object:
    position = cast.position_of("rep_li")
    party = make_party(name, position, **values)
    grade(party, "SECONDARY")
    make_visit(party, position, cast["rep_li"], WEDNESDAY - timedelta(ago))
    return party


def text_of(response: object) -> str:
    return response.content.decode()  # type: ignore[attr-defined]


def card_of(page: str) -> str:
    """The card of the next visit."""
    return page.split('class="next-card"')[1].split("</article>")[0]


def test_from_today_to_today_in_five_taps(cast: Cast, li: Client, at: Clock) -> None:
    """Position, check in, quick phrase, (next date stands ready), leave: four taps and whatever is typed."""
    first = store(cast, "甲店", 13, lng=111.0, lat=30.0)
    second = store(cast, "乙店", 12, lng=111.3, lat=30.0)
    page = text_of(li.get("/"))
    assert "甲店" in card_of(page) and "逾期 2 天" in card_of(page) and "到店签到" in card_of(page)
    place = {"lat": "30.0004", "lng": "111.0001", "accuracy": "12"}
    arrived = li.post(f"/visits/begin/{first.public_id}/", place)  # type: ignore[attr-defined]
    assert arrived.status_code == 303
    visit = Visit.objects.live().get(ended_at__isnull=True)
    during = text_of(li.get(arrived.url))
    assert "逾期 2 天" in during  # why one came: as it stood before this visit
    # 18 November + 8 days, the middle of 7 to 10, is Thursday the 26th and stands chosen
    assert re.search(r'value="2026-11-26" checked', during)
    assert "11-18 + 8 天 = 11-26 · 每 7–10 天一次" in during
    phrase = re.search(r'name="phrase" value="([^"]+)"', during)[1]  # type: ignore[index]
    at(moment(WEDNESDAY, 9, 20))
    left = li.post(
        f"/visits/{visit.public_id}/finish/",
        {"version": visit.version, "note": "陈列没动过，下次带新价签。", "phrase": phrase, "next_pick": "2026-11-26"},
    )
    assert (left.status_code, left.url) == (303, "/")
    visit.refresh_from_db()
    assert visit.note == f"{phrase}陈列没动过，下次带新价签。"
    assert (visit.next_on, visit.minutes, visit.ground) == (date(2026, 11, 26), 20, "within")
    moved_on = text_of(li.get("/"))
    assert "今天已访 1 家" in moved_on and "乙店" in card_of(moved_on)
    assert f"/visits/begin/{second.public_id}/" in moved_on  # type: ignore[attr-defined]
    assert f"/visits/begin/{first.public_id}/" not in moved_on  # type: ignore[attr-defined]


def test_a_check_in_without_a_position_goes_through_too(cast: Cast, li: Client) -> None:
    party = store(cast, "甲店", lng=111.0, lat=30.0)
    for nonsense in ({}, {"lat": "", "lng": "", "accuracy": ""}, {"lat": "x", "lng": "999", "accuracy": "inf"}):
        response = li.post(f"/visits/begin/{party.public_id}/", nonsense)  # type: ignore[attr-defined]
        assert response.status_code == 303
    assert Visit.objects.get(ended_at__isnull=True).ground == "no_signal"


def test_a_second_check_in_elsewhere_leads_to_the_open_one(cast: Cast, li: Client) -> None:
    first, second = store(cast, "甲店"), store(cast, "乙店")
    li.post(f"/visits/begin/{first.public_id}/")  # type: ignore[attr-defined]
    response = li.post(f"/visits/begin/{second.public_id}/")  # type: ignore[attr-defined]
    assert response.status_code == 422
    visit = Visit.objects.get(ended_at__isnull=True)
    assert "还有一次拜访没有结束" in text_of(response)
    assert f"/visits/{visit.public_id}/" in text_of(response)


def test_the_refusal_of_a_hospital_is_a_sentence(cast: Cast, li: Client) -> None:
    party = make_party("县医院", cast.position_of("rep_li"), kind="HCO", terminal_type="COUNTY_HOSPITAL")
    page = text_of(li.get(f"/visits/begin/{party.public_id}/"))
    assert "OTC 代表和招商不拜访医疗机构" in page and "到店签到" not in page
    assert li.post(f"/visits/begin/{party.public_id}/").status_code == 422


def test_an_mr_writes_the_reception_first(cast: Cast, client_of: Callable[..., Client]) -> None:
    employee = Employee.objects.get(user=cast["mr_lin"])
    employee.filing_no = "备-1"
    save_one(employee, ACT)
    party = make_party("县医院", cast.position_of("mr_lin"), kind="HCO", terminal_type="COUNTY_HOSPITAL")
    client, url = client_of(cast["mr_lin"]), f"/visits/begin/{party.public_id}/"
    assert "接待安排" in text_of(client.get(url))
    assert client.post(url).status_code == 422
    assert client.post(url, {"reception": "药剂科 10 点"}).status_code == 303


def test_what_was_typed_survives_a_change_from_elsewhere(cast: Cast, li: Client) -> None:
    party = store(cast, "甲店")
    li.post(f"/visits/begin/{party.public_id}/")  # type: ignore[attr-defined]
    visit = Visit.objects.get(ended_at__isnull=True)
    response = li.post(f"/visits/{visit.public_id}/finish/", {"version": visit.version + 1, "note": "我写的字都在这里"})
    assert response.status_code == 422
    assert "我写的字都在这里" in text_of(response) and "刚被改过" in text_of(response)
    assert Visit.objects.get(pk=visit.pk).is_open


def test_cancelling_says_where_it_went(cast: Cast, li: Client) -> None:
    li.post(f"/visits/begin/{store(cast, '甲店').public_id}/")  # type: ignore[attr-defined]
    visit = Visit.objects.get(ended_at__isnull=True)
    response = li.post(f"/visits/{visit.public_id}/cancel/", follow=True)
    assert "回收站" in text_of(response)
    assert BinEntry.objects.get().noun == "visits.visit"


def test_skipping_and_taking_it_back(cast: Cast, li: Client) -> None:
    party = store(cast, "甲店")
    url = f"/visits/skip/{party.public_id}/"  # type: ignore[attr-defined]
    li.post(url, {"reason": "今天盘点"})
    li.post(url, {"reason": "再点一次"})
    assert Skip.objects.live().count() == 1
    page = text_of(li.get("/"))
    assert "今天盘点" in page and f"/visits/begin/{party.public_id}/" not in page  # type: ignore[attr-defined]
    li.post(f"/visits/skips/{Skip.objects.get().public_id}/undo/")
    assert f"/visits/begin/{party.public_id}/" in text_of(li.get("/"))  # type: ignore[attr-defined]


def test_a_finished_visit_can_be_corrected_and_its_history_shows_both(cast: Cast, li: Client) -> None:
    party = store(cast, "甲店")
    visit = make_visit(party, cast.position_of("rep_li"), cast["rep_li"], WEDNESDAY, started_at=moment(WEDNESDAY, 8))  # type: ignore[arg-type]
    url = f"/visits/{visit.public_id}/"
    assert "签到离客户 30 m" in text_of(li.get(url))
    given = {"version": visit.version, "note": "改成这样", "next_on": "2026-11-30", "reason": "写错店了"}
    assert li.post(f"{url}correct/", given).status_code == 303
    page = text_of(li.get(url))
    assert "写错店了" in page and f"{NOTE} → 改成这样" in page
    assert li.post(f"{url}correct/", {**given, "reason": ""}).status_code == 422


def test_recording_afterwards(cast: Cast, li: Client) -> None:
    party = store(cast, "甲店")
    given = {"day": "2026-11-17", "began": "15:00", "minutes": "20", "note": NOTE, "next_on": ""}
    response = li.post(f"/visits/past/{party.public_id}/", given)  # type: ignore[attr-defined]
    assert response.status_code == 303
    shown = text_of(li.get(response.url))
    assert "补记的拜访没有签到，不判有效" in shown and "还缺一点" not in shown
    assert li.post(f"/visits/past/{party.public_id}/", {**given, "day": "2026-10-01"}).status_code == 422  # type: ignore[attr-defined]


PARTY_URLS = ("begin", "past", "skip")


@pytest.mark.parametrize("name", PARTY_URLS)
def test_the_neighbours_customer_does_not_exist(cast: Cast, li: Client, name: str) -> None:
    party = make_party("赵的店", cast.position_of("rep_zhao"))
    response = li.post(f"/visits/{name}/{party.public_id}/", {"reason": "x"})
    assert response.status_code == 404


def test_the_neighbours_visit_does_not_exist(cast: Cast, li: Client) -> None:
    party = make_party("CANARY赵的店", cast.position_of("rep_zhao"))
    visit = make_visit(party, cast.position_of("rep_zhao"), cast["rep_zhao"], WEDNESDAY, note="CANARY小结")
    row = save_one(Skip(party=party, position=cast.position_of("rep_zhao"), day=WEDNESDAY, reason="CANARY"), ACT)
    for url in (
        f"/visits/{visit.public_id}/",
        f"/visits/{visit.public_id}/finish/",
        f"/visits/skips/{row.public_id}/undo/",
    ):
        assert (li.get(url) if url.count("/") == 3 else li.post(url)).status_code == 404
    for url in (
        "/",
        "/visits/",
        "/visits/?q=CANARY",
        "/visits/due/",
        "/visits/start/?q=CANARY",
        "/visits/due/?position=P-ZHAO",
    ):
        assert "CANARY赵" not in text_of(li.get(url)), url


@pytest.mark.parametrize(
    ("day", "chip"),
    [("2026-11-20", "逾期 3 天"), ("2026-11-17", "逾期 1 天"), ("2027-01-01", "逾期 1 天"), ("morgen", "逾期 1 天")],
)
def test_the_due_list_looks_at_a_day_soon_to_come(cast: Cast, li: Client, day: str, chip: str) -> None:
    # visited on 7 November, at the latest on the 17th
    store(cast, "甲店", 11)
    assert chip in text_of(li.get(f"/visits/due/?day={day}"))


@pytest.mark.parametrize("username", ["finance_qian", "qa_zheng", "marketing_yu"])
def test_who_has_nothing_to_do_with_visits_is_refused(
    cast: Cast, client_of: Callable[..., Client], username: str
) -> None:
    client = client_of(cast[username])
    party = make_party("甲店", cast.position_of("rep_li"))
    for url in ("/visits/", "/visits/export/", "/visits/due/", "/visits/start/", f"/visits/begin/{party.public_id}/"):
        assert client.get(url).status_code == 403, url
    assert client.get("/").status_code == 303


def test_a_representative_may_not_export_nor_change_frequencies(cast: Cast, li: Client) -> None:
    for url in ("/visits/export/", "/visits/due/export/", "/visits/frequencies/new/"):
        assert li.get(url).status_code == 403


def test_an_author_keeps_seeing_own_visits_after_the_customer_moved_on(cast: Cast, li: Client) -> None:
    party = make_party("移走的", cast.position_of("rep_zhao"))
    visit = make_visit(party, cast.position_of("rep_zhao"), cast["rep_li"], WEDNESDAY)
    assert li.get(f"/visits/{visit.public_id}/").status_code == 200


def test_the_substitute_checks_in_for_the_absent_colleague(cast: Cast, li: Client) -> None:
    zhao, sub = (Employee.objects.get(user=cast[name]) for name in ("rep_zhao", "rep_li"))
    party = make_party("赵的店", cast.position_of("rep_zhao"))
    grade(party, "KEY")
    save_one(TimeOff(employee=zhao, substitute=sub, starts_on=WEDNESDAY, ends_on=WEDNESDAY), ACT)
    assert "赵的店" in text_of(li.get("/"))
    assert li.post(f"/visits/begin/{party.public_id}/").status_code == 303
    assert Visit.objects.get().position == cast.position_of("rep_zhao")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"甲店", "乙店"}),
        ("q=甲", {"甲店"}),
        ("q=yd", {"乙店"}),
        ("period=today", set()),
        ("period=90", {"甲店", "乙店"}),
        ("position=P-LI", {"甲店", "乙店"}),
        ("position=P-ZHAO", set()),
        ("kind=ACADEMIC", set()),
        ("ground=within", {"甲店", "乙店"}),
        ("state=open", set()),
        ("author=nobody", set()),
        ("sort=started", {"甲店", "乙店"}),
    ],
)
def test_the_list_of_visits_filters_and_searches(cast: Cast, li: Client, query: str, found: set[str]) -> None:
    store(cast, "甲店", 12)
    store(cast, "乙店", 20)
    page = text_of(li.get(f"/visits/?{query}"))
    assert {name for name in ("甲店", "乙店") if f">{name}</a>" in page} == found


def cells_of(response: object) -> list[list[object]]:
    return CalamineWorkbook.from_filelike(BytesIO(response.content)).get_sheet_by_index(0).to_python()  # type: ignore[attr-defined]


def test_a_manager_exports_visits_and_the_due_list(cast: Cast, client_of: Callable[..., Client]) -> None:
    store(cast, "=甲店", 12)
    client = client_of(cast["manager_wang"])
    rows = cells_of(client.get("/visits/export/"))
    assert rows[0][0] == "客户" and rows[1][0] == "'=甲店"
    due = cells_of(client.get("/visits/due/export/?state=overdue"))
    assert (due[1][0], due[1][5]) == ("'=甲店", "逾期")


@pytest.mark.parametrize(
    ("query", "found"),
    [("", "甲乙丙"), ("state=overdue", "甲"), ("state=too_early", "乙"), ("state=none", ""), ("q=甲", "甲"),
     ("position=P-A", "甲乙丙"), ("position=P-B", ""), ("page=2", "")],
)  # fmt: skip
def test_the_due_list_of_a_reach(cast: Cast, client_of: Callable[..., Client], query: str, found: str) -> None:
    store(cast, "甲店", 12)
    store(cast, "乙店", 3)
    make_party("丙店", cast.position_of("rep_li"))
    page = text_of(client_of(cast["manager_wang"]).get(f"/visits/due/?{query}"))
    assert [name for name in "甲乙丙" if f">{name}店</a>" in page] == list(found)


def test_operations_add_a_dated_frequency(cast: Cast, client_of: Callable[..., Client]) -> None:
    client = client_of(cast["sfe_sun"])
    given = {
        "scheme": "GENERAL",
        "segment": "LARGE",
        "unit": "week",
        "at_least": "4",
        "valid_from": "2026-12-01",
        "source": "12 月通知",
    }
    assert client.post("/visits/frequencies/new/", {**given, "segment": "KEY"}).status_code == 422
    assert client.post("/visits/frequencies/new/", {**given, "at_least": "9"}).status_code == 422
    assert client.post("/visits/frequencies/new/", {**given, "at_least": ""}).status_code == 422
    assert client.post("/visits/frequencies/new/", given).status_code == 303
    assert client.post("/visits/frequencies/new/", given).status_code == 422  # that day is taken
    page = text_of(client.get("/visits/frequencies/"))
    assert "每周至少 4 次" in page and "每周至少 3 次" in page and "还没到" in page
    assert Frequency.objects.get(segment="LARGE", at_least=3).valid_to == date(2026, 12, 1)


@pytest.mark.parametrize("username", ["rep_li", "manager_wang", "sfe_sun", "mr_lin", "medical_song", "primary_wu"])
def test_every_page_stands_without_any_data(cast: Cast, client_of: Callable[..., Client], username: str) -> None:
    client = client_of(cast[username])
    assert client.get("/", follow=True).status_code == 200
    for url in ("/visits/", "/visits/due/"):
        assert client.get(url).status_code == 200, url


def test_today_without_work_says_what_to_do_next(cast: Cast, li: Client) -> None:
    page = text_of(li.get("/"))
    assert "今天没有安排" in page and "/customers/" in page
    make_party("没定级", cast.position_of("rep_li"))
    assert "没定级" in text_of(li.get("/"))


def test_a_rest_day_says_so(cast: Cast, client_of: Callable[..., Client], at: Clock) -> None:
    store(cast, "甲店")
    at(moment(date(2026, 11, 21), 9))
    page = text_of(client_of(cast["rep_li"]).get("/"))
    assert "今天休息" in page and "11-23 周一" in page and "甲店" in page


def test_today_shows_the_route_with_its_numbers(cast: Cast, li: Client) -> None:
    for number in range(3):
        store(cast, f"店{number}", lng=111 + number / 100, lat=30.0)
    store(cast, "没坐标的")
    page = text_of(li.get("/"))
    assert 'role="img"' in page and "没有坐标，图上不画" in page
    assert page.count("<svg viewBox") == 2  # one for a phone, one for a desk
    assert "geo:30.000000,111" in page
    assert "https://" not in page.split("<main")[1].split("</main>")[0]


def test_today_asks_the_database_a_fixed_number_of_times(
    cast: Cast, li: Client, django_assert_max_num_queries: Callable[..., object]
) -> None:
    counts = []
    for size in (4, 30):
        for number in range(size):
            store(cast, f"店{size}-{number:02}", 8 + number % 9, lng=111 + number / 100, lat=30.0)
        li.get("/")
        with django_assert_max_num_queries(12) as seen:  # type: ignore[attr-defined]
            li.get("/")
        counts.append(len(seen))  # type: ignore[arg-type]
    assert counts[0] == counts[1]


def test_the_customer_page_asks_the_database_a_fixed_number_of_times(
    cast: Cast, li: Client, django_assert_num_queries: Callable[..., object]
) -> None:
    save_one(Holiday(day=date(2026, 10, 1), kind="rest", name="国庆节", source="test"), ACT)
    party = store(cast, "甲店", lng=111.0, lat=30.0)
    url = f"/customers/{party.public_id}/"  # type: ignore[attr-defined]
    li.get(url)
    for ago in (0, *range(3, 40, 4)):
        # session, user with state; then the customer, its parts, its visits, what else was visited then, people
        with django_assert_num_queries(7):  # type: ignore[attr-defined]
            assert li.get(url).status_code == 200
        make_visit(party, cast.position_of("rep_li"), cast["rep_li"], WEDNESDAY - timedelta(ago + 1))  # type: ignore[arg-type]


def test_beginning_and_ending_a_visit_asks_the_database_a_fixed_number_of_times(
    cast: Cast, li: Client, django_assert_num_queries: Callable[..., object]
) -> None:
    party = store(cast, "甲店", lng=111.0, lat=30.0)
    li.get("/about/")
    # session, user with state; customer, open visit, assignments; then begin, the row, its history, the counter, commit
    with django_assert_num_queries(10):  # type: ignore[attr-defined]
        arrived = li.post(f"/visits/begin/{party.public_id}/")  # type: ignore[attr-defined]
    visit = Visit.objects.get(ended_at__isnull=True)
    assert arrived.url == f"/visits/{visit.public_id}/"
    # session, user with state; the visit; then begin, what stands there, the row, its history, the counter, commit
    with django_assert_num_queries(9):  # type: ignore[attr-defined]
        left = li.post(f"/visits/{visit.public_id}/finish/", {"version": visit.version, "note": NOTE})
    assert left.status_code == 303


def test_the_panel_on_a_customers_page(cast: Cast, viewer_of: Callable) -> None:
    party = store(cast, "甲店")
    viewer, zhao, finance = (viewer_of(cast[name]) for name in ("rep_li", "rep_zhao", "finance_qian"))
    opened = open_party(viewer, party.public_id)  # type: ignore[attr-defined]
    assert opened is not None
    panel = panels.visits_panel(opened, viewer)
    assert panel is not None and panel.template == "visits/panels/visits.html"
    assert panel.context["chips"] == [("逾期 1 天", "red")] or panel.context["chips"][0][1] == "red"
    assert [(line.day, line.author, line.mark) for line in panel.context["visits"]] == [("11-06", "李闻", "")]
    assert panels.visits_panel(opened, finance) is None
    assert panels.last_contacts([party.pk], viewer) == {party.pk: date(2026, 11, 6)}  # type: ignore[attr-defined]
    assert panels.last_contacts([party.pk], zhao) == {}  # type: ignore[attr-defined]


def test_whoever_shares_a_customer_sees_when_but_opens_only_own_visits(cast: Cast, li: Client) -> None:
    party = make_party("共管", cast.position_of("rep_zhao"))
    cover(party, cast.position_of("rep_li"))
    grade(party, "SECONDARY")
    visit = make_visit(party, cast.position_of("rep_zhao"), cast["rep_zhao"], WEDNESDAY - timedelta(12))
    page = text_of(li.get("/"))
    assert "11-06" in page
    assert f"/visits/{visit.public_id}/" not in page
