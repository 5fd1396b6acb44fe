"""Two ways to use a page: with the mouse, and from the keyboard alone. Both do the same things to the same controls."""

from __future__ import annotations

from abc import ABC, abstractmethod

from playwright.sync_api import Locator, Page, expect

CLEAR = 120
"""What lies higher may be under the bar that stays at the top."""
MOST_TABS = 600
"""So many stops a page may have at most."""


class Hands(ABC):
    """What a person does to the controls of a page."""

    def __init__(self, page: Page) -> None:
        self.page = page

    @abstractmethod
    def press(self, control: Locator) -> None:
        """Press a button, follow a link, open a summary, turn a box over."""

    @abstractmethod
    def write(self, control: Locator, words: str) -> None:
        """Put words into a field in place of what is there."""

    @abstractmethod
    def choose(self, control: Locator, option: str) -> None:
        """Choose an option of a list by what it is called."""

    @abstractmethod
    def bring(self, source: Locator, button: Locator, target: Locator) -> None:
        """Bring something into a list: drag it there by its handle, or press its button."""


class Mouse(Hands):
    """Clicks, drags, and typing into what was clicked."""

    def press(self, control: Locator) -> None:
        """Click it."""
        control.click()

    def write(self, control: Locator, words: str) -> None:
        """Click three times to have all that is there, and type."""
        control.click(click_count=3)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.insert_text(words)
        self.page.keyboard.press("Tab")

    def choose(self, control: Locator, option: str) -> None:
        """Pick from the list."""
        control.select_option(label=option)

    def bring(self, source: Locator, button: Locator, target: Locator) -> None:
        """Drag it by its handle to the end of the list."""
        source.scroll_into_view_if_needed()
        lies = target.bounding_box()
        assert lies is not None
        if (foot := lies["y"] + lies["height"]) < CLEAR or foot > self.page.viewport_size["height"]:  # type: ignore[index]
            self.page.mouse.move(640, 600)
            self.page.mouse.wheel(0, foot - 2 * CLEAR)
            self.page.wait_for_timeout(200)
            expect(source).to_be_in_viewport()
        begin = source.bounding_box()
        assert begin is not None
        self.page.mouse.move(begin["x"] + begin["width"] / 2, begin["y"] + begin["height"] / 2)
        self.page.mouse.down()
        self.page.mouse.move(begin["x"] + begin["width"] / 2 + 12, begin["y"] + 12, steps=3)
        # what is dragged makes room for itself on the way: a person lets go when it lies in the list
        for step in range(20):
            end = target.bounding_box()
            assert end is not None
            place = end["x"] + end["width"] / 2 + step, end["y"] + end["height"] - 6
            self.page.mouse.move(*place, steps=6)
            self.page.wait_for_timeout(60)
            if step and target.evaluate("list => list.querySelector('.sortable-ghost') !== null"):
                break
        self.page.mouse.up()


class Keyboard(Hands):
    """Tab, arrows, Enter, Space and typing; whatever is used must be reached by Tab and be seen to have the focus."""

    def press(self, control: Locator) -> None:
        """Go there and press Enter; Space for boxes."""
        self.go(control)
        kind = control.evaluate("node => node.type")
        self.page.keyboard.press("Space" if kind in ("checkbox", "radio") else "Enter")

    def write(self, control: Locator, words: str) -> None:
        """Go there, and type over all that is there."""
        self.go(control)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.press("Delete") if not words else self.page.keyboard.insert_text(words)
        self.page.keyboard.press("Tab")

    def choose(self, control: Locator, option: str) -> None:
        """Go there, open the list, walk to the option, and take it."""
        self.go(control)
        names = control.evaluate("node => [...node.options].map(each => each.text)")
        now = control.evaluate("node => node.selectedIndex")
        steps = names.index(option) - now
        if not steps:
            return
        self.page.keyboard.press("Space")
        for _ in range(abs(steps)):
            self.page.keyboard.press("ArrowDown" if steps > 0 else "ArrowUp")
        self.page.keyboard.press("Enter")
        expect(control.locator("option:checked")).to_have_text(option)

    def bring(self, source: Locator, button: Locator, target: Locator) -> None:
        """Press its button."""
        self.press(button)

    def go(self, control: Locator) -> None:
        """Tab to a control from where the focus is, by the shorter way."""
        control.wait_for()
        for _ in range(MOST_TABS):
            way = control.evaluate(_WAY)
            if way == 0:
                break
            for _ in range(min(abs(way), 40)):
                self.page.keyboard.press("Tab" if way > 0 else "Shift+Tab")
        assert control.evaluate(_SEEN), f"no focus to be seen at {control}"


_WAY = """node => {
  const now = document.activeElement;
  if (now === node) return 0;
  const stops = [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex]")]
    .filter(each => each.tabIndex >= 0 && !each.disabled && each.checkVisibility({ visibilityProperty: true }));
  const place = stops.indexOf(node);
  if (place < 0) throw new Error("not a stop of the Tab key: " + node.outerHTML.slice(0, 200));
  const from = stops.findIndex(each => each === now || now.compareDocumentPosition(each) & 4);
  const at = stops[from] === now ? from : (from < 0 ? stops.length : from) - (place >= from && from >= 0 ? 1 : 0);
  return place - at || 1;
}"""
"""How many stops of the Tab key a control is away from what has the focus; 0 when it has it."""

_SEEN = """node => {
  const look = getComputedStyle(node);
  return node.matches(":focus-visible") &&
    ((look.outlineStyle !== "none" && parseFloat(look.outlineWidth) > 0) || look.boxShadow !== "none");
}"""
