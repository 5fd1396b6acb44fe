"""The smallest change of facts that turns a decision: what an applicant could do to be eligible."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import z3

from ....core.definitions.types import Json, Text, text
from ....core.rules import Compiled, say_facts
from ....core.rules.sentences import Options, Titles
from ....core.rules.types import PLACES, Fact
from .domains import EARLIEST, LATEST, Domain
from .model import Formula, Model

SECONDS = 3.0
"""For one advice."""


class NotSettled(Exception):
    """Whether some change would turn the decision was not found out in time."""


_Found = tuple[dict[str, Any], dict[str, Any]]
"""What to change of what is answered, and answers that go with it to what is not."""


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
    seconds: float = SECONDS,
    titles: Titles | None = None,
    options: Options | None = None,
) -> Advice | None:
    """Give the least change after which no rule denies; None when there is no such change.

    Fewest facts first, then the nearest values; facts marked as not changeable, those in ``fixed`` and
    rows of groups stay as they are. A rule that waits for an answer may go on waiting. Raises NotSettled
    when the time was too short, or the evaluator does not confirm what was found.
    """
    until = time.monotonic() + seconds
    found = _asked(compiled, facts, domains or {}, fixed, until)
    if found is None:
        return None
    changes, answers = found
    if not _turned(compiled, facts, {**changes, **answers}):
        raise NotSettled
    for name in list(answers):
        # what is not answered yet is told only where the change alone does not do
        fewer = {other: value for other, value in answers.items() if other != name}
        if _turned(compiled, facts, {**changes, **fewer}):
            answers = fewer
    changes = {**changes, **answers}
    ruleset = compiled.ruleset
    return Advice(
        changes,
        text(
            f"如果{say_facts(ruleset, changes, 'zh', titles, options)}，则符合条件",
            f"with {say_facts(ruleset, changes, 'en', titles, options)} the conditions would be met",
        ),
    )


def _asked(
    compiled: Compiled,
    facts: Mapping[str, Any],
    domains: Mapping[str, Domain],
    fixed: frozenset[str],
    until: float,
) -> _Found | None:
    try:
        return _Search(compiled, facts, domains, fixed).run(until)
    except z3.Z3Exception as error:
        raise NotSettled from error


def denials(compiled: Compiled) -> list[int]:
    """Number the rules that deny."""
    return [
        number
        for number, rule in enumerate(compiled.ruleset.rules)
        if any(outcome.type == "deny" for outcome in rule.outcomes)
    ]


def _turned(compiled: Compiled, facts: Mapping[str, Any], changes: Mapping[str, Any]) -> bool:
    """Tell whether no rule denies after a change, nor waits for an answer that did not before."""
    before, after = compiled.decide(facts), compiled.decide({**facts, **changes})
    return all(after[n] is False or (after[n] is None and before[n] is None) for n in denials(compiled))


class _Search:
    """The question as Z3 is asked it."""

    def __init__(
        self,
        compiled: Compiled,
        facts: Mapping[str, Any],
        domains: Mapping[str, Domain],
        fixed: frozenset[str],
    ) -> None:
        declared = compiled.ruleset.facts
        self._facts = facts
        self._fixed = fixed | {name for name, fact in declared.items() if not fact.changeable}
        rows = {n: facts[n] for n, f in declared.items() if f.type in ("list", "group") and n in facts}
        # what stays as it is need not be what the form would take
        may = {name: domain for name, domain in domains.items() if name not in self._fixed}
        self._model = Model(compiled, may, rows)
        self._denied = denials(compiled)
        self._same: dict[str, Formula] = {}

    def run(self, until: float) -> _Found | None:
        """Give what to change of what is answered, and answers that go with it to what is not.

        None when there is none; raises NotSettled.
        """
        if not self._denied:
            return None
        solver = z3.Optimize()
        solver.add(*self._model.limits, *self._model.form)
        solver.add(*(self._model.rules[number][1] for number in self._denied))
        self._hold(solver)
        left = until - time.monotonic()
        if left <= 0:
            raise NotSettled
        solver.set("timeout", max(1, int(left * 1000)))
        # the optimiser looks at its own time limit only between steps
        guard = threading.Timer(left, z3.main_ctx().interrupt)
        guard.start()
        try:
            answer = solver.check()
        finally:
            guard.cancel()
        if answer == z3.unsat:
            return None
        if answer != z3.sat:
            raise NotSettled
        return self._read(solver.model())

    def _hold(self, solver: Any) -> None:
        """Hold what cannot change to what it is, and the rest as near to it as can be."""
        distance: list[Formula] = []
        for name, fact, variable, known in self._model.variables():
            if name not in self._facts:
                continue  # what is not answered yet may be answered with anything
            solver.add(known)
            same = self._as_it_is(name, fact)
            if name in self._fixed:
                solver.add(same)
            elif not z3.is_false(same):
                self._same[name] = same
                solver.add_soft(same, "1000000000000")
                if fact.type in PLACES or fact.type == "date":
                    was = same.children()[1]
                    distance.append(z3.If(variable >= was, variable - was, was - variable))
        if distance:
            solver.minimize(z3.Sum(*distance))

    def _as_it_is(self, name: str, fact: Fact) -> Formula:
        value = self._facts[name]
        if fact.type == "date" and not EARLIEST.isoformat() <= value <= LATEST.isoformat():
            raise NotSettled
        same = self._model.equals(name, value)
        if not z3.is_false(same):
            return same
        # a text that the rules do not speak of is like any other such, where the form allows one
        return self._model.other(name)

    def _read(self, found: Any) -> _Found:
        told = self._model.facts(found)
        stayed = {name for name, same in self._same.items() if z3.is_true(found.eval(same))}
        known = {
            name: value
            for name, value in told.items()
            if name in self._facts and name not in stayed | self._fixed and value != self._facts[name]
        }
        return known, {n: v for n, v in told.items() if n not in self._facts and n not in self._fixed}
