"""What is promised of the measurements: each bar is a ratio or a time of one run, and is met or not."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .durable import BARE, HOST
from .ours import DECIDE, TRACED, TWO_ENGINES
from .peers import ZEN, ZEN_TRACE

Times = Mapping[str, Sequence[float]]
"""Seconds of one decision in each round, by contestant."""


@dataclass(frozen=True)
class Bar:
    """A promise: ``value`` at least (or, of milliseconds, at most) ``bar``; None is not measured."""

    what: str
    at: str
    value: float | None
    bar: float
    unit: str = "×"
    at_most: bool = False

    @property
    def met(self) -> bool | None:
        """Whether the bar is met; None when it was not measured."""
        if self.value is None:
            return None
        return self.value <= self.bar if self.at_most else self.value >= self.bar

    def to_json(self) -> dict[str, Any]:
        """Give the bar as JSON."""
        return {
            "what": self.what,
            "at": self.at,
            "value": self.value,
            "unit": self.unit,
            "bar": self.bar,
            "at_most": self.at_most,
            "met": self.met,
        }


def of_decisions(name: str, times: Times) -> Iterator[Bar]:
    """Give the bars of one decision of twenty rules."""
    for what, ours, theirs, bar in (
        ("outcomes / zen-engine", DECIDE, ZEN, 50),
        ("outcomes / bare durable_rules (Host)", DECIDE, HOST, 25),
        ("outcomes / bare durable_rules (C module)", DECIDE, BARE, 25),
        ("every node / zen-engine's trace", TRACED, ZEN_TRACE, 10),
        ("two engines / bare durable_rules (Host)", TWO_ENGINES, HOST, 0.5),
        ("two engines / bare durable_rules (C module)", TWO_ENGINES, BARE, 0.5),
    ):
        yield Bar(what, name, ratio(times, ours, theirs), bar)


def ratio(times: Times, ours: str, theirs: str) -> float | None:
    """Tell how many decisions ``ours`` takes in the time ``theirs`` takes one; None when one is not there.

    It is the median of the rounds' ratios: within a round both had the same machine, whose speed
    changes with what else it does.
    """
    if ours not in times or theirs not in times:
        return None
    return statistics.median(their / our for our, their in zip(times[ours], times[theirs], strict=True))
