"""The examples of docs/rules.md: they parse, their cases are green, and the sentence is as it is written."""

import json
import re
from pathlib import Path

from yijianshi.core.checks.findings import meta_findings, meta_registry
from yijianshi.core.rules import parse, run_cases, sentence
from yijianshi.server.files import meta_schemas

PAGE = (Path(__file__).parents[2] / "docs" / "rules.md").read_text("utf-8")
EXAMPLES = [json.loads(found) for found in re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)]


def test_the_ruleset_and_its_cases() -> None:
    document, cases = EXAMPLES
    metas = meta_schemas()
    registry = meta_registry(metas)
    assert meta_findings(document, metas["ruleset"], registry) == []
    assert meta_findings(cases, metas["cases"], registry) == []
    ruleset = parse(document)
    report = run_cases(ruleset, cases)
    assert (report.cases, report.failures, report.coverage) == (3, (), 1.0)
    assert sentence(ruleset, "stadium", "zh") in PAGE
