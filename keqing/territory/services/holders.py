"""Who holds a position from when to when 任岗."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext

from keqing.core.saving import Act, save_one
from keqing.territory.errors import EmptyPeriod, NotEmployed, PositionNotInForce, TenureOverlap
from keqing.territory.models import Employee, Position, Tenure
from keqing.territory.services.stints import require_compatible, substitutes_of

REASON = "holders of a position follow one another, whoever looks"


@transaction.atomic
def appoint(position: Position, employee: Employee, starts_on: date, act: Act) -> Tenure:
    """Give the position to somebody; whoever holds it gives it up the same day. Raises a `Refused`."""
    list(Position.objects.everything(REASON).select_for_update().filter(pk=position.pk))
    _require_in_force(position, starts_on)
    _require_employed(employee, starts_on)
    former = _holder_to_follow(position, employee, starts_on, timezone.localdate(act.at))
    if former is not None:
        former.valid_to = starts_on
        save_one(former, act)
    ends = [day for day in (position.valid_to, employee.left_on) if day is not None]
    tenure = Tenure(employee=employee, position=position, valid_from=starts_on, valid_to=min(ends, default=None))
    save_one(tenure, act)
    require_compatible([employee, *substitutes_of(employee)])
    return tenure


def end_tenure(tenure: Tenure, ends_on: date, act: Act) -> Tenure:
    """`ends_on` is the first day on which the person no longer holds the position."""
    if ends_on <= tenure.valid_from:
        raise EmptyPeriod(
            gettext("离岗日期要晚于入岗日期 %(day)s；录错了可以放进回收站。") % {"day": tenure.valid_from}
        )
    if tenure.valid_to is not None and ends_on > tenure.valid_to:
        raise TenureOverlap(gettext("这段任岗到 %(day)s 已经结束，要延长请重新任命。") % {"day": tenure.valid_to})
    tenure.valid_to = ends_on
    return save_one(tenure, act)


def vacancies(as_of: date) -> QuerySet[Position]:
    """All positions in force that nobody holds on that day."""
    rows: QuerySet[Position] = Position.objects.everything("vacancies of the whole company").vacant(as_of)
    return rows


def _require_in_force(position: Position, day: date) -> None:
    if day < position.valid_from:
        raise PositionNotInForce(
            gettext("这个岗位从 %(day)s 才设立，入岗日期不能更早。") % {"day": position.valid_from}
        )
    if position.valid_to is not None and day >= position.valid_to:
        raise PositionNotInForce(gettext("这个岗位到 %(day)s 已经撤了。") % {"day": position.valid_to})


def _require_employed(employee: Employee, day: date) -> None:
    if employee.left_on is not None and day >= employee.left_on:
        raise NotEmployed(
            gettext("%(name)s 已于 %(day)s 离职，换一个人。") % {"name": employee.name, "day": employee.left_on}
        )


def _holder_to_follow(position: Position, employee: Employee, starts_on: date, today: date) -> Tenure | None:
    """Who must give the position up. What is over stays as it was, and a later beginning stands in the way."""
    rows = Tenure.objects.everything(REASON).filter(position=position).exclude(valid_to__lte=starts_on)
    former: Tenure | None = rows.select_related("employee").order_by("-valid_from").first()
    if former is None:
        return None
    words = {"name": former.employee.name, "day": former.valid_from, "end": former.valid_to}
    if former.valid_from >= starts_on:
        raise TenureOverlap(gettext("%(name)s 从 %(day)s 起任这个岗位，入岗日期要晚于这一天。") % words)
    if former.employee_id == employee.pk:
        raise TenureOverlap(gettext("%(name)s 从 %(day)s 起就在这个岗位上。") % words)
    if former.valid_to is not None and former.valid_to <= today:
        raise TenureOverlap(gettext("%(name)s 任这个岗位到 %(end)s，入岗日期不能更早。") % words)
    return former
