"""Rule engines from elsewhere as contestants, each fed its own form of the same rules and cases."""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable, Mapping
from typing import Any

from .contestant import Contestant, NotInstalled
from .made import Suite, answers, place

ZEN = "zen-engine"
ZEN_TRACE = "zen-engine, trace"
ZEN_TABLE = "zen-engine, decision table"
JSON_LOGIC = "json-logic"
RULE_ENGINE = "rule-engine"
SIGNS = {"$eq": "==", "$neq": "!=", "$gt": ">", "$gte": ">=", "$lt": "<", "$lte": "<="}


def package(name: str, distribution: str) -> Any:
    """Import a peer; raises NotInstalled."""
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise NotInstalled(distribution) from error


def conditions(suite: Suite) -> list[Mapping[str, Any]]:
    """Give the condition of every rule."""
    rules: Any = suite.document["rules"]
    return [rule["all"][0]["m"] for rule in rules.values()]


def written(node: Mapping[str, Any], name: Callable[[str], str]) -> str:
    """Write a condition as an expression of the kind zen-engine and rule-engine read."""
    ((key, value),) = node.items()
    if key in ("$and", "$or"):
        return f" {key[1:]} ".join(f"({written(part, name)})" for part in value)
    if key == "$not":
        return f"not ({written(value, name)})"
    if not key.startswith("$"):
        return f"{name(key)} == {json.dumps(value)}"
    ((fact, operand),) = value.items()
    if key == "$in":
        return f"{name(fact)} in {json.dumps(operand)}"
    return f"{name(fact)} {SIGNS[key]} {json.dumps(operand)}"


def zen(suite: Suite, trace: bool = False, table: bool = False) -> Contestant:
    """Twenty expressions in one expression node, or as whole-expression cells of a collecting table."""
    engine = package("zen", "zen-engine").ZenEngine()
    rules = [written(node, lambda fact: place(fact)[1:].replace("/", ".")) for node in conditions(suite)]
    node = _zen_table(rules) if table else _zen_expressions(rules)
    at = {"x": 0, "y": 0}
    graph = {
        "contentType": "application/vnd.gorules.decision",
        "nodes": [
            {"id": "in", "name": "in", "type": "inputNode", "position": at},
            {"id": "rules", "name": "rules", "position": at, **node},
            {"id": "out", "name": "out", "type": "outputNode", "position": at},
        ],
        "edges": [
            {"id": "1", "type": "edge", "sourceId": "in", "targetId": "rules"},
            {"id": "2", "type": "edge", "sourceId": "rules", "targetId": "out"},
        ],
    }
    decision = engine.create_decision(json.dumps(graph))
    options = {"trace": True} if trace else {}

    def met(said: Any) -> frozenset[int]:
        if table:
            return frozenset(row["rule"] for row in said["result"] or ())
        return frozenset(int(key[1:]) for key, value in said["result"].items() if value)

    return Contestant(
        ZEN_TABLE if table else ZEN_TRACE if trace else ZEN,
        [answers(case) for case in suite.cases],
        lambda given: decision.evaluate(given, options),
        met,
    )


def zen_trace(suite: Suite) -> Contestant:
    """zen-engine with its trace on."""
    return zen(suite, trace=True)


def zen_table(suite: Suite) -> Contestant:
    """zen-engine with the rules as rows of a decision table."""
    return zen(suite, table=True)


def json_logic(suite: Suite) -> Contestant:
    """JsonLogic, a tree for each rule."""
    apply = package("json_logic", "panzi-json-logic").jsonLogic
    rules = [_logic(node) for node in conditions(suite)]
    return Contestant(
        JSON_LOGIC,
        [answers(case) for case in suite.cases],
        lambda given: [apply(rule, given) for rule in rules],
        lambda said: frozenset(number for number, truth in enumerate(said) if truth),
    )


def rule_engine(suite: Suite) -> Contestant:
    """rule-engine, an expression for each rule."""
    module = package("rule_engine", "rule-engine")
    context = module.Context(resolver=module.resolve_item)
    names = {fact: place(fact)[1:].replace("/", ".") for fact in suite.cases[0]}
    rules = [module.Rule(written(node, names.__getitem__), context=context) for node in conditions(suite)]
    return Contestant(
        RULE_ENGINE,
        # it is slow: a part of the cases is enough
        [answers(case) for case in suite.cases[:100]],
        lambda given: [rule.matches(given) for rule in rules],
        lambda said: frozenset(number for number, truth in enumerate(said) if truth),
    )


def _zen_expressions(rules: list[str]) -> dict[str, Any]:
    expressions = [{"id": str(n), "key": f"r{n}", "value": rule} for n, rule in enumerate(rules)]
    return {"type": "expressionNode", "content": {"expressions": expressions}}


def _zen_table(rules: list[str]) -> dict[str, Any]:
    rows = [{"_id": str(n), "when": rule, "then": str(n)} for n, rule in enumerate(rules)]
    return {
        "type": "decisionTableNode",
        "content": {
            "hitPolicy": "collect",
            "inputs": [{"id": "when", "name": "when"}],
            "outputs": [{"id": "then", "name": "rule", "field": "rule"}],
            "rules": rows,
        },
    }


def _logic(node: Mapping[str, Any]) -> dict[str, Any]:
    ((key, value),) = node.items()
    if key in ("$and", "$or"):
        return {key[1:]: [_logic(part) for part in value]}
    if key == "$not":
        return {"!": [_logic(value)]}
    if not key.startswith("$"):
        return {"==": [_var(key), value]}
    ((fact, operand),) = value.items()
    return {"in" if key == "$in" else SIGNS[key]: [_var(fact), operand]}


def _var(fact: str) -> dict[str, str]:
    return {"var": place(fact)[1:].replace("/", ".")}
