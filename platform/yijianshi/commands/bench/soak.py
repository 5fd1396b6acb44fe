"""A soak of the engine of record: very many decisions by one worker, its memory and every verdict watched.

The worker is not replaced while it lasts, so that what it leaked would show. The rulesets are the
shipped ones; every case is made anew and decided by the compiled evaluator too.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import cycle
from pathlib import Path
from typing import Any

from ...core.rules import Compiled, Facts, compile_ruleset, parse
from ...core.rules.boundaries import at_random
from ...core.rules.lower import Lowered, lower
from ...server.engines.durable import DurableEngine
from ...server.files import shipped_library
from ...server.rule_analysis import reference_date

DECISIONS = 1_000_000
QUICK = 20_000
TOGETHER = 20
STEPS = 20
"""How often memory is looked at."""

GROWTH = 8_000
"""Kilobytes that a worker may have grown from the first look to the last."""

MANY = 50
"""Rules beyond which a ruleset is left out, for it alone would take most of the time."""

ON = date(2026, 11, 23)
Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Soak:
    """How many decisions, how many were wrong, and memory in kilobytes at every look."""

    decisions: int
    rulesets: int
    wrong: int
    restarts: int
    seconds: float
    worker: tuple[int, ...]
    host: tuple[int, ...]

    @property
    def growth(self) -> int:
        """Kilobytes that the worker grew after the first look."""
        return self.worker[-1] - self.worker[0]

    @property
    def failed(self) -> bool:
        """Whether a verdict was wrong, the worker died, or it grew."""
        return bool(self.wrong or self.restarts or self.growth > GROWTH)

    def to_json(self) -> dict[str, Any]:
        """Give the report as JSON."""
        return {
            "decisions": self.decisions,
            "rulesets": self.rulesets,
            "wrong": self.wrong,
            "restarts": self.restarts,
            "seconds": round(self.seconds, 1),
            "worker_kilobytes": list(self.worker),
            "host_kilobytes": list(self.host),
            "growth": self.growth,
            "bar": GROWTH,
        }

    def lines(self, lang: str) -> list[str]:
        """Say the report for a reader at a terminal."""
        first, last = self.worker[0], self.worker[-1]
        if lang == "zh":
            return [
                f"{self.decisions} 次裁量，{self.rulesets} 个规则集，一个工作进程，{self.seconds:.0f} 秒：",
                f"  结论不符 {self.wrong}，进程重启 {self.restarts}，内存 {first} → {last} KB（增长上限 {GROWTH}）",
            ]
        return [
            f"{self.decisions} decisions over {self.rulesets} rulesets by one worker in {self.seconds:.0f} s:",
            f"  {self.wrong} wrong, {self.restarts} restarts, memory {first} → {last} KB (may grow by {GROWTH})",
        ]


def measure(quick: bool, progress: Progress) -> Soak:
    """Run the soak."""
    return soak(QUICK if quick else DECISIONS, progress)


def soak(decisions: int, progress: Progress = lambda said: None) -> Soak:
    """Ask one worker for so many decisions, each about another case."""
    suites = list(_suites())
    engine = DurableEngine(workers=1, seconds=60, lifetime=2 * decisions)
    asked = wrong = 0
    worker: list[int] = []
    host: list[int] = []
    started = time.monotonic()
    try:
        for compiled, lowered, cases in cycle(suites):
            if asked >= decisions * (len(worker) + 1) // STEPS:
                worker.append(engine.resident())
                host.append(_own())
                progress(f"{asked}/{decisions}: {worker[-1]} KB")
            if asked >= decisions:
                break
            facts = [next(cases) for _ in range(TOGETHER)]
            questions = [lowered.question(each) for each in facts]
            for each, (program, _), fired in zip(facts, questions, engine.decide(questions), strict=True):
                wrong += lowered.truths(program, fired) != compiled.truths(each)
            asked += TOGETHER
        restarts = engine.restarts
    finally:
        engine.close()
    return Soak(asked, len(suites), wrong, restarts, time.monotonic() - started, tuple(worker), tuple(host))


def _suites() -> Iterator[tuple[Compiled, Lowered, Iterator[Facts]]]:
    for document in shipped_library().all("ruleset"):
        ruleset = parse(document)
        if len(ruleset.rules) <= MANY:
            compiled = compile_ruleset(ruleset, reference_date(ruleset, ON))
            yield compiled, lower(compiled), at_random(compiled, 1 << 62)


def _own() -> int:
    """Give this process's memory in kilobytes."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0])
