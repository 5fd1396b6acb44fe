"""A schema nested by the places of its fields: put one in, take one out, require one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..bundles.schemas import is_group


def put(node: Mapping[str, Any], path: Sequence[str], leaf: Mapping[str, Any]) -> dict[str, Any]:
    """Give a schema with a field's own at a path, the groups on the way made where there are none."""
    head, rest = path[0], path[1:]
    empty: dict[str, Any] = {"type": "object", "properties": {}}
    if head == "*":
        return {**node, "items": put(node.get("items", empty), rest, leaf)}
    known = node.get("properties", {})
    inner = put(known.get(head, empty), rest, leaf) if rest else leaf
    return {**node, "properties": {**known, head: inner}}


def drop(node: Mapping[str, Any], path: Sequence[str]) -> dict[str, Any]:
    """Give a schema without what stands at a path, nor the groups that would be empty without it."""
    head, rest = path[0], path[1:]
    if head == "*":
        return {**node, "items": drop(node["items"], rest)}
    known = node["properties"]
    if rest:
        inner = drop(known[head], rest)
        if not is_group(inner) or inner["properties"]:
            return {**node, "properties": {**known, head: inner}}
    left = {**node, "properties": {name: kept for name, kept in known.items() if name != head}}
    return _required_but(left, head)


def require(node: Mapping[str, Any], path: Sequence[str], wanted: bool) -> dict[str, Any]:
    """Give a schema that requires what stands at a path, with the groups on the way, or no longer does."""
    head, rest = path[0], path[1:]
    if head == "*":
        return {**node, "items": require(node["items"], rest, wanted)}
    known = dict(node)
    if rest:
        inner = require(node["properties"][head], rest, wanted)
        known = {**known, "properties": {**node["properties"], head: inner}}
        if rest[0] == "*":
            return known
    elif not wanted:
        return _required_but(known, head)
    if wanted and head not in known.get("required", ()):
        known = {**known, "required": [*known.get("required", ()), head]}
    return known


def _required_but(node: dict[str, Any], name: str) -> dict[str, Any]:
    left = [each for each in node.get("required", ()) if each != name]
    rest = {key: value for key, value in node.items() if key != "required"}
    return {**rest, "required": left} if left else rest
