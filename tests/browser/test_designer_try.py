"""Rules tried in the designer: as one types, by plain posts, and kept as a test case."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from .chromium import DESKTOP
from .designing import Designer, tab
from .live import Live

pytestmark = pytest.mark.xdist_group("designer-try")


def test_rules_are_tried_as_one_types_and_what_was_tried_becomes_a_case(
    live: Live, page: Page, axe: Callable[[Page], None], phone: Callable[[Page], None]
) -> None:
    designer = Designer(page, live.address)
    designer.sign_in("admin")
    designer.design("ruleset", "construction-permit.scope")
    tab(page, "try")
    result = page.locator("#dz-try-result")
    expect(result).to_contain_text("待补充 2 条")
    axe(page)
    # what comes of it stands beside what is typed, and nothing sticks to anything
    given = page.locator("#dz-try-given").bounding_box()
    beside = result.bounding_box()
    assert given and beside and given["x"] + given["width"] <= beside["x"] - 16
    fields, button = page.locator("#dz-try-form").bounding_box(), page.locator("#dz-try-go").bounding_box()
    assert fields and button and fields["y"] + fields["height"] <= button["y"] - 8
    investment, area = (
        page.locator(f'#dz-try-form [name="/{name}"]') for name in ("investment", "floor_area")
    )
    investment.fill("31")
    area.fill("301")
    expect(page.locator("#dz-try-sum")).to_have_text("符合 1 条，不符合 1 条，待补充 0 条")
    expect(area).to_be_focused()
    expect(result.locator(".dz-trace").first).to_contain_text("填写：31")
    expect(page.locator("#dz-undo")).to_be_disabled()
    # pressed at once after typing: what is kept is what stands in the field
    investment.fill("32")
    page.locator("#dz-try-store").click()
    expect(page.locator("#dz-try-kept")).to_be_focused()
    axe(page)
    designer.kept()
    draft = live.platform.registry.draft("ruleset", "construction-permit.scope")
    assert draft is not None
    assert draft.document["tests"]["cases"][-1]["answers"]["project"] == {"investment": 32, "floor_area": 301}
    page.locator("#dz-try-kept").click()
    expect(page.locator("#dz-tab-cases")).to_have_attribute("aria-current", "page")
    expect(page.locator("#dz-c-state")).to_contain_text("未通过 0 个")
    page.locator("#dz-undo").click()
    tab(page, "try")
    expect(page.locator("#dz-try-store")).to_be_visible()
    page.locator("#dz-try-clear").click()
    expect(investment).to_have_value("")
    phone(page)
    axe(page)


def test_without_script_rules_are_tried_by_plain_posts(live: Live, chromium: Browser) -> None:
    context = chromium.new_context(viewport=DESKTOP, locale="zh-CN", java_script_enabled=False)
    page = context.new_page()
    designer = Designer(page, live.address)
    designer.sign_in("admin")
    designer.open("/designer/ruleset/construction-start.eligibility?tab=try")
    form = page.locator("#dz-try-form")
    form.get_by_label("总建筑面积").fill("200")
    page.locator("#dz-try-go").click()
    expect(page.locator("#dz-try-result")).to_contain_text("填写：200")
    form.get_by_label("总建筑面积").fill("201")
    page.locator("#dz-try-store").click()
    expect(page.locator("#dz-try-kept")).to_be_visible()
    draft = live.platform.registry.draft("ruleset", "construction-start.eligibility")
    assert draft is not None
    assert "201" in str(draft.document["tests"]["cases"][-1]["answers"])
    page.locator("#dz-try-clear").click()
    expect(form.get_by_label("总建筑面积")).to_have_value("")
    context.close()
