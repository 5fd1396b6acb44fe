"""A matter by itself: a bundle of the one, its sections and pages those of the matter's own layout."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..definitions.types import text
from .fields import scope_pointer
from .pages import CONTINUES


def alone(matter: Mapping[str, Any], code: str) -> dict[str, Any]:
    """Make a bundle of one matter."""
    return {
        "kind": "bundle",
        "code": code,
        "title": matter["title"],
        "lead": matter["department"],
        "matters": [{"matter": matter["code"]}],
        "sections": list(_sections(matter["form"].get("ui", {}))),
        "rulesets": [],
        "promise": {"days": 0, "unit": "working"},
    }


def _sections(ui: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for number, group in enumerate(groups(ui)):
        options = group.get("options", {})
        label = str(group.get("label", ""))
        title = options.get("title") or (
            text(label, label) if label else text("其他信息", "Further information")
        )
        section = {"code": f"s{number}", "title": dict(title), "fields": list(_fields(group))}
        yield {**section, CONTINUES: True} if options.get(CONTINUES) is True else section


def groups(ui: Any) -> Iterator[Mapping[str, Any]]:
    """Yield the outermost groups of a JSON Forms layout, in order."""
    for child in ui.get("elements", ()) if isinstance(ui, Mapping) else ():
        if isinstance(child, Mapping) and child.get("type") == "Group":
            yield child
        else:
            yield from groups(child)


def _fields(node: Mapping[str, Any]) -> Iterator[str]:
    if node.get("type") == "Control":
        yield scope_pointer(node["scope"])
    for child in node.get("elements", ()):
        yield from _fields(child)
