"""区划: codes, parents, coordinates; the same file again changes nothing."""

from __future__ import annotations

from typing import Any

import pytest

from keqing.core.imports.kind import Draft, Judged, Verdict
from keqing.core.sheets import BadCell
from keqing.core.viewer import Viewer
from keqing.territory.geography import to_wgs84
from keqing.territory.imports import DIVISIONS
from keqing.territory.models import Division
from keqing.territory.services import gazetteer
from keqing.territory.services.reference import load_divisions
from keqing.territory.tests.builders import ACT, CHANGYANG, TODAY

pytestmark = pytest.mark.django_db
VIEWER = Viewer(user_id=0, as_of=TODAY, sees_all=True)
PROVINCE = {"code": "990000", "name": "岚江省", "level": "1", "lng": "112.5", "lat": "29.0"}
CITY = {"code": "990100", "name": "岚州市", "level": "2", "parent_code": "990000"}
COUNTY = {"code": "990101", "name": "芷县", "parent_code": "990100"}
TOWN = {"code": "990101001", "name": "安镇"}


def judge(*rows: dict[str, Any]) -> list[Judged]:
    return DIVISIONS.open_judge(VIEWER)([Draft(number, row) for number, row in enumerate(rows, start=2)])


def write(*rows: dict[str, Any]) -> list[Judged]:
    judged = judge(*rows)
    writer = DIVISIONS.open_writer(VIEWER)
    for verdict in (Verdict.NEW, Verdict.CHANGE):
        writer([row for row in judged if row.verdict == verdict], ACT)
    return judged


def verdicts(judged: list[Judged]) -> list[str]:
    return [str(row.verdict) for row in judged]


def test_a_company_s_own_divisions_are_written_children_first_or_last() -> None:
    assert verdicts(write(TOWN, COUNTY, CITY, PROVINCE)) == ["new"] * 4
    town = Division.objects.select_related("parent__parent__parent").get(code="990101001")
    assert town.full_name == "岚江省岚州市芷县安镇"
    assert gazetteer().resolve(address="岚州芷县安镇").code == "990101001"


def test_the_same_file_again_changes_nothing() -> None:
    write(PROVINCE, CITY, COUNTY, TOWN)
    assert verdicts(judge(PROVINCE, CITY, COUNTY, TOWN)) == ["same"] * 4


def test_changes_are_told() -> None:
    write(PROVINCE, CITY, COUNTY)
    judged = judge(PROVINCE | {"lng": "112.6"}, CITY | {"name": "兰州市"}, COUNTY | {"lng": "112.5", "lat": "29"})
    assert [row.sentence for row in judged] == ["改：坐标换了", "改：名称 岚州市 → 兰州市", "改：有了坐标"]


def test_a_shipped_division_that_the_company_renames_is_the_company_s() -> None:
    load_divisions(ACT, CHANGYANG)
    write({"code": "420528", "name": "长阳县"})
    row = Division.objects.get(code="420528")
    assert (row.name, row.source, row.lng) == ("长阳县", "公司导入", 111.2)
    assert load_divisions(ACT, CHANGYANG) == 0


def test_coordinates_of_another_datum_are_converted() -> None:
    write(PROVINCE | {"datum": "GCJ-02"})
    row, point = Division.objects.get(), to_wgs84(112.5, 29.0, "GCJ-02")
    assert (row.lng, row.lat) == (round(point.lng, 6), round(point.lat, 6)) != (112.5, 29.0)


def test_a_parent_of_a_later_writing_batch_is_not_doubled() -> None:
    judged = judge(CITY, PROVINCE)
    writer = DIVISIONS.open_writer(VIEWER)
    writer(judged[:1], ACT)
    writer(judged[1:], ACT)
    assert Division.objects.get(code="990100").parent == Division.objects.get(code="990000")
    assert Division.objects.get(code="990000").name == "岚江省"


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (CITY, "上级代码 990000 既不在系统里，也不在这张表里。"),
        ({"code": "990101", "name": "芷县"}, "上级代码 990100 既不在系统里，也不在这张表里。"),
        (PROVINCE | {"level": "2"}, "990000 是省的代码，级别对不上。"),
        (COUNTY | {"parent_code": "980100"}, "上级代码 980100 不是 990101 的上级：前几位要一样。"),
        ({"code": "990000", "name": "岚江省", "lng": "112.5"}, "经度和纬度要一起填。"),
    ],
)
def test_rows_that_cannot_be_written(row: dict[str, Any], sentence: str) -> None:
    judged = judge(row)[0]
    assert (judged.verdict, judged.sentence) == (Verdict.WRONG, sentence)


def test_below_a_wrong_row_all_is_wrong() -> None:
    assert verdicts(judge(PROVINCE | {"level": "3"}, CITY, COUNTY)) == ["wrong"] * 3


def test_a_code_named_twice_counts_once() -> None:
    judged = judge(PROVINCE, PROVINCE | {"name": "别名"})
    assert (judged[1].verdict, judged[1].sentence) == (Verdict.DUPLICATE, "区划代码 990000 在第 2 行已经出现。")


@pytest.mark.parametrize(
    ("key", "cell"),
    [("code", "99"), ("code", "99000A"), ("lng", "29.0"), ("lat", "112.5"), ("level", "大区"), ("datum", "CGCS")],
)
def test_cells_that_make_no_sense_are_told(key: str, cell: str) -> None:
    with pytest.raises(BadCell):
        DIVISIONS.field(key).clean(cell)


@pytest.mark.parametrize(
    ("key", "cell", "value"), [("code", 990101.0, "990101"), ("level", "县区", "3"), ("lng", "112.5", 112.5)]
)
def test_cells_are_cleaned(key: str, cell: object, value: object) -> None:
    assert DIVISIONS.field(key).clean(cell) == value
