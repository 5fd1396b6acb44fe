"""Conditions of a form as a person builds them: fields compared with values, all of them or any.

They are kept as JSON Schema (in an ``if``, or in the ``condition`` of a JSON Forms rule), which the
form's own engine evaluates; what was written by hand in another shape is left as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from ..bundles.fields import scope_pointer
from ..definitions.pointer import join, tokens
from ..definitions.types import Json, Text, text

Join = Literal["all", "any"]


@dataclass(frozen=True, slots=True)
class Test:
    """One comparison: the field's pointer, how it is compared, and with what."""

    field: str
    test: str
    value: Json = None


@dataclass(frozen=True, slots=True)
class Conditions:
    """Comparisons that hold together, or of which one must hold."""

    tests: tuple[Test, ...]
    join: Join = "all"


@dataclass(frozen=True, slots=True)
class Comparison:
    """How a value may be compared: what it is called, and the JSON Schema of it."""

    title: Text
    schema: Callable[[Json], dict[str, Json]]
    valued: bool = True


COMPARISONS: Mapping[str, Comparison] = {
    "eq": Comparison(text("等于", "is"), lambda v: {"const": v}),
    "ne": Comparison(text("不等于", "is not"), lambda v: {"not": {"const": v}}),
    "gte": Comparison(text("不少于", "is at least"), lambda v: {"type": "number", "minimum": v}),
    "lte": Comparison(text("不超过", "is at most"), lambda v: {"type": "number", "maximum": v}),
    "gt": Comparison(text("大于", "is more than"), lambda v: {"type": "number", "exclusiveMinimum": v}),
    "lt": Comparison(text("小于", "is less than"), lambda v: {"type": "number", "exclusiveMaximum": v}),
    "since": Comparison(
        text("不早于", "is not before"), lambda v: {"type": "string", "format": "date", "formatMinimum": v}
    ),
    "until": Comparison(
        text("不晚于", "is not after"), lambda v: {"type": "string", "format": "date", "formatMaximum": v}
    ),
    "has": Comparison(text("选中了", "includes"), lambda v: {"contains": {"const": v}}),
    "answered": Comparison(text("已填写", "is answered"), lambda _: {}, False),
}

_NUMBERS = ("eq", "gte", "lte", "gt", "lt", "answered")
_OF_TYPE: Mapping[str, tuple[str, ...]] = {
    "integer": _NUMBERS,
    "decimal": _NUMBERS,
    "money": _NUMBERS,
    "yes_no": ("eq", "answered"),
    "choice": ("eq", "ne", "answered"),
    "multiple_choice": ("has", "answered"),
    # a comparison begins with the first: nobody has typed yet what a text is to be equal to
    "text": ("answered", "eq", "ne"),
    "date": ("answered", "since", "until"),
}
_KEYWORDS = {
    "minimum": "gte",
    "maximum": "lte",
    "exclusiveMinimum": "gt",
    "exclusiveMaximum": "lt",
    "const": "eq",
    "formatMinimum": "since",
    "formatMaximum": "until",
}


def comparisons_of(field_type: str) -> tuple[str, ...]:
    """Name the ways in which a field of a type may be compared; none for a note."""
    return () if field_type == "note" else _OF_TYPE.get(field_type, ("answered",))


def schema_of(conditions: Conditions) -> dict[str, Json]:
    """Give the JSON Schema of the answers that meet the conditions."""
    parts = [nested(t.field, COMPARISONS[t.test].schema(t.value)) for t in conditions.tests]
    return parts[0] if len(parts) == 1 else {f"{conditions.join}Of": parts}


def rule_of(conditions: Conditions) -> dict[str, Json]:
    """Give the JSON Forms rule that shows a control when the conditions are met."""
    tests = conditions.tests
    if len(tests) == 1:
        scope, schema = scope_of(tests[0].field), COMPARISONS[tests[0].test].schema(tests[0].value)
    else:
        scope, schema = "#", schema_of(conditions)
    return {"effect": "SHOW", "condition": {"scope": scope, "schema": schema}}


