"""An edit told as a sentence, for whoever reads what was changed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Literal

from ..bundles.pages import CONTINUES
from ..definitions.pointer import MISSING
from ..definitions.types import Json, Text, text
from ..rules.order import reading_order
from .addresses import Address, get
from .edits import Edit
from .words import brief, word

Lang = Literal["zh", "en"]

_FRAME = ("schema", "ui", "properties", "elements", "items")
"""What only holds the form together: it is left out where something below it is named."""


_NAMED = 5
"""Rules named of an order that is told whole."""

_QUOTED = re.compile(r"[“']([a-z][A-Za-z0-9_.\-]*)[”']")


def by_title(document: Mapping[str, Any], message: Text) -> Text:
    """Give a finding's message with the rules, facts and parameters it quotes by name called by their titles."""
    return text(_by_title(document, message["zh"], "zh"), _by_title(document, message["en"], "en"))


def _by_title(document: Mapping[str, Any], message: str, lang: Lang) -> str:
    def called(quoted: re.Match[str]) -> str:
        for key in ("rules", "facts", "parameters"):
            title = _title(get(document, (key, quoted[1])), lang)
            if title is not None:
                return f"“{title}”（{quoted[1]}）" if lang == "zh" else f"“{title}” ({quoted[1]})"
        return quoted[0]

    return _QUOTED.sub(called, message)


def told(document: Json, edit: Edit, end: Json = MISSING) -> Text:
    """Tell what an edit does to a document, which is to become ``end``; both languages."""
    return text(_told(document, edit, end, "zh"), _told(document, edit, end, "en"))


def place_of(document: Json, address: Address, lang: Lang) -> str:
    """Name a place: keys by their words, items by their titles."""
    if not address:
        return "定义" if lang == "zh" else "the definition"
    words = []
    for end in range(1, len(address) + 1):
        if address[end - 1] in _FRAME and end < len(address):
            continue
        listed = isinstance(get(document, address[: end - 1]), list)
        item = get(document, address[:end])
        own = _title(item, lang)
        if own is not None:
            words.append(f"“{own}”")
            continue
        words.append(
            f"“{brief(item, lang)}”" if listed and item is not MISSING else word(address[end - 1], lang)
        )
    return "·".join(words) if lang == "zh" else " › ".join(words)


def _title(item: Json, lang: Lang) -> str | None:
    """Give what a field, a rule, a fact or a parameter is called, None for whatever has no title of its own."""
    if isinstance(item, Mapping):
        for key in ("x-title", "title"):
            own = item.get(key)
            if isinstance(own, Mapping) and isinstance(own.get(lang), str):
                return str(own[lang])
    return None


def _joins(document: Json, edit: Edit) -> bool | None:
    """Tell whether an edit puts a section on the page before it, or on one of its own; None for any other edit."""
    known = get(document, edit.at)
    if edit.kind == "set" and edit.at[-1:] == (CONTINUES,):
        return edit.value is True
    if edit.kind == "unset" and edit.at[-1:] == (CONTINUES,):
        return False
    alone = {CONTINUES: True}
    if edit.at[-1:] == ("options",) and edit.kind == "set" and known is MISSING and edit.value == alone:
        return True
    return False if edit.at[-1:] == ("options",) and edit.kind == "unset" and known == alone else None


def _section(document: Json, address: Address, lang: Lang) -> str:
    """Name the section (or the group of a layout) that an address lies in or is of."""
    for end in range(len(address), 0, -1):
        item = get(document, address[:end])
        own = _title(item, lang)
        if own is None and isinstance(item, Mapping) and isinstance(item.get("label"), str):
            own = str(item["label"])
        if own is not None:
            return own
    return address[-1]


def _read_elsewhere(document: Json, edit: Edit, end: Json, lang: Lang) -> str:
    """Tell of an edit to the order in which the rules are read, the rules by their titles."""
    zh = lang == "zh"

    def called(name: str) -> str:
        own = (_title(get(known, ("rules", name)), lang) for known in (document, end))
        return f"“{next((title for title in own if title is not None), name)}”"

    if edit.at == ("order",) and edit.kind == "insert":
        name = called(str(edit.value))
        if edit.before is None:
            return f"规则{name}排在最后" if zh else f"the rule {name} stands last"
        other = called(edit.before)
        return f"规则{name}排在{other}之前" if zh else f"the rule {name} stands before {other}"
    if edit.at == ("order",):
        listed = edit.value if edit.kind == "set" and isinstance(edit.value, list) else None
        rules = end if isinstance(get(end, ("rules",)), Mapping) else document
        now = reading_order({"rules": get(rules, ("rules",)), "order": listed})
        names = ("、" if zh else ", ").join(called(name) for name in now[:_NAMED])
        more = "" if len(now) <= _NAMED else "等" if zh else ", …"
        return f"规则的先后改为：{names}{more}" if zh else f"the rules now stand in the order {names}{more}"
    name = called(edit.at[-1])
    if edit.kind != "move":
        return f"阅读顺序中不再有规则{name}" if zh else f"the rule {name} is out of the order of reading"
    if edit.before is None:
        return f"规则{name}移到最后" if zh else f"the rule {name} moved to the end"
    return (
        f"规则{name}移到{called(edit.before)}之前"
        if zh
        else f"the rule {name} moved before {called(edit.before)}"
    )


def _told(document: Json, edit: Edit, end: Json, lang: Lang) -> str:
    zh = lang == "zh"
    joins = _joins(document, edit)
    if joins is not None:
        name = _section(document, edit.at, lang)
        if zh:
            return f"分区“{name}”" + ("接在上一页" if joins else "另起一页")
        return f"section “{name}” " + ("stands on the page before it" if joins else "begins a page")
    if edit.at[:1] == ("order",) and isinstance(get(document, ("rules",)), Mapping):
        return _read_elsewhere(document, edit, end, lang)
    before, where = get(document, edit.at), place_of(document, edit.at, lang)
    if edit.kind == "set":
        value = brief(edit.value, lang)
        if before is MISSING and not edit.at:
            return f"新增定义：{value}" if zh else f"the definition added: {value}"
        if before is MISSING:
            return f"填写{where}：{value}" if zh else f"{where} set: {value}"
        return (
            f"{where}由“{brief(before, lang)}”改为“{value}”"
            if zh
            else f"{where} changed from “{brief(before, lang)}” to “{value}”"
        )
    if edit.kind == "insert":
        item = brief(edit.value, lang)
        return f"在{where}中新增“{item}”" if zh else f"“{item}” added to {where}"
    if edit.kind == "move":
        items = get(document, edit.at[:-1])
        if edit.before is None or not isinstance(items, list):
            return f"将{where}移到最后" if zh else f"{where} moved to the end"
        known = get(document, (*edit.at[:-1], edit.before))
        other = edit.before if known is MISSING else brief(known, lang)
        return f"将{where}移到“{other}”之前" if zh else f"{where} moved before “{other}”"
    return f"删除{where}" if zh else f"{where} removed"
