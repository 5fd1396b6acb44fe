"""The platform's own engines as contestants."""

from __future__ import annotations

from typing import Any

from ...core.rules import extract_facts
from ...server.engines.decider import Agreement, Decider
from ...server.engines.durable import DurableEngine
from .contestant import Contestant, Unequal
from .made import ON, Suite, answers

DECIDE = "compiled, met/unmet/unknown"
EVALUATE = "compiled, outcomes with reasons"
TRACED = "compiled, truth of every node"
TRACE = "compiled, full trace as JSON"
ANSWERS = "compiled, from the answers"
TWO_ENGINES = "two engines, worker included"


def decide(suite: Suite) -> Contestant:
    """The truth of every rule: what zen-engine and durable_rules give, and the unknown besides."""
    return Contestant(DECIDE, suite.cases, suite.compiled.decide, _numbers)


def evaluate(suite: Suite) -> Contestant:
    """The verdict with its outcomes, reasons and bases."""
    return Contestant(EVALUATE, suite.cases, suite.compiled.evaluate, _verdict)


def traced(suite: Suite) -> Contestant:
    """The truth of every node of every rule, from which the trace is told."""
    compiled = suite.compiled
    names = [rule.name for rule in compiled.ruleset.rules]

    def met(trace: Any) -> frozenset[int]:
        said = trace.to_json()
        return frozenset(number for number, name in enumerate(names) if said[name]["truth"] == "met")

    return Contestant(TRACED, suite.cases, compiled.traced, met)


def trace(suite: Suite) -> Contestant:
    """The trace told as JSON: truth, value and place of every node."""
    names = [rule.name for rule in suite.compiled.ruleset.rules]

    def met(said: Any) -> frozenset[int]:
        return frozenset(number for number, name in enumerate(names) if said[name]["truth"] == "met")

    return Contestant(TRACE, suite.cases, suite.compiled.trace, met)


def from_answers(suite: Suite) -> Contestant:
    """The truth of every rule with the facts taken out of nested answers first."""
    compiled = suite.compiled
    return Contestant(
        ANSWERS,
        [answers(case) for case in suite.cases],
        lambda given: compiled.decide(extract_facts(compiled.ruleset, given, ON)),
        _numbers,
    )


def two_engines(suite: Suite) -> Contestant:
    """The decision as the server takes it: compiled, durable_rules in a worker process, compared."""
    engine = DurableEngine(workers=1)
    decider = Decider(engine)
    compiled = suite.compiled

    def decided(case: Any) -> Any:
        verdict = compiled.evaluate(case)
        agreement = decider.decide([(compiled, case, verdict)])
        if not isinstance(agreement, Agreement):
            raise Unequal(f"{TWO_ENGINES}: {agreement.to_json()}")
        return verdict

    return Contestant(TWO_ENGINES, suite.cases, decided, _verdict, engine.close)


def _numbers(truths: Any) -> frozenset[int]:
    return frozenset(number for number, truth in enumerate(truths) if truth)


def _verdict(verdict: Any) -> frozenset[int]:
    return frozenset(number for number, truth in enumerate(verdict.truths.values()) if truth == "met")
