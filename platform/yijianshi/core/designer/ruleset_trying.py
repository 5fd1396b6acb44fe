"""Trying a ruleset in the designer: facts as they are typed, what comes of them, and keeping them as a test case.

What is tried is one setting of the page (``try``): the pairs a post of the form would have. It is no
part of the draft until it is kept.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from ..deadlines import Calendar
from ..definitions.library import Library
from ..definitions.pointer import get
from ..definitions.types import Text, text
from ..forms.facts import Elements, Sample, SampleForm, of_library
from ..rules import Compiled, Ruleset, RulesetError, compile_ruleset, extract_facts, parse
from ..rules.answers import answers_of
from .operations import Ground, Step, operation, refuse
from .ruleset_fields import field_at
from .ruleset_parts import cases_of, free
from .ruleset_suggest import case_of
from .ruleset_tests import with_cases

DAY = "_on"
"""The name of the field for the day of decision."""

KEPT = "dz-try-kept"
"""The element that tells that what is tried is a test case."""


def elements_of(library: Library, document: Mapping[str, Any]) -> Elements:
    """Read elements out of the dictionary, and the fields of the forms that use the ruleset."""
    known = of_library(library)

    def element(place: str) -> Mapping[str, Any] | None:
        found = known(place)
        if found is not None:
            return found
        field = field_at(library, place, document)
        if field is None:
            return None
        listed = [{"value": value, "title": title} for value, title in field.options]
        return {"title": field.title, "options": listed}

    return element


@dataclass(frozen=True)
class Attempt:
    """Facts as they were typed, the day of decision, and what the ruleset makes of them."""

    ruleset: Ruleset
    form: SampleForm
    sample: Sample
    day: date
    calendar: Calendar | None

    @classmethod
    def of(
        cls,
        ruleset: Ruleset,
        elements: Elements,
        setting: str,
        today: date,
        calendar: Calendar | None = None,
    ) -> Attempt:
        """Read what is tried; what cannot be read is nothing typed."""
        try:
            pairs = [(str(name), str(value)) for name, value in json.loads(setting or "[]")]
        except (TypeError, ValueError):
            pairs = []
        form = SampleForm(ruleset, elements)
        days = [value for name, value in pairs if name == DAY]
        try:
            day = date.fromisoformat(days[-1]) if days else today
        except ValueError:
            day = today
        return cls(ruleset, form, form.of_pairs(pairs), day, calendar)

    @cached_property
    def answers(self) -> Any:
        """The answers of an applicant that hold the facts, as far as they can be told."""
        return answers_of(self.ruleset, self.sample.facts, self.day)

    @cached_property
    def facts(self) -> dict[str, Any]:
        """The facts that were typed, and those that follow from them."""
        return {**extract_facts(self.ruleset, self.answers, self.day, self.calendar), **self.sample.facts}

    @cached_property
    def compiled(self) -> Compiled:
        """The ruleset with the parameters of the day that counts."""
        place = self.ruleset.document.get("dated_by")
        try:
            day = date.fromisoformat(str(get(self.answers, str(place)))) if place else self.day
        except ValueError:
            day = self.day
        return compile_ruleset(self.ruleset, day)

    @property
    def missing(self) -> list[str]:
        """Name the typed facts that the answers do not give back: how they come about is not plain."""
        given = extract_facts(self.ruleset, self.answers, self.day, self.calendar)
        return [name for name, value in self.sample.facts.items() if given.get(name) != value]

    def kept_as(self, cases: Sequence[Mapping[str, Any]]) -> Mapping[str, Any] | None:
        """Give the test case that says the same, if there is one."""
        on = self.day.isoformat()
        return next(
            (case for case in cases if (case.get("on"), case.get("answers")) == (on, self.answers)), None
        )

    def title(self, name: str) -> Text:
        """Give what a fact is called in the form."""
        return self.form.title(name)


@operation("keep_tried")
def keep_tried(ground: Ground, given: Mapping[str, Any]) -> Step:
    """Keep what is tried (``tried``) as a test case that expects what comes of it; ``on`` is the day it is."""
    try:
        ruleset = parse({key: value for key, value in ground.document.items() if key != "tests"})
    except RulesetError as error:
        raise refuse(
            "/rules",
            "not-sound",
            text("规则还有错误，不能存为用例", "the rules have errors: no case can be kept yet"),
            text("请先按检查结果改正规则", "mend the rules by the findings first"),
        ) from error
    elements = elements_of(ground.library, ground.document)
    tried = Attempt.of(ruleset, elements, str(given["tried"]), date.fromisoformat(str(given["on"])))
    _sound(tried)
    cases = cases_of(ground.document)
    if tried.kept_as(cases) is not None:
        return Step((), text("", ""))
    made = case_of(ruleset, tried.answers, tried.compiled.truths(tried.facts), tried.day)
    made["code"] = free([case["code"] for case in cases], "case")
    title = made["title"]
    sentence = text(f"试填内容存为用例：{title['zh']}", f"What was tried kept as a test case: {title['en']}")
    return with_cases(ground, [*cases, made], sentence, focus=KEPT)


def _sound(tried: Attempt) -> None:
    if not tried.sample.facts and not tried.sample.errors:
        raise refuse(
            "/tests/cases",
            "nothing-tried",
            text("还没有填写任何事实", "no fact is given yet"),
            text("请至少填写一项", "give one at least"),
        )
    for name, message in tried.sample.errors.items():
        title = tried.title(name)
        raise refuse(
            "/tests/cases",
            "wrong-fact",
            text(f"{title['zh']}：{message['zh']}", f"{title['en']}: {message['en']}"),
            text("请改正后再存", "mend it first"),
        )
    if tried.missing:
        titles = [tried.title(name) for name in tried.missing]
        raise refuse(
            "/tests/cases",
            "no-way-back",
            text(
                f"“{'、'.join(each['zh'] for each in titles)}”是由其他填写内容算出的，不能倒推出填写内容",
                f"{', '.join(each['en'] for each in titles)} comes from other answers, which cannot be worked out from it",
            ),
            text(
                "请把它留空，存为用例后在“用例”页填写",
                "leave it empty, and give the answers on the Test cases page",
            ),
        )
