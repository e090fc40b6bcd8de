"""What a person acts as over time, and the check that no day has both a medical and a selling persona."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import timedelta

from django.utils.translation import gettext

from keqing.territory.errors import ExcludedTogether
from keqing.territory.models import Employee, Tenure, TimeOff
from keqing.territory.personas import Persona
from keqing.territory.rules.exclusion import Stint, first_exclusion

ONE_DAY = timedelta(days=1)
REASON = "personas that exclude each other are checked over the whole company"


def require_compatible(employees: Iterable[Employee]) -> None:
    """Read back what was written: raises `ExcludedTogether` for the first of these people who would act as both."""
    for employee in employees:
        found = first_exclusion(stints_of(employee))
        if found:
            raise ExcludedTogether(_sentence(employee, *found))


def stints_of(employee: Employee) -> list[Stint]:
    """Own positions, and those of absent colleagues on the days this person stands in."""
    stood_in = list(TimeOff.objects.everything(REASON).filter(substitute=employee))
    held = _held({employee.pk, *(off.employee_id for off in stood_in)})
    stints = list(held[employee.pk])
    for off in stood_in:
        parts = (stint.within(off.starts_on, off.ends_on + ONE_DAY) for stint in held[off.employee_id])
        stints += [part for part in parts if part]
    return stints


def substitutes_of(employee: Employee) -> list[Employee]:
    return list(Employee.objects.everything(REASON).filter(pk__in=_stand_ins(employee)))


def _stand_ins(employee: Employee) -> set[int]:
    offs = TimeOff.objects.everything(REASON).filter(employee=employee, substitute__isnull=False)
    return set(offs.values_list("substitute_id", flat=True))


def _held(employees: Iterable[int]) -> dict[int, list[Stint]]:
    held: dict[int, list[Stint]] = defaultdict(list)
    for tenure in Tenure.objects.everything(REASON).filter(employee_id__in=employees).select_related("position"):
        position = tenure.position
        held[tenure.employee_id].append(Stint(position.persona, position.name, tenure.valid_from, tenure.valid_to))
    return held


def _sentence(employee: Employee, one: Stint, other: Stint) -> str:
    return gettext(
        "%(name)s 会同时是“%(one)s”（%(one_role)s）和“%(other)s”（%(other_role)s），医药代表不能兼任销售岗位。"
        "先结束其中一个，或换一个人。"
    ) % {
        "name": employee.name,
        "one": one.position,
        "one_role": gettext(str(Persona(one.persona).label)),
        "other": other.position,
        "other_role": gettext(str(Persona(other.persona).label)),
    }
