"""Two engines or no verdict: the core's truths held against those of the engine of record."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ...core.definitions.canonical import digest
from ...core.definitions.types import Json
from ...core.rules import Compiled, Facts, Verdict
from ...core.rules.lower import Lowered, lower
from .durable import DurableEngine, EngineUnavailable

_KEPT = 500

Run = tuple[Compiled, Facts, Verdict]
"""A compiled ruleset, the facts it ran on, and what it said."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """Both engines say the same of every rule."""

    rulesets: int

    def to_json(self) -> dict[str, Json]:
        """Give the result as JSON."""
        return {"agreed": True, "rulesets": self.rulesets}


@dataclass(frozen=True, slots=True)
class Difference:
    """One rule of which the engines differ."""

    ruleset: str
    rule: str
    compiled: str
    engine: str

    def to_json(self) -> dict[str, Json]:
        """Give the difference as JSON."""
        return {
            "ruleset": self.ruleset,
            "rule": self.rule,
            "compiled": self.compiled,
            "engine": self.engine,
        }


@dataclass(frozen=True, slots=True)
class Disagreement:
    """No verdict: the engines differ, or the engine of record gave no answer.

    It holds what an incident needs and nothing personal: names of facts, and a hash of them.
    """

    kind: str
    differences: tuple[Difference, ...]
    reason: str
    facts: Mapping[str, Json]

    def to_json(self) -> dict[str, Json]:
        """Give the result as JSON."""
        return {
            "agreed": False,
            "kind": self.kind,
            "reason": self.reason,
            "differences": [difference.to_json() for difference in self.differences],
            "facts": dict(self.facts),
        }


class Decider:
    """Asks the engine of record the questions the core has answered; thread-safe."""

    def __init__(self, engine: DurableEngine) -> None:
        self._engine = engine
        self._lowered: OrderedDict[int, tuple[Compiled, Lowered]] = OrderedDict()
        self._lock = threading.Lock()

    def decide(self, runs: Sequence[Run]) -> Agreement | Disagreement:
        """Compare rule by rule; never raises for what an engine does."""
        try:
            lowered = [self.lowered(compiled) for compiled, _, _ in runs]
            asked = [low.question(known) for low, (_, known, _) in zip(lowered, runs, strict=True)]
            answers = self._engine.decide(asked)
            truths = [
                low.truths(program, fired)
                for low, (program, _), fired in zip(lowered, asked, answers, strict=True)
            ]
        except EngineUnavailable as error:
            return Disagreement("engine-unavailable", (), error.reason, _digests(runs))
        except ValueError as error:
            return Disagreement("engine-contradiction", (), str(error), _digests(runs))
        if all(said == verdict.truths for said, (_, _, verdict) in zip(truths, runs, strict=True)):
            return Agreement(len(runs))
        differences = tuple(
            Difference(compiled.ruleset.code, rule, truth, said[rule])
            for (compiled, _, verdict), said in zip(runs, truths, strict=True)
            for rule, truth in verdict.truths.items()
            if said[rule] != truth
        )
        return Disagreement("engines-disagree", differences, "", _digests(runs))

    def lowered(self, compiled: Compiled) -> Lowered:
        """Lower a compiled ruleset, once for as long as it is in use."""
        key = id(compiled)
        with self._lock:
            known = self._lowered.get(key)
            if known is not None and known[0] is compiled:
                self._lowered.move_to_end(key)
                return known[1]
        made = lower(compiled)
        with self._lock:
            self._lowered[key] = (compiled, made)
            while len(self._lowered) > _KEPT:
                self._lowered.popitem(last=False)
        return made


def _digests(runs: Sequence[Run]) -> dict[str, Json]:
    return {
        compiled.ruleset.code: {"known": sorted(known), "digest": digest(dict(known))}
        for compiled, known, _ in runs
    }
