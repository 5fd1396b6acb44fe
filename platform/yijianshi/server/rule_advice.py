"""What the applicant could do where a ruleset denies him: the smallest change that he could make."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from ..core.bundles.compose import Composition
from ..core.bundles.evaluate import Evaluation, Run
from ..core.definitions.types import Json, Text, text
from ..core.rules import Compiled
from .engines.analysis import Advice, NotSettled, advise
from .engines.analysis.advice import denials
from .rule_elements import Elements, domains, fixed, of_composition, options, titles

SECONDS = 3.0
"""For all the advice of one decision."""

Advise = Callable[..., Advice | None]

NONE = text(
    "没有您自己能作出的改变可以使条件满足",
    "there is nothing you could change yourself to meet the conditions",
)
UNKNOWN = text(
    "在限定时间内未能算出怎样改变才符合条件，请向窗口咨询",
    "what would have to change was not found in time; please ask at the window",
)


@dataclass(frozen=True, slots=True)
class Counsel:
    """What would turn one ruleset's denial: a change, none that he could make, or not known."""

    ruleset: str
    matter: str | None
    status: Literal["change", "none", "unknown"]
    changes: Mapping[str, Any]
    sentence: Text

    def to_json(self) -> dict[str, Json]:
        """Give the advice as JSON; ``changes`` are facts of the ruleset and their new values."""
        return {
            "ruleset": self.ruleset,
            "matter": self.matter,
            "status": self.status,
            "changes": dict(self.changes),
            "sentence": dict(self.sentence),
        }


def counsel(
    compiled: Compiled,
    facts: Mapping[str, Any],
    elements: Elements,
    seconds: float = SECONDS,
    matter: str | None = None,
    advise: Advise = advise,
) -> Counsel | None:
    """Advise on one ruleset's denial; None when it does not deny.

    The server gives its provers' ``advise``: Z3 is for one thread.
    """
    truths = compiled.decide(facts)
    if not any(truths[number] for number in denials(compiled)):
        return None
    ruleset = compiled.ruleset
    try:
        advice = advise(
            compiled,
            facts,
            domains(ruleset, elements),
            fixed(ruleset, elements),
            seconds,
            titles(elements),
            options(elements),
        )
    except NotSettled:
        return Counsel(ruleset.code, matter, "unknown", {}, UNKNOWN)
    if advice is None:
        return Counsel(ruleset.code, matter, "none", {}, NONE)
    return Counsel(ruleset.code, matter, "change", advice.changes, advice.sentence)


def counsels(
    composition: Composition, evaluation: Evaluation, seconds: float = SECONDS, advise: Advise = advise
) -> Sequence[Counsel]:
    """Advise on every denial of an evaluation, as :func:`counsel`; what there is no time left for is unknown."""
    until = time.monotonic() + seconds
    elements = of_composition(composition)
    asked = (
        counsel(run.compiled, run.facts, elements, max(0.0, until - time.monotonic()), run.matter, advise)
        for run in evaluation.runs
    )
    found = [each for each in asked if each is not None]
    changes = {each.ruleset: each.changes for each in found}
    together = all(
        _still_right(run, changes, evaluation) for run in evaluation.runs if run.ruleset not in changes
    )
    return found if together else [_unknown(each) for each in found]


def _still_right(run: Run, changes: Mapping[str, Mapping[str, Any]], evaluation: Evaluation) -> bool:
    """Tell whether a ruleset that does not deny would not after what others advise, as far as it reads that."""
    places = {
        other.compiled.ruleset.facts[name].place: value
        for other in evaluation.runs
        for name, value in changes.get(other.ruleset, {}).items()
        if other.compiled.ruleset.facts[name].derive is None
    }
    facts = {
        name: places[fact.place]
        for name, fact in run.compiled.ruleset.facts.items()
        if fact.derive is None and fact.place in places
    }
    truths = run.compiled.decide({**run.facts, **facts})
    return not any(truths[number] for number in denials(run.compiled))


def _unknown(each: Counsel) -> Counsel:
    return Counsel(each.ruleset, each.matter, "unknown", {}, UNKNOWN)
