"""Rules tried in the designer: as one types, by plain posts, and kept as a test case."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from .chromium import DESKTOP
from .designing import Designer
from .live import Live, serving

pytestmark = pytest.mark.xdist_group("designer-try")


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """A platform of these pages' own."""
    with serving(tmp_path_factory.mktemp("designer-try")) as site:
        yield site


def tab(page: Page, name: str) -> None:
    page.locator(f"#dz-tab-{name}").click()
    expect(page.locator(f"#dz-tab-{name}")).to_have_attribute("aria-current", "page")


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
    context = chromium.new_context(viewport=DESKTOP, locale="zh-CN", java_script_enabled=False)  # type: ignore[arg-type]
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
