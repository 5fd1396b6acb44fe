"""Rulesets read, tried and tested in a real browser, and advice where the applicant is denied."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Page

from tests.browser.chromium import DESKTOP, PHONE, assert_accessible
from tests.browser.journeys import ANSWERS, no_overflow
from tests.browser.live import Live
from tests.browser.rulesets import VIEWS, Rulesets
from tests.browser.site import Site

pytestmark = pytest.mark.xdist_group("browser")

WIDTHS = {"desktop": DESKTOP, "phone": PHONE}


def looked_at(page: Page) -> None:
    assert_accessible(page)
    no_overflow(page)


@pytest.mark.parametrize("width", WIDTHS)
def test_every_view_of_a_ruleset(live: Live, page: Page, width: str) -> None:
    page.set_viewport_size(WIDTHS[width])
    rulesets = Rulesets(page, live.address)
    rulesets.sign_in("auditor")
    rulesets.open("/rulesets")
    looked_at(page)
    rulesets.find("construction-start.eligibility")
    for view in VIEWS:
        rulesets.view(view)
        looked_at(page)
    rulesets.find("retirement.age")
    rulesets.view("决策表")
    looked_at(page)


@pytest.mark.parametrize("width", WIDTHS)
def test_trying_a_ruleset_and_what_would_change_it(live: Live, page: Page, width: str) -> None:
    page.set_viewport_size(WIDTHS[width])
    rulesets = Rulesets(page, live.address)
    rulesets.sign_in("admin")
    rulesets.find("construction-start.eligibility")
    rulesets.view("试一试")
    rulesets.enter("总建筑面积", "12000")
    rulesets.choose("项目负责人在其他在建项目任职", "是")
    verdict = rulesets.decide()
    assert "结论一致" in verdict.inner_text()
    assert "如果项目负责人在其他在建项目任职：否，则符合条件" in verdict.inner_text()
    assert "（实际：是）" in verdict.inner_text()
    looked_at(page)
    rulesets.choose("项目负责人在其他在建项目任职", "否")
    assert "怎样才符合条件" not in rulesets.decide().inner_text()


def test_suggested_cases_are_downloaded_as_json(live: Live, page: Page) -> None:
    rulesets = Rulesets(page, live.address)
    rulesets.sign_in("admin")
    rulesets.find("construction-start.eligibility")
    rulesets.view("测试用例")
    while page.get_by_role("link", name="刷新").count():
        page.get_by_role("link", name="刷新").click()
    for box in page.get_by_role("checkbox").all()[:2]:
        box.check()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="下载勾选的用例").click()
    download = waiting.value
    assert download.suggested_filename == "construction-start.eligibility.cases.json"
    taken = json.loads(download.path().read_text("utf-8"))
    assert taken["ruleset"] == "construction-start.eligibility" and len(taken["cases"]) == 2


@pytest.mark.parametrize("width", WIDTHS)
def test_a_denied_applicant_reads_what_he_could_change(live: Live, page: Page, width: str) -> None:
    page.set_viewport_size(WIDTHS[width])
    account = live.platform.accounts.find("applicant")
    assert account is not None
    draft = live.platform.drafts.begin(account, "individual-to-enterprise", {})
    answers = {**ANSWERS["individual-to-enterprise"], "/situation/abnormal": True}
    live.platform.drafts.save(account, draft, answers)
    site = Site(page, live.address)
    site.sign_in("applicant")
    site.open(f"/apply/{draft}/review")
    told = page.get_by_role("region", name="不符合办理条件").inner_text()
    assert "怎样才符合条件" in told and "否，则符合条件" in told
    looked_at(page)
