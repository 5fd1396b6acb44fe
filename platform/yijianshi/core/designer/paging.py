"""Which sections stand on one page: put on the page before, or on one of their own, and kept together when moved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..bundles.pages import CONTINUES, continuing, runs
from ..definitions.types import Text, text
from .addresses import identity
from .edits import Edit
from .layout import Form
from .operations import refuse

SAME, NEW = "same", "new"
"""On the page before, or a page of its own."""

Paged = Mapping[str, bool]
"""For each section by its name, in order, whether it stands on the page of the one before."""


def flags_of(form: Form) -> dict[str, bool]:
    """Give which sections of a form continue a page."""
    return {section.id: section.continues for section in form.sections}


def flags_in(document: Mapping[str, Any]) -> dict[str, bool]:
    """Give which sections of a bundle continue a page."""
    listed = [section for section in document.get("sections", ()) if isinstance(section, Mapping)]
    return {str(section["code"]): continuing(section) for section in listed}


def numbers(flags: Paged) -> dict[str, int]:
    """Number the pages: gives for each section the page it stands on, from 1."""
    pages = runs(flags, lambda name: flags[name])
    return {name: number for number, page in enumerate(pages, 1) for name in page}


def without(flags: Paged, name: str) -> dict[str, bool]:
    """Take a section out; when it began a page, the next of its page begins it."""
    names = list(flags)
    at = names.index(name)
    left = {each: flag for each, flag in flags.items() if each != name}
    following = names[at + 1] if at + 1 < len(names) else None
    if following is not None and flags[following] and not (flags[name] and at):
        left[following] = False
    return left


def moved(flags: Paged, name: str, before: str | None) -> dict[str, bool]:
    """Put a section before another, or last.

    Within its page it stays on it, also as its first; in the middle of another page it joins that;
    anywhere else it begins a page of its own.
    """
    pages, left = numbers(flags), without(flags, name)
    names = list(left)
    at = next((index for index, each in enumerate(names) if each == before), len(names))
    ahead, following = names[at - 1] if at else None, names[at] if at < len(names) else None
    own = {each for each in left if pages[each] == pages[name]}
    joins = at > 0 and (ahead in own or (following is not None and left[following]))
    result = (
        {each: left[each] for each in names[:at]} | {name: joins} | {each: left[each] for each in names[at:]}
    )
    if not joins and following in own:
        result[following] = True
    return result


def added(flags: Paged, name: str, after: str | None, alike: bool = False) -> dict[str, bool]:
    """Put a new section after another, or last: in the middle of a page it joins it, ``alike`` also at its end."""
    names = list(flags)
    at = next((index for index, each in enumerate(names, 1) if each == after), len(names))
    middle = at < len(names) and flags[names[at]]
    joins = at > 0 and (middle or (alike and flags[names[at - 1]]))
    return (
        {each: flags[each] for each in names[:at]}
        | {name: joins}
        | {each: flags[each] for each in names[at:]}
    )


def on_pages(groups: Sequence[Mapping[str, Any]], flags: Paged) -> list[dict[str, Any]]:
    """Give the groups of a layout, in the order and with the pages of ``flags``."""
    named = {identity(group): group for group in groups}
    return [_with(named[name], flags[name]) for name in flags if name in named]


def _with(group: Mapping[str, Any], joins: bool) -> dict[str, Any]:
    options = {key: value for key, value in group.get("options", {}).items() if key != CONTINUES}
    if joins:
        options[CONTINUES] = True
    rest = {key: value for key, value in group.items() if key != "options"}
    return {**rest, "options": options} if options else rest


def edits_for(document: Mapping[str, Any], flags: Paged) -> tuple[Edit, ...]:
    """Give the edits that put the sections of a bundle on the pages of ``flags``."""
    known = flags_in(document)
    return tuple(
        Edit("set", ("sections", name, CONTINUES), True)
        if joins
        else Edit("unset", ("sections", name, CONTINUES))
        for name, joins in flags.items()
        if name in known and known[name] != joins
    )


def page_said(flags: Paged, name: str) -> Text:
    """Say on which page a section stands."""
    number = numbers(flags)[name]
    return text(f"（第 {number} 页）", f" (page {number})")


def wanted(flags: Paged, name: str, value: Any) -> bool:
    """Read what is wanted of a section, the other of what is when it is not said; the first can only begin a page."""
    joins = value == SAME if value in (SAME, NEW) else not flags[name]
    if joins and next(iter(flags)) == name:
        raise refuse(
            "",
            "continues-nothing",
            text("第一个分区之前没有可接的页", "there is no page before the first section to continue"),
            text("请先把它移到另一个分区之后", "move it after another section first"),
        )
    return joins


def sentence(title: Text, joins: bool, flags: Paged, name: str) -> Text:
    """Tell that a section stands on the page before it, or begins one, and which page that is."""
    page = page_said(flags, name)
    if joins:
        return text(
            f"分区“{title['zh']}”接在上一页{page['zh']}",
            f"section “{title['en']}” stands on the page before it{page['en']}",
        )
    return text(
        f"分区“{title['zh']}”另起一页{page['zh']}", f"section “{title['en']}” begins a page{page['en']}"
    )
