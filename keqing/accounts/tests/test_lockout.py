from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import caches
from django.db import connections
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from keqing.accounts.lockout import WAIT, lock, locked_among, locked_until, name_key, unlock
from keqing.accounts.models import SignIn, User

AT = datetime(2026, 11, 18, 6, 0, tzinfo=UTC)
WRONG = "not the one at all"


def fail(sign_in: Any, username: str, times: int, **extra: Any) -> Any:
    answer = None
    for _ in range(times):
        answer = sign_in(Client(), username, WRONG, **extra)
    return answer


def said(answer: Any) -> str:
    return "".join(answer.context["form"].non_field_errors())


@pytest.mark.django_db
def test_five_wrong_passwords_lock_the_account_also_from_elsewhere(li: User, sign_in: Any) -> None:
    answer = fail(sign_in, "li.wen", 4, REMOTE_ADDR="203.0.113.7")
    assert said(answer) == "账号或密码不对，再试一次。"
    answer = fail(sign_in, "li.wen", 1, REMOTE_ADDR="203.0.113.7")
    assert said(answer) == "密码连错 5 次，账号先锁住了，5 分钟后再试。忘了密码就请管理员重置。"
    elsewhere = Client()
    assert "5 分钟后再试" in said(sign_in(elsewhere, "li.wen", REMOTE_ADDR="198.51.100.9"))
    assert "_auth_user_id" not in elsewhere.session
    assert list(SignIn.objects.values_list("result", flat=True)) == ["locked", "wrong", "wrong", "wrong", "wrong"]


@pytest.mark.django_db
def test_others_still_sign_in_from_the_same_office(li: User, wu: User, sign_in: Any) -> None:
    fail(sign_in, "li.wen", 6)
    assert sign_in(Client(), "wu.tong").status_code == 302


@pytest.mark.django_db
def test_a_name_that_does_not_exist_locks_alike(li: User, sign_in: Any) -> None:
    real, unreal = fail(sign_in, "li.wen", 5), fail(sign_in, "nobody", 5, REMOTE_ADDR="198.51.100.9")
    assert said(real) == said(unreal)


@pytest.mark.django_db
@pytest.mark.parametrize("spelling", ["LI.WEN", "ｌｉ．ｗｅｎ", " li.wen"])
def test_another_spelling_opens_no_new_count(li: User, sign_in: Any, spelling: str) -> None:
    fail(sign_in, "li.wen", 5)
    assert "锁住了" in said(sign_in(Client(), spelling))


@pytest.mark.django_db
def test_another_port_in_the_host_opens_no_new_count(li: User, sign_in: Any) -> None:
    for port in range(8001, 8006):
        sign_in(Client(), "li.wen", WRONG, HTTP_HOST=f"localhost:{port}")
    assert "锁住了" in said(sign_in(Client(), "li.wen", HTTP_HOST="localhost:8009"))


@pytest.mark.django_db
def test_the_lock_lasts_five_minutes_and_then_the_count_starts_anew(
    li: User, sign_in: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = timezone.now()
    fail(sign_in, "li.wen", 5)
    for minutes, status in ((4, 200), (6, 302)):
        later = start + timedelta(minutes=minutes)
        monkeypatch.setattr("keqing.web.middleware.timezone.now", lambda later=later: later)
        monkeypatch.setattr("allauth.core.internal.ratelimit.time.time", lambda later=later: later.timestamp())
        assert sign_in(Client(), "li.wen").status_code == status


@pytest.mark.django_db
def test_a_right_password_in_between_does_not_wipe_the_count(li: User, sign_in: Any) -> None:
    """Otherwise somebody with an own account could guess for ever."""
    fail(sign_in, "li.wen", 4)
    assert sign_in(Client(), "li.wen").status_code == 302
    assert "锁住了" in said(fail(sign_in, "li.wen", 1))


@pytest.mark.django_db
def test_confirming_with_a_wrong_password_counts_too(li: User, sign_in: Any) -> None:
    client = Client()
    sign_in(client, "li.wen")
    for _ in range(5):
        answer = client.post(reverse("account_reauthenticate"), {"password": WRONG})
    assert "锁住了" in str(answer.context["form"].errors["password"])


@pytest.mark.django_db
def test_one_address_that_tries_many_names_is_slowed_down(sign_in: Any) -> None:
    answers = [sign_in(Client(), f"name-{number}", WRONG) for number in range(21)]
    assert said(answers[19]) == "账号或密码不对，再试一次。"
    assert said(answers[20]) == "试的次数太多，过几分钟再来。"


@pytest.mark.django_db
def test_too_many_posts_from_one_address_get_a_page_that_says_so(sign_in: Any, settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "login": "2/m/ip"}
    answers = [sign_in(Client(), "nobody", WRONG) for _ in range(3)]
    assert answers[2].status_code == 429
    assert "操作太快了" in answers[2].content.decode()


@pytest.mark.django_db
def test_the_lock_lies_in_the_database_not_in_the_process() -> None:
    lock("li.wen", AT)
    with connections["jobs"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM core_cache WHERE cache_key LIKE %s", [f"%{name_key('li.wen')}"])
        assert cursor.fetchone()[0] == 1
    assert caches.create_connection("default").get(f"accounts:locked:{name_key('li.wen')}") is not None


def test_two_processes_share_a_lock(tmp_path: Path) -> None:
    env = {**os.environ, "KEQING_VAR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "keqing.web.settings"}
    env.pop("JOBS_DATABASE_URL", None)
    head = (
        "import django; django.setup(); from keqing.accounts import lockout as l; from django.utils import timezone; "
    )
    steps = (
        "from django.core.management import call_command; call_command('createcachetable', database='jobs'); "
        "l.lock('li.wen', timezone.now())",
        "print(l.locked_until('LI.WEN', timezone.now()) is not None, l.locked_until('wu.tong', timezone.now()))",
    )
    for step in steps:
        done = subprocess.run([sys.executable, "-c", head + step], env=env, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True", "None"]


@pytest.mark.django_db
def test_a_lock_ends_at_its_minute() -> None:
    until = lock("li.wen", AT)
    assert until == AT + WAIT
    assert locked_until("li.wen", until - timedelta(seconds=1)) == until
    assert locked_until("li.wen", until) is None


@pytest.mark.django_db
def test_of_a_page_of_names_only_the_locked_ones_are_told() -> None:
    lock("li.wen", timezone.now())
    lock("wu.tong", timezone.now())
    unlock("wu.tong")
    assert locked_among(["li.wen", "wu.tong", "gu.wei"]) == {"li.wen"}
