"""The merged form's layout as a JSON Forms UI schema, so that any JSON Forms client can render it."""

from __future__ import annotations

from typing import Any

from ...core.bundles.compose import Composition
from ...core.definitions.pointer import join, tokens


def scope(pointer: str) -> str:
    """Turn an answers' pointer (``/a/b``) into a scope (``#/properties/a/properties/b``)."""
    return "#" + join(*(part for token in tokens(pointer) for part in ("properties", token)))


def ui_schema(composition: Composition) -> dict[str, Any]:
    """Give a categorization: one category a section, one control a field."""
    return {
        "type": "Categorization",
        "elements": [
            {
                "type": "Category",
                "label": section["title"]["zh"],
                "elements": [_control(composition, pointer) for pointer in section["fields"]],
            }
            for section in composition.sections
        ],
    }


def _control(composition: Composition, pointer: str) -> dict[str, Any]:
    control: dict[str, Any] = {
        "type": "Control",
        "scope": scope(pointer),
        "label": composition.fields[pointer].title["zh"],
    }
    rules = [rule for owner in composition.rules_of(pointer).values() for rule in owner]
    # JSON Forms takes one rule; where several users set rules the server's own state decides
    if len(rules) == 1:
        control["rule"] = rules[0]
    return control
