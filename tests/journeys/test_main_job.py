"""The main job as a person does it: Today, a visit in five taps, the list moves on; spreadsheets in; nothing looks broken."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter
from playwright.sync_api import BrowserContext, Page, expect

from tests.journeys.conftest import House, sign_in

pytestmark = pytest.mark.journey


def representative(house: House, nth: int = 0) -> str:
    """Username of an OTC representative of the demonstration."""
    with sqlite3.connect(house.var / "keqing.sqlite3") as connection:
        rows = connection.execute(
            "SELECT u.username FROM accounts_user u JOIN territory_employee e ON e.user_id = u.id "
            "JOIN territory_tenure t ON t.employee_id = e.id JOIN territory_position p ON p.id = t.position_id "
            "WHERE p.persona = 'OTC_REP' ORDER BY u.id"
        ).fetchall()
    return str(rows[nth][0])


def holder_of(house: House, persona: str) -> str:
    with sqlite3.connect(house.var / "keqing.sqlite3") as connection:
        row = connection.execute(
            "SELECT u.username FROM accounts_user u JOIN territory_employee e ON e.user_id = u.id "
            "JOIN territory_tenure t ON t.employee_id = e.id JOIN territory_position p ON p.id = t.position_id "
            "WHERE p.persona = ? ORDER BY u.id",
            (persona,),
        ).fetchone()
    return str(row[0])


def no_sideways_scroll(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth + 1")


def test_a_visit_takes_at_most_five_taps_and_the_list_moves_on(
    house: House, context_for: Callable[..., BrowserContext], screen: str
) -> None:
    context = context_for(geolocation={"latitude": 29.0, "longitude": 112.5}, permissions=["geolocation"])
    page = context.new_page()
    sign_in(page, house, representative(house, 0 if screen == "desk" else 1))
    first = page.locator(".next-card h2").inner_text()
    taps = 0

    page.get_by_role("button", name="到店签到").click()
    taps += 1
    page.wait_for_url("**/visits/**")
    page.locator("label.answer", has=page.locator("input[name=phrase]")).first.click()
    taps += 1
    page.get_by_label("小结", exact=True).fill("和店长点了库存，补货放在下周一，陈列已经整理好了。")
    page.get_by_role("button", name="离店").first.click()
    taps += 1
    page.wait_for_url(house.url + "/")

    assert taps <= 5
    expect(page.locator(".next-card h2")).not_to_have_text(first)
    expect(page.locator(".done-line")).to_contain_text("1 家")
    no_sideways_scroll(page)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_page_of_the_menu_opens_whole(
    house: House, context_for: Callable[..., BrowserContext], screen: str, theme: str
) -> None:
    context = context_for()
    context.add_cookies([{"name": "theme", "value": theme, "url": house.url}])
    page = context.new_page()
    sign_in(page, house, holder_of(house, "ADMIN"))
    page.goto(house.url + "/me/")
    links = page.eval_on_selector_all(
        "a.side-item, a.menu-item", "all => [...new Set(all.map(a => a.getAttribute('href')))]"
    )
    assert len(links) >= 8
    for link in links:
        answer = page.goto(house.url + link)
        assert answer is not None and answer.status == 200, link
        expect(page.locator("h1").first).not_to_be_empty()
        no_sideways_scroll(page)


def test_search_finds_by_initials_and_by_one_character(
    house: House, context_for: Callable[..., BrowserContext]
) -> None:
    page = context_for().new_page()
    sign_in(page, house, representative(house))
    page.goto(house.url + "/search/?q=zat")
    expect(page.locator("main")).to_contain_text("芷安堂")
    page.goto(house.url + "/search/?q=芷")
    expect(page.locator("main")).to_contain_text("芷安堂")
    page.goto(house.url + "/search/?q=zzzzqq")
    expect(page.locator("main")).to_contain_text("没有找到")


def test_a_spreadsheet_goes_in_and_can_be_taken_back(
    house: House, context_for: Callable[..., BrowserContext], tmp_path: Path, screen: str
) -> None:
    path = tmp_path / f"新客户-{screen}.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["客户名称", "省", "市", "详细地址"])
    sheet.write_row(1, 0, [f"{screen}平安诊所", "湖北省", "武汉市", "江岸区解放大道 1 号"])
    sheet.write_row(2, 0, [f"{screen}平安诊所", "湖北省", "武汉市", "江岸区解放大道 1 号"])
    sheet.write_row(3, 0, ["", "湖北省", "武汉市", "江岸区解放大道 2 号"])
    book.close()
    page = context_for().new_page()
    sign_in(page, house, holder_of(house, "ADMIN"))
    page.goto(house.url + "/imports/new/customers/")
    page.get_by_label("文件").set_input_files(str(path))
    page.get_by_role("button", name="读这个文件").click()
    page.get_by_role("button", name="逐行检查").click(timeout=20_000)
    expect(page.locator(".import-sum")).to_contain_text("3", timeout=20_000)
    expect(page.locator("main")).to_contain_text("与第 2 行")
    page.get_by_role("button", name="写入 1 行").click()
    expect(page.locator("main")).to_contain_text("写好了 1 行", timeout=20_000)
    page.goto(house.url + f"/customers/?q={screen}平安")
    expect(page.locator("main")).to_contain_text(f"{screen}平安诊所")

    page.go_back()
    page.get_by_role("link", name="撤销这次导入").click()
    page.get_by_role("button", name="撤销 1 行").click()
    expect(page.locator("main")).to_contain_text("已撤销", timeout=20_000)
    page.goto(house.url + f"/customers/?q={screen}平安")
    expect(page.locator("main")).not_to_contain_text(f"{screen}平安诊所")


def test_a_page_works_without_scripts(house: House, context_for: Callable[..., BrowserContext], screen: str) -> None:
    page = context_for(java_script_enabled=False).new_page()
    sign_in(page, house, representative(house, 2 if screen == "desk" else 3))
    page.get_by_role("button", name="到店签到").click()
    page.wait_for_url("**/visits/**")
    expect(page.get_by_role("button", name="离店").first).to_be_visible()
