"""What a form asks of a field: required or not, when shown, its limits, its options.

Everything is built from choices; nobody writes an expression. A condition begins whole, with the
first field that can be compared, and is changed piece by piece from there.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

from ..definitions.pointer import join
from ..definitions.types import Json, Text, text
from ..forms.fields import FIELD_TYPES
from .conditions import COMPARISONS, Conditions, Test, comparisons_of
from .forms import changed, field_of, form_in, gone
from .layout import Form, Said, said_of
from .operations import Ground, Step, operation, refuse

LIMITS: Mapping[str, tuple[Text, tuple[str, ...]]] = {
    "minimum": (text("最小值", "Least"), ("integer", "decimal", "money")),
    "maximum": (text("最大值", "Most"), ("integer", "decimal", "money")),
    "minLength": (text("最少字数", "Fewest characters"), ("text", "long_text")),
    "maxLength": (text("最多字数", "Most characters"), ("text", "long_text")),
    "minItems": (text("最少行数（项数）", "Fewest rows or choices"), ("group", "multiple_choice")),
    "maxItems": (text("最多行数（项数）", "Most rows or choices"), ("group", "multiple_choice")),
}
"""The limits a field of a type may have."""

_NUMBERS = ("integer", "decimal", "money")
_WHICH = {
    "show": text("显示条件", "condition of showing"),
    "require": text("必填条件", "condition of answering"),
}


@operation("require")
def require(ground: Ground, given: Mapping[str, Any]) -> Step:
    """Make a ``field`` required: ``value`` yes, no, or when (conditions are met)."""
    form, pointer, wanted = form_in(ground.document), str(given["field"]), given["value"]
    title = field_of(ground, form, pointer).title
    shown, _ = form.shown_when(pointer)
    if wanted == state_of(form, pointer):
        return Step((), text("", ""))
    form = form.with_required(pointer, False).with_required_when(pointer, None)
    if wanted == "yes":
        # what may be hidden is required when it is shown
        form = form.with_required_when(pointer, shown) if shown else form.with_required(pointer, True)
    elif wanted == "when":
        form = form.with_required_when(pointer, Conditions((_first(ground, form, pointer),)))
    said = {
        "yes": text("必填", "required"),
        "no": text("选填", "optional"),
        "when": text("有条件必填", "required under conditions"),
    }[wanted]
    return changed(
        ground, form, text(f"“{title['zh']}”设为{said['zh']}", f"“{title['en']}” made {said['en']}")
    )


@operation("condition")
def condition(ground: Ground, given: Mapping[str, Any]) -> Step:
    """Change the conditions of a ``field`` (``which``: show or require) by one piece.

    ``part`` is add, drop (of number ``n``), join, field, test or value; ``value`` is what it becomes.
    """
    form, pointer, which = form_in(ground.document), str(given["field"]), str(given["which"])
    title, said = field_of(ground, form, pointer).title, _WHICH[which]
    known = form.shown_when(pointer)[0] if which == "show" else form.required_when(pointer)
    made = _changed(ground, form, pointer, known, given)
    if made == known:
        return Step((), text("", ""))
    if which == "show":
        form = _show(form, pointer, known, made)
    else:
        form = form.with_required_when(pointer, made)
    sentence = text(
        f"“{title['zh']}”的{said['zh']}：{told(ground, form, pointer, made, 'zh')}",
        f"{said['en']} “{title['en']}”: {told(ground, form, pointer, made, 'en')}",
    )
    typing = f"condition/{pointer}/{which}/{given.get('n')}" if given["part"] == "value" else None
    return changed(ground, form, sentence, typing)


@operation("limit_field")
def limit_field(ground: Ground, given: Mapping[str, Any]) -> Step:
    """Set a limit (``key``) of a ``field`` to ``value``; an empty one takes it away."""
    form, pointer, key = form_in(ground.document), str(given["field"]), str(given["key"])
    said = field_of(ground, form, pointer)
    name, typed = LIMITS[key][0], str(given["value"]).strip()
    leaf = {k: v for k, v in (form.leaf(pointer) or {}).items() if k != key}
    if typed:
        leaf[key] = _number(form, pointer, typed, whole=key not in ("minimum", "maximum"))
    elif said.element is None and key in (own := FIELD_TYPES[said.type].schema({})):
        leaf[key] = own[key]
    low, high = (leaf.get(k) for k in (key.replace("max", "min"), key.replace("min", "max")))
    if isinstance(low, int | float) and isinstance(high, int | float) and low > high:
        raise refuse(
            join(*form.at),
            "limits-cross",
            text(f"下限 {low} 大于上限 {high}", f"the lower limit {low} is above the upper limit {high}"),
            text("请改小下限或改大上限", "lower the one or raise the other"),
        )
    shown = typed or text("不限", "none")
    sentence = text(
        f"“{said.title['zh']}”的{name['zh']}：{shown if typed else '不限'}",
        f"“{said.title['en']}”: {name['en'].lower()} {shown if typed else 'none'}",
    )
    return changed(ground, form.with_leaf(pointer, leaf), sentence, f"{pointer}/{key}")


@operation("option")
def option(ground: Ground, given: Mapping[str, Any]) -> Step:
    """Change the options of a ``field``: ``part`` is add, drop or move (``by``) of the ``option``, or name it.

    To name takes ``lang`` and ``value``.
    """
    form, pointer, part = form_in(ground.document), str(given["field"]), given["part"]
    said = field_of(ground, form, pointer)
    options = [dict(each) for each in said.options]
    index = next((n for n, each in enumerate(options) if each["value"] == given.get("option")), -1)
    if said.element is not None or (index < 0 and part != "add"):
        raise gone(form, str(given.get("option")))
    typing, zh, en = None, "", ""
    if part == "add":
        taken = {each["value"] for each in options}
        number = next(n for n in range(1, len(taken) + 2) if f"option_{n}" not in taken)
        title = text(f"选项 {number}", f"Option {number}")
        options.append({"value": f"option_{number}", "title": title})
        zh, en = f"新增选项“{title['zh']}”", f"option “{title['en']}” added"
    elif part == "drop":
        gone_ = options.pop(index)
        _unused(ground, form, pointer, gone_, bool(options))
        zh, en = f"删除选项“{gone_['title']['zh']}”", f"option “{gone_['title']['en']}” removed"
    elif part == "move":
        moved = options.pop(index)
        to = min(max(index + int(given["by"]), 0), len(options))
        options.insert(to, moved)
        zh, en = (
            f"选项“{moved['title']['zh']}”移到第 {to + 1} 位",
            f"“{moved['title']['en']}” moved to place {to + 1}",
        )
    else:
        lang, typed = given["lang"], str(given["value"]).strip()[:200]
        words = dict(options[index]["title"])
        same = words["en"] == words["zh"]
        words[lang] = typed or words[lang]
        if lang == "zh" and same:
            words["en"] = words["zh"]
        options[index] = {**options[index], "title": words}
        typing = f"{pointer}/{given['option']}/{lang}"
        zh, en = f"选项改名为“{words['zh']}”", f"option named “{words['en']}”"
    leaf = {**(form.leaf(pointer) or {}), "x-options": options}
    schema = FIELD_TYPES[said.type].schema({"options": options})
    leaf = {**leaf, **{key: schema[key] for key in ("enum", "items") if key in schema}}
    sentence = text(f"“{said.title['zh']}”{zh}", f"“{said.title['en']}”: {en}")
    return changed(ground, form.with_leaf(pointer, leaf), sentence, typing)


def state_of(form: Form, pointer: str) -> str:
    """Tell whether a field is required: yes (whenever it is shown), no, or when."""
    when = form.required_when(pointer)
    if when is not None:
        return "yes" if when == form.shown_when(pointer)[0] else "when"
    return "yes" if form.required(pointer) else "no"


def testable(ground: Ground, form: Form, pointer: str) -> Iterator[tuple[str, Said]]:
    """Yield the fields that a field's conditions may compare, by their place beside it."""
    group = pointer.rpartition("/*")[0]
    for other in form.items(group) if group else form.order:
        said = said_of(form, ground.library, other)
        if other != pointer and said is not None and comparisons_of(said.type):
            yield other.removeprefix(f"{group}/*") if group else other, said


