"""Small builders: a product with one SKU, prices and batches by the few facts a test is about."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from keqing.catalog.models import Batch, Price, Product, Sku
from keqing.catalog.services import Owners, create_product
from keqing.core.saving import Act, save_one

ACT = Act(user_id=None, at=datetime(2026, 11, 18, 2, tzinfo=UTC), reason="builder")
HOLDER, LINE = "云泽芷安制药有限公司", "OTC线"


def make_sku(code: str = "P001A", **facts: Any) -> Sku:
    """Facts of the SKU; those of its product are prefixed `product_`."""
    product_facts = {name.removeprefix("product_"): facts.pop(name) for name in list(facts) if name[:8] == "product_"}
    product = Product(
        **{
            "generic_name": "板蓝根颗粒",
            "trade_name": "芷安清",
            "dosage_form": "颗粒剂",
            "rx_class": "OTC_B",
            **product_facts,
        }
    )
    sku = Sku(code=code, **{"spec": "10g×20袋", "case_factor": 100, "approval_no": "国药准字Z20123084", **facts})
    create_product(product, Owners(HOLDER, LINE), sku, ACT)
    return sku


def add_sku(product: Product, code: str, **facts: Any) -> Sku:
    sku = Sku(
        product=product,
        code=code,
        **{"spec": "5g×20袋", "case_factor": 120, "approval_no": "国药准字Z20123085", **facts},
    )
    return save_one(sku, ACT)


def add_price(sku: Sku, kind: str, value: str, starts: date, ends: date | None = None, **facts: Any) -> Price:
    return save_one(Price(sku=sku, kind=kind, value=Decimal(value), valid_from=starts, valid_to=ends, **facts), ACT)


def add_batch(sku: Sku, lot_no: str, through: date, made_on: date | None = None, kind: str = "DAY") -> Batch:
    return save_one(Batch(sku=sku, lot_no=lot_no, usable_through=through, made_on=made_on, expiry_kind=kind), ACT)
