"""Trying a ruleset: sample facts decided by both engines, explained."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ...core.definitions.types import Json, Text, text
from ...core.rules import Compiled, Verdict, say_facts
from ...core.rules.explained import Explainer, Node
from ..engines.decider import Agreement, Decider, Disagreement
from ..rule_advice import Advise, Counsel, counsel
from ..rule_elements import Elements, options, titles

_FIELDS = {"boolean": "yes_no", "list": "group"}
MOST_ROWS = 20


@dataclass(frozen=True)
class Tried:
    """What both engines say of sample facts; without agreement nothing but that."""

    compiled: Compiled
    facts: Mapping[str, Any]
    verdict: Verdict
    engines: Agreement | Disagreement
    trace: Mapping[str, Node]
    asserted: Mapping[str, Any]
    said: Text
    advice: Counsel | None

    @property
    def agreed(self) -> bool:
        """Whether there is a verdict."""
        return isinstance(self.engines, Agreement)

    def having(self, truth: str) -> list[str]:
        """Name the rules that are met, unmet or unknown."""
        return [rule for rule, is_ in self.verdict.truths.items() if is_ == truth]

    def to_json(self) -> dict[str, Json]:
        """Give the attempt as JSON."""
        told: dict[str, Json] = {
            "on": self.compiled.on.isoformat(),
            "facts": dict(self.facts),
            "engines": self.engines.to_json(),
            "verdict": None,
        }
        if self.agreed:
            told |= {
                "verdict": self.verdict.to_json(),
                "asserted": dict(self.asserted),
                "trace": {rule: node.to_json() for rule, node in self.trace.items()},
                "advice": self.advice and self.advice.to_json(),
            }
        return told


def try_facts(
    compiled: Compiled, facts: Mapping[str, Any], elements: Elements, decider: Decider, advise: Advise
) -> Tried:
    """Decide facts with both engines, and explain."""
    ruleset = compiled.ruleset
    verdict = compiled.evaluate(facts)
    engines = decider.decide([(compiled, facts, verdict)])
    words = titles(elements), options(elements)
    explainer, trace = Explainer(ruleset, *words), compiled.trace(facts)
    agreed = isinstance(engines, Agreement)
    decided = compiled.asserted(compiled.decide(facts))
    asserted = {name: value for name, value in decided.items() if not ruleset.facts[name].parameter}
    return Tried(
        compiled,
        facts,
        verdict,
        engines,
        {rule.name: explainer.rule(rule, trace[rule.name]) for rule in ruleset.read},
        asserted,
        text(say_facts(ruleset, asserted, "zh", *words), say_facts(ruleset, asserted, "en", *words)),
        counsel(compiled, facts, elements, advise=advise) if agreed else None,
    )
