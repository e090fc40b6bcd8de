from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import pytest
from django.contrib.auth.models import AbstractBaseUser
from django.test import Client
from django.urls import reverse

from keqing.territory.models import Holiday
from keqing.territory.services import working_calendar
from keqing.territory.services.reference import load_shipped_holidays
from keqing.territory.tests.builders import ACT
from tests.personas import Cast

SignIn = Callable[[AbstractBaseUser], Client]
YEAR = "/territory/calendar/"


@pytest.fixture
def office(cast: Cast, client_of: SignIn) -> Client:
    load_shipped_holidays(ACT)
    return client_of(cast["sfe_sun"])


def test_a_year_has_twelve_months_with_rest_and_made_up_days(office: Client) -> None:
    body = office.get(YEAR, {"year": "2026"}).content.decode()
    assert len(re.findall(r'<table class="month">', body)) == 12
    # 2026: 33 rest days and 6 working weekends stand in the table of DOMAIN 8.1
    assert len(re.findall(r"<small>休</small>", body)) == 33
    assert len(re.findall(r"<small>班</small>", body)) == 6
    # 365 days − 104 weekend days + 6 of them worked − the rest days that fall on Monday to Friday:
    # 1/1 Thu 1/2 Fri · 2/16..20, 2/23 · 4/6 · 5/1, 5/4, 5/5 · 6/19 · 9/25 · 10/1, 10/2, 10/5, 10/6, 10/7
    # = 2 + 6 + 1 + 3 + 1 + 1 + 5 = 19
    assert "248 个工作日" in body  # 365 − 104 + 6 − 19


def test_a_provisional_year_says_so(office: Client) -> None:
    assert "2027 年是暂定的" in office.get(YEAR, {"year": "2027"}).content.decode()
    assert "2030 年的放假安排还没有录入" in office.get(YEAR, {"year": "2030"}).content.decode()
    assert "暂定" not in office.get(YEAR, {"year": "2025"}).content.decode()


@pytest.mark.parametrize("year", ["1999", "2050"])
def test_years_far_away_are_not_found(office: Client, year: str) -> None:
    assert office.get(YEAR, {"year": year}).status_code == 404


def test_nonsense_shows_this_year(office: Client) -> None:
    assert office.get(YEAR, {"year": "abcd"}).status_code == 200


def test_only_the_office_has_links_to_change_a_day(office: Client, cast: Cast, client_of: SignIn) -> None:
    link = reverse("territory:calendar_day", args=[2026, 11, 18])
    assert link in office.get(YEAR, {"year": "2026"}).content.decode()
    assert link not in client_of(cast["rep_li"]).get(YEAR, {"year": "2026"}).content.decode()


def test_a_day_is_entered_changed_and_cleared(office: Client) -> None:
    url = reverse("territory:calendar_day", args=[2027, 2, 20])
    sent = {"kind": "work", "name": "春节", "source": "国办发明电〔2026〕7号"}
    assert office.post(url, sent).status_code == 303
    assert working_calendar().is_workday(date(2027, 2, 20))
    row = Holiday.objects.get(day=date(2027, 2, 20))
    assert office.post(url, {**sent, "version": row.version, "kind": "rest"}).status_code == 303
    assert office.post(url, {**sent, "version": row.version}).status_code == 422  # changed meanwhile
    office.post(reverse("territory:calendar_clear", args=[2027, 2, 20]))
    assert not Holiday.objects.live().filter(day=date(2027, 2, 20)).exists()


def test_a_day_needs_its_source(office: Client) -> None:
    answer = office.post(reverse("territory:calendar_day", args=[2027, 2, 20]), {"kind": "work", "name": "春节"})
    assert answer.status_code == 422 and not Holiday.objects.filter(day=date(2027, 2, 20)).exists()


@pytest.mark.parametrize("args", [[2027, 2, 30], [2027, 13, 1], [0, 1, 1]])
def test_days_that_are_not_in_the_calendar(office: Client, args: list[int]) -> None:
    assert office.get(reverse("territory:calendar_day", args=args)).status_code == 404


def test_a_year_is_confirmed_by_its_notice(office: Client) -> None:
    url = reverse("territory:calendar_confirm", args=[2027])
    assert office.post(url, {"source": ""}).status_code == 422
    assert "确认了" in office.post(url, {"source": "国办发明电〔2026〕7号"}, follow=True).content.decode()
    assert not working_calendar().is_provisional(2027)
