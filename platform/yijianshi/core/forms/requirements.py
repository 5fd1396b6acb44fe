"""Which fields must be answered, by what is answered already: of a form, and of one row of a repeated group."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..definitions.pointer import join
from ..definitions.types import Json
from .exact import answer_validator


def required_now(schema: Mapping[str, Any], value: Json, pointer: str = "") -> set[str]:
    """Give the pointers of all fields required for this value, through if/then/else and allOf."""
    found: set[str] = set()
    if not isinstance(value, Mapping):
        return found
    properties = schema.get("properties", {})
    for name in schema.get("required", ()):
        if not _holds_fields(properties.get(name, {})):
            found.add(pointer + join(name))
    for name, inner in properties.items():
        if _holds_fields(inner):
            found |= required_now(inner, value.get(name, {}), pointer + join(name))
    for name, others in schema.get("dependentRequired", {}).items():
        if name in value:
            found |= {pointer + join(other) for other in others}
    for part in schema.get("allOf", ()):
        found |= required_now(part, value, pointer)
    if "if" in schema:
        holds = answer_validator(schema["if"]).is_valid(value)
        found |= required_now(schema.get("then" if holds else "else", {}), value, pointer)
    return found


def _holds_fields(schema: Mapping[str, Any]) -> bool:
    """Tell whether a schema speaks of the fields of a group, not of a field's own value."""
    keywords = ("properties", "required", "if", "allOf", "dependentRequired")
    return "x-type" not in schema and any(keyword in schema for keyword in keywords)
