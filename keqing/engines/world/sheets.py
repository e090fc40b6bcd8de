"""The only writer: a world as the seven workbooks a company would have, the same bytes for the same world."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date, datetime
from operator import attrgetter
from pathlib import Path
from typing import Any

import xlsxwriter

from keqing.engines.world.rows import World

CREATED_AT = datetime(2020, 1, 1)  # noqa: DTZ001 - a document property without a zone; fixed, so that bytes repeat
STREAM_ABOVE_ROWS = 20_000

DIVISION_HEADERS = "区划代码 名称 级别 上级代码 经度 纬度"
PRODUCT_HEADERS = (
    "产品编码 通用名 商品名 剂型 规格 基本单位 中包装数 件装数 批准文号 本位码 商品条码 医保编码 上市许可持有人 "
    "生产企业 处方分类 医保类别 产品线 上市日期 有效期月 贮藏 供货价 建议零售价"
)
STAFF_HEADERS = "岗位编码 岗位名称 上级岗位编码 角色 产品线 工号 姓名 登录名 手机号 邮箱 入岗日期 备案号"
CUSTOMER_HEADERS = (
    "客户编码 客户名称 简称 客户类别 统一社会信用代码 状态 省 市 区县 乡镇 区划代码 详细地址 经度 纬度 坐标系 终端规模 "
    "县域分级 VIP 等级 经营性质 上级客户编码 店型 标签 医保定点 店员人数 面积 日均客流 会员数 补货周期 付款方式 会员日"
)
PERSON_HEADERS = "姓名 客户编码 客户名称 部门 职务 职称 人员类别 手机 座机 微信 邮箱 专业 主要联系人"
ASSIGNMENT_HEADERS = "客户编码 客户名称 岗位编码 产品线 份额 生效日期 失效日期"
VISIT_HEADERS = "客户编码 客户名称 岗位编码 工号 方式 开始时间 结束时间 小结 下次日期"


@dataclass(frozen=True, slots=True)
class Sheet:
    """A workbook of one sheet: ``headers`` name the fields of the rows in their order; ``title`` stands above them."""

    name: str
    headers: tuple[str, ...]
    rows: tuple[Any, ...]
    title: str = ""


def write_spreadsheets(world: World, folder: Path) -> list[Path]:
    """Write the seven workbooks into ``folder``, made if missing; the paths come back in the order of import."""
    folder.mkdir(parents=True, exist_ok=True)
    return [_write_workbook(sheet, folder / f"{sheet.name}.xlsx") for sheet in _list_sheets(world)]


def _list_sheets(world: World) -> list[Sheet]:
    title = f"岚州医药 员工与岗位一览（{world.as_of.year}年{world.as_of.month}月）"
    return [
        Sheet("1-区划", tuple(DIVISION_HEADERS.split()), world.divisions),
        Sheet("2-产品", tuple(PRODUCT_HEADERS.split()), world.products),
        Sheet("3-员工与岗位", tuple(STAFF_HEADERS.split()), world.staff, title),
        Sheet("4-客户", tuple(CUSTOMER_HEADERS.split()), world.customers),
        Sheet("5-人员", tuple(PERSON_HEADERS.split()), world.people),
        Sheet("6-客户分管", tuple(ASSIGNMENT_HEADERS.split()), world.assignments),
        Sheet("7-拜访记录", tuple(VISIT_HEADERS.split()), world.visits),
    ]


def _write_workbook(sheet: Sheet, path: Path) -> Path:
    """Long sheets are streamed row by row, so that a nation's visits need no memory for cells."""
    options = {"constant_memory": True} if len(sheet.rows) > STREAM_ABOVE_ROWS else {"in_memory": True}
    book = xlsxwriter.Workbook(str(path), options)
    book.set_properties({"created": CREATED_AT, "author": "岚州医药"})
    page = book.add_worksheet(sheet.name.partition("-")[2])
    _write_head(book, page, sheet)
    _write_rows(book, page, sheet)
    book.close()
    return path


def _write_head(book: Any, page: Any, sheet: Sheet) -> None:
    bold = book.add_format({"bold": True})
    top = 1 if sheet.title else 0
    page.set_column(0, len(sheet.headers) - 1, 14)
    page.freeze_panes(top + 1, 0)
    if sheet.title:
        page.write_string(0, 0, sheet.title, bold)
    for column, header in enumerate(sheet.headers):
        page.write_string(top, column, header, bold)


def _write_rows(book: Any, page: Any, sheet: Sheet) -> None:
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    minute = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    first = 2 if sheet.title else 1
    for row, values in enumerate(_read_rows(sheet), start=first):
        for column, value in enumerate(values):
            if isinstance(value, str):
                if value:
                    page.write_string(row, column, value)
            elif isinstance(value, datetime):
                page.write_datetime(row, column, value, minute)
            elif isinstance(value, date):
                page.write_datetime(row, column, value, day)
            elif value is not None:
                page.write_number(row, column, value)


def _read_rows(sheet: Sheet) -> Iterable[tuple[Any, ...]]:
    if not sheet.rows:
        return ()
    return map(attrgetter(*(field.name for field in fields(sheet.rows[0]))), sheet.rows)
