"""员工与岗位: what each row is judged to be, in words, and what is then written."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from keqing.accounts.models import User
from keqing.core.imports.kind import Draft, Judged, Verdict
from keqing.core.saving import save_one
from keqing.core.sheets import BadCell
from keqing.core.viewer import Viewer
from keqing.territory.imports import STAFF, staff_kind
from keqing.territory.models import Employee, Position, Tenure
from keqing.territory.personas import Persona, rights_table
from keqing.territory.services import take_time_off, vacancies
from keqing.territory.tests.builders import ACT, TODAY, employee, off, position, tenure

pytestmark = pytest.mark.django_db
ADMIN = Viewer(user_id=0, as_of=TODAY, sees_all=True, rights=rights_table()[Persona.ADMIN])
SFE = Viewer(user_id=0, as_of=TODAY, sees_all=True, rights=rights_table()[Persona.SFE])
MANAGER = {"position_code": "P-1", "position_name": "一区主管", "persona": "MANAGER", "staff_no": "E1", "name": "王强"}
REP = {
    "position_code": "P-2",
    "position_name": "长阳OTC代表",
    "persona": "OTC_REP",
    "parent_code": "P-1",
    "product_line": "慢病线",
    "staff_no": "E2",
    "name": "李明",
    "username": "liming",
    "mobile": "13800000001",
    "starts_on": "2025-03-03",
}
VACANT = {"position_code": "P-3", "position_name": "五峰OTC代表", "persona": "OTC_REP", "parent_code": "P-1"}
MR = {"position_code": "P-4", "position_name": "医药代表", "persona": "MR", "parent_code": "P-1"}


def judge(*rows: dict[str, Any], viewer: Viewer = ADMIN, first: int = 2) -> list[Judged]:
    return STAFF.open_judge(viewer)([Draft(number, row) for number, row in enumerate(rows, start=first)])


def write(*rows: dict[str, Any], viewer: Viewer = ADMIN) -> list[Judged]:
    judged = judge(*rows, viewer=viewer)
    writer = STAFF.open_writer(viewer)
    for verdict in (Verdict.NEW, Verdict.CHANGE):
        writer([row for row in judged if row.verdict == verdict], ACT)
    return judged


def verdicts(judged: list[Judged]) -> list[str]:
    return [str(row.verdict) for row in judged]


def test_a_new_company_is_written_with_its_tree_people_and_holders() -> None:
    judged = write(MANAGER, REP, VACANT)
    assert [(row.verdict, row.sentence) for row in judged] == [
        (Verdict.NEW, "新岗位，王强 任岗"),
        (Verdict.NEW, "新岗位，李明 任岗"),
        (Verdict.NEW, "新岗位，空岗"),
    ]
    rep = Position.objects.get(code="P-2")
    assert (rep.parent and rep.parent.code, rep.persona, rep.valid_from) == ("P-1", "OTC_REP", date(2025, 3, 3))
    held = Tenure.objects.get(position=rep)
    assert (held.employee.name, held.valid_from, held.valid_to) == ("李明", date(2025, 3, 3), None)
    assert [row.code for row in vacancies(TODAY)] == ["P-3"]


def test_the_same_file_again_changes_nothing() -> None:
    write(MANAGER, REP, VACANT)
    again = judge(MANAGER, REP, VACANT)
    assert verdicts(again) == ["same"] * 3
    assert [row.object_id for row in again] == list(Position.objects.order_by("code").values_list("pk", flat=True))


def test_superiors_may_come_later_in_the_file() -> None:
    assert verdicts(write(VACANT, REP, MANAGER)) == ["new"] * 3
    assert set(Position.objects.filter(parent__code="P-1").values_list("code", flat=True)) == {"P-2", "P-3"}


def test_a_superior_of_a_later_writing_batch_is_not_doubled() -> None:
    judged = judge(VACANT, MANAGER)
    writer = STAFF.open_writer(ADMIN)
    writer(judged[:1], ACT)
    assert Position.objects.get(code="P-1").name == "P-1"  # its own row has not come yet
    writer(judged[1:], ACT)
    assert Position.objects.get(code="P-1").name == "一区主管"
    assert Position.objects.count() == 2


def test_an_account_is_made_without_a_usable_password_and_linked() -> None:
    write(MANAGER, REP)
    user = User.objects.get()
    assert (user.username, user.name, user.has_usable_password()) == ("liming", "李明", False)
    assert Employee.objects.get(user=user).staff_no == "E2"


def test_the_invented_world_gives_all_its_people_one_password() -> None:
    kind = staff_kind("correct horse", is_demo=True)
    kind.open_writer(ADMIN)(kind.open_judge(ADMIN)([Draft(2, MANAGER | {"username": "wangqiang"})]), ACT)
    user = User.objects.get()
    assert user.check_password("correct horse") and user.is_demo


def test_changes_are_told_from_what_to_what() -> None:
    write(MANAGER, REP)
    changed = judge(MANAGER, REP | {"name": "李鸣", "position_name": "长阳代表", "mobile": "13800000002"})[1]
    assert changed.verdict == Verdict.CHANGE
    assert changed.sentence == "改：岗位名称 长阳OTC代表 → 长阳代表；姓名 李明 → 李鸣；手机号换了"


def test_a_changed_holder_ends_the_former_tenure_and_opens_a_new_one() -> None:
    write(MANAGER, REP)
    row = write(MANAGER, REP | {"staff_no": "E9", "name": "赵青", "username": "zhaoqing", "starts_on": "2026-11-02"})[1]
    assert row.sentence == "改：任岗人 李明 → 赵青（2026-11-02 起）"
    tenures = Tenure.objects.filter(position__code="P-2").order_by("valid_from")
    assert [(t.employee.name, t.valid_from, t.valid_to) for t in tenures] == [
        ("李明", date(2025, 3, 3), date(2026, 11, 2)),
        ("赵青", date(2026, 11, 2), None),
    ]


def test_what_a_run_touched_is_reported_for_taking_it_back() -> None:
    write(MANAGER, REP)
    judged = judge(REP | {"staff_no": "E9", "name": "赵青", "username": "zhaoqing", "starts_on": "2026-11-02"})
    written = STAFF.open_writer(ADMIN)(judged, ACT)[0]
    former, new = Tenure.objects.filter(position__code="P-2").order_by("valid_from")
    expected = {("territory.tenure", former.pk), ("territory.tenure", new.pk)}
    assert set(written.others) == expected | {("territory.employee", new.employee_id)}


def test_a_row_without_a_staff_number_empties_the_position() -> None:
    write(MANAGER, REP)
    emptied = {key: value for key, value in REP.items() if key in VACANT}
    row = write(MANAGER, emptied)[1]
    assert row.sentence == "改：任岗人 李明 → 空岗（2026-11-18 起）"
    assert [p.code for p in vacancies(TODAY)] == ["P-2"]
    assert verdicts(judge(MANAGER, emptied)) == ["same", "same"]


def test_a_file_without_the_column_of_staff_numbers_empties_nothing() -> None:
    write(MANAGER, REP)
    columns = ("position_code", "position_name", "persona", "parent_code")
    assert (
        verdicts(judge(*({key: row[key] for key in columns if key in row} for row in (MANAGER, REP)))) == ["same"] * 2
    )


def test_the_first_day_on_record_stays() -> None:
    write(MANAGER, REP)
    row = judge(REP | {"starts_on": "2025-04-01"})[0]
    assert (row.verdict, row.sentence) == (Verdict.SAME, "入岗日期仍记 2025-03-03")


def test_two_rows_of_one_person_are_two_positions() -> None:
    second = {**VACANT, "staff_no": "E2", "name": "李明"}
    assert verdicts(write(MANAGER, REP, second)) == ["new"] * 3
    assert Tenure.objects.filter(employee__staff_no="E2").count() == 2
    assert Employee.objects.count() == 2


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([VACANT], "上级岗位编码 P-1 不存在。"),
        ([VACANT | {"parent_code": "P-3"}], "上级岗位不能是自己。"),
        ([MANAGER | {"parent_code": "P-3"}, VACANT], "上级岗位绕成了一圈：P-1 → P-3 → P-1。"),
        ([{"position_code": "P-9", "staff_no": "E9", "name": "某"}], "P-9 是新岗位，要有岗位名称和角色。"),
        ([{**MR, "parent_code": "", "staff_no": "E9"}], "E9 是新员工，要有姓名。"),
    ],
)
def test_rows_that_cannot_be_written(rows: list[dict[str, Any]], sentence: str) -> None:
    first = judge(*rows)[0]
    assert (first.verdict, first.sentence) == (Verdict.WRONG, sentence)


def test_a_position_named_twice_counts_once() -> None:
    judged = judge(MANAGER, REP, REP | {"name": "李鸣"})
    assert (judged[2].verdict, judged[2].sentence) == (Verdict.DUPLICATE, "岗位编码 P-2 在第 3 行已经出现。")


def test_a_row_below_a_wrong_row_is_wrong_and_says_where() -> None:
    broken = {key: value for key, value in MANAGER.items() if key != "position_name"}
    judged = judge(broken, REP, VACANT | {"parent_code": "P-2"})
    assert verdicts(judged) == ["wrong"] * 3
    assert judged[1].sentence == "上级岗位 P-1 在第 2 行，那一行还写不进去，先改好它。"
    assert judged[2].sentence == "上级岗位 P-2 在第 3 行，那一行还写不进去，先改好它。"


def test_a_medical_representative_is_not_given_a_selling_position() -> None:
    judged = judge(MANAGER, MR | {"staff_no": "E2", "name": "李明"}, REP)
    assert verdicts(judged) == ["new", "new", "wrong"]
    assert judged[2].sentence == "李明 会同时是“长阳OTC代表”和“医药代表”，医药代表不能兼任销售岗位。"
    write(MANAGER, REP)
    against_the_table = judge(MR | {"staff_no": "E2", "name": "李明"})[0]
    assert against_the_table.verdict == Verdict.WRONG


def test_turning_a_held_position_medical_is_refused_when_the_holder_sells() -> None:
    li = employee("E2", "李明")
    tenure(li, position("P-8"))
    tenure(li, position("P-9", Persona.MANAGER))
    row = judge({"position_code": "P-9", "persona": "MR"})[0]
    assert row.verdict == Verdict.WRONG and "不能兼任" in row.sentence


def test_a_substitute_who_would_act_as_both_is_seen_before_writing() -> None:
    lin, newcomer = employee("E7", "林知夏"), employee("E8", "新人")
    tenure(lin, position("P-7", Persona.MR))
    take_time_off(off(newcomer, TODAY, TODAY + timedelta(days=3), lin), ACT)
    row = judge({**VACANT, "parent_code": "", "staff_no": "E8", "name": "新人"})[0]
    assert row.verdict == Verdict.WRONG and row.sentence.startswith("林知夏 会同时是")


def test_a_medical_representative_without_a_filing_number_is_said() -> None:
    judged = judge(MANAGER, MR | {"staff_no": "E5", "name": "林知夏"})
    assert judged[1].sentence == "新岗位，林知夏 任岗；缺备案号"
    assert (
        judge(MANAGER, MR | {"staff_no": "E5", "name": "林知夏", "filing_no": "YD1"})[1].sentence
        == "新岗位，林知夏 任岗"
    )


def test_only_an_administrator_makes_administrators() -> None:
    row = MANAGER | {"persona": "ADMIN"}
    assert verdicts(judge(row, viewer=SFE)) == ["wrong"]
    write(row)
    assert verdicts(judge(row, viewer=SFE)) == ["same"]
    assert verdicts(judge(row | {"staff_no": "E9", "name": "赵青"}, viewer=SFE)) == ["wrong"]


def test_one_staff_number_is_one_name() -> None:
    judged = judge(MANAGER, REP, {**VACANT, "staff_no": "E2", "name": "李鸣"})
    assert judged[2].sentence == "工号 E2 在第 3 行叫 李明，这里叫 李鸣。"


@pytest.mark.parametrize(
    ("username", "sentence"),
    [
        ("taken", "登录名 taken 已经有人用了，换一个。"),
        ("root", "登录名 root 已经有人用了，换一个。"),  # an administrator's is never taken over, same name or not
        ("free", ""),
    ],
)
def test_sign_in_names_of_others_are_not_taken_over(username: str, sentence: str) -> None:
    employee("E5", "别人", User.objects.create_user(username="taken", name="别人"))
    User.objects.create_superuser(username="root", name="李明")
    User.objects.create_user(username="free", name="李明")
    row = judge(MANAGER, REP | {"username": username})[1]
    assert row.sentence == sentence if sentence else row.verdict == Verdict.NEW


def test_a_sign_in_name_is_not_changed_by_an_import() -> None:
    write(MANAGER, REP)
    row = judge(REP | {"username": "liming2"})[0]
    assert row.sentence == "李明 已经有登录名 liming，这里写的是 liming2。"


@pytest.mark.parametrize(
    ("starts_on", "sentence"),
    [
        ("2025-03-03", "李明 从 2025-03-03 起任这个岗位，入岗日期要晚于这一天。"),
        ("2025-01-01", "李明 从 2025-03-03 起任这个岗位，入岗日期要晚于这一天。"),
    ],
)
def test_a_new_holder_begins_after_the_former_one(starts_on: str, sentence: str) -> None:
    write(MANAGER, REP)
    row = judge(REP | {"staff_no": "E9", "name": "赵青", "username": "zq", "starts_on": starts_on})[0]
    assert (row.verdict, row.sentence) == (Verdict.WRONG, sentence)


def test_somebody_who_has_left_is_not_appointed() -> None:
    gone = employee("E9", "赵青")
    gone.left_on = date(2026, 1, 1)
    save_one(gone, ACT)
    row = judge({**VACANT, "parent_code": "", "staff_no": "E9", "name": "赵青"})[0]
    assert row.sentence == "赵青 已于 2026-01-01 离职。"


@pytest.mark.parametrize(
    ("key", "cell", "value"),
    [
        ("persona", "OTC代表", "OTC_REP"),
        ("username", " LiMing ", "liming"),
        ("starts_on", "2026-03-01", date(2026, 3, 1)),
        ("position_code", 990101.0, "990101"),
        ("mobile", "+86 138-0000-0001", "13800000001"),
    ],
)
def test_cells_are_cleaned(key: str, cell: object, value: object) -> None:
    assert STAFF.field(key).clean(cell) == value


@pytest.mark.parametrize(
    ("key", "cell"),
    [("persona", "销售"), ("username", "李明"), ("email", "liming"), ("starts_on", "三月"), ("mobile", "12345")],
)
def test_cells_that_make_no_sense_are_told(key: str, cell: str) -> None:
    with pytest.raises(BadCell) as bad:
        STAFF.field(key).clean(cell)
    assert str(bad.value).endswith("。") or "可以填" in str(bad.value)
