"""The palette: field types and elements of the dictionary, to be dragged or pressed into the form."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from ...forms.fields import FIELD_TYPES
from ...forms.html import tag
from ..controls import button, id_of, labelled, name_of
from ..desk import SHOWN, Desk
from ..elements import element_named
from ..layout import Form, said_of
from ..parts import Part
from .dictionary import beginning

FOUND = 24
"""So many elements are shown of those that a search finds."""

_ICONS: Mapping[str, str] = {
    "text": "Aa",
    "long_text": "¶",
    "integer": "12",
    "decimal": "1.5",
    "money": "¥",
    "date": "日",
    "date_range": "日–日",
    "yes_no": "✓✗",
    "choice": "◉",
    "multiple_choice": "☑",
    "resident_id": "证",
    "uscc": "信",
    "phone": "☎",
    "address": "址",
    "file": "附",
    "group": "≡",
    "note": "i",
}


def target_of(form: Form, selected: str) -> dict[str, Any]:
    """Say where something new goes: after the selected field, into the selected section or rows."""
    if selected.endswith("/*") and form.leaf(selected[:-2]) is not None:
        return {"group": selected[:-2]}
    if selected.startswith("section:"):
        return {"section": selected.removeprefix("section:")}
    if form.leaf(selected) is None or not selected:
        return {}
    if "/*" in selected:
        return {"group": selected.rpartition("/*")[0], "after": selected}
    return {"after": selected}


def palette(desk: Desk, form: Form, selected: str) -> Part:
    """Show the palette."""
    target = target_of(form, selected)
    return Part(
        "dz-palette",
        (
            Part(
                "dz-palette-where",
                tag("h2", {"class": "h3"}, escape(desk.word("添加字段", "Add a field")))
                + tag("p", {"class": "form-hint"}, escape(_where(desk, form, target))),
            ),
            Part("dz-palette-types", _types(desk, target), "div"),
            Part("dz-palette-search", _search(desk), "div"),
            Part("dz-palette-elements", _elements(desk, form, target), "div"),
        ),
        "section",
        {"class": "dz-palette", "aria-label": desk.word("字段库", "Palette")},
    )


def _where(desk: Desk, form: Form, target: Mapping[str, Any]) -> str:
    if "group" in target:
        said = said_of(form, desk.ground.library, target["group"])
        name = desk.say(said.title) if said else ""
        return desk.word(
            f"点按加到“{name}”的每一行中，或拖到表单里", f"Press to add to the rows of “{name}”, or drag"
        )
    if "after" in target:
        said = said_of(form, desk.ground.library, target["after"])
        name = desk.say(said.title) if said else ""
        return desk.word(f"点按加到“{name}”之后，或拖到表单里", f"Press to add after “{name}”, or drag")
    found = [section for section in form.sections if section.id == target.get("section")]
    if found:
        name = desk.say(found[0].title)
        return desk.word(f"点按加到分区“{name}”，或拖到表单里", f"Press to add to “{name}”, or drag")
    return desk.word("点按加到表单末尾，或拖到表单里", "Press to add at the end, or drag into the form")


def _types(desk: Desk, target: Mapping[str, Any]) -> str:
    into_rows = "group" in target
    items = "".join(
        _entry(desk, {"op": "add_field", "type": name}, target, desk.say(kind.title), _ICONS.get(name, "·"))
        for name, kind in FIELD_TYPES.items()
        if not (into_rows and name == "group")
    )
    return tag("ul", {"class": "dz-types", **_source(desk)}, items)


def _search(desk: Desk) -> str:
    name = SHOWN + "find"
    label = desk.word("查找数据元", "Search the dictionary")
    control = tag(
        "input",
        {
            "type": "search",
            "id": id_of(name),
            "name": name,
            "class": "form-control",
            "value": desk.view.get("find", ""),
            "autocomplete": "off",
        },
        None,
    )
    return labelled(desk, name, label, control)


def _elements(desk: Desk, form: Form, target: Mapping[str, Any]) -> str:
    sought = desk.view.get("find", "").strip().lower()
    used = {str((form.leaf(p) or {}).get("$ref", "")).rpartition(":")[2] for p in form.order}
    found = [e for e in desk.ground.library.all("element") if _fits(e, sought)]
    label = desk.word("没有合适的？新建数据元", "None that fits? Make a new element")
    tab = "form" if desk.kind == "matter" else "situations"
    new = "" if desk.readonly else beginning(desk, "element", desk.view.get("find", ""), tab, label)
    if not found:
        return tag("p", {}, escape(desk.word("没有找到数据元", "no element found"))) + new
    items = ""
    for each in found[:FOUND]:
        operation = {"op": "add_field", "element": each["code"]}
        kind = FIELD_TYPES.get(str(element_named(desk.ground, each["code"]).get("type")))
        hint = f"{each['code']}" + (f" · {desk.say(kind.title)}" if kind else "")
        taken = each["code"] in used and "group" not in target
        items += _entry(desk, operation, target, desk.say(each["title"]), "", hint, taken)
    more = len(found) - FOUND
    rest = desk.word(f"另有 {more} 个，请输入关键词", f"and {more} more: type a word") if more > 0 else ""
    shown = tag("ul", {"class": "dz-elements", **_source(desk)}, items)
    return shown + tag("p", {"class": "form-hint"}, escape(rest)) + new


def _fits(element: Mapping[str, Any], sought: str) -> bool:
    words = " ".join((element["code"], element["title"]["zh"], element["title"]["en"])).lower()
    return all(word in words for word in sought.split())


def _source(desk: Desk) -> dict[str, Any]:
    return {} if desk.readonly else {"data-drop": "", "data-group": "palette", "data-takes": "none"}


def _entry(
    desk: Desk,
    operation: Mapping[str, Any],
    target: Mapping[str, Any],
    label: str,
    icon: str,
    hint: str = "",
    taken: bool = False,
) -> str:
    """Write one thing to add: a button, which is also the handle to drag it by."""
    attributes = {
        "class": "dz-add",
        "data-handle": True,
        "disabled": taken,
        "id": "a" + id_of(name_of(operation))[1:],
    }
    inner = button(desk, {**operation, **target}, label, attributes=attributes)
    mark = tag("span", {"class": "dz-type-icon", "aria-hidden": "true"}, escape(icon)) if icon else ""
    note = tag("span", {"class": "dz-code"}, escape(hint)) if hint else ""
    drag = {} if taken or desk.readonly else {"data-drag": name_of(operation)}
    return tag("li", {"class": "dz-entry" + (" dz-taken" if taken else ""), **drag}, mark + inner + note)
