"""Days off as rows of a page: how many working days, who stands in, what the viewer may do with them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from keqing.core.viewer import Viewer
from keqing.territory.calendar_days import CalendarYearMissing, WorkingCalendar
from keqing.territory.models import TimeOff

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Absence:
    off: TimeOff
    workdays: int | None
    #: why somebody is away is nobody's business who only stands in
    is_kind_shown: bool
    is_own: bool


def absences(rows: Sequence[TimeOff], viewer: Viewer, calendar: WorkingCalendar) -> list[Absence]:
    keys = [row.pk for row in rows]
    arranged = set(TimeOff.objects.arranged_by(viewer).filter(pk__in=keys).values_list("pk", flat=True))
    return [
        Absence(
            off=row,
            workdays=_workdays(row, calendar),
            is_kind_shown=row.pk in arranged,
            is_own=row.employee.user_id == viewer.user_id,
        )
        for row in rows
    ]


def _workdays(off: TimeOff, calendar: WorkingCalendar) -> int | None:
    try:
        return len(calendar.workdays(off.starts_on, off.ends_on + ONE_DAY))
    except CalendarYearMissing:
        return None
