"""The properties of the selected field or section: titles, requirement, conditions, limits, options, computing."""

from __future__ import annotations

from html import escape

from ...definitions.types import text
from ...forms.fields import FIELD_TYPES
from ...forms.html import tag
from ..computing import functions_for
from ..conditions import COMPARISONS, Conditions, comparisons_of
from ..controls import button, group, phrase_field, select_field, text_field
from ..desk import Desk
from ..forms import CHOICES, NUMBERS, card_id
from ..layout import Form, Said, said_of
from ..logic import state_of, testable
from ..parts import Part
from ..sensitivity import SENSITIVITIES, of_type
from .codes import codes
from .computing import computing, value_field
from .limits import limits_editor
from .options import options_editor, pair
from .paging import page_field


def properties(desk: Desk, form: Form, selected: str) -> Part:
    """Show the properties of what is selected."""
    if selected.startswith("section:"):
        inner = _section(desk, form, selected.removeprefix("section:"))
    else:
        inner = _field(desk, form, selected)
    title = tag(
        "h2",
        {"class": "h3", "id": "dz-properties-title", "tabindex": "-1"},
        escape(desk.word("属性", "Properties")),
    )
    return Part(
        "dz-side",
        (Part("dz-properties-head", title), *inner),
        "section",
        {"class": "dz-side", "aria-labelledby": "dz-properties-title"},
    )


def _section(desk: Desk, form: Form, name: str) -> tuple[Part, ...]:
    section = next((each for each in form.sections if each.id == name), None)
    if section is None:
        return (_nothing(desk),)
    fields = pair(
        desk,
        desk.word("分区名称", "Section title"),
        {"op": "name_part", "section": name},
        {"zh": section.title["zh"], "en": section.title["en"]},
    )
    paging = ""
    if desk.kind == "matter" and section.id == form.sections[0].id:
        note = desk.word("第一个分区总是另起一页。", "The first section always begins a page.")
        paging = tag("p", {"class": "form-hint"}, escape(note))
    elif desk.kind == "matter":
        paging = page_field(desk, {"op": "page_part", "section": name}, section.continues)
    return (Part("dz-p-section-" + card_id(name), group(desk.word("分区", "Section"), (fields, paging))),)


def _field(desk: Desk, form: Form, pointer: str) -> tuple[Part, ...]:
    said = said_of(form, desk.ground.library, pointer) if pointer else None
    if said is None:
        return (_nothing(desk),)
    place = "dz-p-" + card_id(pointer)
    parts = [Part(place + "-t", _words(desk, form, said))]
    if said.element is None and said.type in CHOICES:
        parts.append(Part(place + "-o", options_editor(desk, said.options, {"field": pointer})))
    if said.type != "note" and said.compute is None:
        parts.append(Part(place + "-r", _required(desk, form, said)))
    parts.append(Part(place + "-s", _shown(desk, form, said)))
    own = said.element is None
    limits = limits_editor(desk, said.type, form.leaf(pointer) or {}, {"field": pointer}, spelled=own)
    if limits:
        parts.append(Part(place + "-l", limits))
    if said.element is None and functions_for(said.type) and "/*" not in pointer:
        parts.append(Part(place + "-c", computing(desk, form, said, {"field": pointer})))
    if "/*" not in pointer:
        parts.append(Part(place + "-m", _moving(desk, form, said)))
    if said.element is None:
        # last: what is posted before it names the field by the code it still has
        parts.append(Part(place + "-n", codes(desk, said)))
    return tuple(parts)


def _nothing(desk: Desk) -> Part:
    note = desk.word(
        "在表单中选中一个字段或分区，在这里修改它。", "Select a field or a section to change it here."
    )
    return Part("dz-p-nothing", escape(note), "p", {"class": "text-secondary"})


def _words(desk: Desk, form: Form, said: Said) -> str:
    kind = FIELD_TYPES[said.type].title if said.type in FIELD_TYPES else text(said.type, said.type)
    if said.element is not None:
        open_ = desk.word("打开数据元", "Open the element")
        link = tag("a", {"href": f"/designer/element/{said.element}"}, escape(open_))
        note = desk.word(
            "名称、提示和选项由数据元统一规定，各事项共用。",
            "Title, hint and options are the dictionary's, shared by all.",
        )
        facts = tag("p", {"class": "dz-fact"}, escape(desk.say(said.title)) + " · " + escape(desk.say(kind)))
        hint = tag("p", {"class": "form-hint"}, escape(desk.say(said.hint))) if said.hint else ""
        return group(
            desk.word("数据元", "Element"),
            (facts, hint, tag("p", {}, link), tag("p", {"class": "form-hint"}, escape(note))),
        )
    at = form.address(said.pointer)
    fields = [
        phrase_field(desk, desk.word("名称", "Title"), (*at, "x-title")),
        phrase_field(desk, desk.word("填报提示", "Hint"), (*at, "x-hint"), optional=True, long=True),
    ]
    if said.type in NUMBERS:
        fields.append(text_field(desk, desk.word("单位", "Unit"), (*at, "x-unit")))
    if said.type not in ("note", "group"):
        fields.append(_sensitivity(desk, form, said))
    return group(desk.say(kind), fields)