def told(ground: Ground, form: Form, pointer: str, conditions: Conditions | None, lang: str) -> str:
    """Say conditions in words."""
    zh = lang == "zh"
    if conditions is None:
        return "无" if zh else "none"
    group = pointer.rpartition("/*")[0]
    parts = []
    for test in conditions.tests:
        said = said_of(form, ground.library, f"{group}/*{test.field}" if group else test.field)
        name = said.title["zh" if zh else "en"] if said else test.field
        verb = COMPARISONS[test.test].title["zh" if zh else "en"]
        value = worded(said, test.value, zh) if COMPARISONS[test.test].valued else ""
        parts.append(f"“{name}”{verb}{value}" if zh else f"“{name}” {verb} {value}".strip())
    if zh:
        return ("，且" if conditions.join == "all" else "，或").join(parts)
    return (" and " if conditions.join == "all" else " or ").join(parts)


# inside


def _changed(
    ground: Ground, form: Form, pointer: str, known: Conditions | None, given: Mapping[str, Any]
) -> Conditions | None:
    part = given["part"]
    tests = list(known.tests) if known else []
    join_ = known.join if known else "all"
    if part == "add":
        return Conditions((*tests, _first(ground, form, pointer)), join_)
    if part == "join":
        if not tests:
            return known  # there is nothing to join
        return Conditions(tuple(tests), "any" if given["value"] == "any" else "all")
    number = int(given["n"])
    if not 0 <= number < len(tests):
        raise gone(form, pointer)
    if part == "drop":
        del tests[number]
        return Conditions(tuple(tests), join_) if tests else None
    test, fields, value = tests[number], dict(testable(ground, form, pointer)), given["value"]
    if part == "field" and value == test.field:
        return known
    if part == "field" and value in fields:
        tests[number] = begun(str(value), fields[str(value)])
    elif part == "test" and test.field in fields and value in comparisons_of(fields[test.field].type):
        kept = (
            test.value if test.value is not None else begun(test.field, fields[test.field], str(value)).value
        )
        tests[number] = Test(test.field, str(value), kept if COMPARISONS[str(value)].valued else None)
    elif part == "value" and test.field in fields:
        tests[number] = Test(test.field, test.test, read(form, fields[test.field], str(value)))
    else:
        raise gone(form, str(value))
    return Conditions(tuple(tests), join_)


