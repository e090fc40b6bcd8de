from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from keqing.accounts import services
from keqing.accounts.models import SignIn, User
from keqing.accounts.tests.conftest import PASSWORD
from keqing.core.saving import Act

pytestmark = pytest.mark.django_db

PHONE = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Mobile Safari/537.36"


def test_the_right_password_opens_the_door(client: Client, li: User, sign_in: Any) -> None:
    answer = sign_in(client, "li.wen")
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert client.session["_auth_user_id"] == str(li.pk)


@pytest.mark.parametrize("typed", ["LI.Wen", "  li.wen ", "ｌｉ．ｗｅｎ"])
def test_capitals_spaces_and_full_width_letters_are_the_same_name(
    client: Client, li: User, sign_in: Any, typed: str
) -> None:
    assert sign_in(client, typed).status_code == 302


def test_a_sign_in_is_logged_without_the_full_address(client: Client, li: User, sign_in: Any) -> None:
    sign_in(client, "li.wen", REMOTE_ADDR="203.0.113.77", HTTP_USER_AGENT=PHONE)
    row = SignIn.objects.get()
    assert (row.user, row.result, row.way) == (li, SignIn.Result.OK, SignIn.Way.PASSWORD)
    assert (row.address, row.browser) == ("203.0.113.*", "Chrome 131 · Android")


def test_a_wrong_password_is_logged_for_its_owner(client: Client, li: User, sign_in: Any) -> None:
    sign_in(client, "li.wen", "not the one at all")
    assert list(SignIn.objects.values_list("user", "result")) == [(li.pk, "wrong")]


def test_what_was_typed_as_an_unknown_name_is_not_kept(client: Client, sign_in: Any) -> None:
    sign_in(client, "my-secret-password", "x" * 12)
    row = SignIn.objects.get()
    assert row.user is None
    assert "my-secret" not in " ".join(str(getattr(row, field.attname)) for field in SignIn._meta.concrete_fields)


def test_an_unknown_name_gets_the_same_answer_and_the_same_work(
    client: Client, li: User, sign_in: Any, django_assert_num_queries: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed: list[str] = []
    monkeypatch.setattr(User, "set_password", lambda self, raw: hashed.append(raw))
    checked: list[str] = []
    monkeypatch.setattr(User, "check_password", lambda self, raw: bool(checked.append(raw)))
    wrong = sign_in(client, "li.wen", "not the one at all")
    unknown = sign_in(Client(), "nobody", "not the one at all")
    assert (wrong.status_code, unknown.status_code) == (200, 200)
    assert _errors(wrong) == _errors(unknown) == ["账号或密码不对，再试一次。"]
    assert (len(checked), len(hashed)) == (1, 1)  # one costly hash each
    assert SignIn.objects.count() == 2


def test_an_account_that_is_off_says_so_only_to_who_knows_the_password(client: Client, li: User, sign_in: Any) -> None:
    User.objects.filter(pk=li.pk).update(is_active=False)
    assert _errors(sign_in(client, "li.wen", "not the one at all")) == ["账号或密码不对，再试一次。"]
    answer = sign_in(client, "li.wen")
    assert answer["Location"] == reverse("account_inactive")
    assert "现在停用了" in client.get(answer["Location"]).content.decode()
    assert "_auth_user_id" not in client.session
    assert SignIn.objects.first().result == SignIn.Result.INACTIVE


def test_signing_in_changes_the_session_key(client: Client, li: User, sign_in: Any) -> None:
    client.get(reverse("account_login"))
    session = client.session
    session["planted"] = "by somebody else"
    session.save()
    before = client.session.session_key
    sign_in(client, "li.wen")
    assert client.session.session_key != before
    assert not client.session.exists(before)


def test_signing_out_needs_a_post(client: Client, li: User, sign_in: Any) -> None:
    sign_in(client, "li.wen")
    assert "退出登录" in client.get(reverse("account_logout")).content.decode()
    assert "_auth_user_id" in client.session
    assert client.post(reverse("account_logout")).status_code == 302
    assert "_auth_user_id" not in client.session


def test_posts_without_the_token_are_refused(li: User, sign_in: Any) -> None:
    assert sign_in(Client(enforce_csrf_checks=True), "li.wen").status_code == 403


@pytest.mark.parametrize("target", ["/visits/", "/visits/?q=%E6%9D%8E"])
def test_next_leads_on_inside_the_house(client: Client, li: User, sign_in: Any, target: str) -> None:
    assert sign_in(client, "li.wen", data={"next": target})["Location"] == target


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example/",
        "///evil.example",
        "http:///evil.example",
        "https:evil.example",
        r"\\evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "http://localhost/elsewhere",  # an allowed host, but not the one the visitor is on
    ],
)
def test_next_never_leads_out_of_the_house(client: Client, li: User, sign_in: Any, target: str) -> None:
    assert sign_in(client, "li.wen", data={"next": target})["Location"] == "/"


