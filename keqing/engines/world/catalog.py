"""Fourteen products of three invented holders in twenty-four packs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from keqing.engines.world.codes import barcode, insurance_code, national_code
from keqing.engines.world.rows import Product

OTC_LINE, PRESCRIPTION_LINE, PRIMARY_LINE = "OTC线", "处方线", "基层线"
LINES = (OTC_LINE, PRESCRIPTION_LINE, PRIMARY_LINE)

HOLDERS = (
    (99101, "云泽芷安制药有限公司", "云泽芷安制药有限公司"),
    (99102, "岚州澄岚药业股份有限公司", "岚州澄岚药业股份有限公司"),
    (99103, "湄川禾瑞生物医药有限公司", "云泽芷安制药有限公司"),
)


@dataclass(frozen=True, slots=True)
class Pack:
    spec: str
    inner_factor: int
    case_factor: int
    supply_price: float


@dataclass(frozen=True, slots=True)
class Recipe:
    """A product before its numbers; ``origin`` H is chemical, Z Chinese patent medicine; ``holder`` indexes HOLDERS."""

    generic_name: str
    trade_name: str
    form: str
    origin: str
    holder: int
    prescription_class: str
    insurance_class: str
    line: str
    storage: str
    packs: tuple[Pack, ...]


DRY, COOL = "密封，置干燥处", "遮光，密封，置阴凉干燥处（不超过20℃）"
# fmt: off
RECIPES = (
    Recipe("板蓝根颗粒", "芷安清", "颗粒剂", "Z", 0, "乙类OTC", "甲类", OTC_LINE, DRY,
           (Pack("10g×20袋", 10, 100, 8.6), Pack("5g×20袋", 10, 120, 7.9),)),
    Recipe("布洛芬缓释胶囊", "舒岚", "胶囊剂", "H", 2, "甲类OTC", "乙类", OTC_LINE, DRY,
           (Pack("0.3g×10粒×2板", 10, 200, 9.8), Pack("0.3g×12粒×2板", 10, 200, 11.4),)),
    Recipe("健胃消食片", "禾和", "片剂", "Z", 1, "乙类OTC", "自费", OTC_LINE, DRY,
           (Pack("0.8g×8片×4板", 10, 200, 7.2), Pack("0.5g×12片×3板", 10, 240, 6.8),)),
    Recipe("藿香正气口服液", "泽清", "合剂", "Z", 0, "甲类OTC", "甲类", OTC_LINE, DRY,
           (Pack("10ml×10支", 5, 60, 12.5), Pack("10ml×6支", 10, 100, 8.1),)),
    Recipe("维生素C泡腾片", "澄果", "片剂", "H", 1, "乙类OTC", "自费", OTC_LINE, DRY,
           (Pack("1g×10片", 12, 144, 13.2),)),
    Recipe("复方氨酚烷胺片", "岚康", "片剂", "H", 2, "甲类OTC", "自费", OTC_LINE, DRY,
           (Pack("12片×1板", 10, 400, 4.6), Pack("12片×2板", 10, 200, 8.3),)),
    Recipe("六味地黄丸（浓缩丸）", "芷元", "丸剂", "Z", 0, "双跨", "甲类", OTC_LINE, DRY,
           (Pack("200丸", 10, 120, 10.9), Pack("360丸", 10, 80, 17.6),)),
    Recipe("阿托伐他汀钙片", "澄脂平", "片剂", "H", 1, "处方药", "甲类", PRESCRIPTION_LINE, DRY,
           (Pack("20mg×7片×2板", 10, 300, 15.8), Pack("10mg×14片", 10, 300, 9.7),)),
    Recipe("苯磺酸氨氯地平片", "澄压宁", "片剂", "H", 1, "处方药", "甲类", PRESCRIPTION_LINE, DRY,
           (Pack("5mg×14片×2板", 10, 300, 8.8),)),
    Recipe("盐酸二甲双胍缓释片", "禾糖安", "片剂", "H", 2, "处方药", "甲类", PRESCRIPTION_LINE, DRY,
           (Pack("0.5g×10片×3板", 10, 200, 12.6), Pack("0.5g×10片×6板", 5, 100, 23.9),)),
    Recipe("注射用益脉冻干粉", "泽脉", "注射剂", "Z", 0, "处方药", "谈判", PRESCRIPTION_LINE, COOL,
           (Pack("0.2g×1瓶", 10, 200, 46.0),)),
    Recipe("蒙脱石散", "禾舒散", "散剂", "H", 2, "双跨", "甲类", PRIMARY_LINE, DRY,
           (Pack("3g×10袋", 10, 120, 6.9), Pack("3g×15袋", 10, 100, 9.6),)),
    Recipe("头孢克肟颗粒", "禾克宁", "颗粒剂", "H", 2, "处方药", "乙类", PRIMARY_LINE, COOL,
           (Pack("50mg×8袋", 10, 200, 14.4),)),
    Recipe("小儿止咳糖浆", "芷童", "糖浆剂", "Z", 0, "甲类OTC", "乙类", PRIMARY_LINE, DRY,
           (Pack("100ml", 10, 80, 9.1), Pack("10ml×8支", 10, 80, 13.7),)),
)
# fmt: on


def stock_catalog(rng: Random, as_of: date) -> Iterator[Product]:
    item = 0
    for number, recipe in enumerate(RECIPES, start=1):
        launched = as_of - timedelta(days=rng.randint(200, 3600))
        for pack in recipe.packs:
            item += 1
            yield _make_product(rng, recipe, pack, number, item, launched)


def _make_product(rng: Random, recipe: Recipe, pack: Pack, number: int, item: int, launched: date) -> Product:
    company, holder, manufacturer = HOLDERS[recipe.holder]
    supply = round(pack.supply_price * rng.uniform(0.95, 1.05), 2)
    return Product(
        code=f"P{number:03d}{chr(64 + recipe.packs.index(pack) + 1)}",
        generic_name=recipe.generic_name,
        trade_name=recipe.trade_name,
        dosage_form=recipe.form,
        spec=pack.spec,
        base_unit="瓶" if recipe.form in ("丸剂", "糖浆剂") and "支" not in pack.spec else "盒",
        inner_factor=pack.inner_factor,
        case_factor=pack.case_factor,
        # the serial 9xxx is far above any that a year has used
        approval_number=f"国药准字{recipe.origin}{2005 + number}9{item:03d}",
        national_code=national_code(company, item),
        barcode=barcode(company, item),
        insurance_code=insurance_code(rng, "X" if recipe.origin == "H" else "Z"),
        holder=holder,
        manufacturer=manufacturer,
        prescription_class=recipe.prescription_class,
        insurance_class=recipe.insurance_class,
        line=recipe.line,
        launched_on=launched,
        shelf_life_months=rng.choice((24, 24, 36)),
        storage=recipe.storage,
        supply_price=supply,
        retail_price=round(supply * rng.uniform(1.45, 1.9), 1),
    )