def _show(form: Form, pointer: str, known: Conditions | None, made: Conditions | None) -> Form:
    """Show a field under other conditions; where it was required whenever shown, it still is."""
    always = state_of(form, pointer) == "yes"
    form = form.with_shown(pointer, made)
    if not always:
        return form
    form = form.with_required(pointer, made is None)
    return form.with_required_when(pointer, made)


def _first(ground: Ground, form: Form, pointer: str) -> Test:
    """Give a condition to begin with: the nearest field before that is chosen from a few, else any."""
    fields = list(testable(ground, form, pointer))
    if not fields:
        raise refuse(
            join(*form.at),
            "nothing-to-compare",
            text("表单中还没有可以比较的字段", "the form has no other field to compare yet"),
            text("请先加入单选、是否、数字等字段", "add a choice, a yes or no, or a number first"),
        )
    chosen = [each for each in fields if each[1].type in ("yes_no", "choice", "multiple_choice")]
    return begun(*(chosen or fields)[0])


def begun(place: str, said: Said, test: str | None = None) -> Test:
    """Give a comparison of a field to begin with."""
    test = test or comparisons_of(said.type)[0]
    value: Json = None
    if COMPARISONS[test].valued:
        value = True if said.type == "yes_no" else said.options[0]["value"] if said.options else ""
        value = 1 if said.type in _NUMBERS else value
    return Test(place, test, value)


def read(form: Form, said: Said, typed: str) -> Json:
    """Read what was typed or chosen as a value of a field."""
    if said.type == "yes_no":
        return typed == "true"
    return _number(form, said.pointer, typed) if said.type in _NUMBERS else typed


def _number(form: Form, pointer: str, typed: str, whole: bool = False) -> int | float:
    try:
        number = float(typed.replace(",", "").replace("，", ""))
    except ValueError:
        number = math.nan
    if (
        not math.isfinite(number)
        or abs(number) >= 2**53
        or (whole and (number < 0 or not number.is_integer()))
    ):
        raise refuse(
            join(*form.at),
            "unreadable",
            text("填写的内容无法识别", "what was typed cannot be read"),
            text("请填写整数，例如 20", "write a whole number, like 20")
            if whole
            else text("请填写数字，例如 300 或 0.5", "write a number, like 300 or 0.5"),
        )
    return int(number) if number.is_integer() else number


def worded(said: Said | None, value: Json, zh: bool) -> str:
    """Say a value of a field in words."""
    if isinstance(value, bool):
        return ("“是”" if value else "“否”") if zh else ("yes" if value else "no")
    for each in said.options if said else ():
        if each["value"] == value:
            return f"“{each['title']['zh']}”" if zh else f"“{each['title']['en']}”"
    return (
        f" {value} "
        if zh and not isinstance(value, str)
        else f"“{value}”"
        if isinstance(value, str)
        else str(value)
    )


def _unused(ground: Ground, form: Form, pointer: str, gone_: Mapping[str, Any], left: bool) -> None:
    """Refuse to take an option away that a condition compares with, or the last one."""
    local = form.root(pointer)[1]
    for other in form.everything():
        for conditions in (form.shown_when(other)[0], form.required_when(other)):
            tests = conditions.tests if conditions else ()
            if any(test.field in (pointer, local) and test.value == gone_["value"] for test in tests):
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
        if str(spec.get("of")).partition("/*")[0] == group and gone_["value"] in compared:
            title = field_of(ground, form, other).title
            raise refuse(
                join(*form.at),
                "option-used",
                text(
                    f"“{title['zh']}”的计算用到了这个选项", f"what “{title['en']}” computes uses this option"
                ),
                text("请先修改该计算", "change that first"),
            )
    if not left:
        raise refuse(
            join(*form.at),
            "no-options",
            text("选择题至少要有一个选项", "a choice needs an option"),
            text("请先新增其他选项", "add another one first"),
        )
