"""The materials of a matter: which, whether each is necessary, how it is obtained, and why."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from ...definitions.types import Text, text
from ...forms.html import tag
from ..addresses import get
from ..beside import found_in, notes
from ..controls import button, group, handle, id_of, labelled, name_of, phrase_field, select_field, text_field
from ..desk import SHOWN, Desk
from ..edits import Edit
from ..operations import Ground, Step, operation, refuse
from ..parts import Part
from ..words import name_values
from .dictionary import beginning
from .ordering import item_tools
from .panel import Panel

FOUND = 20
NECESSITIES: tuple[tuple[str, Text], ...] = (
    ("required", text("必要", "required")),
    ("deferrable", text("可容缺后补", "may be handed in later")),
    ("optional", text("非必要", "optional")),
    ("conditional", text("视情形", "depends on the situation")),
)
OBTAINED: tuple[tuple[str, Text], ...] = (
    ("applicant", text("申请人提交", "handed in by the applicant")),
    ("commitment", text("告知承诺替代", "replaced by a commitment")),
    ("shared", text("数据共享获取，免提交", "taken from shared data")),
    ("produced", text("由前置事项产生", "comes of a matter before it")),
    ("form", text("并入表单，免提交", "part of the form")),
)
name_values("necessity", NECESSITIES)
name_values("obtain", OBTAINED)


@operation("use_material")
def use_material(ground: Ground, given: Mapping[str, Any]) -> Step:
    """Ask for a ``material`` of the dictionary: required, handed in by the applicant until said otherwise."""
    code = str(given["material"])
    if not ground.library.has("material", code):
        raise refuse(
            "/materials",
            "no-such-material",
            text(f"没有材料“{code}”", f"there is no material {code!r}"),
            text("请先在材料库中新建", "make it in the dictionary first"),
        )
    use = {"material": code, "necessity": "required", "obtain": "applicant"}
    title = ground.library.get("material", code)["title"]
    sentence = text(f"新增材料“{title['zh']}”", f"material “{title['en']}” added")
    return Step((Edit("insert", ("materials",), use),), sentence, focus=card_of(code))


@operation("drop_material")
def drop_material(ground: Ground, given: Mapping[str, Any]) -> Step:
    """Ask for a ``material`` no more."""
    code = str(given["material"])
    title = _title(ground, code)
    sentence = text(f"删除材料“{title['zh']}”", f"material “{title['en']}” removed")
    return Step((Edit("remove", ("materials", code)),), sentence, focus="dz-materials-title")


@operation("move_material")
def move_material(ground: Ground, given: Mapping[str, Any]) -> Step:
    """Move a ``material`` in the list, ``by`` places or ``before`` another."""
    code = str(given["material"])
    known = get(ground.document, ("materials",))
    codes = [str(use["material"]) for use in known] if isinstance(known, list) else []
    before = given.get("before")
    if "by" in given and code in codes:
        rest = [each for each in codes if each != code]
        index = min(max(codes.index(code) + int(given["by"]), 0), len(rest))
        before = rest[index] if index < len(rest) else None
    title = _title(ground, code)
    if before is None:
        sentence = text(f"材料“{title['zh']}”移到最后", f"material “{title['en']}” moved to the end")
    else:
        other = _title(ground, str(before))
        sentence = text(
            f"材料“{title['zh']}”移到“{other['zh']}”之前",
            f"material “{title['en']}” moved before “{other['en']}”",
        )
    return Step((Edit("move", ("materials", code), before=before),), sentence)


def _title(ground: Ground, code: str) -> Text:
    if not ground.library.has("material", code):
        return text(code, code)
    title = ground.library.get("material", code)["title"]
    return text(title["zh"], title["en"])


def card_of(code: str) -> str:
    """Give the element id of a material's card."""
    return "m" + id_of(code)[1:]


