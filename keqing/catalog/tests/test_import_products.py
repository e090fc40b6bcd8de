from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from keqing.catalog.imports import PRODUCTS
from keqing.catalog.imports.product_writer import ProductWriter
from keqing.catalog.imports.products import ProductJudge
from keqing.catalog.models import Price, Principal, Product, ProductLine, Sku
from keqing.catalog.services import price_on
from keqing.catalog.tests.builders import add_price, make_sku
from keqing.core.imports.kind import Draft, Judged, Written
from keqing.core.imports.staging import plain
from keqing.core.models import ImportRun, StoredFile
from keqing.core.saving import Act
from keqing.core.search import matching
from keqing.core.sheets import BadCell, propose_mapping
from keqing.core.viewer import Viewer

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 18)
#: 08:30 on the 18th in Shanghai is half past midnight in London: the day of import is the local one
AT = datetime(2026, 11, 17, 16, 30, tzinfo=UTC)
VIEWER = Viewer(user_id=0, as_of=DAY, sees_all=True)
FULL = {
    "产品编码": "P001A",
    "通用名": "板蓝根颗粒",
    "商品名": "芷安清",
    "剂型": "颗粒剂",
    "规格": "10g×20袋",
    "基本单位": "盒",
    "中包装数": 10,
    "件装数": 100,
    "批准文号": "国药准字Z20123084",
    "本位码": "86902551000259",
    "商品条码": "6901234567892",
    "医保编码": "",
    "上市许可持有人": "云泽芷安制药有限公司",
    "生产企业": "云泽芷安制药有限公司",
    "处方分类": "乙类OTC",
    "医保类别": "甲类",
    "产品线": "OTC线",
    "上市日期": "2020-03-01",
    "有效期月": "24个月",
    "贮藏": "密封，置干燥处",
    "供货价": 8.6,
    "建议零售价": "14.80",
}
SECOND = {**FULL, "产品编码": "P001B", "规格": "5g×20袋", "件装数": 120, "供货价": 7.9, "建议零售价": 13}


def drafts(*rows: dict[str, Any], first: int = 2) -> list[Draft]:
    """As the kit does it: mapped by header, cleaned, blanks left out, values plain."""
    made = []
    for number, row in enumerate(rows, start=first):
        mapping = propose_mapping(list(row), PRODUCTS.synonyms())
        cells = list(row.values())
        values = {key: PRODUCTS.field(key).clean(cells[at]) for at, key in mapping.items()}
        made.append(Draft(number, {key: plain(value) for key, value in values.items() if value not in (None, "")}))
    return made


def judge(*rows: dict[str, Any]) -> list[Judged]:
    return ProductJudge(VIEWER)(drafts(*rows))


def write(judged: list[Judged], at: datetime = AT, run: int | None = None) -> list[Written]:
    """New rows first, then changed ones, like the kit."""
    act = Act(user_id=None, at=at, reason="产品.xlsx", import_run_id=run)
    writer = ProductWriter(VIEWER)
    written = []
    for verdict in ("new", "change"):
        rows = [row for row in judged if row.verdict == verdict]
        written += writer(rows, act) if rows else []
    return written


def load(*rows: dict[str, Any]) -> list[Written]:
    return write(judge(*rows))


def verdicts(judged: list[Judged]) -> list[str]:
    return [str(row.verdict) for row in judged]


