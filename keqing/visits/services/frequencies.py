"""The dated frequency rules: the table the house starts with, and rows added later."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext

from keqing.core.saving import Act, save, save_one
from keqing.visits.errors import Refused
from keqing.visits.models import Frequency

REASON = "frequency rules are the same for everybody"
FROM = date(2020, 1, 1)
Scheme, Unit = Frequency.Scheme, Frequency.Unit
GENERAL = "终端维护制度（DOMAIN 3.16 通用）"
COUNTY = "县域零售手册（DOMAIN 3.16 县域零售）"
THIRD = "第三终端手册（DOMAIN 3.16 第三终端）"
#: scheme, segment, numbers, source
TABLE: tuple[tuple[str, str, dict[str, Any], str], ...] = (
    (Scheme.GENERAL, "LARGE", {"unit": Unit.WEEK, "at_least": 3}, GENERAL),
    (Scheme.GENERAL, "LARGER", {"unit": Unit.WEEK, "at_least": 2}, GENERAL),
    (Scheme.GENERAL, "SMALL", {"unit": Unit.WEEK, "at_least": 1}, GENERAL),
    (Scheme.COUNTY_RETAIL, "KEY", {"unit": Unit.INTERVAL, "min_days": 3, "max_days": 5}, COUNTY),
    (Scheme.COUNTY_RETAIL, "SECONDARY", {"unit": Unit.INTERVAL, "min_days": 7, "max_days": 10}, COUNTY),
    # Only "every 30 days" is given as a default; a visit from day 20 on is not too early.
    (
        Scheme.COUNTY_RETAIL,
        "NON_KEY",
        {"unit": Unit.INTERVAL, "min_days": 20, "max_days": 30},
        f"{COUNTY}：原文没有数字，默认 30 天",
    ),
    (Scheme.THIRD_TERMINAL, "VIP", {"unit": Unit.MONTH, "phone_counts": True}, THIRD),
    (Scheme.THIRD_TERMINAL, "ALL", {"unit": Unit.QUARTER, "phone_counts": True}, f"{THIRD}：一年四次电话"),
)


@transaction.atomic
def load_frequencies(act: Act) -> int:
    """Write what is missing of the table; returns how many rows that were."""
    known = set(Frequency.objects.everything(REASON).values_list("scheme", "segment"))
    rows = [
        Frequency(scheme=scheme, segment=segment, source=source, valid_from=FROM, **numbers)
        for scheme, segment, numbers, source in TABLE
        if (scheme, segment) not in known
    ]
    save(rows, act)
    return len(rows)


@transaction.atomic
def add_frequency(row: Frequency, act: Act) -> Frequency:
    """A new number from a day on; the row it follows ends that day. Earlier numbers stay as they were."""
    siblings = Frequency.objects.everything(REASON).filter(scheme=row.scheme, segment=row.segment)
    if siblings.filter(valid_from__gte=row.valid_from).exists():
        raise Refused(gettext("这一天或之后已有同一分级的频次，生效日期要更晚。"))
    former = siblings.on(row.valid_from).first()
    if former is not None:
        former.valid_to = row.valid_from
        save_one(former, act)
    return save_one(row, act)
