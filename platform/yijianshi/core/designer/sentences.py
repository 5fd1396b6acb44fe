"""An edit told as a sentence, for whoever reads what was changed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any, Literal

from ..bundles.pages import CONTINUES
from ..definitions.library import Library
from ..definitions.pointer import MISSING, is_index, tokens
from ..definitions.types import Json, Text, text
from ..rules.order import reading_order
from .addresses import Address, get
from .edits import Edit
from .shifts import Shift, is_phrase, phrase_shift
from .wording import Words, holds_fields
from .words import named_value, word

Lang = Literal["zh", "en"]

_FRAME = ("schema", "ui", "properties", "elements", "items")
"""What only holds the form together: it is left out where something below it is named."""


_NAMED = 5
"""Rules named of an order that is told whole."""

_DEFINITIONS = ("matter", "material", "ruleset", "element", "bundle")

_QUOTED = re.compile(r"[“'](/?[a-z][A-Za-z0-9_.\-/]*)[”']")


def by_title(document: Mapping[str, Any], message: Text, library: Library, pointer: str = "") -> Text:
    """Give a finding's message with what it quotes by name or code called by its title, in both languages."""
    return text(
        in_words(document, message, "zh", library, pointer),
        in_words(document, message, "en", library, pointer),
    )


def in_words(
    document: Mapping[str, Any], message: Text, lang: Lang, library: Library, pointer: str = ""
) -> str:
    """Give a finding's message in one language, with what it quotes by name or code called by its title.

    These are the rules, facts and parameters of the document, definitions of the library, and the choices
    of the list at ``pointer``, where the finding is.
    """
    key = next((token for token in reversed(tokens(pointer)) if not is_index(token)), "")

    def called(quoted: re.Match[str]) -> str:
        title = _title_of(document, lang, library, key, quoted[1])
        if title is None:
            return quoted[0]
        return f"“{title}”（{quoted[1]}）" if lang == "zh" else f"“{title}” ({quoted[1]})"

    return _QUOTED.sub(called, message[lang])


class _Last:
    """The titles looked up last: what is found of one document quotes the same names again and again."""

    known: tuple[Mapping[str, Any], Library, dict[tuple[Lang, str, str], str | None]] | None = None


def _title_of(document: Mapping[str, Any], lang: Lang, library: Library, key: str, name: str) -> str | None:
    last = _Last.known
    if last is None or last[0] is not document or last[1] is not library:
        last = _Last.known = (document, library, {})
    if (lang, key, name) not in last[2]:
        last[2][lang, key, name] = _looked_up(document, lang, library, key, name)
    return last[2][lang, key, name]


def _looked_up(document: Mapping[str, Any], lang: Lang, library: Library, key: str, name: str) -> str | None:
    choice = named_value(key, name)
    if choice is not None:
        return choice[lang]
    own = (_title(get(document, (key, name)), lang) for key in ("rules", "facts", "parameters"))
    found = next((title for title in own if title is not None), None)
    if found is not None:
        return found
    if name.startswith("/"):
        element = name[1:].replace("/", ".")
        field = Words(document, lang, library).place(name)
        if field is None and library.has("element", element):
            return _title(library.get("element", element), lang)
        return field
    kinds = [kind for kind in _DEFINITIONS if library.has(kind, name)]
    # a code that two kinds have names neither
    return _title(library.get(kinds[0], name), lang) if len(kinds) == 1 else None


def told(document: Json, edit: Edit, end: Json = MISSING, library: Library | None = None) -> Text:
    """Tell what an edit does to a document, which is to become ``end``; both languages."""
    shift = shift_of(document, edit, library)
    if shift is not None:
        return shift.sentence
    around = library if library is not None else Library({})
    return text(_told(document, edit, end, "zh", around), _told(document, edit, end, "en", around))


def shift_of(document: Json, edit: Edit, library: Library | None = None) -> Shift | None:
    """Give what was and what is now by an edit that puts or takes a value; None for one that does more, or less."""
    ordered = edit.at[:1] == ("order",) and isinstance(get(document, ("rules",)), Mapping)
    if edit.kind not in ("set", "unset") or not edit.at or ordered or _joins(document, edit) is not None:
        return None
    before, after = get(document, edit.at), edit.value
    whole = after if before is MISSING else before
    if MISSING in (before, after) and (_title(whole, "zh") is not None or holds_fields(whole)):
        return None  # it came or went, whole
    what = text(place_of(document, edit.at, "zh", library), place_of(document, edit.at, "en", library))
    if is_phrase(before) or is_phrase(after):
        return phrase_shift(what, before, after)
    if edit.at[-1] in ("zh", "en"):
        return Shift(what, _same(before), _same(after))
    was, now = (_in_words(document, library, value, edit.at) for value in (before, after))
    return Shift(what, was, now)


def _same(value: Json) -> Text | None:
    return None if value is MISSING else text(str(value), str(value))


