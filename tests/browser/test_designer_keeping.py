"""Drafts save by themselves: what was typed is there again though the page was closed at once."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from .chromium import DESKTOP, Watcher
from .designing import Designer
from .live import Live

pytestmark = pytest.mark.xdist_group("designer")

HINT = "填报提示（中文）"


def comes_true(what: Callable[[], bool]) -> None:
    """Wait for something: a page that is closed sends its last words by itself."""
    until = time.monotonic() + 10
    while not what():
        assert time.monotonic() < until, "it did not come true"
        time.sleep(0.05)


def hint_of(live: Live, code: str) -> str:
    """Give the hint that the draft of an element is kept with."""
    draft = live.platform.registry.draft("element", code)
    return "" if draft is None else str(draft.document.get("hint", {}).get("zh"))


@pytest.mark.parametrize("core", ["ready", "not yet there"])
def test_what_is_typed_is_kept_though_the_page_is_closed_at_once(
    live: Live, page: Page, context: BrowserContext, core: str
) -> None:
    code = {"ready": "project.name", "not yet there": "project.use"}[core]
    designer = Designer(page, live.address)
    designer.sign_in("admin")
    designer.design("element", code, ready=core == "ready")
    hint = page.get_by_label(HINT)
    hint.fill("与备案")
    page.wait_for_timeout(400)
    hint.press_sequentially("证明一致")
    page.close()
    comes_true(lambda: hint_of(live, code) == "与备案证明一致")
    # nobody holds the draft: the next is let in at once
    comes_true(lambda: live.platform.designer.leases.holder("element", code) is None)
    again = context.new_page()
    Designer(again, live.address).design("element", code)
    expect(again.get_by_label(HINT)).to_have_value("与备案证明一致")


def test_a_page_that_is_put_away_sends_at_once_and_goes_on_when_it_is_back(live: Live, page: Page) -> None:
    designer = Designer(page, live.address)
    designer.sign_in("admin")
    designer.design("element", "project.category")
    hint = page.get_by_label(HINT)
    hint.fill("按目录")
    page.evaluate(
        """() => {
          Object.defineProperty(document, "hidden", { value: true, configurable: true });
          document.dispatchEvent(new Event("visibilitychange"));
          delete document.hidden;
        }"""
    )
    hint.press("End")
    hint.press_sequentially("填写")
    designer.kept()
    assert hint_of(live, "project.category") == "按目录填写"
    # sent twice, carried out once: one undo takes back all that was typed in one place
    page.locator("#dz-undo").click()
    designer.kept()
    expect(page.locator("#dz-refused")).to_be_hidden()
    assert hint.input_value() != "按目录填写"


def another_writes(live: Live, code: str) -> None:
    """Let a second person write the hint of an element that the first has open."""
    designer = live.platform.designer
    designer.leases.release("element", code, "admin")
    theirs = json.dumps({"op": "say", "at": ["hint"], "lang": "zh"})
    revision = designer.opened("element", code).revision
    designer.carry_out("element", code, "admin2", revision, [(theirs, "他人所写")], {}, "zh")


def test_last_words_overwrite_nothing_that_another_has_saved(
    live: Live, page: Page, chromium: Browser, watcher: Watcher
) -> None:
    watcher.allow("409")
    code = "project.nature"
    designer = Designer(page, live.address)
    designer.sign_in("admin")
    designer.design("element", code)
    page.get_by_label("依据", exact=True).fill("类")
    designer.kept()
    # the page does not learn that somebody else is at the draft
    page.route("**/lease", lambda route: None)
    another_writes(live, code)
    page.get_by_label("标准", exact=True).press_sequentially("GB 1")
    page.get_by_label(HINT).press_sequentially("我写的")
    page.close()
    context = chromium.new_context(viewport=DESKTOP, locale="zh-CN")
    other = context.new_page()
    second = Designer(other, live.address)
    second.sign_in("admin2")
    second.design("element", code)
    expect(other.get_by_label(HINT)).to_have_value("他人所写")
    context.close()


def test_what_was_refused_is_told_until_it_is_read(
    live: Live, page: Page, watcher: Watcher, axe: Callable[[Page], None]
) -> None:
    watcher.allow("409")
    code = "project.structure"
    designer = Designer(page, live.address)
    designer.sign_in("admin")
    designer.design("element", code)
    page.get_by_label("标准", exact=True).fill("GB 1")
    designer.kept()
    # the page does not yet learn that somebody else is at the draft
    beats: list[Route] = []
    learning = threading.Event()
    page.route("**/lease", lambda route: route.continue_() if learning.is_set() else beats.append(route))
    another_writes(live, code)
    page.get_by_label(HINT).fill("我写的")
    told = page.locator("#dz-refused")
    expect(told).to_contain_text("我写的")
    # now it learns
    with page.expect_response("**/lease", timeout=15_000):
        learning.set()
        for beat in beats:
            beat.continue_()
    page.wait_for_timeout(500)
    expect(told).to_contain_text("我写的")
    axe(page)
    told.get_by_role("link", name="查看最新内容").click()
    expect(page.get_by_label(HINT)).to_have_value("他人所写")


def without_network(page: Page) -> None:
    """Let nothing of a page reach the server any more, not even what outlives the page."""
    page.evaluate("() => { window.fetch = () => Promise.reject(new TypeError('no network')); }")


@pytest.mark.parametrize("chord", ["Control+Y", "Control+Shift+Z", "Meta+Shift+Z"])
def test_what_was_undone_is_done_again_by_keys_and_told(live: Live, page: Page, chord: str) -> None:
    designer = Designer(page, live.address)
    designer.sign_in("admin")
    designer.design("material", "land-approval")
    box = page.get_by_label("PNG")
    was = box.is_checked()
    box.click()
    designer.kept()
    page.keyboard.press("Control+Z")
    expect(box).to_be_checked(checked=was)
    page.keyboard.press(chord)
    expect(box).to_be_checked(checked=not was)
    expect(page.locator("#dz-said")).not_to_be_empty()
    expect(page.locator("#dz-said")).not_to_contain_text("撤销")
    designer.kept()
    page.locator("#dz-keys summary").click()
    expect(page.locator("#dz-keys")).to_contain_text("Ctrl+Shift+Z")


def test_what_was_typed_without_a_network_is_there_again_though_the_page_was_closed(
    live: Live, page: Page, context: BrowserContext
) -> None:
    code = "project.storeys"
    designer = Designer(page, live.address)
    designer.sign_in("admin")
    designer.design("element", code)
    without_network(page)
    page.get_by_label(HINT).fill("断网所写")
    page.get_by_label("标准", exact=True).fill("GB 1")
    page.close()
    again = context.new_page()
    Designer(again, live.address).design("element", code)
    expect(again.get_by_label(HINT)).to_have_value("断网所写")
    expect(again.get_by_label("标准", exact=True)).to_have_value("GB 1")
    expect(again.locator("#dz-status")).to_have_text("上次关闭页面时未保存的修改已补存")
    assert hint_of(live, code) == "断网所写"
    assert again.evaluate("() => Object.keys(localStorage).filter((key) => key.startsWith('designer'))") == []


def test_last_words_that_conflict_are_offered_at_the_next_opening(
    live: Live, page: Page, context: BrowserContext, watcher: Watcher, axe: Callable[[Page], None]
) -> None:
    watcher.allow("409")
    code = "project.investment"
    designer = Designer(page, live.address)
    designer.sign_in("admin")
    designer.design("element", code)
    page.get_by_label("依据", exact=True).fill("类")
    designer.kept()
    without_network(page)
    page.get_by_label(HINT).fill("我写的")
    page.get_by_label("标准", exact=True).fill("GB 1")
    page.get_by_label("名称（英文）").fill("Mine")
    page.close()
    another_writes(live, code)
    names = json.dumps({"op": "say", "at": ["title"], "lang": "en"})
    revision = live.platform.designer.opened("element", code).revision
    live.platform.designer.carry_out("element", code, "admin2", revision, [(names, "Theirs")], {}, "zh")
    live.platform.designer.leases.release("element", code, "admin2")
    again = context.new_page()
    designer = Designer(again, live.address)
    designer.design("element", code)
    # what merges is carried out, and each place that both changed is told
    expect(again.get_by_label("标准", exact=True)).to_have_value("GB 1")
    lost = again.locator("#dz-lost")
    expect(lost.get_by_role("listitem")).to_have_count(2)
    expect(lost).to_contain_text("我写的")
    axe(again)
    expect(again.get_by_label(HINT)).to_have_value("他人所写")
    lost.get_by_role("listitem").filter(has_text="我写的").get_by_role("button", name="采用我的修改").click()
    expect(again.get_by_label(HINT)).to_have_value("我写的")
    lost.get_by_role("button", name="保留现在的内容").click()
    expect(lost).to_be_hidden()
    designer.kept()
    assert hint_of(live, code) == "我写的"
    expect(again.get_by_label("名称（英文）")).to_have_value("Theirs")
    again.reload()
    designer.ready()
    expect(lost).to_be_hidden()
