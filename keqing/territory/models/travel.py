"""Travel rule 路程规则: minutes where places have no coordinates, speeds where they have (DESIGN 4), dated."""

from __future__ import annotations

from django.db import models

from keqing.core.fields import PeriodModel
from keqing.core.models import Base, PublishedRows


class TravelRule(Base, PeriodModel):
    village_min = models.PositiveSmallIntegerField("同村（分钟）", default=5)
    township_min = models.PositiveSmallIntegerField("同乡镇（分钟）", default=15)
    county_min = models.PositiveSmallIntegerField("同县（分钟）", default=35)
    detour = models.DecimalField("绕路系数", max_digits=4, decimal_places=2, default="1.35")
    near_kmh = models.PositiveSmallIntegerField("县内时速（公里）", default=35)
    far_kmh = models.PositiveSmallIntegerField("跨县时速（公里）", default=50)
    source = models.CharField("依据", max_length=120)

    right = "division"
    objects = PublishedRows.as_manager()

    class Meta:
        verbose_name = "路程规则"
        constraints = [PeriodModel.period_check("travel_rule_period")]

    def __str__(self) -> str:
        return f"{self.valid_from}"
