"""Test cases suggested in the page itself: few that reach every rule met and unmet, of values worth trying.

The values are the limits of the rules and those just beside them; of many made cases those are taken,
one after another, that reach most of what is not reached yet.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import chain, islice
from typing import Any

from ..definitions.pointer import put
from ..definitions.types import text
from ..rules import Ruleset, compile_ruleset, extract_facts, run_cases, say_facts
from ..rules.boundaries import at_random, one_by_one

TRIED = 600
MOST = 12
"""Suggestions at once."""


def suggested(
    ruleset: Ruleset, cases: Sequence[Mapping[str, Any]], on: str, most: int = MOST
) -> Iterator[dict[str, Any]]:
    """Yield cases, most worth having first, each expecting what now comes of it."""
    day = date.fromisoformat(on)
    compiled = compile_ruleset(ruleset, day)
    report = run_cases(ruleset, {"cases": list(cases)})
    wanted: set[tuple[str, str]] = {(name, "met") for name in report.never_met}
    wanted |= {(name, "unmet") for name in report.never_unmet}
    tried: list[tuple[Any, Mapping[str, str], set[tuple[str, str]]]] = []
    for facts in islice(chain(one_by_one(compiled), at_random(compiled, TRIED, missing=0.0)), TRIED):
        answers = answers_of(ruleset, facts)
        truths: Mapping[str, str] = compiled.truths(extract_facts(ruleset, answers, day))
        reached: set[tuple[str, str]] = {*truths.items()}
        tried.append((answers, truths, reached & wanted))
    for _ in range(most):
        best = max(tried, key=lambda each: len(each[2] & wanted), default=None)
        if best is None or not best[2] & wanted:
            return
        wanted -= best[2]
        yield case_of(ruleset, best[0], best[1], day)


def answers_of(ruleset: Ruleset, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Give answers from which facts are read; those derived from answers are left to them."""
    answers: Any = {}
    for name, value in facts.items():
        fact = ruleset.facts[name]
        if fact.derive is not None:
            continue
        if fact.type == "group":
            rows = []
            for row in value:
                made: Any = {}
                for key, inner in row.items():
                    made = put(made, fact.items[key].place, inner)
                rows.append(made)
            value = rows
        answers = put(answers, fact.place, value)
    found: dict[str, Any] = answers
    return found


def case_of(ruleset: Ruleset, answers: Any, truths: Mapping[str, str], day: date) -> dict[str, Any]:
    """Make the case of answers that expects what now comes of them; its title says its facts."""
    facts = extract_facts(ruleset, answers, day)
    said = {lang: say_facts(ruleset, facts, lang)[:300] for lang in ("zh", "en")}
    expect = {
        wanted: names
        for wanted in ("met", "unmet", "unknown")
        if (names := [name for name, truth in truths.items() if truth == wanted])
    }
    return {
        "title": text(said["zh"] or "都未填写", said["en"] or "nothing given"),
        "on": day.isoformat(),
        "answers": answers,
        "expect": expect,
    }
