"""Customer lists: what each row becomes, in which words; a second import of the same file changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from keqing.core.imports.kind import Verdict
from keqing.core.imports.reading import forbidden
from keqing.core.models import HistoryEntry
from keqing.core.saving import save_one
from keqing.core.sheets import BadCell
from keqing.core.viewer import Viewer
from keqing.customers.imports import CUSTOMERS
from keqing.customers.imports.party_fields import CATEGORIES
from keqing.customers.models import Assignment, Grade, Party, PartyName
from keqing.customers.tests.builders import ACT, DAY, EVERYONE, Sheet, cover, make_party
from keqing.territory.models import Division
from tests.personas import Cast

Row = dict[str, Any]
Divisions = dict[str, Division]
HERE = {"省": "浙江省", "市": "杭州市", "区县": "桐庐县"}


def sheet(*rows: Row, viewer: Viewer | None = None) -> Sheet:
    return Sheet(CUSTOMERS, rows, viewer) if viewer else Sheet(CUSTOMERS, rows)


def only(*rows: Row, viewer: Viewer | None = None) -> Any:
    return sheet(*rows, viewer=viewer).judge()[-1]


FULL: Row = {
    **HERE,
    "客户编码": "C1",
    "客户名称": "芷安堂东门店",
    "客户类别": "连锁门店",
    "乡镇": "分水镇",
    "详细地址": "院士路 1 号",
    "状态": "合作",
    "等级": "A",
    "VIP": "是",
    "终端规模": "较大",
    "店型": "直营",
    "医保定点": "是",
    "面积": 180,
    "经度": 119.4372,
    "纬度": 29.9318,
    "坐标系": "WGS-84",
}


def test_a_full_row_becomes_a_customer_with_grades(divisions: Divisions) -> None:
    sheet(FULL).write()
    party = Party.objects.get()
    assert (party.kind, party.terminal_type, party.store_type, party.area_m2) == ("STORE", "CHAIN_STORE", "DIRECT", 180)
    assert (party.division, party.lng, party.place_ground) == (divisions["330122101"], 119.4372, "import")
    assert (party.name_norm, party.sort_key) == ("芷安堂东门店", "zhiantangdongmendian")
    grades = Grade.objects.values_list("scheme", "value", "valid_from")
    assert set(grades) == {("ABC", "A", DAY), ("VIP", "VIP", DAY), ("TERMINAL_SIZE", "LARGER", DAY)}
    assert HistoryEntry.objects.filter(noun="customers.party", action="create").count() == 1


def test_the_same_file_again_changes_nothing(divisions: Divisions) -> None:
    rows = [
        FULL,
        {**HERE, "客户名称": "桐庐县中医院（桐庐县第二人民医院）"},
        {"客户名称": "没有地方的店", "客户类别": "药店"},
        {**HERE, "客户编码": "C4", "客户名称": "分水镇卫生院", "上级客户编码": "C5"},
        {**HERE, "客户编码": "C5", "客户名称": "桐庐县人民医院"},
    ]
    assert {row.verdict for row in sheet(*rows).write()} == {Verdict.NEW}
    before = HistoryEntry.objects.count()
    assert {row.verdict for row in sheet(*rows).write()} == {Verdict.SAME}
    assert HistoryEntry.objects.count() == before


def test_changes_are_told_old_and_new_and_blanks_erase_nothing(divisions: Divisions) -> None:
    sheet(FULL).write()
    judged = sheet(
        {**HERE, "客户编码": "C1", "客户名称": "芷安堂东门总店", "状态": "暂停", "等级": "B", "面积": ""}
    ).write()[0]
    assert judged.verdict == Verdict.CHANGE
    assert judged.sentence == "客户名称：芷安堂东门店 → 芷安堂东门总店；状态：合作 → 暂停；等级：A → B"
    party = Party.objects.get()
    assert (party.name, party.sort_key, party.area_m2, party.status) == (
        "芷安堂东门总店", "zhiantangdongmenzongdian", 180, "SUSPENDED",
    )  # fmt: skip
    assert party.division == divisions["330122101"]  # the county alone does not take the township away
    assert Grade.objects.live().get(scheme="ABC").value == "B"


def test_a_grade_of_an_earlier_day_is_closed_not_overwritten(divisions: Divisions) -> None:
    earlier = Viewer(user_id=0, as_of=date(2026, 1, 1), sees_all=True)
    sheet(FULL, viewer=earlier).write()
    sheet({**FULL, "等级": "C", "VIP": "否"}).write()
    rows = Grade.objects.live().exclude(scheme="TERMINAL_SIZE").order_by("scheme", "valid_from")
    assert list(rows.values_list("scheme", "value", "valid_to")) == [
        ("ABC", "A", DAY),
        ("ABC", "C", None),
        ("VIP", "VIP", DAY),
    ]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("分水镇卫生院", "类型按名称判断：乡镇卫生院"),
        ("桐庐县人民医院", "类型按名称判断：县级医院"),
        ("回春堂大药房", "类型按名称判断：单体药店"),
        ("杭州某某医药有限公司", "类型按名称判断：商业公司"),
    ],
)
def test_without_a_category_the_name_decides_and_the_sentence_says_so(
    divisions: Divisions, name: str, said: str
) -> None:
    assert said in only({**HERE, "客户名称": name}).sentence


@pytest.mark.parametrize("word", list(CATEGORIES.values()))
def test_every_category_on_screen_is_understood(word: str) -> None:
    assert CATEGORIES[CUSTOMERS.field("category").clean(word)] == word


def test_two_names_in_one_cell_become_a_name_and_another_name(divisions: Divisions) -> None:
    judged = sheet({**HERE, "客户名称": "桐庐县中医院(桐庐县第二人民医院)"}).write()[0]
    assert "含两个名称：桐庐县中医院、桐庐县第二人民医院" in judged.sentence
    assert (Party.objects.get().name, PartyName.objects.get().name) == ("桐庐县中医院", "桐庐县第二人民医院")


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        ({}, {"客户名称": "桐庐县第一医院"}, "与第 2 行同名同县"),
        ({"客户编码": "C1"}, {"客户编码": "C1", "客户名称": "另一家医院"}, "与第 2 行同一编码"),
        (
            {"统一社会信用代码": "91330100MA2ABCD13J"},
            {"统一社会信用代码": "91330100MA2ABCD13J", "客户名称": "另一家医院"},
            "与第 2 行同一信用代码",
        ),
        (
            {"客户名称": "桐庐县第一医院（桐君医院）"},
            {"客户名称": "桐君医院"},
            "像是与第 2 行同一家：同县，有一个名称相同",
        ),
        (
            {"客户名称": "桐庐县桐君医院", "详细地址": "迎春路 100 号"},
            {"客户名称": "桐君医院", "详细地址": "桐庐县迎春路100号"},
            "像是与第 2 行同一家：地址相同，“桐君医院”是“桐庐县桐君医院”的一部分",
        ),
    ],
)
def test_a_second_row_for_the_same_house_is_shown_not_swallowed(
    divisions: Divisions, first: Row, second: Row, said: str
) -> None:
    base = {**HERE, "客户名称": "桐庐县第一医院"}
    judged = only({**base, **first}, {**base, **second})
    assert (judged.verdict, judged.sentence) == (Verdict.DUPLICATE, said)


def test_equal_names_in_two_counties_are_two_customers(divisions: Divisions) -> None:
    rows = [{**HERE, "客户名称": "回春堂药店"}, {**HERE, "区县": "淳安县", "客户名称": "回春堂药店"}]
    assert sheet(*rows).verdicts() == ["new", "new"]


def test_two_codes_in_two_townships_are_two_village_rooms_of_one_name(divisions: Divisions) -> None:
    base = {**HERE, "客户名称": "新华村卫生室"}
    rows = [{**base, "乡镇": "分水镇", "客户编码": "C1"}, {**base, "乡镇": "横村镇", "客户编码": "C2"}]
    judged = sheet(*rows).judge()
    assert [row.verdict for row in judged] == [Verdict.NEW, Verdict.NEW]
    assert "编码不同，按两家写入" in judged[1].sentence
    assert sheet(rows[0], {**rows[1], "客户编码": ""}).verdicts() == ["new", "duplicate"]


def test_an_existing_look_alike_is_named_when_it_is_visible(
    cast: Cast, divisions: Divisions, viewer_of: Callable[..., Viewer]
) -> None:
    party = make_party(
        "桐庐县桐君医院", divisions["330122"], kind="HCO", terminal_type="OTHER", address="迎春路 100 号"
    )
    cover(party, cast.position_of("channel_he"))
    row = {**HERE, "客户名称": "桐君医院", "详细地址": "迎春路 100 号"}
    seen = only(row, viewer=viewer_of(cast["channel_he"], DAY))
    assert seen.verdict == Verdict.DUPLICATE and "像是已有的“桐庐县桐君医院”" in seen.sentence
    hidden = only(row, viewer=viewer_of(cast["rep_zhao"], DAY))
    assert (hidden.verdict, hidden.sentence) == (Verdict.DUPLICATE, "同县已有一家近似名称，不在你名下")


def test_who_does_not_see_all_gets_what_was_brought_and_changes_nothing_of_others(
    cast: Cast, divisions: Divisions, viewer_of: Callable[..., Viewer]
) -> None:
    make_party("芷安堂东门店", divisions["330122"], code="C1", status="SUSPENDED")
    viewer = viewer_of(cast["channel_he"], DAY)
    judged = sheet(FULL, {**HERE, "客户名称": "百草医药有限公司"}, viewer=viewer).write()
    assert [row.verdict for row in judged] == [Verdict.DUPLICATE, Verdict.NEW]
    assert Party.objects.get(code="C1").status == "SUSPENDED"
    assert Assignment.objects.get().position == cast.position_of("channel_he")


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"统一社会信用代码": "9133"}, "统一社会信用代码应有 18 位，写了 4 位"),
        ({"经度": 119.4, "纬度": 29.9}, "有经纬度，没有写坐标系；可以给整份文件统一选一个"),
        ({"经度": 29.9, "纬度": 119.4, "坐标系": "百度"}, "经度和纬度像是填反了"),
        ({"经度": 19.4, "纬度": 29.9, "坐标系": "WGS-84"}, "经纬度不在中国境内"),
        ({"经度": 119.4, "坐标系": "WGS-84"}, "经度和纬度要一起填"),
        ({"区划代码": "999999"}, "区划代码 999999 不在现行区划里"),
        ({"区划代码": "330127"}, "区划代码是浙江省杭州市淳安县，写的却是浙江省杭州市桐庐县"),
        ({"详细地址": "浙江省杭州市淳安县千岛湖镇 1 号"}, "地区前后不一致"),
    ],
)
def test_what_cannot_be_is_wrong_with_the_reason(divisions: Divisions, cells: Row, said: str) -> None:
    judged = only({**HERE, "客户名称": "芷安堂东门店", **cells})
    assert judged.verdict == Verdict.WRONG and said in judged.sentence


@pytest.fixture
def jiangsu(divisions: Divisions) -> Division:
    values: Row = {"source": "test", "valid_from": date(2020, 1, 1)}
    return save_one(Division(code="320000", name="江苏省", short_name="江苏", level=1, **values), ACT)


@pytest.mark.parametrize("place", [{"省": "江苏"}, {"省": "江苏省"}, {"省": "江苏", "市": ""}, {"省": "江浙省"}])
def test_a_wrong_province_does_not_outweigh_a_clear_county_but_is_told(jiangsu: Division, place: Row) -> None:
    row = {**HERE, **place, "客户名称": "芷安堂东门店", "客户类别": "连锁门店", "详细地址": "院士路 1 号"}
    (judged,) = sheet(row).write()
    said = f"省写的是“{place['省']}”，县区却在浙江省杭州市桐庐县，按县区写入，请核对"
    assert (judged.verdict, judged.sentence) == (Verdict.NEW, said)
    assert Party.objects.get().division.code == "330122"


@pytest.mark.parametrize(
    "place", [{"省": "浙江"}, {"省": "浙江省"}, {"省": ""}, {"省": "浙江省杭州市"}, {"省": "省直辖"}]
)
def test_a_province_that_fits_says_nothing(jiangsu: Division, place: Row) -> None:
    judged = only({**HERE, **place, "客户名称": "芷安堂东门店", "客户类别": "连锁门店"})
    assert (judged.verdict, judged.sentence) == (Verdict.NEW, "")


def test_an_address_in_the_wrong_province_too_leaves_two_places(jiangsu: Division) -> None:
    judged = only({**HERE, "省": "江苏省", "客户名称": "芷安堂东门店", "详细地址": "江苏省南京市 1 号"})
    assert judged.verdict == Verdict.WRONG and "地区前后不一致" in judged.sentence


def test_a_pilot_code_that_fails_its_check_is_taken_with_a_word(divisions: Divisions) -> None:
    judged = only({**HERE, "客户名称": "芷安堂东门店", "统一社会信用代码": "91350203M0001QAY9B"})
    assert judged.verdict == Verdict.NEW and "请对照执照" in judged.sentence


def test_a_credit_code_of_another_customer_is_wrong(divisions: Divisions) -> None:
    code = "91330100MA2ABCD13J"
    make_party("回春堂西门店", divisions["330122"], code="C2", credit_code=code)
    sheet(FULL).write()
    judged = only({**FULL, "统一社会信用代码": code})
    assert (judged.verdict, judged.sentence) == (Verdict.WRONG, "这个信用代码已登记给“回春堂西门店”")


def test_an_unknown_place_is_no_reason_to_lose_the_row(divisions: Divisions) -> None:
    judged = only({"省": "浙江省", "市": "无此市", "客户名称": "芷安堂东门店"})
    assert judged.verdict == Verdict.NEW and "地区只认到浙江省" in judged.sentence
    assert "地区认不出来，县区先空着" in only({"客户名称": "芷安堂东门店"}).sentence


def test_where_columns_stop_at_the_city_the_name_may_tell_the_county(divisions: Divisions) -> None:
    judged = sheet({"省": "浙江省", "市": "杭州市", "客户名称": "桐庐县横村镇卫生院"}).write()[0]
    assert "县区按名称认出：浙江省杭州市桐庐县横村镇" in judged.sentence
    assert Party.objects.get().division == divisions["330122102"]


def test_without_county_two_rows_of_one_name_cannot_be_told_apart(divisions: Divisions) -> None:
    make_party("回春堂药店", divisions["330122"])
    judged = only({"省": "浙江省", "市": "杭州市", "客户名称": "回春堂药店"})
    assert judged.verdict == Verdict.DUPLICATE and "县区没有写全，分不清是不是同一家" in judged.sentence


@pytest.mark.parametrize("is_parent_first", [True, False])
@pytest.mark.parametrize("size", [1, 2, 10])
def test_members_hang_on_their_parent_wherever_it_stands_in_the_file(
    divisions: Divisions, is_parent_first: bool, size: int
) -> None:
    stores = [
        {**HERE, "客户编码": f"S{n}", "客户名称": f"芷安堂{n}店", "客户类别": "连锁门店", "上级客户编码": "HQ"}
        for n in range(3)
    ]
    head = {**HERE, "客户编码": "HQ", "客户名称": "芷安堂连锁有限公司", "客户类别": "连锁总部"}
    rows = [head, *stores] if is_parent_first else [*stores, head]
    judged = sheet(*rows).judge()
    writer = CUSTOMERS.open_writer(EVERYONE)
    for start in range(0, 4, size):
        writer(judged[start : start + size], ACT)
    assert Party.objects.filter(parent__code="HQ").count() == 3


@pytest.mark.parametrize("column", ["统方", "医生处方量", "开药量"])
def test_prescription_columns_are_refused_with_their_rule(column: str) -> None:
    assert (forbidden(CUSTOMERS, column) or "").startswith("C-11")


@pytest.mark.parametrize(
    ("key", "cell"),
    [
        ("category", "星球"),
        ("status", "不知道"),
        ("staff_count", -1),
        ("replenish_cycle_days", 400),
        ("division_code", "33"),
        ("name", "长" * 121),
    ],
)
def test_bad_cells_are_told_in_a_sentence(key: str, cell: Any) -> None:
    with pytest.raises(BadCell) as problem:
        CUSTOMERS.field(key).clean(cell)
    assert str(problem.value)


def test_a_file_costs_the_same_queries_whatever_its_length(
    divisions: Divisions, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    rows = [{**HERE, "客户编码": f"C{n}", "客户名称": f"芷安堂{n}店"} for n in range(120)]
    sheet(*rows[:60]).write()
    # divisions, parties, other names, gazetteer with its counter; then parties, grades and names of the batch
    with django_assert_max_num_queries(8):
        assert sheet(*rows).verdicts() == ["same"] * 60 + ["new"] * 60
