"""The form builder and the matter's tabs in Chromium: by mouse, by keyboard, without script, with its preview."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from yijianshi.core.designer.desk import PRESSED
from yijianshi.core.forms.html import identifier

from .chromium import DESKTOP
from .designing import Designer, steady
from .live import Live

pytestmark = pytest.mark.xdist_group("designer")

ROAD = "/road_occupation"


def draft(live: Live, code: str) -> dict[str, Any]:
    found = live.platform.registry.draft("matter", code)
    assert found is not None
    return dict(found.document)


def scopes(document: dict[str, Any], section: int) -> list[str]:
    controls = document["form"]["ui"]["elements"][section]["elements"]
    return [str(control["scope"]).rpartition("/")[2] for control in controls]


def drag(page: Page, source: Locator, target: Locator) -> None:
    """Drag with the mouse onto the upper half of what is there, in a window that shows both."""
    page.set_viewport_size({"width": 1280, "height": 2000})
    start = steady(source)
    page.mouse.move(start["x"] + 12, start["y"] + start["height"] / 2)
    page.mouse.down()
    page.mouse.move(start["x"] + 30, start["y"] + 20, steps=4)
    end = steady(target)
    page.mouse.move(end["x"] + 40, end["y"] + 4, steps=16)
    # what lies under the pointer is looked up twenty times a second
    page.wait_for_timeout(150)
    page.mouse.move(end["x"] + 42, end["y"] + 2, steps=4)
    page.wait_for_timeout(150)
    page.mouse.up()


def card(page: Page, title: str) -> Locator:
    return page.locator(".dz-card", has=page.get_by_role("button", name=title, exact=True))


def test_a_form_is_built_with_the_mouse(
    live: Live, page: Page, axe: Callable[[Page], None], phone: Callable[[Page], None]
) -> None:
    designer = Designer(page, live.address)
    designer.sign_in("admin")
    designer.open("/designer/matter/road-occupation?tab=form")
    designer.ready()
    axe(page)
    # from the palette, between two fields; then to another place with its handle; then undone
    choice = page.locator("#dz-palette-types li").filter(has_text="单选").get_by_role("button")
    drag(page, choice, card(page, "是否挖掘路面"))
    expect(card(page, "单选")).to_be_focused()
    expect(page.locator("#dz-said")).to_have_text("在“占道”中新增字段“单选”")
    drag(page, card(page, "单选").locator(".dz-handle"), card(page, "占用、挖掘面积"))
    expect(page.locator("#dz-said")).to_contain_text("移到“占道”第 2 位")
    drag(page, card(page, "单选").locator(".dz-handle"), card(page, "项目名称"))
    expect(page.locator("#dz-said")).to_contain_text("移到“项目信息”第 2 位")
    designer.kept()
    assert scopes(draft(live, "road-occupation"), 0) == ["code", "choice_1", "name"]
    page.locator("#dz-undo").click()
    expect(page.locator("#dz-said")).to_contain_text("撤销")
    designer.kept()
    assert scopes(draft(live, "road-occupation"), 2)[1] == "choice_1"
    # its words, its options, and what is asked only when it was chosen
    page.get_by_label("名称（中文）", exact=True).fill("占道方式")
    page.get_by_label("名称（英文）", exact=True).fill("How the road is occupied")
    page.get_by_label("选项 1（中文）").fill("围挡")
    page.get_by_role("button", name="＋ 新增选项").click()
    expect(page.get_by_label("选项 3（中文）")).to_be_visible()
    page.get_by_role("button", name="路面恢复措施").click()
    expect(page.get_by_label("名称（中文）", exact=True)).to_have_value("路面恢复措施")
    page.get_by_role("button", name="＋ 新增条件").click()
    fields = page.locator(".dz-condition").get_by_label("字段")
    expect(fields).to_have_count(2)
    fields.nth(1).select_option(label="占道方式")
    expect(card(page, "路面恢复措施")).to_contain_text(
        "仅当“是否挖掘路面”等于“是”，且“占道方式”等于“围挡”时显示"
    )
    designer.kept()
    axe(page)
    # a section before another, with its handle
    page.get_by_role("button", name="＋ 新增分区").click()
    expect(page.locator(".dz-section")).to_have_count(5)
    last = page.locator(".dz-section").nth(4).locator(".dz-section-head .dz-handle")
    drag(page, last, page.locator(".dz-section").nth(3))
    expect(page.locator("#dz-said")).to_contain_text("移到第 4 位")
    designer.kept()
    phone(page)
    axe(page)


def test_a_repeated_group_with_its_sum_is_built_from_the_keyboard_alone(
    live: Live, page: Page, axe: Callable[[Page], None]
) -> None:
    designer = Designer(page, live.address)
    designer.sign_in("admin")
    designer.open("/designer/matter/drainage-permit?tab=form")
    designer.ready()

    def press(role: Any, name: str, key: str = "Enter") -> None:
        control = page.get_by_role(role, name=name, exact=True).first
        control.focus()
        page.keyboard.press(key)
        # what is pressed next may be another button once this one has been answered
        designer.kept()

    press("button", "可重复分组")
    group = page.locator(".dz-card.dz-selected")
    expect(group).to_be_focused()
    press("button", "＋ 在每一行中添加字段")
    press("button", "金额")
    expect(page.locator("#dz-said")).to_have_text("在“可重复分组”中新增字段“金额”")
    press("button", "＋ 在每一行中添加字段")
    press("button", "是否")
    expect(page.locator(".dz-items .dz-card")).to_have_count(2)
    # shortcuts act on what is selected, wherever the focus is
    page.keyboard.press("Alt+ArrowUp")
    expect(page.locator("#dz-said")).to_have_text("将“是否”由“可重复分组”第 2 位移到“可重复分组”第 1 位")
    press("button", "可重复分组", "Enter")
    page.locator(".dz-section").last.get_by_role("button", name="可重复分组", exact=True).focus()
    page.keyboard.press("Enter")
    press("button", "小数")
    computed = page.get_by_label("自动计算")
    computed.focus()
    computed.select_option("sum")
    expect(card(page, "小数")).to_contain_text("自动计算")
    page.keyboard.press("Alt+Shift+D")
    expect(page.locator("#dz-said")).to_have_text("复制字段“小数”")
    page.keyboard.press("Alt+Delete")
    expect(page.locator("#dz-said")).to_have_text("删除字段“小数（副本）”")
    expect(page.locator(".dz-card:focus")).to_have_count(1)
    designer.kept()
    own = draft(live, "drainage-permit")["form"]["schema"]["properties"]["drainage_permit"]["properties"]
    assert own["decimal_1"]["x-compute"] == {"fn": "sum", "of": "/drainage_permit/group_1/*/money_1"}
    assert own["group_1"]["x-order"] == ["yes_no_1", "money_1"]
    axe(page)


def test_a_sum_over_some_rows_is_built_from_selects_and_told_in_a_sentence(
    live: Live, page: Page, axe: Callable[[Page], None], phone: Callable[[Page], None]
) -> None:
    designer = Designer(page, live.address)
    designer.sign_in("admin")
    designer.open("/designer/matter/safety-supervision?tab=form")
    designer.ready()
    page.get_by_role("button", name="可重复分组", exact=True).first.click()
    for kind in ("金额", "是否"):
        into = page.get_by_role("button", name="＋ 在每一行中添加字段").last
        into.click()
        expect(into).to_have_attribute("aria-pressed", "true")
        page.get_by_role("button", name=kind, exact=True).first.click()
        designer.kept()
    page.locator(".dz-section").last.get_by_role("button", name="可重复分组", exact=True).click()
    page.get_by_role("button", name="小数", exact=True).first.click()
    page.get_by_label("自动计算").select_option("sum")
    page.get_by_role("button", name="＋ 只算某些行").click()
    side = page.locator(".dz-side")
    sentence = "“可重复分组”中“金额”的各行合计，只算“是否”等于“是”的行"
    expect(side.get_by_text(sentence, exact=True)).to_be_visible()
    expect(page.locator("#dz-said")).to_contain_text(sentence.translate({0x201C: 0x2018, 0x201D: 0x2019}))
    side.locator(".dz-condition").get_by_label("值").select_option("false")
    expect(side.get_by_text(sentence.replace("“是”的", "“否”的"), exact=True)).to_be_visible()
    # a choice is undone where it was made: only text has an undo of the browser's own
    side.locator(".dz-condition").get_by_label("值").focus()
    page.keyboard.press("Control+z")
    expect(side.get_by_text(sentence, exact=True)).to_be_visible()
    designer.kept()
    axe(page)
    phone(page)
    own = draft(live, "safety-supervision")["form"]["schema"]["properties"]["safety_supervision"]
    computed = own["properties"]["decimal_1"]["x-compute"]
    assert computed["where"] == {"yes_no_1": True}


OWN = "/power_connection"
ROWS = f"{OWN}/group_1"


def filtered(live: Live, code: str) -> None:
    """Give a matter's form rows with an amount and a yes or no, and a sum over the rows with yes."""
    operations: list[dict[str, Any]] = [
        {"op": "add_field", "type": "group"},
        {"op": "add_field", "type": "money", "group": ROWS},
        {"op": "add_field", "type": "yes_no", "group": ROWS},
        {"op": "add_field", "type": "decimal"},
        {"op": "compute", "field": f"{OWN}/decimal_1", "part": "fn", "value": "sum"},
        {"op": "filter_rows", "field": f"{OWN}/decimal_1", "part": "add"},
    ]
    events = [(PRESSED, json.dumps(each)) for each in operations]
    saved = live.platform.designer.carry_out("matter", code, "admin", 0, events, {}, "zh")
    assert not saved.desk.problems, saved.desk.problems