def show(desk: Desk) -> tuple[Part, ...]:
    """Show the materials, and the dictionary to take others from."""
    known = get(desk.document, ("materials",))
    uses = known if isinstance(known, list) else []
    cards = tuple(_card(desk, use, number, len(uses)) for number, use in enumerate(uses))
    head = desk.word(f"所需材料（{len(uses)} 项）", f"Materials ({len(uses)})")
    title = tag("h2", {"class": "h3", "id": "dz-materials-title", "tabindex": "-1"}, escape(head))
    note = (
        ""
        if uses
        else tag("p", {}, escape(desk.word("还没有材料，请从右侧添加。", "No materials yet: add one.")))
    )
    drop = {} if desk.readonly else {"data-drop": "{}", "data-group": "materials", "data-takes": "materials"}
    return (
        Part(
            "dz-materials",
            (
                Part(
                    "dz-materials-list",
                    (
                        Part("dz-materials-head", title + note),
                        Part("dz-materials-cards", cards, "ul", {"class": "dz-cards", **drop}),
                    ),
                    "section",
                    {"aria-labelledby": "dz-materials-title"},
                ),
                _dictionary(desk, {str(use["material"]) for use in uses}),
            ),
            "div",
            {"class": "dz-split"},
        ),
    )


def _card(desk: Desk, use: Mapping[str, Any], number: int, count: int) -> Part:
    code = str(use["material"])
    at = ("materials", code)
    title = desk.say(_title(desk.ground, code))
    name = tag("a", {"href": f"/designer/material/{code}", "class": "dz-card-name"}, escape(title))
    move = {"op": "move_material", "material": code}
    moves = ({**move, "by": -1}, {**move, "by": 1})
    drop = {"op": "drop_material", "material": code}
    tools = item_tools(desk, moves, drop, number, count, title, "dz-" + id_of(code))
    words = [(value, desk.say(said)) for value, said in NECESSITIES]
    ways = [(value, desk.say(said)) for value, said in OBTAINED]
    fields = tag(
        "div",
        {"class": "dz-columns"},
        select_field(desk, desk.word("必要性", "Necessity"), (*at, "necessity"), words)
        + select_field(desk, desk.word("取得方式", "How it is obtained"), (*at, "obtain"), ways)
        + text_field(desk, desk.word("要求提供的依据", "Ground for asking"), (*at, "basis")),
    )
    fields += phrase_field(
        desk, desk.word("理由（为何需要或免交）", "Why it is needed, or not"), (*at, "reason"), optional=True
    )
    head = (
        handle(desk.readonly)
        + name
        + tag("span", {"class": "dz-card-tools", "role": "group", "aria-label": title}, tools)
    )
    drag = (
        {}
        if desk.readonly
        else {"data-drag": name_of({"op": "move_material", "material": code}), "data-item": code}
    )
    found = notes(desk, found_in(desk, at, ("necessity", "obtain", "basis", "reason")))
    content = tag("div", {}, head) + found + tag("div", {"class": "dz-card-body"}, fields)
    return Part(card_of(code), content, "li", {"class": "dz-card", "tabindex": "-1", **drag})


def _dictionary(desk: Desk, used: set[str]) -> Part:
    name = SHOWN + "material"
    sought = desk.view.get("material", "").strip().lower()
    control = tag(
        "input",
        {
            "type": "search",
            "id": id_of(name),
            "name": name,
            "class": "form-control",
            "value": desk.view.get("material", ""),
            "autocomplete": "off",
        },
        None,
    )
    found = [m for m in desk.ground.library.all("material") if _fits(m, sought)]
    items = "".join(
        tag(
            "li",
            {"class": "dz-entry" + (" dz-taken" if m["code"] in used else "")},
            button(
                desk,
                {"op": "use_material", "material": m["code"]},
                desk.say(m["title"]),
                attributes={"class": "dz-add", "disabled": m["code"] in used},
            )
            + tag("span", {"class": "dz-code"}, escape(m["code"])),
        )
        for m in found[:FOUND]
    )
    more = len(found) - FOUND
    rest = desk.word(f"另有 {more} 个，请输入关键词", f"and {more} more: type a word") if more > 0 else ""
    label = desk.word("材料库中没有？新建材料", "Not there? Make a new material")
    new = beginning(desk, "material", desk.view.get("material", ""), "materials", label)
    inner = labelled(desk, name, desk.word("查找材料", "Search the dictionary"), control)
    inner += tag("ul", {"class": "dz-elements"}, items) + (
        tag("p", {"class": "form-hint"}, escape(rest)) if rest else ""
    )
    return Part("dz-materials-dictionary", group(desk.word("材料库", "Dictionary"), (inner, new)), "section")


def _fits(material: Mapping[str, Any], sought: str) -> bool:
    words = " ".join((material["code"], material["title"]["zh"], material["title"]["en"])).lower()
    return all(word in words for word in sought.split())


PANEL = Panel("materials", text("材料", "Materials"), show)
