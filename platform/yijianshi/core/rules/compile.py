"""The core's own evaluator: a ruleset compiled for a date, deciding in three values, with its trace."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from ..definitions.types import Json
from .generate import Decide, Source, Truths
from .trace import Tell, Trace, telling
from .types import Outcome, Ruleset, Truth, Value, Verdict, facts_in

Facts = Mapping[str, Any]

WORDS: dict[bool | None, Truth] = {True: "met", False: "unmet", None: "unknown"}


@dataclass(frozen=True)
class Compiled:
    """A ruleset compiled for a date: parameters resolved, one generated function for all rules."""

    ruleset: Ruleset
    on: date
    parameters: Mapping[str, Value | None]
    decide: Decide
    """Facts to the truth (True, False, None) of every rule, in document order."""

    @cached_property
    def _tracing(self) -> Decide:
        return Source(self.ruleset, self.parameters).tracing()

    @cached_property
    def _telling(self) -> Tell:
        return telling(self.ruleset, self.parameters)

    @cached_property
    def _outcomes(self) -> tuple[dict[bool | None, tuple[Outcome, ...]], ...]:
        """Give the outcomes of every rule for each truth that has any."""
        return tuple(
            {
                truth: tuple(
                    Outcome(
                        rule.name,
                        WORDS[truth],
                        o.type,
                        o.target,
                        o.reason,
                        o.basis,
                        o.value,
                        o.matter,
                        rule.priority,
                    )
                    for o in rule.outcomes
                )
                for truth in (True, None)
            }
            for rule in self.ruleset.rules
        )

    @cached_property
    def _names(self) -> tuple[str, ...]:
        return tuple(rule.name for rule in self.ruleset.rules)

    def truths(self, facts: Facts) -> dict[str, Truth]:
        """Give the truth of every rule."""
        return dict(zip(self._names, map(WORDS.__getitem__, self.decide(facts)), strict=True))

    def evaluate(self, facts: Facts) -> Verdict:
        """Decide: every rule's truth, the outcomes met or still unknown, the facts missing."""
        truths = self.decide(facts)
        outcomes: list[Outcome] = []
        for truth, given in zip(truths, self._outcomes, strict=True):
            if truth is not False:
                outcomes += given[truth]
        missing: set[str] = set()
        if None in truths:
            for rule, truth in zip(self.ruleset.rules, truths, strict=True):
                if truth is None:
                    missing.update(self._missing(rule.condition, facts))
        words = dict(zip(self._names, map(WORDS.__getitem__, truths), strict=True))
        return Verdict(self.ruleset.code, words, tuple(outcomes), tuple(sorted(missing)))

    def asserted(self, truths: Truths) -> dict[str, Value]:
        """Give the facts that rules assert, where they are decided."""
        found: dict[str, Value] = {}
        for name, asserters in self.ruleset.asserters.items():
            value = self.ruleset.facts[name].otherwise
            for rule, asserted in asserters:
                if truths[rule] is not False:
                    value = asserted if truths[rule] else None
                    break
            if value is not None:
                found[name] = value
        return found

    def traced(self, facts: Facts) -> Trace:
        """Decide with the truth of every node of every rule."""
        return Trace(self.ruleset, facts, self._tracing(facts), self._telling)

    def trace(self, facts: Facts) -> dict[str, Json]:
        """Explain every rule node by node: truth, the fact's value, what it was held against, the place."""
        return self.traced(facts).to_json()

    def _missing(self, condition: Any, facts: Facts) -> set[str]:
        """Name the answers that an unknown condition waits for, through facts that rules assert."""
        found: set[str] = set()
        waiting, seen = list(facts_in(condition)), set()
        while waiting:
            name = waiting.pop()
            if name in seen or (name in facts and "[]" not in name):
                continue
            seen.add(name)
            group, rows, _ = name.partition("[]")
            if rows:
                # a row may lack the property, or the whole group is missing
                found |= {name} if group in facts and _lacking(name, facts[group]) else set()
            elif self.ruleset.facts[name].asserted:
                waiting += [
                    inner
                    for rule, _ in self.ruleset.asserters[name]
                    for inner in facts_in(self.ruleset.rules[rule].condition)
                ]
            else:
                found.add(name)
        return found


def _lacking(name: str, rows: Any) -> bool:
    inner = name.partition("[].")[2]
    return bool(inner) and any(inner not in row for row in rows)


def compile_ruleset(ruleset: Ruleset, on: date) -> Compiled:
    """Compile a ruleset for the date whose parameters are to hold."""
    parameters = {name: parameter.on(on) for name, parameter in ruleset.parameters.items()}
    ruleset = ruleset.given(parameters)
    return Compiled(ruleset, on, parameters, Source(ruleset, parameters).deciding())