def test_the_sign_in_page_carries_the_security_headers(client: Client) -> None:
    answer = client.get(reverse("account_login"))
    policy = answer["Content-Security-Policy"]
    assert "script-src 'self';" in policy and "frame-ancestors 'none'" in policy
    assert "unsafe-inline" not in policy.split("style-src-attr")[0]
    assert (answer["X-Frame-Options"], answer["X-Content-Type-Options"]) == ("DENY", "nosniff")
    assert "no-store" in answer["Cache-Control"]


def test_the_sign_in_page_has_no_inline_script(client: Client) -> None:
    body = client.get(reverse("account_login")).content.decode()
    for tag in body.split("<script")[1:]:
        head = tag.split(">")[0]
        assert "src=" in head or 'type="application/json"' in head
    assert " onclick" not in body and "<style" not in body


def test_the_sign_in_page_offers_no_sign_up_and_no_reset_by_mail(client: Client) -> None:
    body = client.get(reverse("account_login")).content.decode()
    assert "signup" not in body and "reset" not in body
    for path in ("signup/", "password/reset/", "email/", "password/set/", "confirm-email/"):
        assert Client().get(f"/accounts/{path}").status_code in {302, 404}


def test_an_htmx_request_without_a_session_is_sent_to_sign_in(client: Client) -> None:
    answer = client.get("/settings/accounts/", headers={"HX-Request": "true"})
    assert answer.status_code == 401
    assert answer["HX-Redirect"].startswith(reverse("account_login"))


def test_a_one_time_password_works_for_three_days(li: User, sign_in: Any) -> None:
    def given(at: datetime) -> str:
        return services.reset_password(User.objects.get(pk=li.pk), Act(user_id=None, at=at))

    fresh = given(timezone.now() - timedelta(hours=71))
    assert sign_in(Client(), "li.wen", fresh)["Location"] == "/"
    late, client = given(timezone.now() - timedelta(hours=73)), Client()
    answer = sign_in(client, "li.wen", late)
    assert answer["Location"] == reverse("account_login")
    assert "过期了" in client.get(answer["Location"]).content.decode()
    assert "_auth_user_id" not in client.session
    assert SignIn.objects.first().result == SignIn.Result.EXPIRED


def test_the_sign_in_lasts_until_the_browser_closes_unless_asked(li: User, sign_in: Any) -> None:
    short, long = Client(), Client()
    sign_in(short, "li.wen")
    sign_in(long, "li.wen", data={"remember": "on"})
    assert short.session.get_expire_at_browser_close() is True
    assert long.session.get_expire_at_browser_close() is False
    assert long.session.get_expiry_age() == 12 * 3600


def _errors(answer: Any) -> list[str]:
    return list(answer.context["form"].non_field_errors())


def test_the_password_is_not_written_back_into_the_page(client: Client, li: User, sign_in: Any) -> None:
    assert "not the one at all" not in sign_in(client, "li.wen", "not the one at all").content.decode()
    assert PASSWORD not in client.get(reverse("account_login")).content.decode()
