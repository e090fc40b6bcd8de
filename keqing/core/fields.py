"""Fields every app uses: encrypted text, money, unit price, quantity, share."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models

from keqing.core.secrets import PREFIX, decrypt, encrypt


class EncryptedField(models.TextField):  # type: ignore[type-arg]
    """Text that lies encrypted in the database, plain in Python. Not to be filtered: keep a search hash beside it."""

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> str | None:
        if not value or not value.startswith(PREFIX):
            return value
        return decrypt(value, settings.KEQING_PERSONAL_KEY)

    def get_prep_value(self, value: Any) -> str | None:
        text: str | None = super().get_prep_value(value)
        if not text or text.startswith(PREFIX):
            return text
        return encrypt(text, settings.KEQING_PERSONAL_KEY)

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name not in {"isnull"}:
            raise TypeError(f"{self.name} is encrypted and cannot be searched by {lookup_name}")
        return super().get_lookup(lookup_name)


class MoneyField(models.DecimalField):  # type: ignore[type-arg]
    """CNY, stored to 0.01 (DOMAIN, global conventions)."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"max_digits": 16, "decimal_places": 2, **kwargs})


class UnitPriceField(models.DecimalField):  # type: ignore[type-arg]
    """CNY for one base unit, to 0.0001."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"max_digits": 14, "decimal_places": 4, **kwargs})


class ShareField(models.DecimalField):  # type: ignore[type-arg]
    """A fraction 0 < share ≤ 1, shown × 100."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"max_digits": 5, "decimal_places": 4, **kwargs})


class PeriodModel(models.Model):
    """Valid on [valid_from, valid_to): half-open, never overwritten, closed by setting `valid_to`."""

    valid_from = models.DateField("生效日期")
    valid_to = models.DateField("失效日期", null=True, blank=True)

    class Meta:
        abstract = True

    @staticmethod
    def period_check(name: str) -> models.CheckConstraint:
        return models.CheckConstraint(
            condition=models.Q(valid_to__isnull=True) | models.Q(valid_to__gt=models.F("valid_from")),
            name=name,
            violation_error_message="失效日期要晚于生效日期。",
        )
