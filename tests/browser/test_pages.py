"""A page of two sections: filled in with the page's Python and without script; made in the designer by keyboard."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from .chromium import DESKTOP, PHONE, assert_accessible
from .designing import Designer
from .journeys import no_overflow
from .live import Live
from .site import Site

pytestmark = pytest.mark.xdist_group("designer")

BUNDLE = "construction-start"


def begun(site: Site) -> str:
    """Begin (or find) the draft; gives its address."""
    site.sign_in("applicant")
    site.open(f"/bundles/{BUNDLE}")
    site.page.get_by_role("button", name="开始办理").click()
    site.page.wait_for_selector("#apply-form")
    return site.page.url.partition("/form/")[0]


def answers(live: Live, draft: str) -> dict[str, object]:
    account = live.platform.accounts.find("applicant")
    assert account is not None
    return dict(live.platform.drafts.get(account, draft.rpartition("/")[2]).answers)


@pytest.mark.parametrize("width", [1280, 375])
def test_the_pages_own_python_checks_both_sections(live: Live, page: Page, width: int) -> None:
    page.set_viewport_size(DESKTOP if width == 1280 else PHONE)
    draft = begun(Site(page, live.address))
    # the code of the second section leads to its place on the page
    page.goto(f"{draft}/form/manager")
    assert page.url.endswith("/form/construction#section-manager")
    page.wait_for_function(
        "() => document.querySelector('#apply-form').dataset.core === 'ready'", timeout=60_000
    )
    expect(page.locator("h1")).to_have_text("施工安排、项目负责人")
    expect(page.locator(".form-section > h2")).to_have_text(["施工安排", "项目负责人"])
    name = page.locator('[name="/manager/name"]')
    name.fill("赵")
    name.press("Tab")
    name.fill("")
    name.press("Tab")
    wrong = page.locator('.form-section .field[data-pointer="/manager/name"] .field-error')
    expect(wrong).to_be_visible()
    name.fill("赵工")
    expect(wrong).to_have_count(0)
    expect(page.locator("[data-core-status]")).to_have_text("草稿已自动保存")
    assert answers(live, draft)["manager"] == {"name": "赵工"}
    page.get_by_role("button", name="保存并继续").click()
    expect(page.locator("#error-summary")).to_be_visible()
    links = page.locator("#error-summary a").evaluate_all("nodes => nodes.map(node => node.hash)")
    assert any(link.startswith("#f-construction-") for link in links)
    page.locator(
        f'#error-summary a[href="{next(link for link in links if link.startswith("#f-manager-"))}"]'
    ).click()
    assert page.url.partition("#")[2].startswith("f-manager-")
    assert_accessible(page)
    no_overflow(page)


def test_the_page_is_filled_in_without_script(live: Live, chromium: Browser) -> None:
    context = chromium.new_context(java_script_enabled=False, viewport=DESKTOP, locale="zh-CN")
    page = context.new_page()
    draft = begun(Site(page, live.address))
    page.goto(f"{draft}/form/construction")
    page.locator('[name="/manager/name"]').fill("钱工")
    page.get_by_role("button", name="保存草稿").click()
    expect(page.locator(".alert-success")).to_be_visible()
    assert answers(live, draft)["manager"] == {"name": "钱工"}
    page.get_by_role("button", name="上一步").click()
    assert page.url.endswith("/form/enterprise"), "back goes a page back"
    page.get_by_role("link", name="施工安排、项目负责人").click()
    expect(page.locator('[name="/manager/name"]')).to_have_value("钱工")
    context.close()


def test_two_sections_are_put_on_one_page_by_keyboard(
    live: Live, page: Page, axe: Callable[[Page], None], phone: Callable[[Page], None]
) -> None:
    designer = Designer(page, live.address)
    designer.sign_in("admin")
    designer.open("/designer/matter/road-occupation?tab=form")
    designer.ready()
    marks, said = page.locator("#dz-sections .dz-page"), page.locator("#dz-said")
    expect(marks).to_have_text([f"第 {number} 页" for number in range(1, 5)])
    section = page.locator(".dz-section-name", has_text="占道")
    section.focus()
    page.keyboard.press("Enter")
    expect(section).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("Alt+Shift+P")
    expect(said).to_have_text("分区“占道”接在上一页（第 2 页）")
    expect(marks).to_have_count(3)
    designer.kept()
    draft = live.platform.registry.draft("matter", "road-occupation")
    assert draft is not None
    assert draft.document["form"]["ui"]["elements"][2]["options"]["continues"] is True
    axe(page)
    page.locator("#dz-side-phone").click()
    sections = page.locator(".dz-preview-page").nth(1).locator(".dz-preview-section")
    expect(sections).to_have_count(2)
    axe(page)
    phone(page)
    page.set_viewport_size(DESKTOP)
    page.locator("#dz-side-properties").click()
    page.get_by_label("分页").select_option("new")
    expect(said).to_have_text("分区“占道”另起一页（第 3 页）")
    page.locator("#dz-undo").click()
    expect(marks).to_have_count(3)
    designer.kept()


def test_the_sections_of_a_bundle_are_put_on_pages(
    live: Live, page: Page, axe: Callable[[Page], None], phone: Callable[[Page], None]
) -> None:
    designer = Designer(page, live.address)
    designer.sign_in("admin")
    designer.open(f"/designer/bundle/{BUNDLE}?tab=form")
    designer.ready()
    before = page.locator("#dz-b-sections .dz-page").count()
    page.get_by_label("“经办人”的分页").select_option("same")
    expect(page.locator("#dz-said")).to_contain_text("分区“经办人”接在上一页")
    expect(page.locator("#dz-b-sections .dz-page")).to_have_count(before - 1)
    axe(page)
    phone(page)
    page.locator("#dz-undo").click()
    expect(page.locator("#dz-b-sections .dz-page")).to_have_count(before)
    designer.kept()
