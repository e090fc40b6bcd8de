"""Administrative division 区划 (GB/T 2260 and its township and village extension), effective-dated."""

from __future__ import annotations

from django.core.validators import RegexValidator
from django.db import models

from keqing.core.models import Base, PublishedRows


class Division(Base):
    class Level(models.IntegerChoices):
        PROVINCE = 1, "省"
        CITY = 2, "市"
        COUNTY = 3, "县区"
        TOWNSHIP = 4, "乡镇街道"
        VILLAGE = 5, "村社区"

    code = models.CharField(
        "区划代码",
        max_length=12,
        validators=[RegexValidator(r"^(\d{6}|\d{9}|\d{12})$", "区划代码是 6、9 或 12 位数字。")],
    )
    name = models.CharField("名称", max_length=60)
    #: what people say: 昌平 for 昌平区; equal to the name where a short form would mislead
    short_name = models.CharField("简称", max_length=60)
    level = models.PositiveSmallIntegerField("级别", choices=Level)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name="上级"
    )
    lng = models.FloatField("经度", null=True, blank=True)
    lat = models.FloatField("纬度", null=True, blank=True)
    source = models.CharField("来源", max_length=60)
    valid_from = models.DateField("生效日期")
    valid_to = models.DateField("失效日期", null=True, blank=True)

    counter = "divisions"
    right = "division"
    objects = PublishedRows.as_manager()

    class Meta:
        verbose_name = "区划"
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(
                fields=["code", "valid_from"],
                condition=models.Q(bin__isnull=True),
                name="division_code_once",
                violation_error_message="这个区划代码已经有了。",
            )
        ]

    def __str__(self) -> str:
        return self.name

    def path(self) -> tuple[Division, ...]:
        """From the province down to here; load it with the rows above selected."""
        above: list[Division] = []
        division: Division | None = self
        while division is not None:
            above.append(division)
            division = division.parent
        return tuple(reversed(above))

    def names(self) -> tuple[str, ...]:
        """The path in words; the city that only repeats its municipality (北京市 › 北京市) is said once."""
        names = [division.name for division in self.path()]
        return tuple(name for at, name in enumerate(names) if at == 0 or name != names[at - 1])

    @property
    def full_name(self) -> str:
        return "".join(self.names())
