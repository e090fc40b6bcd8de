from __future__ import annotations

import pytest

from keqing.customers.rules.duplicates import Entry, looks_duplicate

STREET = "昌平区南口镇南辛路2号"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("江南医药有限公司", "江南医药有限责任公司"),
        ("芷安堂大药房（东门店）", "芷安堂大药房 (东门店)"),
        ("芷安堂·东门店", "芷安堂东门店"),
        ("ＤＴＰ药房", "DTP药房"),
    ],
)
def test_the_same_name_in_one_county_is_named_whatever_the_address(one: str, other: str) -> None:
    assert looks_duplicate(Entry(one), Entry(other, STREET)) == f"同一个县里已有“{other}”"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("南口医院(南口中西医结合医院)", "南口中西医结合医院"),
        ("南口医院(原昌平县医院)", "昌平县医院"),
        ("南口医院", "北京市昌平区南口医院"),
        ("第三人民医院", "武汉市第三人民医院"),
        ("第一医院", "三明市第一医院"),
        ("南口医院(东院区)", "昌平区南口医院（东院区）"),
    ],
)
def test_a_shared_name_at_the_same_address_is_named(one: str, other: str) -> None:
    for pair in ((Entry(one, STREET), Entry(other, STREET)), (Entry(other, STREET), Entry(one, STREET))):
        assert (looks_duplicate(*pair) or "").startswith("地址相同，")
    assert looks_duplicate(Entry(one, STREET), Entry(other, "昌平区南口镇南辛路3号")) is None
    assert looks_duplicate(Entry(one), Entry(other)) is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("市第一医院", "市第二医院"),
        ("人民医院", "第二人民医院"),
        ("昌平县人民医院", "昌平县中医院"),
        ("儿童医院", "妇女儿童医院"),
        ("天津市儿童医院(马场院区)", "天津市儿童医院(龙岩院区)"),
        ("天津市儿童医院", "天津市儿童医院(龙岩院区)"),
        ("老百姓大药房（东门店）", "老百姓大药房（西门店）"),
        ("南口医院", "南口医院门诊部"),
        ("李家村卫生室", "李家村第二卫生室"),
        ("李家村第一卫生室", "李家村第二卫生室"),
        ("延庆医院", "北京大学第三医院延庆医院"),
        ("中医医院", "第二中医医院"),
        ("医院", "南口医院"),
    ],
)
def test_another_number_kind_or_campus_is_another_house(one: str, other: str) -> None:
    assert looks_duplicate(Entry(one, STREET), Entry(other, STREET)) is None
    assert looks_duplicate(Entry(other, STREET), Entry(one, STREET)) is None


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("北京市昌平区南口镇南辛路2号", "昌平区南口镇南辛路2号", True),
        ("南口镇 南辛路 ２号", "南口镇南辛路2号", True),
        ("南口镇南辛路12号", "南口镇南辛路2号", False),
        ("南辛路2号", "北京市南辛路2号", True),
        ("路2号", "南辛路2号", False),
        ("2号院3栋", "南辛路12号院3栋", False),
        ("顺义区后沙峪镇", "顺义区后沙峪镇", False),  # a town is no exact place
        ("", "", False),
    ],
)
def test_what_counts_as_the_same_address(one: str, other: str, is_same: bool) -> None:
    reason = looks_duplicate(Entry("南口医院", one), Entry("昌平区南口医院", other))
    assert (reason is not None) == is_same
