"""Test cases of a ruleset: answers and a date, and what must come of them. Readable by a lawyer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from ..deadlines import Calendar
from ..definitions.pointer import get, join
from ..definitions.types import Json, Problem, text
from .compile import Compiled, compile_ruleset
from .facts import extract_facts
from .generate import traced
from .types import And, Compare, Condition, Exists, Member, Not, Or, Ruleset, Value, Verdict

_TRUTHS = ("met", "unmet", "unknown")


@dataclass(frozen=True)
class CaseReport:
    """How a ruleset's test cases went: failures with their places, and what no case reaches."""

    cases: int
    failures: tuple[Problem, ...]
    never_met: tuple[str, ...]
    never_unmet: tuple[str, ...]
    truths: Mapping[str, frozenset[str]] = field(default_factory=dict)
    conditions: Mapping[str, frozenset[bool]] = field(default_factory=dict)
    """By its place in the ruleset, whether each condition was seen met (True) and unmet (False)."""

    @property
    def coverage(self) -> float:
        """The share of rules that some case meets and another does not."""
        rules = len(self.truths)
        reached = sum({"met", "unmet"} <= seen for seen in self.truths.values())
        return reached / rules if rules else 1.0

    @property
    def half_seen(self) -> tuple[str, ...]:
        """The places of the conditions that were not seen both met and unmet."""
        return tuple(place for place, seen in self.conditions.items() if len(seen) < 2)


def run_cases(ruleset: Ruleset, document: Mapping[str, Json], calendar: Calendar | None = None) -> CaseReport:
    """Run the cases of ``rules/<code>.cases.json`` on a ruleset."""
    failures: list[Problem] = []
    seen: dict[str, set[str]] = {rule.name: set() for rule in ruleset.read}
    places = [node for rule in ruleset.rules for node in traced(rule.condition)]
    conditions: dict[str, set[bool]] = {
        node.pointer: set()
        for rule in ruleset.read
        for node in traced(rule.condition)
        if not isinstance(node, And | Or | Not) and not _settled(ruleset, node)
    }
    editions: dict[tuple[Value | None, ...], Compiled] = {}
    cases = document.get("cases", [])
    for index, case in enumerate(cases):
        on = date.fromisoformat(case["on"])
        facts = extract_facts(ruleset, case["answers"], on, calendar)
        named = (
            get(case["answers"], str(ruleset.document["dated_by"])) if "dated_by" in ruleset.document else on
        )
        day = _date(named) or on
        # only the parameters of a day tell one compilation from another
        edition = tuple(parameter.on(day) for parameter in ruleset.parameters.values())
        if edition not in editions:
            editions[edition] = compile_ruleset(ruleset, day)
        compiled = editions[edition]
        verdict = compiled.evaluate(facts)
        for rule, truth in verdict.truths.items():
            seen[rule].add(truth)
        for node, known in zip(places, compiled.traced(facts).truths, strict=True):
            if known is not None and node.pointer in conditions:
                conditions[node.pointer].add(known)
        failures += _compare(verdict, case["expect"], join("cases", index, "expect"))
    return CaseReport(
        len(cases),
        tuple(failures),
        tuple(name for name, truths in seen.items() if "met" not in truths),
        tuple(name for name, truths in seen.items() if "unmet" not in truths),
        {name: frozenset(truths) for name, truths in seen.items()},
        {place: frozenset(truths) for place, truths in conditions.items()},
    )


def _settled(ruleset: Ruleset, node: Condition) -> bool:
    """Tell whether a condition is on a parameter, which no case can make another."""
    return isinstance(node, Compare | Member | Exists) and bool(ruleset.scope[node.fact].parameter)


def _date(value: Any) -> date | None:
    try:
        return value if isinstance(value, date) else date.fromisoformat(str(value))
    except ValueError:
        return None


def _compare(verdict: Verdict, expected: Mapping[str, Any], pointer: str) -> list[Problem]:
    found = []
    for wanted in _TRUTHS:
        for index, rule in enumerate(expected.get(wanted, ())):
            truth = verdict.truths.get(rule)
            if truth != wanted:
                said = truth or "-"
                found.append(
                    Problem(
                        pointer + join(wanted, index),
                        "case-failed",
                        text(
                            f"规则“{rule}”应为 {wanted}，实际为 {said}",
                            f"the rule {rule!r} should be {wanted} and is {said}",
                        ),
                        text("请核对规则或用例", "check the rule or the case"),
                    )
                )
    given = [(o.type, o.target) for o in verdict.outcomes if o.truth == "met"]
    for index, outcome in enumerate(expected.get("outcomes", ())):
        ((kind, target),) = outcome.items()
        if (kind, target if isinstance(target, str) else None) not in given:
            found.append(
                Problem(
                    pointer + join("outcomes", index),
                    "case-failed",
                    text(f"应有结果 {kind} {target}，实际没有", f"the outcome {kind} {target} is missing"),
                    text("请核对规则或用例", "check the rule or the case"),
                )
            )
    return found
