"""User 账号: who may sign in. What a person may do follows from the positions held (territory), never from here."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.db import models


class User(AbstractUser):
    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    name = models.CharField("姓名", max_length=40)
    must_change_password = models.BooleanField("首次登录改密码", default=False)
    #: part of the invented world; such accounts go with it
    is_demo = models.BooleanField("演示账号", default=False)

    class Meta:
        verbose_name = "账号"

    def __str__(self) -> str:
        return self.name or self.username

    def get_full_name(self) -> str:
        return self.name
