"""The merged form's layout as a JSON Forms UI schema, so that any JSON Forms client can render it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...core.bundles.compose import Composition
from ...core.definitions.pointer import join, tokens
from ...core.forms.state import together


def scope(pointer: str) -> str:
    """Turn an answers' pointer (``/a/b``) into a scope (``#/properties/a/properties/b``)."""
    return "#" + join(*(part for token in tokens(pointer) for part in ("properties", token)))


def ui_schema(composition: Composition) -> dict[str, Any]:
    """Give a categorization: one category a page, in it a group for each of several sections, one control a field."""
    return {
        "type": "Categorization",
        "elements": [_category(composition, page) for page in composition.pages],
    }


def _category(composition: Composition, page: list[Mapping[str, Any]]) -> dict[str, Any]:
    controls = [[_control(composition, pointer) for pointer in section["fields"]] for section in page]
    groups = [
        {"type": "Group", "label": section["title"]["zh"], "elements": inner}
        for section, inner in zip(page, controls, strict=True)
    ]
    return {
        "type": "Category",
        "label": together([section["title"] for section in page])["zh"],
        "elements": groups if len(page) > 1 else controls[0],
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
