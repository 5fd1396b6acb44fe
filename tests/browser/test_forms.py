"""What is left of a form on paper, before Python is there, and when the session has ended meanwhile."""

from __future__ import annotations

import threading

import pytest
from playwright.sync_api import Browser, Page, Route

from yijianshi.core.bundles.compose import Composition
from yijianshi.server.demo import PASSWORD

from tests.browser.chromium import DESKTOP, Watcher, assert_accessible
from tests.browser.journeys import ANSWERS
from tests.browser.live import Live
from tests.browser.site import Applicant

pytestmark = pytest.mark.xdist_group("browser")
BUNDLE = "construction-start"


def composition(live: Live) -> Composition:
    return live.platform.compositions.current(BUNDLE, live.platform.drafts.today()).composition


CLIPPED = """() => [...document.querySelectorAll("main *")].filter((node) => {
  const style = getComputedStyle(node);
  const hides = [style.overflowX, style.overflowY].some((way) => way !== "visible");
  const wider = node.scrollWidth > node.clientWidth + 1 || node.scrollHeight > node.clientHeight + 1;
  return node.clientWidth && hides && wider && !node.closest("svg, .visually-hidden");
}).map((node) => node.outerHTML.slice(0, 120))"""


def test_a_receipt_is_printed_whole_and_without_the_site_around_it(live: Live, page: Page) -> None:
    page.set_default_timeout(60_000)
    applicant = Applicant(page, live.address, composition(live), ANSWERS[BUNDLE])
    applicant.sign_in("applicant")
    applicant.start(BUNDLE)
    applicant.fill_form()
    applicant.hand_in_materials()
    case = applicant.submit()
    account = live.platform.accounts.find("applicant")
    assert account is not None
    number = live.platform.cases.own(account, case).number
    around = page.locator(".site-header, .site-nav, .site-footer, .skip-link, .d-print-none")
    shown = around.count()
    assert shown >= 3 and page.locator(".site-nav").is_visible()

    page.emulate_media(media="print")
    for width in (794, 559):  # A4 and A5 at 96 dots an inch
        page.set_viewport_size({"width": width, "height": 1123})
        assert around.evaluate_all("nodes => nodes.filter(node => node.checkVisibility()).length") == 0
        receipt = page.locator(".receipt")
        assert receipt.get_by_text(number, exact=True).is_visible()
        assert page.locator(".receipt-qr svg").is_visible()
        materials = receipt.locator("ol > li")
        assert materials.count() >= 5
        assert all(each.is_visible() for each in materials.all())
        assert receipt.locator("tbody tr").count() >= 5
        assert page.evaluate(CLIPPED) == []
        assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    assert page.pdf(format="A4").startswith(b"%PDF")
    page.emulate_media(media="screen")
    assert page.locator(".site-nav").is_visible()


def test_before_python_is_there_the_server_answers_and_python_takes_over(live: Live, page: Page) -> None:
    """What Python is made of is on its way, and held back: a slow line, not a broken one."""
    page.set_default_timeout(60_000)
    held: list[Route] = []
    let_go = threading.Event()

    def hold(route: Route) -> None:
        if let_go.is_set():
            route.continue_()
        else:
            held.append(route)

    page.route("**/pyodide*/**", hold)
    applicant = Applicant(page, live.address, composition(live), {})
    applicant.sign_in("applicant")
    applicant.start(BUNDLE)
    form = page.locator("#apply-form")
    page.locator("#apply-form[data-core=loading]").wait_for()
    high, area = (
        page.locator('[id="f-project-high_class_residence"]'),
        page.locator('[id="f-project-floor_area"]'),
    )
    page.locator('input[name="/project/category"][value="municipal"]').check()
    page.locator('[id="f-project-special_municipal"]').wait_for()
    assert high.count() == 0
    area.fill("很大")
    page.get_by_text("请填写数字").wait_for()
    assert area.input_value() == "很大" and area.get_attribute("aria-invalid") == "true"
    investment = page.locator('[id="f-project-investment"]')
    investment.fill("4800")
    assert form.get_attribute("data-core") == "loading" and held

    let_go.set()
    for route in held:
        route.continue_()
    page.locator("#apply-form[data-core=ready]").wait_for()
    assert area.input_value() == "很大" and investment.input_value() == "4800"
    assert page.locator('input[name="/project/category"][value="municipal"]').is_checked()
    # from here on no server is asked
    page.route("**/state", lambda route: route.abort())
    area.fill("12000")
    page.get_by_text("请填写数字").wait_for(state="detached")
    page.locator('input[name="/project/category"][value="building"]').check()
    page.locator('[id="f-project-special_municipal"]').wait_for(state="detached")
    assert area.input_value() == "12000" and investment.input_value() == "4800"


