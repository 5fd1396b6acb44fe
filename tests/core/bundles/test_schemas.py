"""Merging forms and projecting answers: the laws that make one form out of many."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from yijianshi.core.bundles.schemas import inline, leaves, merge, project, with_groups
from yijianshi.core.definitions.canonical import canonical

ELEMENTS: dict[str, dict[str, Any]] = {
    "person.name": {"type": "string", "minLength": 2},
    "person.age": {"type": "integer", "minimum": 0},
    "project.area": {"type": "number", "exclusiveMinimum": 0},
    "project.use": {"enum": ["home", "shop", "stadium"]},
    "site.road": {"type": "boolean"},
    "site.rows": {
        "type": "array",
        "items": {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]},
    },
}
VALUES = {
    "person.name": st.sampled_from(["", "王小雨", "x"]),
    "person.age": st.sampled_from([-1, 30, "30"]),
    "project.area": st.sampled_from([0, 12.5]),
    "project.use": st.sampled_from(["home", "stadium", "cave"]),
    "site.road": st.booleans(),
    "site.rows": st.sampled_from([[], [{"n": 1}], [{}], [{"n": 1, "extra": 2}]]),
}


@st.composite
def matter_schemas(draw: st.DrawFn) -> dict[str, Any]:
    codes = draw(st.lists(st.sampled_from(sorted(ELEMENTS)), min_size=1, unique=True))
    schema: dict[str, Any] = {"type": "object", "properties": {}}
    for code in codes:
        group, name = code.split(".")
        inner = schema["properties"].setdefault(group, {"type": "object", "properties": {}})
        inner["properties"][name] = {"$ref": f"urn:yijianshi:element:{code}"}
        if draw(st.booleans()):
            inner.setdefault("required", []).append(name)
            schema["required"] = sorted({*schema.get("required", ()), group})
    if {"project.use", "project.area"} <= set(codes) and draw(st.booleans()):
        schema["properties"]["project"]["if"] = {
            "properties": {"use": {"const": "stadium"}},
            "required": ["use"],
        }
        schema["properties"]["project"]["then"] = {"required": ["area"]}
    if draw(st.booleans()):
        schema["additionalProperties"] = False
        for inner in schema["properties"].values():
            inner["additionalProperties"] = False
    resolved: dict[str, Any] = inline(schema, lambda code: dict(ELEMENTS[code]))
    return resolved


@st.composite
def answer_sets(draw: st.DrawFn) -> dict[str, Any]:
    answers: dict[str, Any] = {}
    for code in draw(st.lists(st.sampled_from(sorted(ELEMENTS)), unique=True)):
        group, name = code.split(".")
        answers.setdefault(group, {})[name] = draw(VALUES[code])
    return answers


@given(st.lists(matter_schemas(), max_size=4).flatmap(lambda s: st.tuples(st.just(s), st.permutations(s))))
def test_the_merge_does_not_depend_on_the_order(pair: tuple[list[Any], list[Any]]) -> None:
    assert canonical(merge(pair[0])) == canonical(merge(pair[1]))


@given(st.lists(matter_schemas(), min_size=1, max_size=4), answer_sets())
def test_valid_for_the_merge_is_valid_for_every_matter_and_the_other_way(
    schemas: list[dict[str, Any]], answers: dict[str, Any]
) -> None:
    merged = merge(schemas)
    whole = Draft202012Validator(merged).is_valid(with_groups(merged, answers))
    each = [
        Draft202012Validator(schema).is_valid(project(schema, with_groups(schema, answers)) | {
            group: {} for group in schema["properties"] if group not in project(schema, answers)
        })
        for schema in schemas
    ]  # fmt: skip
    assert whole == all(each)


@given(st.lists(matter_schemas(), min_size=1, max_size=4))
def test_the_merge_asks_exactly_what_the_matters_ask(schemas: list[dict[str, Any]]) -> None:
    asked = {leaf.pointer for leaf in leaves(merge(schemas))}
    assert asked == {leaf.pointer for schema in schemas for leaf in leaves(schema)}
    required = {leaf.pointer for leaf in leaves(merge(schemas)) if leaf.required}
    assert required == {leaf.pointer for schema in schemas for leaf in leaves(schema) if leaf.required}


@given(matter_schemas(), answer_sets())
def test_a_projection_holds_nothing_the_matter_does_not_ask(schema: dict[str, Any], answers: Any) -> None:
    part = project(schema, answers)
    asked = {leaf.pointer for leaf in leaves(schema)}
    for group, inner in part.items():
        for name, value in inner.items():
            assert f"/{group}/{name}" in asked
            if name == "rows":
                assert all(set(row) <= {"n"} for row in value)
            else:
                assert value == answers[group][name]
    assert project(schema, part) == part


@pytest.mark.parametrize(
    "answers", [None, 3, "x", [], {"project": 5}, {"project": [1]}, {"site": {"rows": "x"}}]
)
def test_wrongly_shaped_answers_are_kept_for_the_validator_to_refuse(answers: Any) -> None:
    schema = inline(
        {"type": "object", "properties": {"project": {"type": "object", "properties": {
            "area": {"$ref": "urn:yijianshi:element:project.area"}}}}},
        lambda code: ELEMENTS[code],
    )  # fmt: skip
    project(schema, answers)
    with_groups(schema, answers)


def test_keywords_beside_a_reference_are_a_further_condition() -> None:
    schema = inline({"$ref": "urn:yijianshi:element:person.age", "minimum": 16}, lambda code: ELEMENTS[code])
    assert Draft202012Validator(schema).is_valid(16)
    assert not Draft202012Validator(schema).is_valid(15)
    assert not Draft202012Validator(schema).is_valid("16")
