"""The code of a form's own field and the stored values of its options: renamed on confirmation, with who else names the place."""

from __future__ import annotations

from html import escape

from ...definitions.pointer import tokens
from ...forms.html import tag
from ..controls import group, text_field
from ..desk import Desk
from ..layout import Said
from ..renaming import code_field, naming
from .dictionary import linked
from .options import LATE, apply_button, stored_values


def codes(desk: Desk, said: Said) -> str:
    """Write the fields for an own field's code and its options' stored values, and the button that applies them."""
    # options first: they are named by the place that the code is part of
    fields = stored_values(desk, said.options, {"field": said.pointer})
    fields.append(
        text_field(
            desk,
            desk.word("字段编码", "Field code"),
            (),
            operation=code_field(said.pointer),
            value=tokens(said.pointer)[-1],
            attributes=LATE,
        )
    )
    at = desk.word("在答案中的位置：", "Place in the answers: ")
    place = tag("p", {"class": "form-hint"}, escape(at) + tag("code", {}, escape(said.pointer)))
    hint = desk.word(
        "答案按编码存放。本定义中的条件、计算和布局随之修改；发布后，申请人草稿中以旧编码存放的答案需重新填写。",
        "Answers are kept by code. Conditions, computing and layout of this definition follow; once published, "
        "drafts are asked again for what they kept under the old one.",
    )
    return group(
        desk.word("编码", "Codes"),
        (place, *fields, _elsewhere(desk, said), apply_button(desk, desk.word("应用编码", "Apply codes"))),
        hint,
    )


def _elsewhere(desk: Desk, said: Said) -> str:
    """Warn of the other definitions that name the field's place: they do not follow by themselves."""
    users = naming(desk.ground.library, desk.document, said.pointer)
    if not users:
        return ""
    note = desk.word(
        "以下定义也写着这个字段的位置，不会随之修改，请逐一核对：",
        "These definitions name this field's place too, and do not follow by themselves. Look at each:",
    )
    warning = tag("p", {}, escape(note)) + linked(desk, users)
    return tag("div", {"class": "alert alert-warning", "role": "note"}, warning)
