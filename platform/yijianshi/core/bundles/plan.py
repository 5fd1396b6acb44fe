"""The parallel plan of a bundle: what waits for what, the critical path, and the days it takes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..definitions.types import Json


class Cycle(ValueError):
    """Matters wait for one another in a circle; ``codes`` names them in order."""

    def __init__(self, codes: tuple[str, ...]) -> None:
        super().__init__(" → ".join(codes))
        self.codes = codes


@dataclass(frozen=True, slots=True)
class Step:
    """One matter in the plan; start and finish in days from acceptance."""

    matter: str
    after: tuple[str, ...]
    days: int
    start: int
    finish: int
    stage: int
    critical: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """Steps in stages, the critical path, and the days in parallel and one after another."""

    steps: tuple[Step, ...]
    critical_path: tuple[str, ...]
    days: int
    days_in_turn: int
    unit: str

    def to_json(self) -> dict[str, Json]:
        """Give the plan as JSON; days are promised days from acceptance."""
        return {
            "stages": [
                [step.matter for step in self.steps if step.stage == stage]
                for stage in sorted({step.stage for step in self.steps})
            ],
            "steps": [
                {
                    "matter": step.matter,
                    "after": list(step.after),
                    "days": step.days,
                    "start": step.start,
                    "finish": step.finish,
                    "stage": step.stage,
                    "critical": step.critical,
                }
                for step in self.steps
            ],
            "critical_path": list(self.critical_path),
            "days": self.days,
            "days_in_turn": self.days_in_turn,
            "unit": self.unit,
        }


def find_cycle(after: Mapping[str, tuple[str, ...]]) -> tuple[str, ...] | None:
    """Give one circle of codes that wait for one another, or None."""
    done: set[str] = set()
    for start in sorted(after):
        path: list[str] = []
        stack: list[tuple[str, int]] = [(start, 0)]
        while stack:
            code, index = stack.pop()
            if index == 0:
                if code in done:
                    continue
                if code in path:
                    return (*path[path.index(code) :], code)
                path.append(code)
            following = sorted(after.get(code, ()))
            if index < len(following):
                stack.append((code, index + 1))
                stack.append((following[index], 0))
            else:
                done.add(code)
                path.pop()
    return None


def find_cycles(after: Mapping[str, tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Give circles of codes that wait for one another, one after another until none would be left.

    Each is broken by taking out its last wait before the next is looked for.
    """
    found: list[tuple[str, ...]] = []
    left = dict(after)
    while (cycle := find_cycle(left)) is not None:
        found.append(cycle)
        left[cycle[-2]] = tuple(code for code in left[cycle[-2]] if code != cycle[-1])
    return found


def plan(after: Mapping[str, tuple[str, ...]], limits: Mapping[str, Mapping[str, Any]]) -> Plan:
    """Lay matters out in parallel: each starts when all it waits for are finished.

    ``after`` gives for each matter what it waits for (codes outside the mapping do not
    count: that matter is not part of this case); ``limits`` its promised limit
    ``{"days", "unit"}``. The longest path, never the sum, is the promise of a bundle
    handled side by side. Raises Cycle.
    """
    present = {code: tuple(sorted(c for c in waits if c in after)) for code, waits in after.items()}
    cycle = find_cycle(present)
    if cycle:
        raise Cycle(cycle)
    days = {code: int(limits[code]["days"]) for code in present}
    start: dict[str, int] = {}
    stage: dict[str, int] = {}
    remaining = set(present)
    order: list[str] = []
    while remaining:
        for code in sorted(c for c in remaining if all(w in start for w in present[c])):
            start[code] = max((start[w] + days[w] for w in present[code]), default=0)
            stage[code] = max((stage[w] + 1 for w in present[code]), default=1)
            order.append(code)
            remaining.discard(code)
    path = _critical_path(present, start, days, stage)
    units = {limits[code].get("unit", "working") for code in present}
    steps = tuple(
        Step(
            code, present[code], days[code], start[code], start[code] + days[code], stage[code], code in path
        )
        for code in sorted(order, key=lambda code: (stage[code], code))
    )
    return Plan(
        steps,
        path,
        max((step.finish for step in steps), default=0),
        sum(days.values()),
        units.pop() if len(units) == 1 else "mixed" if units else "working",
    )


def _critical_path(
    after: Mapping[str, tuple[str, ...]],
    start: Mapping[str, int],
    days: Mapping[str, int],
    stage: Mapping[str, int],
) -> tuple[str, ...]:
    """Follow the latest finish backwards; of equal ones take the longer chain, then the code."""
    if not after:
        return ()

    def rank(code: str) -> tuple[int, int, str]:
        return (-(start[code] + days[code]), -stage[code], code)

    path = [min(after, key=rank)]
    while after[path[-1]]:
        path.append(min(after[path[-1]], key=rank))
    return tuple(reversed(path))
