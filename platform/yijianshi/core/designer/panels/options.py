"""The options of a choice and the values they are stored as, in a form and in the dictionary alike."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any, Literal

from ...forms.html import tag
from ..controls import button, flag, group, id_of, name_of, text_field
from ..desk import Desk
from ..filling import untranslated
from ..options import Options
from .ordering import item_tools

LATE = {"data-late": True, "spellcheck": "false", "autocapitalize": "off"}
"""What is typed here applies with the button, not with every letter."""


def options_editor(desk: Desk, options: Options, of: Mapping[str, Any], note: str = "") -> str:
    """Write the options to be named, moved, removed and added; ``of`` names the form's field, nothing the element."""
    rows = ""
    for number, option in enumerate(options, start=1):
        given = {"op": "option", **of, "option": option["value"]}
        name = desk.word("选项", "Option")
        named = desk.say(option["title"])
        moves = ({**given, "part": "move", "by": -1}, {**given, "part": "move", "by": 1})
        drop, place = {**given, "part": "drop"}, "dz-" + id_of(name_of(given))
        tools = item_tools(desk, moves, drop, number - 1, len(options), named, place)
        fields = pair(desk, f"{name} {number}", {**given, "part": "name"}, option["title"])
        rows += tag("li", {"class": "dz-option"}, fields + tag("div", {"class": "dz-card-tools"}, tools))
    add = button(
        desk,
        {"op": "option", **of, "part": "add"},
        desk.word("＋ 新增选项", "+ Add an option"),
        attributes={"class": "btn-outline-primary"},
    )
    return group(desk.word("选项", "Options"), (tag("ul", {"class": "list-plain"}, rows), add), note)


def pair(desk: Desk, label: str, operation: Mapping[str, Any], title: Mapping[str, str]) -> str:
    """Write the two fields of a bilingual text that an operation of its own takes."""
    mark = flag(desk.lang, title)
    sides = ""
    langs: tuple[tuple[Literal["zh", "en"], str], ...] = (
        ("zh", desk.word("中文", "Chinese")),
        ("en", desk.word("英文", "English")),
    )
    for lang, word in langs:
        shown = "" if lang == "en" and untranslated(title) and title["en"] == title["zh"] else title[lang]
        sides += text_field(
            desk,
            f"{label}（{word}）" if desk.lang == "zh" else f"{label} ({word})",
            (),
            operation={**operation, "lang": lang},
            value=shown,
            attributes={"lang": "zh-CN" if lang == "zh" else "en"},
        )
    return tag("div", {"class": "dz-phrase"}, sides) + (tag("p", {}, mark) if mark else "")


def stored_values(desk: Desk, options: Options, of: Mapping[str, Any]) -> list[str]:
    """Write the fields for the values that the options are stored as."""
    return [
        text_field(
            desk,
            desk.word(f"存储值：{option['title']['zh']}", f"Stored value: {option['title']['en']}"),
            (),
            operation={"op": "rename_option", **of, "option": str(option["value"])},
            value=option["value"],
            attributes=LATE,
        )
        for option in options
    ]


def apply_button(desk: Desk, label: str) -> str:
    """Write the button that applies what was typed into the fields that wait for it."""
    return tag(
        "button",
        {
            "type": "submit",
            "class": "btn btn-sm btn-outline-primary",
            "id": "dz-rename",
            "disabled": desk.readonly,
        },
        escape(label),
    )
