"""Suggested test cases in the shape of a case file: answers for the facts that Z3 chose."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from ...core.deadlines import Calendar
from ...core.definitions.pointer import put
from ...core.definitions.types import Json, Text, text
from ...core.rules import Ruleset, extract_facts, say_facts
from ...core.rules.sentences import Options, Titles
from ..engines.analysis.suggestions import Suggestion


@dataclass(frozen=True)
class Suggested:
    """One suggestion: its facts in words, what it is worth having for, and the case that says it.

    ``missing`` are facts derived from answers that have to be thought out by the author: answers
    that give these facts are not worked out.
    """

    number: int
    facts: Mapping[str, Any]
    said: Text
    goals: tuple[str, ...]
    case: Mapping[str, Json]
    missing: tuple[str, ...]

    def to_json(self) -> dict[str, Json]:
        """Give the suggestion as JSON."""
        return {
            "number": self.number,
            "facts": dict(self.facts),
            "said": dict(self.said),
            "goals": list(self.goals),
            "case": dict(self.case),
            "missing": list(self.missing),
        }


def suggested(
    ruleset: Ruleset,
    found: Iterable[Suggestion],
    on: date,
    calendar: Calendar,
    titles: Titles,
    options: Options,
) -> list[Suggested]:
    """Write suggestions as cases."""
    lines = []
    for number, each in enumerate(found):
        answers = _answers(ruleset, each.facts)
        got = extract_facts(ruleset, answers, on, calendar)
        said = text(
            say_facts(ruleset, each.facts, "zh", titles, options),
            say_facts(ruleset, each.facts, "en", titles, options),
        )
        expect = {
            truth: names
            for truth in ("met", "unmet", "unknown")
            if (names := [rule for rule, is_ in each.truths.items() if is_ == truth])
        }
        case = {"title": _short(said), "on": on.isoformat(), "answers": answers, "expect": expect}
        missing = tuple(name for name, value in each.facts.items() if got.get(name) != value)
        lines.append(Suggested(number, each.facts, said, each.goals, case, missing))
    return lines


def case_file(ruleset: Ruleset, accepted: Iterable[Suggested]) -> dict[str, Json]:
    """Give accepted suggestions as ``rules/<code>.cases.json`` holds cases."""
    return {"ruleset": ruleset.code, "cases": [dict(each.case) for each in accepted]}


def _answers(ruleset: Ruleset, facts: Mapping[str, Any]) -> Any:
    answers: Any = {}
    for name, value in facts.items():
        fact = ruleset.facts[name]
        if fact.derive is not None:
            for place, made in _inverse(fact.derive, value):
                answers = put(answers, place, made)
            continue
        if fact.type == "group":
            rows = []
            for row in value:
                made_row: Any = {}
                for key, inner in row.items():
                    made_row = put(made_row, fact.items[key].place, inner)
                rows.append(made_row)
            value = rows
        answers = put(answers, fact.place, value)
    return answers


def _inverse(derive: Mapping[str, Any], value: Any) -> list[tuple[str, Json]]:
    """Give an answer from which a function over one list gives the value; nothing where that is not plain."""
    of = derive["of"]
    if not isinstance(of, str):
        return []
    place, rows, inner = of.partition("/*")
    if derive["fn"] in ("sum", "min", "max") and rows and inner:
        return [(place, [put({}, inner, value)])]
    if derive["fn"] in ("any", "contains") and value is True:
        return [(place, [put({}, inner, derive["value"])] if inner else [derive["value"]])]
    return []


def _short(said: Text) -> Text:
    return text(said["zh"][:200] or "无事实", said["en"][:200] or "no facts")
