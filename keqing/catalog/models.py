"""Principals, products, SKUs, dated prices, batches (DOMAIN 2.7)."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext

from keqing.core.fields import PeriodModel, UnitPriceField
from keqing.core.models import Base, PublishedRows
from keqing.core.periods import chunks, first_overlap
from keqing.core.written import named


class Principal(Base):
    """Whose products we carry 委托方: the marketing authorisation holder."""

    name = models.CharField("上市许可持有人", max_length=120)

    right = "product"
    objects = PublishedRows.as_manager()

    class Meta:
        verbose_name = "委托方"
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["name"], condition=Q(bin__isnull=True), name="principal_name_once")
        ]

    def __str__(self) -> str:
        return self.name


class ProductLine(Base):
    """Products that are assigned to positions together 产品线."""

    name = models.CharField("产品线", max_length=40)

    right = "product"
    objects = PublishedRows.as_manager()

    class Meta:
        verbose_name = "产品线"
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["name"], condition=Q(bin__isnull=True), name="product_line_name_once")
        ]

    def __str__(self) -> str:
        return self.name


class Product(Base):
    class RxClass(models.TextChoices):
        RX = "RX", "处方药"
        OTC_A = "OTC_A", "甲类OTC"
        OTC_B = "OTC_B", "乙类OTC"
        DUAL = "DUAL", "双跨"
        HEALTH_FOOD = "HEALTH_FOOD", "保健食品"
        DEVICE = "DEVICE", "医疗器械"
        OTHER = "OTHER", "其他"

    class NhsaClass(models.TextChoices):
        A = "A", "甲类"
        B = "B", "乙类"
        C = "C", "自费"
        NEGOTIATED = "NEGOTIATED", "谈判"

    class SpecialControl(models.TextChoices):
        NONE = "NONE", "无"
        EPHEDRINE = "EPHEDRINE", "含麻"
        NARCOTIC = "NARCOTIC", "麻醉药品"
        PSYCH1 = "PSYCH1", "一类精神药品"
        PSYCH2 = "PSYCH2", "二类精神药品"
        TOXIC = "TOXIC", "医疗用毒性药品"
        PRECURSOR = "PRECURSOR", "药品类易制毒"

    generic_name = models.CharField("通用名", max_length=80)
    trade_name = models.CharField("商品名", max_length=60, blank=True)
    dosage_form = models.CharField("剂型", max_length=30)
    principal = models.ForeignKey(Principal, models.PROTECT, related_name="products", verbose_name="上市许可持有人")
    manufacturer = models.CharField("生产企业", max_length=120, blank=True)
    rx_class = models.CharField("处方分类", max_length=12, choices=RxClass)
    nhsa_class = models.CharField("医保类别", max_length=10, choices=NhsaClass, blank=True)
    special_control = models.CharField("特殊管理", max_length=10, choices=SpecialControl, default=SpecialControl.NONE)
    is_essential = models.BooleanField("基本药物", default=False)
    product_line = models.ForeignKey(ProductLine, models.PROTECT, related_name="products", verbose_name="产品线")
    launched_on = models.DateField("上市日期", null=True, blank=True)

    right = "product"
    objects = PublishedRows.as_manager()

    class Meta:
        verbose_name = "产品"
        ordering = ["generic_name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["generic_name", "trade_name", "dosage_form", "principal"],
                condition=Q(bin__isnull=True),
                name="product_once",
                violation_error_message="这个持有人名下已有同名同剂型的产品。",
            )
        ]

    def __str__(self) -> str:
        return named(self.generic_name, self.trade_name) if self.trade_name else self.generic_name


class Sku(Base):
    """The smallest saleable pack; quantities are counted in its base unit."""

    product = models.ForeignKey(Product, models.PROTECT, related_name="skus", verbose_name="产品")
    code = models.CharField("产品编码", max_length=40)
    spec = models.CharField("规格", max_length=60)
    base_unit = models.CharField("基本单位", max_length=8, default="盒")
    inner_factor = models.PositiveIntegerField(
        "中包装数", null=True, blank=True, help_text="一个中包装里有多少基本单位"
    )
    case_factor = models.PositiveIntegerField("件装数", help_text="一件里有多少基本单位")
    approval_no = models.CharField("批准文号", max_length=30)
    drug_code = models.CharField("本位码", max_length=14, blank=True)
    nhsa_code = models.CharField("医保编码", max_length=23, blank=True)
    gtin = models.CharField("商品条码", max_length=13, blank=True)
    trace_prefix = models.CharField("追溯码前 7 位", max_length=7, blank=True)
    shelf_life_months = models.PositiveSmallIntegerField("有效期（月）", null=True, blank=True)
    storage = models.CharField("贮藏", max_length=60, blank=True)

    right = "product"
    objects = PublishedRows.as_manager()

    class Meta:
        verbose_name = "品规"
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(
                fields=["code"],
                condition=Q(bin__isnull=True),
                name="sku_code_once",
                violation_error_message="这个产品编码已经有了。",
            ),
            models.CheckConstraint(
                condition=Q(case_factor__gte=1) & (Q(inner_factor__isnull=True) | Q(inner_factor__gte=1)),
                name="sku_factors_positive",
                violation_error_message="装量至少是 1。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product} {self.spec}"

    def search_texts(self) -> tuple[str, ...]:
        product = self.product
        return (product.generic_name, product.trade_name, self.code, self.spec, self.approval_no)


class Price(Base, PeriodModel):
    class Kind(models.TextChoices):
        RETAIL_SUGGESTED = "RETAIL_SUGGESTED", "建议零售价"
        SUPPLY = "SUPPLY", "供货价"
        FLOOR = "FLOOR", "底价"
        TENDER = "TENDER", "中标价"
        PLATFORM_LISTED = "PLATFORM_LISTED", "挂网价"
        ACCOUNTING = "ACCOUNTING", "考核价"

    sku = models.ForeignKey(Sku, models.CASCADE, related_name="prices", verbose_name="品规")
    kind = models.CharField("价格类别", max_length=16, choices=Kind)
    province = models.CharField("省", max_length=6, blank=True, help_text="只在这个省有效时填省代码")
    document_no = models.CharField("文号", max_length=60, blank=True)
    value = UnitPriceField("价格（元）")

    right = "product"
    objects = PublishedRows.as_manager()

    class Meta:
        verbose_name = "价格"
        ordering = ["sku", "kind", "-valid_from"]
        constraints = [
            PeriodModel.period_check("price_period"),
            models.CheckConstraint(
                condition=Q(value__gt=0), name="price_positive", violation_error_message="价格要大于 0。"
            ),
            models.CheckConstraint(
                condition=~Q(kind="TENDER") | (~Q(province="") & ~Q(document_no="")),
                name="price_tender_needs_document",
                violation_error_message="中标价要写明省份和文号。",
            ),
            models.UniqueConstraint(
                fields=["sku", "kind", "province", "valid_from"],
                condition=Q(bin__isnull=True),
                name="price_start_once",
                violation_error_message="这一天已有一个同类价格。",
            ),
        ]

    def __str__(self) -> str:
        return f"{gettext(self.get_kind_display())} {self.value}"

    @classmethod
    def refuse_restore(cls, keys: Sequence[int]) -> str:
        """A SKU has one price of a kind on a day, in each province and in the whole country."""
        for chunk in chunks(keys):
            coming = cls._default_manager.filter(pk__in=chunk).select_related("sku__product").order_by("pk")
            standing = cls.objects.live().filter(sku_id__in={price.sku_id for price in coming})
            found = first_overlap(coming, standing, lambda price: (price.sku_id, price.kind, price.province))
            if found:
                return _price_meets(*found)
        return ""


def _price_meets(price: Price, other: Price) -> str:
    return gettext(
        "%(sku)s 的%(kind)s %(value)s 元（%(day)s 起）会和现有的 %(other)s 元（%(since)s 起）重叠，没有恢复。"
        "先改现有那条的日期，再恢复。"
    ) % {
        "sku": price.sku,
        "kind": gettext(price.get_kind_display()),
        "value": f"{price.value.normalize():f}",
        "day": price.valid_from,
        "other": f"{other.value.normalize():f}",
        "since": other.valid_from,
    }


class Batch(Base):
    class ExpiryKind(models.TextChoices):
        DAY = "DAY", "到日"
        MONTH = "MONTH", "到月"

    sku = models.ForeignKey(Sku, models.PROTECT, related_name="batches", verbose_name="品规")
    lot_no = models.CharField("批号", max_length=30)
    made_on = models.DateField("生产日期", null=True, blank=True)
    expiry_kind = models.CharField("有效期写法", max_length=5, choices=ExpiryKind, default=ExpiryKind.DAY)
    #: last usable day; a month expiry is stored as the month's last day
    usable_through = models.DateField("有效期至")

    right = "product"
    objects = PublishedRows.as_manager()

    class Meta:
        verbose_name = "批号"
        ordering = ["usable_through", "lot_no"]
        constraints = [
            models.UniqueConstraint(
                fields=["sku", "lot_no"],
                condition=Q(bin__isnull=True),
                name="batch_lot_once",
                violation_error_message="这个品规已有这个批号。",
            ),
            models.CheckConstraint(
                condition=Q(made_on__isnull=True) | Q(usable_through__gt=F("made_on")),
                name="batch_expires_after_made",
                violation_error_message="有效期要晚于生产日期。",
            ),
        ]

    def __str__(self) -> str:
        return self.lot_no
