"""The controls every panel is built of: each is named by the operation it stands for.

A control shows what the document says, or what was typed and refused, with the reason beside it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any
from urllib.parse import urlencode

from ..definitions.pointer import MISSING
from ..definitions.types import Text
from ..forms.html import tag
from .addresses import get
from .automatic import unnamed
from .beside import found_by, notes
from .desk import PRESSED, Desk
from .filling import untranslated

Options = Sequence[tuple[str, str]]
"""Values and what they are called."""


def name_of(operation: Mapping[str, Any]) -> str:
    """Give the name of the control of an operation: its JSON, keys in order."""
    return json.dumps(operation, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def id_of(name: str) -> str:
    """Give the element id of a control by its name."""
    return "c" + hashlib.sha256(name.encode()).hexdigest()[:12]


def text_field(
    desk: Desk,
    label: str,
    at: Sequence[str],
    *,
    kind: str = "text",
    hint: str = "",
    long: bool = False,
    operation: Mapping[str, Any] | None = None,
    value: Any = MISSING,
    attributes: Mapping[str, Any] | None = None,
) -> str:
    """Write a field for one value at an address (``kind``: text, integer, number, date, lines, json)."""
    name = name_of(operation or {"op": "fill", "at": list(at), "as": "text" if kind == "date" else kind})
    known = get(desk.document, at) if value is MISSING else value
    shown = "" if known is MISSING or known is None else known
    if kind == "lines" and isinstance(shown, list):
        shown = "\n".join(map(str, shown))
    elif kind == "json" and shown != "":
        shown = json.dumps(shown, ensure_ascii=False, indent=2)
    return labelled(
        desk, name, label, _input(desk, name, str(shown), kind, long, attributes or {}, hint), hint
    )


def phrase_field(
    desk: Desk, label: str, at: Sequence[str], *, long: bool = False, optional: bool = False, hint: str = ""
) -> str:
    """Write the two fields of a bilingual text side by side, a missing translation marked."""
    known = get(desk.document, at)
    phrase: Mapping[str, Any] = known if isinstance(known, Mapping) else {}
    sides = []
    for lang, word in (("zh", desk.word("中文", "Chinese")), ("en", desk.word("英文", "English"))):
        operation: dict[str, Any] = {"op": "say", "at": list(at), "lang": lang}
        if optional:
            operation["optional"] = True
        missing = lang == "en" and untranslated(phrase)
        shown = "" if missing and phrase.get("en") == phrase.get("zh") else str(phrase.get(lang, ""))
        name = name_of(operation)
        mark = flag(desk.lang, phrase) if missing or (lang == "zh" and unnamed(phrase)) else ""
        inner = _input(desk, name, shown, "text", long, {"lang": "zh-CN" if lang == "zh" else "en"}, "")
        sides.append(
            labelled(
                desk,
                name,
                f"{label}（{word}）" if desk.lang == "zh" else f"{label} ({word})",
                inner,
                "",
                mark,
            )
        )
    note = tag("p", {"class": "form-hint"}, escape(hint)) if hint else ""
    return tag("div", {"class": "dz-phrase"}, "".join(sides)) + note


def flag(lang: str, phrase: Any) -> str:
    """Write the mark of a bilingual text that lacks something: a name that somebody gave, or its English."""
    if unnamed(phrase):
        word = "待命名" if lang == "zh" else "to be named"
    elif untranslated(phrase):
        word = "缺英文" if lang == "zh" else "translation missing"
    else:
        return ""
    return tag("span", {"class": "badge dz-missing"}, escape(word))


def select_field(
    desk: Desk,
    label: str,
    at: Sequence[str],
    options: Options,
    *,
    empty: str | None = None,
    hint: str = "",
    operation: Mapping[str, Any] | None = None,
    value: Any = MISSING,
) -> str:
    """Write a choice of one value; ``empty`` names the choice of none."""
    name = name_of(operation or {"op": "fill", "at": list(at), "as": "text"})
    known = get(desk.document, at) if value is MISSING else value
    shown = _typed(desk, name, "" if known is MISSING or known is None else str(known))
    choices = [("", empty)] if empty is not None else []
    choices += options
    if shown and shown not in [code for code, _ in choices]:
        choices.append((shown, shown))
    inner = "".join(
        tag("option", {"value": code, "selected": code == shown}, escape(str(word))) for code, word in choices
    )
    return labelled(
        desk, name, label, tag("select", {**_common(desk, name, hint), "class": "form-select"}, inner), hint
    )


def yes_no_field(
    desk: Desk,
    label: str,
    at: Sequence[str],
    *,
    hint: str = "",
    operation: Mapping[str, Any] | None = None,
    value: Any = MISSING,
) -> str:
    """Write a choice of yes, no or not said."""
    words = (("true", desk.word("是", "yes")), ("false", desk.word("否", "no")))
    known = get(desk.document, at) if value is MISSING else value
    shown = MISSING if known is MISSING or known is None else ("true" if known is True else "false")
    return select_field(
        desk,
        label,
        at,
        words,
        empty=desk.word("未填写", "not said"),
        hint=hint,
        operation=operation or {"op": "fill", "at": list(at), "as": "yes_no"},
        value="" if shown is MISSING else shown,
    )


def checks_field(
    desk: Desk,
    legend: str,
    at: Sequence[str],
    options: Options,
    *,
    operation: Mapping[str, Any] | None = None,
    value: Any = MISSING,
) -> str:
    """Write boxes for a list of values out of a few."""
    name = name_of(operation or {"op": "fill", "at": list(at), "as": "list"})
    known = get(desk.document, at) if value is MISSING else value
    chosen = known if isinstance(known, list) else []
    place = id_of(name)
    boxes = tag("input", {"type": "hidden", "name": name, "value": ""}, None)
    for number, (code, word) in enumerate(options):
        box = tag(
            "input",
            {
                "type": "checkbox",
                "class": "form-check-input",
                "id": f"{place}-{number}",
                "name": name,
                "value": code,
                "checked": code in chosen,
                "disabled": desk.readonly,
            },
            None,
        )
        text_ = tag("label", {"class": "form-check-label", "for": f"{place}-{number}"}, escape(word))
        boxes += tag("div", {"class": "form-check"}, box + text_)
    head = tag("legend", {"class": "form-label"}, escape(legend))
    found = notes(desk, found_by(desk, name), place + "-found")
    described = {"aria-describedby": place + "-found"} if found else {}
    return tag(
        "fieldset",
        {"class": "dz-field", "id": place, **described},
        head + found + boxes + _refusal(desk, name),
    )


def button(
    desk: Desk,
    operation: Mapping[str, Any],
    label: str,
    *,
    icon: str = "",
    attributes: Mapping[str, Any] | None = None,
) -> str:
    """Write a button that carries an operation out; with an ``icon`` the label is for screen readers."""
    given = dict(attributes or {})
    extra, shut = given.pop("class", ""), given.pop("disabled", False)
    inner = (
        tag("span", {"aria-hidden": "true"}, icon) + tag("span", {"class": "visually-hidden"}, escape(label))
        if icon
        else escape(label)
    )
    value = name_of(operation)
    return tag(
        "button",
        {
            "type": "submit",
            "name": PRESSED,
            "value": value,
            "id": given.pop("id", "b" + id_of(value)[1:]),
            "class": f"btn btn-sm {extra}".strip() + (" dz-icon" if icon else ""),
            "title": label if icon else None,
            "disabled": desk.readonly or shut,
            **given,
        },
        inner,
    )


def link(
    desk: Desk, view: Mapping[str, str | None], label: str, attributes: Mapping[str, Any] | None = None
) -> str:
    """Write a link that changes how the page is looked at; ``label`` is HTML, None takes a setting away."""
    # where the focus went with another link is no setting of the page
    changed = {**{key: value for key, value in desk.view.items() if key != "focus"}, **view}
    query = urlencode({key: value for key, value in sorted(changed.items()) if value is not None})
    # the page's script takes the settings from the address, so that a link is one thing with and without it
    return tag("a", {"href": "?" + query, "data-view": True, **(attributes or {})}, label)


def handle(readonly: bool) -> str:
    """Write what a card is dragged by, where it can be; the keyboard has buttons beside it."""
    if readonly:
        return ""
    return tag("span", {"class": "dz-handle", "data-handle": True, "aria-hidden": "true"}, "⠿")


def dragged(desk: Desk, operation: Mapping[str, Any], item: str) -> dict[str, Any]:
    """Give the attributes of what can be dragged: its part of the operation, and its name in the list."""
    return {} if desk.readonly else {"data-drag": name_of(operation), "data-item": item}


def dropped(
    desk: Desk, group: str, takes: str = "", operation: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Give the attributes of a list that is dragged out of, and into when it has its part of an operation."""
    if desk.readonly:
        return {}
    target = "" if operation is None else name_of(operation)
    return {"data-drop": target, "data-group": group, "data-takes": takes}


