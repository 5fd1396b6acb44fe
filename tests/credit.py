"""A bundle of one matter that the shipped editions on credit repair decide, each in its time."""

from __future__ import annotations

import json
from typing import Any

from yijianshi.server.files import root

from tests.core.rules.strategies import REASON

EDITIONS = ["credit-repair.classes-2023", "credit-repair.classes-2026"]
FIELDS = {
    "class": ("choice", {"enum": ["minor", "general", "serious"]}),
    "field": ("choice", {"enum": ["market", "work-safety", "other"]}),
    "fulfilled": ("yes_no", {}),
    "decided_on": ("date", {}),
    "applied_on": ("date", {}),
}


def documents() -> list[dict[str, Any]]:
    """A bundle of one matter that is decided by both editions, each in its time."""
    elements = [
        {
            "kind": "element",
            "code": f"credit.{name}",
            "title": REASON,
            "type": kind,
            "schema": schema,
            "sensitivity": "public",
            **(
                {"options": [{"value": v, "title": REASON} for v in schema["enum"]]}
                if "enum" in schema
                else {}
            ),
        }
        for name, (kind, schema) in FIELDS.items()
    ]
    properties = {name: {"$ref": f"urn:yijianshi:element:credit.{name}"} for name in FIELDS}
    scopes = [f"#/properties/credit/properties/{name}" for name in FIELDS]
    matter = {
        "kind": "matter",
        "code": "repair",
        "title": REASON,
        "department": {"code": "development", "name": REASON},
        "type": "public-service",
        "level": "county",
        "promised_limit": {"days": 3, "unit": "working"},
        "form": {
            "schema": {
                "type": "object",
                "properties": {
                    "credit": {"type": "object", "properties": properties, "required": list(FIELDS)}
                },
                "required": ["credit"],
            },
            "ui": {
                "type": "VerticalLayout",
                "elements": [{"type": "Control", "scope": scope} for scope in scopes],
            },
        },
        "materials": [],
        "results": [],
        "rulesets": EDITIONS,
    }
    bundle = {
        "kind": "bundle",
        "code": "credit",
        "title": REASON,
        "subject": "enterprise",
        "lead": {"code": "development", "name": REASON},
        "matters": [{"matter": "repair", "selected": "always"}],
        "sections": [],
        "rulesets": [],
        "promise": {"days": 3, "unit": "working"},
    }
    rules = [json.loads((root() / "rules" / f"{code}.json").read_text("utf-8")) for code in EDITIONS]
    return [*elements, matter, bundle, *rules]


def answers(applied: str, kind: str = "general", field: str = "work-safety") -> dict[str, Any]:
    return {
        "credit": {
            "class": kind,
            "field": field,
            "fulfilled": True,
            "decided_on": "2025-11-30",
            "applied_on": applied,
        }
    }
