from __future__ import annotations

from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret, hotp_value, yield_hotp_counters_from_time
from django.test import Client
from django.urls import reverse

from keqing.accounts.models import SignIn, User

pytestmark = pytest.mark.django_db


def code_of(secret: str) -> str:
    counter = next(iter(yield_hotp_counters_from_time()))
    return f"{hotp_value(secret, counter):06}"


def enable(user: User) -> str:
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    return secret


def test_turning_it_on_asks_for_the_password_first(li: User, sign_in: Any) -> None:
    client = Client()
    sign_in(client, "li.wen")
    answer = client.get(reverse("mfa_activate_totp"))
    assert answer["Location"].startswith(reverse("account_reauthenticate"))


def test_a_code_turns_it_on_and_recovery_codes_follow(li: User, confirmed: Any) -> None:
    client = confirmed(li)
    page = client.get(reverse("mfa_activate_totp"))
    assert "data:image/svg+xml;base64," in page.content.decode()
    secret = page.context["form"].secret
    answer = client.post(reverse("mfa_activate_totp"), {"code": code_of(secret)})
    assert answer["Location"] == reverse("mfa_view_recovery_codes")
    codes = client.get(answer["Location"]).context["unused_codes"]
    assert len(codes) == 10
    download = client.get(reverse("mfa_download_recovery_codes"))
    assert codes[0] in download.content.decode() and "attachment" in download["Content-Disposition"]


def test_secrets_lie_encrypted_in_the_database(li: User) -> None:
    secret = enable(li)
    RecoveryCodes.activate(li)
    for row in Authenticator.objects.filter(user=li):
        stored = row.data.get("secret") or row.data["seed"]
        assert stored.startswith("k1:") and secret not in str(row.data)


def test_the_second_step_stands_between_password_and_house(li: User, sign_in: Any) -> None:
    secret, client = enable(li), Client()
    assert sign_in(client, "li.wen", data={"next": "/visits/"})["Location"] == reverse("mfa_authenticate")
    assert "_auth_user_id" not in client.session
    assert client.get("/settings/accounts/")["Location"].startswith(reverse("account_login"))
    answer = client.post(reverse("mfa_authenticate"), {"code": code_of(secret)})
    assert answer["Location"] == "/visits/"
    assert SignIn.objects.get().way == SignIn.Way.CODE


def test_a_code_works_once(li: User, sign_in: Any) -> None:
    secret = enable(li)
    code = code_of(secret)
    results = []
    for _ in range(2):
        client = Client()
        sign_in(client, "li.wen")
        results.append(client.post(reverse("mfa_authenticate"), {"code": code}).status_code)
    assert results == [302, 200]


def test_a_recovery_code_works_once(li: User, sign_in: Any) -> None:
    enable(li)
    code = RecoveryCodes.activate(li).get_unused_codes()[0]
    results = []
    for _ in range(2):
        client = Client()
        sign_in(client, "li.wen")
        results.append(client.post(reverse("mfa_authenticate"), {"code": code}).status_code)
    assert results == [302, 200]
    assert SignIn.objects.filter(result=SignIn.Result.OK).get().way == SignIn.Way.RECOVERY


def test_wrong_codes_are_logged_and_limited(li: User, sign_in: Any) -> None:
    enable(li)
    client = Client()
    sign_in(client, "li.wen")
    answers = [client.post(reverse("mfa_authenticate"), {"code": "000000"}) for _ in range(7)]
    assert answers[0].context["form"].errors["code"] == ["验证没通过，再试一次。"]
    assert answers[6].context["form"].errors["code"] == ["试的次数太多，过几分钟再来。"]
    assert list(SignIn.objects.values_list("result", flat=True)) == ["code"] * 5


def test_the_second_step_can_be_left_for_another_account(li: User, wu: User, sign_in: Any) -> None:
    enable(li)
    client = Client()
    sign_in(client, "li.wen")
    assert client.get(reverse("mfa_cancel")).status_code == 405
    assert client.post(reverse("mfa_cancel"), {"next": reverse("account_login")})["Location"] == reverse(
        "account_login"
    )
    assert client.get(reverse("account_login")).status_code == 200
    assert sign_in(client, "wu.tong")["Location"] == "/"


@pytest.mark.parametrize("credential", ["", "{}", "[]", "null", '{"id": 1}', "not json"])
def test_a_broken_passkey_answer_opens_nothing(client: Client, credential: str) -> None:
    client.get(reverse("mfa_login_webauthn"), headers={"Accept": "application/json"})
    answer = client.post(reverse("mfa_login_webauthn"), {"credential": credential})
    assert answer["Location"] == reverse("account_login")
    assert "_auth_user_id" not in client.session


def test_the_pages_are_chinese_and_whole(li: User, confirmed: Any) -> None:
    client = confirmed(li)
    enable(li)
    RecoveryCodes.activate(li)
    names = ["mfa_index", "mfa_deactivate_totp", "mfa_view_recovery_codes", "mfa_generate_recovery_codes"]
    names += ["mfa_list_webauthn", "mfa_add_webauthn", "mfa_reauthenticate", "account_reauthenticate"]
    for name in [*names, "usersessions_list", "account_change_password", "account_logout"]:
        answer = client.get(reverse(name))
        assert answer.status_code == 200, name
        body = answer.content.decode()
        assert "跳到正文" in body and "no-store" in answer.get("Cache-Control", "no-store")
        for word in ("Password", "Sign In", "Code", "required", "Authenticator", "Security key"):
            assert word not in body.replace(" required", ""), (name, word)
