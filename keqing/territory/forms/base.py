"""What the forms of this app share: translated words, the version that was read, dates a browser can pick."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django import forms
from django.utils.translation import gettext

from keqing.core.models import Base
from keqing.core.saving import Stale
from keqing.core.written import named
from keqing.territory.errors import Refused
from keqing.territory.models import Employee, Position

Row = TypeVar("Row")


def date_field(label: str, *, required: bool = True, help_text: str = "") -> forms.DateField:
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    return forms.DateField(label=label, required=required, help_text=help_text, widget=widget)


class PositionChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Position) -> str:
        return named(obj.name, obj.code)


class EmployeeChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Employee) -> str:
        return named(obj.name, obj.staff_no)


def offer(form: forms.BaseForm, name: str, rows: Any) -> None:
    """Which rows a choice offers; the empty choice is a message id too."""
    field: Any = form.fields[name]
    field.queryset = rows
    if field.empty_label and not field.required:
        field.empty_label = gettext(field.empty_label)


def choices_of(form: forms.BaseForm, name: str, allowed: Callable[[str], bool]) -> None:
    """Leave out choices of a closed list."""
    field: Any = form.fields[name]
    field.choices = [choice for choice in field.choices if allowed(choice[0])]


def translate(form: forms.BaseForm) -> None:
    """Labels, help and closed lists of the models are Chinese message ids."""
    for field in form.fields.values():
        field.label = _said(field.label)
        field.help_text = _said(field.help_text)
        if "data-placeholder" in field.widget.attrs:
            field.widget.attrs["data-placeholder"] = _said(field.widget.attrs["data-placeholder"])
        if isinstance(field, forms.ChoiceField) and not isinstance(field, forms.ModelChoiceField):
            choices: Any = field.choices
            field.choices = [(value, _said(label)) for value, label in choices]


def _said(text: Any) -> str:
    return gettext(str(text)) if text else ""


class RowForm(forms.ModelForm):  # type: ignore[type-arg]
    """A form for one tracked row; `row` carries the version that the person had before their eyes."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is not None:
            self.fields["version"].initial = self.instance.version
        translate(self)

    def _get_validation_exclusions(self) -> set[str]:
        """`bin` takes part, so that constraints on live rows are checked before the database does."""
        exclusions: set[str] = super()._get_validation_exclusions()  # type: ignore[misc]
        return exclusions - {"bin"}

    @property
    def row(self) -> Any:
        if self.instance.pk is not None and self.cleaned_data.get("version"):
            self.instance.version = self.cleaned_data["version"]
        return self.instance


def attempt(form: forms.BaseForm, step: Callable[[], Row]) -> Row | None:
    """One service call; what it refuses becomes the form's message and what was typed stays."""
    try:
        return step()
    except Refused as refusal:
        form.add_error(None, str(refusal))
    except Stale as stale:
        _take_latest_version(form, stale.row)
        form.add_error(None, gettext("别人刚改过这一条，你填的都还在。看一眼最新的内容，再存一次就按你填的写。"))
    return None


def _take_latest_version(form: forms.BaseForm, row: Base) -> None:
    latest = type(row)._default_manager.filter(pk=row.pk).values_list("version", flat=True).first()
    data: Any = form.data
    form.data = data.copy()
    form.data["version"] = latest or ""  # type: ignore[index]
