"""The import kind 拜访: who wrote it, which position it counted for, and that a file twice is one visit."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest

from keqing.core.imports.kind import Draft, Judged, Verdict
from keqing.core.imports.staging import plain
from keqing.core.saving import Act, save_one
from keqing.core.sheets import BadCell
from keqing.territory.models import Employee
from keqing.visits.imports import VISITS
from keqing.visits.models import Visit
from keqing.visits.tests.builders import ACT, make_party, moment
from tests.personas import Cast

WEDNESDAY = date(2026, 11, 18)
pytestmark = [pytest.mark.django_db, pytest.mark.database]
IMPORT = Act(user_id=None, at=datetime(2026, 11, 18, 9, tzinfo=UTC), reason="拜访.xlsx")
ROW = {
    "客户编码": "C1",
    "工号": "E-rep_li",
    "开始时间": "2026-11-10 09:20",
    "结束时间": "2026-11-10 09:45",
    "小结": "看了库存",
    "下次日期": "2026-11-18",
}


def drafts(*rows: dict[str, object]) -> list[Draft]:
    """Cleaned as the kit cleans them: values as plain JSON, empty cells absent."""
    fields = {field.label: field for field in VISITS.fields}
    cleaned = (
        {fields[label].key: plain(fields[label].clean(cell)) for label, cell in row.items() if cell not in (None, "")}
        for row in rows
    )
    return [Draft(number, values) for number, values in enumerate(cleaned, start=2)]


@pytest.fixture
def store(cast: Cast) -> object:
    return make_party("芷安堂", cast.position_of("rep_li"), code="C1")


@pytest.fixture
def judge(cast: Cast, viewer_of: Callable, store: object) -> Callable[..., list[Judged]]:
    def judged(*rows: dict[str, object]) -> list[Judged]:
        return VISITS.open_judge(viewer_of(cast["sfe_sun"]))(drafts(*rows))

    return judged


def write(cast: Cast, viewer_of: Callable, rows: list[Judged]) -> None:
    writer = VISITS.open_writer(viewer_of(cast["sfe_sun"]))
    for verdict in (Verdict.NEW, Verdict.CHANGE):
        chosen = [row for row in rows if row.verdict == verdict]
        if chosen:
            writer(chosen, IMPORT)


def test_a_row_becomes_the_visit_of_the_employees_account(cast: Cast, viewer_of: Callable, judge: Callable) -> None:
    write(cast, viewer_of, judge(ROW))
    visit = Visit.objects.get()
    assert (visit.author, visit.position) == (cast["rep_li"], cast.position_of("rep_li"))
    assert (visit.kind, visit.ground, visit.is_phone) == ("TERMINAL", "imported", False)
    assert visit.started_at == moment(date(2026, 11, 10), 9, 20)
    assert (visit.minutes, visit.note, visit.next_on) == (25, "看了库存", WEDNESDAY)


def test_the_same_file_again_changes_nothing(cast: Cast, viewer_of: Callable, judge: Callable) -> None:
    write(cast, viewer_of, judge(ROW))
    assert [row.verdict for row in judge(ROW)] == [Verdict.SAME]
    (changed,) = judge({**ROW, "小结": "补了一句"})
    assert changed.verdict == Verdict.CHANGE
    write(cast, viewer_of, [changed])
    assert [visit.note for visit in Visit.objects.all()] == ["补了一句"]


def test_the_same_visit_twice_in_one_file_is_said(judge: Callable) -> None:
    first, second = judge(ROW, ROW)
    assert (first.verdict, second.verdict) == (Verdict.NEW, Verdict.DUPLICATE)
    assert second.sentence == "与第 2 行是同一次拜访"


@pytest.mark.parametrize(
    ("change", "verdict", "sentence"),
    [
        ({"客户编码": "C9"}, Verdict.WRONG, "没有编码是 C9 的客户"),
        ({"客户名称": "别家药店"}, Verdict.WRONG, "编码 C1 是“芷安堂”，写的是“别家药店”"),
        ({"工号": "E-nobody"}, Verdict.WRONG, "没有工号 E-nobody"),
        ({"岗位编码": "P-NONE"}, Verdict.WRONG, "没有编码是 P-NONE 的岗位"),
        ({"开始时间": "2023-01-05 09:00", "结束时间": ""}, Verdict.WRONG, "2023-01-05 没有岗位"),
        ({"开始时间": "2026-12-10 09:20", "结束时间": ""}, Verdict.WRONG, "开始时间还没到"),
        ({"结束时间": "2026-11-10 09:00"}, Verdict.WRONG, "结束时间早于开始时间"),
        ({"下次日期": "2026-11-10"}, Verdict.WRONG, "下次日期要晚于拜访那天"),
        ({"结束时间": ""}, Verdict.NEW, "按停留 0 分钟记"),
        ({"岗位编码": "P-ZHAO"}, Verdict.NEW, ""),
        ({"客户名称": "芷安堂", "方式": "电话"}, Verdict.NEW, ""),
    ],
)
def test_each_row_gets_its_verdict_in_words(
    judge: Callable, change: dict[str, str], verdict: str, sentence: str
) -> None:
    (row,) = judge({**ROW, **change})
    assert row.verdict == verdict
    assert sentence in row.sentence


def test_a_visit_the_law_does_not_know_is_refused_with_the_rule(cast: Cast, judge: Callable) -> None:
    make_party("县医院", cast.position_of("rep_li"), code="H1", kind="HCO", terminal_type="COUNTY_HOSPITAL")
    (row,) = judge({**ROW, "客户编码": "H1"})
    assert (row.verdict, row.sentence) == (Verdict.REFUSED, "OTC 代表和招商不拜访医疗机构，请备案的医药代表去")


def test_somebody_without_an_account_cannot_be_an_author(cast: Cast, judge: Callable) -> None:
    save_one(Employee(staff_no="E9", name="无号"), ACT)
    (row,) = judge({**ROW, "工号": "E9"})
    assert (row.verdict, "没有登录账号" in row.sentence) == (Verdict.WRONG, True)


@pytest.mark.parametrize(
    ("label", "cell"), [("方式", "飞鸽"), ("开始时间", "昨天"), ("下次日期", "2026-13-40"), ("小结", "长" * 1001)]
)
def test_bad_cells_are_said_in_words(label: str, cell: str) -> None:
    field = next(field for field in VISITS.fields if field.label == label)
    with pytest.raises(BadCell):
        field.clean(cell)
