from __future__ import annotations

import pytest

from keqing.customers.rules.kinds import guess_terminal_type


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("忠县人民医院", "COUNTY_HOSPITAL"),
        ("垫江县医院", "COUNTY_HOSPITAL"),
        ("英山县妇幼保健院", "COUNTY_HOSPITAL"),
        ("云梦县妇幼保健计划生育服务中心", "COUNTY_HOSPITAL"),
        ("科尔沁左翼中旗人民医院", "COUNTY_HOSPITAL"),
        ("重庆市垫江县中医院", "COUNTY_TCM"),
        ("房县中医医院", "COUNTY_TCM"),
        ("武汉市第一医院", "CITY_HOSPITAL"),
        ("南开区中医医院(南院)", "CITY_HOSPITAL"),
        ("广西壮族自治区人民医院", "CITY_HOSPITAL"),
        ("华中科技大学同济医学院附属同济医院（光谷院区）", "CITY_HOSPITAL"),
        ("闽侯县白沙镇中心卫生院", "TOWNSHIP_HC"),
        ("金谷乡卫生院", "TOWNSHIP_HC"),
        ("茶亭街道社区卫生服务中心", "CHSC"),
        ("双阳街道卫生服务中心", "CHSC"),
        ("翠江社区卫生服务站", "CHSS"),
        ("闽侯县白沙镇李家村卫生室", "VILLAGE_CLINIC"),
        ("李家村第二卫生所", "VILLAGE_CLINIC"),
        ("王大夫诊所", "PRIVATE_CLINIC"),
        ("协和门诊部", "PRIVATE_CLINIC"),
        ("同仁国医馆", "PRIVATE_CLINIC"),
        ("第二棉纺厂医务室", "FACTORY_SCHOOL_CLINIC"),
        ("第二棉纺厂卫生所", "FACTORY_SCHOOL_CLINIC"),
        ("江南大学校医院", "FACTORY_SCHOOL_CLINIC"),
        ("老百姓大药房连锁有限公司东门店", "CHAIN_STORE"),
        ("老百姓大药房（东门店）", "CHAIN_STORE"),
        ("老百姓大药房第三分店", "CHAIN_STORE"),
        ("芷安堂·东门店", "CHAIN_STORE"),
        ("老百姓大药房连锁有限公司", "CHAIN_HQ"),
        ("江南医药连锁股份有限公司", "CHAIN_HQ"),
        ("百姓药店", "INDEPENDENT_STORE"),
        ("江南大药房有限公司", "INDEPENDENT_STORE"),
        ("江南大药房（有限合伙）", "INDEPENDENT_STORE"),
        ("李家村药店", "VILLAGE_STORE"),
        ("白沙镇百姓大药房", "VILLAGE_STORE"),
        ("江南医药有限公司", "DISTRIBUTOR"),
        ("国药控股（湖北）有限公司", "DISTRIBUTOR"),
        ("江南医药物流股份有限公司", "DISTRIBUTOR"),
    ],
)
def test_a_name_that_tells_its_kind(name: str, code: str) -> None:
    guess = guess_terminal_type(name)
    assert guess.code == code, guess.why
    assert "“" in guess.why


@pytest.mark.parametrize(
    "name",
    [
        "仁爱医院",
        "胶州中心医院",  # a city by its name, a county by its rank
        "红旗医院",
        "垫江县高安镇医院",
        "柳埠卫生院发热门诊",
        "江南药业有限公司",  # maker or distributor
        "江南制药有限公司",
        "人民医院药房",
        "江南商贸有限公司",
        "张三",
        "",
    ],
)
def test_a_name_that_does_not_tell_stays_open(name: str) -> None:
    assert guess_terminal_type(name).code == "OTHER"
    assert guess_terminal_type(name).why


@pytest.mark.parametrize(
    "name", ["景德镇百姓大药房", "江苏镇江百姓大药房", "新乡百姓大药房", "镇海百姓大药房", "水乡药店"]
)
def test_a_city_called_after_a_town_is_no_village(name: str) -> None:
    assert guess_terminal_type(name).code == "INDEPENDENT_STORE"


@pytest.mark.parametrize(
    ("division", "code"),
    [
        ("350781", "COUNTY_HOSPITAL"),  # 邵武, a county-level city
        ("350700", "CITY_HOSPITAL"),
        ("350702", "CITY_HOSPITAL"),
        ("", "CITY_HOSPITAL"),
        ("35", "CITY_HOSPITAL"),
    ],
)
def test_the_division_tells_a_county_level_city(division: str, code: str) -> None:
    assert guess_terminal_type("邵武市立医院", division).code == code


def test_the_reason_names_the_words_it_rests_on() -> None:
    assert guess_terminal_type("英山县中医医院").why == "名称里有“县”，以“中医医院”结尾"
    assert guess_terminal_type("李家村药店").why == "名称里有“村”和“药店”"
