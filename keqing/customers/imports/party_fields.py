"""The columns of a customer list."""

from __future__ import annotations

from collections.abc import Mapping

from keqing.core.imports.kind import Field
from keqing.core.sheets import boolean
from keqing.customers.imports.cleaners import count, degrees, division_code, one_of, words
from keqing.customers.kinds import (
    GRADE_VALUES,
    GradeScheme,
    Ownership,
    PartyKind,
    PaymentMode,
    Status,
    StoreType,
    TerminalType,
)
from keqing.customers.rules.credit_code import check_credit_code
from keqing.territory.geography import Datum

CATEGORIES: Mapping[str, str] = {**dict(TerminalType.choices), **dict(PartyKind.choices)}
_ALSO_CATEGORIES: Mapping[str, str] = {
    "医院": "HCO",
    "卫生院": "TOWNSHIP_HC",
    "中心卫生院": "TOWNSHIP_HC",
    "社区中心": "CHSC",
    "社区站": "CHSS",
    "村医务室": "VILLAGE_CLINIC",
    "诊所": "PRIVATE_CLINIC",
    "门诊": "PRIVATE_CLINIC",
    "医务室": "FACTORY_SCHOOL_CLINIC",
    "零售药店": "STORE",
    "门店": "STORE",
    "连锁药店": "CHAIN_STORE",
    "单店": "INDEPENDENT_STORE",
    "连锁": "CHAIN_HQ",
    "连锁公司": "CHAIN_HQ",
    "商业": "DISTRIBUTOR",
    "经销商": "DISTRIBUTOR",
    "配送商": "DISTRIBUTOR",
    "生产企业": "MANUFACTURER",
    "代理": "AGENT",
}
DATUMS: Mapping[str, str] = {datum.value: datum.value for datum in Datum}
_ALSO_DATUMS: Mapping[str, str] = {
    "wgs84": "WGS-84",
    "GPS": "WGS-84",
    "gcj02": "GCJ-02",
    "高德": "GCJ-02",
    "腾讯": "GCJ-02",
    "火星": "GCJ-02",
    "bd09": "BD-09",
    "百度": "BD-09",
}
_SIZES = GRADE_VALUES[GradeScheme.TERMINAL_SIZE]
_RANKS = GRADE_VALUES[GradeScheme.COUNTY_RANK]
_GRADES = GRADE_VALUES[GradeScheme.ABC]


def credit_code(cell: object) -> str:
    """The code as written when its shape is right; a failed check digit is told row by row, not refused."""
    value = words(40)(cell)
    checked = check_credit_code(value) if value else None
    if checked is None:
        return ""
    return value if checked.is_rejected else checked.value


