"""Which place of the document a control stands for, and what was found there.

A control is named by its operation, so its place follows from its name, and whatever is found at that
place, or below it, is said beside it: no panel has to know of findings. A finding about a whole that
is typed in parts (a limit, a bilingual text) stands beside the part that is typed first.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from functools import lru_cache
from typing import Any

from ..bundles.fields import scope_pointer
from ..definitions.pointer import MISSING, is_index, join, tokens
from ..definitions.types import Json, Problem
from .addresses import Address, address_of, get
from .layout import FORM_OF, schema_tokens
from .ruleset_parts import cases_of

_LISTED: Mapping[str, Address] = {
    "case": ("tests", "cases"),
    "rule": ("rules",),
    "fact": ("facts",),
    "parameter": ("parameters",),
    "matter": ("matters",),
    "material": ("materials",),
    "section": ("sections",),
    "ruleset": ("rulesets",),
}
"""What names an item in an operation, and where the document holds such items; a rule may be named of a case."""

_KEYS: Mapping[str, Address] = {
    "element_type": ("type",),
    "element_extends": ("extends",),
    "materials_before": ("baseline", "material_list"),
}
"""What an operation changes that says no place."""

_FILLS: Mapping[str, Address] = {"lead_by": ("lead",), "decided_by": ("department",)}
"""What an operation fills in that has controls of its own."""

_OF_MATTER: Mapping[str, str] = {"select_matter": "selected", "wait_for": "after"}
_FIRST = ("days", "value", "zh")
"""The part of a whole that is typed first."""


@lru_cache(maxsize=4096)
def place_of(kind: str, name: str) -> Address | None:
    """Give the address of what a control (by its name) changes in a document of a kind, None where that is no one place."""
    operation = _read(name)
    if operation is None:
        return None
    if "at" in operation:
        return (*operation["at"], *((operation["lang"],) if "lang" in operation else ()))
    op = str(operation.get("op"))
    if op in _OF_MATTER:
        return ("matters", str(operation.get("matter")), _OF_MATTER[op])
    return _KEYS.get(op) or _in_form(kind, op, operation)


def _in_form(kind: str, op: str, operation: Mapping[str, Any]) -> Address | None:
    field = operation.get("field")
    if isinstance(field, str) and kind in FORM_OF:
        start: Address = (*FORM_OF[kind], "schema", *schema_tokens(field))
        options = "x-options"
    elif kind == "element" and field is None:
        start, options = ("compute",) if op == "compute" else (), "options"
    else:
        return None
    if op in ("option", "rename_option"):
        part = ("value",) if op == "rename_option" else ("title", str(operation.get("lang", "zh")))
        return (*start, options, str(operation.get("option")), *part)
    if op == "limit_field":
        return (*start, str(operation["key"])) if start else ("schema", str(operation["key"]))
    if op in ("compute", "filter_rows"):
        return (*start, "x-compute") if kind != "element" else start
    return None


@lru_cache(maxsize=4096)
def about(kind: str, name: str) -> Address | None:
    """Give the address of the thing that a control (by its name) has to do with, None where there is none."""
    exact = place_of(kind, name)
    operation = _read(name)
    if exact is not None or operation is None:
        return exact
    field, section = operation.get("field"), operation.get("section")
    if kind in FORM_OF and isinstance(field, str):
        return (*FORM_OF[kind], "schema", *schema_tokens(field))
    if kind in FORM_OF and operation.get("op") in ("name_part", "page_part"):
        return (*FORM_OF[kind], "ui", "elements", str(section))
    if str(operation.get("op")) in _FILLS:
        return _FILLS[str(operation["op"])]
    listed = next((key for key in _LISTED if isinstance(operation.get(key), str)), None)
    return None if listed is None else (*_LISTED[listed], str(operation[listed]), *_part_of(operation))


_PARTS: Mapping[str, Address] = {
    "case_expect": ("expect",),
    "case_outcomes": ("expect",),
    "case_day": ("on",),
    "rule_priority": ("pri",),
    "outcome_kind": ("run",),
    "route_to": ("run",),
}
"""Which part of a test case or of a rule an operation changes; a condition is made one of ``all``."""


def _part_of(operation: Mapping[str, Any]) -> Address:
    """Tell which part of a test case or of a rule an operation is about."""
    op = str(operation.get("op"))
    if op == "case_answer":
        return ("answers", *tokens(str(operation["place"])))
    side = (str(operation["lang"]),) if "lang" in operation else ()
    if op in ("rule_title", "case_title"):
        return ("title", *side)
    if op == "outcome_part":
        part = str(operation.get("part"))
        return ("run", part, *side) if part in ("reason", "basis", "matter") else ("run",)
    if "path" in operation or op == "set_cell":
        return ("all",)
    return _PARTS.get(op, ())


def typed_at(document: Mapping[str, Any], pointer: str) -> Address:
    """Give the address at which what a finding points to is typed.

    What stands against a control of a layout is about its field; a test case has a code before it is written down.
    """
    path = tokens(pointer)
    if path[:2] == ["tests", "cases"] and len(path) > 2 and is_index(path[2]):
        codes = [str(case["code"]) for case in cases_of(document)]
        return (*path[:2], *codes[int(path[2]) :][:1], *path[3:])
    address = address_of(document, path)
    if get(document, address) is MISSING:
        # what is not there yet has its place all the same
        address = (*address, *path[len(address) :])
    if address[1:2] == ("ui",):
        scope = next((token for token in reversed(address) if token.startswith("#/")), None)
        if scope is not None:
            address = (address[0], "schema", *schema_tokens(scope_pointer(scope)))
    value = get(document, address)
    while isinstance(value, Mapping):
        first = next((key for key in _FIRST if isinstance(value.get(key), str | int | float)), None)
        if first is None:
            break
        address, value = (*address, first), value[first]
    return address


def field_at(document: Mapping[str, Any], address: Address) -> str | None:
    """Give the pointer of the form's field that an address lies in, None where it lies in none."""
    start = FORM_OF.get(str(document.get("kind")))
    if start is None or address[: len(start) + 1] != (*start, "schema"):
        return None
    path, rest = [], address[len(start) + 1 :]
    value: Json = get(document, address[: len(start) + 1])
    while len(rest) > 1 and isinstance(value, Mapping):
        if rest[0] == "properties":
            path.append(rest[1])
            value, rest = get(value, rest[:2]), rest[2:]
        elif rest[0] == "items" and rest[1] == "properties" and path:
            path.append("*")
            value, rest = get(value, rest[:1]), rest[1:]
        else:
            break
    return join(*path) if path and value is not MISSING else None


