"""The options of a choice: added, named, moved, removed and stored otherwise, in a form and in the dictionary alike.

An operation with a ``field`` is of a form's own field, one without is of the element on the desk.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from ..definitions.pointer import join
from ..definitions.types import Text, text
from ..forms.fields import FIELD_TYPES
from .between import edits_between
from .controls import id_of, name_of
from .elements import element_said
from .filling import follows
from .forms import CHOICES, changed, field_of, form_in, gone, new_option
from .layout import Form, Said
from .operations import Ground, Refused, Step, operation, refuse
from .shifts import Shift, phrase_shift

LONGEST = 60
_VALUE = re.compile(r"[A-Za-z0-9]+([._-][A-Za-z0-9]+)*")

Options = Sequence[Mapping[str, Any]]


@operation("option")
def option(ground: Ground, given: Mapping[str, Any]) -> Step:
    """Change the options of a choice: ``part`` is add, drop or move (``by``) of the ``option``, or name it.

    To name takes ``lang`` and ``value``.
    """
    if "field" not in given:
        return _of_element(ground, given)
    form, pointer = form_in(ground.document), str(given["field"])
    said = field_of(ground, form, pointer)
    if said.element is not None:
        raise gone(form, str(given.get("option")))
    options, told, typing = _altered(said, join(*form.at), given)
    if given["part"] == "drop":
        _unused(ground, form, pointer, str(given["option"]))
    leaf = {**(form.leaf(pointer) or {}), "x-options": options}
    schema = FIELD_TYPES[said.type].schema({"options": options})
    leaf = {**leaf, **{key: schema[key] for key in ("enum", "items") if key in schema}}
    return changed(ground, form.with_leaf(pointer, leaf), told, typing)


def stored_otherwise(ground: Ground, given: Mapping[str, Any]) -> Step:
    """Give an ``option`` of the element on the desk another stored value (``value``)."""
    said, old, new = element_said(ground), str(given["option"]), str(given["value"]).strip()
    if old not in [each["value"] for each in said.options] or said.type not in CHOICES:
        raise _missing("/options", old)
    if new == old:
        return Step((), text("", ""))
    check_value(said.options, new, "/options")
    options = [{**each, "value": new} if each["value"] == old else dict(each) for each in said.options]
    control = id_of(name_of({"op": "rename_option", "option": new}))
    return _step(ground, options, renamed(said, old, new), focus=control)


def renamed(said: Said, old: str, new: str) -> Text:
    """Tell that an option is stored as another value."""
    title = next(each["title"] for each in said.options if each["value"] == old)
    return text(
        f"“{said.title['zh']}”选项“{title['zh']}”的存储值由“{old}”改为“{new}”",
        f"“{said.title['en']}”: stored value of “{title['en']}” changed from “{old}” to “{new}”",
    )


def check_value(options: Options, new: str, at: str) -> None:
    """Refuse what cannot be the stored value of an option."""
    if len(new) > LONGEST or not _VALUE.fullmatch(new):
        raise refuse(
            at,
            "wrong-value",
            text(f"“{new[:LONGEST]}”不能作存储值", f"“{new[:LONGEST]}” cannot be a stored value"),
            text(
                f"只用字母、数字和中间的 _ - .，不超过 {LONGEST} 个字符，例如 full_width",
                f"letters and digits, with _ - . between them, {LONGEST} at most, like full_width",
            ),
        )
    if new in [each["value"] for each in options]:
        raise refuse(
            at,
            "value-taken",
            text(f"已有存储值为“{new}”的选项", f"there is an option “{new}” already"),
            text("请换一个存储值", "choose another value"),
        )


# inside


def _of_element(ground: Ground, given: Mapping[str, Any]) -> Step:
    said = element_said(ground)
    if said.type not in CHOICES:
        # a page without script posts the options beside another field type
        return Step((), text("", ""))
    options, told, typing = _altered(said, "/options", given)
    return _step(ground, options, told, typing)


def _step(
    ground: Ground,
    options: list[dict[str, Any]],
    told: Text | Shift,
    typing: str | None = None,
    focus: str | None = None,
) -> Step:
    document = {**ground.document, "options": options}
    schema = element_said(ground).schema
    listed = [each["value"] for each in options]
    items = schema.get("items")
    if "enum" in schema:
        document["schema"] = {**schema, "enum": listed}
    elif isinstance(items, Mapping) and "enum" in items:
        document["schema"] = {**schema, "items": {**items, "enum": listed}}
    return replace(Step.of(edits_between(ground.document, document), told, typing), focus=focus)


def _altered(
    said: Said, at: str, given: Mapping[str, Any]
) -> tuple[list[dict[str, Any]], Text | Shift, str | None]:
    """Give the options after a change, the sentence that tells it, and what is being typed."""
    part, options = given["part"], [dict(each) for each in said.options]
    index = next((n for n, each in enumerate(options) if each["value"] == given.get("option")), -1)
    if index < 0 and part != "add":
        raise _missing(at, str(given.get("option")))
    if part == "add":
        made = new_option({str(each["value"]) for each in options})
        options.append(made)
        zh, en = f"新增选项“{made['title']['zh']}”", f"option “{made['title']['en']}” added"
    elif part == "drop":
        left = options.pop(index)
        if not options:
            raise refuse(
                at,
                "no-options",
                text("选择题至少要有一个选项", "a choice needs an option"),
                text("请先新增其他选项", "add another one first"),
            )
        zh, en = f"删除选项“{left['title']['zh']}”", f"option “{left['title']['en']}” removed"
    elif part == "move":
        moved = options.pop(index)
        to = min(max(index + int(given["by"]), 0), len(options))
        options.insert(to, moved)
        zh = f"选项“{moved['title']['zh']}”移到第 {to + 1} 位"
        en = f"“{moved['title']['en']}” moved to place {to + 1}"
    else:
        lang, typed = given["lang"], str(given["value"]).strip()[:200]
        known = options[index]["title"]
        words = dict(known)
        unwritten = follows(words, lang, typed)
        words[lang] = typed or words[lang]
        if lang == "zh" and unwritten:
            words["en"] = words["zh"]
        options[index] = {**options[index], "title": words}
        what = text(
            f"“{said.title['zh']}”的选项“{known['zh']}”", f"“{said.title['en']}”: the option “{known['en']}”"
        )
        return options, phrase_shift(what, known, words), f"{said.pointer}/{given['option']}/{lang}"
    return options, text(f"“{said.title['zh']}”{zh}", f"“{said.title['en']}”: {en}"), None


def _missing(at: str, value: str) -> Refused:
    return refuse(
        at,
        "misplaced",
        text(f"没有存储值为“{value}”的选项", f"there is no option “{value}”"),
        text(
            "它可能已被删除，请在最新内容上重做",
            "it may have been removed: do it again on the newest content",
        ),
    )


def _unused(ground: Ground, form: Form, pointer: str, value: str) -> None:
    """Refuse to take an option away that a condition compares with."""
    local = form.root(pointer)[1]
    for other in form.everything():
        for conditions in (form.shown_when(other)[0], form.required_when(other)):
            tests = conditions.tests if conditions else ()
            if any(test.field in (pointer, local) and test.value == value for test in tests):
                title = field_of(ground, form, other).title
                raise refuse(
                    join(*form.at),
                    "option-used",
                    text(
                        f"“{title['zh']}”的条件用到了这个选项",
                        f"the conditions of “{title['en']}” use this option",
                    ),
                    text("请先修改该条件", "change those conditions first"),
                )
    group, _, name = pointer.rpartition("/*")
    for other in form.everything() if group else ():
        spec = (form.leaf(other) or {}).get("x-compute") or {}
        compared = [(spec.get("where") or {}).get(name.lstrip("/"))]
        compared += [spec.get("value")] if spec.get("of") == pointer else []
        if str(spec.get("of")).partition("/*")[0] == group and value in compared:
            title = field_of(ground, form, other).title
            raise refuse(
                join(*form.at),
                "option-used",
                text(
                    f"“{title['zh']}”的计算用到了这个选项", f"what “{title['en']}” computes uses this option"
                ),
                text("请先修改该计算", "change that first"),
            )
