"""The rules of the designer in Chromium: composed by mouse, by keyboard, by plain posts, and through Excel."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Browser, Page, expect

from yijianshi.core.rules import reading_order

from .chromium import DESKTOP
from .designing import Designer, tab
from .live import Live

pytestmark = pytest.mark.xdist_group("designer-rules")


def test_a_ruleset_is_composed_by_mouse_and_its_cases_run_as_they_are_typed(
    live: Live, page: Page, axe: Callable[[Page], None], phone: Callable[[Page], None]
) -> None:
    designer = Designer(page, live.address)
    designer.sign_in("admin")
    designer.begin("ruleset", "works.eligibility", "是否符合条件")
    designer.ready()
    axe(page)
    page.locator("#dz-go-facts").click()
    for title in ("工程投资额", "总建筑面积"):
        page.locator("#dz-f-search").fill(title)
        page.get_by_role("button", name=f"加入“{title}”").first.click()
        expect(page.locator(".dz-f-card", has_text=title)).to_be_visible()
    axe(page)
    tab(page, "rules")
    page.locator("#dz-add-rule").click()
    name = page.get_by_label("第 1 条规则的名称")
    expect(name).to_be_focused()
    name.fill("投资不足")
    page.get_by_label("投资不足，工程投资额：比较方式").select_option("$lt")
    page.get_by_label("投资不足，工程投资额：值").fill("30")
    row = page.locator("#dz-r-rule_01")
    expect(row).to_contain_text("如果工程投资额小于30")
    expect(row).to_contain_text("is less than CNY 300,000")
    page.locator("#dz-add-rule").click()
    page.get_by_label("第 2 条规则的名称").fill("面积过大")
    page.get_by_label("面积过大，总建筑面积：比较方式").select_option("$gt")
    page.get_by_label("面积过大，总建筑面积：值").fill("50000")
    page.locator("#dz-r-rule_02-open").click()
    page.get_by_label("理由（中文）").fill("面积过大，请到窗口办理")
    page.get_by_label("结果", exact=True).select_option("refer")
    expect(page.locator("#dz-r-rule_02-row")).to_contain_text("转人工办理")
    page.locator("#dz-r-rule_02-to-tree").click()
    page.get_by_role("button", name="与另一个条件满足其一：条件 1").click()
    expect(page.locator("#dz-r-rule_02-said")).to_contain_text("或")
    axe(page)
    tab(page, "cases")
    page.locator("#dz-suggest-cases").click()
    expect(page.locator("#dz-c-state")).to_contain_text("未通过 0 个")
    expect(page.locator("#dz-c-reach")).to_contain_text("2 条规则中有 2 条")
    page.locator("#dz-add-case").click()
    last = page.locator(".dz-ct > tbody").last
    last.get_by_label(re.compile(r"^用例 \d+：工程投资额")).fill("10")
    last.get_by_label("预期“投资不足”").select_option("unmet")
    expect(page.locator("#dz-c-state")).to_contain_text("未通过 1 个")
    last.get_by_label("预期“投资不足”").select_option("met")
    expect(page.locator("#dz-c-state")).to_contain_text("未通过 0 个")
    last.get_by_role("link", name="详情").click()
    expect(page.locator(".dz-rt-more")).to_contain_text("为何如此判断")
    axe(page)
    designer.kept()
    draft = live.platform.registry.draft("ruleset", "works.eligibility")
    assert draft is not None and len(draft.document["rules"]) == 2
    assert len(draft.document["tests"]["cases"]) >= 3
    for name_ in ("rules", "facts", "parameters", "cases", "about"):
        tab(page, name_)
        axe(page)
    phone(page)
    for name_ in ("rules", "facts", "cases"):
        tab(page, name_)
        axe(page)


def test_a_rule_and_a_case_by_keyboard_alone(live: Live, page: Page) -> None:
    designer = Designer(page, live.address)
    designer.sign_in("admin")
    designer.begin("ruleset", "keys.eligibility", "键盘")
    designer.ready()
    page.locator("#dz-go-facts").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#dz-f-search")).to_be_visible()
    page.locator("#dz-f-search").focus()
    page.keyboard.type("总建筑面积")
    expect(page.locator(".dz-offers li").first).to_contain_text("总建筑面积")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".dz-f-card")).to_have_count(1)
    page.locator("#dz-tab-rules").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#dz-add-rule")).to_be_visible()
    page.keyboard.press("Alt+N")
    expect(page.get_by_label("第 1 条规则的名称")).to_be_focused()
    page.keyboard.press("Control+A")
    page.keyboard.type("太大")
    operator = page.get_by_label("太大，总建筑面积：比较方式")
    expect(operator).to_be_visible()
    for _ in range(12):
        page.keyboard.press("Tab")
        if operator.evaluate("each => each === document.activeElement"):
            break
    expect(operator).to_be_focused()
    page.keyboard.press("ArrowDown")
    value = page.get_by_label("太大，总建筑面积：值")
    expect(value).to_be_visible()
    expect(operator).to_be_focused()
    for _ in range(12):
        if operator.input_value() == "$gt":
            break
        page.keyboard.press("ArrowDown")
    expect(operator).to_have_value("$gt")
    page.keyboard.press("Tab")
    expect(value).to_be_focused()
    page.keyboard.press("Control+A")
    page.keyboard.type("500")
    expect(page.locator("#dz-r-rule_01-said")).to_contain_text("如果总建筑面积大于500")
    expect(page.locator("#dz-said")).not_to_be_empty()
    designer.kept()
    draft = live.platform.registry.draft("ruleset", "keys.eligibility")
    assert draft is not None
    assert draft.document["rules"]["rule_01"]["all"] == [{"m": {"$gt": {"floor_area": 500}}}]


def test_an_answer_from_before_does_not_undo_what_was_chosen_since(live: Live, page: Page) -> None:
    designer = Designer(page, live.address)
    designer.sign_in("admin")
    designer.open("/designer/ruleset/construction-permit.scope")
    designer.ready()
    page.locator("#dz-r-no_permit-open").click()
    outcome, reason = page.get_by_label("结果", exact=True), page.get_by_label("理由（中文）")
    expect(outcome).to_have_value("route")
    # the answer to what is typed first is held back until the choice has been made, but not yet forwarded
    page.evaluate("""() => {
      const { designer } = document.getElementById("designer-form");
      const core = designer.core;
      designer.core = {
        designer_event: async (events) => {
          designer.core = core;
          await new Promise((go) => (window.go = go));
          return core.designer_event(events);
        },
        designer_findings: (findings) => core.designer_findings(findings),
        designer_digest: () => core.designer_digest(),
      };
    }""")
    reason.fill("改过的理由")
    reason.blur()
    page.wait_for_function("() => window.go")
    outcome.evaluate("""(select) => {
      select.value = "refer";
      select.dispatchEvent(new Event("input", { bubbles: true }));
      window.shown = select.value;
      select.form.addEventListener("designer:shown", () => (window.shown = select.value), { once: true });
      window.go();
    }""")
    designer.kept()
    assert page.evaluate("() => window.shown") == "refer"
    expect(outcome).to_have_value("refer")
    kept = live.platform.registry.draft("ruleset", "construction-permit.scope")
    assert kept is not None
    said = str(kept.document["rules"]["no_permit"])
    assert "refer" in said and "改过的理由" in said


def test_a_priority_is_typed_and_its_row_stays_where_it_is_read(live: Live, page: Page) -> None:
    code = "individual-to-enterprise.paths"
    (shipped,) = live.platform.registry.versions("ruleset", code)
    order = reading_order(shipped.document)
    designer = Designer(page, live.address)
    designer.sign_in("admin")
    designer.design("ruleset", code)
    page.locator(f"#dz-r-{order[0]}-open").click()
    priority = page.get_by_label("优先级", exact=True)
    expect(priority).to_have_value("0")
    priority.fill("7")
    expect(page.locator(f"#dz-r-{order[0]}-row")).to_contain_text("优先级 7")
    designer.kept()
    draft = live.platform.registry.draft("ruleset", code)
    assert draft is not None and draft.document["rules"][order[0]]["pri"] == 7
    page.reload()
    designer.ready()
    rows = page.locator("table.dz-rt > tbody")
    assert rows.evaluate_all("each => each.map(row => row.dataset.item)") == order
    assert reading_order(draft.document) == order


CUT = """() => {
  const pen = document.createElement("canvas").getContext("2d");
  return [...document.querySelectorAll(".dz-rt-row .form-select")].map((select) => {
    const style = getComputedStyle(select);
    pen.font = style.font;
    const wanted = pen.measureText(select.selectedOptions[0].text).width;
    const room = select.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
    return room < Math.min(wanted, 300) - 1 ? select.selectedOptions[0].text : "";
  }).filter(Boolean);
}"""


def test_no_name_chosen_in_a_cell_is_cut_short(live: Live, page: Page) -> None:
    """Up to some twenty characters; the sentence below the row says the longer ones whole."""
    page.set_viewport_size(DESKTOP)
    designer = Designer(page, live.address)
    designer.sign_in("admin")
    designer.design("ruleset", "construction-start.situations?tab=rules")
    expect(page.locator(".dz-rt-row .form-select").nth(50)).to_be_visible()
    assert page.evaluate(CUT) == []
    designer.design("ruleset", "construction-permit.scope?tab=rules")
    assert page.evaluate(CUT) == []


def test_without_script_a_row_is_edited_by_plain_posts(live: Live, chromium: Browser) -> None:
    context = chromium.new_context(viewport=DESKTOP, locale="zh-CN", java_script_enabled=False)
    page = context.new_page()
    designer = Designer(page, live.address)
    designer.sign_in("admin")
    designer.design("ruleset", "construction-start.eligibility", ready=False)
    page.get_by_label("第 2 条规则的名称").fill("负责人在其他工地")
    page.get_by_label("第 2 条规则的名称").press("Enter")
    expect(page.locator("#dz-bar")).to_contain_text("已修改 1 处")
    page.get_by_role("button", name="＋ 新增规则").click()
    expect(page.locator("#dz-bar")).to_contain_text("已修改 2 处")
    draft = live.platform.registry.draft("ruleset", "construction-start.eligibility")
    assert draft is not None and "rule_01" in draft.document["rules"]
    assert draft.document["tests"]["cases"], "the cases that came beside it are in the draft"
    context.close()


def test_a_workbook_is_compared_first_and_taken_in_as_edits(
    live: Live, page: Page, axe: Callable[[Page], None], tmp_path: Path
) -> None:
    designer = Designer(page, live.address)
    designer.sign_in("admin")
    designer.design("ruleset", "construction-permit.scope")
    page.get_by_label("第 1 条规则的名称").fill("不需要许可")
    designer.kept()
    page.locator("#dz-excel").click()
    page.wait_for_url("**/workbook")
    axe(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="下载草稿的工作簿").click()
    book = openpyxl.load_workbook(io.BytesIO(Path(download.value.path()).read_bytes()))
    changed = 0
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.value == "不需要许可":
                    cell.value, changed = "无须许可", changed + 1
    assert changed
    sent = tmp_path / "rules.xlsx"
    book.save(sent)
    page.locator("#book").set_input_files(sent)
    page.get_by_role("button", name="比较").click()
    expect(page.locator(".dz-changes")).to_contain_text("无须许可")
    axe(page)
    page.get_by_role("button", name="读入这些修改").click()
    designer.ready()
    expect(page.get_by_label("第 1 条规则的名称")).to_have_value("无须许可")
    page.locator("#dz-undo").click()
    expect(page.get_by_label("第 1 条规则的名称")).to_have_value("不需要许可")
