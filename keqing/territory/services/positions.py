"""Positions of the tree: made, moved, closed, thrown away."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from keqing.core.models import BinEntry
from keqing.core.saving import Act, save, save_one, throw_away
from keqing.territory.errors import PositionNotInForce, StillNeeded, TreeLoop
from keqing.territory.models import Employee, Position, Tenure
from keqing.territory.services.stints import require_compatible, substitutes_of

REASON = "the position tree must stay whole, whoever looks"


@transaction.atomic
def save_position(position: Position, act: Act) -> Position:
    """Make or change a position; a closing date ends the holder's tenure on that day. Raises a `Refused`."""
    is_new = position.pk is None
    _require_no_loop(position)
    if not is_new and position.valid_to is not None:
        _close(position, position.valid_to, act)
    save_one(position, act)
    if not is_new:
        holders = _holders(position)
        require_compatible([*holders, *(other for holder in holders for other in substitutes_of(holder))])
    return position


def remove_position(position: Position, act: Act) -> BinEntry:
    """To the bin, with its former holders; only a position that nobody hangs on."""
    _require_childless(position)
    open_tenures = Tenure.objects.everything(REASON).filter(position=position).on(timezone.localdate(act.at))
    holder = open_tenures.select_related("employee").first()
    if holder:
        raise StillNeeded(gettext("%(name)s 还在这个岗位上，先让他离岗。") % {"name": holder.employee.name})
    return throw_away([position], act)


def _require_no_loop(position: Position) -> None:
    parents = dict(Position.objects.everything(REASON).values_list("pk", "parent_id"))
    above, seen = position.parent_id, {position.pk}
    while above is not None:
        if above in seen:
            raise TreeLoop(gettext("上级岗位不能是自己，也不能是自己下面的岗位。"))
        seen.add(above)
        above = parents.get(above)


def _require_childless(position: Position) -> None:
    count = Position.objects.everything(REASON).filter(parent=position).count()
    if count:
        raise StillNeeded(gettext("下面还有 %(count)s 个岗位，先把它们移到别的上级。") % {"count": count})


def _close(position: Position, day: date, act: Act) -> None:
    below = Position.objects.everything(REASON).filter(parent=position).exclude(valid_to__lte=day)
    if below.exists():
        raise StillNeeded(
            gettext("%(day)s 以后下面还有 %(count)s 个岗位，先移走或先撤它们。") % {"day": day, "count": below.count()}
        )
    tenures = list(Tenure.objects.everything(REASON).filter(position=position).exclude(valid_to__lte=day))
    for tenure in tenures:
        if tenure.valid_from >= day:
            raise PositionNotInForce(
                gettext("有人 %(day)s 才入岗，撤岗日期要晚于这一天。") % {"day": tenure.valid_from}
            )
        tenure.valid_to = day
    save(tenures, act)


def _holders(position: Position) -> list[Employee]:
    keys = Tenure.objects.everything(REASON).filter(position=position).values("employee_id")
    return list(Employee.objects.everything(REASON).filter(pk__in=keys))
