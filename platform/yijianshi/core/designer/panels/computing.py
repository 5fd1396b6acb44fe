"""How a field is computed, in a form and in the dictionary alike."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

from ...definitions.pointer import tokens
from ...forms.html import tag
from ...functions import FUNCTIONS, TODAY
from ..computing import OPERANDS, TITLES, computed_as, counts_rows, functions_for, operands, row_fields
from ..controls import button, group, select_field, text_field
from ..desk import Desk
from ..forms import NUMBERS
from ..layout import Form, Said, said_of


def value_field(desk: Desk, said: Said, operation: dict[str, Any], value: Any) -> str:
    """Write what a field is compared with."""
    label = desk.word("值", "Value")
    if said.type == "yes_no":
        words = [("true", desk.word("是", "yes")), ("false", desk.word("否", "no"))]
        return select_field(desk, label, (), words, operation=operation, value="true" if value else "false")
    if said.options:
        words = [(str(o["value"]), desk.say(o["title"])) for o in said.options]
        return select_field(desk, label, (), words, operation=operation, value=value)
    kind = "number" if said.type in NUMBERS else "date" if said.type == "date" else "text"
    return text_field(desk, label, (), kind=kind, operation=operation, value=value)


def computing(desk: Desk, form: Form, said: Said, of: Mapping[str, Any]) -> str:
    """Write how a field is computed; ``of`` names the form's field, nothing the element."""
    given = {"op": "compute", **of}
    spec = said.compute or {}
    name = str(spec.get("fn", ""))
    inner = select_field(
        desk,
        desk.word("自动计算", "Computed"),
        (),
        [(each, desk.say(TITLES[each])) for each in functions_for(said.type)],
        empty=desk.word("否，由申请人填写", "no, the applicant answers"),
        operation={**given, "part": "fn"},
        value=name,
    )
    if name in TITLES:
        words = dict(_operand_words(desk, form, said.pointer, name))
        read = spec.get("of", [])
        listed = read if isinstance(read, list) else [read]
        called = OPERANDS.get(name, ())
        for number, place in enumerate(listed):
            inner += select_field(
                desk,
                desk.say(called[number])
                if number < len(called)
                else desk.word(f"第 {number + 1} 项", f"Field {number + 1}"),
                (),
                list(words.items()),
                operation={**given, "part": "of", "n": number},
                value=place,
            )
        if FUNCTIONS[name].operands is None:
            inner += button(
                desk,
                {**given, "part": "more"},
                desk.word("＋ 再加一项", "+ One more"),
                attributes={"class": "btn-outline-primary"},
            )
            inner += button(
                desk,
                {**given, "part": "less"},
                desk.word("去掉最后一项", "Remove the last"),
                attributes={"class": "btn-outline-secondary", "disabled": len(listed) < 2},
            )
    if counts_rows(spec):
        inner += _filter(desk, form, of, spec)
    return group(desk.word("计算", "Computing"), (inner,))


def _filter(desk: Desk, form: Form, of: Mapping[str, Any], spec: Mapping[str, Any]) -> str:
    """Write what is looked for in the rows and which of them count, and say it all in a sentence."""
    given = {"op": "filter_rows", **of}
    fields, where = row_fields(desk.ground, form, spec), spec.get("where") or {}
    looked = fields.get(tokens(str(spec["of"]))[-1])
    inner, rows = "", ""
    if looked is not None and FUNCTIONS[str(spec["fn"])].needs_value:
        inner = value_field(desk, looked, {**given, "part": "wanted"}, spec.get("value"))
    for number, name in enumerate(sorted(where), 1):
        piece = {**given, "row": name}
        free = [
            (key, desk.say(each.title)) for key, each in fields.items() if key == name or key not in where
        ]
        row = select_field(
            desk,
            desk.word(f"行中的字段 {number}", f"Field of the rows {number}"),
            (),
            free,
            operation={**piece, "part": "field"},
            value=name,
        )
        if name in fields:
            row += value_field(desk, fields[name], {**piece, "part": "value"}, where[name])
        drop = button(
            desk,
            {**piece, "part": "drop"},
            desk.word(f"删除筛选 {number}", f"Remove filter {number}"),
            icon="✕",
            attributes={"class": "btn-outline-secondary"},
        )
        rows += tag("li", {"class": "dz-condition"}, row + drop)
    add = button(
        desk,
        {**given, "part": "add"},
        desk.word("＋ 只算某些行", "+ Only some rows")
        if not where
        else desk.word("＋ 再加筛选", "+ Filter more"),
        attributes={"class": "btn-outline-primary", "disabled": not set(fields) - set(where)},
    )
    words = computed_as(desk.ground, form, spec, desk.lang)
    sentence = tag("p", {"class": "dz-fact"}, escape(words))
    return inner + (tag("ul", {"class": "list-plain"}, rows) if rows else "") + sentence + add


def _operand_words(desk: Desk, form: Form, pointer: str, name: str) -> Iterator[tuple[str, str]]:
    for place in operands(desk.ground, form, pointer, name):
        if place == TODAY:
            yield place, desk.word("当天", "today")
            continue
        said = said_of(form, desk.ground.library, place)
        outer = said_of(form, desk.ground.library, place.partition("/*")[0]) if "/*" in place else None
        inner = desk.say(said.title) if said else place.rpartition("/")[2]
        yield place, f"{desk.say(outer.title)} › {inner}" if outer else inner
