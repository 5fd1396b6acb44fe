"""The core's own evaluator: each rule becomes a closure over facts, in three values.

Inside, truth is True (met), False (unmet) or None (unknown), after Kleene: *and* is unmet when
any part is, *or* is met when any part is, and else unknown spreads.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from ..definitions.types import Json
from .types import (
    And,
    Compare,
    Condition,
    Constant,
    Exists,
    FactRef,
    Member,
    Not,
    Or,
    Outcome,
    ParameterRef,
    Ruleset,
    Truth,
    Value,
    Verdict,
    facts_in,
)

Facts = Mapping[str, Value]
Test = Callable[[Facts], bool | None]

WORDS: dict[bool | None, Truth] = {True: "met", False: "unmet", None: "unknown"}

_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "$eq": operator.eq,
    "$neq": operator.ne,
    "$lt": operator.lt,
    "$lte": operator.le,
    "$gt": operator.gt,
    "$gte": operator.ge,
}


@dataclass(frozen=True)
class Compiled:
    """A ruleset compiled for a date: parameters resolved, one closure for each rule."""

    ruleset: Ruleset
    on: date
    parameters: Mapping[str, Value | None]
    tests: tuple[tuple[str, Test], ...]

    def truths(self, facts: Facts) -> dict[str, Truth]:
        """Give the truth of every rule."""
        return {name: WORDS[test(facts)] for name, test in self.tests}

    def evaluate(self, facts: Facts) -> Verdict:
        """Decide: every rule's truth, the outcomes met or still unknown, the facts missing."""
        truths = self.truths(facts)
        outcomes: list[Outcome] = []
        missing: set[str] = set()
        for rule in self.ruleset.rules:
            truth = truths[rule.name]
            if truth == "unknown":
                missing.update(name for name in facts_in(rule.condition) if name not in facts)
            if truth != "unmet":
                outcomes += [
                    Outcome(rule.name, truth, o.type, o.target, o.reason, o.basis, o.value, o.matter)
                    for o in rule.outcomes
                ]
        return Verdict(self.ruleset.code, truths, tuple(outcomes), tuple(sorted(missing)))

    def trace(self, facts: Facts) -> dict[str, Json]:
        """Explain every rule node by node: truth, the fact's value, what it was held against, the place."""
        return {rule.name: self._explain(rule.condition, facts) for rule in self.ruleset.rules}

    def _explain(self, node: Condition, facts: Facts) -> dict[str, Json]:
        truth = WORDS[compile_condition(node, self.parameters)(facts)]
        told: dict[str, Json] = {"truth": truth, "pointer": node.pointer}
        if isinstance(node, And | Or):
            parts = [self._explain(part, facts) for part in node.parts]
            return {"node": "and" if isinstance(node, And) else "or", **told, "parts": parts}
        if isinstance(node, Not):
            return {"node": "not", **told, "parts": [self._explain(node.part, facts)]}
        told |= {"fact": node.fact}
        if node.fact in facts:
            told["value"] = facts[node.fact]
        if isinstance(node, Compare):
            told |= {"node": "compare", "op": node.op, "with": self._against(node, facts)}
        elif isinstance(node, Member):
            told |= {"node": "in", "with": list(node.values)}
        else:
            told["node"] = "exists"
        return told

    def _against(self, node: Compare, facts: Facts) -> dict[str, Json]:
        operand = node.operand
        if isinstance(operand, Constant):
            return {"value": operand.value}
        if isinstance(operand, ParameterRef):
            return {"parameter": operand.name, "value": self.parameters[operand.name]}
        other: dict[str, Json] = {"fact": operand.name}
        if operand.name in facts:
            other["value"] = facts[operand.name]
        return other


def compile_ruleset(ruleset: Ruleset, on: date) -> Compiled:
    """Compile a ruleset for the date whose parameters are to hold."""
    parameters = {name: parameter.on(on) for name, parameter in ruleset.parameters.items()}
    tests = tuple((rule.name, compile_condition(rule.condition, parameters)) for rule in ruleset.rules)
    return Compiled(ruleset, on, parameters, tests)


def compile_condition(node: Condition, parameters: Mapping[str, Value | None]) -> Test:
    """Compile one condition into a closure; a parameter without a value makes it unknown."""
    if isinstance(node, And):
        return _all(tuple(compile_condition(part, parameters) for part in node.parts))
    if isinstance(node, Or):
        return _any(tuple(compile_condition(part, parameters) for part in node.parts))
    if isinstance(node, Not):
        return _opposite(compile_condition(node.part, parameters))
    if isinstance(node, Exists):
        return _exists(node.fact)
    if isinstance(node, Member):
        return _member(node.fact, frozenset(node.values))
    if isinstance(node.operand, FactRef):
        return _facts(_COMPARE[node.op], node.fact, node.operand.name)
    constant = node.operand.value if isinstance(node.operand, Constant) else parameters[node.operand.name]
    return _never if constant is None else _constant(_COMPARE[node.op], node.fact, constant)


def _all(tests: tuple[Test, ...]) -> Test:
    def test(facts: Facts) -> bool | None:
        result: bool | None = True
        for each in tests:
            truth = each(facts)
            if truth is False:
                return False
            if truth is None:
                result = None
        return result

    return test


def _any(tests: tuple[Test, ...]) -> Test:
    def test(facts: Facts) -> bool | None:
        result: bool | None = False
        for each in tests:
            truth = each(facts)
            if truth is True:
                return True
            if truth is None:
                result = None
        return result

    return test


def _opposite(inner: Test) -> Test:
    def test(facts: Facts) -> bool | None:
        truth = inner(facts)
        return None if truth is None else not truth

    return test


def _exists(name: str) -> Test:
    return lambda facts: name in facts


def _member(name: str, values: frozenset[Value]) -> Test:
    return lambda facts: facts[name] in values if name in facts else None


def _facts(compare: Callable[[Any, Any], bool], left: str, right: str) -> Test:
    return lambda facts: compare(facts[left], facts[right]) if left in facts and right in facts else None


def _constant(compare: Callable[[Any, Any], bool], name: str, value: Value) -> Test:
    return lambda facts: compare(facts[name], value) if name in facts else None


def _never(facts: Facts) -> None:
    return None
