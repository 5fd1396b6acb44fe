"""The pages of rulesets."""

from __future__ import annotations

import json
from typing import Any

from litestar import Controller, Request, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template

from ...core.definitions.types import Problem, text
from ...core.forms.facts import Sample, SampleForm
from ...core.forms.html import render_error_summary
from ...core.forms.page import ADD, ASKED, REMOVE
from ..context import Platform
from ..errors import Refusal
from ..registry.pages import pretty
from ..templating import language
from .reading import Edition, Reading
from .suggested import case_file
from .words import day_of, not_values

READ = {"permission": "definition.read"}
AnyRequest = Request[Any, Any, Any]

TABS = {
    "": text("句子", "Sentences"),
    "table": text("决策表", "Decision table"),
    "json": text("JSON", "JSON"),
    "findings": text("分析结果", "Findings"),
    "cases": text("测试用例", "Test cases"),
    "try": text("试一试", "Try it"),
}


class RulesetPages(Controller):
    """Rulesets for administrators and auditors; kept out of the OpenAPI document."""

    path = "/rulesets"
    include_in_schema = False
    opt = READ

    @get("/", sync_to_thread=True)
    def listing(self, platform: NamedDependency[Platform], search: FromQuery[str] = "") -> Template:
        """List the rulesets."""
        context = {"items": platform.rulesets.listing(search), "search": search}
        return Template("rulesets/list.html", context=context)

    @get("/{code:str}", sync_to_thread=True)
    def newest(self, platform: NamedDependency[Platform], code: FromPath[str]) -> Redirect:
        """Go to the newest version, else the draft."""
        editions = platform.rulesets.editions(code)
        chosen = next((each for each in editions if each.number is not None), editions[0])
        return Redirect(f"/rulesets/{code}/{chosen.name}", status_code=303)

    @get("/{code:str}/{edition:str}", sync_to_thread=True)
    def sentences(
        self, platform: NamedDependency[Platform], code: FromPath[str], edition: FromPath[str]
    ) -> Template:
        """Show the rules as sentences, with facts, parameters and the series."""
        found = platform.rulesets.edition(code, edition)
        if found.ruleset is None:
            return self._page(platform, found, "", "broken")
        series, problems = platform.rulesets.series(found)
        return self._page(
            platform, found, "", "sentences", reading=Reading(found), series=series, problems=problems
        )

    @get("/{code:str}/{edition:str}/table", sync_to_thread=True)
    def table(
        self, platform: NamedDependency[Platform], code: FromPath[str], edition: FromPath[str]
    ) -> Template:
        """Show the decision table."""
        found = platform.rulesets.edition(code, edition)
        if found.ruleset is None:
            return self._page(platform, found, "table", "broken")
        return self._page(platform, found, "table", "table", table=Reading(found).table)

    @get("/{code:str}/{edition:str}/json", sync_to_thread=True)
    def as_json(
        self, platform: NamedDependency[Platform], code: FromPath[str], edition: FromPath[str]
    ) -> Template:
        """Show the document."""
        found = platform.rulesets.edition(code, edition)
        return self._page(platform, found, "json", "json", document=pretty(platform, found.document))

    @get("/{code:str}/{edition:str}/findings", sync_to_thread=True)
    def findings(
        self, platform: NamedDependency[Platform], code: FromPath[str], edition: FromPath[str]
    ) -> Template:
        """Show what the analysis finds."""
        found = platform.rulesets.edition(code, edition)
        if found.ruleset is None:
            return self._page(platform, found, "findings", "broken")
        problems = platform.rulesets.findings(found)
        rows = None if problems is None else [(each, _rule_at(each), _witness(each)) for each in problems]
        return self._page(platform, found, "findings", "findings", findings=rows)

    @get("/{code:str}/{edition:str}/cases", sync_to_thread=True)
    def cases(
        self, platform: NamedDependency[Platform], code: FromPath[str], edition: FromPath[str]
    ) -> Template:
        """Show the test cases, what they reach, and cases worth adding."""
        found = platform.rulesets.edition(code, edition)
        if found.ruleset is None:
            return self._page(platform, found, "cases", "broken")
        lines, report = platform.rulesets.cases(found)
        offered = platform.rulesets.suggestions(found)
        whole = json.dumps(
            case_file(found.ruleset, offered.cases if offered else ()), ensure_ascii=False, indent=2
        )
        return self._page(
            platform,
            found,
            "cases",
            "cases",
            lines=[(line, _facts_query(line.facts)) for line in lines],
            report=report,
            suggestions=None if offered is None else offered.cases,
            offered=offered,
            suggested_json=whole,
        )

    @get("/{code:str}/{edition:str}/try", sync_to_thread=True)
    def attempt(
        self,
        platform: NamedDependency[Platform],
        request: AnyRequest,
        code: FromPath[str],
        edition: FromPath[str],
        on: FromQuery[str] = "",
        facts: FromQuery[str] = "",
    ) -> Template:
        """Try the ruleset: a form for its facts, and what both engines say of them."""
        found = platform.rulesets.edition(code, edition)
        if found.ruleset is None:
            return self._page(platform, found, "try", "broken")
        form = SampleForm(found.ruleset, found.elements)
        pairs = [(name, value) for name, value in request.query_params.multi_items()]
        names = {name for name, _ in pairs}
        refusal: Refusal | None = None
        sample, day = Sample(), platform.rulesets.today()
        try:
            day = day_of(on, day)
            sample = _of_facts(form, _read(facts)) if facts else form.of_pairs(pairs)
        except Refusal as error:
            refusal = error
        asked = bool(facts or ASKED in names) and not {ADD, REMOVE} & names
        tried = (
            platform.rulesets.attempt(found, sample.facts, day)
            if asked and refusal is None and not sample.errors
            else None
        )
        return self._page(
            platform,
            found,
            "try",
            "try",
            status=refusal.status if refusal else 422 if asked and sample.errors else 200,
            fields=form.html(sample, language(request)),
            summary=render_error_summary(form.errors(sample), language(request)) if asked else "",
            refusal=refusal,
            on=on or day.isoformat(),
            tried=tried,
            reading=Reading(found),
        )

    @staticmethod
    def _page(
        platform: Platform, edition: Edition, tab: str, template: str, status: int = 200, **more: Any
    ) -> Template:
        return Template(
            f"rulesets/{template}.html",
            status_code=status,
            context={
                "edition": edition,
                "editions": platform.rulesets.editions(edition.code),
                "today": platform.rulesets.today(),
                "tabs": TABS,
                "tab": tab,
                "address": f"/rulesets/{edition.code}/{edition.name}",
                **more,
            },
        )


