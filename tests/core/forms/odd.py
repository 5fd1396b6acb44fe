"""A made-up bundle of one matter whose form is full of conditions."""

from __future__ import annotations

from typing import Any

from yijianshi.core.definitions.library import Library


def odd(**schemas: Any) -> Library:
    """Give the bundle ``odd-one``; ``short={…}`` puts another schema in the place of an element's own."""
    element = {"kind": "element", "verified": False, "title": {"zh": "项", "en": "Item"}}
    elements: list[dict[str, Any]] = [
        {"code": "a.kind", "type": "choice", "schema": {"enum": ["x", "y"]},
         "options": [{"value": v, "title": {"zh": v, "en": v}} for v in "xy"]},
        {"code": "a.mail", "type": "text", "schema": {"format": "email"}},
        {"code": "a.plate", "type": "text", "schema": {"pattern": "^[鲁]Q[0-9]{5}$"}},
        {"code": "a.short", "type": "text", "schema": {"maxLength": 2}},
        {"code": "a.tens", "type": "integer", "schema": {"minimum": 25, "multipleOf": 10}},
        {"code": "a.long", "type": "long_text", "schema": {"minLength": 40}},
        {"code": "a.more", "type": "decimal", "schema": {"exclusiveMinimum": 0, "maximum": 0.5}},
        {"code": "a.why", "type": "text", "schema": {}},
    ]  # fmt: skip
    names = [str(e["code"]).removeprefix("a.") for e in elements]
    for name, entry in zip(names, elements, strict=True):
        entry["schema"] = schemas.get(name, entry["schema"])
    schema = {
        "type": "object",
        "required": ["a"],
        "properties": {
            "a": {
                "type": "object",
                "properties": {name: {"$ref": f"urn:yijianshi:element:a.{name}"} for name in names},
                "required": ["kind", "mail", "plate", "short", "tens", "long"],
                "dependentRequired": {"more": ["why"]},
                "if": {"properties": {"kind": {"const": "y"}}, "required": ["kind"]},
                "then": {"properties": {"tens": {"minimum": 500}}, "required": ["more"]},
                "else": {"properties": {"mail": {"const": "only@example.cn"}}},
            }
        },
    }
    days = {"days": 1, "unit": "working"}
    office = {"code": "office", "name": {"zh": "局", "en": "Office"}}
    matter = {
        "kind": "matter", "code": "odd", "title": {"zh": "奇", "en": "Odd"}, "department": office,
        "type": "administrative-permit", "level": "county", "verified": False, "promised_limit": days,
        "form": {"schema": schema, "ui": {"type": "VerticalLayout", "elements": []}},
    }  # fmt: skip
    bundle = {
        "kind": "bundle", "code": "odd-one", "title": {"zh": "奇", "en": "Odd"}, "promise": days,
        "subject": "person", "lead": office, "verified": False,
        "matters": [{"matter": "odd", "selected": "always"}],
    }  # fmt: skip
    return Library.of([*({**element, **e} for e in elements), matter, bundle])
