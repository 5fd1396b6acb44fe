"""What takes part in a measurement, and how it is timed."""

from __future__ import annotations

import contextlib
import gc
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from .made import Suite


class NotInstalled(Exception):
    """A peer's package is not there; the message names it."""


class Unequal(Exception):
    """A contestant said something else than the compiled evaluator; the message says what."""


@dataclass(frozen=True)
class Contestant:
    """An engine made ready for a suite: its own form of each case, and the decision of one.

    ``met`` reads the numbers of the rules met out of what ``decide`` gives; it is not timed.
    """

    name: str
    inputs: Sequence[Any]
    decide: Callable[[Any], Any]
    met: Callable[[Any], frozenset[int]]
    close: Callable[[], None] = field(default=lambda: None)


Maker = Callable[[Suite], Contestant]


def verify(contestant: Contestant, suite: Suite) -> None:
    """Hold a contestant's verdict of every case against the compiled evaluator's; raises Unequal."""
    for number, (given, expected) in enumerate(zip(contestant.inputs, suite.met, strict=False)):
        said = contestant.met(contestant.decide(given))
        if said != expected:
            raise Unequal(
                f"{contestant.name}, {suite.name}, case {number}: "
                f"met {sorted(said)}, the compiled evaluator {sorted(expected)}"
            )


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """Time without what others keep in memory: the collector goes through what is made meanwhile, not theirs."""
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def race(contestants: Sequence[Contestant], rounds: int, seconds: float) -> dict[str, list[float]]:
    """Time contestants in turn, several rounds of at least so many seconds each.

    Gives the seconds of one decision in each round, by name.
    """
    times: dict[str, list[float]] = {contestant.name: [] for contestant in contestants}
    loops = {contestant.name: _loops(contestant, seconds) for contestant in contestants}
    with alone():
        for _ in range(rounds):
            for contestant in contestants:
                times[contestant.name].append(_once(contestant, loops[contestant.name]))
    return times


def _once(contestant: Contestant, loops: int) -> float:
    decide, inputs = contestant.decide, contestant.inputs
    started = time.perf_counter()
    for _ in range(loops):
        for given in inputs:
            decide(given)
    return (time.perf_counter() - started) / (loops * len(inputs))


def _loops(contestant: Contestant, seconds: float) -> int:
    """Tell how often the cases are gone through for a round to last long enough; warms up, too."""
    started = time.perf_counter()
    for given in contestant.inputs:
        contestant.decide(given)
    return max(1, round(seconds / (time.perf_counter() - started)))
