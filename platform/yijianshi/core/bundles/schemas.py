"""Form schemas: element references filled in, several matters' schemas merged, answers projected.

A matter's form schema nests ``properties`` down to *leaves*; a leaf is an element
reference or an inline property of the matter's own. The place of an element in the
answers is its code, so two matters that use one element meet at one leaf.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ..definitions.canonical import canonical
from ..definitions.library import ELEMENT_URN
from ..definitions.pointer import join
from ..definitions.types import Json

Schema = dict[str, Any]

_STRUCTURE = {"type", "properties", "required"}
_CLOSING = {"additionalProperties", "unevaluatedProperties"}
_NOTES = {"title", "description", "$comment", "examples", "default"}


@dataclass(frozen=True, slots=True)
class Leaf:
    """One field of a matter's form: its place, its schema as written, and whether it is required."""

    pointer: str
    schema: Mapping[str, Json]
    required: bool

    @property
    def element(self) -> str | None:
        """The code of the element the leaf refers to, or None for a matter's own property."""
        return element_of(self.schema)


def element_of(schema: Mapping[str, Json]) -> str | None:
    """Give the element code a schema refers to directly, or None."""
    reference = schema.get("$ref")
    if isinstance(reference, str) and reference.startswith(ELEMENT_URN):
        return reference.removeprefix(ELEMENT_URN)
    return None


def is_group(schema: Json) -> bool:
    """Tell whether a schema only holds further fields (an object that is no leaf)."""
    return (
        isinstance(schema, Mapping)
        and "properties" in schema
        and "$ref" not in schema
        and "x-type" not in schema
    )


def leaves(schema: Mapping[str, Json], pointer: str = "", required: bool = True) -> Iterator[Leaf]:
    """Yield the fields of a form schema in the order written.

    A field is required when it and every group above it is.
    """
    needed = schema.get("required", ())
    for name, inner in schema.get("properties", {}).items():
        place = pointer + join(name)
        wanted = required and name in needed
        if is_group(inner):
            yield from leaves(inner, place, wanted)
        else:
            yield Leaf(place, inner if isinstance(inner, Mapping) else {}, wanted)


def inline(schema: Json, resolve: Callable[[str], Schema]) -> Json:
    """Give a schema in which every element reference is replaced by the element's own schema.

    Keywords beside the reference are kept as a further condition (``allOf``), as
    JSON Schema 2020-12 means them.
    """
    if isinstance(schema, list):
        return [inline(item, resolve) for item in schema]
    if not isinstance(schema, Mapping):
        return schema
    code = element_of(schema)
    rest = {key: inline(value, resolve) for key, value in schema.items() if code is None or key != "$ref"}
    if code is None:
        return rest
    element = resolve(code)
    conditions = {key: value for key, value in rest.items() if key not in _NOTES}
    return {**element, "allOf": [*element.get("allOf", ()), conditions]} if conditions else dict(element)


def merge(schemas: Iterable[Schema]) -> Schema:
    """Merge object schemas so that a value is valid for the merge iff it is for each of them.

    Properties meet by name; what each requires is required; every other condition is
    kept in ``allOf``. The result does not depend on the order of ``schemas``. A matter's
    closing ``additionalProperties: false`` is left out, because its siblings add properties;
    the projection closes each matter's own data again.
    """
    ordered = sorted(schemas, key=canonical)
    names = sorted({name for schema in ordered for name in schema.get("properties", {})})
    properties: Schema = {}
    for name in names:
        parts = [schema["properties"][name] for schema in ordered if name in schema.get("properties", {})]
        properties[name] = merge(parts) if all(is_group(part) for part in parts) else _both(parts)
    merged: Schema = {"type": "object", "properties": properties}
    required = sorted({name for schema in ordered for name in schema.get("required", ())})
    if required:
        merged["required"] = required
    conditions = _unique(condition for schema in ordered if (condition := _conditions(schema)))
    if conditions:
        merged["allOf"] = conditions
    return merged


def _conditions(schema: Schema) -> Schema:
    return {key: value for key, value in schema.items() if key not in _STRUCTURE | _CLOSING | _NOTES}


def _both(parts: list[Schema]) -> Schema:
    different = _unique(parts)
    return different[0] if len(different) == 1 else {"allOf": different}


def _unique(schemas: Iterable[Schema]) -> list[Schema]:
    by_content = {canonical(schema): schema for schema in schemas}
    return [by_content[key] for key in sorted(by_content)]


def project(schema: Mapping[str, Json], answers: Json) -> Json:
    """Give exactly the part of the answers that the schema's own properties name.

    Groups are filtered within, and so are the items of a repeated group whose item
    schema lists properties; empty groups are left out.
    """
    if not isinstance(answers, Mapping):
        return answers
    result: dict[str, Json] = {}
    for name, inner in schema.get("properties", {}).items():
        if name not in answers:
            continue
        value = answers[name]
        if is_group(inner):
            part = project(inner, value)
            if part != {} or not isinstance(value, Mapping):
                result[name] = part
        elif isinstance(value, list) and "properties" in inner.get("items", {}):
            result[name] = [project(inner["items"], item) for item in value]
        else:
            result[name] = value
    return result


def with_groups(schema: Mapping[str, Json], answers: Json) -> Json:
    """Give the answers with every missing group present and empty.

    So a missing field is reported as that field, not as a missing group the applicant
    has never heard of.
    """
    if not isinstance(answers, Mapping):
        return answers
    result = dict(answers)
    for name, inner in schema.get("properties", {}).items():
        if is_group(inner):
            result[name] = with_groups(inner, result.get(name, {}))
    return result
