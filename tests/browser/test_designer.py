"""The designer in Chromium: with its script, without, from the keyboard, and with another at the same draft."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from .chromium import DESKTOP
from .live import Live, serving
from .site import Site

pytestmark = pytest.mark.xdist_group("designer")


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """A platform of the designer's own."""
    with serving(tmp_path_factory.mktemp("designer")) as site:
        yield site


class Designer(Site):
    """The designer's pages."""

    def design(self, kind: str, code: str, ready: bool = True) -> None:
        """Open a definition, and wait for the page's own Python."""
        self.open(f"/designer/{kind}/{code}")
        if ready:
            expect(self.page.locator("#designer-form")).to_have_attribute(
                "data-core", "ready", timeout=60_000
            )

    def kept(self) -> None:
        """Wait until everything is kept by the server."""
        self.page.wait_for_function(
            "() => { const d = document.getElementById('designer-form').designer;"
            " return !d.typed.size && !d.keeper.busy; }",
            timeout=20_000,
        )


def test_an_element_is_edited_undone_and_found_again(
    live: Live, page: Page, axe: Callable[[Page], None], phone: Callable[[Page], None]
) -> None:
    designer = Designer(page, live.address)
    designer.sign_in("admin")
    designer.design("element", "project.name")
    axe(page)
    page.get_by_label("填报提示（中文）").fill("与备案证明一致")
    expect(page.locator("#dz-undo")).to_be_enabled()
    designer.kept()
    page.get_by_label("单位", exact=True).fill("个")
    designer.kept()
    page.locator("#dz-undo").click()
    expect(page.get_by_label("单位", exact=True)).to_have_value("")
    designer.kept()
    page.reload()
    expect(page.get_by_label("填报提示（中文）")).to_have_value("与备案证明一致")
    expect(page.locator("#dz-redo")).to_be_enabled()
    draft = live.platform.registry.draft("element", "project.name")
    assert draft is not None and draft.document["hint"]["zh"] == "与备案证明一致"
    phone(page)
    axe(page)


def test_without_script_the_same_controls_work_by_plain_posts(live: Live, chromium: Browser) -> None:
    context = chromium.new_context(viewport=DESKTOP, locale="zh-CN", java_script_enabled=False)  # type: ignore[arg-type]
    page = context.new_page()
    designer = Designer(page, live.address)
    designer.sign_in("admin")
    designer.design("material", "land-approval", ready=False)
    page.get_by_label("份数上限").fill("许多")
    page.get_by_label("份数上限").press("Enter")
    expect(page.locator(".field-error")).to_contain_text("请填写整数")
    expect(page.get_by_label("份数上限")).to_have_value("许多")
    page.get_by_label("份数上限").fill("7")
    page.get_by_label("PNG").uncheck()
    page.get_by_label("份数上限").press("Enter")
    draft = live.platform.registry.draft("material", "land-approval")
    assert draft is not None
    assert (draft.document["max_count"], draft.document["formats"]) == (7, ["pdf", "jpeg", "ofd"])
    page.get_by_role("button", name="撤销").click()
    expect(page.locator("#dz-bar")).to_contain_text("已修改 1 处")
    context.close()
