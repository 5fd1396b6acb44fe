"""``yijianshi import`` and ``yijianshi export``: definitions in and out of a registry, nothing lost."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click

from ..server.context import now
from ..server.errors import Refusal
from ..server.files import meta_schemas, read_sources
from ..server.registry.books import matters_book, read_books, ruleset_book
from ..server.registry.imports import export, import_documents
from ..server.registry.model import ImportReport
from ..server.registry.service import RegistryService
from ..server.rule_cases import with_tests
from ..server.settings import Settings
from ..server.store import open_store
from ..server.tables import TABLES
from ..server.workbooks.guard import MAX_BYTES
from ..server.workbooks.opening import is_workbook
from .output import FINDINGS, MISUSE, OK, as_json, language, misuse, print_json, print_problems

ACTOR = "system:import"


def _known_store(context: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
    if value is not None and not value.startswith(("sqlite:///", "postgresql://")):
        raise click.BadParameter(
            "数据库写作 / a database is sqlite:///path/file.db or postgresql://user@host/name"
        )
    return value


database_option = click.option(
    "--database",
    default=None,
    callback=_known_store,
    help="sqlite:///… or postgresql://… (default: var/)",
)


def open_registry(database: str | None) -> tuple[Any, RegistryService]:
    """Open the store and its registry; the caller closes the store."""
    settings = Settings.from_environment(database=database)
    settings.data.mkdir(parents=True, exist_ok=True)
    store = open_store(settings.url, TABLES)
    return store, RegistryService(store, now, meta_schemas())


@click.command("import")
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--dry-run", is_flag=True, help="show what would change, change nothing")
@database_option
@as_json
@language
def import_command(
    paths: tuple[Path, ...], dry_run: bool, database: str | None, as_json: bool, lang: str
) -> None:
    """Publish the definitions under PATHS (JSON, .xlsx), with the semantic difference to what is in force.

    All of them or, when anything is wrong, none. In the browser an import becomes drafts that a
    second person reviews; this command is the operator's.
    """
    books = {str(path): data for path in paths if (data := _workbook_in(path)) is not None}
    sources, problems = read_sources(path for path in paths if str(path) not in books)
    store, registry = open_registry(database)
    try:
        sent = read_books(registry, books.items(), ACTOR)
        sources, problems = [*sources, *sent.sources], [*problems, *sent.problems]
        if problems:
            report = ImportReport((), tuple(problems), applied=False)
        else:
            # the cases beside a ruleset go with it
            sources = [with_tests(source) for source in sources]
            report = import_documents(registry, sources, ACTOR, publish_now=True, dry_run=dry_run)
            report = sent.placed(report)
    except Refusal as refusal:
        click.echo(refusal.message["en" if lang == "en" else "zh"], err=True)
        print_problems(refusal.problems, lang)
        sys.exit(FINDINGS)
    finally:
        store.close()
    if as_json:
        print_json(report.to_json())
    else:
        side = "en" if lang == "en" else "zh"
        for item in report.changes:
            click.echo(f"{item.kind}:{item.code}  {item.status}")
            for change in item.changes:
                click.echo(f"    {change.sentence[side]}")  # type: ignore[literal-required]
        print_problems(report.problems, lang)
        published = report.applied and any(item.status != "unchanged" for item in report.changes)
        done = "已发布" if published else "没有改动"
        click.echo(done if side == "zh" else "published" if published else "nothing was changed")
    sys.exit(FINDINGS if report.errors else OK)


def _workbook_in(path: Path) -> bytes | None:
    """Read a workbook, or as much of it as shows that it is too large; None for any other file."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    # a folder, or a file that may not be read, of which the reader of JSON files tells
    except OSError:
        return None
    return data if is_workbook(path.name, data) else None


@click.command("export")
@click.argument("codes", nargs=-1)
@click.option(
    "--output", "-o", type=click.Path(path_type=Path), default=None, help="file to write (standard output)"
)
@click.option(
    "--excel",
    type=click.Path(path_type=Path),
    default=None,
    help="workbook to write: one ruleset, or matters",
)
@click.option("--alone", is_flag=True, help="without what the definitions refer to")
@database_option
def export_command(
    codes: tuple[str, ...], output: Path | None, excel: Path | None, alone: bool, database: str | None
) -> None:
    """Print the definitions CODES (kind:code or code; all when none is given) with all they refer to, as one JSON list.

    With --excel one ruleset, or the list of matters (all when none is given), becomes a workbook.
    """
    if excel and (output or alone):
        misuse("--excel 不能与 --output、--alone 同用", "--excel goes without --output and --alone")
    store, registry = open_registry(database)
    try:
        if excel:
            _write(excel, _workbook(registry, codes))
            return
        documents = export(registry, codes, alone)
    except Refusal as refusal:
        click.echo(f"{refusal.message['zh']}\n{refusal.message['en']}", err=True)
        sys.exit(MISUSE)
    finally:
        store.close()
    content = json.dumps(documents, ensure_ascii=False, indent=2)
    if output:
        _write(output, (content + "\n").encode())
    else:
        click.echo(content)


def _write(path: Path, content: bytes) -> None:
    try:
        path.write_bytes(content)
    except OSError as error:
        misuse(f"无法写入 {path}：{error.strerror}", f"cannot write {path}: {error.strerror}")


def _workbook(registry: RegistryService, codes: tuple[str, ...]) -> bytes:
    """Give the one ruleset that is named, else the list of matters; Refusal 404, 422."""
    if not codes:
        return matters_book(registry)
    named = export(registry, codes, alone=True)
    chosen = [document for document in named if document["kind"] in ("ruleset", "matter")] or named
    if len(chosen) == 1 and chosen[0]["kind"] != "matter":
        return ruleset_book(registry, chosen[0])
    return matters_book(registry, [f"{document['kind']}:{document['code']}" for document in chosen])
