"""``yijianshi verify``: the journal's chain, the published versions and the sealed cases, computed anew."""

from __future__ import annotations

import sys

import click

from ..server.cases.verify import verify as verify_cases
from ..server.registry.verify import verify as verify_registry
from ..server.settings import Settings
from ..server.store import open_store
from ..server.tables import TABLES
from .exchange import database_option
from .output import FINDINGS, OK, as_json, language, print_json, print_problems


@click.command("verify")
@database_option
@as_json
@language
def command(database: str | None, as_json: bool, lang: str) -> None:
    """Recompute every hash: any changed journal entry, definition version or sealed case is found, and where."""
    settings = Settings.from_environment(database=database)
    store = open_store(settings.url, TABLES)
    try:
        findings = [*verify_registry(store), *verify_cases(store)]
        with store.read() as reader:
            head = reader.head()
            versions = reader.count("definition_versions")
            cases = reader.count("cases")
    finally:
        store.close()
    if as_json:
        print_json(
            {
                "entries": head.seq if head else 0,
                "head": head.digest if head else None,
                "versions": versions,
                "cases": cases,
                "findings": [problem.to_json() for problem in findings],
            }
        )
    else:
        print_problems(findings, lang)
        count = head.seq if head else 0
        state = "完整" if not findings else f"{len(findings)} 处不符"
        english = "whole" if not findings else f"{len(findings)} findings"
        click.echo(
            f"流水 {count} 条，版本 {versions} 个，办件 {cases} 件：{state}"
            if lang == "zh"
            else f"{count} journal entries, {versions} versions, {cases} cases: {english}"
        )
        if head:
            click.echo(head.digest)
    sys.exit(FINDINGS if findings else OK)
