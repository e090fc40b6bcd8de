"""Labels, help and choices of a form in the language of the page."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext


def speak(form: forms.BaseForm, unsaid: str = "—") -> None:
    """`unsaid`: what an optional choice shows while nothing is chosen."""
    for field in form.fields.values():
        field.label = gettext(str(field.label)) if field.label else field.label
        field.help_text = gettext(str(field.help_text)) if field.help_text else ""
        if isinstance(field, forms.TypedChoiceField):
            choices: Any = field.choices
            field.choices = [_spoken(value, label, unsaid) for value, label in choices]


def _spoken(value: Any, label: Any, unsaid: str) -> tuple[Any, str]:
    return (value, unsaid) if value == "" else (value, gettext(str(label)))
