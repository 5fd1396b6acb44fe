"""A ruleset goes out to Excel and comes back as a draft, in the browser, at both widths."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page

from tests.browser.chromium import DESKTOP, PHONE, Watcher, assert_accessible
from tests.browser.journeys import no_overflow
from tests.browser.live import Live
from tests.browser.site import Site

pytestmark = pytest.mark.xdist_group("browser")

RULESET = "/registry/ruleset/construction-start.situations"


def looked_at(page: Page) -> None:
    """What is asked of every page: no axe violation at both widths, nothing wider than the window."""
    for size in (PHONE, DESKTOP):
        page.set_viewport_size(size)
        assert_accessible(page)
        no_overflow(page)


def downloaded(page: Page, link: str, to: Path) -> Path:
    with page.expect_download() as started:
        page.get_by_role("link", name=link).click()
    assert started.value.suggested_filename.endswith(".xlsx")
    started.value.save_as(to)
    return to


def checked(page: Page, file: Path) -> None:
    page.get_by_label("上传修改后的工作簿").set_input_files(file)
    page.get_by_role("button", name="检查工作簿").press("Enter")
    page.get_by_role("heading", name="检查结果").wait_for()


def test_a_ruleset_out_to_excel_and_back_as_a_draft(
    live: Live, page: Page, watcher: Watcher, tmp_path: Path
) -> None:
    # the answer to a workbook with problems
    watcher.allow("/registry/import", "status of 422")
    site = Site(page, live.address)
    site.sign_in("admin")
    site.open(RULESET)
    looked_at(page)
    file = downloaded(page, "下载 Excel", tmp_path / "a.xlsx")
    book = load_workbook(file)
    sheet = book["参数"]
    value = next(cell.column_letter for cell in sheet[2] if cell.value == "value")
    sheet[f"{value}3"], before = "=1+1", sheet[f"{value}3"].value
    book.save(file)
    checked(page, file)
    assert f"参数!{value}3" in page.locator("main").inner_text()
    assert page.get_by_role("button", name="保存为草稿").count() == 0
    looked_at(page)

    sheet[f"{value}3"] = before + 1
    book.save(file)
    site.open(RULESET)
    checked(page, file)
    looked_at(page)
    page.get_by_label("用导入的内容").check()
    page.get_by_role("button", name="保存为草稿").click()
    page.get_by_text("已保存为草稿").wait_for()
    site.open(f"{RULESET}/draft")
    looked_at(page)
    kept = load_workbook(downloaded(page, "下载 Excel", tmp_path / "b.xlsx"))
    assert kept["参数"][f"{value}3"].value == before + 1


def test_the_list_of_matters_is_downloaded(live: Live, page: Page, tmp_path: Path) -> None:
    site = Site(page, live.address)
    site.sign_in("admin")
    site.open("/registry")
    looked_at(page)
    book = load_workbook(downloaded(page, "事项清单（Excel）", tmp_path / "a.xlsx"))
    codes = {row[0].value for row in book["事项"].iter_rows(min_row=3)}
    assert codes == {document["code"] for document in live.platform.registry.library().all("matter")}
