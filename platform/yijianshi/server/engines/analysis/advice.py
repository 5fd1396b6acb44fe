"""The smallest change of facts that turns a decision: what an applicant could do to be eligible."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import z3

from ....core.definitions.types import Json, Text, text
from ....core.rules import Compiled, say_facts
from ....core.rules.types import PLACES
from .domains import Domain
from .model import ONE_AT_A_TIME, Formula, Model

MILLISECONDS = 3_000


@dataclass(frozen=True, slots=True)
class Advice:
    """The facts to change and to what; ``sentence`` tells it."""

    changes: Mapping[str, Any]
    sentence: Text

    def to_json(self) -> dict[str, Json]:
        """Give the advice as JSON."""
        return {"changes": dict(self.changes), "sentence": dict(self.sentence)}


def advise(
    compiled: Compiled,
    facts: Mapping[str, Any],
    domains: Mapping[str, Domain] | None = None,
    fixed: frozenset[str] = frozenset(),
) -> Advice | None:
    """Give the least change after which no rule denies and none is unknown.

    Fewest facts first, then the nearest values; facts marked as not changeable, those in ``fixed`` and
    rows of groups stay as they are. None when there is no such change, or none was found in time.
    """
    with ONE_AT_A_TIME:
        changes = _changes(compiled, facts, domains or {}, fixed)
    if changes is None:
        return None
    denied = _denials(compiled)
    truths = compiled.decide({**facts, **changes})
    if any(truths[number] is not False for number in denied):
        return None
    ruleset = compiled.ruleset
    return Advice(
        changes,
        text(
            f"如果{say_facts(ruleset, changes, 'zh')}，则符合条件",
            f"with {say_facts(ruleset, changes, 'en')} the conditions would be met",
        ),
    )


def _denials(compiled: Compiled) -> list[int]:
    return [
        number
        for number, rule in enumerate(compiled.ruleset.rules)
        if any(outcome.type == "deny" for outcome in rule.outcomes)
    ]


def _changes(
    compiled: Compiled, facts: Mapping[str, Any], domains: Mapping[str, Domain], fixed: frozenset[str]
) -> dict[str, Any] | None:
    rows = {
        n: facts[n] for n, f in compiled.ruleset.facts.items() if f.type in ("list", "group") and n in facts
    }
    model = Model(compiled, domains, rows)
    solver = z3.Optimize()
    solver.set("timeout", MILLISECONDS)
    solver.add(*model.limits, *model.form)
    denied = _denials(compiled)
    if not denied:
        return None
    solver.add(*(model.rules[number][1] for number in denied))
    distance: list[Formula] = []
    for name, fact, variable, known in model.variables():
        if name not in facts:
            # what is not answered yet may be answered with anything
            continue
        solver.add(known)
        same = model.equals(name, facts[name])
        if not fact.changeable or name in fixed or z3.is_false(same):
            solver.add(same)
            continue
        solver.add_soft(same, "1000000000000")
        if fact.type in PLACES or fact.type == "date":
            was = same.children()[1]
            distance.append(z3.If(variable >= was, variable - was, was - variable))
    if distance:
        solver.minimize(z3.Sum(*distance))
    if solver.check() != z3.sat:
        return None
    found = model.facts(solver.model())
    return {name: value for name, value in found.items() if name in facts and value != facts[name]}
