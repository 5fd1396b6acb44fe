"""From the home page to a closed case, for both shipped bundles, at desktop and phone width."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from yijianshi.core.bundles.compose import Composition
from yijianshi.core.checks import Source
from yijianshi.server.registry.imports import import_documents
from yijianshi.server.registry.verify import verify

from tests.browser.chromium import DESKTOP, PHONE, Watcher, assert_accessible
from tests.browser.journeys import ANSWERS, Staff, no_overflow
from tests.browser.live import Live, serving
from tests.browser.site import Applicant, Site

pytestmark = pytest.mark.xdist_group("browser")


def composition(live: Live, bundle: str) -> Composition:
    return live.platform.compositions.current(bundle, live.platform.drafts.today()).composition


def looked_at(page: Page) -> None:
    """What is asked of every page: no axe violation, nothing wider than the window."""
    assert_accessible(page)
    no_overflow(page)


JOURNEYS = [
    ("construction-start", "desktop"),
    ("construction-start", "phone"),
    ("individual-to-enterprise", "desktop"),
    ("individual-to-enterprise", "phone"),
]


@pytest.mark.parametrize(("bundle", "width"), JOURNEYS)
def test_from_the_home_page_to_a_closed_case(live: Live, page: Page, bundle: str, width: str) -> None:
    page.set_viewport_size(PHONE if width == "phone" else DESKTOP)
    page.set_default_timeout(60_000)
    applicant = Applicant(page, live.address, composition(live, bundle), ANSWERS[bundle])
    applicant.open("/")
    looked_at(page)
    applicant.sign_in("applicant")
    applicant.open(f"/bundles/{bundle}")
    looked_at(page)
    applicant.start(bundle)
    applicant.fill_form(looked_at)
    looked_at(page)
    applicant.hand_in_materials()
    looked_at(page)
    case = applicant.submit()
    looked_at(page)
    number = live.platform.cases.own(_account(live, "applicant"), case).number
    assert number in page.locator("main").inner_text()
    applicant.sign_out()

    for name in ("staff", "utility"):
        desk = Staff(page, live.address)
        desk.sign_in(name)
        waiting = desk.queue()
        looked_at(page)
        if waiting:
            desk.open(waiting[0])
            looked_at(page)
        desk.accept_all()
        desk.sign_out()
    if bundle == "construction-start":
        special_procedure(live, applicant, case)
    for name in ("staff", "staff", "utility", "staff"):
        desk = Staff(page, live.address)
        desk.sign_in(name)
        while desk.grant_all():
            pass
        desk.sign_out()

    applicant.sign_in("applicant")
    applicant.open(f"/cases/{case}")
    looked_at(page)
    assert "已办结" in page.locator("main").inner_text()
    assert live.platform.cases.own(_account(live, "applicant"), case).status == "closed"
    applicant.sign_out()

    auditor = Site(page, live.address)
    auditor.sign_in("auditor")
    auditor.open(f"/audit/cases/{case}")
    looked_at(page)
    text = page.locator("main").inner_text()
    assert f"{bundle}.situations" in text
    assert verify(live.platform.store) == []


def special_procedure(live: Live, applicant: Applicant, case: str) -> None:
    """The fire review waits for experts: the clock stops, the applicant reads why, the clock goes on."""
    page = applicant.page
    state = live.platform.cases.own(_account(live, "applicant"), case).state
    address = f"/desk/{state.by_matter('fire-design-review').id}"
    desk = Staff(page, live.address)
    desk.sign_in("staff")
    desk.start_procedure(address, 5, "请专家论证消防设计")
    looked_at(page)
    assert page.get_by_role("button", name="准予", exact=True).count() == 0
    desk.open("/desk?status=paused")
    assert "特别程序中" in page.locator("main").inner_text()
    looked_at(page)
    desk.sign_out()
    applicant.sign_in("applicant")
    applicant.open(f"/cases/{case}")
    looked_at(page)
    said = page.locator(f"#paused-{address.rpartition('/')[2]}").inner_text()
    for word in ("已停止计时：专家评审", "《行政许可法》第四十五条", "5 个工作日", "请专家论证消防设计"):
        assert word in said
    applicant.sign_out()
    desk.sign_in("staff")
    desk.open(address)
    looked_at(page)
    desk.end_procedure(address)
    looked_at(page)
    assert page.get_by_role("button", name="准予", exact=True).count() == 1
    desk.sign_out()


def _account(live: Live, name: str):  # type: ignore[no-untyped-def]
    account = live.platform.accounts.find(name)
    assert account is not None
    return account


@pytest.mark.parametrize("bundle", sorted(ANSWERS))
def test_the_form_works_without_any_script(live: Live, chromium: Browser, bundle: str) -> None:
    context = chromium.new_context(java_script_enabled=False, viewport=DESKTOP, locale="zh-CN")
    page = context.new_page()
    page.set_default_timeout(60_000)
    applicant = Applicant(page, live.address, composition(live, bundle), ANSWERS[bundle], scripted=False)
    applicant.sign_in("applicant")
    applicant.start(bundle)
    for _ in range(40):
        if "/form/" not in page.url:
            break
        applicant.fill_section()
        page.get_by_role("button", name="保存并继续").click()
    applicant.hand_in_materials()
    applicant.submit()
    context.close()


def test_a_draft_is_found_again_after_signing_in_elsewhere(live: Live, chromium: Browser) -> None:
    bundle = "individual-to-enterprise"
    seen = []
    for _ in range(2):
        context = chromium.new_context(viewport=DESKTOP, locale="zh-CN")
        page = context.new_page()
        applicant = Applicant(page, live.address, composition(live, bundle), {"/situation/path": "anew"})
        applicant.sign_in("applicant")
        applicant.start(bundle)
        page.wait_for_function(
            "() => document.querySelector('#apply-form').dataset.core === 'ready'", timeout=60_000
        )
        chosen = page.locator('input[name="/situation/path"][value="anew"]')
        seen.append(chosen.is_checked())
        if not seen[-1]:
            chosen.check()
            page.get_by_text("草稿已自动保存").wait_for()
        context.close()
    assert seen == [False, True]


def test_python_checks_while_typing_without_a_request(live: Live, page: Page) -> None:
    bundle = "construction-start"
    applicant = Applicant(page, live.address, composition(live, bundle), ANSWERS[bundle])
    applicant.sign_in("applicant")
    applicant.start(bundle)
    page.wait_for_function(
        "() => document.querySelector('#apply-form').dataset.core === 'ready'", timeout=60_000
    )
    page.route("**/state", lambda route: route.abort())
    area = page.locator('[id="f-project-floor_area"]')
    area.fill("很大")
    page.get_by_text("请填写数字").wait_for()
    assert area.get_attribute("aria-invalid") == "true"
    area.fill("12000")
    page.get_by_text("请填写数字").wait_for(state="detached")
    assert page.evaluate("() => document.activeElement.id") == "f-project-floor_area"
    page.locator('input[name="/project/category"][value="municipal"]').check()
    page.locator('[id="f-project-height"]').wait_for(state="detached")


def test_where_python_cannot_start_the_server_checks(live: Live, page: Page, watcher: Watcher) -> None:
    bundle = "construction-start"
    watcher.allow("pyodide", "ERR_FAILED", "net::ERR", "console: MessageEvent")
    page.route("**/pyodide*/**", lambda route: route.abort())
    applicant = Applicant(page, live.address, composition(live, bundle), ANSWERS[bundle])
    applicant.sign_in("applicant")
    applicant.start(bundle)
    # the page's script is there once it says how far the core is
    page.locator("#apply-form[data-core]").wait_for(timeout=60_000)
    area = page.locator('[id="f-project-floor_area"]')
    area.fill("很大")
    page.get_by_text("请填写数字").wait_for(timeout=60_000)
    assert area.input_value() == "很大"


def test_what_is_wrong_is_told_with_a_way_to_the_field(live: Live, page: Page) -> None:
    bundle = "construction-start"
    applicant = Applicant(page, live.address, composition(live, bundle), {})
    applicant.sign_in("applicant")
    applicant.start(bundle)
    applicant.open(page.url.replace(live.address, "").rsplit("/", 1)[0] + "/person?check=true")
    page.locator('[id="f-person-id_number"]').fill("110105194912310021")
    page.get_by_role("button", name="保存并继续").click()
    summary = page.locator(".error-summary")
    summary.wait_for()
    assert "校验位不符" in summary.inner_text()
    summary.get_by_role("link").first.click()
    assert page.evaluate("() => document.activeElement.id") == "f-person-id_number"
    assert page.locator('[id="f-person-id_number"]').input_value() == "110105194912310021"
    looked_at(page)


PAGES: list[tuple[str, list[str]]] = [
    ("", ["/", "/?search=没有这件事", "/sign-in", "/api", "/nothing-here"]),
    ("applicant", ["/cases", "/account"]),
    ("admin", ["/registry", "/registry/bundle/construction-start", "/registry/ruleset/construction-start.situations",
               "/registry/import", "/registry/review", "/registry/catalogue", "/incidents"]),
    ("window", ["/desk"]),
    ("auditor", ["/audit", "/audit/journal", "/audit/cases", "/registry", "/incidents"]),
]  # fmt: skip


@pytest.mark.parametrize(("name", "paths"), PAGES, ids=[name or "anybody" for name, _ in PAGES])
def test_every_page_is_accessible_at_both_widths(
    live: Live, page: Page, watcher: Watcher, name: str, paths: list[str]
) -> None:
    watcher.allow("/nothing-here", "status of 404")
    site = Site(page, live.address)
    if name:
        site.sign_in(name)
    for size in (DESKTOP, PHONE):
        page.set_viewport_size(size)
        for path in paths:
            site.open(path)
            looked_at(page)


def test_large_text_and_english(live: Live, page: Page) -> None:
    site = Site(page, live.address)
    site.open("/")
    page.get_by_role("button", name="大字版").click()
    looked_at(page)
    page.set_viewport_size(PHONE)
    looked_at(page)
    page.get_by_role("button", name="English").click()
    looked_at(page)
    assert page.locator("html").get_attribute("lang") == "en"


def test_a_form_is_filled_by_keyboard_alone(live: Live, page: Page) -> None:
    bundle = "individual-to-enterprise"
    site = Site(page, live.address)
    site.open("/sign-in?next=/bundles/" + bundle)
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.className") == "skip-link"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("applicant")
    page.keyboard.press("Tab")
    page.keyboard.type("yijianshi-demo")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/sign-in" not in url)
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("() => document.activeElement.textContent.trim()") == "开始办理":
            break
    page.keyboard.press("Enter")
    page.wait_for_selector("#apply-form")
    page.wait_for_function("() => document.querySelector('#apply-form').dataset.core !== undefined || true")
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("() => document.activeElement.name") == "/situation/path":
            break
    page.keyboard.press("Space")
    assert page.locator('input[name="/situation/path"]:checked').count() == 1
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("() => document.activeElement.value") == "next":
            break
    page.keyboard.press("Enter")
    page.locator(".error-summary").wait_for()


def test_two_windows_on_one_draft_lose_nothing(live: Live, chromium: Browser) -> None:
    bundle = "construction-start"
    context = chromium.new_context(java_script_enabled=False, viewport=DESKTOP, locale="zh-CN")
    first = context.new_page()
    applicant = Applicant(first, live.address, composition(live, bundle), {}, scripted=False)
    applicant.sign_in("applicant")
    applicant.start(bundle)
    address = first.url.rsplit("/", 1)[0] + "/person"
    first.goto(address)
    second = context.new_page()
    second.goto(address)
    second.locator('[id="f-person-name"]').fill("第二个窗口")
    second.get_by_role("button", name="保存草稿").click()
    first.locator('[id="f-person-name"]').fill("第一个窗口")
    first.get_by_role("button", name="保存草稿").click()
    assert "已在别处被修改" in first.locator("main").inner_text()
    assert first.locator('[id="f-person-name"]').input_value() == "第一个窗口"
    second.reload()
    assert second.locator('[id="f-person-name"]').input_value() == "第二个窗口"
    first.get_by_role("button", name="保存草稿").click()
    second.goto(address)
    assert second.locator('[id="f-person-name"]').input_value() == "第一个窗口"
    context.close()


@pytest.mark.parametrize("scripted", [True, False], ids=["scripted", "plain"])
def test_a_form_published_anew_in_the_middle_of_it(
    chromium: Browser, tmp_path: Path, assets: object, scripted: bool
) -> None:
    """What he has entered stays, also what he types on the old page; he is told what changed, once."""
    bundle = "individual-to-enterprise"
    with serving(tmp_path) as live:
        context = chromium.new_context(java_script_enabled=scripted, viewport=DESKTOP, locale="zh-CN")
        page = context.new_page()
        applicant = Applicant(page, live.address, composition(live, bundle), ANSWERS[bundle], scripted)
        applicant.sign_in("applicant")
        applicant.start(bundle)
        applicant.fill_section()
        page.get_by_role("button", name="保存并继续").click()
        page.locator('[id="f-household-name"]').fill("郯城县小雨食品店")
        page.get_by_role("button", name="保存草稿").click()
        page.get_by_text("已保存").first.wait_for()
        publish_anew(live)
        # he goes on typing on the page as it was
        page.locator('[id="f-household-operator_name"]').fill("王小雨")
        page.get_by_role("button", name="保存草稿").click()
        notice = page.locator("section[aria-labelledby=form-changed]")
        notice.wait_for()
        told = notice.inner_text()
        assert "新增一项：经营场所面积" in told and "文字有变化：个体户字号名称" in told
        assert "填写要求有变化：社会保险参保人数" not in told
        if scripted:
            looked_at(page)
        assert page.locator('[id="f-household-name"]').input_value() == "郯城县小雨食品店"
        assert page.locator('[id="f-household-operator_name"]').input_value() == "王小雨"
        page.locator('[id="f-household-shop_area"]').fill("36.5")
        with page.expect_navigation():
            page.get_by_role("button", name="保存草稿").click()
        page.get_by_text("已保存").first.wait_for()
        page.reload()
        assert not page.locator("section[aria-labelledby=form-changed]").count()
        assert page.locator('[id="f-household-shop_area"]').input_value() == "36.5"
        account = live.platform.accounts.find("applicant")
        assert account is not None
        [draft] = live.platform.drafts.mine(account)
        assert draft.answers["situation"]["path"] == "direct"
        context.close()


def publish_anew(live: Live) -> None:
    """Another administrator publishes: one question more, one worded otherwise."""
    library = live.platform.registry.library()
    name = json.loads(json.dumps(library.get("element", "household.name")))
    name["title"]["zh"] = "个体户字号名称"
    area = {
        **name,
        "code": "household.shop_area",
        "type": "decimal",
        "title": {"zh": "经营场所面积", "en": "Floor area of the shop"},
        "schema": {"exclusiveMinimum": 0},
    }
    area.pop("hint", None)
    matter = json.loads(json.dumps(library.get("matter", "tax-change")))
    group = matter["form"]["schema"]["properties"].setdefault(
        "household", {"type": "object", "properties": {}}
    )
    group["properties"]["shop_area"] = {"$ref": "urn:yijianshi:element:household.shop_area"}
    documents = [name, area, matter]
    report = import_documents(
        live.platform.registry, [Source(d["code"], d) for d in documents], "system:test", publish_now=True
    )
    assert report.applied, report.to_json()
