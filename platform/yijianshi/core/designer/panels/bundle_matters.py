"""The matters of a bundle: picked from the library, in order, with what each waits for."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any
from urllib.parse import urlencode

from ...deadlines import promised
from ...definitions.types import text
from ...forms.html import tag
from ..beside import found_in, notes
from ..bundles import SELECTED, parts_of, titled, waits_of
from ..controls import button, checks_field, dragged, dropped, handle, link, select_field
from ..desk import SHOWN, Desk
from ..parts import Part
from .bundle_plan import plan_part
from .ordering import before_next, ordering
from .panel import Panel

SHOWN_AT_MOST = 12
SEARCH = "matters"
"""The page's setting that holds what is searched for."""
WAITS = "waits"
"""The page's setting that names the matter whose predecessors are being chosen."""


def show(desk: Desk) -> tuple[Part, ...]:
    """Show the matters to pick from beside those picked, and the plan."""
    columns = Part(
        "dz-b-columns",
        (
            Part("dz-b-side", (_search(desk), _found(desk)), "section", {"class": "dz-b-aside dz-b-card"}),
            Part(
                "dz-b-main",
                (plan_part(desk), _heading(desk), _chosen(desk)),
                "section",
                {"class": "dz-b-center"},
            ),
        ),
        "div",
        {"class": "dz-b-cols"},
    )
    return (columns,)


def _search(desk: Desk) -> Part:
    label = desk.word("查找事项（名称、编码、部门）", "Find a matter (title, code, department)")
    field = tag(
        "input",
        {
            "type": "search",
            "id": "dz-matter-search",
            "name": SHOWN + SEARCH,
            "value": desk.view.get(SEARCH, ""),
            "class": "form-control",
            "autocomplete": "off",
        },
        None,
    )
    head = tag("h2", {"class": "h3"}, escape(desk.word("事项目录", "The catalogue")))
    return Part(
        "dz-b-search",
        head + tag("label", {"for": "dz-matter-search", "class": "form-label"}, escape(label)) + field,
    )


def _found(desk: Desk) -> Part:
    wanted = desk.view.get(SEARCH, "").strip().lower()
    taken = waits_of(desk.document)
    found = [
        matter
        for matter in desk.ground.library.all("matter")
        if str(matter["code"]) not in taken and _matches(matter, wanted)
    ]
    items = "".join(_offer(desk, matter) for matter in found[:SHOWN_AT_MOST])
    if found:
        count = desk.word(f"可加入 {len(found)} 个事项", f"{len(found)} matters to take in")
        if len(found) > SHOWN_AT_MOST:
            count += desk.word(f"，显示前 {SHOWN_AT_MOST} 个", f", the first {SHOWN_AT_MOST} shown")
    else:
        count = desk.word("没有可加入的事项。", "Nothing to take in.")
    new = tag(
        "a",
        {
            "class": "btn btn-sm btn-outline-secondary",
            "href": "/designer?"
            + urlencode({"new": "matter", "title": desk.view.get(SEARCH, ""), "back": desk.code}),
        },
        escape(desk.word("新建事项", "New matter")),
    )
    return Part(
        "dz-b-found",
        tag("p", {"class": "form-hint"}, escape(count))
        + tag("ul", {"class": "dz-offers", **dropped(desk, "catalogue")}, items)
        + new,
    )


def _matches(matter: Mapping[str, Any], wanted: str) -> bool:
    name = (matter.get("department") or {}).get("name") or {}
    said = (matter["code"], *matter["title"].values(), *name.values())
    return all(word in " ".join(map(str, said)).lower() for word in wanted.split())


def _offer(desk: Desk, matter: Mapping[str, Any]) -> str:
    code = str(matter["code"])
    title = desk.say(matter["title"])
    add = button(
        desk,
        {"op": "add_matter", "matter": code},
        desk.word(f"加入“{title}”", f"Take in “{title}”"),
        icon="＋",
        attributes={
            "class": "btn-outline-primary",
            "id": f"dz-add-{code}",
            "data-focus": f"dz-m-{code}-title",
        },
    )
    drag = dragged(desk, {"op": "add_matter", "matter": code}, code)
    said = tag("span", {}, f"{escape(title)}{facts(desk, matter)}")
    return tag("li", {"id": f"dz-offer-{code}", **drag}, handle(desk.readonly) + add + said)


def facts(desk: Desk, matter: Mapping[str, Any]) -> str:
    """Say in small who handles a matter, how long it takes, and that it is unverified."""
    department = (matter.get("department") or {}).get("name")
    limit = (matter.get("promised_limit") or {}).get("days")
    said = [desk.say(department)] if department else []
    if isinstance(limit, int):
        said.append(desk.say(promised(limit)))
    if matter.get("verified") is not True:
        said.append(desk.word("待核实", "unverified"))
    return tag("small", {"class": "dz-facts"}, escape(" · ".join(said)))


