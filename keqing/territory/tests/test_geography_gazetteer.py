from __future__ import annotations

import csv
from pathlib import Path

import pytest

from keqing.territory.geography import Gazetteer, How, Level, Stop, load, load_former

# Real public addresses, kept beside the repository and not part of it.
HOSPITALS = Path(__file__).resolve().parents[4] / "shared/data/matching/wuhan2020map_hospitals.csv"


@pytest.fixture(scope="module")
def gazetteer():
    return Gazetteer(load(), load_former())


@pytest.mark.parametrize(
    ("columns", "full_name", "how"),
    [
        (("湖北省", "武汉市", "江岸区"), "湖北省武汉市江岸区", How.EXACT),
        (("湖北", "武汉", "江岸"), "湖北省武汉市江岸区", How.SHORT),
        (("北京", "", "昌平"), "北京市昌平区", How.SHORT),
        (("北京市", "北京市", "昌平区"), "北京市昌平区", How.EXACT),
        (("北京市", "市辖区", "海淀区", "中关村街道"), "北京市海淀区中关村街道", How.EXACT),
        (("重庆市", "重庆市", "忠县"), "重庆市忠县", How.EXACT),
        (("重庆", "县", "忠县"), "重庆市忠县", How.SHORT),
        (("湖北省", "省直辖县级行政区划", "仙桃市"), "湖北省仙桃市", How.EXACT),
        (("湖北省", "仙桃市", "仙桃市"), "湖北省仙桃市", How.EXACT),
        (("广东省", "东莞市", "东莞市", "石碣镇"), "广东省东莞市石碣镇", How.EXACT),
        (("湖北省", "恩施州", "恩施市"), "湖北省恩施土家族苗族自治州恩施市", How.SHORT),
        (("湖北省", "宜昌市", "长阳县"), "湖北省宜昌市长阳土家族自治县", How.SHORT),
        (("广西", "南宁", "青秀"), "广西壮族自治区南宁市青秀区", How.SHORT),
        (("内蒙古", "锡林郭勒", "锡林浩特市"), "内蒙古自治区锡林郭勒盟锡林浩特市", How.SHORT),
        (("吉林省", "吉林市", ""), "吉林省吉林市", How.EXACT),
        (("吉林", "吉林", ""), "吉林省吉林市", How.SHORT),  # the city column means the city
        (("湖北", "", "麻城"), "湖北省黄冈市麻城市", How.SKIPPED),
        (("", "", "江岸区"), "湖北省武汉市江岸区", How.SKIPPED),
        (("福建省", "漳州市", "龙海市", "海澄镇"), "福建省漳州市龙海区海澄镇", How.RENAMED),
        (("湖北省", "襄樊市", ""), "湖北省襄阳市", How.RENAMED),
        (("香港特别行政区", "", "中西区"), "香港特别行政区中西区", How.EXACT),
        (("台湾省", "台北市", "大安区"), "台湾省台北市大安区", How.EXACT),
        ((" 湖北省 ", "武汉市　", "江岸区"), "湖北省武汉市江岸区", How.EXACT),
    ],
)
def test_columns(gazetteer, columns, full_name, how):
    match = gazetteer.resolve(*columns)
    assert (gazetteer.full_name(match.code), match.how, match.stop) == (full_name, how, None)