def _sensitivity(desk: Desk, form: Form, said: Said) -> str:
    own = desk.say(dict(SENSITIVITIES)[of_type(said.type)])
    return select_field(
        desk,
        desk.word("敏感程度", "Sensitivity"),
        (*form.address(said.pointer), "x-sensitivity"),
        [(code, desk.say(word)) for code, word in SENSITIVITIES],
        hint=desk.word(
            "个人信息对经办人遮盖，显示时记入流水",
            "personal data are covered for staff; showing them is recorded",
        ),
        empty=desk.word("按计算所用的字段", "as what it is computed of")
        if said.compute
        else desk.word(f"按字段类型：{own}", f"by the field type: {own}"),
    )


def _required(desk: Desk, form: Form, said: Said) -> str:
    state = state_of(form, said.pointer)
    choice = select_field(
        desk,
        desk.word("是否必填", "Must it be answered"),
        (),
        [
            ("no", desk.word("选填", "optional")),
            ("yes", desk.word("必填", "required")),
            ("when", desk.word("满足条件时必填", "required when…")),
        ],
        operation={"op": "require", "field": said.pointer},
        value=state,
    )
    inner = (
        _conditions(desk, form, said, "require", form.required_when(said.pointer)) if state == "when" else ""
    )
    return group(desk.word("必填", "Requirement"), (choice, inner))


def _shown(desk: Desk, form: Form, said: Said) -> str:
    conditions, readable = form.shown_when(said.pointer)
    if not readable:
        note = desk.word(
            "该字段的显示条件是手工编写的，可在 JSON 页中修改。",
            "What shows it was written by hand: see the JSON tab.",
        )
        inner = tag("p", {"class": "form-hint"}, escape(note))
    elif conditions is None:
        inner = tag("p", {"class": "form-hint"}, escape(desk.word("始终显示", "always shown")))
    else:
        inner = ""
    return group(
        desk.word("显示条件", "When it is shown"), (inner, _conditions(desk, form, said, "show", conditions))
    )


def _conditions(desk: Desk, form: Form, said: Said, which: str, known: Conditions | None) -> str:
    given = {"op": "condition", "field": said.pointer, "which": which}
    fields = dict(testable(desk.ground, form, said.pointer))
    rows = ""
    for number, test in enumerate(known.tests if known else ()):
        piece = {**given, "n": number}
        compared = fields.get(test.field)
        drop = button(
            desk,
            {**piece, "part": "drop"},
            desk.word(f"删除条件 {number + 1}", f"Remove condition {number + 1}"),
            icon="✕",
            attributes={"class": "btn-outline-secondary"},
        )
        picked = [(place, desk.say(each.title)) for place, each in fields.items()]
        row = select_field(
            desk,
            desk.word("字段", "Field"),
            (),
            picked,
            operation={**piece, "part": "field"},
            value=test.field,
        )
        tests = (
            [(t, desk.say(COMPARISONS[t].title)) for t in comparisons_of(compared.type)] if compared else []
        )
        row += select_field(
            desk,
            desk.word("比较", "Compared"),
            (),
            tests,
            operation={**piece, "part": "test"},
            value=test.test,
        )
        if compared is not None and COMPARISONS[test.test].valued:
            row += value_field(desk, compared, {**piece, "part": "value"}, test.value)
        rows += tag("li", {"class": "dz-condition"}, row + drop)
    join_ = ""
    if known and len(known.tests) > 1:
        both = [("all", desk.word("同时满足", "all hold")), ("any", desk.word("任一满足", "any holds"))]
        join_ = select_field(
            desk,
            desk.word("各条件之间", "The conditions"),
            (),
            both,
            operation={**given, "part": "join"},
            value=known.join,
        )
    add = button(
        desk,
        {**given, "part": "add"},
        desk.word("＋ 新增条件", "+ Add a condition"),
        attributes={"class": "btn-outline-primary", "disabled": not fields},
    )
    return join_ + (tag("ul", {"class": "list-plain"}, rows) if rows else "") + add


def _moving(desk: Desk, form: Form, said: Said) -> str:
    home = form.section_of(said.pointer)
    move = select_field(
        desk,
        desk.word("所在分区", "Section"),
        (),
        [(section.id, desk.say(section.title)) for section in form.sections],
        operation={"op": "move_field", "field": said.pointer},
        value=home.id if home else "",
    )
    return group(desk.word("位置", "Place"), (move,))
