"""What a new definition begins as: whole enough for its meta-schema, and nothing more."""

from __future__ import annotations

from typing import Any

from ...core.checks.times import DEFAULT_LIMIT
from ...core.checks.unfinished import UNNAMED
from ...core.definitions.types import text

DEPARTMENT: dict[str, Any] = {"code": UNNAMED, "name": text("待填写部门", "department to be named")}


def start(kind: str, code: str, title: str, english: str = "") -> dict[str, Any]:
    """Give the first document of a new definition; ``title`` is Chinese, its English may be written later."""
    named = text(title, english or title)
    common: dict[str, Any] = {"kind": kind, "code": code, "title": named, "verified": False}
    if kind == "element":
        return {**common, "type": "text", "sensitivity": "public"}
    if kind == "material":
        return {**common, "formats": ["pdf", "jpeg", "png"], "max_size_mb": 20, "max_count": 1}
    if kind == "matter":
        return {
            **common,
            "department": DEPARTMENT,
            "type": "administrative-permit",
            "level": "county",
            "statutory_limit": dict(DEFAULT_LIMIT),
            "promised_limit": dict(DEFAULT_LIMIT),
            "form": {
                "schema": {"type": "object", "properties": {}},
                "ui": {"type": "VerticalLayout", "elements": []},
            },
            "materials": [],
            "results": [],
            "rulesets": [],
        }
    if kind == "bundle":
        return {
            **common,
            "lead": DEPARTMENT,
            "matters": [],
            "situations": {
                "schema": {"type": "object", "properties": {}},
                "ui": {"type": "VerticalLayout", "elements": []},
            },
            "sections": [],
            "rulesets": [],
            "promise": {"days": 1, "unit": "working"},
        }
    return {**common, "decides": "eligibility", "facts": {}, "parameters": {}, "rules": {}}
