"""The form builder: palette, canvas, and beside them the properties of what is selected, or the preview.

The same panel serves a matter's form and a bundle's situation questions.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from html import escape
from typing import Any, NamedTuple

from ...definitions.types import text
from ...forms.fields import FIELD_TYPES
from ...forms.html import tag
from ..beside import found_in, notes
from ..computing import TITLES, what_of
from ..controls import button, flag, handle, id_of, name_of
from ..desk import PRESSED, SHOWN, Desk
from ..forms import card_id, form_in
from ..layout import Form, Section, said_of
from ..logic import state_of, told
from ..paging import flags_of, numbers
from ..parts import Part
from .paging import page_mark
from .palette import palette
from .panel import Panel
from .preview import preview
from .properties import properties


def show(desk: Desk) -> tuple[Part, ...]:
    """Show the form of the matter, or the situation questions of the bundle."""
    form = form_in(desk.document)
    selected = desk.view.get("select", "")
    trying = desk.view.get("side", "")
    side = preview(desk) if trying else properties(desk, form, selected)
    return (
        Part(
            "dz-builder",
            (palette(desk, form, selected), canvas(desk, form, selected), side),
            "div",
            {"class": "dz-builder" + (" dz-wide" if trying == "desktop" else "")},
        ),
    )


def canvas(desk: Desk, form: Form, selected: str) -> Part:
    """Show the sections with their fields."""
    pages = numbers(flags_of(form)) if desk.kind == "matter" else {}
    sections = tuple(
        part
        for section in form.sections
        for part in (
            *page_mark(desk, pages, section.id, card_id(f"section:{section.id}")),
            _section(desk, form, section, selected),
        )
    )
    if not sections:
        note = desk.word(
            "表单还没有字段：从左侧点按或拖入第一个字段。", "No fields yet: press or drag one in."
        )
        into = {} if desk.readonly else {"data-drop": "{}", "data-group": "fields", "data-takes": "palette"}
        sections = (Part("dz-empty", tag("li", {}, escape(note)), "ul", {"class": "dz-empty", **into}),)
    drop = {} if desk.readonly else {"data-drop": "{}", "data-group": "sections", "data-takes": "sections"}
    foot = button(
        desk,
        {"op": "add_part"},
        desk.word("＋ 新增分区", "+ Add a section"),
        attributes={"class": "btn-outline-primary", "id": "dz-add-section"},
    )
    return Part(
        "dz-canvas",
        (
            Part("dz-canvas-head", _head(desk, form), "div", {"class": "dz-canvas-head"}),
            Part("dz-sections", sections, "div", {"class": "dz-sections", **drop}),
            Part("dz-canvas-foot", foot, "div"),
        ),
        "section",
        {"class": "dz-canvas", "aria-labelledby": "dz-canvas-title"},
    )


def _head(desk: Desk, form: Form) -> str:
    count = len(form.order)
    title = tag(
        "h2",
        {"class": "h3", "id": "dz-canvas-title", "tabindex": "-1"},
        escape(desk.word(f"表单（{count} 个字段）", f"Form ({count} fields)")),
    )
    shown = desk.view.get("side", "")
    buttons = "".join(
        tag(
            "button",
            {
                "type": "submit",
                "name": SHOWN + "side",
                "value": value,
                "id": f"dz-side-{value or 'properties'}",
                "class": "btn btn-sm " + ("btn-primary" if shown == value else "btn-outline-secondary"),
                "aria-pressed": "true" if shown == value else "false",
            },
            escape(desk.word(*words)),
        )
        for value, words in (
            ("", ("属性", "Properties")),
            ("phone", ("手机预览", "Phone preview")),
            ("desktop", ("电脑预览", "Desktop preview")),
        )
    )
    label = desk.word("右侧显示", "Beside the form")
    return title + tag("div", {"class": "dz-tools", "role": "group", "aria-label": label}, buttons)


def _section(desk: Desk, form: Form, section: Section, selected: str) -> Part:
    name = f"section:{section.id}"
    chosen, place = selected == name, card_id(name)
    cards = tuple(_card_of(desk, form, pointer, selected) for pointer in section.fields)
    drop: dict[str, Any] = {"class": "dz-cards", "aria-label": desk.say(section.title)}
    joined = paging_of(desk, form, section)
    drag: dict[str, Any] = {
        "class": "dz-section" + (" dz-selected" if chosen else "") + (" dz-joined" if joined else "")
    }
    if not desk.readonly:
        target = name_of({"section": section.id})
        drop |= {"data-drop": target, "data-group": "fields", "data-takes": "fields palette"}
        drag |= {"data-drag": name_of({"op": "move_part", "section": section.id}), "data-item": section.id}
    head = handle(desk.readonly) + _select(
        name, desk.say(section.title), chosen, place + "-s", "dz-section-name"
    )
    head += flag(desk.lang, section.title)
    head += _section_tools(desk, section.id, joined) if chosen else ""
    return Part(
        place,
        (
            Part(place + "-h", head, "div", {"class": "dz-section-head"}),
            Part(place + "-e", notes(desk, found_in(desk, (*form.at, "ui", "elements", section.id)))),
            Part(place + "-l", cards, "ul", drop),
        ),
        "section",
        {**drag, "tabindex": "-1", "aria-label": desk.say(section.title)},
    )


def paging_of(desk: Desk, form: Form, section: Section) -> bool | None:
    """Tell whether a section stands on the page before it; None where it cannot be chosen."""
    free = desk.kind == "matter" and section.id != form.sections[0].id
    return section.continues if free else None


def _section_tools(desk: Desk, section: str, joined: bool | None) -> str:
    words = ("另起一页", "Begin a page here") if joined else ("接在上一页", "Put on the page before")
    paging = (
        {"op": "page_part", "section": section},
        desk.word("分页", "Split") if joined else desk.word("接页", "Join"),
        words,
        "Alt+Shift+P",
    )
    return _tools(
        desk.lang,
        desk.readonly,
        (
            *((paging,) if joined is not None else ()),
            (
                {"op": "move_part", "section": section, "by": -1},
                "↑",
                ("上移分区", "Move the section up"),
                "Alt+ArrowUp",
            ),
            (
                {"op": "move_part", "section": section, "by": 1},
                "↓",
                ("下移分区", "Move the section down"),
                "Alt+ArrowDown",
            ),
            (
                {"op": "duplicate_part", "section": section},
                "×2",
                ("复制分区", "Duplicate the section"),
                "Alt+Shift+D",
            ),
            (
                {"op": "remove_part", "section": section},
                "✕",
                ("删除分区", "Remove the section"),
                "Alt+Delete",
            ),
        ),
    )


class Card(NamedTuple):
    """All that a field's card shows; equal cards are made once."""

    pointer: str
    kind: str
    title: str
    own: bool
    mark: str
    condition: str
    computed: str
    missing: str
    found: str
    selected: bool
    readonly: bool
    lang: str


