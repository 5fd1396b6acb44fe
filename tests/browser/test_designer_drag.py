"""Where what is dragged lands: before what the pointer is on the first half of, downwards as upwards."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import FloatRect, Locator, Page, expect

from yijianshi.core.rules import reading_order
from yijianshi.server.registry import reviewing

from .designing import Designer, steady
from .live import Live

pytestmark = pytest.mark.xdist_group("designer-drag")


def items(listed: Locator) -> list[str]:
    return listed.evaluate(
        "l => [...l.querySelectorAll(':scope > [data-drag]')].map(each => each.dataset.item)"
    )  # type: ignore[no-any-return]


def drag(page: Page, item: Locator, target: Locator, share: float, follow: bool = False) -> None:
    """Drag an item by its handle onto a place of another, ``share`` of the way down it, and let go at once.

    What is on the way makes room, which may push the target away: with ``follow`` the hand goes after it.
    """
    start = grasp(page, item)
    page.mouse.move(start["x"] + 20, start["y"] + 20, steps=4)
    # where it goes is looked up with the thing in hand: until then what the check found may move the page
    end, reached = steady(target), None
    while reached is None or (follow and end != reached):
        page.mouse.move(end["x"] + 60, end["y"] + end["height"] * share, steps=12)
        end, reached = steady(target), end
    page.mouse.up()


def lands(page: Page, designer: Designer, listed: Locator, one: int, other: int, share: float) -> None:
    """Drag item number ``one`` over number ``other``; it must stand before it, or after it on its second half."""
    page.set_viewport_size({"width": 1280, "height": 2600})
    page.evaluate("() => window.scrollTo(0, 0)")
    were = items(listed)
    moved, beside = were[one], were[other]
    cards = listed.locator(":scope > [data-drag]")
    drag(page, cards.nth(one), cards.nth(other), share)
    wanted = [each for each in were if each != moved]
    wanted.insert(wanted.index(beside) + (share > 0.5), moved)
    designer.kept()
    assert items(listed) == wanted, (were, moved, beside, share)


def chosen_matters(live: Live, page: Page) -> tuple[Designer, Locator]:
    """The matters of a bundle, in a window that shows them all."""
    designer = Designer(page, live.address)
    designer.sign_in("admin")
    designer.open("/designer/bundle/construction-start?tab=matters")
    designer.ready()
    page.set_viewport_size({"width": 1280, "height": 2600})
    return designer, page.locator("#dz-b-chosen")


def grasp(page: Page, item: Locator) -> FloatRect:
    """Press on the handle of an item; gives where that is."""
    start = steady(item.locator("[data-handle]").first)
    page.mouse.move(start["x"] + start["width"] / 2, start["y"] + start["height"] / 2)
    page.mouse.down()
    return start


REPAINT = """() => {
  const { designer } = document.getElementById("designer-form");
  const list = document.getElementById("dz-b-chosen");
  designer.show([{ id: list.id, html: list.outerHTML }]).then(() => (window.shown = true));
}"""


WAYS = [(0, 2, 0.3), (0, 2, 0.8), (2, 0, 0.3), (2, 0, 0.8), (0, 1, 0.8), (1, 0, 0.3)]


def test_matters_land_where_they_are_let_go(live: Live, page: Page) -> None:
    designer = Designer(page, live.address)
    designer.sign_in("admin")
    designer.open("/designer/bundle/construction-start?tab=matters")
    designer.ready()
    for one, other, share in WAYS:
        lands(page, designer, page.locator("#dz-b-chosen"), one, other, share)
    draft = live.platform.registry.draft("bundle", "construction-start")
    assert draft is not None
    assert [each["matter"] for each in draft.document["matters"]] == items(page.locator("#dz-b-chosen"))


def test_fields_sections_and_fields_of_rows_land_where_they_are_let_go(live: Live, page: Page) -> None:
    designer = Designer(page, live.address)
    designer.sign_in("admin")
    designer.open("/designer/matter/road-occupation?tab=form")
    designer.ready()
    cards = page.locator(".dz-section > .dz-cards")
    for one, other, share in WAYS:
        lands(page, designer, cards.nth(2), one, other, share)
    for one, other, share in [(0, 2, 0.2), (0, 2, 0.9), (2, 0, 0.2), (2, 0, 0.9)]:
        lands(page, designer, page.locator("#dz-sections"), one, other, share)
    page.get_by_role("button", name="可重复分组", exact=True).first.click()
    rows = page.locator(".dz-items")
    for number, kind in enumerate(("金额", "日期", "是否")):
        into = page.get_by_role("button", name="＋ 在每一行中添加字段").last
        into.click()
        expect(into).to_have_attribute("aria-pressed", "true")
        page.get_by_role("button", name=kind, exact=True).first.click()
        expect(rows.last.locator(".dz-card")).to_have_count(number + 1)
    for one, other, share in WAYS:
        lands(page, designer, rows.last, one, other, share)
    # out of the rows nothing is dragged: a field's answers are elsewhere then
    outside = items(cards.last)
    drag(
        page,
        rows.last.locator(".dz-card").first,
        page.locator(".dz-section").first.locator(".dz-card").first,
        0.3,
    )
    designer.kept()
    assert items(cards.last) == outside and len(items(rows.last)) == 3


def test_columns_of_the_decision_table_are_dragged(live: Live, page: Page) -> None:
    designer = Designer(page, live.address)
    designer.sign_in("admin")
    designer.open("/designer/ruleset/individual-to-enterprise.paths")
    designer.ready()
    head = page.locator(".dz-rt thead tr")
    for share in (0.8, 0.2):
        were = items(head)
        cells = head.locator("[data-drag]")
        one, other = (cells.nth(0), cells.nth(1)) if share > 0.5 else (cells.nth(1), cells.nth(0))
        start, end = steady(one.locator("[data-handle]")), steady(other)
        page.mouse.move(start["x"] + start["width"] / 2, start["y"] + start["height"] / 2)
        page.mouse.down()
        page.mouse.move(start["x"] + 12, start["y"] + 12, steps=4)
        page.mouse.move(end["x"] + end["width"] * share, end["y"] + end["height"] / 2, steps=12)
        page.mouse.up()
        designer.kept()
        expect(page.locator("#dz-said")).to_contain_text("移动列")
        assert items(head) == [were[1], were[0], *were[2:]]


def test_rows_of_the_decision_table_are_dragged(live: Live, page: Page) -> None:
    designer = Designer(page, live.address)
    designer.sign_in("admin")
    designer.open("/designer/ruleset/construction-permit.scope")
    designer.ready()
    rows = page.locator("table.dz-rt")
    for one, other, share in ((0, 1, 0.8), (1, 0, 0.2)):
        lands(page, designer, rows, one, other, share)
        expect(page.locator("#dz-said")).to_contain_text("移动规则")


def test_rows_dragged_stand_after_reloading_publishing_and_wherever_the_rules_are_read(
    live: Live, page: Page, axe: Callable[[Page], None], phone: Callable[[Page], None]
) -> None:
    code, rows = "school-entry.order", page.locator("table.dz-rt")
    (shipped,) = live.platform.registry.versions("ruleset", code)
    before = reading_order(shipped.document)
    designer = Designer(page, live.address)
    designer.sign_in("admin")
    designer.open(f"/designer/ruleset/{code}")
    designer.ready()
    assert items(rows) == before
    lands(page, designer, rows, 0, 2, 0.8)
    lands(page, designer, rows, 4, 1, 0.2)
    order = items(rows)
    assert sorted(order) == sorted(before) and order != before
    axe(page)
    page.reload()
    designer.ready()
    assert items(rows) == order
    draft = live.platform.registry.draft("ruleset", code)
    assert draft is not None and draft.document["order"] == order
    without = [
        {k: v for k, v in each.document.items() if k not in ("order", "tests")} for each in (shipped, draft)
    ]
    assert without[0] == without[1]  # nothing but the order
    reviewing.submit(live.platform.registry, "ruleset", code, "admin", draft.revision)
    reviewing.approve(live.platform.registry, "ruleset", code, "reviewer", draft.revision)
    # table, sentences, and every rule with its trace where facts are tried
    for view in ("/table", "", "/try?facts=%7B%7D"):
        page.goto(f"{live.address}/rulesets/{code}/2{view}")
        expect(page.locator("main code", has_text=order[0]).first).to_be_visible()
        names = [each for each in page.locator("main code").all_inner_texts() if each in order]
        assert list(dict.fromkeys(names)) == order, view
    designer.open(f"/designer/ruleset/{code}")
    designer.ready()
    assert items(rows) == order
    phone(page)
    axe(page)


def test_a_row_let_go_at_the_end_of_a_page_of_many_stays_on_that_page(live: Live, page: Page) -> None:
    code = "many.scope"
    shipped = live.platform.registry.versions("ruleset", "construction-permit.scope")[-1].document
    rule = shipped["rules"]["permit_needed"]
    many = {
        f"r{number:02d}": {**rule, "all": [{"m": {"floor_area": number}}], "pri": number}
        for number in range(1, 31)
    }
    bare = {key: value for key, value in shipped.items() if key not in ("tests", "series")}
    live.platform.designer.create({**bare, "code": code, "rules": many}, "admin")
    designer = Designer(page, live.address)
    designer.sign_in("admin")
    designer.open(f"/designer/ruleset/{code}")
    designer.ready()
    table = page.locator("table.dz-rt")
    page.set_viewport_size({"width": 1280, "height": 8000})
    page.evaluate("() => window.scrollTo(0, 0)")
    cards = table.locator(":scope > [data-drag]")
    assert items(table) == [f"r{number:02d}" for number in range(1, 26)]
    drag(page, cards.first, cards.last, 0.8)
    designer.kept()
    expect(page.locator("#dz-said")).to_contain_text("移动规则")
    assert items(table) == [*(f"r{number:02d}" for number in range(2, 26)), "r01"]
    page.get_by_role("link", name="26–30").click()
    expect(cards).to_have_count(5)
    assert items(table) == [f"r{number:02d}" for number in range(26, 31)]


def test_what_the_palette_offers_is_dragged_into_an_empty_repeated_group(live: Live, page: Page) -> None:
    designer = Designer(page, live.address)
    designer.sign_in("admin")
    designer.open("/designer/matter/drainage-permit?tab=form")
    designer.ready()
    page.set_viewport_size({"width": 1280, "height": 2600})
    page.get_by_role("button", name="可重复分组", exact=True).first.click()
    designer.kept()
    rows = page.locator(".dz-items").last
    expect(rows).to_be_empty()
    money = page.locator("[data-drag]").filter(has=page.get_by_role("button", name="金额", exact=True)).first
    drag(page, money, rows, 0.5, follow=True)
    designer.kept()
    expect(rows.locator(".dz-card")).to_have_count(1)
    expect(page.locator("#dz-said")).to_have_text("在“可重复分组”中新增字段“金额”")


def test_what_is_dragged_while_the_page_is_busy_lands_too(live: Live, page: Page) -> None:
    """All of a drag comes at once: no timer of the page ran between pressing and letting go."""
    designer, listed = chosen_matters(live, page)
    were = items(listed)
    cards = listed.locator(":scope > [data-drag]")
    start, end = steady(cards.nth(0).locator("[data-handle]").first), steady(cards.nth(2))
    page.evaluate(
        """([x, y, toX, toY]) => {
          const at = (type, clientX, clientY, target) => target.dispatchEvent(
            new PointerEvent(type, { clientX, clientY, button: 0, bubbles: true, cancelable: true, pointerType: "mouse" }));
          at("pointerdown", x, y, document.elementFromPoint(x, y));
          at("pointermove", x + 20, y + 20, document);
          at("pointermove", toX, toY, document);
          at("pointerup", toX, toY, document.elementFromPoint(toX, toY));
        }""",
        [
            start["x"] + start["width"] / 2,
            start["y"] + start["height"] / 2,
            end["x"] + 60,
            end["y"] + end["height"] * 0.8,
        ],
    )
    designer.kept()
    assert items(listed) == [were[1], were[2], were[0], *were[3:]]


def test_a_press_on_a_handle_holds_a_repaint_only_until_it_is_let_go(live: Live, page: Page) -> None:
    _, listed = chosen_matters(live, page)
    grasp(page, listed.locator(":scope > [data-drag]").first)
    page.evaluate(REPAINT)
    page.evaluate("() => new Promise(requestAnimationFrame)")
    assert not page.evaluate("() => window.shown")
    page.mouse.up()
    page.wait_for_function("() => window.shown")


def test_what_is_pressed_stays_until_it_is_let_go_or_the_press_would_be_lost(live: Live, page: Page) -> None:
    """As when the press leaves a field that is searched by: the list that the button stands in gets shorter."""
    _, listed = chosen_matters(live, page)
    count = listed.locator(":scope > [data-drag]").count()
    box = steady(page.locator("#dz-add-seal-making"))
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.evaluate("""() => {
      const { designer } = document.getElementById("designer-form");
      const list = document.getElementById("dz-b-found");
      const fewer = list.cloneNode(true);
      while (!fewer.firstElementChild.querySelector("#dz-add-seal-making")) fewer.firstElementChild.remove();
      window.shown = false;
      designer.show([{ id: list.id, html: fewer.outerHTML }]).then(() => (window.shown = true));
    }""")
    page.evaluate("() => new Promise(requestAnimationFrame)")
    assert not page.evaluate("() => window.shown")
    page.mouse.up()
    page.wait_for_function("() => window.shown")
    expect(listed.locator(":scope > [data-drag]")).to_have_count(count + 1)


def test_a_repaint_waits_until_what_is_dragged_is_let_go(live: Live, page: Page) -> None:
    designer, listed = chosen_matters(live, page)
    were = items(listed)
    cards = listed.locator(":scope > [data-drag]")
    end = steady(cards.nth(2))
    start = grasp(page, cards.nth(0))
    page.mouse.move(start["x"] + 20, start["y"] + 20, steps=4)
    page.evaluate(REPAINT)
    page.mouse.move(end["x"] + 60, end["y"] + end["height"] * 0.8, steps=12)
    assert not page.evaluate("() => window.shown")
    page.mouse.up()
    page.wait_for_function("() => window.shown")
    designer.kept()
    draft = live.platform.registry.draft("bundle", "construction-start")
    assert draft is not None
    wanted = [were[1], were[2], were[0], *were[3:]]
    assert [each["matter"] for each in draft.document["matters"]] == wanted


def test_a_list_that_was_put_in_anothers_place_is_sorted_too(live: Live, page: Page) -> None:
    designer = Designer(page, live.address)
    designer.sign_in("admin")
    designer.open("/designer/bundle/construction-start?tab=matters")
    designer.ready()
    # as what the check found is shown: nobody did anything, and a list is made anew around what stays
    page.evaluate("""() => {
      const { designer } = document.getElementById("designer-form");
      const list = document.getElementById("dz-b-chosen");
      const made = list.cloneNode(true);
      for (const item of [...made.children]) item.replaceWith(Object.assign(document.createElement(item.tagName), { id: item.id }));
      for (const item of made.children) item.setAttribute("data-keep", "");
      return designer.show([{ id: list.id, html: made.outerHTML }]).then(() => (window.replaced = !list.isConnected));
    }""")
    assert page.evaluate("() => window.replaced")
    lands(page, designer, page.locator("#dz-b-chosen"), 0, 2, 0.8)
