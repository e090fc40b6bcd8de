"""Product tables: one row per SKU, matched by the company's own product code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext

from keqing.catalog.checks import CODES, check_codes, pack_check, said
from keqing.catalog.imports import cells
from keqing.catalog.imports.product_writer import PRICES, PRODUCT_FIELDS, SKU_FIELDS, ProductWriter
from keqing.catalog.models import Price, Principal, Product, ProductLine, Sku
from keqing.catalog.services import plan_price, written
from keqing.core.imports.kind import Draft, Field, Judged, Kind, Verdict
from keqing.core.sheets import day
from keqing.core.viewer import Viewer
from keqing.core.written import arrow, clauses, listed

FIELDS = (
    Field(
        "code",
        "产品编码",
        cells.words(40),
        ("商品编码", "产品代码", "商品代码", "物料编码", "货号", "品规编码", "SKU编码", "产品编号"),
        is_required=True,
        example="P001A",
    ),
    Field(
        "generic_name",
        "通用名",
        cells.words(80),
        ("通用名称", "药品通用名", "品名", "药品名称", "产品名称"),
        example="板蓝根颗粒",
    ),
    Field("trade_name", "商品名", cells.words(60), ("商品名称", "商标名", "品牌名"), example="芷安清"),
    Field("dosage_form", "剂型", cells.words(30), ("剂型名称",), example="颗粒剂"),
    Field("spec", "规格", cells.words(60), ("规格型号", "包装规格", "产品规格", "药品规格"), example="10g×20袋"),
    Field("base_unit", "基本单位", cells.words(8), ("单位", "计量单位", "最小单位", "销售单位"), example="盒"),
    Field("inner_factor", "中包装数", cells.count, ("中包装", "中包数量", "中包装量"), example="10"),
    Field(
        "case_factor",
        "件装数",
        cells.count,
        ("件装量", "装箱数", "件包装", "大包装", "装箱量", "箱装数"),
        example="200",
    ),
    Field(
        "approval_no",
        "批准文号",
        cells.words(60),
        ("国药准字", "药品批准文号", "注册证号", "批文号"),
        example="国药准字Z20123084",
    ),
    Field(
        "drug_code", "本位码", cells.words(40), ("药品本位码", "国家药品编码", "国家本位码"), example="86902551000259"
    ),
    Field("gtin", "商品条码", cells.words(40), ("条形码", "条码", "69码", "GTIN", "国际条码"), example="6901234567892"),
    Field("nhsa_code", "医保编码", cells.words(60), ("国家医保编码", "医保代码", "国家医保代码", "医保药品编码")),
    Field(
        "principal",
        "上市许可持有人",
        cells.words(120),
        ("持有人", "MAH", "委托方", "上市许可持有人名称"),
        example="云泽芷安制药有限公司",
    ),
    Field("manufacturer", "生产企业", cells.words(120), ("生产厂家", "厂家", "生产厂商", "受托生产企业", "制造商")),
    Field(
        "rx_class",
        "处方分类",
        cells.one_of(dict(Product.RxClass.choices), cells.RX_WORDS),
        ("处方类别", "药品分类", "处方类型", "OTC类别", "处方/OTC"),
        example="处方药",
        choices=dict(Product.RxClass.choices),
    ),
    Field(
        "nhsa_class",
        "医保类别",
        cells.one_of(dict(Product.NhsaClass.choices), cells.NHSA_WORDS),
        ("医保分类", "医保属性", "医保类型", "医保目录"),
        example="甲类",
        choices=dict(Product.NhsaClass.choices),
    ),
    Field("product_line", "产品线", cells.words(40), ("产品组", "品类线", "事业部产品线", "产品系列"), example="OTC线"),
    Field("launched_on", "上市日期", day, ("上市时间", "首次上市日期"), example="2024-03-01"),
    Field(
        "shelf_life_months", "有效期月", cells.months, ("有效期", "保质期", "效期月数", "有效期（月）"), example="24"
    ),
    Field("storage", "贮藏", cells.words(60), ("储存条件", "贮藏条件", "储藏", "贮存条件"), example="密封，置干燥处"),
    Field("supply_price", "供货价", cells.price, ("供价", "出厂价", "开票价", "供货单价", "批发价"), example="8.60"),
    Field(
        "retail_price", "建议零售价", cells.price, ("零售价", "指导零售价", "建议售价", "统一零售价"), example="14.80"
    ),
)
LABELS = {item.key: item.label for item in FIELDS}
#: a SKU that is not known yet cannot stand without these
NEEDED = (
    "generic_name",
    "dosage_form",
    "spec",
    "case_factor",
    "approval_no",
    "principal",
    "rx_class",
    "product_line",
)
_IDENTITY = ("generic_name", "trade_name", "dosage_form", "principal")
#: what is no medicine has codes of any shape, but not of any length
_LONGEST = {field.name: field.max_length or 0 for field in Sku._meta.concrete_fields if field.name in CODES}
_CHOICES = {"rx_class": dict(Product.RxClass.choices), "nhsa_class": dict(Product.NhsaClass.choices)}
Values = dict[str, Any]


def product_values(product: Product) -> Values:
    """The product's facts as a file writes them."""
    return {
        "generic_name": product.generic_name,
        "trade_name": product.trade_name,
        "dosage_form": product.dosage_form,
        "principal": product.principal.name,
        "manufacturer": product.manufacturer,
        "rx_class": product.rx_class,
        "nhsa_class": product.nhsa_class,
        "product_line": product.product_line.name,
        "launched_on": product.launched_on.isoformat() if product.launched_on else None,
    }