_Found = Mapping[Address, list[tuple[Address, Problem]]]
"""By every address that something was found at or below: each finding, and the address at which it is typed."""


class _Last:
    """What was indexed last: a frame asks about one desk at every control. One tuple, so that threads may share it."""

    index: tuple[tuple[Problem, ...], Mapping[str, Any], _Found] | None = None


def found_at(
    document: Mapping[str, Any],
    findings: tuple[Problem, ...] | None,
    address: Address,
    but: Collection[str] = (),
) -> tuple[Problem, ...]:
    """Give what was found at an address or below it, without what lies below its keys in ``but``."""
    if not findings:
        return ()
    known = _Last.index
    if known is None or known[0] is not findings or known[1] is not document:
        known = _Last.index = (findings, document, _indexed(document, findings))
    end = len(address) + 1
    shut = {(*address, key) for key in but}
    return tuple(problem for place, problem in known[2].get(address, ()) if place[:end] not in shut)


def _indexed(document: Mapping[str, Any], findings: tuple[Problem, ...]) -> _Found:
    index: dict[Address, list[tuple[Address, Problem]]] = {}
    for problem in findings:
        place = typed_at(document, problem.pointer)
        for end in range(1, len(place) + 1):
            index.setdefault(place[:end], []).append((place, problem))
    return index


def _read(name: str) -> Mapping[str, Any] | None:
    if not name.startswith("{"):
        return None
    operation = json.loads(name)
    return operation if isinstance(operation, Mapping) else None
