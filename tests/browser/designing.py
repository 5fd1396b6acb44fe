"""The designer's pages as an administrator uses them."""

from __future__ import annotations

from playwright.sync_api import FloatRect, Locator, Page, expect

from .site import Site


def steady(locator: Locator) -> FloatRect:
    """Where a thing stands, once it stands still: a new size of the window or a new focus moves the page."""
    before, box = None, locator.bounding_box()
    for _ in range(100):
        if box is not None and box == before:
            return box
        locator.page.evaluate("() => new Promise(requestAnimationFrame)")
        before, box = box, locator.bounding_box()
    raise AssertionError(f"it does not stand still: {locator}")


class Designer(Site):
    """The designer's pages."""

    def design(self, kind: str, code: str, ready: bool = True) -> None:
        """Open a definition, and wait for the page's own Python."""
        self.open(f"/designer/{kind}/{code}")
        if ready:
            self.ready()

    def ready(self) -> None:
        """Wait for the page's own Python."""
        form = self.page.locator("#designer-form")
        expect(form).to_have_attribute("data-core", "ready", timeout=60_000)

    def kept(self) -> None:
        """Wait until everything is kept by the server."""
        self.page.evaluate("() => document.getElementById('designer-form').designer.idle()")

    def begin(self, kind: str, code: str, title: str) -> None:
        """Begin a new definition from the designer's home page."""
        self.open("/designer")
        main = self.page.locator("main")
        main.locator("#new-kind").select_option(kind)
        main.locator("#new-title").fill(title)
        main.locator("#new-code").fill(code)
        main.get_by_role("button", name="新建").click()
        self.page.wait_for_url(f"**/designer/{kind}/{code}*")


def tab(page: Page, name: str) -> None:
    """Go to a tab of the designer."""
    page.locator(f"#dz-tab-{name}").click()
    expect(page.locator(f"#dz-tab-{name}")).to_have_attribute("aria-current", "page")