def test_a_table_makes_holders_lines_products_skus_and_prices() -> None:
    judged = judge(FULL, SECOND)
    assert verdicts(judged) == ["new", "new"]
    assert judged[0].title == "板蓝根颗粒 10g×20袋"
    assert (
        judged[0].sentence == "同时新建持有人「云泽芷安制药有限公司」；同时新建产品线「OTC线」"
        and judged[1].sentence == ""
    )
    written = write(judged)
    assert [model.objects.count() for model in (Principal, ProductLine, Product, Sku, Price)] == [1, 1, 1, 2, 4]
    sku = Sku.objects.get(code="P001A")
    assert (sku.inner_factor, sku.case_factor, sku.shelf_life_months, sku.base_unit) == (10, 100, 24, "盒")
    assert (sku.product.rx_class, sku.product.nhsa_class, sku.product.launched_on) == ("OTC_B", "A", date(2020, 3, 1))
    price = price_on(sku, Price.Kind.SUPPLY, DAY)
    assert price is not None and (price.value, price.valid_from) == (Decimal("8.6"), DAY)
    assert price_on(sku, Price.Kind.SUPPLY, date(2026, 11, 17)) is None
    assert [row.number for row in written] == [2, 3] and written[0].object_id == sku.pk
    # row 2 made holder, line, product and two prices; row 3 two prices
    nouns = [[noun for noun, _ in row.others] for row in written]
    made = ["catalog.principal", "catalog.productline", "catalog.product", "catalog.price", "catalog.price"]
    assert nouns == [made, ["catalog.price", "catalog.price"]]
    assert list(matching(Sku.objects.all(), "blgkl 5g")) == [Sku.objects.get(code="P001B")]


def test_the_same_file_again_changes_nothing() -> None:
    load(FULL, SECOND)
    again = judge(FULL, SECOND)
    assert verdicts(again) == ["same", "same"] and [row.sentence for row in again] == ["", ""]
    assert again[0].object_id == Sku.objects.get(code="P001A").pk


def test_a_repeated_code_is_a_duplicate_that_names_its_row() -> None:
    judged = judge(FULL, SECOND, FULL)
    assert verdicts(judged) == ["new", "new", "duplicate"]
    assert judged[2].sentence == "与第 2 行是同一个产品编码"


def test_duplicates_are_seen_across_batches_of_one_file() -> None:
    opened = ProductJudge(VIEWER)
    opened(drafts(FULL, first=14))
    assert opened(drafts(FULL, first=1200))[0].sentence == "与第 14 行是同一个产品编码"


def test_blank_cells_erase_nothing() -> None:
    load(FULL)
    blank = dict.fromkeys(FULL, "") | {"产品编码": "P001A"}
    assert verdicts(judge(blank)) == ["same"]
    assert verdicts(judge({"产品编码": "P001A", "商品名": "/", "医保编码": "—"})) == ["same"]


def test_changes_are_said_and_written() -> None:
    load(FULL)
    judged = judge({"产品编码": "P001A", "规格": "10g×18袋", "处方分类": "双跨", "产品线": "基层线", "供货价": "8.60"})
    assert judged[0].sentence == "规格：10g×20袋 → 10g×18袋；处方分类：乙类OTC → 双跨；产品线：OTC线 → 基层线"
    written = write(judged)
    sku = Sku.objects.select_related("product__product_line").get()
    assert (sku.spec, sku.product.rx_class, sku.product.product_line.name) == ("10g×18袋", "DUAL", "基层线")
    assert [noun for noun, _ in written[0].others] == ["catalog.productline", "catalog.product"]
    assert Price.objects.count() == 2


def test_a_new_price_closes_the_one_in_force() -> None:
    sku = make_sku()
    old = add_price(sku, Price.Kind.SUPPLY, "8", date(2026, 1, 1))
    judged = judge({"产品编码": "P001A", "供货价": 8.8})
    assert verdicts(judged) == ["change"] and judged[0].sentence == "供货价：8.00 → 8.80（2026-11-18 起）"
    written = write(judged)
    old.refresh_from_db()
    new = Price.objects.get(valid_to=None)
    assert (old.value, old.valid_to, new.value, new.valid_from) == (Decimal("8"), DAY, Decimal("8.8"), DAY)
    assert set(written[0].others) == {("catalog.price", old.pk), ("catalog.price", new.pk)}


def test_a_second_file_of_the_day_puts_its_price_right() -> None:
    load(FULL)
    judged = judge({"产品编码": "P001A", "供货价": 8.9})
    write(judged)
    assert verdicts(judged) == ["change"]
    assert Price.objects.get(kind="SUPPLY").value == Decimal("8.9")