@pytest.mark.parametrize(
    ("address", "full_name", "rest"),
    [
        ("北京市北京市昌平区南口镇南辛路2号", "北京市昌平区南口镇", "南辛路2号"),
        ("北京市昌平区南口镇南辛路2号", "北京市昌平区南口镇", "南辛路2号"),
        ("湖北省武汉市湖北省武汉市江岸区胜利街1号", "湖北省武汉市江岸区", "胜利街1号"),
        ("中国湖北省武汉市江岸区", "湖北省武汉市江岸区", ""),
        ("湖北省-武汉市-江岸区 胜利街", "湖北省武汉市江岸区", "胜利街"),
        ("湖北武汉江岸区胜利街", "湖北省武汉市江岸区", "胜利街"),
        ("湖北恩施州恩施市舞阳坝街道航空大道", "湖北省恩施土家族苗族自治州恩施市舞阳坝街道", "航空大道"),
        ("湖北省麻城宋埠镇", "湖北省黄冈市麻城市宋埠镇", ""),  # a bare county, confirmed by its own town
        ("长沙县星沙街道", "湖南省长沙市长沙县星沙街道", ""),  # not 长沙 and then 县
        ("吉林省吉林市船营区", "吉林省吉林市船营区", ""),
        ("麻城市宋埠乡", "湖北省黄冈市麻城市宋埠镇", ""),  # the kind has changed
        ("昌平区城北街道办事处", "北京市昌平区城北街道", ""),
        ("江苏镇江丹徒区高桥镇", "江苏省镇江市丹徒区高桥镇", ""),  # 镇 opens 镇江 here
        ("江苏镇江市丹徒区", "江苏省镇江市丹徒区", ""),
        ("浙江宁波镇海区", "浙江省宁波市镇海区", ""),
        ("河北唐山路南区学院路", "河北省唐山市路南区", "学院路"),
        ("山东省济南市中区经八路", "山东省济南市市中区", "经八路"),
        ("山东青岛市南区香港中路", "山东省青岛市市南区", "香港中路"),
        ("福建省三明市尤溪县西滨中心卫生院", "福建省三明市尤溪县西滨镇", "中心卫生院"),
        ("昌平区城北街办公楼", "北京市昌平区", "城北街办公楼"),
    ],
)
def test_addresses(gazetteer, address, full_name, rest):
    match = gazetteer.resolve(address=address)
    assert (gazetteer.full_name(match.code), match.rest) == (full_name, rest)


@pytest.mark.parametrize(
    ("address", "full_name"),
    [
        ("中山路5号", ""),  # a street, not the city
        ("南京西路100号", ""),
        ("中山东一路12号", ""),
        ("湖北省公安厅", "湖北省"),  # not 公安县
        ("广东省中山大学附属第一医院", "广东省"),
        ("河北省邢台市邢台县晏家屯镇", "河北省邢台市"),  # abolished and split: no part is guessed
        ("广东省中山市场路", "广东省"),
        ("天津市河北医科大学", "天津市"),  # not 河北区
        ("福建省福州市台江路8号", "福建省福州市"),
        ("湖北省黄石市大冶有色医院", "湖北省黄石市"),  # a firm's name
    ],
)
def test_streets_and_firms_are_not_divisions(gazetteer, address, full_name):
    assert gazetteer.full_name(gazetteer.resolve(address=address).code) == full_name


def test_columns_and_address_complete_each_other(gazetteer):
    match = gazetteer.resolve("北京市", "北京市", "", "", "丰台区南四环西路119号")
    assert (match.code, match.level, match.rest) == ("110106", Level.COUNTY, "南四环西路119号")


def test_an_address_that_repeats_its_columns(gazetteer):
    match = gazetteer.resolve("湖北省", "武汉市", "武昌区", "水果湖街道", "湖北省武汉市武昌区东湖路1号")
    assert (gazetteer.full_name(match.code), match.rest) == ("湖北省武汉市武昌区水果湖街道", "东湖路1号")


def test_an_ambiguous_county_stops_at_the_province_and_names_its_candidates(gazetteer):
    match = gazetteer.resolve("江苏省", "", "鼓楼区")
    assert (match.code, match.level, match.stop) == ("320000", Level.PROVINCE, Stop.AMBIGUOUS)
    assert match.candidates == ("320106", "320302")
    assert not match.is_sure


def test_within_its_city_an_ambiguous_county_is_sure(gazetteer):
    assert gazetteer.resolve("江苏省", "徐州市", "鼓楼区").code == "320302"


def test_the_address_settles_an_ambiguous_column(gazetteer):
    match = gazetteer.resolve("江苏省", "", "鼓楼区", "", "南京市中山路5号")
    assert (match.code, match.stop, match.rest) == ("320106", None, "中山路5号")


@pytest.mark.parametrize(("city", "code"), [("阳泉市", "140302"), ("晋城市", "140502")])
def test_a_nameless_district_needs_its_city(gazetteer, city, code):
    assert gazetteer.resolve("山西省", city, "城区").code == code
    alone = gazetteer.resolve("山西省", "", "城区")
    assert (alone.code, alone.stop) == ("140000", Stop.AMBIGUOUS)
    assert code in alone.candidates


def test_a_nameless_district_is_not_taken_even_when_it_occurs_once(gazetteer):
    match = gazetteer.resolve("山西省", "", "矿区")
    assert (match.code, match.stop, match.candidates) == ("140000", Stop.AMBIGUOUS, ("140303",))


