"""The parameters of a ruleset: what the law may change, with unit, basis, verified mark and values by date."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from ...definitions.pointer import MISSING
from ...definitions.types import text
from ...forms.html import tag
from ...rules.types import SCALARS
from ..controls import button, group, id_of, name_of, phrase_field, select_field, text_field, yes_no_field
from ..desk import Desk
from ..parts import Part
from ..ruleset_edits import name_for
from ..ruleset_parameters import held_by
from ..ruleset_parts import parameter_type, phrase_of, uses_of
from .panel import Panel
from .rules_controls import slug
from .rules_facts import TYPE_NAMES, refused


def show(desk: Desk) -> tuple[Part, ...]:
    """Show the parameters."""
    listed = desk.document.get("parameters", {})
    new = name_for(desk.document, f"parameter_{len(listed) + 1}")
    add = button(
        desk,
        {"op": "add_parameter"},
        desk.word("＋ 增加参数", "＋ Add a parameter"),
        attributes={
            "id": "dz-add-parameter",
            "class": "btn-primary",
            "aria-keyshortcuts": "Alt+N",
            "data-focus": id_of(name_of({"op": "say", "at": ["parameters", new, "title"], "lang": "zh"})),
        },
    )
    hint = desk.word(
        "法律规定、可能变化的数值写成参数，规则引用它；改动时只改一处。",
        "What the law sets and may change is a parameter that rules refer to: it is changed in one place.",
    )
    head = Part(
        "dz-p-tools", add + tag("p", {"class": "form-hint"}, escape(hint)), "div", {"class": "dz-r-tools"}
    )
    cards = tuple(_card(desk, name, raw) for name, raw in listed.items() if isinstance(raw, Mapping))
    return head, Part("dz-p-cards", cards, "div", {"class": "dz-f-cards"})


def _card(desk: Desk, name: str, raw: Mapping[str, Any]) -> Part:
    at, kind = ("parameters", name), parameter_type(raw)
    title = desk.say(phrase_of(raw.get("title"), name))
    kinds = [(each, desk.say(TYPE_NAMES[each])) for each in SCALARS]
    value = _value(
        desk,
        desk.word("值", "Value"),
        kind,
        {"op": "parameter_value", "parameter": name},
        raw.get("value", MISSING),
    )
    row = tag(
        "div",
        {"class": "dz-row"},
        select_field(
            desk,
            desk.word("类型", "Type"),
            (),
            kinds,
            operation={"op": "parameter_type", "parameter": name},
            value=kind,
        )
        + value
        + text_field(desk, desk.word("单位", "Unit"), (*at, "unit")),
    )
    users = len(uses_of(desk.document, "parameter", name))
    drop = {"op": "drop_parameter", "parameter": name}
    held = len(held_by(desk.document, name))
    used = desk.word(f"用于 {users} 条规则", f"used by {users} rules")
    used += desk.word(f"、{held} 个事实", f", {held} facts") if held else ""
    foot = tag("span", {}, escape(used)) + button(
        desk,
        drop,
        desk.word(f"删除参数“{title}”", f"Remove the parameter {title}"),
        icon="✕",
        attributes={"id": f"dz-p-{slug(name)}-drop", "data-focus": "dz-add-parameter"},
    )
    fields = (
        phrase_field(desk, desk.word("在句子中的称呼", "What sentences call it"), (*at, "title")),
        row,
        _days(desk, name, kind, raw),
        text_field(desk, desk.word("依据", "Legal basis"), (*at, "basis")),
        text_field(desk, desk.word("来源", "Source"), (*at, "source")),
        yes_no_field(desk, desk.word("已对照依据核实", "Checked against its basis"), (*at, "verified")),
        tag("p", {"class": "dz-foot"}, foot) + refused(desk, drop),
    )
    return Part(f"dz-p-{slug(name)}", group(title, fields), "div", {"class": "dz-f-card"})


def _days(desk: Desk, name: str, kind: str, raw: Mapping[str, Any]) -> str:
    """Write the values that hold from a day on, and one to add."""
    rows = ""
    for each in raw.get("values", ()):
        day = str(each.get("from"))
        base = {"parameter": name, "from": day}
        from_ = text_field(
            desk,
            desk.word("自", "From"),
            (),
            kind="date",
            operation={"op": "parameter_day", **base},
            value=day,
        )
        value = _value(
            desk,
            desk.word(f"自 {day} 起的值", f"Value from {day}"),
            kind,
            {"op": "parameter_value", **base},
            each.get("value"),
        )
        drop = button(
            desk,
            {"op": "parameter_day", **base},
            desk.word(f"删除自 {day} 起的值", f"Remove the value from {day}"),
            icon="✕",
        )
        rows += tag("li", {"class": "dz-row"}, from_ + value + drop)
    new = text_field(
        desk,
        desk.word("另有值，自何日起", "Another value, from"),
        (),
        kind="date",
        operation={"op": "parameter_day", "parameter": name},
        value="",
        hint=desk.word("填日期即增加一行", "a date adds a row"),
    )
    return tag("ul", {"class": "list-plain"}, rows) + new


def _value(desk: Desk, label: str, kind: str, operation: Mapping[str, Any], value: Any) -> str:
    if kind == "boolean":
        words = [("true", desk.word("是", "yes")), ("false", desk.word("否", "no"))]
        return select_field(
            desk, label, (), words, operation=operation, value="true" if value is True else "false"
        )
    shown = {"date": "date", "integer": "integer", "decimal": "number", "money": "number"}.get(kind, "text")
    return text_field(
        desk, label, (), kind=shown, operation=operation, value=None if value is MISSING else value
    )


PANEL = Panel("parameters", text("参数", "Parameters"), show)