def _heading(desk: Desk) -> Part:
    count = len(parts_of(desk.document))
    said = desk.word(f"联办事项（{count}）", f"Matters of the bundle ({count})")
    return Part("dz-b-heading", escape(said), "h2", {"class": "h3"})


def _chosen(desk: Desk) -> Part:
    parts = parts_of(desk.document)
    codes = [str(part["matter"]) for part in parts]
    cards = tuple(_card(desk, part, codes, number) for number, part in enumerate(parts))
    drop = dropped(desk, "matters", "matters catalogue", {})
    listed = Part("dz-b-chosen", cards, "ol", {"class": "dz-b-cards dz-b-drop", **drop})
    said = desk.word(
        "还没有事项。请从事项目录中加入第一个：按“＋”，或拖到这里。",
        "No matters yet: take the first one in from the catalogue, by “+” or by dragging it here.",
    )
    none = Part(
        "dz-b-none", "" if parts else escape(said), "p", {"class": "dz-b-empty", "hidden": bool(parts)}
    )
    return Part("dz-b-picked", (none, listed))


def _card(desk: Desk, part: Mapping[str, Any], codes: list[str], number: int) -> Part:
    code = str(part["matter"])
    library = desk.ground.library
    title = desk.say(titled(library, "matter", code))
    if library.has("matter", code):
        about = facts(desk, library.get("matter", code))
    else:
        about = tag(
            "small", {"class": "field-error"}, escape(desk.word("没有这个事项", "there is no such matter"))
        )
    head = tag(
        "h3",
        {"class": "dz-b-card-title", "id": f"dz-m-{code}-title", "tabindex": "-1"},
        f"{handle(desk.readonly)} {number + 1}. "
        + tag("a", {"href": f"/designer/matter/{code}"}, escape(title)),
    )
    how = select_field(
        desk,
        desk.word("选取方式", "How it is selected"),
        ("matters", code, "selected"),
        [(each, desk.say(word)) for each, word in SELECTED.items()],
        operation={"op": "select_matter", "matter": code},
        value=part.get("selected", "always"),
    )
    tools = _tools(desk, code, title, codes, number)
    # what a control of the card is about stands beside it
    shown = ("selected", "after") if desk.view.get(WAITS) == code else ("selected",)
    return Part(
        f"dz-m-{code}",
        tag("div", {"class": "dz-b-card-head"}, tag("div", {}, head + about) + tools)
        + notes(desk, found_in(desk, ("matters", code), shown))
        + tag("div", {"class": "dz-b-card-body"}, how + _waits(desk, part, codes)),
        "li",
        {"class": "dz-b-card", **dragged(desk, {"op": "move_matter", "matter": code}, code)},
    )


def _waits(desk: Desk, part: Mapping[str, Any], codes: list[str]) -> str:
    """Say what a matter waits for; with boxes to change it where they were asked for."""
    code, library = str(part["matter"]), desk.ground.library
    label = desk.word("等待哪些事项办结后开始", "It starts when these are done")
    others = [(each, desk.say(titled(library, "matter", each))) for each in codes if each != code]
    opened = desk.view.get(WAITS) == code
    wanted = {"op": "wait_for", "matter": code}
    names = [desk.say(titled(library, "matter", each)) for each in part.get("after", ())]
    said = desk.word("、", ", ").join(names) or desk.word("受理后即开始", "starts at once")
    text_ = tag("span", {"class": "dz-b-waits"}, escape(desk.word(f"等待：{said}", f"waits for: {said}")))
    if not names:
        text_ = tag("span", {"class": "dz-b-waits"}, escape(said))
    if not others:
        return text_
    title = desk.say(titled(library, "matter", code))
    word = desk.word("收起", "Close") if opened else desk.word("修改前置事项", "Change what it waits for")
    toggle = link(
        desk,
        {WAITS: None if opened else code},
        escape(word) + tag("span", {"class": "visually-hidden"}, escape(f" {title}")),
        {"id": f"dz-waits-{code}", "aria-expanded": "true" if opened else "false", "role": "button"},
    )
    boxes = checks_field(desk, label, ("matters", code, "after"), others, operation=wanted) if opened else ""
    return tag("div", {"class": "dz-inline"}, text_ + toggle) + boxes


def _tools(desk: Desk, code: str, title: str, codes: list[str], number: int) -> str:
    last = len(codes) - 1
    moves = before_next({"op": "move_matter", "matter": code}, codes, number)
    neighbour = codes[number + 1] if number < last else codes[number - 1]
    return tag(
        "div",
        {"class": "dz-b-card-tools"},
        ordering(desk, moves, number, len(codes), f"“{title}”", f"dz-m-{code}")
        + button(
            desk,
            {"op": "remove_matter", "matter": code},
            desk.word(f"移出“{title}”", f"Take “{title}” out"),
            icon="✕",
            attributes={
                "id": f"dz-out-{code}",
                "class": "btn-outline-danger",
                "data-focus": f"dz-m-{neighbour}-title" if last else None,
            },
        ),
    )


PANEL = Panel("matters", text("事项", "Matters"), show)
