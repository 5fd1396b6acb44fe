"""Test cases worth having: few facts that reach every rule, met and unmet, and every boundary.

Each goal is a formula; each case is chosen to reach as many of the goals still open as one case
can (Z3's MaxSAT), until none is left. That is the greedy cover: small, not provably the smallest.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import z3

from ....core.definitions.types import Json
from ....core.rules import Compiled
from ....core.rules.types import NUMERIC, PLACES, And, Compare, Condition, Not, Or
from .domains import Domain
from .model import ONE_AT_A_TIME, Formula, Model, give_way

SECONDS = 20.0
MILLISECONDS = 1_500
FEW = 60
"""So many goals at most are weighed against one another at once."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One case: facts, the truth of every rule on them, and what it is worth having for."""

    facts: Mapping[str, Any]
    truths: Mapping[str, str]
    goals: tuple[str, ...]

    def to_json(self) -> dict[str, Json]:
        """Give the suggestion as JSON."""
        return {"facts": dict(self.facts), "expect": dict(self.truths), "goals": list(self.goals)}


def suggest(
    compiled: Compiled, domains: Mapping[str, Domain] | None = None, seconds: float = SECONDS
) -> tuple[list[Suggestion], list[str]]:
    """Give cases that together reach every goal that can be reached, and the goals not reached."""
    with ONE_AT_A_TIME:
        return _suggest(compiled, domains or {}, time.monotonic() + seconds)


def _suggest(
    compiled: Compiled, domains: Mapping[str, Domain], until: float
) -> tuple[list[Suggestion], list[str]]:
    model = Model(compiled, domains)
    goals = dict(_goals(model))
    made: list[Suggestion] = []
    while goals and time.monotonic() < until:
        give_way()
        facts, reached = _best(model, goals)
        if not reached:
            break
        for goal in reached:
            del goals[goal]
        made.append(Suggestion(facts, compiled.truths(facts), tuple(reached)))
    return made, list(goals)


def _best(model: Model, goals: Mapping[str, Formula]) -> tuple[dict[str, Any], list[str]]:
    """Give the facts that reach most of the goals, one of which they must."""
    found = (_most(model, goals) if len(goals) <= FEW else None) or _many(model, goals)
    if found is None:
        return {}, []
    reached = [name for name, goal in goals.items() if z3.is_true(found.eval(goal, model_completion=True))]
    return model.facts(found), reached


def _most(model: Model, goals: Mapping[str, Formula]) -> Any:
    solver = z3.Optimize()
    solver.set("timeout", MILLISECONDS)
    solver.add(*model.limits, *model.form, z3.Or(*goals.values()))
    for goal in goals.values():
        solver.add_soft(goal)
    for modest in model.modest:
        solver.add_soft(modest, "0.01")
    return solver.model() if solver.check() == z3.sat else None


def _many(model: Model, goals: Mapping[str, Formula]) -> Any:
    """Reach one goal, then each further one that goes with those reached; for goals too many for MaxSAT."""
    solver = z3.Solver()
    solver.set("timeout", MILLISECONDS)
    solver.add(*model.limits, *model.form, z3.Or(*goals.values()))
    if solver.check() != z3.sat:
        return None
    found = solver.model()
    for goal in list(goals.values())[:FEW]:
        if solver.check(goal) == z3.sat:
            found = solver.model()
            solver.add(goal)
    return found


def _goals(model: Model) -> Iterator[tuple[str, Formula]]:
    """Yield what cases should reach: each rule met and unmet, each limit exactly and just beside it."""
    for rule, (met, unmet) in zip(model.ruleset.rules, model.rules, strict=True):
        yield f"{rule.name}: met", met
        yield f"{rule.name}: unmet", unmet
    for rule in model.ruleset.rules:
        for leaf in _limits(rule.condition):
            kind = model.ruleset.scope[leaf.fact].type
            if kind not in PLACES and kind != "date":
                continue
            value, limit = model.value(leaf.fact), model.limit(leaf.operand)
            if limit is None:
                continue
            top, bottom = limit
            unit = 10 ** PLACES.get(kind, 0)
            whole, rest = divmod(top * unit, bottom)
            step = unit if kind in NUMERIC and whole % unit == 0 else 1
            if not rest:
                yield f"{leaf.pointer}: =", value == whole
            yield f"{leaf.pointer}: <", z3.And(value < whole, value >= whole - step)
            yield f"{leaf.pointer}: >", z3.And(value > whole, value <= whole + step)


def _limits(node: Condition) -> Iterator[Compare]:
    if isinstance(node, And | Or):
        for part in node.parts:
            yield from _limits(part)
    elif isinstance(node, Not):
        yield from _limits(node.part)
    elif isinstance(node, Compare) and "[]" not in node.fact:
        yield node
