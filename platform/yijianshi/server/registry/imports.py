"""Taking documents in from files and giving them out again; both whole or not at all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from ...core.checks import Source
from ...core.definitions.canonical import digest
from ...core.definitions.library import Library, UnknownReference
from ...core.definitions.types import Problem, text
from ...core.designer.between import changes_between
from ..files import read_sources, shipped_paths
from ..rule_cases import with_tests
from ..store import Reader, Writer
from . import refusals
from .choices import Choices, chosen, missing
from .documents import unstorable
from .model import ChangeStatus, Document, Draft, ImportChange, ImportReport, key_of, title_of
from .publishing import findings, newest, publish
from .service import RegistryService
from .shelf import Versions, library_on
from .tables import DRAFTS

SYSTEM = "system:"
"""Actors that are no persons: the platform's start and its commands."""

SHIPPED = SYSTEM + "shipped"
"""Who publishes the definitions that come with the platform."""


def import_documents(
    registry: RegistryService,
    sources: Sequence[Source],
    actor: str,
    *,
    publish_now: bool = False,
    dry_run: bool = False,
    proven: bool = False,
) -> ImportReport:
    """Take documents in: as drafts of ``actor``, or published at once.

    The report has one line a document with what it changes, and every problem. With ``dry_run``,
    or when any problem is an error, nothing is changed. Publishing without a review is only for
    actors named ``system:…`` (Refusal 403). What is published at once is proven first, as a draft is
    before its review, unless it was ``proven`` elsewhere.
    """
    if publish_now and not actor.startswith(SYSTEM):
        raise refusals.system_only()
    # before the transaction, because it takes its time
    proof = _proof(registry, sources) if publish_now and not proven else []
    if dry_run:
        with registry.store.read() as reader:
            drafts = {} if publish_now else _foreign(reader, actor)
            return _with(_report(registry, sources, registry.shelf.load(reader), drafts), proof)
    with registry.store.write() as writer:
        versions = registry.shelf.load(writer)
        drafts = {} if publish_now else _foreign(writer, actor)
        report = _with(_report(registry, sources, versions, drafts), proof)
        if report.errors:
            return report
        _apply(registry, writer, sources, report, versions, actor, publish_now)
    return ImportReport(report.changes, report.problems, applied=True)


def import_chosen(
    registry: RegistryService,
    sources: Sequence[Source],
    actor: str,
    choices: Choices,
    *,
    dry_run: bool = False,
) -> ImportReport:
    """Take documents in as drafts with a choice for each that differs from what is there; all or none."""
    seen = import_documents(registry, sources, actor, dry_run=True)
    kept, problems = chosen(sources, choices)
    problems += missing(seen, choices)
    if problems:
        return replace(seen, problems=(*seen.problems, *problems))
    return import_documents(registry, kept, actor, dry_run=dry_run)


def export(registry: RegistryService, codes: Iterable[str] = (), alone: bool = False) -> list[Document]:
    """Give documents in force with everything they refer to; without codes, all of them.

    A code may be written ``kind:code``; a bare code stands for every definition that has it.
    ``alone`` leaves out what is referred to. Refusal 404 for an unknown code.
    """
    library = registry.library()
    wanted = list(codes)
    if not wanted:
        return list(library)
    found = Library({})
    for name in wanted:
        kind, separator, code = name.rpartition(":")
        chosen = [
            document
            for document in library
            if document["code"] == code and (not separator or document["kind"] == kind)
        ]
        if not chosen:
            raise refusals.not_found(kind or "definition", code)
        for document in chosen:
            try:
                part = Library.of([document]) if alone else library.closure(document["kind"], code)
            except UnknownReference as error:
                raise refusals.not_found(error.kind, error.code) from error
            found = found.with_(part)
    return list(found)


def load_shipped(registry: RegistryService, home: Path | None = None) -> ImportReport:
    """Publish the definitions that come with the platform, where the county has not taken over.

    A shipped document is published when the registry has no version of it, or when it changed and
    the newest version was itself shipped and is not retired: what a county wrote or retired
    is never overwritten. All of them or, when there is an error, none. They are not proven anew:
    ``yijianshi check`` has proven them.
    """
    sources, problems = read_sources(shipped_paths(home))
    versions = registry.shelf.versions()
    fresh: list[Source] = []
    for source in map(with_tests, sources):
        document = source.document
        last = (
            newest(versions, str(document.get("kind")), str(document.get("code")))
            if isinstance(document, dict)
            else None
        )
        theirs = last is not None and (last.author != SHIPPED or last.retired_at is not None)
        if not theirs and (last is None or last.digest != digest(document)):
            fresh.append(source)
    if problems:
        return ImportReport((), tuple(problems), applied=False)
    if not fresh:
        return ImportReport((), (), applied=True)
    return import_documents(registry, fresh, SHIPPED, publish_now=True, proven=True)


