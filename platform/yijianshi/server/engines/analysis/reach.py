"""Facts that meet rules together: what the values worth trying did not happen upon, asked of Z3."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations
from typing import Any

import z3

from ....core.rules import Compiled
from .domains import Domain
from .model import Model

MILLISECONDS = 200
"""For one question; what is not settled by then is left."""

Goal = tuple[tuple[int, bool], ...]
"""Rules by number, each met or unmet."""


def goals(rules: int) -> Iterator[Goal]:
    """Yield what cases should come to: each rule met, each unmet, each two met together."""
    for truth in (True, False):
        yield from (((number, truth),) for number in range(rules))
    yield from (((one, True), (two, True)) for one, two in combinations(range(rules), 2))


def reach(
    compiled: Compiled,
    wanted: Iterable[Goal],
    domains: Mapping[str, Domain] | None = None,
    seconds: float = 1.0,
) -> list[dict[str, Any]]:
    """Give facts for as many of the goals as can be reached in the time; each case reaches new ones."""
    until = time.monotonic() + seconds
    found: list[dict[str, Any]] = []
    waiting = dict.fromkeys(wanted)
    if not waiting:
        return found
    model = Model(compiled, domains)
    solver = z3.Solver()
    solver.set("timeout", MILLISECONDS)
    solver.add(*model.limits, *model.form)
    while waiting and time.monotonic() < until:
        goal = next(iter(waiting))
        del waiting[goal]
        if solver.check(*(model.rules[n][0 if truth else 1] for n, truth in goal)) != z3.sat:
            continue
        facts = model.facts(solver.model())
        found.append(facts)
        for reached_too in reached(compiled.decide(facts)):
            waiting.pop(reached_too, None)
    return found


def reached(truths: tuple[bool | None, ...]) -> Iterator[Goal]:
    """Yield the goals that a case comes to, by the truth of its rules."""
    yield from (((number, truth),) for number, truth in enumerate(truths) if truth is not None)
    met = [number for number, truth in enumerate(truths) if truth]
    yield from (((one, True), (two, True)) for one, two in combinations(met, 2))
