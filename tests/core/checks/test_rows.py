"""The types of fields and the rows of repeated groups: whatever is written as JSON is told at its place."""

from __future__ import annotations

from typing import Any

import pytest

from yijianshi.core.checks import Source, check
from yijianshi.core.definitions.types import Problem
from yijianshi.core.designer.controls import name_of
from yijianshi.core.designer.desk import after
from yijianshi.core.designer.places import way_to
from yijianshi.core.forms.fields import FIELD_TYPES

from tests.core.designer.test_matters import METAS, SHIPPED, desk, matter, shown

TITLE = {"x-title": {"zh": "甲", "en": "A"}}
PLACE = "/form/schema/properties/road_occupation/properties/a"


def with_field(field: dict[str, Any]) -> dict[str, Any]:
    """A matter whose form asks for one field."""
    schema = {
        "type": "object",
        "properties": {"road_occupation": {"type": "object", "properties": {"a": field}}},
    }
    control = {"type": "Control", "scope": "#/properties/road_occupation/properties/a"}
    return matter(form={"schema": schema, "ui": {"type": "VerticalLayout", "elements": [control]}})


def found(document: dict[str, Any]) -> dict[str, Problem]:
    problems = check([Source("here", document)], METAS, SHIPPED)
    return {each.code: each for each in problems if each.severity == "error"}


def group(**fields: Any) -> dict[str, Any]:
    return {
        **TITLE,
        "x-type": "group",
        "type": "array",
        "items": {"type": "object", "properties": fields},
    }


@pytest.mark.parametrize(
    ("field", "place"),
    [
        ({**TITLE, "x-type": "txt", "type": "string"}, PLACE + "/x-type"),
        (group(b={**TITLE, "x-type": "txt"}), PLACE + "/items/properties/b/x-type"),
        (
            group(b={**TITLE, "x-type": ["text"], "type": "string"}),
            PLACE + "/items/properties/b/x-type",
        ),
    ],
)
def test_a_type_that_there_is_not_is_told_at_its_place_with_those_there_are(
    field: dict[str, Any], place: str
) -> None:
    problem = found(with_field(field))["unknown-type"]
    assert problem.pointer == place
    for name, kind in FIELD_TYPES.items():
        assert f"{name}（{kind.title['zh']}）" in problem.remedy["zh"]
        assert f"{name} ({kind.title['en']})" in problem.remedy["en"]


def test_a_row_field_without_a_type_is_told() -> None:
    assert found(with_field(group(b=dict(TITLE))))["no-type"].pointer == PLACE + "/items/properties/b"
    ours = group(
        b={**TITLE, "x-type": "text", "type": "string"}, c={"$ref": "urn:yijianshi:element:person.name"}
    )
    assert found(with_field(ours)) == {}


@pytest.mark.parametrize("field", [group(), {**TITLE, "x-type": "group", "type": "array"}])
def test_a_repeated_group_without_fields_is_told_with_the_way_to_it(field: dict[str, Any]) -> None:
    document = with_field(field)
    problem = found(document)["no-row-fields"]
    assert problem.pointer == PLACE
    way = way_to(document, problem.pointer, problem.code)
    assert way["tab"] == "form" and way["select"] == "/road_occupation/a"


def test_an_element_that_is_a_repeated_group_without_fields_is_told() -> None:
    element = {
        "kind": "element",
        "code": "partner.list",
        "title": {"zh": "合伙人", "en": "Partners"},
        "type": "group",
        "sensitivity": "public",
        "basis": "某办法",
    }
    assert found(element)["no-row-fields"].pointer == "/schema"
    rows = {"items": {"properties": {"b": {**TITLE, "x-type": "txt"}}}}
    assert found({**element, "schema": rows})["unknown-type"].pointer == "/schema/items/properties/b/x-type"


def test_a_type_typed_in_the_json_view_is_found_once_it_is_applied() -> None:
    import json

    document = with_field({**TITLE, "x-type": "text", "type": "string"})
    written = json.dumps(document, ensure_ascii=False).replace('"x-type": "text"', '"x-type": "txt"')
    at, entries = after(desk(document, tab="json"), [(name_of({"op": "rewrite"}), written)])
    assert len(entries) == 1 and found(dict(at.document))["unknown-type"].pointer == PLACE + "/x-type"
    # and every tab can be shown all the same
    assert all(shown(desk(dict(at.document), tab=tab)) for tab in ("form", "preview", "json"))