def labelled(desk: Desk, name: str, label: str, control: str, hint: str = "", mark: str = "") -> str:
    """Put a control under its label, with hint, refusal, and what was found at its place."""
    place = id_of(name)
    note = tag("p", {"class": "form-hint", "id": place + "-hint"}, escape(hint)) if hint else ""
    head = tag("label", {"class": "form-label", "for": place}, escape(label)) + mark
    found = notes(desk, found_by(desk, name), place + "-found")
    return tag("div", {"class": "dz-field"}, head + note + found + _refusal(desk, name) + control)


def group(legend: str, content: Iterable[str], hint: str = "", identifier: str | None = None) -> str:
    """Put fields into a titled group."""
    note = tag("p", {"class": "form-hint"}, escape(hint)) if hint else ""
    head = tag("legend", {"class": "dz-legend"}, escape(legend))
    return tag("fieldset", {"class": "dz-group", "id": identifier}, head + note + "".join(content))


def of(desk: Desk, phrase: Text | Mapping[str, str] | None) -> str:
    """Give a phrase in the page's language, escaped."""
    return escape(desk.say(phrase))


def _input(
    desk: Desk, name: str, shown: str, kind: str, long: bool, attributes: Mapping[str, Any], hint: str
) -> str:
    value = _typed(desk, name, shown)
    common = {
        **_common(desk, name, hint),
        "class": "form-control" + (" is-invalid" if name in desk.problems else ""),
    }
    if long or kind in ("lines", "json"):
        # a newline right after the tag is not part of the text
        return tag(
            "textarea", {"rows": 12 if kind == "json" else 3, **common, **attributes}, "\n" + escape(value)
        )
    types = {"date": "date"}
    mode = {"integer": "numeric", "number": "decimal"}.get(kind)
    return tag(
        "input",
        {
            "type": types.get(kind, "text"),
            "inputmode": mode,
            "autocomplete": "off",
            "value": value,
            **common,
            **attributes,
        },
        None,
    )


def _common(desk: Desk, name: str, hint: str) -> dict[str, Any]:
    place = id_of(name)
    ids = [place + "-hint"] if hint else []
    ids += [place + "-found"] if found_by(desk, name) else []
    ids += [place + "-error"] if name in desk.problems else []
    return {
        "id": place,
        "name": name,
        "aria-describedby": " ".join(ids) or None,
        "aria-invalid": "true" if name in desk.problems else None,
        "disabled": desk.readonly,
    }


def _typed(desk: Desk, name: str, shown: str) -> str:
    refused = desk.problems.get(name)
    return str(refused[0]) if refused is not None and isinstance(refused[0], str) else shown


def _refusal(desk: Desk, name: str) -> str:
    refused = desk.problems.get(name)
    if refused is None:
        return ""
    problem = refused[1]
    said = f"{desk.say(problem.message)}{desk.word('。', '. ')}{desk.say(problem.remedy)}"
    return tag("p", {"class": "field-error", "id": id_of(name) + "-error"}, escape(said))