def _in_words(document: Json, library: Library | None, value: Json, at: Address) -> Text | None:
    if value is MISSING:
        return None
    around = library if library is not None else Library({})
    # the items of a list are what its key says
    key = next((token for token in reversed(at) if not isinstance(get(document, at[:-1]), list)), "")
    return text(
        Words(document, "zh", around).value(value, key), Words(document, "en", around).value(value, key)
    )


def several(what: Text, sentences: Sequence[Text]) -> Text:
    """Tell several changes made at once: how many, and the first of them."""
    count, first = len(sentences), list({each["zh"]: each for each in sentences}.values())[:_NAMED]
    more = count > len(first)
    zh = "；".join(each["zh"] for each in first) + ("；等" if more else "")
    en = "; ".join(each["en"] for each in first) + ("; …" if more else "")
    return text(f"{what['zh']} {count} 处修改：{zh}", f"{what['en']}, {count} changes: {en}")


def place_of(document: Json, address: Address, lang: Lang, library: Library | None = None) -> str:
    """Name a place: keys by their words, items and what codes name by their titles."""
    if not address:
        return "定义" if lang == "zh" else "the definition"
    speaker = Words(document, lang, library if library is not None else Library({}))
    words: list[str] = []
    for end in range(1, len(address) + 1):
        token, key = address[end - 1], address[end - 2] if end > 1 else ""
        if token in _FRAME and end < len(address):
            continue
        listed = isinstance(get(document, address[: end - 1]), list)
        item = get(document, address[:end])
        own = speaker.item(item, key) if listed or isinstance(item, Mapping) else None
        if own is None and end > 1:
            own = speaker.called(token, key) if isinstance(item, Mapping | list) or listed else None
        if own is None and key == "required" and isinstance(item, str):
            own = speaker.place(_in_answers(address[: end - 2], item))
        if own is not None:
            words.append(f"“{own}”")
            continue
        if key == "properties" and holds_fields(item):
            if end == len(address):
                words.append(f"“{speaker.value(item)}”")
            continue
        said = (
            f"“{speaker.value(item)}”"
            if listed and item is not MISSING
            else _key(document, address[:end], lang)
        )
        words.append(said)
    return "·".join(words) if lang == "zh" else " › ".join(words)


_TYPES = {1: text("事项类型", "matter type"), 3: text("结果类型", "kind of result")}
"""What the ``type`` of a matter, and that of a result of it, is called: no field's type."""


def _key(document: Json, address: Address, lang: Lang) -> str:
    """Give the word for the key at the end of an address."""
    matter = isinstance(document, Mapping) and document.get("kind") == "matter"
    if matter and address[-1] == "type" and (len(address) == 1 or address[0] == "results"):
        return _TYPES[len(address)][lang] if len(address) in _TYPES else word("type", lang)
    return word(address[-1], lang)


def _in_answers(address: Address, name: str) -> str:
    """Give the place in the answers of a field that a form's schema names within an address."""
    outer = [
        step if before == "properties" else "*"
        for before, step in pairwise(address)
        if before == "properties" or step == "items"
    ]
    return "/" + "/".join([*outer, name])


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


def _told(document: Json, edit: Edit, end: Json, lang: Lang, library: Library) -> str:
    zh = lang == "zh"
    joins = _joins(document, edit)
    if joins is not None:
        name = _section(document, edit.at, lang)
        if zh:
            return f"分区“{name}”" + ("接在上一页" if joins else "另起一页")
        return f"section “{name}” " + ("stands on the page before it" if joins else "begins a page")
    if edit.at[:1] == ("order",) and isinstance(get(document, ("rules",)), Mapping):
        return _read_elsewhere(document, edit, end, lang)
    speaker = Words(document, lang, library)
    if edit.kind == "set":
        value = speaker.value(edit.value)
        if not edit.at:
            return f"新增定义：{value}" if zh else f"the definition added: {value}"
        where = place_of(document, edit.at[:-1], lang, library)
        return f"在{where}中新增“{value}”" if zh else f"“{value}” added to {where}"
    if edit.kind == "insert":
        where, item = (
            place_of(document, edit.at, lang, library),
            speaker.value(edit.value, "".join(edit.at[-1:])),
        )
        return f"在{where}中新增“{item}”" if zh else f"“{item}” added to {where}"
    where = place_of(document, edit.at, lang, library)
    if edit.kind == "move":
        items = get(document, edit.at[:-1])
        if edit.before is None or not isinstance(items, list):
            return f"将{where}移到最后" if zh else f"{where} moved to the end"
        known = get(document, (*edit.at[:-1], edit.before))
        other = edit.before if known is MISSING else speaker.value(known, "".join(edit.at[-2:-1]))
        return f"将{where}移到“{other}”之前" if zh else f"{where} moved before “{other}”"
    return f"删除{where}" if zh else f"{where} removed"
