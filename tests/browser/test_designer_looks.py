"""What is wider than the page: tables scroll in themselves, and what spans them is read without scrolling."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from .designing import Designer, tab
from .live import Live

pytestmark = pytest.mark.xdist_group("designer-looks")

SPANNING = (
    ("ruleset", "individual-to-enterprise.eligibility", "rules", ".dz-rt-around", ".dz-rt-said p"),
    ("ruleset", "individual-to-enterprise.eligibility", "cases", ".dz-rt-around", ".dz-expect"),
    ("bundle", "construction-start", "selection", ".dz-scroll", ".dz-span"),
)
"""Kind, code and tab of a table, what it scrolls in, and what is said across its columns."""


@pytest.mark.parametrize(("kind", "code", "name", "around", "said"), SPANNING)
def test_what_spans_a_table_is_seen_whole(
    live: Live,
    page: Page,
    phone: Callable[[Page], None],
    kind: str,
    code: str,
    name: str,
    around: str,
    said: str,
) -> None:
    designer = Designer(page, live.address)
    designer.sign_in("admin")
    designer.design(kind, code, ready=False)
    tab(page, name)
    page.locator(said).first.wait_for()
    for width in (None, phone):
        if width is not None:
            width(page)
        outside = page.locator(around).first.evaluate(
            """(around, said) => {
              const seen = around.getBoundingClientRect();
              return [...around.querySelectorAll(said)].map((each) => each.getBoundingClientRect())
                .filter((each) => each.right > seen.right + 1 || each.left < seen.left - 1).length;
            }""",
            said,
        )
        assert outside == 0
