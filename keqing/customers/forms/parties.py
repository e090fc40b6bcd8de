"""The form of a customer: only the fields that fit its type."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from keqing.core.viewer import Viewer
from keqing.customers.forms.words import speak
from keqing.customers.kinds import STORE_TYPES, PartyKind, TerminalType
from keqing.customers.models import Party
from keqing.customers.reports.finding import NotFound, division_named, party_named
from keqing.customers.rules.credit_code import check_credit_code
from keqing.territory.geography import Datum, ImpossibleCoordinate, to_wgs84
from keqing.territory.services.places import gazetteer

_HCO_FIELDS = ("ownership", "payment_mode", "replenish_cycle_days", "is_nhsa_designated")
_STORE_FIELDS = (
    *_HCO_FIELDS,
    "store_type",
    "staff_count",
    "area_m2",
    "daily_footfall",
    "membership_count",
    "member_day",
)
_FITTING: dict[str, tuple[str, ...]] = {
    PartyKind.HCO: _HCO_FIELDS,
    PartyKind.STORE: _STORE_FIELDS,
    PartyKind.CHAIN_HQ: ("payment_mode",),
    PartyKind.DISTRIBUTOR: ("payment_mode",),
}
TYPE_FIELDS = _STORE_FIELDS


def category_choices() -> list[tuple[str, Any]]:
    """Kind and terminal type as one question."""
    stores = [t for t in TerminalType if t in STORE_TYPES]
    houses = [t for t in TerminalType if t not in STORE_TYPES]
    return [
        ("", gettext("选一类")),
        (gettext("医疗机构"), [(f"HCO/{t.value}", gettext(str(t.label))) for t in houses]),
        (gettext("药店"), [(f"STORE/{t.value}", gettext(str(t.label))) for t in stores]),
        (gettext("其他"), [(f"{k.value}/", gettext(str(k.label))) for k in PartyKind if k not in ("HCO", "STORE")]),
    ]


class PartyForm(forms.ModelForm):  # type: ignore[type-arg]
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    category = forms.ChoiceField(label=_("类别"))
    division_text = forms.CharField(
        label=_("区划"),
        required=False,
        max_length=120,
        help_text=_("边打边选，或直接写，如“浙江桐庐分水镇”，也可以填区划代码"),
    )
    parent_text = forms.CharField(
        label=_("上级"), required=False, max_length=120, help_text=_("连锁总部、牵头医院的名称或编码")
    )
    datum = forms.ChoiceField(
        label=_("坐标系"),
        required=False,
        choices=[(d.value, d.value) for d in Datum],
        initial=Datum.WGS84.value,
        help_text=_("百度地图抄来的是 BD-09，高德、腾讯是 GCJ-02，手机定位是 WGS-84"),
    )
    is_another = forms.BooleanField(label=_("看过了，不是同一家，照样保存"), required=False)

    class Meta:
        model = Party
        fields = [
            "name", "short_name", "code", "credit_code", "status", "address", "lng", "lat", "geofence_m",
            *TYPE_FIELDS, "tags", "source",
        ]  # fmt: skip
        # a plain select would write True as "True", choose nothing and so erase what is known
        widgets = {"is_nhsa_designated": forms.NullBooleanSelect}

    def __init__(self, *args: Any, viewer: Viewer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.viewer = viewer
        self.fields["category"].choices = category_choices()  # type: ignore[attr-defined]
        party = self.instance
        if party.pk is not None:
            self.initial = {
                **self.initial,
                "version": party.version,
                "category": f"{party.kind}/{party.terminal_type}",
                "division_text": gazetteer().full_name(party.division.code) if party.division else "",
                "parent_text": (party.parent.code or party.parent.name) if party.parent else "",
            }
        kind = self._kind()
        for name in TYPE_FIELDS:
            if name not in _FITTING.get(kind, ()):
                del self.fields[name]
        self.fields["division_text"].widget.attrs |= {"list": "division-options", "autocomplete": "off"}
        self.fields["parent_text"].widget.attrs |= {"list": "parent-options", "autocomplete": "off"}
        speak(self)

    def _kind(self) -> str:
        chosen = (
            self.data.get(self.add_prefix("category"))
            if self.is_bound
            else self.get_initial_for_field(self.fields["category"], "category")
        )
        return str(chosen or "").partition("/")[0]

    def type_fields(self) -> list[Any]:
        return [self[name] for name in TYPE_FIELDS if name in self.fields]

    def clean_credit_code(self) -> str:
        value = self.cleaned_data["credit_code"]
        if not value:
            return ""
        checked = check_credit_code(value)
        if checked.is_rejected:
            raise ValidationError(gettext(checked.template) % checked.params)
        return checked.value

    def credit_code_note(self) -> str:
        """What is odd about a code that is taken all the same."""
        value = self["credit_code"].value()
        checked = check_credit_code(value) if value else None
        return gettext(checked.template) % checked.params if checked and checked.status == "warn" else ""

    def clean_division_text(self) -> Any:
        try:
            return division_named(self.cleaned_data["division_text"])
        except NotFound as problem:
            raise ValidationError(str(problem)) from problem

    def clean_parent_text(self) -> Any:
        """A parent that is kept need not be visible; another one must be."""
        text, parent = self.cleaned_data["parent_text"], self.instance.parent
        if parent is not None and text in (parent.code, parent.name):
            return parent
        try:
            return party_named(text, self.viewer)
        except NotFound as problem:
            raise ValidationError(str(problem)) from problem

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        lng, lat = cleaned.get("lng"), cleaned.get("lat")
        if (lng is None) != (lat is None) and not {"lng", "lat"} & set(self.errors):
            self.add_error("lng" if lng is None else "lat", gettext("经度和纬度要一起填。"))
        elif lng is not None and lat is not None:
            try:
                point = to_wgs84(lng, lat, cleaned.get("datum") or Datum.WGS84)
                cleaned["lng"], cleaned["lat"] = round(point.lng, 6), round(point.lat, 6)
            except ImpossibleCoordinate:
                self.add_error("lng", gettext("这个位置不在中国。"))
        return cleaned

    def values(self) -> dict[str, Any]:
        """Fields of the customer as the service takes them."""
        kind, _slash, terminal_type = self.cleaned_data["category"].partition("/")
        values = {name: self.cleaned_data[name] for name in self.Meta.fields if name in self.fields}
        values |= {
            "kind": kind,
            "terminal_type": terminal_type,
            "division": self.cleaned_data["division_text"],
            "parent": self.cleaned_data["parent_text"],
        }
        if values["lng"] is None:
            values["place_ground"] = ""
        elif {"lng", "lat"} & set(self.changed_data):
            values["place_ground"] = Party.PlaceGround.PERSON
        return values
