"""The full trace of a decision: the truth of every node, kept small and told when asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ..definitions.types import Json
from .arithmetic import calculate
from .generate import Truths, parts, traced
from .types import (
    And,
    Calculation,
    Compare,
    Condition,
    Constant,
    Exists,
    FactRef,
    Match,
    Member,
    Not,
    Operand,
    Or,
    ParameterRef,
    Quantified,
    Ruleset,
    Truth,
    Value,
)

_WORDS: dict[bool | None, Truth] = {True: "met", False: "unmet", None: "unknown"}


@dataclass(frozen=True, slots=True)
class Trace:
    """The facts a ruleset ran on and the truth of every node of every rule, in the order of the rules."""

    ruleset: Ruleset
    parameters: Mapping[str, Value | None]
    facts: Mapping[str, Any]
    truths: Truths

    def to_json(self) -> dict[str, Json]:
        """Tell it: for each rule a tree of nodes with truth, value, what it was held against, and place."""
        told: dict[str, Json] = {}
        following = iter(self.truths)
        facts = {**self.facts, **self._asserted()}
        for rule in self.ruleset.rules:
            told[rule.name] = self._node(rule.condition, following, facts)
        return told

    def _asserted(self) -> dict[str, Value]:
        """Give the facts that rules assert, read off the truth of the rules."""
        truths, at = [], 0
        for rule in self.ruleset.rules:
            truths.append(self.truths[at])
            at += sum(1 for _ in traced(rule.condition))
        found: dict[str, Value] = {}
        for name, asserters in self.ruleset.asserters.items():
            value = self.ruleset.facts[name].otherwise
            for rule_number, asserted in asserters:
                if truths[rule_number] is not False:
                    value = asserted if truths[rule_number] else None
                    break
            if value is not None:
                found[name] = value
        return found

    def _node(
        self, node: Condition, following: Iterator[bool | None], facts: Mapping[str, Any]
    ) -> dict[str, Json]:
        told: dict[str, Json] = {"truth": _WORDS[next(following)], "pointer": node.pointer}
        inner = [self._node(part, following, facts) for part in parts(node)]
        if isinstance(node, And | Or | Not):
            kind = "and" if isinstance(node, And) else "or" if isinstance(node, Or) else "not"
            return {"node": kind, **told, "parts": inner}
        if isinstance(node, Quantified):
            told |= {"node": "all" if node.every else "any", "fact": node.group}
            if node.group in facts:
                told["rows"] = len(facts[node.group])
            return told
        told |= {"fact": node.fact}
        if node.fact in facts:
            told["value"] = facts[node.fact]
        if isinstance(node, Compare):
            told |= {"node": "compare", "op": node.op, "with": self._against(node.operand, facts)}
        elif isinstance(node, Member):
            told |= {"node": "in", "with": list(node.values)}
        elif isinstance(node, Match):
            told |= {"node": "matches", "with": node.pattern.source}
        elif isinstance(node, Exists):
            told["node"] = "exists"
        return told

    def _against(self, operand: Operand, facts: Mapping[str, Any]) -> dict[str, Json]:
        if isinstance(operand, Constant):
            return {"value": operand.value}
        if isinstance(operand, ParameterRef):
            return {"parameter": operand.name, "value": self.parameters[operand.name]}
        if isinstance(operand, FactRef):
            other: dict[str, Json] = {"fact": operand.name}
            if operand.name in facts:
                other["value"] = facts[operand.name]
            return other
        return self._calculated(operand, facts)

    def _calculated(self, operand: Calculation, facts: Mapping[str, Any]) -> dict[str, Json]:
        sides = [self._against(side, facts) for side in (operand.left, operand.right)]
        value = calculate(operand, facts, self.ruleset.scope, self.parameters)
        told: dict[str, Json] = {"op": operand.op, "parts": sides}
        if value is not None:
            told["value"] = value[0] / value[1] if value[0] % value[1] else value[0] // value[1]
        return told