@pytest.mark.parametrize("way", ["core", "server", "plain"])
def test_what_was_typed_is_there_after_signing_in_again(live: Live, chromium: Browser, way: str) -> None:
    """The session ends in the middle of a page: Python checks it, the server does, or no script runs."""
    context = chromium.new_context(java_script_enabled=way != "plain", viewport=DESKTOP, locale="zh-CN")
    page = context.new_page()
    page.set_default_timeout(60_000)
    if way == "server":
        page.route("**/pyodide*/**", lambda route: route.abort())
    applicant = Applicant(page, live.address, composition(live), {}, scripted=way != "plain")
    applicant.sign_in("applicant")
    applicant.start(BUNDLE)
    applicant.open(page.url.removeprefix(live.address).rsplit("/", 1)[0] + "/person")
    if way == "core":
        page.locator("#apply-form[data-core=ready]").wait_for()
    elif way == "server":
        page.locator("#apply-form[data-core]").wait_for()
    name = page.locator('[id="f-person-name"]')
    phone = page.locator('[id="f-person-phone"]')
    name.fill(f"王小雨 <{way}>")
    with live.platform.store.write() as writer:
        for session in writer.find("sessions"):
            writer.delete("sessions", session["id"])
    phone.fill("13900000001")
    if way != "plain":  # what is kept by itself is refused, and takes nothing off the page
        page.get_by_text("未能自动保存").wait_for()
    assert (name.input_value(), phone.input_value()) == (f"王小雨 <{way}>", "13900000001")

    page.get_by_role("button", name="保存草稿").click()
    page.get_by_text("登录已过期").wait_for()
    if way != "plain":
        assert_accessible(page)
    page.get_by_label("用户名").fill("applicant")
    page.get_by_label("密码").fill("not this one")
    page.locator("main").get_by_role("button", name="登录").click()
    page.get_by_text("用户名或密码不正确").wait_for()
    page.get_by_label("密码").fill(PASSWORD)
    page.locator("main").get_by_role("button", name="登录").click()
    page.get_by_text("您填写的内容还在").wait_for()
    if way != "plain":
        assert_accessible(page)
    page.get_by_role("button", name="继续保存").click()
    page.get_by_text("已保存").first.wait_for()
    assert (name.input_value(), phone.input_value()) == (f"王小雨 <{way}>", "13900000001")
    page.reload()
    assert name.input_value() == f"王小雨 <{way}>"
    context.close()


def test_only_a_press_adds_a_row_or_takes_one_out(live: Live, page: Page, watcher: Watcher) -> None:
    """Where the server checks, its update goes out while a button has the focus; and Enter saves the page."""
    watcher.allow("pyodide", "ERR_FAILED", "net::ERR", "console: MessageEvent")
    page.route("**/pyodide*/**", lambda route: route.abort())
    page.set_default_timeout(60_000)
    bundle = "individual-to-enterprise"
    composed = live.platform.compositions.current(bundle, live.platform.drafts.today()).composition
    applicant = Applicant(page, live.address, composed, ANSWERS[bundle])
    applicant.sign_in("applicant")
    applicant.start(bundle)
    rows, add = page.locator(".group-row"), page.locator('button[name="_add"]')
    while not add.count():
        applicant.fill_section()
        applicant.press(page.get_by_role("button", name="保存并继续"))
    for name in ("王小雨", "李晓"):
        applicant.press(add)
        page.locator("#apply-form[data-core]").wait_for()
        rows.last.locator('input[name$="/name"]').fill(name)
    before = rows.count()
    removing = rows.first.locator('button[name="_remove"]')
    for held in (add, removing):
        rows.last.locator('input[name$="/name"]').fill(f"李晓{held.get_attribute('name')}")
        with page.expect_response("**/state"):
            held.focus()
        page.wait_for_timeout(300)
        assert rows.count() == before
    rows.last.locator('input[name$="/name"]').focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert rows.count() == before and page.locator(".error-summary").count() == 1


def test_the_lists_of_an_address_need_no_button_where_they_follow_by_themselves(
    live: Live, page: Page, chromium: Browser
) -> None:
    made = composition(live)
    code = next(each["code"] for each in made.sections if "/site/address" in each["fields"])
    applicant = Applicant(page, live.address, made, {})
    applicant.sign_in("applicant")
    applicant.start(BUNDLE)
    place = page.url.rpartition("/")[0] + "/" + code
    page.goto(place)
    page.locator("#apply-form[data-core=ready]").wait_for(timeout=60_000)
    update = page.locator('button[name="_update"][value="/site/address"]')
    assert update.count() == 1 and not update.is_visible()
    state = page.context.storage_state()
    with chromium.new_context(java_script_enabled=False, storage_state=state) as plain:
        bare = plain.new_page()
        bare.goto(place)
        assert bare.locator('button[name="_update"][value="/site/address"]').is_visible()
