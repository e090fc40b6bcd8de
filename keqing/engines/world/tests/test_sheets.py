from __future__ import annotations

import os
import subprocess
import sys
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from keqing.engines.world import generate, write_spreadsheets
from keqing.engines.world.rows import World
from keqing.engines.world.sheets import PRODUCT_HEADERS

ROOT = Path(__file__).parents[4]
NAMES = ["1-区划", "2-产品", "3-员工与岗位", "4-客户", "5-人员", "6-客户分管", "7-拜访记录"]


@pytest.fixture(scope="session")
def folder(world: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("world")
    write_spreadsheets(world, target)
    return target


def read(path: Path) -> list[list[object]]:
    return CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python(skip_empty_area=False)


def digest(folder: Path) -> list[str]:
    return [sha256((folder / f"{name}.xlsx").read_bytes()).hexdigest() for name in NAMES]


def test_same_seed_and_day_give_the_same_bytes_in_another_process(world: World, folder: Path, tmp_path: Path) -> None:
    """Another process has another order of sets and another time zone; neither may show."""
    script = (
        "import sys, datetime, pathlib; from keqing.engines.world import generate, write_spreadsheets;"
        f"world = generate({world.seed}, '{world.size}', datetime.date.fromisoformat('{world.as_of}'));"
        "print(*[path.stem for path in write_spreadsheets(world, pathlib.Path(sys.argv[1]))])"
    )
    env = os.environ | {"PYTHONHASHSEED": "4711", "TZ": "America/Lima", "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
    command = [sys.executable, "-c", script, str(tmp_path)]
    done = subprocess.run(command, env=env, check=True, capture_output=True, encoding="utf-8")
    assert done.stdout.split() == NAMES
    assert digest(tmp_path) == digest(folder)


def test_long_sheets_are_streamed_to_the_same_bytes(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("keqing.engines.world.sheets.STREAM_ABOVE_ROWS", 1000)
    write_spreadsheets(world, tmp_path / "one")
    write_spreadsheets(world, tmp_path / "two")
    assert digest(tmp_path / "one") == digest(tmp_path / "two")
    assert read(tmp_path / "one" / "4-客户.xlsx")[1][:2] == [world.customers[0].code, world.customers[0].name]


def test_another_seed_gives_other_bytes_in_every_file(world: World, folder: Path, tmp_path: Path) -> None:
    write_spreadsheets(generate(world.seed + 1, "small", world.as_of), tmp_path)
    assert not set(digest(tmp_path)) & set(digest(folder))


def test_customers_do_not_depend_on_the_day(world: World) -> None:
    later = generate(world.seed, "small", date(2026, 11, 23))
    assert later.divisions == world.divisions
    assert later.customers == world.customers
    assert later.visits != world.visits


@pytest.mark.parametrize(
    ("name", "field", "columns"),
    [
        ("1-区划", "divisions", 6),
        ("2-产品", "products", 22),
        ("4-客户", "customers", 31),
        ("5-人员", "people", 13),
        ("6-客户分管", "assignments", 7),
        ("7-拜访记录", "visits", 9),
    ],
)
def test_a_sheet_has_its_header_first_and_a_row_for_each_fact(
    world: World, folder: Path, name: str, field: str, columns: int
) -> None:
    rows = read(folder / f"{name}.xlsx")
    assert len(rows) == len(getattr(world, field)) + 1
    assert len(rows[0]) == columns and all(rows[0])


def test_the_staff_sheet_has_a_title_above_its_header(world: World, folder: Path) -> None:
    rows = read(folder / "3-员工与岗位.xlsx")
    assert rows[0][0] == "岚州医药 员工与岗位一览（2026年7月）"
    assert rows[1][:3] == ["岗位编码", "岗位名称", "上级岗位编码"]
    assert len(rows) == len(world.staff) + 2


def test_values_survive_the_way_through_the_sheet(world: World, folder: Path) -> None:
    product = dict(zip(PRODUCT_HEADERS.split(), read(folder / "2-产品.xlsx")[1], strict=True))
    first = world.products[0]
    assert product["本位码"] == first.national_code
    assert product["上市日期"] == first.launched_on
    assert product["供货价"] == first.supply_price
    visit = read(folder / "7-拜访记录.xlsx")[1]
    assert visit[5] == world.visits[0].started_at and isinstance(visit[5], datetime)
    assert visit[7] == world.visits[0].summary


def test_a_province_has_ten_prefectures_under_one_head() -> None:
    province = generate(3, "province", date(2026, 7, 8))
    prefectures = [row for row in province.divisions if row.level == "市"]
    assert len({row.name for row in prefectures}) == 10
    assert len(province.customers) == 12_660
    assert len({row.code for row in province.customers}) == 12_660
    assert [row.code for row in province.staff if not row.parent] == ["HQ-M0"]
    counties = [row.name for row in province.divisions if row.level == "县"]
    assert len(set(counties)) == len(counties)
