"""All codes of one SKU checked together, for the form, the page and the import alike (DOMAIN 2.7)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from django.utils.translation import gettext, gettext_noop

from keqing.catalog.codes import (
    CodeCheck,
    check_approval_number,
    check_gtin13,
    check_insurance_code,
    check_national_drug_code,
    check_trace_prefix,
    rejected,
)
from keqing.catalog.models import Batch, Product, Sku
from keqing.catalog.rules import Expiry, ExpiryKind, check_expiry, check_pack_factors, usable_through

#: fields of a SKU that hold a code, in the order they stand on a page
CODES = ("approval_no", "drug_code", "gtin", "nhsa_code", "trace_prefix")
_NO_MEDICINE = frozenset({Product.RxClass.HEALTH_FOOD, Product.RxClass.DEVICE, Product.RxClass.OTHER})


#: words of ours that a reason may quote
WORDS = frozenset(
    (
        gettext_noop("本位码"),
        gettext_noop("商品条码"),
        gettext_noop("追溯码前缀"),
        gettext_noop("中包"),
        gettext_noop("件"),
        gettext_noop("保健食品"),
        gettext_noop("医疗器械"),
        gettext_noop("化妆品"),
        gettext_noop("消毒产品"),
    )
)


def said(check: CodeCheck) -> str:
    """The reason in the reader's language."""
    if not check.template:
        return check.reason
    words = {
        name: gettext(value) if isinstance(value, str) and value in WORDS else value
        for name, value in check.params.items()
    }
    return gettext(check.template) % words


def check_codes(values: Mapping[str, str], rx_class: str, as_of: date) -> dict[str, CodeCheck]:
    """Field → check of every code that is given. Only medicines have approval numbers and codes of a known shape."""
    checks: dict[str, Callable[[str], CodeCheck]] = {
        "gtin": check_gtin13,
        "trace_prefix": check_trace_prefix,
    }
    if rx_class not in _NO_MEDICINE:
        checks |= {
            "approval_no": lambda text: check_approval_number(text, as_of=as_of),
            "drug_code": check_national_drug_code,
            "nhsa_code": check_insurance_code,
        }
    return {field: checks[field](values[field]) for field in CODES if field in checks and values.get(field)}


def codes_of(sku: Sku, as_of: date) -> dict[str, CodeCheck]:
    return check_codes({field: getattr(sku, field) for field in CODES}, sku.product.rx_class, as_of)


def pack_check(inner_factor: int | None, case_factor: int | None) -> CodeCheck:
    return check_pack_factors(inner_factor, case_factor)


def kind_of(batch: Batch) -> ExpiryKind:
    return "month" if batch.expiry_kind == Batch.ExpiryKind.MONTH else "day"


def check_batch(made_on: date | None, expiry: Expiry, shelf_life_months: int | None) -> CodeCheck:
    """Rejected when it ends before it begins, warned about when shelf life and written date differ."""
    through = usable_through(expiry.on, expiry.kind)
    if made_on is None:
        return CodeCheck(through.isoformat())
    if through <= made_on:
        return rejected(through.isoformat(), "有效期 %(expiry)s 要晚于生产日期 %(made)s", expiry=through, made=made_on)
    if shelf_life_months is None:
        return CodeCheck(through.isoformat())
    return check_expiry(made_on, expiry.on, expiry.kind, shelf_life_months)
