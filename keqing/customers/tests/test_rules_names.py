from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keqing.customers.rules.names import PartyNames, normalise_name, split_names


@pytest.mark.parametrize(
    ("name", "normal"),
    [
        ("北京市 昌平区　南口医院", "北京市昌平区南口医院"),
        ("南口医院（东院区）", "南口医院(东院区)"),
        ("南口医院【东院区】", "南口医院(东院区)"),
        ("ＤＴＰ药房", "DTP药房"),
        ("江南医药有限责任公司", "江南医药"),
        ("江南医药股份有限公司", "江南医药"),
        ("江南医药有限公司", "江南医药"),
        ("江南大药房有限公司（东门店）", "江南大药房(东门店)"),
        ("江南医药（湖北）有限公司", "江南医药(湖北)"),
        ("有限公司", "有限公司"),  # nothing else is left to compare
        ("", ""),
    ],
)
def test_one_form_for_comparing(name: str, normal: str) -> None:
    assert normalise_name(name) == normal


@given(st.text(st.sampled_from("南口医院有限公司（）() ［］Ａa1·"), max_size=20))
def test_a_normal_form_has_no_blanks_and_half_width_brackets(name: str) -> None:
    assert not set(normalise_name(name)) & set(" （）［］Ａ")


@pytest.mark.parametrize(
    ("name", "main", "others"),
    [
        (
            "北京市昌平区南口医院(北京市昌平区南口中西医结合医院)",
            "北京市昌平区南口医院",
            [("北京市昌平区南口中西医结合医院", "also")],
        ),
        ("南口医院（昌平二院医院）", "南口医院", [("昌平二院医院", "also")]),
        ("南口医院（昌平医院、北口医院）", "南口医院", [("昌平医院", "also"), ("北口医院", "also")]),
        ("南口医院、北口医院", "南口医院", [("北口医院", "also")]),
        ("南口医院/北口医院", "南口医院", [("北口医院", "also")]),
        ("鲤城妇幼保健院/鲤中社区卫生服务中心", "鲤城妇幼保健院", [("鲤中社区卫生服务中心", "also")]),
        ("南口医院 北口医院", "南口医院", [("北口医院", "also")]),
        ("南口医院(原昌平县医院)", "南口医院", [("昌平县医院", "former")]),
        ("南口医院（原名：昌平县医院）", "南口医院", [("昌平县医院", "former")]),
        ("南口医院（北口医院，原昌平县医院）", "南口医院", [("北口医院", "also"), ("昌平县医院", "former")]),
        ("华润医药（原北药）有限公司", "华润医药有限公司", [("北药", "former")]),
        ("忻州第二医院（原平市人民医院）", "忻州第二医院", [("原平市人民医院", "also")]),
        ("南口医院（又名：北口医院）", "南口医院", [("北口医院", "also")]),
        ("天津市儿童医院(马场院区)", "天津市儿童医院", [("马场院区", "campus")]),
        ("南开区中医医院(南院)", "南开区中医医院", [("南院", "campus")]),
        ("上海市第一人民医院（南部）", "上海市第一人民医院", [("南部", "campus")]),
        ("芷安堂大药房（东门店）", "芷安堂大药房", [("东门店", "campus")]),
        ("南口医院（北口医院）（东院区）", "南口医院", [("北口医院", "also"), ("东院区", "campus")]),
        ("山东省耳鼻喉医院(山东省立医院西院)", "山东省耳鼻喉医院", [("山东省立医院西院", "also")]),
        (
            "清流县总医院东院区（清流县中医院）",
            "清流县总医院东院区",
            [("清流县中医院", "also")],
        ),
    ],
)
def test_names_that_stand_together_are_told_apart(name: str, main: str, others: list[tuple[str, str]]) -> None:
    assert split_names(name) == PartyNames(main, tuple(others))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "main", "remark"),
    [
        ("芷安堂大药房(总店)", "芷安堂大药房", "总店"),
        ("芷安堂大药房（有限合伙）", "芷安堂大药房", "有限合伙"),
        ("海旅社区卫生服务中心（精卫中心）", "海旅社区卫生服务中心", "精卫中心"),
        ("南口医院（门口有公交，周三休息）", "南口医院", "门口有公交,周三休息"),
        ("南口医院（暂停", "南口医院", "暂停"),
    ],
)
def test_a_remark_is_no_name(name: str, main: str, remark: str) -> None:
    assert split_names(name) == PartyNames(main, (), remark)


@pytest.mark.parametrize(
    "name",
    [
        "国药控股（湖北）有限公司",
        "福建省福能集团总医院福能（天湖山）医院",
        "暨南大学附属第一医院",
        "眼科、耳鼻喉科医院",
        "妇科/产科医院",
        "南口医院",
        "",
    ],
)
def test_one_name_stays_one_name(name: str) -> None:
    assert split_names(name) == PartyNames(name)


def test_the_own_name_keeps_campus_and_remark_but_no_other_house() -> None:
    assert split_names("南口医院(北口医院)(东院区)").own == "南口医院（东院区）"
    assert split_names("芷安堂大药房(总店)").own == "芷安堂大药房（总店）"
    assert split_names("南口医院(原昌平县医院)(东院区)").every == ("南口医院", "昌平县医院")


@given(st.text(st.sampled_from("南口医院店（）()、/，原 东区"), max_size=24))
def test_nothing_written_is_lost(name: str) -> None:
    names = split_names(name)
    kept = "".join((names.main, *(other for other, _ in names.others), names.remark))
    for letter in "南口医院店东区":
        assert kept.count(letter) >= name.count(letter)
