"""One day of the working calendar, and the notice that confirms a year."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_noop as _

from keqing.territory.forms.base import RowForm, choices_of, translate
from keqing.territory.models import Holiday


class HolidayForm(RowForm):
    is_provisional = forms.BooleanField(
        label=_("暂定"), required=False, help_text=_("国务院的通知还没出；出了以后再确认")
    )

    class Meta:
        model = Holiday
        fields = ("kind", "name", "source", "is_provisional")
        widgets = {"kind": forms.RadioSelect}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices_of(self, "kind", bool)


class YearForm(forms.Form):
    source = forms.CharField(label=_("依据"), max_length=120, help_text=_("通知的名称或文号"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        translate(self)
