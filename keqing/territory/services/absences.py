"""Days off 休假 and who stands in 代班."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext

from keqing.core.models import notify
from keqing.core.saving import Act, save_one
from keqing.territory.errors import EmptyPeriod, NotEmployed, SubstituteAway, TimeOffOverlap
from keqing.territory.models import Employee, Tenure, TimeOff
from keqing.territory.services.stints import require_compatible

REASON = "days off of the substitute count, whoever looks"


@transaction.atomic
def take_time_off(off: TimeOff, act: Act) -> TimeOff:
    """Enter or change days off. Raises a `Refused`; tells the substitute, or the superior while there is none."""
    if off.ends_on < off.starts_on:
        raise EmptyPeriod(gettext("结束日期不能早于开始日期。"))
    _require_free(off)
    _require_not_needed(off)
    if off.substitute is not None:
        _require_able(off, off.substitute)
    save_one(off, act)
    if off.substitute is not None:
        require_compatible([off.substitute])
    _tell(off, act)
    return off


def _others(off: TimeOff) -> list[TimeOff]:
    rows = TimeOff.objects.everything(REASON).touching(off.starts_on, off.ends_on).exclude(pk=off.pk)
    return list(rows.select_related("employee", "substitute"))


def _require_free(off: TimeOff) -> None:
    for other in _others(off):
        if other.employee_id == off.employee_id:
            raise TimeOffOverlap(gettext("%(name)s %(days)s 已经登记过，改那一条就行。") % _words(other))


def _require_not_needed(off: TimeOff) -> None:
    """Whoever stands in for somebody on these days must first hand that over."""
    for other in _others(off):
        if other.substitute_id == off.employee_id:
            raise SubstituteAway(gettext("%(days)s 正替 %(name)s 代班，先给 %(name)s 换一位代班人。") % _words(other))


def _require_able(off: TimeOff, substitute: Employee) -> None:
    if substitute.pk == off.employee_id:
        raise SubstituteAway(gettext("代班人不能是自己。"))
    if substitute.left_on is not None and substitute.left_on <= off.ends_on:
        raise NotEmployed(
            gettext("%(name)s %(day)s 离职，换一位代班人。") % {"name": substitute.name, "day": substitute.left_on}
        )
    for other in _others(off):
        if other.employee_id == substitute.pk:
            raise SubstituteAway(gettext("%(name)s %(days)s 也不在，换一位代班人。") % _words(other))


def _words(off: TimeOff) -> dict[str, str]:
    return {"name": off.employee.name, "days": span(off.starts_on, off.ends_on)}


def span(starts_on: date, ends_on: date) -> str:
    """11-18 到 11-20, or 11-18 alone."""
    if starts_on == ends_on:
        return f"{starts_on:%m-%d}"
    return gettext("%(first)s 到 %(last)s") % {"first": f"{starts_on:%m-%d}", "last": f"{ends_on:%m-%d}"}


def _tell(off: TimeOff, act: Act) -> None:
    link = reverse("territory:time_off")
    if off.substitute is not None:
        _notify(off.substitute, gettext("%(days)s 你替 %(name)s 代班") % _words(off), link, act)
        return
    text = gettext("%(name)s %(days)s 休假，还没有代班人") % _words(off)
    for superior in _superiors(off):
        _notify(superior, text, link, act)


def _notify(employee: Employee, text: str, link: str, act: Act) -> None:
    if employee.user_id is not None and employee.user_id != act.user_id:
        notify(employee.user_id, text, at=act.at, link=link)


def _superiors(off: TimeOff) -> list[Employee]:
    """Who holds the position above on the first day off."""
    tenures = Tenure.objects.everything(REASON).on(off.starts_on)
    above = tenures.filter(employee=off.employee, position__parent__isnull=False).values("position__parent_id")
    keys = tenures.filter(position_id__in=above).exclude(employee=off.employee).values("employee_id")
    return list(Employee.objects.everything(REASON).filter(pk__in=keys))