def test_the_filter_of_a_sum_is_tried_in_the_preview_and_by_plain_posts(
    live: Live, page: Page, chromium: Browser
) -> None:
    filtered(live, "power-connection")
    designer = Designer(page, live.address)
    designer.sign_in("admin")
    designer.open("/designer/matter/power-connection?tab=form&side=phone")
    designer.ready()
    rows(page)
    total = page.locator(f'[id="{identifier(f"{OWN}/decimal_1")}"]')
    expect(total).to_contain_text("20")
    page.locator(f'[name="{ROWS}/0/yes_no_1"][value="true"]').check()
    expect(total).to_contain_text("120")
    context = chromium.new_context(viewport=DESKTOP, locale="zh-CN", java_script_enabled=False)
    plain = context.new_page()
    designer = Designer(plain, live.address)
    designer.sign_in("admin")
    designer.open("/designer/matter/power-connection?tab=form&side=phone")
    rows(plain)
    plain.locator(f'[name="{ROWS}/0/money_1"]').press("Enter")
    expect(plain.locator(f'[id="{identifier(f"{OWN}/decimal_1")}"]')).to_contain_text("20")
    context.close()


def rows(page: Page) -> None:
    """Fill two rows in: 100 that is not wanted, 20 that is."""
    for number, (amount, wanted) in enumerate((("100", "false"), ("20", "true"))):
        if not page.locator(f'[name="{ROWS}/{number}/money_1"]').count():
            page.locator(f'[id="{identifier(ROWS)}-add"]').click()
        page.locator(f'[name="{ROWS}/{number}/money_1"]').fill(amount)
        page.locator(f'[name="{ROWS}/{number}/yes_no_1"][value="{wanted}"]').check()


