"""Closed lists of DOMAIN 2.1 and 2.2, each with its Chinese label."""

from __future__ import annotations

from django.db import models


class PartyKind(models.TextChoices):
    HCO = "HCO", "医疗机构"
    STORE = "STORE", "药店"
    CHAIN_HQ = "CHAIN_HQ", "连锁总部"
    DISTRIBUTOR = "DISTRIBUTOR", "商业公司"
    MANUFACTURER = "MANUFACTURER", "工业"
    AGENT = "AGENT", "代理商"
    SUPPLIER = "SUPPLIER", "上游供应商"
    PERIPHERAL = "PERIPHERAL", "外围"
    SERVICE_PROVIDER = "SERVICE_PROVIDER", "推广服务商"


class TerminalType(models.TextChoices):
    COUNTY_HOSPITAL = "COUNTY_HOSPITAL", "县级医院"
    COUNTY_TCM = "COUNTY_TCM", "县中医院"
    CITY_HOSPITAL = "CITY_HOSPITAL", "城市医院"
    TOWNSHIP_HC = "TOWNSHIP_HC", "乡镇卫生院"
    CHSC = "CHSC", "社区卫生服务中心"
    CHSS = "CHSS", "社区卫生服务站"
    VILLAGE_CLINIC = "VILLAGE_CLINIC", "村卫生室"
    PRIVATE_CLINIC = "PRIVATE_CLINIC", "个体诊所"
    FACTORY_SCHOOL_CLINIC = "FACTORY_SCHOOL_CLINIC", "厂矿学校医务室"
    CHAIN_STORE = "CHAIN_STORE", "连锁门店"
    INDEPENDENT_STORE = "INDEPENDENT_STORE", "单体药店"
    VILLAGE_STORE = "VILLAGE_STORE", "村镇药店"
    OTHER = "OTHER", "其他终端"


STORE_TYPES = frozenset({TerminalType.CHAIN_STORE, TerminalType.INDEPENDENT_STORE, TerminalType.VILLAGE_STORE})
#: township, village and private terminals: the third terminal 第三终端
THIRD_TERMINAL = frozenset(
    {
        TerminalType.TOWNSHIP_HC,
        TerminalType.CHSC,
        TerminalType.CHSS,
        TerminalType.VILLAGE_CLINIC,
        TerminalType.PRIVATE_CLINIC,
        TerminalType.FACTORY_SCHOOL_CLINIC,
        TerminalType.VILLAGE_STORE,
    }
)


class Status(models.TextChoices):
    PROSPECT = "PROSPECT", "潜在"
    ACTIVE = "ACTIVE", "合作"
    SUSPENDED = "SUSPENDED", "暂停"
    CLOSED = "CLOSED", "关停"
    BLACKLISTED = "BLACKLISTED", "黑名单"


class Ownership(models.TextChoices):
    PUBLIC = "PUBLIC", "公立"
    PRIVATE = "PRIVATE", "民营"
    COLLECTIVE = "COLLECTIVE", "集体"


class PaymentMode(models.TextChoices):
    PREPAY = "PREPAY", "预付款"
    COD = "COD", "货到付款"
    SETTLE_AS_SOLD = "SETTLE_AS_SOLD", "实销实结"
    MONTHLY = "MONTHLY", "月结"
    BATCH_LAG = "BATCH_LAG", "押批"


class StoreType(models.TextChoices):
    DIRECT = "DIRECT", "直营"
    FRANCHISED = "FRANCHISED", "加盟"


class GradeScheme(models.TextChoices):
    TERMINAL_SIZE = "TERMINAL_SIZE", "终端规模"
    COUNTY_RANK = "COUNTY_RANK", "县域分级"
    VIP = "VIP", "VIP"
    ABC = "ABC", "等级"


#: scheme → value → label
GRADE_VALUES: dict[str, dict[str, str]] = {
    GradeScheme.TERMINAL_SIZE: {"LARGE": "大", "LARGER": "较大", "SMALL": "小"},
    GradeScheme.COUNTY_RANK: {"KEY": "重点", "SECONDARY": "次重点", "NON_KEY": "非重点"},
    GradeScheme.VIP: {"VIP": "VIP"},
    GradeScheme.ABC: {"A": "A", "B": "B", "C": "C"},
}


class ContactClass(models.TextChoices):
    HCP = "HCP", "医务人员"
    COMMERCIAL = "COMMERCIAL", "商业人员"
    SUPPLIER = "SUPPLIER", "供应商人员"
    PERIPHERAL = "PERIPHERAL", "外围人员"
    PUBLIC_OFFICIAL = "PUBLIC_OFFICIAL", "公职人员"
