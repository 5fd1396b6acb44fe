"""``yijianshi whatif FILE``: who would be decided differently under a draft of a ruleset."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from ..core.checks import Source, check
from ..core.definitions.canonical import MalformedJson
from ..core.definitions.library import Library
from ..core.definitions.types import Json, Problem, text
from ..server.cases.records import Records
from ..server.context import now, shipped_calendar
from ..server.engines.whatif import SAMPLES, Change
from ..server.errors import Refusal
from ..server.files import meta_schemas, read_json, shipped_library
from ..server.security.vault import Vault, VaultError
from ..server.settings import Settings
from ..server.whatif import WhatIf, generated, published, stored
from .exchange import database_option, open_registry
from .output import FINDINGS, OK, as_json, language, misuse, print_json, print_problems

ACTOR = "system:whatif"

_TRUTHS = {"met": "成立", "unmet": "不成立", "unknown": "待定"}


@click.command("whatif")
@click.argument("draft", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--generated", "number", type=click.IntRange(1), default=None, help="made-up cases instead of stored ones"
)
@click.option("--against", default=None, help="file or code to compare with (the edition in force)")
@click.option(
    "--on", type=click.DateTime(["%Y-%m-%d"]), default=None, help="decide every case as of this date"
)
@click.option("--samples", type=click.IntRange(1, 1000), default=SAMPLES, help="cases named for each change")
@database_option
@as_json
@language
def command(
    draft: Path,
    number: int | None,
    against: str | None,
    on: datetime | None,
    samples: int,
    database: str | None,
    as_json: bool,
    lang: str,
) -> None:
    """Decide stored cases under the ruleset in the file DRAFT and under the edition in force.

    Tells how many cases are decided differently, outcome by outcome, with the numbers of some. Each
    case is decided as of the day it was received, or as of --on. With --generated the cases are made
    up of values at the limits of both editions; nothing of the database is opened then.

    Exit status 0 however many cases change, 1 when the draft has errors.
    """
    document = _read(draft)
    day = on.date() if on else None
    store, registry = open_registry(database)
    try:
        # a database into which nothing was ever published knows what is shipped
        library = registry.library(day)
        known = library if len(library) else shipped_library()
        problems = _problems(document, known)
        if problems:
            _refuse(problems, as_json, lang)
        other = _other(known, document, against)
        if number is not None:
            result = generated(
                document, other, number, day or now().date(), samples=samples, progress=progress
            )
        else:
            records = Records(store, Vault(Settings.from_environment().secret), shipped_calendar(), now)
            result = stored(
                registry,
                records,
                shipped_calendar(),
                document,
                actor=ACTOR,
                against=other,
                on=day,
                samples=samples,
                progress=progress,
            )
    except Refusal as refusal:
        misuse(
            f"{refusal.message['zh']}（{refusal.remedy['zh']}）",
            f"{refusal.message['en']}: {refusal.remedy['en']}",
        )
    except VaultError:
        misuse(
            "办件无法解密：密钥与数据库不符，请设置 YIJIANSHI_SECRET",
            "the cases cannot be opened: the secret is not this database's, set YIJIANSHI_SECRET",
        )
    finally:
        store.close()
    if as_json:
        print_json(result.to_json())
    else:
        click.echo(as_text(result, "en" if lang == "en" else "zh"))
    sys.exit(OK)


def as_text(result: WhatIf, lang: str) -> str:
    """Say for a reader at a terminal who is decided differently."""
    zh, found = lang == "zh", result.difference
    head = (
        f"{found.cases} 件办件在“{result.against}”与草稿下裁量，{found.changed} 件结论不同"
        if zh
        else f"{found.cases} cases under {result.against} and the draft: {found.changed} are decided differently"
    )
    lines = [head, *(_change(change, zh) for change in found.changes)]
    if result.erased:
        lines.append(
            f"另有 {result.erased} 件的个人数据已删除，未计入"
            if zh
            else f"{result.erased} more are erased and could not be decided"
        )
    return "\n".join(lines)


def progress(done: int, total: int) -> None:
    """Tell how far it is, where somebody watches."""
    if sys.stderr.isatty() or done == total:
        click.echo(f"\r已裁量 / decided {done}/{total}", nl=done == total, err=True)


def _change(change: Change, zh: bool) -> str:
    outcome = " ".join(str(value) for value in change.outcome.values())
    named = "、".join(change.samples) if zh else ", ".join(change.samples)
    if change.cases > len(change.samples):
        named += " …"
    if zh:
        return f"  {outcome}：{_TRUTHS[change.old]} → {_TRUTHS[change.new]}  {change.cases} 件（{named}）"
    return f"  {outcome}: {change.old} → {change.new}  {change.cases} cases ({named})"


def _read(path: Path) -> Json:
    try:
        return read_json(path)
    except MalformedJson as error:
        misuse(error.problem.line("zh"), error.problem.line("en"))


def _problems(document: Json, known: Library) -> list[Problem]:
    """Give the errors of a document that should be a ruleset."""
    found = check([Source("", document)], meta_schemas(), known)
    if not found and document["kind"] != "ruleset":
        return [
            Problem(
                "/kind",
                "no-ruleset",
                text("文件不是规则集", "the file is no ruleset"),
                text("请给出一个规则集文件", "name the file of a ruleset"),
            )
        ]
    return [problem for problem in found if problem.severity == "error"]


def _other(known: Library, draft: Mapping[str, Any], against: str | None) -> Mapping[str, Any]:
    if against is None or not Path(against).is_file():
        return published(known, against or str(draft["code"]))
    document: dict[str, Any] = _read(Path(against))
    problems = _problems(document, known)
    if problems:
        misuse(
            f"{against} 不是可用的规则集：{problems[0].line('zh')}",
            f"{against} is no ruleset to compare with: {problems[0].line('en')}",
        )
    return document


def _refuse(problems: list[Problem], as_json: bool, lang: str) -> None:
    if as_json:
        print_json({"problems": [problem.to_json() for problem in problems]})
    else:
        print_problems(problems, lang)
    sys.exit(FINDINGS)