def test_the_preview_is_the_real_form_and_keeps_nothing(
    live: Live, page: Page, axe: Callable[[Page], None], phone: Callable[[Page], None]
) -> None:
    designer = Designer(page, live.address)
    designer.sign_in("admin")
    designer.open("/designer/matter/spoil-disposal?tab=form")
    designer.ready()
    page.get_by_role("button", name="手机预览").click()
    preview = page.locator("#dz-preview-form")
    box = preview.bounding_box()
    assert box is not None and box["width"] <= 375
    code = preview.locator('[name="/enterprise/uscc"]')
    code.fill("91350100M000100Y44")
    expect(preview.locator(".field-error")).to_be_visible()
    expect(code).to_have_value("91350100M000100Y44")
    page.get_by_role("button", name="填入示例").click()
    expect(page.locator("#dz-preview-state")).to_contain_text("可以提交")
    axe(page)
    page.get_by_role("button", name="电脑预览").click()
    expect(page.locator(".dz-builder.dz-wide .dz-desktop")).to_be_visible()
    expect(page.locator("#dz-preview-state")).to_contain_text("可以提交")
    wide = preview.bounding_box()
    assert wide is not None and wide["width"] > 500
    assert live.platform.registry.draft("matter", "spoil-disposal") is None
    phone(page)
    axe(page)


