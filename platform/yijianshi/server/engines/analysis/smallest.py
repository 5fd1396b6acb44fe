"""The fewest cases that reach every goal, and the proof that fewer do not.

The goals are shared out to so many cases by SAT, beginning with as many as there are goals no two of
which any case reaches. Z3 is asked for the facts of each share; where there are none, the goals that
stand in each other's way are told to SAT, until it has shares that all have facts, or shows that so
many cases are too few. Nothing but time bounds the cases that are considered.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from itertools import combinations
from typing import Any

import z3

from .goals import Goal
from .model import Model
from .watch import Watch

MILLISECONDS = 1_500
FEW = 60
"""Of so many goals at most every two are asked about; of more, only as they are needed."""

Reached = frozenset[int]


class Unsettled(Exception):
    """What was asked is not settled in time."""


class Search:
    """Cases (models of Z3) by the goals they reach, by number, and goals that no case reaches together."""

    def __init__(self, model: Model, goals: Sequence[Goal], until: float, watch: Watch) -> None:
        self.goals = goals
        self._watch = watch
        self.found: dict[Reached, Any] = {}
        self.apart: tuple[int, ...] = ()
        """Goals no two of which one case reaches."""
        self._conflicts: dict[Reached, None] = {}
        self._until = until
        self._solver = z3.Solver()
        self._solver.set("timeout", MILLISECONDS)
        self._solver.add(*model.limits, *model.form)
        self._marks = [z3.Bool(f"goal {number}") for number in range(len(goals))]
        self._numbers = {mark.get_id(): number for number, mark in enumerate(self._marks)}
        self._solver.add(*(z3.Implies(m, g.formula) for m, g in zip(self._marks, goals, strict=True)))

    def know(self, model: Any) -> Reached:
        """Take in a case that was found, and give what it reaches."""
        reached = frozenset(
            number
            for number, goal in enumerate(self.goals)
            if z3.is_true(model.eval(goal.formula, model_completion=True))
        )
        self.found.setdefault(reached, model)
        return reached

    def together(self, goals: Iterable[int]) -> Reached | None:
        """Give what a case reaches that reaches all of these; None when there is no such case."""
        wanted = frozenset(goals)
        for reached in self.found:
            if wanted <= reached:
                return reached
        if any(conflict <= wanted for conflict in self._conflicts):
            return None
        if not self._ask(wanted):
            self._conflicts[self._core(wanted)] = None
            return None
        return self.know(self._solver.model())

    def _core(self, wanted: Reached) -> Reached:
        """Give the few of goals that stand in each other's way; the solver has just said that they do."""
        core = {self._numbers[mark.get_id()] for mark in self._solver.unsat_core()}
        for number in sorted(core & wanted):
            if not self._ask(core - {number}):
                core = {self._numbers[mark.get_id()] for mark in self._solver.unsat_core()}
        return frozenset(core)

    def _ask(self, wanted: Iterable[int]) -> bool:
        self._watch.pass_by()
        if time.monotonic() >= self._until:
            raise Unsettled
        answer = self._solver.check(*(self._marks[number] for number in sorted(wanted)))
        if answer == z3.unknown:
            raise Unsettled
        return bool(answer == z3.sat)

    def set_apart(self) -> None:
        """Find goals no two of which one case reaches: one after another, those first that go with fewest."""
        numbers = range(len(self.goals))
        if len(self.goals) <= FEW:
            for pair in combinations(numbers, 2):
                self.together(pair)
        beside: list[set[int]] = [set() for _ in numbers]
        for reached in self.found:
            for number in reached:
                beside[number] |= reached
        order = sorted(numbers, key=lambda number: len(beside[number]))
        for first in order if len(self.goals) <= FEW else order[:1]:
            chosen: list[int] = []
            for number in (first, *order):
                if number not in chosen and all(self.together((number, each)) is None for each in chosen):
                    chosen.append(number)
            if len(chosen) > len(self.apart):
                self.apart = tuple(chosen)

    def shared(self, count: int) -> list[Reached] | None:
        """Give so many cases that reach every goal; None when so many are too few. Raises Unsettled."""
        sharing = z3.Solver()
        there = [[z3.Bool(f"{n} in {case}") for case in range(count)] for n in range(len(self.goals))]
        for row in there:
            sharing.add(z3.PbEq([(each, 1) for each in row], 1))
        for case, number in enumerate(self.apart[:count]):
            sharing.add(there[number][case])
        told = 0
        while True:
            for conflict in list(self._conflicts)[told:]:
                for case in range(count):
                    sharing.add(z3.Or(*(z3.Not(there[number][case]) for number in conflict)))
            told = len(self._conflicts)
            left = self._until - time.monotonic()
            if left <= 0:
                raise Unsettled
            answer = self._patiently(sharing, left)
            if answer == z3.unknown:
                raise Unsettled
            if answer == z3.unsat:
                return None
            model = sharing.model()
            shares = [[n for n, row in enumerate(there) if z3.is_true(model[row[c]])] for c in range(count)]
            made = [self.together(share) for share in shares]
            if None not in made:
                return [each for each in made if each is not None]

    def _patiently(self, solver: z3.Solver, seconds: float) -> Any:
        """Ask a question that may take long; whoever watches can still stop it."""
        solver.set("timeout", max(1, int(seconds * 1000)))
        with self._watch.stopping(solver.interrupt):
            answer = solver.check()
        self._watch.pass_by()
        return answer

    def fewest(self, most: Sequence[Reached]) -> list[Reached]:
        """Choose the fewest of the cases found that reach every goal; never more than are given."""
        found = list(self.found)
        solver = z3.Optimize()
        solver.set("timeout", MILLISECONDS)
        takes = [z3.Bool(f"take {number}") for number in range(len(found))]
        for number in range(len(self.goals)):
            solver.add(z3.Or(*(take for take, each in zip(takes, found, strict=True) if number in each)))
        solver.minimize(z3.Sum(*(z3.If(take, 1, 0) for take in takes)))
        if solver.check() != z3.sat:
            return list(most)
        model = solver.model()
        chosen = [each for take, each in zip(takes, found, strict=True) if z3.is_true(model[take])]
        return chosen if len(chosen) < len(most) else list(most)


def smallest(search: Search, greedy: Sequence[Reached]) -> tuple[list[Reached], int]:
    """Give the fewest cases found that reach every goal, and how many there must be at least."""
    least = min(1, len(greedy))
    try:
        try:
            search.set_apart()
        finally:
            least = max(least, len(search.apart))
        while least < len(greedy):
            shared = search.shared(least)
            if shared is not None:
                return shared, least
            least += 1
    except Unsettled:
        return search.fewest(greedy), least
    return list(greedy), least
