"""Forms of visits; they shape input, the services judge it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from keqing.customers.kinds import GRADE_VALUES, GradeScheme
from keqing.territory.geography import Point
from keqing.visits.models import Frequency, Visit

NOTE_LENGTH = 1000
PHRASES: dict[str, tuple[Any, ...]] = {
    Visit.Kind.TERMINAL: (
        _("看了库存和效期，没有近效期的，货架上和库里都够卖。"),
        _("陈列整理过，价签齐全，主推的两个品种放在视线高度。"),
        _("给当班店员讲了产品用法和注意事项，问的几点都答了。"),
        _("店长不在，和当班店员聊了动销和库存，约好下次再来。"),
    ),
    Visit.Kind.ACADEMIC: (_("按接待安排介绍了说明书更新。"), _("答复了用药咨询。"), _("收集了不良反应信息。")),
    Visit.Kind.SUPPLY_SERVICE: (_("核对了库存和效期。"), _("确认了配送时间。"), _("说明书和价格通知已送到。")),
    Visit.Kind.BUSINESS: (_("对过库存和回款。"), _("谈了下月备货。"), _("核对了流向。")),
    Visit.Kind.JOINT: (_("和代表一起走访，看了陈列和库存。"), _("当面给了代表两条建议。")),
}


class CheckInForm(forms.Form):
    """A position that does not arrive, or arrives broken, never stops a check-in."""

    kind = forms.ChoiceField(label=_("拜访类型"), required=False, choices=())
    reception = forms.CharField(
        label=_("接待安排"), required=False, max_length=120, help_text=_("谁接待、哪个科室、约在几点")
    )
    is_phone = forms.BooleanField(label=_("电话联系"), required=False)
    lat = forms.FloatField(required=False, widget=forms.HiddenInput)
    lng = forms.FloatField(required=False, widget=forms.HiddenInput)
    accuracy = forms.FloatField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, kinds: Sequence[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [(kind, Visit.Kind(kind).label) for kind in kinds]  # type: ignore[attr-defined]

    def place(self) -> Point | None:
        """Read apart from the checks: nonsense in a hidden field is no position, not an error a person could mend."""
        try:
            lat, lng = float(self.data.get("lat", "")), float(self.data.get("lng", ""))
        except ValueError:
            return None
        return Point(lng, lat) if -90 <= lat <= 90 and -180 <= lng <= 180 else None

    def accuracy_m(self) -> int | None:
        try:
            return max(0, min(100_000, round(float(self.data.get("accuracy", "")))))
        except (ValueError, OverflowError):
            return None

    def clean(self) -> dict[str, Any]:
        for name in ("lat", "lng", "accuracy"):
            self.errors.pop(name, None)
        return self.cleaned_data


class NextDateForm(forms.Form):
    """One tap for the usual days, a date field for another one; the date field wins."""

    next_pick = forms.CharField(required=False)
    next_on = forms.DateField(
        label=_("别的日子"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def chosen_day(self) -> date | None:
        if self.cleaned_data.get("next_on"):
            day: date = self.cleaned_data["next_on"]
            return day
        try:
            return date.fromisoformat(self.cleaned_data.get("next_pick", ""))
        except ValueError:
            return None


class FinishForm(NextDateForm):
    version = forms.IntegerField(widget=forms.HiddenInput)
    note = forms.CharField(
        label=_("小结"),
        required=False,
        max_length=NOTE_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4, "enterkeyhint": "done"}),
        help_text=_("20 字以上算完整：看到什么、谈了什么、下次带什么"),
    )
    ended_at = forms.DateTimeField(
        label=_("实际离开"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )

    def phrases(self) -> list[str]:
        return self.data.getlist("phrase") if isinstance(self.data, QueryDict) else []

    def full_note(self) -> str:
        """Quick phrases stand before what was typed; a phrase already in the text is not said twice."""
        typed = self.cleaned_data["note"].strip()
        phrases = [phrase for phrase in self.phrases() if phrase and phrase not in typed]
        return "".join([*phrases, typed])[:NOTE_LENGTH]


class CorrectForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput)
    note = forms.CharField(
        label=_("小结"), required=False, max_length=NOTE_LENGTH, widget=forms.Textarea(attrs={"rows": 4})
    )
    next_on = forms.DateField(
        label=_("下次日期"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    reason = forms.CharField(label=_("为什么改"), max_length=100)


class PastForm(forms.Form):
    kind = forms.ChoiceField(label=_("拜访类型"), required=False, choices=())
    reception = forms.CharField(
        label=_("接待安排"), required=False, max_length=120, help_text=_("谁接待、哪个科室、约在几点")
    )
    is_phone = forms.BooleanField(label=_("是电话联系"), required=False)
    day = forms.DateField(label=_("哪一天"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    began = forms.TimeField(label=_("几点到"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    minutes = forms.IntegerField(label=_("停留"), min_value=1, max_value=600)
    note = forms.CharField(
        label=_("小结"), required=False, max_length=NOTE_LENGTH, widget=forms.Textarea(attrs={"rows": 4})
    )
    next_on = forms.DateField(
        label=_("下次日期"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args: Any, kinds: Sequence[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [(kind, Visit.Kind(kind).label) for kind in kinds]  # type: ignore[attr-defined]

    def span(self) -> tuple[datetime, datetime]:
        data = self.cleaned_data
        started = timezone.make_aware(datetime.combine(data["day"], data["began"]))
        return started, started + timedelta(minutes=data["minutes"])


class SkipForm(forms.Form):
    reason = forms.CharField(label=_("为什么"), max_length=60)


class FrequencyForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Frequency
        fields = (
            "scheme",
            "segment",
            "unit",
            "at_least",
            "min_days",
            "max_days",
            "phone_counts",
            "valid_from",
            "source",
        )
        widgets = {"valid_from": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}

    #: which segments a scheme knows
    SEGMENTS = {
        Frequency.Scheme.GENERAL: tuple(GRADE_VALUES[GradeScheme.TERMINAL_SIZE]),
        Frequency.Scheme.COUNTY_RETAIL: tuple(GRADE_VALUES[GradeScheme.COUNTY_RANK]),
        Frequency.Scheme.THIRD_TERMINAL: ("VIP", "ALL"),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["segment"] = forms.ChoiceField(label=_("分级"), choices=segment_choices())
        for field in self.fields.values():
            field.label = gettext(str(field.label))
            if isinstance(field, forms.TypedChoiceField):
                field.choices = [(value, gettext(str(label)) if value else "—") for value, label in field.choices]  # type: ignore[misc,union-attr]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("scheme") and data.get("segment") not in self.SEGMENTS[data["scheme"]]:
            self.add_error("segment", _("这个方案里没有这一级。"))
        return data


def segment_labels() -> dict[str, str]:
    labels = {**GRADE_VALUES[GradeScheme.TERMINAL_SIZE], **GRADE_VALUES[GradeScheme.COUNTY_RANK]}
    return {**labels, "VIP": "VIP", "ALL": "全部"}


def segment_choices() -> list[tuple[str, str]]:
    return [(value, gettext(label)) for value, label in segment_labels().items()]
