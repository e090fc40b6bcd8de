"""Forms of the catalog. A wrong shape is refused; what only looks odd is said once and kept on the second press."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from keqing.catalog.checks import CODES, check_batch, check_codes, pack_check, said
from keqing.catalog.codes import CodeCheck, check_lot_number
from keqing.catalog.models import Batch, Price, Product, Sku
from keqing.catalog.reports import expiry_in_words
from keqing.catalog.rules import read_expiry, usable_through
from keqing.catalog.services import Owners
from keqing.core.models import Base
from keqing.core.saving import history_of, read_changes
from keqing.core.viewer import Viewer
from keqing.core.written import clock, day, listed
from keqing.territory.models import Division


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class CatalogForm(forms.ModelForm):  # type: ignore[type-arg]
    """Carries the version that was read, and which warnings were already shown."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    confirmed = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["version"] = self.instance.version
        self.needs_confirm = False
        self._warnings: dict[str, str] = {}
        for field in self.fields.values():
            field.label, field.help_text = _shown(field.label), _shown(field.help_text)
            if isinstance(field, forms.ChoiceField) and not isinstance(field, forms.ModelChoiceField):
                field.choices = [(value, _shown(label) if value else "—") for value, label in field.choices]  # type: ignore[misc,union-attr]

    def warn(self, field: str, sentence: str) -> None:
        self._warnings[field] = sentence

    def take(self, field: str, check: CodeCheck) -> None:
        """What a check says about a field: normalised and kept, warned about, or refused."""
        if check.is_rejected:
            self.add_error(field, said(check))
        elif not check.is_ok:
            self.warn(field, said(check))

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        self._check_constraints()
        self._ask_once()
        if self.instance.pk and self.data.get(self.add_prefix("version"), "").isdigit():
            self.instance.version = int(self.data[self.add_prefix("version")])

    def _check_constraints(self) -> None:
        """All of them: Django leaves out those that name a column the form does not show (the bin's)."""
        if self.errors:
            return
        try:
            self.instance.validate_constraints()
        except ValidationError as problem:
            for message in problem.messages:
                self.add_error(None, _shown(message))

    def _ask_once(self) -> None:
        shown = "\n".join(f"{field}:{sentence}" for field, sentence in sorted(self._warnings.items()))
        if self.errors or not shown or self.data.get(self.add_prefix("confirmed"), "").replace("\r\n", "\n") == shown:
            return
        self.needs_confirm = True
        for field, sentence in self._warnings.items():
            self.add_error(field, sentence)
        self.add_error(None, gettext("有几处看着不对。核对过没写错，就再按一次保存。"))
        self._put("confirmed", shown)

    def tell_stale(self) -> None:
        """Somebody was quicker: say who and what, keep what was typed, and let the next press decide."""
        entry = history_of(self.instance).first()
        fresh = type(self.instance)._default_manager.get(pk=self.instance.pk)
        if entry is None:
            return
        labels = [_label(self.instance, name) for name in read_changes(entry)]
        self.add_error(
            None,
            gettext("%(who)s 在 %(at)s 刚改过：%(what)s。你填的都还在，再按一次保存就以你填的为准。")
            % {
                "who": entry.user.name if entry.user else gettext("系统"),
                "at": f"{day(entry.at)} {clock(entry.at)}",
                "what": listed(labels),
            },
        )
        self._put("version", str(fresh.version))

    def _put(self, field: str, value: str) -> None:
        self.data = {**self.data.dict(), self.add_prefix(field): value}  # type: ignore[attr-defined]


def _shown(text: Any) -> str:
    return gettext(str(text)) if text else ""


def _label(row: Base, name: str) -> str:
    fields = {field.name: field for field in row._meta.concrete_fields}
    return gettext(str(fields[name].verbose_name))