def _proof(registry: RegistryService, sources: Sequence[Source]) -> list[Problem]:
    """Prove the rulesets that are new or changed."""
    versions = registry.shelf.versions()
    changed = []
    for source in sources:
        document = source.document
        if _named(document) and document["kind"] == "ruleset" and unstorable(document) is None:
            last = newest(versions, "ruleset", document["code"])
            if last is None or last.retired_at is not None or last.digest != digest(document):
                changed.append(source)
    library = library_on(versions, registry.shelf.today())
    known = library.with_(source.document for source in sources if _named(source.document))
    return registry.proof(changed, known) if changed else []


def _with(report: ImportReport, proof: Sequence[Problem]) -> ImportReport:
    return replace(report, problems=(*report.problems, *proof))


def _foreign(reader: Reader, actor: str) -> dict[str, Draft]:
    """Give the drafts of others, which an import does not overwrite."""
    drafts = (Draft.of_row(row) for row in reader.find(DRAFTS.name, (("author", "!=", actor),)))
    return {draft.id: draft for draft in drafts}


def _report(
    registry: RegistryService, sources: Sequence[Source], versions: Versions, foreign: dict[str, Draft]
) -> ImportReport:
    known = library_on(versions, registry.shelf.today())
    problems = [
        problem.at(source.file, source.pointer)
        for source in sources
        if (problem := unstorable(source.document)) is not None
    ]
    if not problems:
        problems = findings(sources, registry.metas, known)
    changes: list[ImportChange] = []
    for source in sources:
        document = source.document
        if not _named(document):
            continue
        kind, code = document["kind"], document["code"]
        last = newest(versions, kind, code)
        # a digest needs storable text; without it there is a problem anyway
        content = "" if any(problem.code == "unstorable" for problem in problems) else digest(document)
        status = _status(last.digest if last and last.retired_at is None else None, content)
        steps = (
            tuple(changes_between(last.document if last else None, document, known))
            if status != "unchanged"
            else ()
        )
        changes.append(ImportChange(kind, code, title_of(document, code), status, content, steps))
        draft = foreign.get(key_of(kind, code))
        if draft is not None and status != "unchanged":
            problems.append(
                Problem(
                    source.pointer,
                    "draft-of-another",
                    text(f"{draft.author} 正在编辑它的草稿", f"{draft.author} has a draft of it"),
                    text(
                        "请先与其商定，发布或丢弃该草稿",
                        "agree with them: publish or discard that draft first",
                    ),
                    source.file,
                )
            )
    return ImportReport(tuple(changes), tuple(problems), applied=False)


def _named(document: object) -> bool:
    return (
        isinstance(document, dict)
        and isinstance(document.get("kind"), str)
        and isinstance(document.get("code"), str)
    )


def _status(before: str | None, now: str) -> ChangeStatus:
    if before is None:
        return "new"
    return "unchanged" if before == now else "changed"


def _apply(
    registry: RegistryService,
    writer: Writer,
    sources: Sequence[Source],
    report: ImportReport,
    versions: Versions,
    actor: str,
    publish_now: bool,
) -> None:
    touched = {(c.kind, c.code): c for c in report.changes if c.status != "unchanged"}
    documents = [s.document for s in sources if (s.document["kind"], s.document["code"]) in touched]
    if not documents:
        return
    at = registry.now()
    if publish_now:
        publish(
            writer,
            versions,
            documents,
            author=actor,
            reviewer=actor,
            at=at,
            today=registry.shelf.today(),
        )
    else:
        for document in documents:
            row = writer.get(DRAFTS.name, key_of(document["kind"], document["code"]))
            registry.put_draft(writer, document, actor, None if row is None else Draft.of_row(row))
    digests = {key_of(*key): change.digest for key, change in sorted(touched.items())}
    data = {"documents": digests, "published": publish_now}
    writer.append("definition.imported", "definitions", actor, data, at)
