"""The engines' agreement on rulesets, as ``check`` tells of it and as publishing needs it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, nullcontext
from datetime import date
from typing import Any

from ..core.checks import Source
from ..core.definitions.library import Library
from ..core.definitions.pointer import join
from ..core.definitions.types import Problem, text
from ..core.rules import Ruleset, RulesetError, compile_ruleset, parse, say_facts
from .engines.agreement import SECONDS, Reach, Result, Witness, agree
from .engines.analysis.reach import reach
from .engines.databases import ALWAYS, Database
from .engines.durable import DurableEngine
from .rule_analysis import Progress, reference_date
from .rule_elements import domains, of_library

SHOWN = 5
"""Witnesses told of one ruleset."""

DAYS = 4
"""Days tried of one ruleset: on each other values of its parameters hold."""


def agreement_findings(
    sources: Iterable[Source],
    library: Library,
    on: date,
    engine: DurableEngine | None = None,
    seconds: float = SECONDS,
    progress: Progress | None = None,
    databases: Sequence[Database] = ALWAYS,
    reach: Reach = reach,
) -> list[Problem]:
    """Hold the engines against one another on every ruleset among the sources; a difference is an error.

    Without an engine of record one is started for the while.
    """
    rulesets = list(_rulesets(sources))
    found: list[Problem] = []
    if not rulesets:
        return found
    with nullcontext(engine) if engine else closing(DurableEngine(workers=1)) as asked:
        for number, (source, ruleset) in enumerate(rulesets):
            if progress:
                progress(number, len(rulesets))
            problems = _findings(ruleset, library, on, asked, seconds, databases, reach)
            found += [problem.at(source.file, source.pointer) for problem in problems]
    return found


def days(ruleset: Ruleset, on: date) -> list[date]:
    """Give days in a ruleset's period that differ in the values of its parameters, the reference date first."""
    first = ruleset.effective_from or date.min.isoformat()
    last = ruleset.effective_to or date.max.isoformat()
    starts = {start for parameter in ruleset.parameters.values() for start, _ in parameter.values}
    reference = reference_date(ruleset, on)
    others = [date.fromisoformat(start) for start in sorted(starts, reverse=True) if first <= start <= last]
    found: dict[tuple[Any, ...], date] = {}
    for day in [reference, *others]:
        found.setdefault(tuple(p.on(day) for p in ruleset.parameters.values()), day)
    return list(found.values())[:DAYS]


def _rulesets(sources: Iterable[Source]) -> Iterator[tuple[Source, Ruleset]]:
    for source in sources:
        if isinstance(source.document, dict) and source.document.get("kind") == "ruleset":
            try:
                yield source, parse(source.document)
            except RulesetError:
                continue  # the ruleset has its own findings


def _findings(
    ruleset: Ruleset,
    library: Library,
    on: date,
    engine: DurableEngine,
    seconds: float,
    databases: Sequence[Database],
    reach: Reach,
) -> Iterator[Problem]:
    allowed = domains(ruleset, of_library(library))
    for day in days(ruleset, on):
        result = agree(compile_ruleset(ruleset, day), engine, allowed, seconds, databases, reach)
        yield from (_problem(ruleset, witness) for witness in result.witnesses[:SHOWN])
        if result.witnesses:
            return
        if not result.complete:
            yield _partial(result)


def _problem(ruleset: Ruleset, witness: Witness) -> Problem:
    shown = {side: say_facts(ruleset, witness.facts, side) for side in ("zh", "en")}
    remedy = text(
        "这不是规则写错，而是引擎的缺陷：请改写这一条件，并将该规则集报告给平台维护人员",
        "this is a fault of an engine, not of the rule: write the condition differently, and report the ruleset",
    )
    if witness.rule is None:
        return Problem(
            "/rules",
            "engine-no-answer",
            text(
                f"引擎 {witness.engine} 对这些事实没有给出结论（{witness.said}）：{shown['zh'] or '无'}",
                f"the engine {witness.engine} gave no answer ({witness.said}) on: {shown['en'] or 'no fact'}",
            ),
            remedy,
        )
    return Problem(
        join("rules", witness.rule),
        "engines-disagree",
        text(
            f"引擎结论不一致：编译执行为 {witness.compiled}，{witness.engine} 为 {witness.said}；"
            f"事实：{shown['zh'] or '无'}",
            f"the engines differ: compiled says {witness.compiled}, {witness.engine} says {witness.said}; "
            f"facts: {shown['en'] or 'none'}",
        ),
        remedy,
    )


def _partial(result: Result) -> Problem:
    return Problem(
        "/rules",
        "agreement-partial",
        text(
            f"规则集的界限太多：只在 {result.cases} 个用例上核对了引擎是否一致",
            f"the ruleset has too many limits: the engines were compared on {result.cases} cases, not on all",
        ),
        text("可以拆分规则集", "the ruleset may be split"),
        severity="note",
    )