def identity(values: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(values.get(name) or "" for name in _IDENTITY)


@dataclass
class _Known:
    """What the archive holds for one batch of rows: four queries."""

    skus: dict[str, Sku]
    products: dict[tuple[str, ...], Product]
    prices: dict[tuple[int, str], list[Price]]
    principals: set[str]
    lines: set[str]


@dataclass
class _Said:
    """What the file itself said so far."""

    codes: dict[str, int] = field(default_factory=dict)
    #: product (its key or its identity) → field → (value, row that said it first)
    products: dict[Any, dict[str, tuple[Any, int]]] = field(default_factory=dict)
    names: set[tuple[str, str]] = field(default_factory=set)


class ProductJudge:
    def __init__(self, viewer: Viewer) -> None:
        self.viewer = viewer
        self.day: date = viewer.as_of
        self.said = _Said()

    def __call__(self, drafts: Sequence[Draft]) -> list[Judged]:
        known = self._read(drafts)
        return [self._judge(draft, known) for draft in drafts]

    def _read(self, drafts: Sequence[Draft]) -> _Known:
        rows = Sku.objects.visible_to(self.viewer).filter(code__in={draft.values["code"] for draft in drafts})
        skus = {sku.code: sku for sku in rows.select_related("product__principal", "product__product_line")}
        names = {draft.values.get("generic_name") for draft in drafts} - {None}
        products = Product.objects.visible_to(self.viewer).filter(generic_name__in=names)
        prices: dict[tuple[int, str], list[Price]] = {}
        for price in Price.objects.visible_to(self.viewer).filter(
            sku__in=[sku.pk for sku in skus.values()], kind__in=PRICES.values(), province=""
        ):
            prices.setdefault((price.sku_id, price.kind), []).append(price)
        return _Known(
            skus=skus,
            products={
                identity(product_values(product)): product
                for product in products.select_related("principal", "product_line")
            },
            prices=prices,
            principals=set(Principal.objects.visible_to(self.viewer).values_list("name", flat=True)),
            lines=set(ProductLine.objects.visible_to(self.viewer).values_list("name", flat=True)),
        )

    def _judge(self, draft: Draft, known: _Known) -> Judged:
        values, number = dict(draft.values), draft.number
        first = self.said.codes.setdefault(values["code"], number)
        sku = known.skus.get(values["code"])
        title = self._title(values, sku)
        if first != number:
            sentence = gettext("与第 %(row)s 行是同一个产品编码") % {"row": first}
            return Judged(number, Verdict.DUPLICATE, sentence, title)
        problems, notes = self._check(values, sku)
        notes += self._agree(values, sku, known, number, problems)
        if problems:
            return Judged(number, Verdict.WRONG, clauses(problems), title)
        if sku is None:
            return self._new(draft.number, values, known, notes, title)
        return self._change(draft.number, values, sku, known, notes, title)

    def _title(self, values: Values, sku: Sku | None) -> str:
        name = values.get("generic_name") or (sku.product.generic_name if sku else values["code"])
        return f"{name} {values.get('spec') or (sku.spec if sku else '')}".strip()

    def _check(self, values: Values, sku: Sku | None) -> tuple[list[str], list[str]]:
        """Sentences that stop the row, and sentences that only go with it. Codes in `values` become normalised."""
        problems: list[str] = []
        notes: list[str] = []
        missing = [gettext(LABELS[key]) for key in NEEDED if sku is None and key not in values]
        if missing:
            problems.append(gettext("是新产品，还缺%(fields)s") % {"fields": listed(missing)})
        rx_class = values.get("rx_class") or (sku.product.rx_class if sku else "")
        for name, check in check_codes(_given(values), rx_class, self.day).items():
            values[name] = check.value
            if not check.is_ok:
                (problems if check.is_rejected else notes).append(said(check))
        for name in CODES:
            limit = _LONGEST[name]
            if len(values.get(name, "")) > limit and not problems:
                problems.append(
                    gettext("%(field)s最多 %(limit)s 个字") % {"field": gettext(LABELS[name]), "limit": limit}
                )
        packs = pack_check(
            values.get("inner_factor") or (sku.inner_factor if sku else None),
            values.get("case_factor") or (sku.case_factor if sku else None),
        )
        if not packs.is_ok:
            (problems if packs.is_rejected else notes).append(said(packs))
        return problems, notes

    def _agree(self, values: Values, sku: Sku | None, known: _Known, number: int, problems: list[str]) -> list[str]:
        """Rows of one product must not contradict each other: the first row of the file counts, later ones are told."""
        if problems:
            return []
        if sku is not None:
            problem = self._moves(values, sku, known)
            if problem:
                problems.append(problem)
                return []
        key = sku.product_id if sku is not None else self._key(values, known)
        earlier = self.said.products.setdefault(key, {})
        notes: list[str] = []
        for name in PRODUCT_FIELDS:
            if name not in values:
                continue
            value, row = earlier.setdefault(name, (values[name], number))
            if value == values[name]:
                continue
            if name in _IDENTITY:
                problems.append(
                    gettext("和第 %(row)s 行是同一个产品，%(field)s却不一样")
                    % {"row": row, "field": gettext(LABELS[name])}
                )
            else:
                values[name] = value
                notes.append(gettext("%(field)s按第 %(row)s 行") % {"row": row, "field": gettext(LABELS[name])})
        return notes

    def _key(self, values: Values, known: _Known) -> Any:
        product = known.products.get(identity(values))
        return product.pk if product else identity(values)

    def _moves(self, values: Values, sku: Sku, known: _Known) -> str:
        """A code that the file gives to another product we know is more likely mistyped than moved."""
        target = known.products.get(identity({**product_values(sku.product), **values}))
        if target is None or target.pk == sku.product_id:
            return ""
        return gettext("编码 %(code)s 现在是「%(old)s」的，文件里写的是「%(new)s」") % {
            "code": sku.code,
            "old": sku.product,
            "new": target,
        }

    def _new(self, number: int, values: Values, known: _Known, notes: list[str], title: str) -> Judged:
        made = []
        for key, names, template in (
            ("principal", known.principals, gettext("同时新建持有人「%(name)s」")),
            ("product_line", known.lines, gettext("同时新建产品线「%(name)s」")),
        ):
            name = values[key]
            if name not in names and (key, name) not in self.said.names:
                made.append(template % {"name": name})
                self.said.names.add((key, name))
        product = known.products.get(identity(values))
        before = product_values(product) if product else {}
        changes = [
            self._said_change(name, before[name], values[name])
            for name in before
            if name in values and before[name] != values[name]
        ]
        return Judged(number, Verdict.NEW, clauses(changes + notes + made), title, values)

    def _change(self, number: int, values: Values, sku: Sku, known: _Known, notes: list[str], title: str) -> Judged:
        before = {**product_values(sku.product), **{name: getattr(sku, name) for name in SKU_FIELDS}}
        changed = {name: value for name, value in values.items() if name in before and before[name] != value}
        changes = [self._said_change(name, before[name], value) for name, value in changed.items()]
        for name, kind in PRICES.items():
            if name in values:
                change = self._price_change(name, Decimal(values[name]), known.prices.get((sku.pk, kind), []), notes)
                if change:
                    changed[name] = values[name]
                    changes.append(change)
        verdict = Verdict.CHANGE if changed else Verdict.SAME
        return Judged(
            number,
            verdict,
            clauses(changes + notes),
            title,
            {"code": sku.code, **changed} if changed else {},
            object_id=sku.pk,
        )

    def _said_change(self, name: str, before: Any, after: Any) -> str:
        return arrow(gettext(LABELS[name]), _word(name, before), _word(name, after))

    def _price_change(self, name: str, value: Decimal, prices: list[Price], notes: list[str]) -> str:
        """What the row does to a price, in words; nothing when it is the one in force."""
        running = running_price(prices, self.day)
        if running is not None and running.value == value:
            return ""
        label = gettext(LABELS[name])
        if running is None or running.valid_from != self.day:
            step = plan_price(prices, self.day)
            if step.refusal:
                notes.append(gettext("%(field)s没有改：%(why)s") % {"field": label, "why": step.refusal})
                return ""
        before = written(running.value) if running else gettext("空")
        return gettext("%(field)s：%(before)s → %(after)s（%(day)s 起）") % {
            "field": label,
            "before": before,
            "after": written(value),
            "day": self.day,
        }


def _given(values: Values) -> dict[str, str]:
    return {name: values[name] for name in CODES if name in values}


def _word(name: str, value: Any) -> str:
    if value in (None, ""):
        return gettext("空")
    return gettext(str(_CHOICES[name][value])) if name in _CHOICES else str(value)


def running_price(prices: Sequence[Price], on: date) -> Price | None:
    found = [price for price in prices if price.valid_from <= on and (price.valid_to is None or price.valid_to > on)]
    return max(found, key=lambda price: price.valid_from, default=None)


PRODUCTS = Kind(
    key="products",
    label="产品",
    noun="product",
    model="catalog.sku",
    fields=FIELDS,
    open_judge=ProductJudge,
    open_writer=ProductWriter,
    hint="一行一个品规。空着的格子不会抹掉已有的内容；价格从导入当天起算。",
)
