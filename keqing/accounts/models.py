"""User 账号: who may sign in. What a person may do follows from the positions held (territory), never from here.

SignIn 登录记录: every sign-in that worked and every one that did not, for the owner and for administrators.
"""

from __future__ import annotations

import unicodedata
import uuid
from typing import Any, Self

from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models

from keqing.core.search import index_rows
from keqing.core.state import State
from keqing.core.viewer import Viewer


class UserRows(models.QuerySet["User"]):
    def visible_to(self, viewer: Viewer) -> Self:
        """Accounts are one list: all of it for who may read it, else only one's own."""
        return self if viewer.may("account", "read") else self.filter(pk=viewer.user_id)


class Users(UserManager.from_queryset(UserRows)):  # type: ignore[misc]
    use_in_migrations = False


class User(AbstractUser):
    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    public_id = models.UUIDField("公开编号", default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField("姓名", max_length=40)
    must_change_password = models.BooleanField("首次登录改密码", default=False)
    #: a password that somebody else has seen opens the door only until then
    one_time_until = models.DateTimeField("一次性密码有效至", null=True, blank=True, editable=False)
    #: part of the invented world; such accounts go with it
    is_demo = models.BooleanField("演示账号", default=False)

    #: what was read with this row at the beginning of a request
    state: State | None = None

    objects = Users()  # type: ignore[misc]

    class Meta:
        verbose_name = "账号"

    def __str__(self) -> str:
        return self.name or self.username

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        if kwargs.get("update_fields") is None:
            index_rows(User, [self])  # type: ignore[arg-type,list-item]

    @classmethod
    def normalize_username(cls, username: str) -> str:
        """One spelling per account: full-width letters of a Chinese keyboard and capitals mean the same name."""
        return unicodedata.normalize("NFKC", username).strip().lower()

    def get_full_name(self) -> str:
        return self.name

    def search_texts(self) -> tuple[str, ...]:
        return (self.name, self.username)


class SignInRows(models.QuerySet["SignIn"]):
    def visible_to(self, viewer: Viewer) -> Self:
        return self if viewer.may("account", "read") else self.filter(user_id=viewer.user_id)


class SignIn(models.Model):
    class Result(models.TextChoices):
        OK = "ok", "成功"
        WRONG = "wrong", "密码不对"
        LOCKED = "locked", "密码连错，账号锁定"
        CODE = "code", "第二步没通过"
        INACTIVE = "inactive", "账号已停用"
        EXPIRED = "expired", "一次性密码过期"

    class Way(models.TextChoices):
        PASSWORD = "password", "密码"
        CODE = "code", "密码和验证码"
        RECOVERY = "recovery", "密码和恢复码"
        KEY = "key", "密码和安全密钥"
        PASSKEY = "passkey", "通行密钥"

    #: empty for a name that is no account: what was typed may be a password, so it is not kept
    user = models.ForeignKey(
        User, models.CASCADE, null=True, related_name="sign_ins", db_index=False, verbose_name="账号"
    )
    at = models.DateTimeField("时间", db_index=True)
    result = models.CharField("结果", max_length=10, choices=Result)
    way = models.CharField("方式", max_length=10, choices=Way)
    address = models.CharField("地址", max_length=45, help_text="只留网段，不留完整地址")
    browser = models.CharField("浏览器", max_length=60)

    objects = SignInRows.as_manager()

    class Meta:
        verbose_name = "登录记录"
        ordering = ["-id"]
        indexes = [models.Index(fields=["user", "id"], name="sign_in_of_user")]

    def __str__(self) -> str:
        return f"{self.get_result_display()} {self.at:%Y-%m-%d %H:%M}"

    @property
    def is_ok(self) -> bool:
        return self.result == self.Result.OK
