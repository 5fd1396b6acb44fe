"""Editions of rulesets: found, read, analysed, run on their cases, and tried."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from ...core.deadlines import Calendar
from ...core.definitions.canonical import digest
from ...core.definitions.numbers import whole_number
from ...core.definitions.types import Json, Problem, Text
from ...core.designer.offers import Offer, Offers, Seeking, identity, rules_of, state_of
from ...core.designer.ruleset_offers import reached_by
from ...core.designer.ruleset_parts import cases_of
from ...core.rules import (
    Compiled,
    RulesetError,
    compile_ruleset,
    extract_facts,
    parse,
    run_cases,
    say_facts,
)
from ...core.rules.aims import aims_of
from ...core.rules.cases import CaseReport
from ...core.rules.series import series_findings
from ..engines.analysis import Provers, Watch
from ..engines.decider import Decider
from ..registry import refusals
from ..registry.model import title_of
from ..registry.service import RegistryService
from ..rule_analysis import reference_date
from ..rule_elements import domains, of_library, options, titles, wording
from .analyses import WAIT, Analyses
from .offering import Offering
from .reading import Edition, decided
from .suggested import Offered, suggested
from .trying import Tried, try_facts

KEPT = 64


@dataclass(frozen=True)
class CaseLine:
    """One test case of the table: what it is about, its facts, and whether it went as expected."""

    number: int
    title: Text
    on: str
    facts: Mapping[str, Any]
    said: Text
    expected: Mapping[str, Json]
    failures: tuple[Problem, ...]

    def to_json(self) -> dict[str, Json]:
        """Give the line as JSON."""
        return {
            "number": self.number,
            "title": dict(self.title),
            "on": self.on,
            "facts": dict(self.facts),
            "said": dict(self.said),
            "expect": dict(self.expected),
            "passed": not self.failures,
            "failures": [problem.to_json() for problem in self.failures],
        }


class RulesetService:
    """Everything the pages and the API show of rulesets; raises Refusal 404 for what there is not."""

    def __init__(
        self,
        registry: RegistryService,
        decider: Decider,
        calendar: Calendar,
        clock: Callable[[], datetime],
        provers: Provers,
    ) -> None:
        self._registry = registry
        self._decider = decider
        self._provers = provers
        self._calendar = calendar
        self._clock = clock
        self._analyses = Analyses()
        self._offering = Offering(self._analyses)
        self._compiled: OrderedDict[tuple[str, date], Compiled] = OrderedDict()
        self._lock = threading.Lock()

    def today(self) -> date:
        """Give the day it is for the platform."""
        return self._clock().date()

    def close(self) -> None:
        """End the analyses."""
        self._offering.close()
        self._analyses.close()

    # editions

    def listing(self, search: str = "") -> list[dict[str, Any]]:
        """List the rulesets: newest version and draft, what they decide, how many rules and cases."""
        return [
            {
                "code": item.code,
                "title": item.title,
                "decides": decided(shown.document),
                "rules": len(rules) if isinstance(rules := shown.document.get("rules"), Mapping) else 0,
                "version": item.version.version if item.version else None,
                "retired": bool(item.version and item.version.retired_at),
                "draft": item.draft is not None,
                "effective_from": shown.document.get("effective_from"),
                "effective_to": shown.document.get("effective_to"),
                "series": shown.document.get("series"),
            }
            for item in self._registry.items("ruleset", search)
            if (shown := item.version or item.draft) is not None
        ]

    def editions(self, code: str) -> list[Edition]:
        """Give every edition of a ruleset, newest first, the draft before all."""
        draft = self._registry.draft("ruleset", code)
        found = [self._edition(code, None, draft.document)] if draft else []
        for version in reversed(self._registry.versions("ruleset", code)):
            retired = version.retired_at is not None
            found.append(self._edition(code, version.version, version.document, retired))
        if not found:
            raise refusals.not_found("ruleset", code)
        return found

    def edition(self, code: str, name: str) -> Edition:
        """Give one edition by its version or ``draft``."""
        for edition in self.editions(code):
            if edition.name == name:
                return edition
        raise (
            refusals.no_draft("ruleset", code)
            if name == "draft"
            else refusals.not_found("ruleset", code, whole_number(name))
        )

    def sound(self, code: str, name: str) -> Edition:
        """Give an edition that can be parsed; Refusal 422 with its problems."""
        edition = self.edition(code, name)
        if edition.ruleset is None:
            raise refusals.broken(edition.problems)
        return edition

    def series(self, edition: Edition) -> tuple[list[dict[str, Any]], list[Problem]]:
        """Give the rulesets of the same series in the order of time, and what is wrong between them."""
        name = edition.document.get("series")
        if not isinstance(name, str):
            return [], []
        documents: list[Mapping[str, Any]] = [edition.document]
        documents += [
            item.version.document
            for item in self._registry.items("ruleset")
            if item.version and item.code != edition.code and item.version.document.get("series") == name
        ]
        documents.sort(key=lambda each: str(each.get("effective_from", "")))
        lines = [
            {
                "code": each["code"],
                "title": title_of(each, str(each["code"])),
                "effective_from": each.get("effective_from"),
                "effective_to": each.get("effective_to"),
                "here": each["code"] == edition.code,
            }
            for each in documents
        ]
        return lines, [problem for _, problem in series_findings(documents)]

    def _edition(
        self, code: str, number: int | None, document: Mapping[str, Any], retired: bool = False
    ) -> Edition:
        elements = of_library(self._registry.library())
        try:
            ruleset, problems = parse(document), ()
        except RulesetError as error:
            return Edition(
                code, number, digest(document), document, None, tuple(error.problems), elements, retired
            )
        return Edition(code, number, digest(document), document, ruleset, problems, elements, retired)

    # deciding

    def compiled(self, edition: Edition, on: date) -> Compiled:
        """Compile an edition for a day, once for as long as it is asked for."""
        key = (edition.digest, on)
        with self._lock:
            if key in self._compiled:
                self._compiled.move_to_end(key)
                return self._compiled[key]
        made = compile_ruleset(edition.sound, on)
        with self._lock:
            self._compiled[key] = made
            while len(self._compiled) > KEPT:
                self._compiled.popitem(last=False)
        return made

    def attempt(self, edition: Edition, facts: Mapping[str, Any], on: date) -> Tried:
        """Decide sample facts with both engines, with trace and advice."""
        return try_facts(
            self.compiled(edition, on), facts, edition.elements, self._decider, self._provers.advise
        )

    def facts_of(self, edition: Edition, answers: Json, on: date) -> dict[str, Any]:
        """Give the facts that answers hold."""
        return extract_facts(edition.sound, answers, on, self._calendar)

    # analysis

    def findings(self, edition: Edition, wait: float = WAIT) -> list[Problem] | None:
        """Give what the analysis finds, and the editions' periods; None while it is under way."""
        ruleset, day = edition.sound, reference_date(edition.sound, self.today())
        limits = domains(ruleset, edition.elements)
        words = (titles(edition.elements), options(edition.elements))
        said = wording(ruleset, edition.elements)
        key = ("findings", edition.digest, day.isoformat(), repr(limits), said)
        found: list[Problem] | None = self._analyses.ask(
            key, lambda: self._provers.analyse(compile_ruleset(ruleset, day), limits, *words), wait
        )
        return None if found is None else [*found, *self.series(edition)[1]]

    def analysed(self, document: Mapping[str, Any], wait: float = WAIT) -> list[Problem] | None:
        """Give what the analysis finds in a draft's document, one that can be parsed; None while it is under way."""
        return self.findings(self._edition(str(document["code"]), None, document), wait)

    def suggestions(self, edition: Edition, wait: float = WAIT) -> Offered | None:
        """Give the test cases worth having, and whether they are the fewest; None while they are being sought."""
        ruleset, day = edition.sound, reference_date(edition.sound, self.today())
        limits = domains(ruleset, edition.elements)
        key = ("suggestions", edition.digest, day.isoformat(), repr(limits))
        found = self._analyses.ask(
            key, lambda: self._provers.suggest(compile_ruleset(ruleset, day), limits), wait
        )
        if found is None:
            return None
        words = (titles(edition.elements), options(edition.elements))
        return Offered(tuple(suggested(ruleset, found.cases, day, self._calendar, *words)), found)

    def sought(
        self, document: Mapping[str, Any], asked: str = "", wait: float = WAIT
    ) -> Offers | Seeking | None:
        """Give the fewest cases worth adding to a draft's own, or how far the search is; None once it is stopped.

        ``asked`` names the state of the draft they were asked for: what was found for it is given as long
        as it is kept, whatever became of the draft. Refusal 422 for a draft whose rules are not sound.
        """
        code = str(document["code"])
        known = self._offering.found(code, asked)
        if known is not None:
            return known
        edition = self._edition(code, None, document)
        if edition.ruleset is None:
            raise refusals.broken(edition.problems)
        cases = cases_of(document)
        state = state_of(document, cases)
        found = self._offering.ask(
            code, state, lambda watch: self._offers(edition, cases, asked or state, watch), wait
        )
        if isinstance(found, Offers) and asked:
            found = replace(found, asked=asked)
            self._offering.keep(code, asked, found)
        return found

    def give_up(self, code: str) -> bool:
        """Stop the search for a draft's cases; tells whether one was under way."""
        return self._offering.stop(code)

    def _offers(
        self, edition: Edition, cases: Sequence[Mapping[str, Any]], asked: str, watch: Watch
    ) -> Offers:
        ruleset, day = edition.sound, reference_date(edition.sound, self.today())
        compiled = compile_ruleset(ruleset, day)
        reached = set().union(*reached_by(ruleset, cases, aims_of(compiled), self._calendar))
        found = self._provers.suggest(compiled, domains(ruleset, edition.elements), reached, watch)
        words = (titles(edition.elements), options(edition.elements))
        made = suggested(ruleset, found.cases, day, self._calendar, *words)
        return Offers(
            asked,
            rules_of(edition.document),
            tuple(identity(case) for case in cases),
            day.isoformat(),
            tuple(Offer(each.case, each.missing) for each in made),
            found.least,
            found.proven,
            tuple(aim.said for aim in found.apart),
            found.never,
            found.open_,
        )

    # test cases

    def cases(self, edition: Edition) -> tuple[list[CaseLine], CaseReport | None]:
        """Run the test cases beside a ruleset; no report when there are none."""
        document = edition.document.get("tests")
        if not isinstance(document, Mapping) or not document.get("cases"):
            return [], None
        ruleset = edition.sound
        report = run_cases(ruleset, document, self._calendar)
        lines = []
        for number, case in enumerate(document["cases"]):
            facts = self.facts_of(edition, case["answers"], date.fromisoformat(case["on"]))
            place = f"/cases/{number}/"
            lines.append(
                CaseLine(
                    number,
                    case["title"],
                    case["on"],
                    facts,
                    self._said(edition, facts),
                    case["expect"],
                    tuple(failure for failure in report.failures if failure.pointer.startswith(place)),
                )
            )
        return lines, report

    def _said(self, edition: Edition, facts: Mapping[str, Any]) -> Text:
        words = (titles(edition.elements), options(edition.elements))
        return {
            "zh": say_facts(edition.sound, facts, "zh", *words),
            "en": say_facts(edition.sound, facts, "en", *words),
        }
