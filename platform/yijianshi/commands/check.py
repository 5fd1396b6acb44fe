"""``yijianshi check PATH…``: every problem of definitions, one line a finding."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from ..core.checks.documents import Source, examine_all, set_of
from ..core.checks.ways import way_findings
from ..core.definitions.library import Library
from ..core.definitions.types import Problem, text
from ..server.context import now, shipped_calendar
from ..server.files import codes_in, meta_schemas, read_sources, shipped_paths
from ..server.rule_agreement import agreement_findings
from ..server.rule_analysis import analysis_findings
from ..server.rule_cases import run_all
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
        if result["coverage"]:
            click.echo(_covered(result["coverage"], lang))
    sys.exit(FINDINGS if result["errors"] else OK)


def run(
    paths: tuple[Path, ...],
    alone: bool = False,
    progress: Callable[[int, int], None] | None = None,
    seconds: float = SECONDS,
) -> dict[str, Any]:
    """Check what lies under the paths; gives counts and the findings.

    ``seconds`` bound how long the engines are held against one another on one ruleset.
    """
    sources, problems = read_sources(paths or shipped_paths())
    if not sources and not problems:
        problems = [_nothing(path) for path in paths]
    known = None
    if paths and not alone:
        known = Library.of(s.document for s in read_sources(shipped_paths())[0])
    unread = {code for problem in problems if problem.file for code in codes_in(Path(problem.file))}
    told, shelf = examine_all(sources, meta_schemas(), known, unread)
    findings = [*problems, *told]
    tested = run_all(sources)
    findings += tested.findings
    # what is broken in the dictionary limits no fact; a bundle is gone through when all of it is whole
    library = shelf.whole_library()
    findings += analysis_findings(sources, library, now().date(), progress)
    findings += agreement_findings(sources, library, now().date(), seconds=seconds, progress=progress)
    sound = [s for s in sources if _is_bundle(s) and shelf.sound("bundle", s.document["code"])]
    findings += way_findings(sound, library, now().date(), shipped_calendar())
    findings = set_of(findings)
    return {
        "documents": len(sources),
        "cases": tested.cases,
        "coverage": [each.to_json() for each in tested.coverage],
        "errors": sum(p.severity == "error" for p in findings),
        "warnings": sum(p.severity == "warning" for p in findings),
        "findings": findings,
    }


def _nothing(path: Path) -> Problem:
    return Problem(
        "",
        "no-definitions",
        text("这里没有任何定义", "there is no definition here"),
        text("请给出存有 .json 定义文件的文件夹", "give a folder that holds definitions as .json files"),
        str(path),
    )


def _is_bundle(source: Source) -> bool:
    document = source.document
    return (
        isinstance(document, dict)
        and document.get("kind") == "bundle"
        and isinstance(document.get("code"), str)
    )


def _covered(coverage: list[dict[str, Any]], lang: str) -> str:
    """Say what the rule cases reach, of all rulesets together."""

    def sum_of(part: str, name: str) -> int:
        return sum(each[part][name] for each in coverage)

    rows, signed = sum_of("rows", "reached"), sum_of("rows", "signed")
    of_rows, both, of = sum_of("rows", "of"), sum_of("conditions", "both"), sum_of("conditions", "of")
    if lang == "zh":
        return f"用例覆盖：规则 {rows}/{of_rows}（另有 {signed} 条签名说明），条件 {both}/{of} 两面都见过"
    return f"the cases reach {rows} of {of_rows} rows ({signed} more signed for); {both} of {of} conditions both ways"


def _progress(done: int, total: int) -> None:
    """Tell how far the analysis is, where somebody watches."""
    if sys.stderr.isatty():
        click.echo(f"\r分析规则 / analysing {done + 1}/{total}", nl=done + 1 == total, err=True)
