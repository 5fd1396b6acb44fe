"""The fields of several forms as one: each place once, in the order the layouts show them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from ..definitions.canonical import digest
from ..definitions.library import Library
from ..definitions.pointer import join, tokens
from ..definitions.types import Problem, text
from ..forms.fields import FIELD_TYPES, Field
from .schemas import Leaf, element_of, inline, leaves

_COMPUTED_OF_COMPUTED = 2
"""As often as the form computes (``forms.state``), so often is asked what a computed field is computed of."""


def conflicts(library: Library, forms: Iterable[tuple[str, Mapping[str, Any]]]) -> list[Problem]:
    """Find places that two forms use for different things; an element that there is not is none of them."""
    problems: list[Problem] = []
    seen: dict[str, tuple[str, str | None, str]] = {}
    for owner, schema in forms:
        for leaf in leaves(schema):
            code = leaf.element
            what = f"element {code}" if code else digest(leaf.schema)
            if code and not library.has("element", code):
                continue
            if leaf.pointer in seen and seen[leaf.pointer][2] != what:
                other = seen[leaf.pointer]
                problems.append(
                    Problem(
                        leaf.pointer,
                        "place-conflict",
                        text(
                            f"“{leaf.pointer}”在“{other[0]}”和“{owner}”中含义不同",
                            f"{leaf.pointer} means different things in {other[0]} and {owner}",
                        ),
                        text(
                            "请让两处引用同一个数据元，或改用各自的位置",
                            "let both refer to one element, or move one of them",
                        ),
                    )
                )
            seen.setdefault(leaf.pointer, (owner, code, what))
    return problems


def merge_fields(
    library: Library, forms: list[tuple[str, Mapping[str, Any], Any]], resolve: Any
) -> dict[str, Any]:
    """Give each field once, by its place, out of forms as (owner, schema, layout): who uses and requires it."""
    fields: dict[str, Any] = {}
    for owner, schema, ui in forms:
        shown = {rule["pointer"]: rule["rule"] for rule in visibility_rules(ui)}
        for leaf in in_layout_order(schema, ui):
            entry = fields.get(leaf.pointer)
            if entry is None:
                entry = fields[leaf.pointer] = _field(library, leaf.pointer, leaf.schema, resolve)
            entry["used_by"].append(owner)
            if leaf.required:
                entry["required_by"].append(owner)
            if leaf.pointer in shown:
                entry["rules"][owner] = shown[leaf.pointer]
    for _ in range(_COMPUTED_OF_COMPUTED):
        for entry in fields.values():
            if "compute" in entry and "sensitivity" not in entry:
                entry |= _as_sensitive(fields, entry["compute"])
    return fields


def _as_sensitive(fields: Mapping[str, Any], spec: Any) -> dict[str, str]:
    """Say how sensitive what is computed is when nobody does: as its operands, for a birth date gives away an ID number."""
    of = spec.get("of", []) if isinstance(spec, Mapping) else []
    found = {_sensitivity(fields, str(place)) for place in (of if isinstance(of, list) else [of])}
    return next(({"sensitivity": each} for each in ("sensitive", "personal") if each in found), {})


def _sensitivity(fields: Mapping[str, Any], place: str) -> str:
    group, rows, item = place.partition("/*")
    known = fields.get(group, {})
    if rows:
        known = next((each for each in known.get("items", ()) if each["pointer"] == item), {})
    kind = FIELD_TYPES.get(str(known.get("type")))
    return str(known.get("sensitivity", kind.sensitivity if kind else "public"))


def _field(library: Library, pointer: str, schema: Mapping[str, Any], resolve: Any) -> dict[str, Any]:
    code = element_of(schema)
    element = (
        library.element(code) if code else {**schema, "type": schema.get("x-type", "text"), "schema": schema}
    )
    resolved = inline(schema, resolve)
    names = tokens(pointer)
    entry: dict[str, Any] = {
        "pointer": pointer,
        "element": code,
        "type": element["type"],
        "title": element.get("x-title")
        or (element["title"] if isinstance(element.get("title"), Mapping) else text(names[-1], names[-1])),
        "schema": resolved,
        "used_by": [],
        "required_by": [],
        "rules": {},
    }
    for key in ("hint", "options", "unit", "autocomplete", "sensitivity", "prefill", "compute", "changeable"):
        value = element.get(key, element.get(f"x-{key}"))
        if value is not None:
            entry[key] = value
    if "x-show" in schema:
        entry["show"] = inline(schema["x-show"], resolve)
    items = element.get("schema", {}).get("items", {})
    if element["type"] == "group" and isinstance(items, Mapping):
        needed = items.get("required", ())
        entry["items"] = [
            {**_field(library, join(name), inner, resolve), "required": name in needed}
            for name, inner in _ordered(
                items.get("properties", {}), element.get("order", element.get("x-order", ()))
            )
        ]
    return entry


def _ordered(properties: Mapping[str, Any], order: Sequence[str]) -> list[tuple[str, Any]]:
    """Give properties in a declared order, the undeclared ones after them by name."""
    place = {name: number for number, name in enumerate(order)}
    return sorted(properties.items(), key=lambda item: (place.get(item[0], len(place)), item[0]))


def in_layout_order(schema: Mapping[str, Any], ui: Any) -> list[Leaf]:
    """Give the fields of a form in the order its layout shows them, then the rest by pointer.

    The order of keys in a schema does not count: published documents are canonical.
    """
    place = {pointer: number for number, pointer in enumerate(_controls(ui))}
    return sorted(leaves(schema), key=lambda leaf: (place.get(leaf.pointer, len(place)), leaf.pointer))


def _controls(node: Any) -> Iterator[str]:
    if isinstance(node, Mapping):
        if node.get("type") == "Control" and isinstance(node.get("scope"), str):
            yield scope_pointer(node["scope"])
        for child in node.get("elements", ()):
            yield from _controls(child)


def visibility_rules(ui: Any) -> list[dict[str, Any]]:
    """List the rules of a JSON Forms UI schema: ``{"pointer", "rule"}`` for each control under one.

    A rule on a layout holds for every control in it; a control's own rule stands beside it.
    """
    found: list[dict[str, Any]] = []

    def walk(node: Any, outer: tuple[Any, ...]) -> None:
        if not isinstance(node, Mapping):
            return
        rules = (*outer, node["rule"]) if "rule" in node else outer
        if node.get("type") == "Control" and rules and isinstance(node.get("scope"), str):
            found.append({"pointer": scope_pointer(node["scope"]), "rule": list(rules)})
        for child in node.get("elements", ()):
            walk(child, rules)

    walk(ui, ())
    return found


def scope_pointer(scope: str) -> str:
    """Turn a UI schema's scope (``#/properties/a/properties/b``) into the answers' pointer (``/a/b``)."""
    names = tokens(scope.removeprefix("#"))
    return join(*names[1::2])


def field_from_json(raw: Mapping[str, Any]) -> Field:
    """Build the field type's view of a field from its entry in the package."""
    kind = FIELD_TYPES.get(raw["type"])
    return Field(
        pointer=raw["pointer"],
        type=raw["type"],
        title=raw["title"],
        hint=raw.get("hint"),
        schema=raw["schema"],
        options=tuple(raw.get("options", ())),
        unit=raw.get("unit"),
        autocomplete=raw.get("autocomplete"),
        required=bool(raw.get("required", False)),
        used_by=tuple(raw.get("used_by", ())),
        sensitivity=raw.get("sensitivity", kind.sensitivity if kind else "public"),
        items=tuple(field_from_json(item) for item in raw.get("items", ())),
        compute=raw.get("compute"),
        show=raw.get("show"),
    )
