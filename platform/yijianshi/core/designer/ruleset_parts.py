"""What a ruleset holds, as the designer reads it: facts and who uses them, parameters, outcomes, test cases."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ..definitions.types import Text, text
from ..rules.types import SCALARS
from .ruleset_shape import ROWS, STEPS, Named, Node, Path, against, children, kind_of, leaf_of, tree_of, walk

ROWS_OF_PAGE, CASES_OF_PAGE = 25, 20
"""So many rules, and so many test cases, stand on one page."""
NAMED_HERE = ("deny", "refer", "route")
"""The outcomes whose codes the ruleset itself says what they are called."""
KINDS: Mapping[str, Text] = {
    "select_matter": text("办理事项", "a matter is handled"),
    "require_material": text("须提交材料", "a material is needed"),
    "waive_material": text("免交材料", "a material is not needed"),
    "deny": text("不予办理", "it cannot be granted"),
    "refer": text("转人工办理", "a person takes it over"),
    "set_limit": text("调整时限", "the time limit is set"),
    "route": text("分送", "it is sent to"),
    "assert": text("得出事实", "a fact follows"),
}


def phrase_of(value: Any, otherwise: str) -> Text:
    """Give a title, the name where there is none."""
    if isinstance(value, Mapping) and isinstance(value.get("zh"), str):
        return text(value["zh"], str(value.get("en") or value["zh"]))
    return text(otherwise, otherwise)


def facts_of(document: Mapping[str, Any]) -> dict[str, Named]:
    """Give the facts declared, by name."""
    return {name: _named(name, raw) for name, raw in _mappings(document, "facts")}


def scope_of(document: Mapping[str, Any], tree: Node | None, path: Path) -> dict[str, Named]:
    """Give the facts that a condition at a path may name: within a condition on rows, those of a row first."""
    facts = facts_of(document)
    rows: dict[str, Named] = {}
    node: Any = tree
    for number in path:
        if kind_of(node) in ROWS:
            rows = row_facts(document, str(next(iter(node[kind_of(node)]))))
        parts = children(node) if isinstance(node, Mapping) else []
        # a path one beyond the last part is of the part that is to come
        node = parts[number] if number < len(parts) else None
    return {**rows, **facts}


def row_facts(document: Mapping[str, Any], group: str) -> dict[str, Named]:
    """Give what the rows of a list or group hold, as conditions on rows name it."""
    raw = document.get("facts", {}).get(group, {})
    if raw.get("type") == "list":
        title = phrase_of(raw.get("title"), group)
        one = text(f"{title['zh']}的每一项", f"each of {title['en']}")
        return {
            "$i": Named(
                "$i", str(raw.get("items", "text")), one, str(raw.get("from", "")), raw.get("unit", "")
            )
        }
    found = {}
    for key, inner in _mappings(raw, "properties"):
        found[f"$i.{key}"] = _named(f"$i.{key}", inner)
    return found


def uses_of(document: Mapping[str, Any], kind: str, name: str) -> list[str]:
    """Name the rules that use a fact (kind ``fact``) or a parameter."""
    return [rule for rule, raw in _mappings(document, "rules") if name in _used(raw, kind)]


def _used(raw: Mapping[str, Any], kind: str) -> set[str]:
    found: set[str] = set()
    run = raw.get("run")
    for outcome in run if isinstance(run, list) else [run]:
        if kind == "fact" and isinstance(outcome, Mapping) and isinstance(outcome.get("assert"), Mapping):
            found |= set(outcome["assert"])
    tree = tree_of(raw)
    for node in walk(tree) if tree is not None else ():
        shape = kind_of(node)
        if shape in ROWS and kind == "fact":
            found.add(str(next(iter(node[shape]))))
        leaf = leaf_of(node) if shape == "leaf" else None
        if leaf is not None:
            found |= {leaf.fact} if kind == "fact" else set()
            found |= set(_operands(leaf.operand, kind))
    return found


def _operands(operand: Any, kind: str) -> Iterator[str]:
    what, inner = against(operand)
    if what in STEPS and isinstance(inner, Mapping):
        for side in inner.values():
            yield from _operands(side, kind)
    elif what == kind:
        yield str(inner)


def comparable(
    document: Mapping[str, Any], fact: Named, scope: Mapping[str, Named]
) -> list[tuple[str, Text]]:
    """Give the parameters and other facts a fact may be held against, as ``parameter:x`` and ``fact:x``."""
    found: list[tuple[str, Text]] = []
    for name, raw in _mappings(document, "parameters"):
        if alike(fact.type, parameter_type(raw)):
            found.append((f"parameter:{name}", phrase_of(raw.get("title"), name)))
    for name, other in scope.items():
        if name != fact.name and alike(fact.type, other.type) and not (fact.asserted and other.asserted):
            found.append((f"fact:{name}", other.title))
    return found


def alike(one: str, other: str) -> bool:
    """Tell whether values of two types may be compared."""
    numeric = ("integer", "decimal", "money")
    return one in SCALARS and (
        one == other or {one, other} <= {"text", "choice"} or (one in numeric and other in numeric)
    )


def parameter_type(raw: Mapping[str, Any]) -> str:
    """Give the type of a parameter, of its value where it says none."""
    if "type" in raw:
        return str(raw["type"])
    values = raw.get("values")
    sample = raw.get("value", values[0].get("value") if values else None)
    return "boolean" if isinstance(sample, bool) else "text" if isinstance(sample, str) else "decimal"


def outcomes_of(rule: Any) -> list[Mapping[str, Any]]:
    """Give the outcomes of a rule, one or several."""
    run = rule.get("run") if isinstance(rule, Mapping) else None
    return [each for each in (run if isinstance(run, list) else [run]) if isinstance(each, Mapping)]


def outcome_kind(outcome: Mapping[str, Any]) -> str:
    """Name the type of an outcome; empty when it has none."""
    return next((kind for kind in outcome if kind in KINDS), "")


def cases_of(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Give the test cases, each with a code."""
    tests = document.get("tests")
    listed = tests.get("cases") if isinstance(tests, Mapping) else None
    cases = [dict(case) for case in listed if isinstance(case, Mapping)] if isinstance(listed, list) else []
    taken = [str(case["code"]) for case in cases if "code" in case]
    for case in cases:
        if "code" not in case:
            case["code"] = free(taken, "case")
            taken.append(case["code"])
    return cases


def free(names: Sequence[str], start: str) -> str:
    """Give a name that is not taken: ``start_01`` and so on."""
    number = 1
    while f"{start}_{number:02d}" in names:
        number += 1
    return f"{start}_{number:02d}"


def _mappings(document: Any, key: str) -> list[tuple[str, Mapping[str, Any]]]:
    listed = document.get(key) if isinstance(document, Mapping) else None
    if not isinstance(listed, Mapping):
        return []
    return [(str(name), raw) for name, raw in listed.items() if isinstance(raw, Mapping)]


def _named(name: str, raw: Mapping[str, Any]) -> Named:
    values = raw.get("values", ())
    derive = raw.get("derive")
    return Named(
        name,
        str(raw.get("type", "text")),
        phrase_of(raw.get("title"), name.removeprefix("$i.")),
        "" if derive is not None else str(raw.get("from", "")),
        str(raw.get("unit") or ""),
        tuple(map(str, values)) if isinstance(values, list) else (),
        raw.get("asserted") is True,
    )
