"""The analysis of rulesets as ``check`` and the pages run it: with what the elements allow as the domain."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date

from ..core.checks import Source
from ..core.definitions.library import Library
from ..core.definitions.types import Problem
from ..core.rules import Ruleset, compile_ruleset, read
from ..core.rules.series import series_findings
from .engines.analysis import analyse
from .rule_elements import domains, of_library, options, titles

Progress = Callable[[int, int], None]
Analyse = Callable[..., list[Problem]]


def analysis_findings(
    sources: Iterable[Source],
    library: Library,
    on: date,
    progress: Progress | None = None,
    analyse: Analyse = analyse,
) -> list[Problem]:
    """Analyse every ruleset among the sources; ``progress`` is told how many are done, of how many.

    The server gives its provers' ``analyse``: Z3 is for one thread.
    """
    rulesets = [s for s in sources if isinstance(s.document, dict) and s.document.get("kind") == "ruleset"]
    found: list[Problem] = []
    sound: dict[str, Source] = {}
    for number, source in enumerate(rulesets):
        if progress:
            progress(number, len(rulesets))
        reading = read(source.document)
        ruleset = reading.ruleset
        if ruleset is None:
            continue  # the ruleset has its own findings
        if not {"/effective_from", "/effective_to"} & {problem.pointer for problem in reading.problems}:
            sound[ruleset.code] = source
        day = reference_date(ruleset, on)
        elements = of_library(library)
        problems = analyse(
            compile_ruleset(ruleset, day),
            domains(ruleset, elements),
            titles=titles(elements),
            options=options(elements),
        )
        if reading.problems:
            # what the rules that are whole leave open, one of the others may decide
            problems = [problem for problem in problems if problem.code != "gap"]
        found += [problem.at(source.file, source.pointer) for problem in problems]
    for code, problem in series_findings(source.document for source in sound.values()):
        found.append(problem.at(sound[code].file, sound[code].pointer))
    return found


def reference_date(ruleset: Ruleset, on: date) -> date:
    """Give a day on which a ruleset is in force, the given one if it is."""
    first = date.fromisoformat(ruleset.effective_from) if ruleset.effective_from else on
    last = date.fromisoformat(ruleset.effective_to) if ruleset.effective_to else on
    return min(max(on, first), last)