def _of_facts(form: SampleForm, facts: dict[str, Any]) -> Sample:
    """Take up facts from an address; those that are no values of their type are told at their fields."""
    sample = form.of_facts(facts)
    unknown = sorted(set(facts) - set(sample.typed))
    if unknown:
        raise not_values(sample, unknown)
    return sample


def _read(raw: str) -> dict[str, Any]:
    try:
        found = json.loads(raw)
        # half a surrogate pair is no text that a page could show again
        json.dumps(found, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        found = None
    if isinstance(found, dict):
        return found
    raise Refusal(
        422,
        "no-facts",
        text("facts 应为 JSON 对象", "facts must be a JSON object"),
        text("请改用表单填写", "use the form instead"),
    )


def _facts_query(facts: Any) -> str:
    return json.dumps(dict(facts), ensure_ascii=False, separators=(",", ":"))


def _witness(problem: Problem) -> str | None:
    """Give the facts that show a finding, as the address to try them takes them."""
    facts = getattr(problem, "facts", None)
    return None if facts is None else _facts_query(facts)


def _rule_at(problem: Problem) -> str | None:
    """Give the rule a finding is about."""
    parts = problem.pointer.split("/")
    if len(parts) < 3 or parts[1] != "rules":
        return None
    return parts[2].replace("~1", "/").replace("~0", "~")