class ProductForm(CatalogForm):
    principal_name = forms.CharField(label=_("上市许可持有人"), max_length=120)
    line_name = forms.CharField(label=_("产品线"), max_length=40)

    class Meta:
        model = Product
        fields = [
            "generic_name",
            "trade_name",
            "dosage_form",
            "manufacturer",
            "rx_class",
            "nhsa_class",
            "special_control",
            "is_essential",
            "launched_on",
        ]
        widgets = {"launched_on": DayInput()}

    def __init__(self, *args: Any, principals: Mapping[str, int], lines: Mapping[str, int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = {"principal_name": principals, "line_name": lines}
        self.fields["principal_name"].widget.attrs["list"] = "principals"
        self.fields["line_name"].widget.attrs["list"] = "lines"
        if self.instance.pk:
            self.initial["principal_name"] = self.instance.principal.name
            self.initial["line_name"] = self.instance.product_line.name
        self.order_fields(["generic_name", "trade_name", "dosage_form", "principal_name", "manufacturer", "line_name"])

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        sentences = {
            "principal_name": gettext("还没有这个持有人，保存时会一起建好。"),
            "line_name": gettext("还没有这条产品线，保存时会一起建好。"),
        }
        for field, sentence in sentences.items():
            if values.get(field) and values[field] not in self.known[field]:
                self.warn(field, sentence)
        # the constraint "once per holder" needs the holder; a holder that is new cannot have this product yet
        self.instance.principal_id = self.known["principal_name"].get(values.get("principal_name", ""))
        return values

    def owners(self) -> Owners:
        return Owners(self.cleaned_data["principal_name"], self.cleaned_data["line_name"])


class SkuForm(CatalogForm):
    # longer than the code itself: blanks and brackets inside are taken off before it is checked
    approval_no = forms.CharField(label="批准文号", max_length=60)
    drug_code = forms.CharField(label="本位码", max_length=40, required=False)
    gtin = forms.CharField(label="商品条码", max_length=40, required=False)
    nhsa_code = forms.CharField(label="医保编码", max_length=60, required=False)
    trace_prefix = forms.CharField(label="追溯码前 7 位", max_length=20, required=False)

    class Meta:
        model = Sku
        fields = [
            "code",
            "spec",
            "base_unit",
            "inner_factor",
            "case_factor",
            "approval_no",
            "drug_code",
            "gtin",
            "nhsa_code",
            "trace_prefix",
            "shelf_life_months",
            "storage",
        ]

    def __init__(self, *args: Any, as_of: date, product: Product, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.as_of, self.product = as_of, product

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        given = {field: values.get(field, "") for field in CODES}
        for field, check in check_codes(given, self.product.rx_class, self.as_of).items():
            values[field] = check.value
            self.take(field, check)
        if "case_factor" in values and "inner_factor" in values:
            self.take("case_factor", pack_check(values["inner_factor"], values["case_factor"]))
        return values


class BatchForm(CatalogForm):
    expiry = forms.CharField(
        label=_("有效期至"), max_length=20, help_text=_("照盒子上写：2027-06 是到月底，2027-06-30 是到那一天。")
    )

    class Meta:
        model = Batch
        fields = ["lot_no", "made_on"]
        widgets = {"made_on": DayInput()}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["expiry"] = expiry_in_words(self.instance)

    def clean_lot_no(self) -> str:
        check = check_lot_number(self.cleaned_data["lot_no"])
        self.take("lot_no", check)
        return check.value

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        if "expiry" not in values:
            return values
        expiry = read_expiry(values["expiry"])
        if expiry is None:
            self.add_error("expiry", gettext("认不出这个日期，请写成 2027-06 或 2027-06-30。"))
            return values
        self.take("expiry", check_batch(values.get("made_on"), expiry, self.instance.sku.shelf_life_months))
        self.instance.usable_through = usable_through(expiry.on, expiry.kind)
        is_month = expiry.kind == "month"
        self.instance.expiry_kind = Batch.ExpiryKind.MONTH if is_month else Batch.ExpiryKind.DAY
        return values


def province_choices(viewer: Viewer) -> list[tuple[str, str]]:
    rows = Division.objects.visible_to(viewer).filter(level=Division.Level.PROVINCE, valid_to__isnull=True)
    return [("", gettext("全国")), *rows.order_by("code").values_list("code", "name")]


class PriceForm(forms.Form):
    kind = forms.ChoiceField(label=_("价格类别"))
    value = forms.DecimalField(label=_("价格（元）"), max_digits=14, decimal_places=4)
    starts_on = forms.DateField(
        label=_("生效日期"), widget=DayInput(), help_text=_("现在的价格到前一天为止，一直留着可查。")
    )
    ends_on = forms.DateField(
        label=_("失效日期"), widget=DayInput(), required=False, help_text=_("从这一天起不再有效；不写就一直有效。")
    )
    province = forms.ChoiceField(label=_("省"), required=False)
    document_no = forms.CharField(label=_("文号"), max_length=60, required=False, help_text=_("中标价要写省和文号。"))

    def __init__(self, *args: Any, provinces: Sequence[tuple[str, str]], kinds: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["province"].choices = provinces  # type: ignore[attr-defined]
        self.fields["kind"].choices = [(kind, gettext(Price.Kind(kind).label)) for kind in kinds]  # type: ignore[attr-defined]


class PriceEditForm(CatalogForm):
    """A price that already counted keeps its value and its start: what was true stays readable."""

    class Meta:
        model = Price
        fields = ["value", "valid_from", "valid_to", "document_no"]
        widgets = {"valid_from": DayInput(), "valid_to": DayInput()}

    def __init__(self, *args: Any, as_of: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.has_counted = self.instance.valid_from < as_of
        if self.has_counted:
            for name in ("value", "valid_from"):
                self.fields[name].disabled = True
            self.fields["value"].help_text = gettext("已经生效的价格不改数，新价另加一条。")
        self.initial["value"] = f"{self.instance.value.normalize():f}"


def with_refusal(form: forms.BaseForm, refusal: Exception) -> forms.BaseForm:
    form.add_error(None, str(refusal))
    return form