def read_rule(rule: Any) -> Conditions | None:
    """Read what ``rule_of`` gave, or what was written like it; None for anything else."""
    if not isinstance(rule, Mapping) or rule.get("effect") != "SHOW":
        return None
    condition = rule.get("condition")
    if not isinstance(condition, Mapping):
        return None
    scope, schema = str(condition.get("scope")), condition.get("schema")
    if scope == "#":
        return read_schema(schema)
    test = _leaf(scope_pointer(scope), schema)
    return None if test is None else Conditions((test,))


def read_schema(schema: Any) -> Conditions | None:
    """Read what ``schema_of`` gave, or what was written like it; None for anything else."""
    if not isinstance(schema, Mapping):
        return None
    for how in ("all", "any"):
        parts = schema.get(f"{how}Of")
        if set(schema) == {f"{how}Of"} and isinstance(parts, list):
            each = [list(_tests("", part)) for part in parts]
            found = [tests[0] for tests in each if len(tests) == 1 and tests[0] is not None]
            return Conditions(tuple(found), how) if len(found) == len(parts) > 0 else None
    tests = list(_tests("", schema))
    known = tuple(test for test in tests if test is not None)
    return Conditions(known) if 0 < len(known) == len(tests) else None


def nested(pointer: str, leaf: Mapping[str, Json]) -> dict[str, Json]:
    """Give the schema of answers whose value at a pointer is there and obeys ``leaf``."""
    schema: dict[str, Json] = dict(leaf)
    for name in reversed(tokens(pointer)):
        schema = {"properties": {name: schema}, "required": [name]} if schema else {"required": [name]}
    return schema


def places_in(schema: Any, at: str = "") -> Iterator[str]:
    """Yield the places that a nested schema speaks of, whoever wrote it."""
    if not isinstance(schema, Mapping):
        return
    properties = schema.get("properties", {})
    for name, inner in properties.items():
        below = list(places_in(inner, at + join(name)))
        yield from below or [at + join(name)]
    for name in schema.get("required", ()):
        if name not in properties:
            yield at + join(name)
    for keyword in ("allOf", "anyOf", "oneOf"):
        for part in schema.get(keyword, ()):
            yield from places_in(part, at)
    yield from places_in(schema.get("not"), at)


def scope_of(pointer: str) -> str:
    """Give the JSON Forms scope of a place in the answers."""
    return "#" + "".join(join("properties", name) for name in tokens(pointer))


def without(conditions: Conditions, field: str) -> Conditions | None:
    """Leave out what is compared of a field; None when nothing is left."""
    kept = tuple(test for test in conditions.tests if test.field != field)
    return Conditions(kept, conditions.join) if kept else None


def _tests(at: str, schema: Any) -> Iterator[Test | None]:
    if not isinstance(schema, Mapping):
        yield None
    elif "properties" in schema or "required" in schema:
        properties, required = schema.get("properties", {}), schema.get("required", [])
        if set(schema) - {"properties", "required", "type"} or set(properties) - set(required):
            yield None
            return
        for name in required:
            yield from _tests(at + join(name), properties.get(name, {}))
    else:
        yield _leaf(at, schema)


def _leaf(pointer: str, schema: Any) -> Test | None:
    if not isinstance(schema, Mapping) or not pointer:
        return None
    keys = set(schema) - ({"type", "format"} if schema.get("format") == "date" else {"type"})
    if not keys:
        return Test(pointer, "answered")
    if len(keys) > 1:
        return None
    key = keys.pop()
    value = schema[key]
    if key in _KEYWORDS:
        return Test(pointer, _KEYWORDS[key], value)
    inner = "ne" if key == "not" else "has" if key == "contains" else None
    if inner and isinstance(value, Mapping) and set(value) == {"const"}:
        return Test(pointer, inner, value["const"])
    return None


def named_in(conditions: Iterable[Conditions | None]) -> set[str]:
    """Give the fields that conditions compare."""
    return {test.field for each in conditions if each is not None for test in each.tests}
