"""``yijianshi walkthrough [BUNDLE…]``: made-up applicants go through each bundle; where they got stuck."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from ..server.context import Platform
from ..server.files import read_sources
from ..server.registry.imports import import_documents
from ..server.settings import Settings
from ..server.walkthrough import Report, walk_through
from .compose import definitions_option
from .exchange import ACTOR
from .output import FINDINGS, OK, as_json, language, misuse, print_json, print_problems

APPLICANTS = 100


@click.command("walkthrough")
@click.argument("bundles", nargs=-1)
@click.option(
    "--applicants",
    default=APPLICANTS,
    type=click.IntRange(1, 100_000),
    show_default=True,
    help="at most so many applicants a bundle, each in another situation",
)
@click.option("--seed", default=0, type=int, help="chooses among the situations and the sample answers")
@definitions_option
@as_json
@language
def command(
    bundles: tuple[str, ...], applicants: int, seed: int, paths: tuple[Path, ...], as_json: bool, lang: str
) -> None:
    """Send made-up applicants through each of BUNDLES (default: all), from the first page to a case.

    They go through the services that serve real applicants, on a database that is thrown away.
    Exit status 1 when one of them got stuck, or when a matter was reached by nobody.
    """
    with tempfile.TemporaryDirectory(prefix="yijianshi-walkthrough-") as folder:
        settings = Settings(data=Path(folder), demonstration=False, engine_workers=1)
        platform = Platform.open(settings, cheap_passwords=True)
        try:
            _take_in(platform, paths, lang)
            known = [str(document["code"]) for document in platform.registry.library().all("bundle")]
            for code in bundles:
                if code not in known:
                    there = "、".join(known)
                    misuse(
                        f"没有编码为“{code}”的一件事。已有：{there}",
                        f"there is no bundle {code!r}. There are: {there}",
                    )
            reports = [
                walk_through(platform, code, applicants, seed, None if as_json else _progress)
                for code in bundles or known
            ]
        finally:
            platform.close()
    if as_json:
        print_json({"bundles": [report.to_json() for report in reports]})
    else:
        for report in reports:
            click.echo(as_text(report, lang))
    sys.exit(FINDINGS if any(report.count("stuck") or report.unreached for report in reports) else OK)


def _take_in(platform: Platform, paths: tuple[Path, ...], lang: str) -> None:
    """Publish further definitions into the store that is thrown away, or stop with what is wrong."""
    sources, problems = read_sources(paths) if paths else ([], [])
    if not problems and sources:
        problems = list(import_documents(platform.registry, sources, ACTOR, publish_now=True).errors)
    if problems:
        print_problems(problems, lang)
        sys.exit(FINDINGS)


def as_text(report: Report, lang: str) -> str:
    """Say a report for a reader at a terminal."""
    zh = lang != "en"
    side = "zh" if zh else "en"
    told: Mapping[str, Any] = report.to_json()
    count = told["applicants"]
    scope = (
        ("全部情形" if report.every else "情形抽样，两两组合优先")
        if zh
        else ("every situation" if report.every else "situations sampled, every two answers first")
    )
    lines = [
        f"{told['title'][side]}（{count} 名模拟申请人，{scope}）"
        if zh
        else f"{told['title'][side]} ({count} made-up applicants, {scope})",
        "  " + told["formula"][side],
        f"  走通 {told['passed']}，规则不予办理 {told['denied']}，受阻 {told['stuck']}"
        if zh
        else f"  passed {told['passed']}, denied by a rule {told['denied']}, stuck {told['stuck']}",
    ]
    for word, entries in (
        (("受阻" if zh else "stuck"), told["stops"]),
        ("不予办理" if zh else "denied", told["denials"]),
    ):
        for entry in entries:
            place = entry["title"][side] if entry["title"] else entry["place"]
            basis = f"（{entry['basis']}）" if entry["basis"] else ""
            lines.append(f"    {word} {entry['count']} × {place}：{entry['message'][side]}{basis}")
    if told["unreached"]:
        names = "、".join(report.composition.matters[code]["title"][side] for code in told["unreached"])
        lines.append(("  没有申请人办到：" if zh else "  reached by nobody: ") + names)
    return "\n".join(lines) + "\n"


def _progress(done: int) -> None:
    """Tell how far it is, where somebody watches."""
    if sys.stderr.isatty():
        click.echo(f"\r{done}", nl=False, err=True)
