"""A layout written by hand, brought into the designer's shape: groups of controls, each with a name of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..bundles.fields import scope_pointer
from ..bundles.pages import CONTINUES, continuing
from ..bundles.schemas import leaves
from ..definitions.types import Text, text
from .addresses import identity
from .conditions import Conditions, read_rule, rule_of
from .layout import Form, control_for

OTHER = text("其他信息", "Further information")


def fresh_section(form: Form) -> str:
    """Give an identity that no section has."""
    taken = {identity(group) for group in form.groups}
    return next(name for number in range(1, len(taken) + 2) if (name := f"section-{number}") not in taken)


def new_group(identifier: str, title: Text) -> dict[str, Any]:
    """Make an empty group."""
    return {
        "type": "Group",
        "label": title["zh"],
        "options": {"id": identifier, "title": dict(title)},
        "elements": [],
    }


def tidied(form: Form) -> Form:
    """Give the form with a layout the designer can work on; the same form when it has one already."""
    places = [leaf.pointer for leaf in leaves(form.schema)]
    if form.tidy and sorted(form.order) == sorted(places):
        return form
    seen: set[str] = set()
    groups: list[dict[str, Any]] = []
    for group, control, rule in _walk(form.ui, None, ()):
        pointer = scope_pointer(control["scope"])
        if pointer not in places or pointer in seen:
            continue
        seen.add(pointer)
        if not groups or groups[-1]["from"] is not group:
            groups.append({"from": group, "elements": []})
        kept = {key: value for key, value in control.items() if key != "rule"}
        groups[-1]["elements"].append({**kept, **({} if rule is None else {"rule": rule})})
    left = [control_for(pointer) for pointer in places if pointer not in seen]
    made = form.with_groups([])
    for each in [*groups, *([{"from": None, "elements": left}] if left else [])]:
        made = made.with_groups([*made.groups, _group(made, each["from"], each["elements"])])
    return made


def _group(form: Form, written: Mapping[str, Any] | None, controls: list[Any]) -> dict[str, Any]:
    label = str((written or {}).get("label", ""))
    kept = {key: value for key, value in (written or {}).items() if key not in ("rule", "elements", "type")}
    group = {"type": "Group", **kept, "elements": controls}
    if label and identity(group) not in {identity(other) for other in form.groups}:
        return group
    title = text(label, label) if label else OTHER
    made = new_group(fresh_section(form), title)
    if continuing((written or {}).get("options", {})):
        made["options"][CONTINUES] = True
    return {**made, "elements": controls}


def _walk(
    node: Any, group: Mapping[str, Any] | None, rules: tuple[Any, ...]
) -> Iterator[tuple[Mapping[str, Any] | None, Mapping[str, Any], Any]]:
    """Yield every control with the group it stands in and the one rule it is to have."""
    if not isinstance(node, Mapping):
        return
    own = (*rules, node["rule"]) if "rule" in node else rules
    if node.get("type") == "Control" and isinstance(node.get("scope"), str):
        yield group, node, _one_of(own)
    inner = node if node.get("type") == "Group" else group
    for child in node.get("elements", ()):
        yield from _walk(child, inner, own)


def _one_of(rules: tuple[Any, ...]) -> Any:
    """Make one rule of those of a control and the layouts around it; what cannot be joined is the control's own."""
    if len(rules) < 2:
        return rules[0] if rules else None
    read = [read_rule(rule) for rule in rules]
    together = [each for each in read if each is not None and (each.join == "all" or len(each.tests) == 1)]
    if len(together) < len(rules):
        return rules[-1]
    return rule_of(Conditions(tuple(dict.fromkeys(test for each in together for test in each.tests))))
