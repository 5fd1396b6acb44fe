"""``yijianshi evaluate BUNDLE --answers FILE``: what the rules say, with the full explanation."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

import click

from ..core.bundles.compose import Composition
from ..core.bundles.evaluate import Evaluation, evaluate, versions
from ..core.definitions.canonical import MalformedJson
from ..core.rules import say_condition
from ..server.context import now, shipped_calendar
from ..server.engines.decider import Agreement, Decider
from ..server.engines.durable import DurableEngine
from ..server.files import read_json
from ..server.rule_advice import Counsel, counsels
from ..server.rule_elements import of_composition, options, titles
from .compose import definitions_option, load_composition
from .output import FINDINGS, OK, as_json, language, misuse, print_json


@click.command("evaluate")
@click.argument("bundle")
@click.option("--answers", required=True, type=click.Path(path_type=Path), help="JSON file with the answers")
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), default=None, help="date of the decision (today)")
@definitions_option
@as_json
@language
def command(
    bundle: str, answers: Path, on: datetime | None, paths: tuple[Path, ...], as_json: bool, lang: str
) -> None:
    """Decide BUNDLE for the answers in FILE: outcomes, what is unknown, the trace, both engines.

    Exit status 1 when the engines differ or the engine of record gives no answer: then there
    is no verdict.
    """
    try:
        given = read_json(answers)
    except MalformedJson as error:
        misuse(error.problem.line("zh"), error.problem.line("en"))
    if not isinstance(given, dict):
        misuse("答案文件应为 JSON 对象", "the answers must be a JSON object")
    day = on.date() if on else now().date()
    composition = load_composition(bundle, paths, lang)
    result = evaluate(composition, given, day, shipped_calendar())
    engine = DurableEngine(workers=1)
    try:
        verdict = Decider(engine).decide([(run.compiled, run.facts, run.verdict) for run in result.runs])
    finally:
        engine.close()
    agreed = isinstance(verdict, Agreement)
    advice = counsels(composition, result) if agreed else ()
    if as_json:
        report = result.to_json()
        if not agreed:
            report["outcomes"] = []
        print_json(
            {
                **report,
                "advice": [each.to_json() for each in advice],
                "trace": result.trace(),
                "versions": versions(composition),
                "engines": verdict.to_json(),
            }
        )
    else:
        click.echo(as_text(result, composition, day, lang, agreed, advice))
    sys.exit(OK if agreed else FINDINGS)


def as_text(
    result: Evaluation,
    composition: Composition,
    day: date,
    lang: str,
    agreed: bool,
    advice: Sequence[Counsel] = (),
) -> str:
    """Say an evaluation for a reader at a terminal."""
    matters, elements = composition.matters, of_composition(composition)
    zh = lang != "en"
    side = "zh" if zh else "en"
    if not agreed:
        return (
            "两个引擎结论不一致，不给出结论，转人工。"
            if zh
            else "The engines differ: no verdict, a person decides."
        )
    words = {"met": "符合", "unmet": "不符合", "unknown": "待补充"} if zh else {}
    lines = [f"{day.isoformat()}  " + ("两个引擎一致" if zh else "both engines agree"), ""]
    lines.append("办理事项：" if zh else "Matters:")
    lines += [f"  · {matters[code]['title'][side]}" for code in result.active]
    if result.undecided:
        names = ("、" if zh else ", ").join(matters[code]["title"][side] for code in result.undecided)
        lines.append(("尚不能确定：" if zh else "Not yet known: ") + names)
    for run in result.runs:
        lines += ["", run.compiled.ruleset.title[side]]  # type: ignore[literal-required]
        for rule in run.compiled.ruleset.read:
            truth = run.verdict.truths[rule.name]
            said = say_condition(
                run.compiled.ruleset,
                rule.condition,
                "zh" if zh else "en",
                titles(elements),
                options(elements),
            )
            lines.append(f"  [{words.get(truth, truth)}] {said}")
            if truth != "unmet":
                lines += [
                    f"      → {o.reason[side]}{f'（{o.basis}）' if zh else f' ({o.basis})'}"  # type: ignore[literal-required]
                    for o in rule.outcomes
                    if o.reason
                ]
    if advice:
        lines += ["", "怎样才符合条件：" if zh else "What would change it:"]
        lines += [f"  · {each.sentence[side]}" for each in advice]  # type: ignore[literal-required]
    if result.unknown:
        missing = ("、" if zh else ", ").join(
            f"{entry['fact']} ({entry['pointer']})" for entry in result.unknown
        )
        lines += ["", ("还需要：" if zh else "Still needed: ") + missing]
    return "\n".join(lines)
