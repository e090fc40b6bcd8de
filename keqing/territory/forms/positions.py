"""Forms of positions, their holders and the staff."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from keqing.core.sheets import BadCell, mobile
from keqing.core.viewer import Viewer
from keqing.core.written import listed
from keqing.territory.forms.base import (
    EmployeeChoice,
    PositionChoice,
    RowForm,
    choices_of,
    date_field,
    offer,
    translate,
)
from keqing.territory.geography import Gazetteer
from keqing.territory.models import Division, Employee, Position
from keqing.territory.personas import grantable


def searchable(placeholder: str) -> forms.Select:
    return forms.Select(attrs={"data-enhance": "", "data-placeholder": placeholder})


class PositionForm(RowForm):
    residence = forms.CharField(
        label=_("驻地"), required=False, max_length=80, help_text=_("写区划名称或代码，如 宜昌市长阳县 或 420528")
    )
    parent = PositionChoice(
        label=_("上级岗位"),
        required=False,
        queryset=Position.objects.none(),
        empty_label=_("没有上级"),
        widget=searchable(_("没有上级")),
    )
    valid_from = date_field(_("设岗日期"))
    valid_to = date_field(_("撤岗日期"), required=False, help_text=_("从这一天起没有这个岗位，任岗的人同日离岗"))

    class Meta:
        model = Position
        fields = ("code", "name", "persona", "parent", "product_line", "valid_from", "valid_to")

    def __init__(self, *args: Any, viewer: Viewer, gazetteer: Gazetteer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.gazetteer = gazetteer
        offer(self, "parent", Position.objects.visible_to(viewer).in_force(viewer.as_of).order_by("code"))
        allowed = {"", self.instance.persona, *(persona.value for persona in grantable(viewer.rights))}
        choices_of(self, "persona", allowed.__contains__)
        if self.instance.division is not None:
            self.fields["residence"].initial = gazetteer.full_name(self.instance.division.code)
        self.order_fields(["code", "name", "persona", "parent", "product_line", "residence", "valid_from", "valid_to"])

    def clean_residence(self) -> Division | None:
        """A code or a name that is sure; several of that name are told apart in the message."""
        text = self.cleaned_data["residence"].strip()
        if not text:
            return None
        code = text if self.gazetteer.get(text) else self._code_of(text)
        return Division.objects.live().filter(code=code, valid_to__isnull=True).first()

    def _code_of(self, text: str) -> str:
        match = self.gazetteer.resolve(address=text)
        if match.candidates:
            names = listed(self.gazetteer.full_name(code) for code in match.candidates[:5])
            raise ValidationError(gettext("叫这个名字的有几处：%(names)s。写全一些。") % {"names": names})
        if not match.code or match.rest:
            raise ValidationError(gettext("没找到“%(text)s”，写全名或 6、9、12 位区划代码。") % {"text": text})
        return match.code

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        self.instance.division = cleaned.get("residence")
        starts, ends = cleaned.get("valid_from"), cleaned.get("valid_to")
        if starts and ends and ends <= starts:
            self.add_error("valid_to", gettext("撤岗日期要晚于设岗日期。"))
        return cleaned


class AppointmentForm(forms.Form):
    employee = EmployeeChoice(label=_("谁来任岗"), queryset=Employee.objects.none(), widget=searchable(_("姓名或工号")))
    starts_on = date_field(_("入岗日期"), help_text=_("现任的人同一天离岗"))

    def __init__(self, *args: Any, viewer: Viewer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = Employee.objects.visible_to(viewer).employed(viewer.as_of)
        offer(self, "employee", people.order_by("staff_no"))
        self.fields["starts_on"].initial = viewer.as_of
        translate(self)


class TenureEndForm(forms.Form):
    ends_on = date_field(_("离岗日期"), help_text=_("从这一天起不在岗，岗位空着直到有人接任"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        translate(self)


class EmployeeForm(RowForm):
    mobile = forms.CharField(label=_("手机号"), required=False, max_length=30)
    left_on = date_field(_("离职日期"), required=False, help_text=_("从这一天起不在公司，任着的岗位同日空出来"))

    class Meta:
        model = Employee
        fields = ("staff_no", "name", "mobile", "email", "filing_no", "left_on")

    def clean_mobile(self) -> str:
        try:
            return mobile(self.cleaned_data["mobile"]) or ""
        except BadCell as bad:
            raise ValidationError(gettext(bad.message).format_map(bad.params)) from bad
