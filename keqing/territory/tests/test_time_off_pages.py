from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth.models import AbstractBaseUser
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from keqing.accounts.models import User
from keqing.core.models import Notice
from keqing.territory.models import Employee, TimeOff
from keqing.territory.services import take_time_off
from keqing.territory.services.reference import load_shipped_holidays
from keqing.territory.tests.builders import ACT, off
from tests.personas import Cast

SignIn = Callable[[AbstractBaseUser], Client]
LIST, NEW = "/territory/time-off/", "/territory/time-off/new/"


@pytest.fixture
def days() -> tuple[str, str]:
    first = timezone.localdate() + timedelta(days=7)
    return first.isoformat(), (first + timedelta(days=2)).isoformat()


def named(name: str) -> Employee:
    found: Employee = Employee.objects.get(name=name)
    return found


def test_a_representative_enters_own_days_and_the_superior_is_told(
    cast: Cast, client_of: SignIn, days: tuple[str, str]
) -> None:
    client = client_of(cast["rep_li"])
    form = client.get(NEW).content.decode()
    assert "代班人由上级安排" in form and 'name="employee"' not in form and 'name="substitute"' not in form
    # what is not in the form is not taken from it either
    sent = {"starts_on": days[0], "ends_on": days[1], "kind": "leave", "employee": named("许衡").pk}
    assert client.post(NEW, sent).status_code == 303
    row = TimeOff.objects.get()
    assert (row.employee.name, row.substitute) == ("李闻", None)
    assert Notice.objects.get().user == cast["area_zhao"]
    assert "李闻" in client.get(LIST).content.decode()


def test_a_manager_enters_days_and_a_substitute_for_the_own_people_only(
    cast: Cast, client_of: SignIn, days: tuple[str, str]
) -> None:
    client = client_of(cast["area_zhao"])
    sent = {"starts_on": days[0], "ends_on": days[1], "kind": "leave", "substitute": named("许衡").pk}
    assert client.post(NEW, {**sent, "employee": named("赵青").pk}).status_code == 422  # next door
    assert client.post(NEW, {**sent, "employee": named("李闻").pk}).status_code == 303
    assert TimeOff.objects.get().substitute == named("许衡")


def test_refusals_are_sentences_in_the_form(cast: Cast, client_of: SignIn, days: tuple[str, str]) -> None:
    client = client_of(cast["area_zhao"])
    sent = {"starts_on": days[0], "ends_on": days[1], "kind": "leave", "employee": named("李闻").pk}
    answer = client.post(NEW, {**sent, "substitute": named("林知夏").pk})
    assert answer.status_code == 422 and "医药代表不能兼任销售岗位" in answer.content.decode()
    answer = client.post(NEW, {**sent, "starts_on": days[1], "ends_on": days[0]})
    assert answer.status_code == 422 and "最后一天不能早于第一天。" in answer.content.decode()
    answer = client.post(NEW, {**sent, "substitute": named("李闻").pk})
    assert answer.status_code == 422 and "代班人不能是自己。" in answer.content.decode()
    assert not TimeOff.objects.exists()


def test_a_manager_changes_the_substitute_later(cast: Cast, client_of: SignIn, days: tuple[str, str]) -> None:
    client_of(cast["rep_li"]).post(NEW, {"starts_on": days[0], "ends_on": days[1], "kind": "sick"})
    row = TimeOff.objects.get()
    url = reverse("territory:time_off_change", args=[row.public_id])
    sent = {
        "version": row.version,
        "starts_on": days[0],
        "ends_on": days[1],
        "kind": "sick",
        "employee": row.employee_id,
    }
    client = client_of(cast["area_zhao"])
    assert client.post(url, {**sent, "substitute": named("许衡").pk}).status_code == 303
    stale = client.post(url, {**sent, "substitute": ""})
    assert stale.status_code == 422 and "别人刚改过这一条" in stale.content.decode()


def test_why_somebody_is_away_is_not_told_to_the_substitute(cast: Cast, client_of: SignIn) -> None:
    today = timezone.localdate()
    row = off(named("李闻"), today, today, named("许衡"))
    row.kind = TimeOff.Kind.SICK
    take_time_off(row, ACT)
    assert "病假" in client_of(cast["area_zhao"]).get(LIST).content.decode()
    seen = client_of(cast["kam_xu"]).get(LIST).content.decode()
    assert "李闻" in seen and "今天不在" in seen and "病假" not in seen


def test_own_days_are_cancelled_into_the_bin_others_days_are_not(cast: Cast, client_of: SignIn) -> None:
    today = timezone.localdate()
    row = take_time_off(off(named("李闻"), today, today, named("许衡")), ACT)
    url = reverse("territory:time_off_remove", args=[row.public_id])
    assert client_of(cast["kam_xu"]).post(url).status_code == 404  # stands in, arranges nothing
    assert client_of(cast["rep_zhao"]).post(url).status_code == 404
    assert client_of(cast["rep_li"]).post(url).status_code == 303
    row.refresh_from_db()
    assert row.bin is not None


def test_past_days_are_on_their_own_tab_with_working_days(cast: Cast, client_of: SignIn) -> None:
    load_shipped_holidays(ACT)
    # 2026-02-13 Fri to 2026-02-24 Tue: 13 works, 14 works (made up), 15 to 23 rest, 24 works → 3
    take_time_off(
        off(named("李闻"), timezone.localdate().replace(2026, 2, 13), timezone.localdate().replace(2026, 2, 24)), ACT
    )
    client = client_of(cast["rep_li"])
    assert "没有安排休假" in client.get(LIST).content.decode()
    assert '<td class="num">3</td>' in client.get(LIST, {"past": "1"}).content.decode()


def test_an_account_without_an_employee_is_told_what_to_do(db: None, client_of: SignIn) -> None:
    root = User.objects.create_superuser(username="root", name="根")
    assert client_of(root).get(LIST).status_code == 200
    assert client_of(root).get(NEW).status_code == 200
