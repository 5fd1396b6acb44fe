"""Suggested test cases in the shape of a case file: answers for the facts that Z3 chose."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from ...core.deadlines import Calendar
from ...core.definitions.types import Json, Text, text
from ...core.rules import Ruleset, extract_facts, say_facts
from ...core.rules.answers import answers_of
from ...core.rules.sentences import Options, Titles
from ..engines.analysis.suggestions import Suggestion, Suggestions


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


@dataclass(frozen=True)
class Offered:
    """The suggestions of a ruleset, and how near to the fewest they are."""

    cases: tuple[Suggested, ...]
    found: Suggestions

    @property
    def said(self) -> Text:
        """Say whether they are the fewest there can be."""
        count, least = len(self.cases), self.found.least
        if self.found.proven:
            return text(
                f"共 {count} 个用例：已证明是最少的",
                f"{count} cases: the smallest set (proven)",
            )
        return text(
            f"共 {count} 个用例：未证明是最少的，至少需要 {least} 个",
            f"{count} cases: not proven smallest; at least {least} are needed",
        )

    def to_json(self) -> dict[str, Json]:
        """Give the suggestions as JSON."""
        return {
            "suggestions": [each.to_json() for each in self.cases],
            "smallest": {
                "proven": self.found.proven,
                "cases": len(self.cases),
                "at_least": self.found.least,
                "said": dict(self.said),
                "apart": [dict(aim.said) for aim in self.found.apart],
                "impossible": list(self.found.impossible),
                "unsettled": list(self.found.unsettled),
            },
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
        answers = answers_of(ruleset, each.facts, on)
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


def _short(said: Text) -> Text:
    return text(said["zh"][:200] or "无事实", said["en"][:200] or "no facts")
