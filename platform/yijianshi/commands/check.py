"""``yijianshi check PATH…``: every problem of definitions, one line a finding."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from ..core.checks import check
from ..core.checks.ways import way_findings
from ..core.definitions.library import Library
from ..core.definitions.types import Problem
from ..server.context import now, shipped_calendar
from ..server.files import meta_schemas, read_sources, shipped_paths
from ..server.rule_agreement import agreement_findings
from ..server.rule_analysis import analysis_findings
from ..server.rule_cases import case_findings
from .output import FINDINGS, OK, as_json, language, print_json, print_problems

SECONDS = 4.0
"""For the agreement of the engines on one ruleset; publishing gives it more."""


@click.command("check")
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option("--alone", is_flag=True, help="do not let the documents refer to the shipped definitions")
@as_json
@language
def command(paths: tuple[Path, ...], alone: bool, as_json: bool, lang: str) -> None:
    """Check the definitions under PATHS (default: the shipped ones) and their rule test cases.

    Finds malformed JSON, what the meta-schemas forbid, unknown keys, dangling references,
    codes used twice, circles, places used for two things, promises longer than the law
    allows, rules that cannot be read, and rule test cases that fail; of each ruleset
    contradictions, rules never met, overlaps, gaps, redundant rules, and editions of a
    regulation that leave a hole or overlap, each with facts that show it; rulesets on which
    the engines differ, held against one another on cases made for each; of each bundle fields
    at which applicants in some situation get no further.
    """
    result = run(paths, alone, None if as_json else _progress)
    findings: list[Problem] = result["findings"]
    if as_json:
        print_json({**result, "findings": [problem.to_json() for problem in findings]})
    else:
        print_problems(findings, lang)
        errors, warnings = result["errors"], result["warnings"]
        click.echo(
            f"{result['documents']} 份定义，{result['cases']} 个规则用例：{errors} 个错误，{warnings} 个提醒"
            if lang == "zh"
            else f"{result['documents']} definitions, {result['cases']} rule cases: {errors} errors, {warnings} warnings"
        )
    sys.exit(FINDINGS if result["errors"] else OK)


def run(
    paths: tuple[Path, ...], alone: bool = False, progress: Callable[[int, int], None] | None = None
) -> dict[str, Any]:
    """Check what lies under the paths; gives counts and the findings."""
    sources, problems = read_sources(paths or shipped_paths())
    known = None
    if paths and not alone:
        known = Library.of(s.document for s in read_sources(shipped_paths())[0])
    findings = [*problems, *check(sources, meta_schemas(), known)]
    cases, case_problems = case_findings(sources)
    findings += case_problems
    library = (known or Library({})).with_(
        s.document
        for s in sources
        if isinstance(s.document, dict)
        and all(isinstance(s.document.get(name), str) for name in ("kind", "code"))
    )
    findings += analysis_findings(sources, library, now().date(), progress)
    findings += agreement_findings(sources, library, now().date(), seconds=SECONDS, progress=progress)
    findings += way_findings(sources, library, now().date(), shipped_calendar())
    return {
        "documents": len(sources),
        "cases": cases,
        "errors": sum(p.severity == "error" for p in findings),
        "warnings": sum(p.severity == "warning" for p in findings),
        "findings": findings,
    }


def _progress(done: int, total: int) -> None:
    """Tell how far the analysis is, where somebody watches."""
    if sys.stderr.isatty():
        click.echo(f"\r分析规则 / analysing {done + 1}/{total}", nl=done + 1 == total, err=True)
