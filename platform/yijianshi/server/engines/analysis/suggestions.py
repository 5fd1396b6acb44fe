"""Test cases worth having: the fewest facts that reach every rule, met and unmet, and every boundary.

What cases there are reach already is left out. Each goal is a formula. First each case is chosen to reach as many of the goals still open as one case
can (Z3's MaxSAT), until none is left; then it is sought whether fewer would do (``smallest``).
"""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import z3

from ....core.definitions.types import Json, Text
from ....core.rules import Compiled
from ....core.rules.aims import Aim, Key
from .domains import Domain
from .goals import Goal, goals_of
from .model import Model
from .smallest import FEW, MILLISECONDS, Reached, Search, smallest
from .watch import Watch

SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One case: facts, the truth of every rule on them, and what it is worth having for."""

    facts: Mapping[str, Any]
    truths: Mapping[str, str]
    goals: tuple[str, ...]

    def to_json(self) -> dict[str, Json]:
        """Give the suggestion as JSON."""
        return {"facts": dict(self.facts), "expect": dict(self.truths), "goals": list(self.goals)}


@dataclass(frozen=True, slots=True)
class Suggestions:
    """Cases that together reach every goal that can be reached, and how near to the fewest they are.

    At least ``least`` cases are needed, whatever they are. ``apart`` are goals no two of which one
    case reaches. ``impossible`` goals no case reaches; of the ``unsettled`` it is not known in time.
    ``never`` and ``open_`` say both in words, once for each goal.
    """

    cases: tuple[Suggestion, ...]
    least: int = 0
    greedy: int = 0
    """So many cases the first, quick choice took."""
    apart: tuple[Aim, ...] = ()
    impossible: tuple[str, ...] = ()
    unsettled: tuple[str, ...] = ()
    never: tuple[Text, ...] = ()
    open_: tuple[Text, ...] = ()

    @property
    def proven(self) -> bool:
        """Whether it is proven that no fewer cases reach every goal."""
        return not self.unsettled and self.least == len(self.cases)


def suggest(
    compiled: Compiled,
    domains: Mapping[str, Domain] | None = None,
    seconds: float = SECONDS,
    reached: Collection[Key] = (),
    watch: Watch | None = None,
) -> Suggestions:
    """Give the fewest cases that together reach every goal that can be reached and is not ``reached`` already.

    ``watch`` is told how far it is; raises Stopped once it is stopped.
    """
    return _suggest(compiled, domains or {}, time.monotonic() + seconds, reached, watch or Watch())


def _suggest(
    compiled: Compiled,
    domains: Mapping[str, Domain],
    until: float,
    reached_before: Collection[Key],
    watch: Watch,
) -> Suggestions:
    model = Model(compiled, domains)
    everything = goals_of(model, reached_before)
    left = dict(enumerate(everything))
    taken: list[Any] = []
    while left and time.monotonic() < until:
        watch.pass_by(len(everything) - len(left), len(everything), len(taken))
        found = (_most(model, left) if len(left) <= FEW else None) or _many(model, left)
        reached = [] if found is None else [n for n, goal in left.items() if _reaches(found, goal)]
        if not reached:
            break
        for number in reached:
            del left[number]
        taken.append(found)
    impossible = [n for n, goal in left.items() if time.monotonic() < until and _never(model, goal)]
    goals = [goal for n, goal in enumerate(everything) if n not in left]
    watch.pass_by(len(goals), len(everything), len(taken))
    search = Search(model, goals, until, watch)
    greedy = [search.know(found) for found in taken]
    chosen, least = smallest(search, greedy)
    unsettled = [n for n in left if n not in impossible]
    return Suggestions(
        _told(compiled, model, search, chosen),
        # with rows left out of the model, a case with more of them might reach more at once
        least if model.whole else min(1, len(chosen)),
        len(greedy),
        tuple(goals[number].aim for number in search.apart) if model.whole else (),
        tuple(name for n in impossible for name in left[n].names),
        tuple(name for n in unsettled for name in left[n].names),
        tuple(left[n].said for n in impossible),
        tuple(left[n].said for n in unsettled),
    )


def _told(
    compiled: Compiled, model: Model, search: Search, chosen: Sequence[Reached]
) -> tuple[Suggestion, ...]:
    """Write the cases, those first that reach most of what none before them does."""
    made: list[Suggestion] = []
    open_ = set(range(len(search.goals)))
    waiting = list(chosen)
    while waiting:
        best = max(waiting, key=lambda reached: len(reached & open_))
        waiting.remove(best)
        new, open_ = best & open_, open_ - best
        if not new:
            continue
        facts = model.facts(_pleasant(model, search, best))
        names = tuple(name for number in sorted(new) for name in search.goals[number].names)
        made.append(Suggestion(facts, compiled.truths(facts), names))
    return tuple(made)


def _pleasant(model: Model, search: Search, reached: Reached) -> Any:
    """Give a case that reaches the same and reads better, where one is found in time."""
    solver = z3.Optimize()
    solver.set("timeout", MILLISECONDS)
    solver.add(*model.limits, *model.form, *(search.goals[number].formula for number in reached))
    for modest in model.modest:
        solver.add_soft(modest)
    return solver.model() if solver.check() == z3.sat else search.found[reached]


def _reaches(found: Any, goal: Goal) -> bool:
    return bool(z3.is_true(found.eval(goal.formula, model_completion=True)))


def _never(model: Model, goal: Goal) -> bool:
    solver = z3.Solver()
    solver.set("timeout", MILLISECONDS)
    solver.add(*model.limits, *model.form, goal.formula)
    return bool(solver.check() == z3.unsat)


def _most(model: Model, goals: Mapping[int, Goal]) -> Any:
    solver = z3.Optimize()
    solver.set("timeout", MILLISECONDS)
    solver.add(*model.limits, *model.form, z3.Or(*(goal.formula for goal in goals.values())))
    for goal in goals.values():
        solver.add_soft(goal.formula)
    for modest in model.modest:
        solver.add_soft(modest, "0.01")
    return solver.model() if solver.check() == z3.sat else None


def _many(model: Model, goals: Mapping[int, Goal]) -> Any:
    """Reach one goal, then each further one that goes with those reached; for goals too many for MaxSAT."""
    solver = z3.Solver()
    solver.set("timeout", MILLISECONDS)
    solver.add(*model.limits, *model.form, z3.Or(*(goal.formula for goal in goals.values())))
    if solver.check() != z3.sat:
        return None
    found = solver.model()
    for goal in list(goals.values())[:FEW]:
        if solver.check(goal.formula) == z3.sat:
            found = solver.model()
            solver.add(goal.formula)
    return found
