"""The test cases that lie beside rulesets, found and run."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from ..core.checks import Source
from ..core.checks.findings import meta_findings, meta_registry
from ..core.deadlines import Calendar
from ..core.definitions.canonical import MalformedJson
from ..core.definitions.types import Problem, text
from ..core.rules import RulesetError, parse, run_cases
from .files import meta_schemas, read_json, root


def case_findings(sources: Iterable[Source]) -> tuple[int, list[Problem]]:
    """Run the cases of every ruleset among the sources; gives how many there were, and what failed.

    The cases of ``rules/x.json`` are in ``rules/x.cases.json``; a ruleset without is a warning,
    and so is a rule that no case meets.
    """
    metas = meta_schemas()
    registry = meta_registry(metas)
    calendar = Calendar.from_data(
        read_json(path) for path in sorted((root() / "schemas" / "calendars").glob("*.json"))
    )
    count = 0
    found: list[Problem] = []
    for source in sources:
        document = source.document
        if not isinstance(document, dict) or document.get("kind") != "ruleset":
            continue
        try:
            ruleset = parse(document)
        except RulesetError:
            continue  # the ruleset has its own findings
        path = Path(source.file).parent / f"{Path(source.file).stem}.cases.json"
        if not path.exists():
            found.append(
                Problem(
                    source.pointer,
                    "no-cases",
                    text("规则集没有测试用例", "the ruleset has no test cases"),
                    text(f"请编写 {path.name}", f"write {path.name}"),
                    source.file,
                    "warning",
                )
            )
            continue
        try:
            cases = read_json(path)
        except MalformedJson as error:
            found.append(error.problem)
            continue
        shape = meta_findings(cases, metas["cases"], registry)
        found += [problem.at(str(path)) for problem in shape]
        if shape:
            continue
        if cases["ruleset"] != ruleset.code:
            found.append(
                Problem(
                    "/ruleset",
                    "cases-of-another",
                    text(
                        f"用例写的是“{cases['ruleset']}”，规则集是“{ruleset.code}”",
                        f"the cases are of {cases['ruleset']!r}, the ruleset is {ruleset.code!r}",
                    ),
                    text("请改正其中一个编码", "correct one of the two codes"),
                    str(path),
                )
            )
        report = run_cases(ruleset, cases, calendar)
        count += report.cases
        found += [failure.at(str(path)) for failure in report.failures]
        found += [
            Problem(
                "/cases",
                "rule-never-met",
                text(f"没有用例使规则“{name}”成立", f"no case meets the rule {name!r}"),
                text("请补充一个用例", "add a case"),
                str(path),
                "warning",
            )
            for name in report.never_met
        ]
    return count, found
