"""Definitions in and out of Excel: a ruleset by itself, matters as one list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from ...core.checks import Source
from ...core.checks.findings import meta_findings, meta_registry
from ...core.definitions.canonical import digest
from ...core.definitions.pointer import join, tokens
from ...core.definitions.types import Problem, text
from ...core.designer.ruleset_edits import title_of
from ..workbooks.choices import by_value
from ..workbooks.layout import RULES_SHEET
from ..workbooks.matter_fields import MATTERS_SHEET
from ..workbooks.matters import MatterRow, read_matters, write_matters
from ..workbooks.opening import is_workbook, located, open_sheets
from ..workbooks.reading import read_sheets
from ..workbooks.rulesets import write_workbook
from ..workbooks.writing import TooLarge
from . import refusals
from .choices import Choices
from .documents import unstorable
from .imports import export, import_chosen, import_documents
from .intake import MAX_DOCUMENTS, read_files, too_many
from .model import Document, ImportReport
from .publishing import newest
from .service import RegistryService

MAX_UPLOAD = 8_000_000
"""The most bytes that files sent together may have."""

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

Places = Mapping[str, Mapping[str, str]]
"""The cells of workbooks: by file, by JSON pointer."""


@dataclass(frozen=True, slots=True)
class Sent:
    """What was found in files: definitions, what is wrong with the files, and the cells of workbooks."""

    sources: Sequence[Source]
    problems: Sequence[Problem]
    places: Places

    def placed(self, report: ImportReport) -> ImportReport:
        """Put the problems of an import at the cells they are about."""
        found = [located(problem, self.places.get(problem.file or "", {})) for problem in report.problems]
        return replace(report, problems=tuple(found))


def ruleset_book(registry: RegistryService, document: Document) -> bytes:
    """Give a ruleset as a workbook, unfinished as it may be; Refusal 404 for other kinds, 422 for one of another form."""
    if document["kind"] != "ruleset":
        raise refusals.no_workbook(str(document["kind"]), str(document["code"]))
    problems = meta_findings(document, registry.metas["ruleset"], meta_registry(registry.metas))
    if any(problem.severity == "error" for problem in problems):
        raise refusals.no_table(_of_which(document, problem) for problem in problems)
    try:
        return write_workbook(document)
    except TooLarge as error:
        raise refusals.workbook_too_large() from error


def _of_which(document: Document, problem: Problem) -> Problem:
    """Say of which rule a problem is: on the page that refuses, nothing else shows where it is."""
    area, *rest = tokens(problem.pointer) or [""]
    rules = document.get("rules")
    if area != "rules" or not rest or not isinstance(rules, Mapping):
        return problem
    named = title_of(rules.get(rest[0]), rest[0])
    said = problem.message
    return replace(
        problem, message=text(f"规则“{named['zh']}”：{said['zh']}", f"The rule “{named['en']}”: {said['en']}")
    )


def matters_book(registry: RegistryService, codes: Iterable[str] = ()) -> bytes:
    """Give matters in force as one list; without codes, all of them. Refusal 404, 422."""
    named = [code if ":" in code else f"matter:{code}" for code in codes]
    documents = export(registry, named, alone=True) if named else registry.library().all("matter")
    for document in documents:
        if document["kind"] != "matter":
            raise refusals.no_workbook(str(document["kind"]), str(document["code"]))
    try:
        return write_matters(documents)
    except TooLarge as error:
        raise refusals.workbook_too_large() from error


def read_sent(registry: RegistryService, files: Iterable[tuple[str, bytes]], actor: str) -> Sent:
    """Read (name, content) of files sent to be drafts of ``actor``: JSON and workbooks."""
    files = list(files)
    others = [file for file in files if not is_workbook(*file)]
    books = read_books(registry, [file for file in files if is_workbook(*file)], actor)
    sources, problems = read_files(others) if others or not books.places else ([], [])
    sources, problems = [*sources, *books.sources], [*problems, *books.problems]
    if len(sources) > MAX_DOCUMENTS:
        problems.append(too_many(len(sources)))
    return replace(books, sources=() if problems else tuple(sources), problems=tuple(problems))


def take(
    registry: RegistryService,
    files: Iterable[tuple[str, bytes]],
    actor: str,
    *,
    dry_run: bool,
    choices: Choices | None = None,
) -> tuple[ImportReport, Sequence[Source]]:
    """Take (name, content) of files in as drafts of ``actor``, all or none; give what was in them too.

    With ``choices`` every document that differs from what is there needs one, or nothing is taken in.
    """
    sent = read_sent(registry, files, actor)
    if sent.problems:
        return ImportReport((), tuple(sent.problems), applied=False), ()
    if choices is None:
        report = import_documents(registry, sent.sources, actor, dry_run=dry_run)
    else:
        report = import_chosen(registry, sent.sources, actor, choices, dry_run=dry_run)
    return sent.placed(report), sent.sources


def read_books(registry: RegistryService, books: Iterable[tuple[str, bytes]], actor: str) -> Sent:
    """Read (name, content) of workbooks; there are no sources when there is any problem.

    Rows of a list of matters are laid over the matters as published, and those that change nothing
    are left out; where ``actor`` has a draft of one that they change, they are laid over that.
    """
    sources: list[Source] = []
    problems: list[Problem] = []
    places: dict[str, Mapping[str, str]] = {}
    for given, data in books:
        # two files may have one name
        name = given if given not in places else f"{given} ({len(places) + 1})"
        found, wrong, places[name] = _read_book(registry, name, data, actor)
        sources += found
        problems += [problem.at(name) for problem in wrong]
    return Sent(() if problems else tuple(sources), tuple(problems), places)


def _read_book(
    registry: RegistryService, name: str, data: bytes, actor: str
) -> tuple[list[Source], list[Problem], Mapping[str, str]]:
    sheets, problems = open_sheets(data)
    if problems:
        return [], problems, {}
    names = {sheet.name for sheet in sheets}
    if RULES_SHEET in names:
        read = read_sheets(sheets)
        if not read.document:
            return [], read.problems, read.places
        return [Source(name, by_value(read.document, registry.library()))], read.problems, read.places
    if MATTERS_SHEET not in names:
        return [], [_unknown_book()], {}
    rows, problems = read_matters(sheets)
    if problems:
        return [], problems, {}
    return _matters(registry, name, rows, actor)


def _matters(
    registry: RegistryService, name: str, rows: Sequence[MatterRow], actor: str
) -> tuple[list[Source], list[Problem], Mapping[str, str]]:
    versions = registry.shelf.versions()
    drafts = {d.code: d for d in registry.drafts() if d.kind == "matter" and d.author == actor}
    sources: list[Source] = []
    places: dict[str, str] = {}
    for index, row in enumerate(rows):
        last, draft = newest(versions, "matter", row.code), drafts.get(row.code)
        document = row.onto(last.document if last else None)
        if last and last.retired_at is None and not unstorable(document) and digest(document) == last.digest:
            continue
        sources.append(Source(name, row.onto(draft.document) if draft else document, join(index)))
        places |= {join(index) + pointer: place for pointer, place in row.places.items()}
    return sources, [], places


def _unknown_book() -> Problem:
    return Problem(
        "",
        "unknown-workbook",
        text(
            f"工作簿中既没有“{RULES_SHEET}”表，也没有“{MATTERS_SHEET}”表",
            f"the workbook has neither a sheet {RULES_SHEET} (rules) nor a sheet {MATTERS_SHEET} (matters)",
        ),
        text(
            "请使用从本平台导出的工作簿，并保留各工作表的名称",
            "use a workbook exported from this platform and keep the names of its sheets",
        ),
    )