def test_an_ambiguous_address_without_columns_names_no_division(gazetteer):
    match = gazetteer.resolve(address="朝阳区望京街道")
    assert (match.code, match.level, match.how, match.stop) == ("", None, How.NOTHING, Stop.AMBIGUOUS)
    assert "110105" in match.candidates


def test_an_unknown_column_is_said(gazetteer):
    match = gazetteer.resolve("河南省", "郑州市", "郑东新区")
    assert (match.code, match.stop) == ("410100", Stop.UNKNOWN)


def test_an_unknown_column_is_forgiven_when_the_address_knows(gazetteer):
    match = gazetteer.resolve("河南省", "郑州市", "郑东新区", "", "河南省郑州市管城回族区商都路")
    assert (gazetteer.full_name(match.code), match.stop) == ("河南省郑州市管城回族区", None)


@pytest.mark.parametrize(
    ("fields", "sure", "candidates"),
    [
        (("湖北省", "武汉市", "", "", "宜昌市西陵区"), "湖北省", ("420100", "420500")),
        (("湖北省", "黄冈市", "黄州区", "", "麻城市龙池桥"), "湖北省黄冈市", ("421102", "421181")),
        (("湖北省", "长沙市", "", "", ""), "", ("420000", "430100")),
        (("湖北", "长沙", "", "", "岳麓区"), "", ("420000", "430100")),
        (("湖北省", "恩施州", "", "", "长阳县"), "湖北省", ("422800", "420528")),
        (("湖北省", "", "", "", "湖南省长沙市"), "", ("420000", "430000")),
    ],
)
def test_a_contradiction_leaves_only_what_both_share(gazetteer, fields, sure, candidates):
    match = gazetteer.resolve(*fields)
    assert (gazetteer.full_name(match.code), match.stop, match.candidates) == (sure, Stop.CONFLICT, candidates)


@pytest.mark.parametrize("fields", [(), ("",) * 5, (" ", "　", "无", "", ""), ("火星省", "", "", "", "")])
def test_nothing_readable_is_nothing_found(gazetteer, fields):
    match = gazetteer.resolve(*fields)
    assert (match.code, match.level, match.how) == ("", None, How.NOTHING)


def test_every_division_is_found_by_its_own_columns(gazetteer):
    missed = []
    for division in load():
        names = ["", "", "", ""]
        for above in gazetteer.lineage(division.code):
            names[above.level - 1] = above.name
        if gazetteer.resolve(*names).code != division.code:
            missed.append(division)
    # Names that occur twice under one parent cannot be told apart by anyone.
    assert len(missed) <= 8, missed[:20]


def test_every_county_is_found_by_its_full_address(gazetteer):
    counties = [d for d in load() if d.level is Level.COUNTY]
    wrong = [d for d in counties if gazetteer.resolve(address=gazetteer.full_name(d.code) + "1号").code != d.code]
    assert wrong == []


def test_lineage_and_county(gazetteer):
    assert [d.name for d in gazetteer.lineage("421181101201")] == ["湖北省", "黄冈市", "麻城市", "宋埠镇"]
    assert gazetteer.county_of("421181101201") == "421181"
    assert gazetteer.county_of("441900101") == "441900"
    assert gazetteer.county_of("441900") == "441900"
    assert gazetteer.county_of("421100") == ""
    assert gazetteer.county_of("") == ""
    assert gazetteer.lineage("123456") == ()


def test_children(gazetteer):
    assert len(gazetteer.children("")) == 34
    assert {d.level for d in gazetteer.children("420000")} == {Level.CITY, Level.COUNTY}
    assert gazetteer.children("421181101") == ()


@pytest.mark.skipif(not HOSPITALS.exists(), reason="the public list of hospitals is not on this machine")
def test_real_hospitals_reach_their_county(gazetteer):
    with HOSPITALS.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    matches = [gazetteer.resolve(row["province"], row["city"], address=row["address"] or row["name"]) for row in rows]
    with_address = [m for m, row in zip(matches, rows, strict=True) if row["address"]]
    assert all(match.code for match in matches)
    # Most rows have no address and many names name no county (上海市第一人民医院), so four in five is the ceiling.
    assert sum(gazetteer.county_of(m.code) != "" for m in matches) / len(matches) > 0.75
    assert sum(gazetteer.county_of(m.code) != "" for m in with_address) / len(with_address) > 0.9
