from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from keqing.accounts.lockout import lock, locked_until
from keqing.accounts.models import SignIn, User
from keqing.accounts.reports import history_of
from keqing.accounts.tests.conftest import PASSWORD
from keqing.core.models import HistoryEntry

pytestmark = pytest.mark.django_db
READ = ("list", "sign_ins", "account")
ACTS = ("activate", "deactivate", "end_sessions", "unlock", "reset_password", "remove_second_factor")


def at(name: str, user: User | None = None) -> str:
    return reverse(f"accounts:{name}", args=[user.public_id] if user and name not in {"list", "sign_ins"} else None)


def table(answer: Any) -> str:
    return str(answer.content.decode().partition("<tbody>")[2].partition("</tbody>")[0])


@pytest.mark.parametrize("name", [*READ, *ACTS])
def test_without_the_right_every_page_is_refused(
    li: User, wu: User, client_of: Callable[[User], Client], name: str
) -> None:
    client = client_of(li)
    for method in (client.get, client.post):
        assert method(at(name, wu)).status_code in {403, 405}
    assert User.objects.get(pk=wu.pk).is_active


def test_compliance_reads_but_changes_nothing(cast: Any, client_of: Callable[[User], Client]) -> None:
    client, user = client_of(cast["compliance_he"]), cast["rep_li"]
    assert client.get(at("list")).status_code == 200
    page = client.get(at("account", user)).content.decode()
    assert "重置密码" not in page and "能做的" not in page
    for name in ACTS:
        assert client.post(at(name, user)).status_code == 403


def test_the_list_shows_state_factor_and_finds_by_initials(admin: User, li: User, wu: User, client_of: Any) -> None:
    TOTP.activate(li, generate_totp_secret())
    lock(wu.username, timezone.now())
    client = client_of(admin)
    body = client.get(at("list")).content.decode()
    assert "李闻" in body and "已开启" in body and "暂时锁定" in body
    found = client.get(at("list"), {"q": "lw"}).content.decode()
    assert "李闻" in found and "吴桐" not in found
    assert "没有符合的" in client.get(at("list"), {"q": "zzz"}).content.decode()


@pytest.mark.parametrize(
    ("params", "names"),
    [
        ({"state": "inactive"}, {"吴桐"}),
        ({"state": "active"}, {"李闻", "顾维"}),
        ({"state": "must_change"}, {"李闻"}),
        ({"second_factor": "on"}, {"李闻"}),
        ({"second_factor": "off"}, {"吴桐", "顾维"}),
        ({"state": "invented"}, set()),
    ],
)
def test_the_list_narrows(
    admin: User, li: User, wu: User, client_of: Any, params: dict[str, str], names: set[str]
) -> None:
    User.objects.filter(pk=wu.pk).update(is_active=False)
    User.objects.filter(pk=li.pk).update(must_change_password=True)
    TOTP.activate(li, generate_totp_secret())
    rows = table(client_of(admin).get(at("list"), params))
    assert {name for name in ("李闻", "吴桐", "顾维") if name in rows} == names


@pytest.mark.parametrize("sort", ["name", "-username", "last_sign_in", "-last_sign_in", "-created"])
def test_the_list_sorts_over_accounts_that_never_signed_in(admin: User, li: User, client_of: Any, sort: str) -> None:
    assert "李闻" in client_of(admin).get(at("list"), {"sort": sort}).content.decode()


