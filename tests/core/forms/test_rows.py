"""What a repeated group asks in each of its rows, what must be answered there, and what is computed of them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from yijianshi.core.bundles.compose import Composition, compose
from yijianshi.core.definitions.library import Library
from yijianshi.core.forms.fields import FIELD_TYPES, FieldState
from yijianshi.core.forms.state import form_state

ON = date(2026, 11, 24)
RECEIVES = {"properties": {"receives": {"const": True}}, "required": ["receives"]}
ROWS = {
    "type": "object",
    "properties": {
        "name": {"x-type": "text", "x-title": {"zh": "姓名", "en": "Name"}, "type": "string"},
        "receives": {"x-type": "yes_no", "x-title": {"zh": "是否已领", "en": "Receives"}, "type": "boolean"},
        "amount": {
            "x-type": "money",
            "x-title": {"zh": "补贴", "en": "Allowance"},
            "type": "number",
            "x-show": RECEIVES,
        },
    },
    "required": ["name"],
    "allOf": [{"$comment": "required:/amount", "if": RECEIVES, "then": {"required": ["amount"]}}],
}


def composed(function: str = "sum") -> Composition:
    """Children, of whom only those who receive an allowance are asked how much it is."""
    days = {"days": 1, "unit": "working"}
    office = {"code": "office", "name": {"zh": "局", "en": "Office"}}
    own = {
        "children": {"x-type": "group", "x-title": {"zh": "子女", "en": "Children"}, "type": "array", "items": ROWS},
        "result": {
            "x-type": "money",
            "x-title": {"zh": "合计", "en": "In all"},
            "type": "number",
            "x-compute": {"fn": function, "of": "/family/children/*/amount"},
        },
    }  # fmt: skip
    schema = {"type": "object", "properties": {"family": {"type": "object", "properties": own}}}
    matter = {
        "kind": "matter", "code": "allowance", "title": {"zh": "补贴", "en": "Allowance"}, "department": office,
        "type": "public-service", "level": "county", "verified": False, "promised_limit": days,
        "form": {"schema": schema, "ui": {"type": "VerticalLayout", "elements": []}},
    }  # fmt: skip
    bundle = {
        "kind": "bundle", "code": "birth", "title": {"zh": "出生", "en": "Birth"}, "promise": days,
        "subject": "person", "lead": office, "verified": False,
        "matters": [{"matter": "allowance", "selected": "always"}],
    }  # fmt: skip
    return compose(Library.of([matter, bundle]), "birth")


def answered(*rows: dict[str, Any]) -> dict[str, Any]:
    """The answers of a family with these children."""
    return {"family": {"children": list(rows)}}


@pytest.mark.parametrize(("function", "result"), [("sum", 500), ("min", 200), ("max", 300)])
def test_a_row_that_is_not_asked_for_the_number_does_not_keep_it_from_being_computed(
    function: str, result: int
) -> None:
    first = {"name": "甲", "receives": True, "amount": 200}
    second = {"name": "乙", "receives": True, "amount": 300}
    third = {"name": "丙", "receives": False}
    state = form_state(composed(function), answered(first, third, second), ON)
    assert state.answers["family"]["result"] == result


def test_what_is_asked_and_not_answered_is_still_no_zero() -> None:
    state = form_state(composed(), answered({"name": "甲", "receives": True}), ON)
    assert "result" not in state.answers["family"]


def test_what_was_answered_before_the_row_stopped_asking_for_it_is_not_added() -> None:
    rows = {"name": "甲", "receives": False, "amount": 900}, {"name": "乙", "receives": True, "amount": 1}
    assert form_state(composed(), answered(*rows), ON).answers["family"]["result"] == 1


def test_a_row_says_what_must_be_answered_in_it() -> None:
    composition = composed()
    group = composition.fields["/family/children"]
    rows = [{"name": "甲", "receives": True}]
    html = FIELD_TYPES["group"].render(group, FieldState(rows), "en")
    label = html[html.index(">Allowance") :]
    assert "required" in label[: label.index("</label>")]
    errors = {error.pointer for error in form_state(composition, answered(*rows), ON).errors}
    assert errors == {"/family/children/0/amount"}
