"""The sign-in ends while a form is being filled: what was typed is there again after signing in."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.journeys.conftest import PASSWORD, House, sign_in
from tests.journeys.test_main_job import holder_of, representative

pytestmark = pytest.mark.journey
KEPT = "sessionStorage.getItem('kq-unsent') ?? ''"


def end_session(context: BrowserContext) -> None:
    context.clear_cookies(name="sessionid")


def sign_in_again(page: Page, username: str) -> None:
    page.wait_for_url("**/accounts/login/**")
    page.locator("input[name=login]").fill(username)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("form:has(input[name=password]) button[type=submit]").first.click()
    page.wait_for_url(lambda url: "/accounts/" not in url)


def test_a_form_is_filled_again_after_the_sign_in_ended(
    house: House, context_for: Callable[..., BrowserContext], screen: str
) -> None:
    context = context_for()
    page, admin = context.new_page(), holder_of(house, "ADMIN")
    sign_in(page, house, admin)
    page.goto(house.url + "/customers/new/")
    page.locator("input[name=name]").fill(f"{screen}未存上的诊所")
    page.locator("select[name=category]").select_option("HCO/PRIVATE_CLINIC")
    page.locator("input[name=address]").fill("江岸区解放大道 3 号")
    end_session(context)
    page.get_by_role("button", name="建档").first.click()

    sign_in_again(page, admin)
    assert page.url == house.url + "/customers/new/"
    expect(page.locator(".toast")).to_contain_text("刚才没存上的内容已经填回来了")
    expect(page.locator("input[name=name]")).to_have_value(f"{screen}未存上的诊所")
    expect(page.locator("select[name=category]")).to_have_value("HCO/PRIVATE_CLINIC")
    expect(page.locator("input[name=address]")).to_have_value("江岸区解放大道 3 号")
    kept = page.evaluate(KEPT)
    assert PASSWORD not in kept and "csrf" not in kept

    page.get_by_role("button", name="建档").first.click()
    page.wait_for_url(lambda url: not url.endswith("/new/"))
    expect(page.locator("main")).to_contain_text(f"{screen}未存上的诊所")
    assert "未存上" not in page.evaluate(KEPT)  # the answer came
    page.goto(house.url + "/customers/new/")
    expect(page.locator("input[name=name]")).to_have_value("")


def test_a_form_that_asks_in_the_background_leads_to_the_sign_in_and_back(
    house: House, context_for: Callable[..., BrowserContext], screen: str
) -> None:
    context = context_for()
    page, admin = context.new_page(), holder_of(house, "ADMIN")
    sign_in(page, house, admin)
    page.goto(house.url + "/customers/new/")
    page.locator("input[name=address]").fill("江岸区解放大道 4 号")
    end_session(context)
    page.locator("input[name=name]").fill("问有没有同名的诊所")
    page.locator("input[name=address]").press("End")  # leaving the name asks for look-alikes

    sign_in_again(page, admin)
    expect(page.locator("input[name=name]")).to_have_value("问有没有同名的诊所")
    expect(page.locator("input[name=address]")).to_have_value("江岸区解放大道 4 号")


def test_another_person_does_not_get_the_words(
    house: House, context_for: Callable[..., BrowserContext], screen: str
) -> None:
    context = context_for()
    page = context.new_page()
    first, other = representative(house, 0), representative(house, 1)
    sign_in(page, house, first)
    past = page.locator("a[href*='/visits/past/']").first.get_attribute("href")
    page.goto(f"{house.url}{past}")
    page.locator("input[name=began]").fill("09:30")
    page.locator("input[name=minutes]").fill("25")
    page.get_by_label("小结", exact=True).fill("会话过期前写下的小结，一个字也不能丢。")
    end_session(context)
    page.get_by_role("button", name="记下来").locator("visible=true").first.click()

    sign_in_again(page, other)  # on the same machine: the words are not theirs
    assert "一个字也不能丢" not in page.content()
    page.goto(house.url + "/")
    expect(page.locator(".toast")).to_have_count(0)
    end_session(context)
    page.goto(f"{house.url}{past}")
    sign_in_again(page, first)
    expect(page.get_by_label("小结", exact=True)).to_have_value("会话过期前写下的小结，一个字也不能丢。")
    expect(page.locator("input[name=minutes]")).to_have_value("25")


def test_signing_out_leaves_nothing_behind(
    house: House, context_for: Callable[..., BrowserContext], screen: str
) -> None:
    context = context_for()
    page, admin = context.new_page(), holder_of(house, "ADMIN")
    sign_in(page, house, admin)
    page.goto(house.url + "/customers/new/")
    page.locator("input[name=name]").fill("留不住的名字")
    page.locator("select[name=category]").select_option("HCO/PRIVATE_CLINIC")
    end_session(context)
    page.get_by_role("button", name="建档").first.click()
    sign_in_again(page, admin)
    page.goto(house.url + "/me/")
    page.evaluate("sessionStorage.setItem('kq-unsent', JSON.stringify({'/x/': {reader: 'x', values: []}}))")
    page.locator("main form[action$='/logout/'] button, form[action$='/logout/'] button").last.click()
    page.wait_for_url("**/accounts/**")
    assert page.evaluate(KEPT) == "{}"