def _card_of(desk: Desk, form: Form, pointer: str, selected: str) -> Part:
    said = said_of(form, desk.ground.library, pointer)
    if said is None:
        return Part(card_id(pointer), "", "li", {"class": "dz-card"})
    shown, readable = form.shown_when(pointer)
    condition = ""
    if shown is not None:
        words = told(desk.ground, form, pointer, shown, desk.lang)
        condition = desk.word(f"仅当{words}时显示", f"shown when {words}")
    elif not readable:
        condition = desk.word("有手工编写的显示条件", "shown by a condition written by hand")
    kind = FIELD_TYPES[said.type].title if said.type in FIELD_TYPES else text(said.type, said.type)
    missing = ""
    if said.element is None:
        missing = flag(desk.lang, said.title) or flag(desk.lang, said.hint)
    facts = Card(
        pointer,
        desk.say(kind),
        desk.say(said.title),
        said.element is None,
        state_of(form, pointer),
        condition,
        _computing(desk, form, said.compute),
        missing,
        notes(desk, found_in(desk, form.address(pointer), ("items",))),
        selected == pointer,
        desk.readonly,
        desk.lang,
    )
    if said.type == "group" and said.element is None:
        return _rows(desk, form, facts, selected)
    return _card(facts)


def _computing(desk: Desk, form: Form, spec: Mapping[str, Any] | None) -> str:
    """Say what a field is computed of, nothing where the applicant answers it."""
    if spec is None:
        return ""
    words = desk.say(what_of(desk.ground, form, spec)) if spec.get("fn") in TITLES else ""
    return desk.word("自动计算", "computed") + (desk.word("：", ": ") + words if words else "")


@lru_cache(maxsize=4096)
def _card(facts: Card) -> Part:
    return Part(card_id(facts.pointer), _face(facts), "li", _frame(facts))


