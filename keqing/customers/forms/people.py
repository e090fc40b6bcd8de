"""Forms of people and their jobs."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from keqing.core.sheets import BadCell, mobile
from keqing.core.viewer import Viewer
from keqing.customers.forms.parts import day_field
from keqing.customers.forms.words import speak
from keqing.customers.models import Affiliation, Person
from keqing.customers.reports.finding import NotFound, party_named
from keqing.customers.services.people import mobile_hash

JOB_FIELDS = ("job_title", "department", "is_primary")


def clean_number(text: str) -> str:
    try:
        return mobile(text) or ""
    except BadCell as problem:
        raise ValidationError(gettext(problem.message).format_map(problem.params)) from problem


class PersonForm(forms.ModelForm):  # type: ignore[type-arg]
    """Business-card data only (DOMAIN 2.6). With a party the first job is asked too."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    mobile = forms.CharField(
        label=_("手机"), required=False, max_length=20, widget=forms.TextInput({"inputmode": "tel"})
    )
    wechat = forms.CharField(label=_("微信"), required=False, max_length=60)
    email = forms.EmailField(label=_("邮箱"), required=False)
    job_title = forms.CharField(label=_("职务"), max_length=40)
    department = forms.CharField(label=_("部门"), max_length=60, required=False)
    is_primary = forms.BooleanField(label=_("主要联系人"), required=False)
    starts_on = day_field(_("任职从哪天起"))

    class Meta:
        model = Person
        fields = [
            "name", "contact_class", "professional_title", "specialty", "mobile", "landline", "wechat", "email",
            "do_not_contact",
        ]  # fmt: skip

    def __init__(self, *args: Any, usual_class: str = "", today: date | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is not None:
            for name in (*JOB_FIELDS, "starts_on"):
                del self.fields[name]
            self.initial["version"] = self.instance.version
        else:
            del self.fields["do_not_contact"]
            self.fields["starts_on"].initial = today
            self.fields["contact_class"].initial = usual_class
        speak(self)

    def clean_mobile(self) -> str:
        return clean_number(self.cleaned_data["mobile"])

    def values(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name not in ("version", "starts_on")}


class ExistingPersonForm(forms.Form):
    """Somebody who is known: by name, and by the number where the name does not tell."""

    name = forms.CharField(label=_("姓名"), max_length=40)
    mobile = forms.CharField(
        label=_("手机"), required=False, max_length=20, help_text=_("有同名的人，或这个人不在你的客户里时要填")
    )
    job_title = forms.CharField(label=_("在这家的职务"), max_length=40)
    department = forms.CharField(label=_("部门"), max_length=60, required=False)
    is_primary = forms.BooleanField(label=_("主要联系人"), required=False)
    starts_on = day_field(_("任职从哪天起"))

    def __init__(self, *args: Any, viewer: Viewer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.viewer = viewer
        self.fields["starts_on"].initial = viewer.as_of

    def clean_mobile(self) -> str:
        return clean_number(self.cleaned_data["mobile"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        name, number = cleaned.get("name"), cleaned.get("mobile")
        if name and number is not None:
            found = _persons(name, number, self.viewer)
            if len(found) == 1:
                cleaned["person"] = found[0]
            elif found:
                self.add_error("mobile", gettext("有 %(count)s 位同名的人，填手机号认人。") % {"count": len(found)})
            else:
                self.add_error("name", gettext("没有找到这个人；新认识的用「记一个人」。"))
        return cleaned

    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in JOB_FIELDS}


def _persons(name: str, number: str, viewer: Viewer) -> list[Person]:
    """Who knows both name and number may name a person beyond the own customers."""
    if number:
        rows = Person.objects.everything("name and number are both known").filter(mobile_hash=mobile_hash(number))
    else:
        rows = Person.objects.visible_to(viewer)
    return list(rows.filter(name=name)[:5])


class MoveForm(forms.Form):
    """A job at one customer ends, one at another begins."""

    affiliation = forms.ModelChoiceField(
        Affiliation.objects.none(), label=_("离开"), to_field_name="public_id", empty_label=None
    )
    to_party = forms.CharField(label=_("去"), max_length=120, help_text=_("客户名称或编码"))
    job_title = forms.CharField(label=_("新职务"), max_length=40)
    department = forms.CharField(label=_("部门"), max_length=60, required=False)
    on_day = day_field(_("从哪天起"))

    def __init__(self, *args: Any, person: Person, viewer: Viewer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.viewer = viewer
        field: Any = self.fields["affiliation"]
        jobs = Affiliation.objects.visible_to(viewer).on(viewer.as_of).filter(person=person)
        field.queryset = jobs.select_related("party")
        field.label_from_instance = lambda row: f"{row.party.name} {row.job_title}"
        self.fields["to_party"].widget.attrs |= {"list": "to-options", "autocomplete": "off"}
        self.fields["on_day"].initial = viewer.as_of

    def clean_to_party(self) -> Any:
        try:
            return party_named(self.cleaned_data["to_party"], self.viewer)
        except NotFound as problem:
            raise ValidationError(str(problem)) from problem
