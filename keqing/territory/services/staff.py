"""People of the company 员工."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext

from keqing.core.saving import Act, save, save_one
from keqing.core.secrets import search_hash
from keqing.territory.errors import NotEmployed
from keqing.territory.models import Employee, Tenure

REASON = "who leaves gives up all positions, whoever looks"


@transaction.atomic
def save_employee(employee: Employee, act: Act) -> Employee:
    """Make or change a person; a leaving date ends every position held. Raises a `Refused`."""
    seal_mobile(employee)
    if employee.pk is not None and employee.left_on is not None:
        _leave(employee, act)
    return save_one(employee, act)


def seal_mobile(employee: Employee) -> None:
    """The hash by which the encrypted number is found."""
    number = employee.mobile
    employee.mobile_hash = search_hash(number, settings.KEQING_SEARCH_KEY) if number else ""


def _leave(employee: Employee, act: Act) -> None:
    tenures = Tenure.objects.everything(REASON).filter(employee=employee).exclude(valid_to__lte=employee.left_on)
    held = list(tenures.select_related("position"))
    for tenure in held:
        if tenure.valid_from >= employee.left_on:
            raise NotEmployed(
                gettext("%(name)s 从 %(day)s 起还要任“%(position)s”，离职日期要更晚，或先去掉那一段。")
                % {"name": employee.name, "day": tenure.valid_from, "position": tenure.position.name}
            )
        tenure.valid_to = employee.left_on
    save(held, act)
