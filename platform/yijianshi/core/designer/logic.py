"""What a form asks of a field: required or not, and when it is shown.

Everything is built from choices; nobody writes an expression. A condition begins whole, with the
first field that can be compared, and is changed piece by piece from there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..definitions.pointer import join
from ..definitions.types import Json, text
from ..forms.exact import is_day
from .conditions import COMPARISONS, Conditions, Test, comparisons_of
from .forms import NUMBERS, changed, field_of, form_in, gone
from .layout import Form, Said, said_of
from .limits import read_number
from .operations import Ground, Step, operation, refuse
from .shifts import Shift

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
    known = state_of(form, pointer)
    if wanted == known:
        return Step((), text("", ""))
    form = form.with_required(pointer, False).with_required_when(pointer, None)
    if wanted == "yes":
        # what may be hidden is required when it is shown
        form = form.with_required_when(pointer, shown) if shown else form.with_required(pointer, True)
    elif wanted == "when":
        # the very conditions of being shown would only say: required
        form = form.with_required_when(pointer, Conditions((_first(ground, form, pointer, shown),)))
    said = {
        "yes": text("必填", "required"),
        "no": text("选填", "optional"),
        "when": text("有条件必填", "required under conditions"),
    }
    what = text(f"“{title['zh']}”是否必填", f"Whether “{title['en']}” is required")
    return changed(ground, form, Shift(what, said[known], said[wanted]))


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
    was, now = (
        text(*(told(ground, form, pointer, each, lang) for lang in ("zh", "en"))) for each in (known, made)
    )
    what = text(f"“{title['zh']}”的{said['zh']}", f"{said['en']} “{title['en']}”")
    typing = f"condition/{pointer}/{which}/{given.get('n')}" if given["part"] == "value" else None
    return changed(ground, form, Shift(what, was, now), typing)


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


def _first(ground: Ground, form: Form, pointer: str, unlike: Conditions | None = None) -> Test:
    """Give a condition to begin with, ``unlike`` others: of a field that is chosen from a few, else of any."""
    fields = list(testable(ground, form, pointer))
    if not fields:
        raise refuse(
            join(*form.at),
            "nothing-to-compare",
            text("表单中还没有可以比较的字段", "the form has no other field to compare yet"),
            text("请先加入单选、是否、数字等字段", "add a choice, a yes or no, or a number first"),
        )
    chosen = [each for each in fields if each[1].type in ("yes_no", "choice", "multiple_choice")]
    place, said = (chosen or fields)[0]
    tests = [begun(place, said), *(begun(place, said, test) for test in comparisons_of(said.type))]
    return next(test for test in tests if Conditions((test,)) != unlike)


FIRST_DAY = "2000-01-01"
"""What a comparison with a day begins with."""


def begun(place: str, said: Said, test: str | None = None) -> Test:
    """Give a comparison of a field to begin with."""
    test = test or comparisons_of(said.type)[0]
    value: Json = None
    if COMPARISONS[test].valued:
        value = True if said.type == "yes_no" else said.options[0]["value"] if said.options else ""
        value = 1 if said.type in NUMBERS else FIRST_DAY if said.type == "date" else value
    return Test(place, test, value)


def read(form: Form, said: Said, typed: str) -> Json:
    """Read what was typed or chosen as a value of a field."""
    if said.type == "yes_no":
        return typed == "true"
    if said.type == "date":
        if not is_day(typed):
            raise refuse(
                join(*form.at),
                "unreadable",
                text("填写的日期无法识别", "what was typed is no day"),
                text("请选择日期，例如 2026-10-01", "pick a day, like 2026-10-01"),
            )
        return typed
    return read_number(typed, join(*form.at)) if said.type in NUMBERS else typed


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
