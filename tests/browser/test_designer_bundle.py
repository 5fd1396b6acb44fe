"""The bundle composer in Chromium: by mouse, by keyboard, without script, at a desk and on a phone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from yijianshi.server.designer.starts import start

from .chromium import DESKTOP
from .designing import Designer, steady
from .live import Live

pytestmark = pytest.mark.xdist_group("designer-bundle")

TABS = ("about", "matters", "form", "materials", "selection", "rulesets", "savings", "preview")


def document(live: Live, kind: str, code: str) -> Any:
    """Give a definition as the server keeps it."""
    return live.platform.designer.opened(kind, code).document


def wide(page: Page) -> int:
    """Say how wide the page is, scrolled parts of it left out."""
    width: int = page.evaluate("document.documentElement.scrollWidth")
    return width


def test_a_bundle_is_composed_by_mouse(live: Live, page: Page) -> None:
    designer = Designer(page, live.address)
    designer.sign_in("admin")
    designer.begin("bundle", "by-mouse", "开办小店")
    designer.ready()
    page.locator("#dz-tab-matters").click()
    expect(page.locator("#dz-b-none")).to_be_visible()
    page.locator("#dz-matter-search").fill("企业设立")
    page.locator("#dz-add-enterprise-establishment").click()
    expect(page.locator("#dz-m-enterprise-establishment-title")).to_be_focused()
    expect(page.locator("#dz-said")).to_have_text("加入事项“企业设立登记”")
    page.locator("#dz-matter-search").fill("印章")
    page.locator("#dz-add-seal-making").click()
    page.locator("#dz-matter-search").fill("税务")
    # a matter dragged out of the catalogue, then to the head of the list by its buttons
    expect(page.locator("#dz-b-found li")).to_have_count(1)
    expect(page.locator("#dz-m-seal-making")).to_be_visible()
    designer.kept()
    _drag(page, "#dz-offer-tax-change [data-handle]", "#dz-m-enterprise-establishment [data-handle]")
    expect(page.locator("#dz-said")).to_have_text("加入事项“税务信息变更与发票领用”")
    while page.locator("#dz-m-tax-change-up").is_enabled():
        page.locator("#dz-m-tax-change-up").click()
        expect(page.locator("#dz-said")).to_contain_text("将事项“税务信息变更与发票领用”移到")
        designer.kept()
    expect(page.locator("#dz-b-chosen > li").first).to_have_id("dz-m-tax-change")
    page.locator("#dz-waits-seal-making").click()
    page.locator("#dz-m-seal-making").get_by_label("企业设立登记").check()
    expect(page.locator("#dz-plan")).to_contain_text("企业设立登记 → 印章刻制备案")
    page.locator("#dz-waits-enterprise-establishment").click()
    page.locator("#dz-m-enterprise-establishment").get_by_label("印章刻制备案").click()
    expect(page.locator("#dz-m-enterprise-establishment .field-error")).to_contain_text("这样会互相等待")
    page.locator("#dz-tab-form").click()
    page.locator("#dz-s-add").click()
    page.get_by_label("分区名称（中文）").fill("店铺")
    expect(page.locator("#dz-s-section-1-title")).to_contain_text("店铺")
    expect(page.get_by_label("分区名称（中文）")).to_have_value("店铺")
    page.get_by_label("“拟用企业名称”所在分区").select_option("section-1")
    expect(page.locator("#dz-s-section-1-fields")).to_contain_text("拟用企业名称")
    page.locator("#dz-tab-savings").click()
    page.get_by_label("工作日（改革前）").fill("10")
    expect(page.locator("#dz-sav-days")).to_contain_text("÷ 10 =")
    designer.kept()
    kept = document(live, "bundle", "by-mouse")
    assert [part["matter"] for part in kept["matters"]] == [
        "tax-change",
        "enterprise-establishment",
        "seal-making",
    ]
    assert kept["matters"][2]["after"] == ["enterprise-establishment"]
    assert "after" not in kept["matters"][1]
    assert kept["sections"][0]["fields"] == ["/company/name"]
    assert kept["baseline"] == {"days": 10}


def _drag(page: Page, what: str, onto: str) -> None:
    source, target = page.locator(what), page.locator(onto)
    target.scroll_into_view_if_needed()
    begin = steady(source)
    page.mouse.move(begin["x"] + begin["width"] / 2, begin["y"] + begin["height"] / 2)
    page.mouse.down()
    end = steady(target)
    for part in range(1, 11):
        page.mouse.move(
            begin["x"] + (end["x"] - begin["x"]) * part / 10 + 6,
            begin["y"] + (end["y"] - begin["y"]) * part / 10 + 4,
        )
    page.mouse.move(end["x"] + 8, end["y"] + 2)
    page.mouse.up()


def test_matters_are_ordered_and_taken_out_by_keyboard(live: Live, page: Page) -> None:
    designer = Designer(page, live.address)
    designer.sign_in("admin")
    live.platform.designer.create(
        {
            **start("bundle", "by-keys", "按键"),
            "matters": [{"matter": code} for code in ("tax-change", "seal-making", "housing-fund")],
        },
        "admin",
    )
    designer.open("/designer/bundle/by-keys?tab=matters")
    designer.ready()
    page.locator("#dz-m-tax-change-down").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#dz-b-chosen > li").first).to_have_id("dz-m-seal-making")
    expect(page.locator("#dz-m-tax-change-down")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#dz-b-chosen > li").last).to_have_id("dz-m-tax-change")
    expect(page.locator("#dz-m-tax-change-up")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator("#dz-out-tax-change")).to_be_focused()
    page.keyboard.press("Space")
    expect(page.locator("#dz-m-tax-change")).to_have_count(0)
    expect(page.locator("#dz-m-housing-fund-title")).to_be_focused()
    expect(page.locator("#dz-said")).to_contain_text("移出事项")
    page.keyboard.press("Control+z")
    expect(page.locator("#dz-m-tax-change")).to_have_count(1)
    designer.kept()
    assert [part["matter"] for part in document(live, "bundle", "by-keys")["matters"]] == [
        "seal-making",
        "housing-fund",
        "tax-change",
    ]


def test_a_conflict_is_settled_and_a_ruleset_begun_with_one_press_each(live: Live, page: Page) -> None:
    leaves: dict[str, dict[str, Any]] = {
        "first": {"$ref": "urn:yijianshi:element:company.name"},
        "second": {"type": "integer", "x-type": "integer", "x-title": {"zh": "名", "en": "Name"}},
    }
    for code, leaf in leaves.items():
        matter = start("matter", code, code)
        matter["form"]["schema"]["properties"] = {"company": {"type": "object", "properties": {"name": leaf}}}
        live.platform.designer.create(matter, "admin")
    bundle = {**start("bundle", "clashing", "冲突"), "matters": [{"matter": "first"}, {"matter": "second"}]}
    live.platform.designer.create(bundle, "admin")
    designer = Designer(page, live.address)
    designer.sign_in("admin")
    designer.open("/designer/bundle/clashing")
    designer.ready()
    # what is being typed is kept before the page is left
    page.get_by_label("名称（中文）", exact=True).fill("不再冲突")
    page.locator("#dz-tab-form").click()
    page.get_by_role("button", name="都改用数据元").click()
    expect(page.locator("#dz-b-sum")).to_contain_text("合并后 1 项")
    assert document(live, "bundle", "clashing")["title"]["zh"] == "不再冲突"
    name = document(live, "matter", "second")["form"]["schema"]["properties"]["company"]["properties"]["name"]
    assert name == leaves["first"]
    designer.ready()
    page.locator("#dz-tab-selection").click()
    page.get_by_role("button", name="新建情形规则集").click()
    page.wait_for_url("**/designer/ruleset/clashing.situations*")
    assert document(live, "bundle", "clashing")["rulesets"] == ["clashing.situations"]


def test_the_form_is_tried_in_a_situation(live: Live, page: Page) -> None:
    designer = Designer(page, live.address)
    designer.sign_in("admin")
    designer.open("/designer/bundle/individual-to-enterprise?tab=preview")
    designer.ready()
    page.locator("#dz-case-1").click()
    expect(page.locator("#dz-case-1")).to_have_attribute("aria-pressed", "true")
    page.locator("#dz-sample").click()
    expect(page.locator("#dz-preview-state")).to_have_text("✓ 可以提交")
    before = page.locator("#dz-try-outcome").inner_text()
    # another situation is answered in the form itself
    page.locator('#dz-preview-form input[name="/situation/has_employees"][value="true"]').check()
    expect(page.locator("#dz-try-outcome")).to_contain_text("社会保险登记")
    assert page.locator("#dz-try-outcome").inner_text() != before
    page.locator("#dz-side-phone").click()
    expect(page.locator("#dz-side")).to_have_class("dz-side dz-phone")
    assert live.platform.registry.draft("bundle", "individual-to-enterprise") is None


def test_without_script_the_composer_works_by_plain_posts(live: Live, chromium: Browser) -> None:
    context = chromium.new_context(viewport=DESKTOP, locale="zh-CN", java_script_enabled=False)
    page = context.new_page()
    designer = Designer(page, live.address)
    designer.sign_in("admin")
    designer.begin("bundle", "by-posts", "没有脚本")
    page.locator("#dz-tab-matters").click()
    page.locator("#dz-matter-search").fill("印章")
    page.locator("#dz-matter-search").press("Enter")
    page.locator("#dz-add-seal-making").click()
    page.locator("#dz-matter-search").fill("公积金")
    page.locator("#dz-matter-search").press("Enter")
    page.locator("#dz-add-housing-fund").click()
    page.locator("#dz-waits-housing-fund").click()
    page.locator("#dz-m-housing-fund").get_by_label("印章刻制备案").check()
    page.locator("#dz-m-housing-fund-up").click()
    assert document(live, "bundle", "by-posts")["matters"] == [
        {"matter": "housing-fund", "selected": "always", "after": ["seal-making"]},
        {"matter": "seal-making", "selected": "always"},
    ]
    page.locator("#dz-tab-rulesets").click()
    page.locator("#dz-rs-new-eligibility").click()
    page.wait_for_url("**/designer/ruleset/by-posts.eligibility*")
    assert document(live, "bundle", "by-posts")["rulesets"] == ["by-posts.eligibility"]
    context.close()


def test_every_tab_and_the_home_page_are_accessible_and_fit_a_phone(
    live: Live, page: Page, axe: Callable[[Page], None], phone: Callable[[Page], None]
) -> None:
    designer = Designer(page, live.address)
    designer.sign_in("admin")
    for small in (False, True):
        if small:
            phone(page)
        for path in ("/designer", *(f"/designer/bundle/individual-to-enterprise?tab={tab}" for tab in TABS)):
            designer.open(path)
            axe(page)
            assert wide(page) <= (375 if small else 1280), path
