"""A field's code and an option's stored value renamed in Chromium: by keyboard, and by plain posts without script."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from .chromium import DESKTOP
from .designing import Designer
from .live import Live

pytestmark = pytest.mark.xdist_group("designer")


def own(live: Live, code: str) -> dict[str, Any]:
    found = live.platform.registry.draft("matter", code)
    assert found is not None
    place = found.document["form"]["schema"]["properties"][code.replace("-", "_")]
    return dict(place)


def test_a_code_is_renamed_from_the_keyboard_alone_and_undone(
    live: Live, page: Page, axe: Callable[[Page], None], phone: Callable[[Page], None]
) -> None:
    designer = Designer(page, live.address)
    designer.sign_in("admin")
    designer.open("/designer/matter/road-occupation?tab=form")
    designer.ready()
    page.get_by_role("button", name="是否挖掘路面", exact=True).focus()
    page.keyboard.press("Enter")
    code = page.get_by_label("字段编码")
    expect(code).to_have_value("digs")
    elsewhere = page.locator("#dz-side .alert-warning").get_by_role("link")
    expect(elsewhere).to_have_attribute("href", "/designer/bundle/construction-start")
    # what is being typed changes nothing yet; what will not do is told, and still changes nothing
    code.focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("restoration")
    designer.kept()
    assert live.platform.registry.draft("matter", "road-occupation") is None
    page.keyboard.press("Enter")
    expect(page.locator("#dz-side .field-error")).to_contain_text("这里已有编码为“restoration”的字段")
    expect(code).to_have_attribute("aria-invalid", "true")
    assert live.platform.registry.draft("matter", "road-occupation") is None
    axe(page)
    page.keyboard.press("Control+A")
    page.keyboard.type("opens_road")
    # past the link of the definition that names the place, to the button
    page.keyboard.press("Tab")
    expect(elsewhere).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator("#dz-rename")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#dz-said")).to_have_text("“是否挖掘路面”的编码由“digs”改为“opens_road”")
    expect(code).to_be_focused()
    expect(code).to_have_value("opens_road")
    expect(page.locator(".dz-card.dz-selected")).to_contain_text("是否挖掘路面")
    designer.kept()
    changed = own(live, "road-occupation")
    assert list(changed["properties"]) == ["restoration", "opens_road"] and changed["required"] == [
        "opens_road"
    ]
    axe(page)
    phone(page)
    axe(page)
    page.locator("#dz-undo").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#dz-said")).to_contain_text("撤销")
    designer.kept()
    assert "digs" in own(live, "road-occupation")["properties"]


def test_without_script_a_value_and_the_code_are_renamed_by_one_plain_post(
    live: Live, chromium: Browser
) -> None:
    context = chromium.new_context(viewport=DESKTOP, locale="zh-CN", java_script_enabled=False)
    page = context.new_page()
    designer = Designer(page, live.address)
    designer.sign_in("admin")
    designer.open("/designer/matter/civil-defence-review?tab=form")
    page.get_by_role("button", name="单选", exact=True).click()
    page.get_by_label("存储值：选项 1").fill("full")
    page.get_by_label("字段编码").fill("extent")
    page.get_by_role("button", name="应用编码").click()
    expect(page.get_by_label("字段编码")).to_have_value("extent")
    expect(page.get_by_label("存储值：选项 1")).to_have_value("full")
    expect(page.locator("#designer-form .field-error")).to_have_count(0)
    leaf = own(live, "civil-defence-review")["properties"]["extent"]
    assert leaf["enum"] == ["full", "option_2"] and leaf["x-options"][0]["value"] == "full"
    # refused with its reason beside it, and nothing is changed
    page.get_by_label("字段编码").fill("Extent!")
    page.get_by_role("button", name="应用编码").click()
    expect(page.locator("#designer-form .field-error")).to_contain_text("不能作编码")
    assert "extent" in own(live, "civil-defence-review")["properties"]
    context.close()
