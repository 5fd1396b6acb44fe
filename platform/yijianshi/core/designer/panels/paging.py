"""Where a page begins, on the canvas of a form and among the sections of a bundle."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from ...forms.html import tag
from ..controls import select_field
from ..desk import Desk
from ..paging import NEW, SAME
from ..parts import Part


def page_mark(desk: Desk, pages: Mapping[str, int], name: str, place: str) -> tuple[Part, ...]:
    """Show before the first section of a page which page it is."""
    number = pages.get(name)
    if number is None or next(each for each, page in pages.items() if page == number) != name:
        return ()
    words = desk.word(f"第 {number} 页", f"Page {number}")
    return (Part(f"{place}-page", escape(words), "p", {"class": "dz-page"}),)


def page_field(desk: Desk, operation: Mapping[str, str], joined: bool, label: str = "") -> str:
    """Write the choice between a page of its own and the page before."""
    choice = select_field(
        desk,
        label or desk.word("分页", "Page"),
        (),
        [
            (NEW, desk.word("另起一页", "begins a page")),
            (SAME, desk.word("接在上一页", "on the page before")),
        ],
        operation=operation,
        value=SAME if joined else NEW,
    )
    return tag("div", {"class": "dz-page-choice"}, choice)