def test_a_price_already_planned_is_left_alone_and_said() -> None:
    sku = make_sku()
    add_price(sku, Price.Kind.SUPPLY, "8", date(2026, 1, 1), date(2027, 1, 1))
    add_price(sku, Price.Kind.SUPPLY, "9", date(2027, 1, 1))
    judged = judge({"产品编码": "P001A", "供货价": 8.8})
    assert verdicts(judged) == ["same"] and judged[0].sentence.startswith("供货价没有改：2026-01-01 到 2027-01-01")


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"本位码": "86902551000258"}, "本位码最后一位应为 9，写的是 8"),
        ({"批准文号": "国药准字Z99123084"}, "批准文号数字的前两位 99 既不是年份也不是省份代号，请核对"),
        ({"件装数": 105}, "每件 105 盒，不是每中包 10 盒的整数倍"),
    ],
)
def test_what_looks_odd_goes_along_with_a_word(facts: dict[str, Any], sentence: str) -> None:
    load({**FULL, "产品编码": "P000"})
    judged = judge({**FULL, **facts})
    assert verdicts(judged) == ["new"] and judged[0].sentence == sentence
    write(judged)
    assert verdicts(judge({**FULL, **facts})) == ["same"]


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (
            {"产品编码": "P9", "通用名": "板蓝根颗粒"},
            "是新产品，还缺剂型、规格、件装数、批准文号、上市许可持有人、处方分类、产品线",
        ),
        ({**FULL, "本位码": "123"}, "本位码应有 14 位，写了 3 位"),
        ({**FULL, "批准文号": "国药准字H2012308"}, "批准文号应有 8 位数字，写了 7 位"),
        ({**FULL, "中包装数": 200}, "每件 100 盒，比每中包 200 盒还少"),
    ],
)
def test_what_cannot_be_is_wrong_with_its_reason(row: dict[str, Any], sentence: str) -> None:
    judged = judge(row)
    assert verdicts(judged) == ["wrong"] and judged[0].sentence == sentence


def test_rows_of_one_product_are_held_together_by_the_first() -> None:
    judged = judge(FULL, {**SECOND, "医保类别": "乙类", "贮藏": "阴凉处"})
    assert judged[1].sentence == "医保类别按第 2 行"
    write(judged)
    assert Product.objects.get().nhsa_class == "A"
    assert verdicts(judge(FULL, {**SECOND, "医保类别": "乙类", "贮藏": "阴凉处"})) == ["same", "same"]


def test_a_product_is_renamed_when_all_its_rows_say_so() -> None:
    load(FULL, SECOND)
    new = {"商品名": "芷安宁"}
    write(judge({**FULL, **new}, {**SECOND, **new}))
    assert (
        Product.objects.get().trade_name == "芷安宁" and Sku.objects.filter(product__trade_name="芷安宁").count() == 2
    )
    assert list(matching(Sku.objects.all(), "安宁").order_by("code").values_list("code", flat=True)) == [
        "P001A",
        "P001B",
    ]
    assert verdicts(judge({**FULL, **new}, SECOND)) == ["same", "wrong"]


def test_a_rename_that_also_brings_a_new_sku_ends_in_one_product_of_that_name() -> None:
    load(FULL)
    new = {"商品名": "芷安宁"}
    write(judge({**FULL, **new}, {**SECOND, **new}))
    assert set(Sku.objects.values_list("code", "product__trade_name")) == {("P001A", "芷安宁"), ("P001B", "芷安宁")}
    assert verdicts(judge({**FULL, **new}, {**SECOND, **new})) == ["same", "same"]


def test_a_code_does_not_wander_to_another_known_product() -> None:
    load(FULL, {**SECOND, "产品编码": "P002A", "通用名": "蒙脱石散", "剂型": "散剂"})
    judged = judge({**FULL, "通用名": "蒙脱石散", "剂型": "散剂"})
    assert verdicts(judged) == ["wrong"]
    assert judged[0].sentence == "编码 P001A 现在是「板蓝根颗粒（芷安清）」的，文件里写的是「蒙脱石散（芷安清）」"


