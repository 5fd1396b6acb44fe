"""The story the designer exists for: a bundle that is not shipped, from an empty page to an applicant's receipt.

An administrator composes it, another reviews and publishes it, an applicant completes it: once by mouse, once
from the keyboard alone. Between the two nothing differs but the hands.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from yijianshi.core.designer.panels import PANELS

from .chromium import DESKTOP, Watcher
from .composing import BUNDLE, COMPOSING, Clerk, reviewed
from .designing import Designer
from .hands import Hands, Keyboard, Mouse
from .journeys import no_overflow
from .live import Live, serving
from .site import Applicant

SHIPPED = (
    ("bundle", "individual-to-enterprise"),
    ("matter", "conversion-registration"),
    ("ruleset", "individual-to-enterprise.eligibility"),
    ("element", "company.type"),
    ("material", "operator-id"),
)
"""A shipped definition of every kind."""

ANSWERS = {
    "/situation/yes_no_1": True,
    "/homestay_registration/yes_no": True,
}


@pytest.fixture
def live(tmp_path: Path) -> Iterator[Live]:
    """A platform for one story, on which nothing was composed yet."""
    with serving(tmp_path) as site:
        yield site


@pytest.mark.xdist_group("designer-story-mouse")
def test_a_bundle_is_composed_by_mouse_reviewed_and_completed_by_an_applicant(
    live: Live, page: Page, chromium: Browser, watcher: Watcher, axe: Callable[[Page], None]
) -> None:
    _story(live, page, chromium, watcher, axe, Mouse)


@pytest.mark.xdist_group("designer-story-keyboard")
def test_the_same_bundle_is_composed_and_reviewed_from_the_keyboard_alone(
    live: Live, page: Page, chromium: Browser, watcher: Watcher, axe: Callable[[Page], None]
) -> None:
    _story(live, page, chromium, watcher, axe, Keyboard)


@pytest.mark.xdist_group("designer-pages")
def test_every_page_of_the_designer_is_accessible_and_fits_a_desk_and_a_phone(
    live: Live,
    page: Page,
    axe: Callable[[Page], None],
    phone: Callable[[Page], None],
    desktop: Callable[[Page], None],
) -> None:
    designer = Designer(page, live.address)
    designer.sign_in("admin")
    for width in (desktop, phone):
        width(page)
        designer.open("/designer")
        axe(page)
        no_overflow(page)
        for kind, code in SHIPPED:
            designer.design(kind, code)
            for panel in PANELS[kind]:
                page.locator(f"#dz-tab-{panel.name}").click()
                designer.kept()
                expect(page.locator(f"#dz-panel-{panel.name}")).to_be_visible()
                axe(page)
                no_overflow(page)


def _story(
    live: Live,
    page: Page,
    chromium: Browser,
    watcher: Watcher,
    axe: Callable[[Page], None],
    hands: type[Hands],
) -> None:
    clerk = Clerk(page, live.address, hands(page), axe)
    clerk.sign_in("admin")
    for step in COMPOSING:
        step(clerk)
    second = _another(live, chromium, watcher, hands, axe)
    second.sign_in("admin2")
    reviewed(second)
    composition = live.platform.compositions.current(BUNDLE, live.platform.drafts.today()).composition
    assert len(composition.matters) == 4
    third = _another(live, chromium, watcher, hands, axe).page
    applicant = Applicant(third, live.address, composition, ANSWERS)
    applicant.sign_in("applicant")
    applicant.start(BUNDLE)
    third.locator('#apply-form[data-core="ready"]').wait_for(timeout=60_000)
    applicant.fill_form(no_overflow)
    applicant.hand_in_materials()
    applicant.submit()
    for title in ("民宿登记", "民宿治安备案", "印章刻制备案"):
        expect(third.locator("main")).to_contain_text(title)
    for each in (second.page, third):
        each.context.close()


def _another(
    live: Live, chromium: Browser, watcher: Watcher, hands: type[Hands], axe: Callable[[Page], None]
) -> Clerk:
    """Somebody else at a browser of his own, watched as well."""
    context = chromium.new_context(viewport=DESKTOP, locale="zh-CN", timezone_id="Asia/Shanghai")
    context.on("page", watcher.watch)
    page = context.new_page()
    return Clerk(page, live.address, hands(page), axe)
