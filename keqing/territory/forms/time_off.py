"""Days off: one's own, or those of the people one leads."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from keqing.core.viewer import Viewer
from keqing.territory.forms.base import EmployeeChoice, RowForm, date_field, offer
from keqing.territory.models import Employee, TimeOff


class TimeOffForm(RowForm):
    """Who may not change others' days off gets the form without the two people: it is always their own."""

    employee = EmployeeChoice(label=_("谁休假"), queryset=Employee.objects.none())
    starts_on = date_field(_("第一天"))
    ends_on = date_field(_("最后一天"), help_text=_("含这一天"))
    substitute = EmployeeChoice(
        label=_("代班人"),
        required=False,
        queryset=Employee.objects.none(),
        empty_label=_("先空着"),
        help_text=_("这几天能看到并处理休假人的客户和拜访"),
    )

    class Meta:
        model = TimeOff
        fields = ("employee", "starts_on", "ends_on", "kind", "substitute")

    def __init__(self, *args: Any, viewer: Viewer, own: Employee | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not viewer.may("time_off", "change"):
            del self.fields["employee"], self.fields["substitute"]
            if own is not None:
                self.instance.employee = own
            return
        people = Employee.objects.visible_to(viewer).employed(viewer.as_of).order_by("staff_no")
        for name in ("employee", "substitute"):
            offer(self, name, people)
        if own is not None and self.instance.pk is None:
            self.initial["employee"] = own.pk

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        starts, ends = cleaned.get("starts_on"), cleaned.get("ends_on")
        if starts and ends and ends < starts:
            self.add_error("ends_on", gettext("最后一天不能早于第一天。"))
        return cleaned
