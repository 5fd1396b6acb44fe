"""What a reviewer is shown of a matter, a bundle and a ruleset: before and after publishing, with what differs marked."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from yijianshi.core.designer.desk import PRESSED
from yijianshi.server.registry import reviewing

from .chromium import DESKTOP
from .designing import Designer
from .journeys import no_overflow
from .live import Live

pytestmark = pytest.mark.xdist_group("designer-review")


def press(live: Live, kind: str, code: str, *operations: dict[str, Any]) -> None:
    revision = live.platform.designer.opened(kind, code).revision
    events = [(PRESSED, json.dumps(each)) for each in operations]
    saved = live.platform.designer.carry_out(kind, code, "admin", revision, events, {}, "zh")
    assert not saved.desk.problems, saved.desk.problems


def changed(live: Live) -> None:
    """Change a matter, a bundle's ruleset, and a bundle that both stand in."""
    gone = {"op": "remove_field", "field": "/road_occupation/digs"}
    press(live, "matter", "road-occupation", {"op": "add_field", "section": "占道", "type": "text"}, gone)
    press(
        live,
        "matter",
        "road-occupation",
        {
            "op": "say",
            "at": ["form", "schema", "properties", "road_occupation", "properties", "restoration", "x-title"],
            "lang": "zh",
            "value": "恢复办法",
        },
    )
    press(
        live,
        "bundle",
        "construction-start",
        {"op": "say", "at": ["title"], "lang": "zh", "value": "开工一件事"},
    )
    press(
        live,
        "ruleset",
        "construction-permit.scope",
        {"op": "rule_title", "rule": "no_permit", "lang": "zh", "value": "小型工程"},
        {"op": "copy_rule", "rule": "permit_needed"},
    )


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_differs_is_marked_before_and_after(
    live: Live, page: Page, axe: Callable[[Page], None], phone: Callable[[Page], None], language: str
) -> None:
    if live.platform.registry.draft("matter", "road-occupation") is None:
        changed(live)
    zh = language == "zh"
    designer = Designer(page, live.address)
    designer.sign_in("admin")
    if not zh:
        page.get_by_role("button", name="English").click()
    words = {"new": "新增" if zh else "new", "gone": "发布后没有" if zh else "gone once published"}
    # a matter: its own form
    designer.open("/designer/matter/road-occupation/review")
    axe(page)
    page.get_by_role("link", name="发布后" if zh else "after publishing", exact=True).click()
    page.wait_for_url("**/review/form/after")
    expect(page.locator(".dz-differs-new")).to_have_count(1)
    expect(page.locator(".dz-differs-new")).to_contain_text("单行文本" if zh else "Text")
    expect(page.locator(".dz-differs-new .dz-differs-word")).to_have_text(words["new"])
    axe(page)
    page.get_by_role("link", name="发布前" if zh else "before publishing", exact=True).click()
    page.wait_for_url("**/review/form/before")
    expect(page.locator(".dz-differs-gone .dz-differs-word")).to_have_text(words["gone"])
    expect(page.locator(".dz-differs-gone")).to_contain_text("是否挖掘路面" if zh else "?")
    axe(page)
    phone(page)
    axe(page)
    no_overflow(page)
    page.set_viewport_size(DESKTOP)
    # a bundle: the merged form, with the matter's draft that goes along
    designer.open("/designer/bundle/construction-start/review")
    page.get_by_role("link", name="发布后" if zh else "after publishing", exact=True).click()
    expect(page.locator(".dz-differs-new")).to_have_count(1)
    axe(page)
    # a ruleset: its sentences
    designer.open("/designer/ruleset/construction-permit.scope/review")
    axe(page)
    page.get_by_role("link", name="发布后" if zh else "after publishing", exact=True).click()
    expect(page.locator(".dz-rule-read")).to_have_count(3)
    expect(page.locator(".dz-differs-new")).to_have_count(1)
    expect(page.locator(".dz-differs-changed")).to_have_count(1 if zh else 0)
    axe(page)
    page.get_by_role("link", name="发布前" if zh else "before publishing", exact=True).click()
    expect(page.locator(".dz-rule-read")).to_have_count(2)
    expect(page.locator("main")).to_contain_text("投资额不大于投资限额" if zh else "investment is at most")
    axe(page)
    phone(page)
    axe(page)
    no_overflow(page)


def test_what_is_new_or_unfinished_says_so(live: Live, page: Page, axe: Callable[[Page], None]) -> None:
    designer = Designer(page, live.address)
    designer.sign_in("admin")
    designer.begin("ruleset", "review.new", "新规则")
    designer.open("/designer/ruleset/review.new/review")
    expect(page.get_by_role("link", name="发布前", exact=True)).to_have_count(0)
    page.get_by_role("link", name="发布后", exact=True).click()
    expect(page.locator("main")).to_contain_text("还没有规则")
    axe(page)
    press(
        live, "ruleset", "review.new", {"op": "add_fact", "place": "/project/floor_area"}, {"op": "add_rule"}
    )
    page.reload()
    expect(page.locator("main")).to_contain_text("还不能显示，请先改正检查清单中的错误")
    axe(page)


def test_a_reviewer_sends_back_with_comments_on_places_and_the_author_finds_them_there(
    live: Live, page: Page, axe: Callable[[Page], None], phone: Callable[[Page], None]
) -> None:
    browser = page.context.browser
    assert browser is not None
    code = "review.returned"
    author = Designer(page, live.address)
    author.sign_in("admin")
    author.begin("element", code, "退回试验")
    press(live, "element", code, {"op": "fill", "at": ["unit"], "value": "个"})
    revision = live.platform.designer.opened("element", code).revision
    reviewing.submit(live.platform.registry, "element", code, "admin", revision)
    names = live.platform.accounts.display_names(["admin", "admin2"])
    with browser.new_context(locale="zh-CN") as context:
        other = context.new_page()
        reviewer = Designer(other, live.address)
        reviewer.sign_in("admin2")
        reviewer.open(f"/designer/element/{code}/review")
        expect(other.locator("main")).to_contain_text(
            f"编写人：{live.platform.accounts.called('admin')['zh']}"
        )
        other.locator(".dz-remarks summary").click()
        other.get_by_label("单位：退回试验", exact=True).fill("应为“套”")
        other.get_by_label("名称：退回试验", exact=True).fill("名称太短")
        axe(other)
        phone(other)
        no_overflow(other)
        other.get_by_role("button", name="退回修改").click()
        other.wait_for_url("**/registry/review")
    author.open("/designer?status=sent_back")
    expect(page.locator("main")).to_contain_text(f"{live.platform.accounts.called('admin2')['zh']} 退回")
    axe(page)
    author.open(f"/designer/element/{code}")
    said = page.locator(".dz-comments")
    expect(said).to_contain_text(f"已退回 · {live.platform.accounts.called('admin2')['zh']}")
    expect(said.get_by_role("link", name="单位", exact=True)).to_be_visible()
    expect(page.locator(".dz-findings")).to_contain_text(f"{names['admin2']}的审核意见：应为“套”")
    axe(page)
    phone(page)
    no_overflow(page)
    page.set_viewport_size(DESKTOP)
    said.get_by_role("listitem").filter(has_text="应为“套”").get_by_role("button").click()
    expect(said).to_contain_text(f"{live.platform.accounts.called('admin')['zh']} 已处理")
    expect(page.locator(".dz-findings")).not_to_contain_text("应为“套”")
    author.open(f"/designer/element/{code}/review")
    expect(page.locator("main")).to_contain_text(f"已退回 · {live.platform.accounts.called('admin2')['zh']}")
    axe(page)
