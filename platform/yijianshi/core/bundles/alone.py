"""A matter by itself: a bundle of the one, its sections and pages those of the matter's own layout."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .sections import layout_sections


def alone(matter: Mapping[str, Any], code: str) -> dict[str, Any]:
    """Make a bundle of one matter."""
    return {
        "kind": "bundle",
        "code": code,
        "title": matter["title"],
        "lead": matter["department"],
        "matters": [{"matter": matter["code"]}],
        "sections": list(layout_sections(matter["form"].get("ui", {}))),
        "rulesets": [],
        "promise": {"days": 0, "unit": "working"},
    }
