"""A choice for the dictionary composed in Chromium without JSON: by mouse, by keyboard, and by plain posts."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from .chromium import DESKTOP
from .composing import Clerk
from .designing import Designer
from .hands import Hands, Keyboard, Mouse
from .live import Live

pytestmark = pytest.mark.xdist_group("designer")


@pytest.mark.parametrize(("hands", "code"), [(Mouse, "shop.kind"), (Keyboard, "shop.trade")])
def test_a_choice_is_made_option_by_option(
    live: Live,
    page: Page,
    axe: Callable[[Page], None],
    phone: Callable[[Page], None],
    hands: type[Hands],
    code: str,
) -> None:
    clerk = Clerk(page, live.address, hands(page), axe)
    clerk.sign_in("admin")
    clerk.begin("element", code, "店铺类型")
    clerk.ready()
    clerk.choose("字段类型", "单选")
    options = page.locator("#dz-element-options")
    for number, (zh, en) in enumerate((("便利店", "Convenience store"), ("餐馆", "Restaurant")), 1):
        clerk.write(f"选项 {number}（中文）", zh, options)
        expect(options.get_by_text("缺英文")).to_have_count(1)
        clerk.write(f"选项 {number}（英文）", en, options)
        expect(options.get_by_text("缺英文")).to_have_count(0)
    clerk.press("＋ 新增选项", within=options)
    clerk.write("选项 3（中文）", "其他", options)
    clerk.write("选项 3（英文）", "Other", options)
    clerk.press("上移：其他", within=options)
    expect(page.locator("#dz-said")).to_have_text("“店铺类型”选项“其他”移到第 2 位")
    axe(page)
    clerk.write("存储值：餐馆", "restaurant")
    clerk.press("应用存储值")
    expect(page.get_by_label("存储值：餐馆")).to_have_value("restaurant")
    clerk.press("删除：其他", within=options)
    clerk.press("撤销")
    expect(options.get_by_label("选项 2（中文）")).to_have_value("其他")
    phone(page)
    axe(page)
    draft = live.platform.registry.draft("element", code)
    assert draft is not None and draft.document["options"] == [
        {"value": "option_1", "title": {"zh": "便利店", "en": "Convenience store"}},
        {"value": "option_3", "title": {"zh": "其他", "en": "Other"}},
        {"value": "restaurant", "title": {"zh": "餐馆", "en": "Restaurant"}},
    ]


def test_a_choice_is_made_by_plain_posts(live: Live, chromium: Browser) -> None:
    context = chromium.new_context(viewport=DESKTOP, locale="zh-CN", java_script_enabled=False)
    page = context.new_page()
    designer = Designer(page, live.address)
    designer.sign_in("admin")
    designer.begin("element", "shop.size", "店铺大小")
    page.get_by_label("字段类型").select_option(label="多选")
    page.get_by_label("依据", exact=True).press("Enter")
    page.get_by_label("选项 1（中文）").fill("大")
    page.get_by_label("选项 1（英文）").fill("Large")
    page.get_by_label("最多行数（项数）").fill("1")
    page.get_by_role("button", name="＋ 新增选项").click()
    page.get_by_label("存储值：大").fill("large")
    page.get_by_role("button", name="应用存储值").click()
    expect(page.locator("#designer-form .field-error")).to_have_count(0)
    draft = live.platform.registry.draft("element", "shop.size")
    assert draft is not None
    assert [each["value"] for each in draft.document["options"]] == ["large", "option_2", "option_3"]
    assert draft.document["options"][0]["title"] == {"zh": "大", "en": "Large"}
    assert draft.document["schema"] == {"maxItems": 1}
    context.close()