FIELDS: tuple[Field, ...] = (
    Field(
        "code",
        "客户编码",
        words(40),
        ("编码", "客户代码", "终端编码", "门店编码", "客户编号", "customer code", "code", "id"),
        example="C00123",
    ),
    Field(
        "name",
        "客户名称",
        words(120),
        (
            "名称",
            "终端名称",
            "机构名称",
            "医院名称",
            "门店名称",
            "药店名称",
            "单位名称",
            "客户",
            "name",
            "customer name",
            "customer",
            "hospital",
        ),
        is_required=True,
        example="澄溪县人民医院",
        help="括号里的又名、曾用名会另存为别名",
    ),
    Field("short_name", "简称", words(60), ("客户简称", "short name")),
    Field(
        "category",
        "客户类别",
        one_of(CATEGORIES, _ALSO_CATEGORIES),
        ("类别", "类型", "客户类型", "终端类型", "机构类型", "终端类别", "category", "type"),
        example="乡镇卫生院",
        help="没有这一列时按名称判断，并在每行写明",
        choices=CATEGORIES,
    ),
    Field(
        "credit_code",
        "统一社会信用代码",
        credit_code,
        ("信用代码", "社会信用代码", "税号", "纳税人识别号", "credit code", "uscc"),
        example="91330100MA2ABCD13J",
    ),
    Field(
        "status",
        "状态",
        one_of(dict(Status.choices), {"正常": "ACTIVE", "已合作": "ACTIVE", "停业": "CLOSED", "关闭": "CLOSED"}),
        ("合作状态", "客户状态", "status"),
        example="合作",
        choices=dict(Status.choices),
    ),
    Field("province", "省", words(60), ("省份", "所在省", "省市", "省（市）", "province"), example="浙江省"),
    Field("city", "市", words(60), ("城市", "地市", "地级市", "所在市", "city"), example="杭州市"),
    Field("county", "区县", words(60), ("县区", "区/县", "县", "区", "县市区", "county", "district"), example="桐庐县"),
    Field("township", "乡镇", words(60), ("街道", "乡镇街道", "乡", "镇", "township", "town"), example="分水镇"),
    Field(
        "division_code",
        "区划代码",
        division_code,
        ("行政区划代码", "地区代码", "adcode", "division code"),
        example="330122",
    ),
    Field(
        "address",
        "详细地址",
        words(200),
        ("地址", "客户地址", "门店地址", "注册地址", "经营地址", "address"),
        example="分水镇院士路 1 号",
    ),
    Field("lng", "经度", degrees, ("longitude", "lng", "lon"), example="119.4372"),
    Field("lat", "纬度", degrees, ("latitude", "lat"), example="29.9318"),
    Field(
        "datum",
        "坐标系",
        one_of(DATUMS, _ALSO_DATUMS),
        ("坐标", "坐标系统", "datum"),
        example="GCJ-02",
        help="有经纬度就要写明；整份文件同一种时可以统一选。百度是 BD-09，高德、腾讯是 GCJ-02",
        choices=DATUMS,
    ),
    Field(
        "terminal_size",
        "终端规模",
        one_of(_SIZES, {"大型": "LARGE", "小型": "SMALL", "中": "LARGER"}),
        ("规模",),
        example="较大",
        choices=_SIZES,
    ),
    Field("county_rank", "县域分级", one_of(_RANKS), ("县域级别", "重点分级"), example="重点", choices=_RANKS),
    Field("vip", "VIP", boolean, ("是否VIP", "VIP客户"), example="是"),
    Field(
        "grade",
        "等级",
        one_of(_GRADES, {"A级": "A", "B级": "B", "C级": "C", "A类": "A", "B类": "B", "C类": "C"}),
        ("客户等级", "客户级别", "ABC", "grade"),
        example="A",
        choices=_GRADES,
    ),
    Field(
        "ownership",
        "经营性质",
        one_of(dict(Ownership.choices), {"公办": "PUBLIC", "国有": "PUBLIC", "私营": "PRIVATE", "民办": "PRIVATE"}),
        ("性质", "所有制", "ownership"),
        example="民营",
        choices=dict(Ownership.choices),
    ),
    Field(
        "parent_code",
        "上级客户编码",
        words(40),
        ("上级编码", "总部编码", "连锁总部编码", "所属总部编码", "parent code"),
        example="HQ001",
    ),
    Field(
        "store_type",
        "店型",
        one_of(dict(StoreType.choices), {"直营店": "DIRECT", "加盟店": "FRANCHISED"}),
        ("门店类型", "直营加盟"),
        example="直营",
        choices=dict(StoreType.choices),
    ),
    Field("tags", "标签", words(120), ("客户标签", "tags"), example="社区、院边"),
    Field("is_nhsa_designated", "医保定点", boolean, ("是否医保定点", "医保", "医保店"), example="是"),
    Field("staff_count", "店员人数", count(), ("员工人数", "店员数", "人数"), example="7"),
    Field("area_m2", "面积", count(), ("面积（平方米）", "营业面积", "面积(㎡)"), example="180"),
    Field("daily_footfall", "日均客流", count(), ("客流", "日客流"), example="260"),
    Field("membership_count", "会员数", count(), ("会员人数", "会员"), example="4120"),
    Field("replenish_cycle_days", "补货周期", count(1, 365), ("补货周期（天）", "补货天数"), example="7"),
    Field(
        "payment_mode",
        "付款方式",
        one_of(dict(PaymentMode.choices), {"预付": "PREPAY", "现结": "COD", "现款": "COD", "月结30天": "MONTHLY"}),
        ("结算方式", "付款"),
        example="月结",
        choices=dict(PaymentMode.choices),
    ),
    Field("member_day", "会员日", words(30), (), example="每月 8 日"),
    Field("source", "来源", words(60), ("客户来源", "source"), example="订货会签到表"),
)

#: cells that go into the customer as they are
PLAIN = (
    "code",
    "short_name",
    "credit_code",
    "status",
    "address",
    "ownership",
    "store_type",
    "tags",
    "is_nhsa_designated",
    "staff_count",
    "area_m2",
    "daily_footfall",
    "membership_count",
    "replenish_cycle_days",
    "payment_mode",
    "member_day",
    "source",
)
#: cell → grading scheme
GRADES: Mapping[str, str] = {
    "terminal_size": GradeScheme.TERMINAL_SIZE.value,
    "county_rank": GradeScheme.COUNTY_RANK.value,
    "vip": GradeScheme.VIP.value,
    "grade": GradeScheme.ABC.value,
}
