from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.template import engines
from django.test import Client
from django.urls import reverse

from keqing.accounts import services
from keqing.accounts.models import SignIn, User
from keqing.accounts.reports import my_account
from keqing.accounts.services import NewAccount, create_accounts
from keqing.core.models import HistoryEntry
from keqing.core.saving import Act
from keqing.core.search import matching

pytestmark = pytest.mark.django_db
ACT = Act(user_id=None, at=datetime(2026, 11, 18, 6, 0, tzinfo=UTC), reason="名单导入", import_run_id=7)


def test_hundreds_of_accounts_cost_a_few_queries_and_one_hash(
    django_assert_max_num_queries: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed: list[str | None] = []
    monkeypatch.setattr(services, "make_password", lambda raw: hashed.append(raw) or "md5$x$y")
    people = [NewAccount(f"e{number:04}", f"员工{number}", is_demo=True) for number in range(600)]
    with django_assert_max_num_queries(20):
        made = create_accounts(people, ACT, "demo password of all")
    assert len(made) == 600 and User.objects.count() == 600
    assert hashed == ["demo password of all"]


def test_new_accounts_are_in_history_and_found_by_initials() -> None:
    made = create_accounts([NewAccount("Li.Wen", "李闻")], ACT, None)
    user = made["li.wen"]
    entry = HistoryEntry.objects.get()
    assert (entry.noun, entry.object_id, entry.action, entry.import_run_id) == ("accounts.user", user.pk, "create", 7)
    assert "李闻" not in entry.changes
    assert list(matching(User.objects.all(), "lw")) == [user]


def test_an_account_that_exists_stays_as_it_is(li: User) -> None:
    made = create_accounts([NewAccount("LI.WEN", "别人"), NewAccount("wu", "吴桐")], ACT, "another password")
    assert made["li.wen"] == li and made["li.wen"].name == "李闻"
    assert User.objects.get(pk=li.pk).password == li.password
    assert made["wu"].must_change_password


def test_without_a_password_nobody_can_sign_in(sign_in: Any) -> None:
    create_accounts([NewAccount("li.wen", "李闻")], ACT, None)
    for password in ("", "None", "!"):
        assert sign_in(Client(), "li.wen", password).status_code == 200


def test_one_time_passwords_differ_and_pass_the_rules(li: User) -> None:
    made = {services.one_time_password() for _ in range(200)}
    assert len(made) == 200
    assert all(len(one) == 19 and not set(one) & set("0o1il") for one in made)


def test_a_name_change_is_found_at_once(li: User) -> None:
    li.name = "顾小满"
    li.save()
    assert list(matching(User.objects.all(), "xm")) == [li]
    assert not matching(User.objects.all(), "李闻")


def test_old_sign_ins_are_forgotten_after_a_year(li: User) -> None:
    for days in (364, 366):
        services.log_sign_in(li, result="ok", way="password", address="", browser="", at=ACT.at - timedelta(days=days))
    assert services.forget_old_sign_ins(ACT.at) == 1
    assert SignIn.objects.count() == 1


def test_my_account_tells_the_sign_in_before_this_one(li: User) -> None:
    assert my_account(li).last_sign_in is None
    for hour in (1, 2):
        services.log_sign_in(li, result="ok", way="password", address="", browser="", at=ACT.at + timedelta(hours=hour))
    services.log_sign_in(li, result="wrong", way="password", address="", browser="", at=ACT.at + timedelta(hours=3))
    mine = my_account(li)
    assert mine.last_sign_in is not None and mine.last_sign_in.at == ACT.at + timedelta(hours=1)
    assert (mine.username, mine.factors.is_on, mine.sessions) == ("li.wen", False, 0)


def test_the_fragment_of_the_own_page_leads_to_password_devices_and_second_factor(li: User) -> None:
    body = engines["jinja2"].get_template("accounts/_me.html").render({"mine": my_account(li)})
    for name in ("usersessions_list", "account_change_password", "mfa_index"):
        assert f'href="{reverse(name)}"' in body
    assert "没开启" in body