def test_two_hundred_rows_are_written_in_few_statements() -> None:
    def table(count: int, mark: str) -> list[Judged]:
        return judge(*({**FULL, "产品编码": f"{mark}{n}", "通用名": f"{mark}药{n // 2}"} for n in range(count)))

    write(table(30, "A"))
    judged = table(200, "B")
    with CaptureQueriesContext(connection) as queries:
        write(judged)
    assert len(queries) <= 30
    small = table(40, "C")
    with CaptureQueriesContext(connection) as fewer:
        write(small)
    assert abs(len(queries) - len(fewer)) <= 2


def test_judging_reads_in_few_statements_however_many_rows() -> None:
    rows = drafts(*({**FULL, "产品编码": f"P{n}"} for n in range(300)))
    with CaptureQueriesContext(connection) as queries:
        ProductJudge(VIEWER)(rows)
    assert len(queries) <= 6


def test_rows_of_a_run_are_hidden_until_it_is_published() -> None:
    file = StoredFile.objects.create(sha256="0" * 64, name="产品.xlsx", size=1, at=AT)
    run = ImportRun.objects.create(kind="products", file=file, at=AT, state=ImportRun.State.WRITING)
    judged = judge(FULL, SECOND)
    write(judged[:1], run=run.pk)
    write(judged[1:], run=run.pk)  # the second batch finds the product of the first, still hidden
    viewer = Viewer(user_id=0, as_of=DAY, sees_all=True, unpublished=(run.pk,))
    assert Product.objects.count() == 1 and not Sku.objects.visible_to(viewer).exists()
    assert Sku.objects.visible_to(VIEWER).count() == 2


@pytest.mark.parametrize(
    ("header", "key"),
    [
        ("商品编码", "code"),
        ("药品通用名", "generic_name"),
        ("国药准字", "approval_no"),
        ("MAH", "principal"),
        ("装箱数", "case_factor"),
        ("保质期", "shelf_life_months"),
        ("条形码", "gtin"),
        ("生产厂家", "manufacturer"),
        ("储存条件", "storage"),
        ("出厂价（元）", "supply_price"),
        ("零售价", "retail_price"),
    ],
)
def test_columns_as_other_companies_name_them(header: str, key: str) -> None:
    assert propose_mapping([header], PRODUCTS.synonyms()) == {0: key}


def test_our_own_headers_map_one_to_one() -> None:
    mapping = propose_mapping(list(FULL), PRODUCTS.synonyms())
    assert [mapping[at] for at in range(len(FULL))] == [item.key for item in PRODUCTS.fields]


@pytest.mark.parametrize(
    ("key", "cell", "value"),
    [
        ("rx_class", "甲类非处方药", "OTC_A"),
        ("rx_class", "rx", "RX"),
        ("nhsa_class", "医保乙类", "B"),
        ("nhsa_class", "国谈", "NEGOTIATED"),
        ("shelf_life_months", "2年", 24),
        ("shelf_life_months", "36 个月", 36),
        ("shelf_life_months", 18.0, 18),
        ("supply_price", "￥1,208.50", Decimal("1208.5")),
        ("gtin", 6901234567892.0, "6901234567892"),
        ("trade_name", "无", ""),
    ],
)
def test_cells_are_understood(key: str, cell: Any, value: Any) -> None:
    assert PRODUCTS.field(key).clean(cell) == value


@pytest.mark.parametrize(
    ("key", "cell"),
    [
        ("supply_price", 0),
        ("supply_price", "-3"),
        ("case_factor", 0),
        ("rx_class", "丙类"),
        ("shelf_life_months", "很久"),
    ],
)
def test_cells_that_mean_nothing_are_refused(key: str, cell: Any) -> None:
    with pytest.raises(BadCell):
        PRODUCTS.field(key).clean(cell)


def test_only_those_with_the_right_may_import(cast: Any, viewer_of: Callable[..., Viewer]) -> None:
    may = {
        name: viewer_of(cast[name]).may(PRODUCTS.noun, "import")
        for name in ("sfe_sun", "admin_gu", "qa_zheng", "rep_li")
    }
    assert may == {"sfe_sun": True, "admin_gu": True, "qa_zheng": False, "rep_li": False}
