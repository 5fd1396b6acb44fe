"""What must be shown of a ruleset before it is published: its cases reach every row, and the engines agree."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from ..core.checks import Source
from ..core.definitions.library import Library
from ..core.definitions.types import Problem
from .engines.agreement import Reach
from .engines.analysis.reach import reach
from .engines.databases import ALWAYS, Database
from .engines.durable import DurableEngine
from .rule_agreement import agreement_findings
from .rule_cases import run_all

Prove = Callable[[Sequence[Source], Library, date], list[Problem]]
"""Makes sure of the rulesets among documents; the library's elements are the domain of their facts."""


def proving(
    engine: DurableEngine | None = None, asked: Sequence[Database] = ALWAYS, reach: Reach = reach
) -> Prove:
    """Give the proof on an engine of record and databases, with cases that ``reach`` finds.

    Without an engine it is started when there is something to prove.
    """

    def prove(sources: Sequence[Source], library: Library, on: date) -> list[Problem]:
        tested = run_all(sources, publishing=True)
        differ = agreement_findings(sources, library, on, engine, databases=asked, reach=reach)
        return [*tested.findings, *differ]

    return prove