def test_the_matters_tabs_show_what_practice_finds_and_when_a_case_is_due(
    live: Live, page: Page, axe: Callable[[Page], None], phone: Callable[[Page], None]
) -> None:
    designer = Designer(page, live.address)
    designer.sign_in("admin")
    designer.open("/designer/matter/water-connection?tab=about")
    designer.ready()
    page.get_by_label("到现场次数").fill("1")
    expect(page.locator("#dz-findings")).to_contain_text("没有写明原因")
    page.get_by_label("必须现场办理原因（中文）").fill("核验原件")
    expect(page.locator("#dz-findings")).not_to_contain_text("没有写明原因")
    axe(page)
    page.locator("#dz-tab-materials").click()
    page.get_by_label("查找材料").fill("章程")
    page.locator("#dz-materials-dictionary .dz-add").first.click()
    expect(page.locator("#dz-materials-cards > li:focus")).to_contain_text("章程")
    axe(page)
    page.locator("#dz-tab-limits").click()
    page.get_by_label("天数").first.fill("3")
    page.get_by_label("受理日期").fill("2026-09-23")
    expect(page.locator("#dz-due")).to_contain_text("承诺最迟 2026-09-29 办结")
    axe(page)
    designer.kept()
    assert draft(live, "water-connection")["promised_limit"]["days"] == 3
    phone(page)
    axe(page)


def test_without_script_a_field_is_added_and_set_by_plain_posts(live: Live, chromium: Browser) -> None:
    context = chromium.new_context(viewport=DESKTOP, locale="zh-CN", java_script_enabled=False)
    page = context.new_page()
    designer = Designer(page, live.address)
    designer.sign_in("admin")
    designer.open("/designer/matter/civil-defence-review?tab=form")
    page.get_by_role("button", name="整数", exact=True).click()
    page.get_by_label("最小值").fill("9")
    page.get_by_label("名称（中文）", exact=True).fill("人防车位数")
    page.get_by_label("最小值").press("Enter")
    expect(card(page, "人防车位数")).to_be_visible()
    page.get_by_role("button", name="手机预览").click()
    page.locator('[name="/civil_defence_review/integer_1"]').fill("3")
    page.locator('[name="/civil_defence_review/integer_1"]').press("Enter")
    expect(page.locator("#dz-preview-form .field-error")).to_contain_text("9")
    own = draft(live, "civil-defence-review")["form"]["schema"]["properties"]["civil_defence_review"]
    assert own["properties"]["integer_1"]["minimum"] == 9
    context.close()


def test_the_servers_answers_do_until_python_is_up(live: Live, chromium: Browser) -> None:
    context = chromium.new_context(viewport=DESKTOP, locale="zh-CN")
    page = context.new_page()
    page.route("**/pyodide*", lambda route: route.abort())
    designer = Designer(page, live.address)
    designer.sign_in("admin")
    designer.open("/designer/matter/fire-design-review?tab=form")
    page.get_by_role("button", name="日期", exact=True).click()
    expect(page.locator(".dz-card.dz-selected")).to_be_focused()
    drag(page, page.locator(".dz-card.dz-selected .dz-handle"), page.locator(".dz-card").first)
    expect(page.locator("#dz-said")).to_contain_text("第 1 位")
    assert scopes(draft(live, "fire-design-review"), 0)[0] == "date_1"
    context.close()
