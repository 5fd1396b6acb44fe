"""Rulesets as a JSON API, under ``/api/v1/rulesets``; the twin of their pages."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from ...core.definitions.types import Json, text
from ...core.forms.facts import SampleForm
from ..context import Platform
from ..errors import Refusal
from .reading import Reading
from .suggested import case_file
from .words import day_of, not_values

READ = {"permission": "definition.read"}


@dataclass
class TryBody:
    """Sample facts by name, or answers to read them from; ``on`` is the day (YYYY-MM-DD), today when left out."""

    facts: dict[str, Any] | None = None
    answers: dict[str, Any] = field(default_factory=dict)
    on: str | None = None


class RulesetsApi(Controller):
    """Rulesets as sentences and table, their findings and cases, and trying them."""

    path = "/api/v1/rulesets"
    tags = ("rulesets",)
    opt = READ

    @get("/", sync_to_thread=True)
    def listing(self, platform: NamedDependency[Platform], search: FromQuery[str] = "") -> dict[str, Json]:
        """List the rulesets."""
        return {"rulesets": platform.rulesets.listing(search)}

    @get("/{code:str}", sync_to_thread=True)
    def editions(self, platform: NamedDependency[Platform], code: FromPath[str]) -> dict[str, Json]:
        """List the editions of a ruleset: its draft and its versions, newest first."""
        today = platform.rulesets.today()
        return {
            "editions": [
                {"edition": each.name, "digest": each.digest, "in_force": each.in_force(today)}
                for each in platform.rulesets.editions(code)
            ]
        }

    @get("/{code:str}/{edition:str}", sync_to_thread=True)
    def one(
        self, platform: NamedDependency[Platform], code: FromPath[str], edition: FromPath[str]
    ) -> dict[str, Json]:
        """Give an edition (a version's number, or ``draft``): facts, parameters, sentences, table, document."""
        found = platform.rulesets.sound(code, edition)
        series, _ = platform.rulesets.series(found)
        return {**Reading(found).to_json(), "series": series}

    @get("/{code:str}/{edition:str}/findings", sync_to_thread=True)
    def findings(
        self, platform: NamedDependency[Platform], code: FromPath[str], edition: FromPath[str]
    ) -> dict[str, Json]:
        """Give what the analysis finds; ``status`` is ``running`` (ask again) or ``done``."""
        found = platform.rulesets.findings(platform.rulesets.sound(code, edition))
        if found is None:
            return {"status": "running", "findings": []}
        return {"status": "done", "findings": [problem.to_json() for problem in found]}

    @get("/{code:str}/{edition:str}/cases", sync_to_thread=True)
    def cases(
        self, platform: NamedDependency[Platform], code: FromPath[str], edition: FromPath[str]
    ) -> dict[str, Json]:
        """Run the test cases: which pass, and which rules they reach."""
        lines, report = platform.rulesets.cases(platform.rulesets.sound(code, edition))
        reached = report.truths if report else {}
        return {
            "cases": [line.to_json() for line in lines],
            "coverage": report.coverage if report else 0.0,
            "reached": {rule: sorted(truths) for rule, truths in reached.items()},
        }

    @get("/{code:str}/{edition:str}/suggestions", sync_to_thread=True)
    def suggestions(
        self, platform: NamedDependency[Platform], code: FromPath[str], edition: FromPath[str]
    ) -> dict[str, Json]:
        """Give the fewest test cases that reach every row and boundary, and whether that is proven; ``status`` is ``running`` (ask again) or ``done``."""
        found = platform.rulesets.suggestions(platform.rulesets.sound(code, edition))
        if found is None:
            return {"status": "running", "suggestions": []}
        return {"status": "done", **found.to_json()}

    @get("/{code:str}/{edition:str}/case-file", sync_to_thread=True)
    def case_file(
        self,
        platform: NamedDependency[Platform],
        code: FromPath[str],
        edition: FromPath[str],
        take: FromQuery[list[int] | None] = None,
    ) -> Response[dict[str, Json]]:
        """Give the suggestions taken (by number) as a file of test cases, to be saved beside the ruleset."""
        found = platform.rulesets.sound(code, edition)
        offered = platform.rulesets.suggestions(found)
        if offered is None:
            raise Refusal(
                409,
                "analysis-running",
                text("建议的用例还在生成", "the suggestions are still being sought"),
                text("请稍候再试", "try again in a moment"),
            )
        taken = [each for each in offered.cases if each.number in set(take or ())]
        name = f"{code}.cases.json"
        return Response(
            case_file(found.sound, taken),
            headers={"content-disposition": f'attachment; filename="{name}"'},
        )

    @post("/{code:str}/{edition:str}/try", status_code=200, sync_to_thread=True)
    def attempt(
        self,
        platform: NamedDependency[Platform],
        code: FromPath[str],
        edition: FromPath[str],
        data: JSONBody[TryBody],
    ) -> dict[str, Json]:
        """Decide sample facts with both engines: verdict, trace in sentences, and what would change it.

        Nothing is kept. Facts that are no value of their type are refused (422).
        """
        found = platform.rulesets.sound(code, edition)
        on = day_of(data.on, platform.rulesets.today())
        if data.facts is None:
            facts = platform.rulesets.facts_of(found, data.answers, on)
            return platform.rulesets.attempt(found, facts, on).to_json()
        form = SampleForm(found.sound, found.elements)
        sample = form.of_facts(data.facts)
        unknown = sorted(set(data.facts) - set(sample.typed))
        if sample.errors or unknown:
            raise not_values(sample, unknown)
        return platform.rulesets.attempt(found, sample.facts, on).to_json()
