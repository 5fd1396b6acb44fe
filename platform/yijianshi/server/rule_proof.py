"""What must be shown of a ruleset before it is published."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from ..core.checks import Source
from ..core.definitions.library import Library
from ..core.definitions.types import Problem
from .engines.durable import DurableEngine
from .rule_agreement import agreement_findings

Prove = Callable[[Sequence[Source], Library, date], list[Problem]]
"""Makes sure of the rulesets among documents; the library's elements are the domain of their facts."""


def proving(engine: DurableEngine | None = None) -> Prove:
    """Give the proof on an engine of record; without one it is started when there is something to prove."""
    return lambda sources, library, on: agreement_findings(sources, library, on, engine)
