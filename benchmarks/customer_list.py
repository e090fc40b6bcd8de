"""A company's customer list as a spreadsheet: 26 columns as people keep them, some other names in brackets, some slips."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from xlsxwriter import Workbook

from keqing.territory.geography import Division, Level, load

HEADER = (
    "客户编码", "客户名称", "简称", "客户类别", "状态", "省", "市", "区县", "乡镇", "详细地址", "经度", "纬度", "坐标系",
    "终端规模", "等级", "经营性质", "标签", "医保定点", "店员人数", "面积（平方米）", "日均客流", "会员数", "补货周期（天）",
    "付款方式", "会员日", "来源",
)  # fmt: skip
CATEGORIES = (
    ("单体药店", "大药房", 36),
    ("连锁门店", "连锁药店", 22),
    ("村镇药店", "药店", 8),
    ("村卫生室", "村卫生室", 14),
    ("个体诊所", "诊所", 12),
    ("乡镇卫生院", "中心卫生院", 6),
    ("县级医院", "人民医院", 2),
)
_FIRST = "仁和康济安民惠泽德馨益寿春晖百草同福长青瑞祥宝芝福林正源华信永盛天诚广济博爱"
_SECOND = "堂心源泰安康宁生华草林春顺昌隆兴茂丰恒达嘉健怡"
EVERY_OTHER_NAME, EVERY_SLIP = 25, 400


def write_list(path: Path, count: int, seed: int = 3) -> None:
    workbook = Workbook(str(path), {"constant_memory": True, "in_memory": False})
    sheet = workbook.add_worksheet("客户")
    sheet.write_row(0, 0, HEADER)
    for number, row in enumerate(_rows(count, seed), start=1):
        sheet.write_row(number, 0, row)
    workbook.close()


def _rows(count: int, seed: int) -> Iterator[list[Any]]:
    chance, book = random.Random(seed), {division.code: division for division in load()}
    townships = [
        township for township in book.values() if township.level is Level.TOWNSHIP and _has_place(township, book)
    ]
    # neighbours stand together, as in a list that was kept county by county
    chosen = sorted(chance.choices(townships, k=count), key=lambda township: township.code)
    for number, township in enumerate(chosen):
        yield _row(number, township, book, chance)


def _has_place(township: Division, book: dict[str, Division]) -> bool:
    county = book[township.parent]
    return county.level is Level.COUNTY and county.point is not None


def _row(number: int, township: Division, book: dict[str, Division], chance: random.Random) -> list[Any]:
    county = book[township.parent]
    city = book[county.parent]
    province = book.get(city.parent, city)
    category, ending, _ = chance.choices(CATEGORIES, [common for *_, common in CATEGORIES])[0]
    brand = chance.choice(_FIRST) + chance.choice(_SECOND) + chance.choice(_SECOND)
    name = f"{county.short_name}{township.short_name}{brand}{ending}"
    if number % EVERY_OTHER_NAME == 0:
        name += f"（又名{county.short_name}{brand}健康{ending}）"
    assert county.point is not None
    lng = "东经" if number % EVERY_SLIP == 7 else round(county.point.lng + chance.uniform(-0.1, 0.1), 6)
    return [
        f"K{number:06}", name, brand + ending, category, chance.choice(("合作", "合作", "潜在")), province.name, city.name,
        county.name, township.name, f"{chance.choice(_FIRST)}{chance.choice(_SECOND)}路{chance.randint(1, 900)}号", lng,
        round(county.point.lat + chance.uniform(-0.1, 0.1), 6), "WGS-84", chance.choice(("大", "较大", "小")),
        chance.choice("ABC"), chance.choice(("民营", "公立")), chance.choice(("", "社区", "院边、社区")),
        chance.choice(("是", "否")), chance.randint(1, 12), chance.randint(30, 400), chance.randint(20, 400),
        chance.randint(0, 6000), chance.choice((7, 10, 14)), chance.choice(("月结", "货到付款")),
        chance.choice(("", "每月8日")), "终端普查",
    ]  # fmt: skip
