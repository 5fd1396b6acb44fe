"""What a schema requires under conditions: rules of ``if`` and ``then``, read as the places they require."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .conditions import Conditions, nested, places_in, read_schema, schema_of
from .conditions import without as conditions_without


def required_by(targets: Sequence[str], when: Mapping[str, Any]) -> dict[str, Any]:
    """Make the rule that places must be answered when the answers obey ``when``."""
    then = [nested(target, {}) for target in targets]
    return {
        "$comment": "required:" + " ".join(targets),
        "if": when,
        "then": then[0] if len(then) == 1 else {"allOf": then},
    }


def targets_of(rule: Any) -> list[str]:
    """Give the places that a rule requires under a condition; none when it says anything else."""
    if not isinstance(rule, Mapping) or set(rule) - {"$comment", "if", "then"} or "then" not in rule:
        return []
    return list(dict.fromkeys(places_in(rule["then"]))) if read_schema(rule.get("if")) else []


def requirements(root: Mapping[str, Any]) -> dict[str, Conditions]:
    """Read what a schema requires under conditions, by place; of two rules for one the first."""
    found: dict[str, Conditions] = {}
    for rule in root.get("allOf", ()):
        targets = targets_of(rule)
        if targets and (conditions := read_schema(rule["if"])) is not None:
            for target in targets:
                found.setdefault(target, conditions)
    return found


def untargeted(rule: Any, pointer: str) -> Any:
    """Give a rule that no longer requires a place; None when nothing is left of it."""
    targets = targets_of(rule)
    if pointer not in targets:
        return None if pointer in places_in(_part(rule, "then")) else rule
    left = [target for target in targets if target != pointer]
    return required_by(left, rule["if"]) if left else None


def untested(rule: Any, pointer: str) -> Any:
    """Give a rule that no longer looks at a place; None when nothing is left of it."""
    when = _part(rule, "if")
    if pointer not in places_in(when):
        return rule
    conditions, targets = read_schema(when), targets_of(rule)
    left = None if conditions is None else conditions_without(conditions, pointer)
    return required_by(targets, schema_of(left)) if left is not None and targets else None


def _part(rule: Any, name: str) -> Any:
    return rule.get(name) if isinstance(rule, Mapping) else None


def with_rules(root: Mapping[str, Any], rules: Sequence[Any]) -> dict[str, Any]:
    """Give a schema with these rules; each says in its comment what it requires."""
    if rules == root.get("allOf", []):
        return dict(root)
    left = {key: value for key, value in root.items() if key != "allOf"}
    if not rules:
        return left
    named = [
        required_by(targets, rule["if"]) if "$comment" not in rule and (targets := targets_of(rule)) else rule
        for rule in rules
    ]
    return {**left, "allOf": named}
