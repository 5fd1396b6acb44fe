"""The designer in Chromium: with its script, without, from the keyboard, and with another at the same draft."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from .chromium import DESKTOP
from .designing import Designer
from .live import Live

pytestmark = pytest.mark.xdist_group("designer")


def test_an_element_is_edited_undone_and_found_again(
    live: Live, page: Page, axe: Callable[[Page], None], phone: Callable[[Page], None]
) -> None:
    designer = Designer(page, live.address)
    designer.sign_in("admin")
    designer.design("element", "project.name")
    axe(page)
    page.get_by_label("填报提示（中文）").fill("与备案证明一致")
    expect(page.locator("#dz-undo")).to_be_enabled()
    designer.kept()
    page.get_by_label("依据", exact=True).fill("备案办法第三条")
    designer.kept()
    page.locator("#dz-undo").click()
    expect(page.get_by_label("依据", exact=True)).to_have_value("")
    designer.kept()
    page.reload()
    expect(page.get_by_label("填报提示（中文）")).to_have_value("与备案证明一致")
    expect(page.locator("#dz-redo")).to_be_enabled()
    draft = live.platform.registry.draft("element", "project.name")
    assert draft is not None and draft.document["hint"]["zh"] == "与备案证明一致"
    phone(page)
    axe(page)


def test_a_published_definition_can_be_submitted_from_its_first_change_on(live: Live, page: Page) -> None:
    designer = Designer(page, live.address)
    designer.sign_in("admin")
    designer.design("element", "project.use")
    submit = page.get_by_role("link", name="检查与提交审核")
    expect(submit).to_have_count(0)
    page.get_by_label("填报提示（中文）").fill("与备案证明一致")
    designer.kept()
    submit.click()
    page.wait_for_url("**/designer/element/project.use/review")
    expect(page.locator("main")).to_contain_text("检查清单")


def test_without_script_the_same_controls_work_by_plain_posts(live: Live, chromium: Browser) -> None:
    context = chromium.new_context(viewport=DESKTOP, locale="zh-CN", java_script_enabled=False)
    page = context.new_page()
    designer = Designer(page, live.address)
    designer.sign_in("admin")
    designer.design("material", "land-approval", ready=False)
    page.get_by_label("份数上限").fill("许多")
    page.get_by_label("份数上限").press("Enter")
    expect(page.locator(".field-error")).to_contain_text("请填写整数")
    expect(page.get_by_label("份数上限")).to_have_value("许多")
    page.get_by_label("份数上限").fill("7")
    page.get_by_label("PNG").uncheck()
    page.get_by_label("份数上限").press("Enter")
    draft = live.platform.registry.draft("material", "land-approval")
    assert draft is not None
    assert (draft.document["max_count"], draft.document["formats"]) == (7, ["pdf", "jpeg", "ofd"])
    page.get_by_role("button", name="撤销").click()
    expect(page.locator("#dz-bar")).to_contain_text("已修改 1 处")
    context.close()


def test_taking_over_saves_the_other_first_and_a_second_person_publishes(
    live: Live, page: Page, chromium: Browser, axe: Callable[[Page], None], phone: Callable[[Page], None]
) -> None:
    first = Designer(page, live.address)
    first.sign_in("admin")
    first.design("element", "project.nature")
    page.get_by_label("标准", exact=True).fill("GB 50300")
    first.kept()
    context = chromium.new_context(viewport=DESKTOP, locale="zh-CN")
    other = context.new_page()
    second = Designer(other, live.address)
    second.sign_in("admin2")
    second.design("element", "project.nature", ready=False)
    expect(other.locator(".dz-lease")).to_contain_text("admin） 正在编辑")
    expect(other.get_by_label("标准", exact=True)).to_be_disabled()
    # typed, not yet kept, when the other asks
    page.get_by_label("依据", exact=True).fill("备案办法")
    other.get_by_role("button", name="接手编辑").click()
    expect(other.get_by_label("依据", exact=True)).to_be_enabled(timeout=60_000)
    expect(other.get_by_label("依据", exact=True)).to_have_value("备案办法")
    expect(page.locator(".dz-lease")).to_contain_text("admin2） 正在编辑", timeout=60_000)
    second.ready()
    other.get_by_label("依据", exact=True).fill("备案办法第四条")
    second.kept()
    other.get_by_role("link", name="检查与提交审核").click()
    other.wait_for_url("**/review")
    axe(other)
    phone(other)
    axe(other)
    other.get_by_role("button", name="提交审核").click()
    expect(other.get_by_text("您参与了编写，须由另一位管理员审核发布。")).to_be_visible()
    draft = live.platform.registry.draft("element", "project.nature")
    assert draft is not None
    assert (draft.state, draft.authors, draft.document["basis"]) == (
        "in_review",
        ("admin", "admin2"),
        "备案办法第四条",
    )
    context.close()
