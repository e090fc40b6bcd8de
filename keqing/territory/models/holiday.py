"""Holiday 节假日与调休: one dated row per day that differs from the plain week (DOMAIN 8.1)."""

from __future__ import annotations

from django.db import models

from keqing.core.models import Base, PublishedRows


class Holiday(Base):
    class Kind(models.TextChoices):
        REST = "rest", "放假"
        WORK = "work", "调休上班"

    day = models.DateField("日期")
    kind = models.CharField("类别", max_length=4, choices=Kind)
    name = models.CharField("名称", max_length=30)
    source = models.CharField("依据", max_length=120)
    is_provisional = models.BooleanField("暂定", default=False)

    counter = "holidays"
    right = "calendar"
    objects = PublishedRows.as_manager()

    class Meta:
        verbose_name = "节假日"
        ordering = ["day"]
        constraints = [
            models.UniqueConstraint(
                fields=["day"],
                condition=models.Q(bin__isnull=True),
                name="holiday_day_once",
                violation_error_message="这一天已经登记过。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.name}"
