"""The test cases of rulesets: found in the ruleset or beside it, run, and what they reach."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ..core.checks import Source
from ..core.checks.findings import meta_findings, meta_registry
from ..core.deadlines import Calendar
from ..core.definitions.canonical import MalformedJson
from ..core.definitions.pointer import join
from ..core.definitions.types import Json, Problem, Severity, text
from ..core.rules import CaseReport, Ruleset, RulesetError, parse, run_cases
from ..core.rules.order import called
from .files import meta_schemas, read_json, root

LONGEST_CODE = 80
"""As the meta-schema has it; no file is looked for under a longer name."""

SHOWN = 5
"""Conditions named of those not seen both ways."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """What the test cases of one ruleset reach."""

    ruleset: str
    rules: int
    reached: int
    signed: int
    conditions: int
    both: int
    """Conditions seen met and unmet."""

    def to_json(self) -> dict[str, Json]:
        """Give the coverage as JSON."""
        return {
            "ruleset": self.ruleset,
            "rows": {"reached": self.reached, "signed": self.signed, "of": self.rules},
            "conditions": {"both": self.both, "of": self.conditions},
        }


@dataclass(frozen=True, slots=True)
class Tested:
    """How many cases there were, what they reach, and what is wrong."""

    cases: int
    coverage: tuple[Coverage, ...]
    findings: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the cases of a ruleset stand."""

    document: Mapping[str, Any]
    file: str
    pointer: str = ""

    def place(self, problem: Problem) -> Problem:
        return problem.at(self.file, self.pointer)


def run_all(sources: Iterable[Source], publishing: bool = False) -> Tested:
    """Run the cases of every ruleset among the sources.

    They are the ruleset's own ``tests``, or stand beside it: those of ``rules/x.json`` in
    ``rules/x.cases.json``. A row that no case meets, and a ruleset without cases, is a warning; when it
    is to be published, an error, unless ``unreached`` holds the reason its author signed for.
    """
    metas = meta_schemas()
    registry = meta_registry(metas)
    calendar = Calendar.from_data(
        read_json(path) for path in sorted((root() / "schemas" / "calendars").glob("*.json"))
    )
    severity: Severity = "error" if publishing else "warning"
    cases = 0
    coverage: list[Coverage] = []
    found: list[Problem] = []
    for source in sources:
        if not isinstance(source.document, dict) or source.document.get("kind") != "ruleset":
            continue
        try:
            place = _cases_of(source)
        except MalformedJson as error:
            found.append(error.problem)
            continue
        shape: list[Problem] = []
        if place is None:
            found.append(_no_cases(source, severity))
        else:
            own = {"ruleset": "its-own", "cases": [], **place.document}
            shape = meta_findings(own, _lenient(metas["cases"]), registry)
            found += [place.place(problem) for problem in shape]
        ruleset = _ruleset(source)
        if ruleset is None or shape:
            continue
        if place is None:
            coverage.append(_coverage(ruleset, run_cases(ruleset, {}, calendar), {}))
            continue
        report = run_cases(ruleset, place.document, calendar)
        signed = place.document.get("unreached", {})
        cases += report.cases
        coverage.append(_coverage(ruleset, report, signed))
        found += [place.place(problem) for problem in report.failures]
        found += [
            each.at(source.file, source.pointer) for each in _unreached(ruleset, report, signed, severity)
        ]
        found += [place.place(problem) for problem in (*_in_vain(report, signed), *_half_seen(report))]
    return Tested(cases, tuple(coverage), tuple(found))


def with_tests(source: Source) -> Source:
    """Take the cases that lie beside a ruleset's file into the ruleset, so that they go where it goes."""
    document = source.document
    if not isinstance(document, dict) or document.get("kind") != "ruleset" or "tests" in document:
        return source
    path = _beside(source.file)
    if not path.is_file():
        return source
    try:
        cases = read_json(path)
    except MalformedJson:
        return source
    if not isinstance(cases, dict):
        return source
    tests = {name: value for name, value in cases.items() if name != "ruleset"}
    return replace(source, document={**document, "tests": tests})


def _ruleset(source: Source) -> Ruleset | None:
    try:
        return parse(source.document)
    except RulesetError:
        return None  # the ruleset has its own findings


