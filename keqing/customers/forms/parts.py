"""Forms of what hangs on a customer: names, grades, assignments."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from keqing.catalog.models import ProductLine
from keqing.core.viewer import Viewer
from keqing.customers.kinds import GRADE_VALUES, GradeScheme
from keqing.customers.models import PartyName
from keqing.territory.models import Position
from keqing.territory.personas import COVERING


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


def day_field(label: Any, **options: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=DayInput(), **options)


class NameForm(forms.Form):
    name = forms.CharField(label=_("名称"), max_length=120)
    relation = forms.ChoiceField(label=_("关系"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(value, gettext(str(label))) for value, label in PartyName.Relation.choices]
        self.fields["relation"].choices = choices  # type: ignore[attr-defined]


class GradesForm(forms.Form):
    """All schemes at once, from one day on."""

    starts_on = day_field(_("从哪天起"))
    source = forms.CharField(label=_("依据"), max_length=60, required=False)

    def __init__(self, *args: Any, current: dict[str, str], today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.current = current
        self.fields["starts_on"].initial = today
        for scheme in GradeScheme:
            choices = [("", gettext("没有"))]
            choices += [(value, gettext(label)) for value, label in GRADE_VALUES[scheme].items()]
            self.fields[scheme.value] = forms.ChoiceField(
                label=gettext(str(scheme.label)),
                choices=choices,
                required=False,
                initial=current.get(scheme, ""),
                widget=forms.RadioSelect,
            )

    def changes(self) -> dict[str, str]:
        """Scheme → value, of those that are to be something else."""
        return {
            scheme.value: self.cleaned_data[scheme.value]
            for scheme in GradeScheme
            if self.cleaned_data[scheme.value] != self.current.get(scheme, "")
        }


class _PositionForm(forms.Form):
    position = forms.ModelChoiceField(Position.objects.none(), label=_("岗位"), empty_label=None)
    product_line = forms.ModelChoiceField(
        ProductLine.objects.none(), label=_("产品线"), required=False, empty_label=_("全部产品")
    )

    def __init__(self, *args: Any, viewer: Viewer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        position: Any = self.fields["position"]
        rows = Position.objects.visible_to(viewer).in_force(viewer.as_of)
        position.queryset = rows.filter(persona__in=sorted(COVERING)).order_by("code")
        position.widget.attrs["data-enhance"] = ""
        line: Any = self.fields["product_line"]
        line.queryset = ProductLine.objects.visible_to(viewer).order_by("name")
        self.fields["starts_on"].initial = viewer.as_of


class AssignmentForm(_PositionForm):
    share = forms.DecimalField(
        label=_("份额（%）"),
        min_value=Decimal("0.01"),
        max_value=Decimal(100),
        max_digits=5,
        decimal_places=2,
        initial=100,
    )
    starts_on = day_field(_("从哪天起"))
    ends_on = day_field(_("到哪天为止"), required=False, help_text=_("从这一天起不再分管；不填就一直有效"))

    def part(self) -> Decimal:
        return Decimal(self.cleaned_data["share"]) / 100


class BulkAssignForm(_PositionForm):
    starts_on = day_field(_("从哪天起"))


class BulkGradeForm(forms.Form):
    grade = forms.ChoiceField(label=_("改成"))
    starts_on = day_field(_("从哪天起"))

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["starts_on"].initial = today
        self.fields["grade"].choices = [  # type: ignore[attr-defined]
            (
                gettext(str(scheme.label)),
                [
                    *((f"{scheme.value}/{value}", gettext(label)) for value, label in GRADE_VALUES[scheme].items()),
                    (f"{scheme.value}/", gettext("取消%(scheme)s") % {"scheme": gettext(str(scheme.label))}),
                ],
            )
            for scheme in GradeScheme
        ]

    def scheme_and_value(self) -> tuple[str, str]:
        scheme, _slash, value = self.cleaned_data["grade"].partition("/")
        return scheme, value


class EndForm(forms.Form):
    ends_on = day_field(_("从哪天起不再是"))