def test_an_htmx_request_gets_the_fragment(admin: User, client_of: Any) -> None:
    body = client_of(admin).get(at("list"), headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in body and "顾维" in body


def test_an_account_page_tells_who_did_what(admin: User, li: User, client_of: Any, sign_in: Any) -> None:
    sign_in(Client(), "li.wen", "not the one at all", REMOTE_ADDR="203.0.113.77")
    client = client_of(admin)
    client.post(at("deactivate", li))
    body = client.get(at("account", li)).content.decode()
    assert "203.0.113.*" in body and "203.0.113.77" not in body
    assert [(line.by, line.text) for line in history_of(li)] == [("顾维", "停用")]
    assert "密码不对" in body and "停用" in body


def test_an_unknown_account_is_not_found(admin: User, client_of: Any) -> None:
    assert client_of(admin).get("/settings/accounts/00000000-0000-4000-8000-000000000000/").status_code == 404


def test_switching_off_ends_the_sessions_at_once(admin: User, li: User, client_of: Any, sign_in: Any) -> None:
    theirs = Client()
    sign_in(theirs, "li.wen")
    assert client_of(admin).post(at("deactivate", li)).status_code == 303
    assert theirs.get(reverse("usersessions_list"))["Location"].startswith(reverse("account_login"))
    assert not theirs.session.exists(theirs.cookies["sessionid"].value)
    client_of(admin).post(at("activate", li))
    assert sign_in(Client(), "li.wen")["Location"] == "/"


def test_ending_sessions_leaves_the_account_open(admin: User, li: User, client_of: Any, sign_in: Any) -> None:
    theirs = Client()
    sign_in(theirs, "li.wen")
    client_of(admin).post(at("end_sessions", li))
    assert theirs.get(reverse("usersessions_list")).status_code == 302
    assert sign_in(Client(), "li.wen")["Location"] == "/"


def test_a_lock_can_be_lifted(admin: User, li: User, client_of: Any, sign_in: Any) -> None:
    for _ in range(5):
        sign_in(Client(), "li.wen", "not the one at all")
    client_of(admin).post(at("unlock", li))
    assert locked_until("li.wen", timezone.now()) is None
    assert sign_in(Client(), "li.wen")["Location"] == "/"


def test_resetting_asks_the_administrator_s_own_password_first(admin: User, li: User, sign_in: Any) -> None:
    client = Client()
    sign_in(client, "gu.wei")
    for method in (client.get, client.post):
        assert method(at("reset_password", li))["Location"].startswith(reverse("account_reauthenticate"))
    assert User.objects.get(pk=li.pk).must_change_password is False


def test_a_reset_gives_a_one_time_password_once(admin: User, li: User, confirmed: Any, sign_in: Any) -> None:
    theirs = Client()
    sign_in(theirs, "li.wen")
    client = confirmed(admin)
    answer = client.post(at("reset_password", li))
    password = answer.context["password"] if answer.context else _shown(answer)
    assert "no-store" in answer["Cache-Control"]
    assert theirs.get(reverse("usersessions_list")).status_code == 302
    assert password not in client.get(at("reset_password", li)).content.decode()
    assert password not in client.get(at("account", li)).content.decode()
    assert all(password not in entry.changes for entry in HistoryEntry.objects.all())
    fresh = Client()
    sign_in(fresh, "li.wen", password)
    assert fresh.get("/")["Location"] == reverse("account_change_password")


def _shown(answer: Any) -> str:
    return str(answer.content.decode().partition("data-one-time>")[2].partition("<")[0])


def test_a_lost_phone_is_taken_off(admin: User, li: User, confirmed: Any, sign_in: Any) -> None:
    TOTP.activate(li, generate_totp_secret())
    RecoveryCodes.activate(li)
    client = confirmed(admin)
    assert "认准" in client.get(at("remove_second_factor", li)).content.decode()
    client.post(at("remove_second_factor", li))
    assert not Authenticator.objects.filter(user=li).exists()
    assert sign_in(Client(), "li.wen")["Location"] == "/"
    assert history_of(li)[0].text == "取消二次验证"


@pytest.mark.parametrize("name", ["deactivate", "reset_password", "remove_second_factor"])
def test_nobody_shuts_out_oneself(admin: User, confirmed: Any, name: str) -> None:
    TOTP.activate(admin, generate_totp_secret())
    client = Client()
    client.force_login(admin)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    answer = client.post(at(name, admin), follow=True)
    assert "您自己的账号" in answer.content.decode()
    again = User.objects.get(pk=admin.pk)
    assert again.is_active and not again.must_change_password
    assert Authenticator.objects.filter(user=admin).exists()


def test_the_log_of_sign_ins_narrows_by_result(admin: User, li: User, client_of: Any, sign_in: Any) -> None:
    sign_in(Client(), "li.wen", "not the one at all")
    sign_in(Client(), "nobody", "not the one at all")
    sign_in(Client(), "li.wen")
    client = client_of(admin)
    body = client.get(at("sign_ins")).content.decode()
    assert "没有这个账号" in body and body.count("密码不对") >= 2
    assert table(client.get(at("sign_ins"), {"result": "ok"})).count("<tr") == 1


def test_a_person_sees_the_own_sign_ins_and_ends_the_other_sessions(li: User, wu: User, sign_in: Any) -> None:
    here, there = Client(), Client()
    sign_in(Client(), "li.wen", "not the one at all", REMOTE_ADDR="198.51.100.9")
    sign_in(Client(), "wu.tong", REMOTE_ADDR="192.0.2.9")
    sign_in(here, "li.wen")
    sign_in(there, "li.wen")
    body = here.get(reverse("usersessions_list")).content.decode()
    assert "198.51.100.*" in body and "密码不对" in body and "192.0.2" not in body
    here.post(reverse("usersessions_list"))
    assert here.get(reverse("usersessions_list")).status_code == 200
    assert there.get(reverse("usersessions_list")).status_code == 302
    assert SignIn.objects.filter(user=li).count() == 3
