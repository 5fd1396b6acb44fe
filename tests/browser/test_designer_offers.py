"""Test cases suggested in the designer: sought by the server, accepted by mouse, by keyboard and by plain posts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from yijianshi.server.context import Platform

from .chromium import DESKTOP, Watcher, assert_accessible
from .designing import Designer, tab
from .hands import Keyboard
from .journeys import no_overflow
from .live import Live

pytestmark = pytest.mark.xdist_group("designer-offers")

PERMIT = "construction-permit.scope"


def begun(platform: Platform, code: str, **changes: Any) -> str:
    """Begin a ruleset with the rules of a shipped one and without its cases."""
    shipped = platform.registry.versions("ruleset", PERMIT)[-1].document
    bare = {key: value for key, value in shipped.items() if key not in ("tests", "series")}
    platform.designer.create({**bare, "code": code, **changes}, "admin")
    return code


def cases(platform: Platform, code: str) -> list[dict[str, Any]]:
    draft = platform.registry.draft("ruleset", code)
    assert draft is not None
    return list(draft.document.get("tests", {}).get("cases", []))


def test_the_smallest_set_is_offered_and_accepted_by_mouse(
    live: Live, page: Page, axe: Callable[[Page], None], phone: Callable[[Page], None]
) -> None:
    code = begun(live.platform, "offers.mouse")
    designer = Designer(page, live.address)
    designer.sign_in("admin")
    designer.design("ruleset", code)
    tab(page, "cases")
    page.locator("#dz-suggest").click()
    offers = page.locator("#dz-suggested-list > li")
    expect(page.locator("#dz-suggested-proof")).to_contain_text("已证明是最少的", timeout=60_000)
    count = offers.count()
    assert count >= 3
    expect(page.locator("#dz-suggested-proof")).to_contain_text(f"共建议 {count} 个")
    expect(offers.first).to_contain_text("首次达到")
    axe(page)
    phone(page)
    axe(page)
    no_overflow(page)
    page.set_viewport_size(DESKTOP)
    offers.nth(1).get_by_role("button", name="接受").click()
    expect(offers).to_have_count(count - 1)
    expect(page.locator("#dz-said")).to_contain_text("接受建议的测试用例")
    assert page.evaluate("document.activeElement.id").startswith("dz-s-")
    expect(page.locator("#dz-suggested-proof")).to_contain_text("已证明是最少的")
    page.locator("#dz-undo").click()
    expect(offers).to_have_count(count)
    page.locator("#dz-suggested-all").click()
    expect(page.locator("#dz-suggested-state")).to_contain_text("没有更多建议")
    expect(page.locator("#dz-suggested-title")).to_be_focused()
    expect(page.locator("#dz-c-state")).to_have_text(f"通过 {count} 个，未通过 0 个")
    axe(page)
    designer.kept()
    assert len(cases(live.platform, code)) == count
    page.locator("#dz-suggested-close").click()
    expect(page.locator("#dz-suggested-title")).to_have_count(0)
    expect(page.locator("#dz-suggest")).to_be_focused()
    # asked again for what is there now, there is nothing to suggest
    page.locator("#dz-suggest").click()
    expect(page.locator("#dz-suggested-state")).to_contain_text("没有更多建议", timeout=60_000)


def test_the_search_is_stopped_and_cases_are_accepted_by_keyboard_alone(live: Live, page: Page) -> None:
    code = begun(live.platform, "offers.keys")
    designer = Designer(page, live.address)
    designer.sign_in("admin")
    designer.design("ruleset", code)
    hands = Keyboard(page)
    hands.press(page.locator("#dz-tab-cases"))
    with live.platform.provers.patient.turn:
        # another analysis has its turn
        hands.press(page.locator("#dz-suggest"))
        expect(page.locator("#dz-suggested-title")).to_be_focused()
        expect(page.locator("#dz-suggested-far")).to_contain_text("正在等待开始")
        assert_accessible(page)
        with page.expect_response("**/suggestions/cancel"):
            hands.press(page.locator("#dz-suggested-stop"))
        expect(page.locator("#dz-suggest")).to_be_focused()
        expect(page.locator("#dz-suggested-title")).to_have_count(0)
    assert not live.platform.rulesets.give_up(code), "the server was told, too"
    hands.press(page.locator("#dz-suggest"))
    offers = page.locator("#dz-suggested-list > li")
    expect(offers.first).to_be_visible(timeout=60_000)
    count = offers.count()
    for number in range(count, 0, -1):
        expect(offers).to_have_count(number)
        take = offers.first.get_by_role("button", name="接受")
        if number < count:
            # the next one has the focus already
            expect(take).to_be_focused()
        hands.press(take)
    expect(page.locator("#dz-suggested-state")).to_contain_text("没有更多建议")
    designer.kept()
    assert len(cases(live.platform, code)) == count


def test_before_the_pages_own_python_the_server_answers(live: Live, page: Page, watcher: Watcher) -> None:
    code = begun(live.platform, "offers.server")
    designer = Designer(page, live.address)
    designer.sign_in("admin")
    watcher.allow("core-", "ERR_FAILED")
    page.route("**/core*.js", lambda route: route.abort())
    designer.design("ruleset", code, ready=False)
    expect(page.locator("#designer-form")).to_have_attribute("data-core", "server")
    tab(page, "cases")
    page.locator("#dz-suggest").click()
    offers = page.locator("#dz-suggested-list > li")
    expect(page.locator("#dz-suggested-proof")).to_contain_text("已证明是最少的", timeout=60_000)
    count = offers.count()
    offers.first.get_by_role("button", name="接受").click()
    expect(offers).to_have_count(count - 1)
    assert len(cases(live.platform, code)) == 1


def test_suggestions_on_the_page_stay_when_its_own_python_has_come(live: Live, page: Page) -> None:
    code = begun(live.platform, "offers.reload")
    designer = Designer(page, live.address)
    designer.sign_in("admin")
    designer.design("ruleset", code)
    tab(page, "cases")
    page.locator("#dz-suggest").click()
    expect(page.locator("#dz-suggested-list > li")).to_have_count(3, timeout=60_000)
    asked = page.locator("#dz-suggest").get_attribute("value")
    designer.open(f"/designer/ruleset/{code}?tab=cases&suggest={asked}")
    expect(page.locator("#dz-suggested-list > li")).to_have_count(3)
    designer.ready()
    page.locator("#dz-suggested-list > li").first.get_by_role("button", name="接受").click()
    expect(page.locator("#dz-suggested-list > li")).to_have_count(2)
    # a limit that is changed makes them void, and others are sought for it
    tab(page, "parameters")
    page.locator("#dz-p-cards").get_by_label("值", exact=True).first.fill("60")
    tab(page, "cases")
    expect(page.locator("#dz-suggested-state")).to_contain_text("规则在建议之后有改动")
    page.locator("#dz-suggested-again").click()
    expect(page.locator("#dz-suggested-proof")).to_contain_text("已证明是最少的", timeout=60_000)
    expect(page.locator("#dz-suggested-list")).to_contain_text("60")


def test_without_script_they_are_sought_and_accepted_by_plain_posts(live: Live, chromium: Browser) -> None:
    code = begun(live.platform, "offers.plain")
    context = chromium.new_context(viewport=DESKTOP, locale="zh-CN", java_script_enabled=False)
    page = context.new_page()
    designer = Designer(page, live.address)
    designer.sign_in("admin")
    designer.open(f"/designer/ruleset/{code}?tab=cases")
    with live.platform.provers.patient.turn:
        page.locator("#dz-suggest").click()
        expect(page.locator("#dz-suggested-far")).to_contain_text("正在等待开始")
        page.locator("#dz-suggested-stop").click()
        expect(page.locator("#dz-suggested-title")).to_have_count(0)
        page.locator("#dz-suggest").click()
    proof = page.locator("#dz-suggested-proof")
    for _ in range(60):
        if proof.count():
            break
        page.get_by_role("button", name="查看进度").click()
    expect(proof).to_contain_text("已证明是最少的")
    page.get_by_role("button", name="接受", exact=True).first.click()
    expect(page.locator("#dz-suggested-list > li")).to_have_count(2)
    page.locator("#dz-suggested-all").click()
    expect(page.locator("#dz-suggested-state")).to_contain_text("没有更多建议")
    assert len(cases(live.platform, code)) == 3
    page.locator("#dz-suggested-close").click()
    expect(page.locator("#dz-suggested-title")).to_have_count(0)
    context.close()