def _rows(desk: Desk, form: Form, facts: Card, selected: str) -> Part:
    """Show a repeated group: its own card, with those of its items inside."""
    place, rows = card_id(facts.pointer), facts.pointer + "/*"
    items = tuple(_card_of(desk, form, item, selected) for item in form.items(facts.pointer))
    drop: dict[str, Any] = {"class": "dz-cards dz-items", "aria-label": facts.title}
    if not desk.readonly:
        group = "rows:" + place
        drop |= {
            "data-drop": name_of({"group": facts.pointer}),
            "data-group": group,
            "data-takes": f"{group} palette",
        }
    word = desk.word("＋ 在每一行中添加字段", "+ Add fields to its rows")
    add = _select(rows, word, selected == rows, place + "-a", "dz-into")
    return Part(
        place,
        (Part(place + "-h", _face(facts)), Part(place + "-l", items, "ul", drop), Part(place + "-f", add)),
        "li",
        _frame(facts),
    )


def _frame(facts: Card) -> Mapping[str, Any]:
    drag = (
        {}
        if facts.readonly
        else {"data-drag": name_of({"op": "move_field", "field": facts.pointer}), "data-item": facts.pointer}
    )
    return {"class": "dz-card" + (" dz-selected" if facts.selected else ""), "tabindex": "-1", **drag}


def _face(facts: Card) -> str:
    zh, place = facts.lang == "zh", card_id(facts.pointer)
    marks = ""
    if facts.mark != "no":
        words = (
            ("必填" if zh else "required")
            if facts.mark == "yes"
            else ("有条件必填" if zh else "required when…")
        )
        marks += tag("span", {"class": "badge dz-required"}, words)
    if facts.computed:
        marks += tag("span", {"class": "badge dz-computed"}, "自动计算" if zh else "computed")
    if not facts.own:
        marks += tag("span", {"class": "badge dz-element"}, "数据元" if zh else "element")
    marks += facts.missing
    notes_ = [each for each in (facts.computed, facts.condition) if each]
    note = "".join(tag("span", {"class": "dz-when"}, escape(each)) for each in notes_)
    head = handle(facts.readonly) + _select(
        facts.pointer, facts.title, facts.selected, place + "-s", "dz-card-name"
    )
    body = head + tag("span", {"class": "dz-kind"}, escape(facts.kind)) + marks + note
    return body + (_field_tools(facts) if facts.selected and not facts.readonly else "") + facts.found


def _field_tools(facts: Card) -> str:
    field = facts.pointer
    given: list[Any] = [
        ({"op": "move_field", "field": field, "by": -1}, "↑", ("上移", "Move up"), "Alt+ArrowUp"),
        ({"op": "move_field", "field": field, "by": 1}, "↓", ("下移", "Move down"), "Alt+ArrowDown"),
    ]
    if facts.own:
        given.append(({"op": "duplicate_field", "field": field}, "×2", ("复制", "Duplicate"), "Alt+Shift+D"))
    given.append(({"op": "remove_field", "field": field}, "✕", ("删除", "Remove"), "Alt+Delete"))
    return _tools(facts.lang, False, tuple(given))


def _tools(lang: str, readonly: bool, given: tuple[Any, ...]) -> str:
    """Write the buttons of what is selected; ``given`` are operation, icon, label, and keys of each."""
    zh = lang == "zh"
    buttons = ""
    for operation, icon, words, keys in given:
        label = words[0] if zh else words[1]
        buttons += tag(
            "button",
            {
                "type": "submit",
                "name": PRESSED,
                "value": name_of(operation),
                "id": "b" + id_of(name_of(operation))[1:],
                "class": "btn btn-sm btn-outline-secondary dz-icon",
                "title": f"{label} ({keys})",
                "aria-keyshortcuts": keys,
                "disabled": readonly,
            },
            tag("span", {"aria-hidden": "true"}, icon)
            + tag("span", {"class": "visually-hidden"}, escape(label)),
        )
    return tag(
        "span",
        {"class": "dz-card-tools", "role": "group", "aria-label": "操作" if zh else "Actions"},
        buttons,
    )


def _select(value: str, label: str, chosen: bool, place: str, look: str) -> str:
    return tag(
        "button",
        {
            "type": "submit",
            "name": SHOWN + "select",
            "value": value,
            "id": place,
            "class": look,
            "aria-pressed": "true" if chosen else "false",
        },
        escape(label),
    )


FORM = Panel("form", text("表单", "Form"), show)
SITUATIONS = Panel("questions", text("情形问题", "Situation questions"), show)
