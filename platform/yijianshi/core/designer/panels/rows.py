"""What rows have in common, of rules as of test cases: their buttons, and the pages of a long table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from ...definitions.numbers import whole_number
from ...forms.html import tag
from ..controls import button, handle, link
from ..desk import Desk
from ..parts import Part

_KEYS: Mapping[str, str] = {
    "up": "Alt+ArrowUp",
    "down": "Alt+ArrowDown",
    "copy": "Alt+C",
    "drop": "Alt+Delete",
}


@dataclass(frozen=True, slots=True)
class RowTools:
    """The buttons of one row, the one at ``at`` of ``count``, and what each does.

    ``called`` is what they are said to be of, ``place`` what their ids begin with; ``copied`` and ``left`` have the
    focus once the row is copied, and once it is taken out.
    """

    name: str
    place: str
    title: str
    called: str
    at: int
    count: int
    up: Mapping[str, Any]
    down: Mapping[str, Any]
    copy: Mapping[str, Any]
    drop: Mapping[str, Any]
    copied: str
    left: str

    def html(self, desk: Desk, dragged: bool = False) -> str:
        """Write them; the keys are those of the row that is opened."""
        opened = desk.view.get("select") == self.name
        # the button for where a row cannot go any further is shut, and what is shut holds no focus
        buttons = (
            ("up", "↑", self.up, desk.word("上移", "Move up "), "down" if self.at == 1 else "up"),
            (
                "down",
                "↓",
                self.down,
                desk.word("下移", "Move down "),
                "up" if self.at + 2 == self.count else "down",
            ),
            ("copy", "×2", self.copy, desk.word("复制", "Copy "), None),
            ("drop", "✕", self.drop, desk.word("删除", "Remove "), None),
        )
        shut = {"up": self.at == 0, "down": self.at + 1 == self.count}
        elsewhere = {"copy": self.copied, "drop": self.left}
        tools = "".join(
            button(
                desk,
                operation,
                word + self.called,
                icon=icon,
                attributes={
                    "id": f"{self.place}-{kind}",
                    "disabled": shut.get(kind, False),
                    "aria-keyshortcuts": _KEYS[kind] if opened else None,
                    "data-focus": elsewhere[kind] if focus is None else f"{self.place}-{focus}",
                },
            )
            for kind, icon, operation, word, focus in buttons
        )
        told = tag("span", {"class": "visually-hidden"}, escape(desk.word("：", ": ") + self.title))
        tools += link(
            desk,
            {"select": None if opened else self.name},
            escape(desk.word("收起", "Close") if opened else desk.word("详情", "Details")) + told,
            {
                "id": f"{self.place}-open",
                "class": "dz-open",
                "aria-expanded": "true" if opened else "false",
            },
        )
        return tag("div", {"class": "dz-rowtools"}, (handle(desk.readonly) if dragged else "") + tools)


def beside(listed: Sequence[str], at: int) -> str | None:
    """Name the row that stands where one was, once it is taken out: the next, else the one before."""
    return next(iter((*listed[at + 1 : at + 2], *listed[max(0, at - 1) : at])), None)


def page_of(desk: Desk, count: int, size: int) -> int:
    """Give the number of the page that is shown of so many rows; one that is no more is the last."""
    wanted = desk.view.get("page", "0")
    return min(whole_number(wanted) or 0, max(0, (count - 1) // size))


def pages(desk: Desk, place: str, label: str, page: int, count: int, size: int) -> Part:
    """Show the way to the other pages, nothing where there is but one."""
    if count <= size:
        return Part(place, "", "div")
    items = "".join(
        tag(
            "li",
            {},
            link(
                desk,
                {"page": str(start // size) if start else None},
                escape(f"{start + 1}–{min(count, start + size)}"),
                {"aria-current": "page" if start // size == page else None},
            ),
        )
        for start in range(0, count, size)
    )
    return Part(place, tag("ul", {"class": "dz-pages"}, items), "nav", {"aria-label": label})
