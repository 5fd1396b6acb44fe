"""Agreement of the engines on one ruleset, before anybody is decided by it.

Cases are made for the ruleset at hand: every limit and just beside it, every fact missing once, every
rule met and unmet, every two rules met together, and some at random. The compiled evaluator,
durable_rules and SQL must say the same of every rule of every case: in DuckDB, and in PostgreSQL where
the store is there.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import Any

from ...core.rules import Compiled, Facts
from ...core.rules.boundaries import at_random, one_by_one
from ...core.rules.compile import WORDS
from ...core.rules.lower import Lowered, lower
from .analysis.domains import Domain
from .analysis.reach import goals, reach, reached
from .databases import ALWAYS, Database, NoAnswer, TooLate, Truths
from .durable import DurableEngine, EngineUnavailable

MOST = 2_000
"""Cases at most for one ruleset on one day."""

RANDOM = 60
SECONDS = 10.0
REACHING = 1.0
"""Seconds of SECONDS for what Z3 is asked."""

TOGETHER = 100

DURABLE = "durable_rules"
NO_ANSWER = "-"

Reach = Callable[..., list[dict[str, Any]]]

Ask = Callable[[Sequence[Facts], Sequence[Truths]], Iterable["Witness"]]
"""Asks an engine about cases of which this is to be said, and gives those of which it says something else."""


@dataclass(frozen=True, slots=True)
class Witness:
    """A case of which an engine does not say what the compiled evaluator says.

    ``rule`` is None and ``said`` tells what happened when the engine gave no answer.
    """

    engine: str
    rule: str | None
    compiled: str
    said: str
    facts: Facts


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a ruleset's cases: how many were decided, whether those were all, who differs."""

    cases: int
    complete: bool
    witnesses: tuple[Witness, ...]


def agree(
    compiled: Compiled,
    engine: DurableEngine,
    domains: Mapping[str, Domain] | None = None,
    seconds: float = SECONDS,
    databases: Sequence[Database] = ALWAYS,
    reach: Reach = reach,
) -> Result:
    """Ask all engines about cases made for a ruleset; one witness for each rule and engine that differ.

    The server gives its provers' ``reach``: Z3 is for one thread.
    """
    until = time.monotonic() + seconds
    cases, complete = cases_for(compiled, domains, reach=reach)
    expected = [compiled.decide(facts) for facts in cases]
    engines: list[tuple[Ask, int]] = [
        *((partial(_queried, compiled, database), database.together) for database in databases),
        (partial(_durable, compiled, lower(compiled), engine), TOGETHER),
    ]
    witnesses: dict[tuple[str, str | None], Witness] = {}
    least = len(cases)
    for ask, together in engines:
        asked, found = _asked(ask, together, cases, expected, until)
        least = min(least, asked)
        for witness in found:
            witnesses.setdefault((witness.engine, witness.rule), witness)
    return Result(least, complete and least == len(cases), tuple(witnesses.values()))


def cases_for(
    compiled: Compiled,
    domains: Mapping[str, Domain] | None = None,
    seconds: float = REACHING,
    reach: Reach = reach,
) -> tuple[list[Facts], bool]:
    """Make the cases of a ruleset, and tell whether they are all there are to make."""
    boundaries = list(islice(one_by_one(compiled), MOST + 1))
    cases: list[Facts] = [{}, *boundaries[:MOST]]
    cases += at_random(compiled, RANDOM)
    cases += at_random(compiled, RANDOM // 2, seed=3, missing=0.4)
    come_to = {goal for facts in cases for goal in reached(compiled.decide(facts))}
    wanted = (goal for goal in goals(len(compiled.ruleset.rules)) if goal not in come_to)
    cases += reach(compiled, wanted, domains, seconds)
    return cases, len(boundaries) <= MOST


def _asked(
    ask: Ask, together: int, cases: Sequence[Facts], expected: Sequence[Truths], until: float
) -> tuple[int, list[Witness]]:
    """Ask one engine, so many cases at once, until it gives no answer or the time is over; tell how many it was."""
    witnesses: list[Witness] = []
    asked = 0
    while asked < len(cases) and time.monotonic() < until:
        part = slice(asked, asked + together)
        try:
            found = list(ask(cases[part], expected[part]))
        except TooLate:
            break
        witnesses += found
        if any(witness.rule is None for witness in found):
            break
        asked = min(part.stop, len(cases))
    return asked, witnesses


def _queried(
    compiled: Compiled, database: Database, cases: Sequence[Facts], expected: Sequence[Truths]
) -> Iterator[Witness]:
    try:
        decided = database.decide(compiled, cases)
    except NoAnswer as error:
        yield Witness(database.name, None, NO_ANSWER, str(error), {})
        return
    for facts, said, truths in zip(cases, decided, expected, strict=True):
        if tuple(said) != truths:
            for rule, one, other in zip(compiled.ruleset.rules, truths, said, strict=True):
                if one is not other:
                    yield Witness(database.name, rule.name, WORDS[one], WORDS[other], facts)


def _durable(
    compiled: Compiled,
    lowered: Lowered,
    engine: DurableEngine,
    cases: Sequence[Facts],
    expected: Sequence[Truths],
) -> Iterator[Witness]:
    asked = [lowered.question(facts) for facts in cases]
    try:
        answers = engine.decide(asked)
    except EngineUnavailable as error:
        yield _silent(lowered, engine, cases, error.reason)
        return
    names = [rule.name for rule in compiled.ruleset.rules]
    for facts, (program, _), fired, truths in zip(cases, asked, answers, expected, strict=True):
        try:
            told: Mapping[str, Any] = lowered.truths(program, fired)
        except ValueError as error:
            yield Witness(DURABLE, None, NO_ANSWER, str(error), facts)
            return
        for name, truth in zip(names, truths, strict=True):
            if told[name] != WORDS[truth]:
                yield Witness(DURABLE, name, WORDS[truth], told[name], facts)


def _silent(lowered: Lowered, engine: DurableEngine, cases: Sequence[Facts], reason: str) -> Witness:
    """Find the first case by itself that the engine gives no answer to; none may, when it is gone for good."""
    for facts in cases:
        try:
            engine.decide([lowered.question(facts)])
        except EngineUnavailable as error:
            return Witness(DURABLE, None, NO_ANSWER, error.reason, facts)
    return Witness(DURABLE, None, NO_ANSWER, reason, {})
