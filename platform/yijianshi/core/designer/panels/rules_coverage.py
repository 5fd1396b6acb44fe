"""The test cases as they were run, what they reach, and what their author signs for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from html import escape
from typing import Any

from ...definitions.pointer import MISSING, get
from ...definitions.types import Problem
from ...forms.html import tag
from ...rules import CaseReport, Compiled, Ruleset, compile_ruleset, extract_facts
from ..desk import Desk
from ..parts import Part
from ..ruleset_edits import title_of
from .rules_outcomes import two_texts


class Runs:
    """The cases as they were run: each ruleset compiled once for each edition of its parameters."""

    def __init__(self, desk: Desk, ruleset: Ruleset, report: CaseReport) -> None:
        self.ruleset = ruleset
        self._calendar = desk.world.calendar
        self._failures: dict[str, list[Problem]] = {}
        for problem in report.failures:
            self._failures.setdefault(problem.pointer.split("/")[2], []).append(problem)
        self._compiled: dict[tuple[Any, ...], Compiled] = {}

    def failures(self, number: int) -> list[Problem]:
        """Give what came out otherwise than a case expects."""
        return self._failures.get(str(number), [])

    def facts(self, case: Mapping[str, Any]) -> dict[str, Any]:
        """Give the facts of a case."""
        return dict(extract_facts(self.ruleset, case["answers"], self._day(case), self._calendar))

    def compiled(self, case: Mapping[str, Any]) -> Compiled:
        """Give the ruleset compiled for the edition that decides a case."""
        place = self.ruleset.document.get("dated_by")
        named = get(case["answers"], str(place)) if place else MISSING
        try:
            day = date.fromisoformat(str(named)) if named is not MISSING else self._day(case)
        except ValueError:
            day = self._day(case)
        edition = tuple(parameter.on(day) for parameter in self.ruleset.parameters.values())
        if edition not in self._compiled:
            self._compiled[edition] = compile_ruleset(self.ruleset, day)
        return self._compiled[edition]

    def _day(self, case: Mapping[str, Any]) -> date:
        return date.fromisoformat(str(case["on"]))


def reach(desk: Desk, report: CaseReport) -> Part:
    """Say what the cases reach, and let the author sign for what none reaches."""
    rules = desk.document.get("rules", {})
    total = len(report.truths)
    head = tag("h2", {"class": "h3"}, escape(desk.word("覆盖", "What the cases reach")))
    both = len(report.conditions) - len(report.half_seen)
    said = desk.word(
        f"{total} 条规则中有 {total - len(report.never_met)} 条在用例中成立；{len(report.conditions)} 个条件中有 {both} 个成立过也不成立过。",
        f"{total - len(report.never_met)} of {total} rules are met by a case; {both} of {len(report.conditions)} conditions are seen both ways.",
    )
    inner = head + tag("p", {}, escape(said))
    if not report.never_met:
        return Part("dz-c-reach", inner, "section")
    note = desk.word(
        "没有用例覆盖的规则，请补充用例，或说明为何不需要；说明以您的账号签名。",
        "For a rule no case reaches add a case, or say why none is needed; what you say is signed with your account.",
    )
    inner += tag("p", {}, escape(note))
    signed = desk.document.get("tests", {}).get("unreached", {})
    for name in report.never_met:
        known = signed.get(name, {})
        operation = {"op": "sign_unreached", "rule": name, "on": desk.world.today.isoformat()}
        title = desk.say(title_of(rules[name], name))
        inner += two_texts(
            desk,
            desk.word(f"“{title}”为何没有用例", f"Why no case for “{title}”"),
            operation,
            known.get("reason"),
        )
        if known:
            by = str(known.get("signed_by", ""))
            inner += tag("p", {"class": "form-hint"}, escape(desk.word(f"由 {by} 签名", f"signed by {by}")))
    return Part("dz-c-reach", inner, "section")