def _cases_of(source: Source) -> _Place | None:
    """Find the cases of a ruleset: its own, those beside its file, those that came with the platform."""
    if isinstance(source.document.get("tests"), dict):
        return _Place(source.document["tests"], source.file, source.pointer + "/tests")
    paths = [_beside(source.file)]
    code = source.document.get("code")
    if isinstance(code, str) and len(code) <= LONGEST_CODE:
        paths.append(root() / "rules" / f"{code}.cases.json")
    for path in paths:
        if path.is_file():
            cases = read_json(path)
            return _Place(cases if isinstance(cases, dict) else {"cases": cases}, str(path))
    return None


def _beside(file: str) -> Path:
    return Path(file).parent / f"{Path(file).stem}.cases.json"


def _lenient(meta: Mapping[str, Any]) -> Json:
    """Let a list of cases be empty: what is not reached then is told of, or signed for."""
    inner = {name: value for name, value in meta["properties"]["cases"].items() if name != "minItems"}
    return {**meta, "properties": {**meta["properties"], "cases": inner}}


def _coverage(ruleset: Ruleset, report: CaseReport, signed: Mapping[str, Any]) -> Coverage:
    missed = set(report.never_met)
    return Coverage(
        ruleset.code,
        len(ruleset.rules),
        len(ruleset.rules) - len(missed),
        len(missed & set(signed)),
        len(report.conditions),
        len(report.conditions) - len(report.half_seen),
    )


def _no_cases(source: Source, severity: Severity) -> Problem:
    name = _beside(source.file).name
    return Problem(
        source.pointer,
        "no-cases",
        text("规则集没有测试用例", "the ruleset has no test cases"),
        text(
            f"请编写 {name}，或把用例写在规则集的 tests 中",
            f"write {name}, or put the cases into the ruleset's tests",
        ),
        source.file,
        severity,
    )


def _unreached(
    ruleset: Ruleset, report: CaseReport, signed: Mapping[str, Any], severity: Severity
) -> Iterator[Problem]:
    for rule in ruleset.read:
        if rule.name in report.never_met and rule.name not in signed:
            name = called({"title": rule.title}, rule.name)
            yield Problem(
                join("rules", rule.name),
                "rule-never-met",
                text(f"没有用例使规则{name['zh']}成立", f"no case meets the rule {name['en']}"),
                text(
                    "请补充一个用例，或在 unreached 中签名说明原因",
                    "add a case, or sign in unreached for the reason why there is none",
                ),
                severity=severity,
            )


def _in_vain(report: CaseReport, signed: Mapping[str, Any]) -> Iterator[Problem]:
    for name in signed:
        if name not in report.never_met:
            yield Problem(
                join("unreached", name),
                "signed-in-vain",
                text(
                    f"规则“{name}”已有用例，或不存在，无须说明",
                    f"the rule {name!r} is met by a case, or does not exist: there is nothing to sign for",
                ),
                text("请删去这条说明", "remove it"),
                severity="warning",
            )


def _half_seen(report: CaseReport) -> Iterator[Problem]:
    missing = report.half_seen
    if not missing or not report.cases:
        return
    total = len(report.conditions)
    never = {
        True: text("从未成立", "never met"),
        False: text("从未不成立", "never unmet"),
        None: text("从未判断", "never decided"),
    }
    places = []
    for place in missing[:SHOWN]:
        seen = report.conditions[place]
        lacking = None if not seen else True not in seen
        places.append((place, never[lacking]))
    more = {"zh": " 等", "en": ", …"} if len(missing) > SHOWN else {"zh": "", "en": ""}
    yield Problem(
        "/cases",
        "conditions-half-seen",
        text(
            f"{total} 个条件中 {total - len(missing)} 个在用例中既成立过也不成立过；其余："
            + "，".join(f"{place} {said['zh']}" for place, said in places)
            + more["zh"],
            f"of {total} conditions the cases see {total - len(missing)} both met and unmet; not: "
            + ", ".join(f"{place} ({said['en']})" for place, said in places)
            + more["en"],
        ),
        text("可以补充用例", "cases may be added"),
        severity="note",
    )
