from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from keqing.accounts.models import User
from keqing.accounts.passwords import is_run, own_words
from keqing.accounts.tests.conftest import PASSWORD
from keqing.core.models import HistoryEntry

NEW = "四月的茶 山后的雨 2026"


@pytest.mark.parametrize("text", ["qwertyuiop", "poiuytrewq", "123456789012", "qwertyuiopqwerty", "1q2w3e4r5t6y"])
def test_a_walk_along_the_keyboard_is_a_run(text: str) -> None:
    assert is_run(text)


@pytest.mark.parametrize("text", ["qwertyhgfdsa", "tea on the hill", "135792468024"])
def test_other_texts_are_no_run(text: str) -> None:
    assert not is_run(text)


def test_own_words_are_name_pinyin_account_and_mailbox() -> None:
    user = User(username="wen88", name="李文博", email="boge@example.cn")
    # 李文博: li wen bo; given name first: wenboli
    assert own_words(user) == ("liwenbo", "wenboli", "wen88", "boge", "李文博")


def test_short_own_words_refuse_nothing() -> None:
    assert own_words(User(username="li", name="李")) == ()


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("", "short"),
        ("茶山夜雨", "short"),
        ("elevenchars", "short"),
        ("password1234", "common"),
        ("Password2026!!!", "common"),
        ("woaini1314520", "common"),
        ("123456789012", "common"),
        ("135792468024", "common"),
        ("qwertyuiop12", "common"),
        ("1qaz2wsx3edc", "common"),
        ("aaaaaaaaaaab", "common"),
        ("abababababab", "common"),
        ("!!!abcdefghij!!!", "common"),
        ("liwen-tea-hill", "similar"),
        ("tea-WENLI-hill", "similar"),
        ("李闻爱喝春天的茶和山里的雨", "similar"),
        ("li.wen.2026.spring", "similar"),
        ("keqing-tea-hill", "similar"),
        ("客情系统的密码二零二六年", "similar"),
    ],
)
def test_weak_passwords_are_refused(password: str, code: str) -> None:
    with pytest.raises(ValidationError) as caught:
        validate_password(password, User(username="li.wen", name="李闻"))
    assert code in [error.code for error in caught.value.error_list]
    assert all("一" <= message[0] <= "鿿" for message in caught.value.messages)


@pytest.mark.parametrize(
    "password", ["tea on the green hill", "春天的茶山后的雨真不错啊", "correct horse battery", "k7mq-3xwd-9pzt-hv2c"]
)
def test_a_sentence_of_one_s_own_is_taken(password: str) -> None:
    validate_password(password, User(username="li.wen", name="李闻"))


def change(client: Client, **words: str) -> Any:
    fields = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW, **words}
    return client.post(reverse("account_change_password"), fields)


@pytest.mark.django_db
def test_changing_ends_the_other_sessions_and_keeps_this_one(li: User, sign_in: Any) -> None:
    here, there = Client(), Client()
    sign_in(here, "li.wen")
    sign_in(there, "li.wen")
    assert change(here)["Location"] == reverse("usersessions_list")
    assert here.get(reverse("usersessions_list")).status_code == 200
    assert there.get(reverse("usersessions_list"))["Location"].startswith(reverse("account_login"))
    assert sign_in(Client(), "li.wen", NEW).status_code == 302
    assert HistoryEntry.objects.get(noun="accounts.user", object_id=li.pk).changes == '{"password":[null,"own"]}'


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("words", "field", "message"),
    [
        ({"oldpassword": "wrong one"}, "oldpassword", "现在的密码不对，再试一次。"),
        ({"password2": "四月的茶 山后的风 2026"}, "password2", "两遍输得不一样，再输一次。"),
        ({"password1": PASSWORD, "password2": PASSWORD}, "password1", "新密码要和现在的不一样。"),
        ({"password1": "茶" * 5, "password2": "茶" * 5}, "password1", "密码太短，至少要 12 个字符。"),
    ],
)
def test_a_refused_change_says_why(li: User, sign_in: Any, words: dict[str, str], field: str, message: str) -> None:
    client = Client()
    sign_in(client, "li.wen")
    answer = change(client, **words)
    assert message in answer.context["form"].errors[field]
    assert User.objects.get(pk=li.pk).check_password(PASSWORD)


@pytest.mark.django_db
def test_who_must_change_the_password_comes_to_nothing_else_first(li: User, sign_in: Any) -> None:
    User.objects.filter(pk=li.pk).update(must_change_password=True)
    client = Client()
    sign_in(client, "li.wen")
    for path in ("/", "/settings/accounts/"):
        assert client.get(path)["Location"] == reverse("account_change_password")
    assert "换成自己的再开始用" in client.get(reverse("account_change_password")).content.decode()
    assert change(client)["Location"] == "/"
    assert User.objects.get(pk=li.pk).must_change_password is False
    assert client.get(reverse("me")).status_code == 200


@pytest.mark.django_db
def test_the_password_page_belongs_to_nobody_without_a_session(client: Client) -> None:
    assert client.get(reverse("account_change_password"))["Location"].startswith(reverse("account_login"))
