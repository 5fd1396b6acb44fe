"""Turning checked documents into published versions, inside a transaction of the caller."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from ...core.checks import Source, check
from ...core.definitions.canonical import canonical, digest
from ...core.definitions.library import Library
from ...core.definitions.types import Json, Problem
from ..store import Writer
from .model import Document, Version, key_of, version_id
from .shelf import Versions, lock_on
from .tables import VERSIONS


def findings(sources: Sequence[Source], metas: Mapping[str, Json], known: Library) -> list[Problem]:
    """Check documents against the library, and whatever stands on them once they replace it."""
    found = check(sources, metas, known)
    if any(problem.severity == "error" for problem in found):
        return found
    own = {(source.document["kind"], source.document["code"]) for source in sources}
    library = known.with_(source.document for source in sources)
    standing: dict[tuple[str, str], Source] = {}
    waiting = list(own)
    while waiting:
        for user in library.users(*waiting.pop()):
            if user not in own and user not in standing:
                standing[user] = Source(key_of(*user), library.get(*user))
                waiting.append(user)
    if standing:
        # only errors: notes on what is published already are not the author's business
        after = check(list(standing.values()), metas, library)
        found += [problem for problem in after if problem.severity == "error"]
    return found


def publish(
    writer: Writer,
    versions: Versions,
    documents: Sequence[Document],
    *,
    author: str | Mapping[str, str],
    reviewer: str,
    at: str,
    today: date,
) -> list[Version]:
    """Write a new version of each document that differs from its newest; give those written.

    ``author`` is one for all, or one for each ``kind:code``. The documents must have been checked together. Bundles get the lock of everything they are
    made of, the documents published with them included.
    """
    fresh = [
        made
        for document in documents
        if (made := _next(versions, document, _author(author, document), reviewer, at)) is not None
    ]
    result: list[Version] = []
    for version in fresh:
        if version.kind == "bundle":
            lock = lock_on(versions, version.kind, version.code, today, fresh)
            version = replace(version, lock=lock)
        row = {**version.to_json(), "document": canonical(version.document).decode()}
        writer.insert(VERSIONS.name, row)
        data = {
            "digest": version.digest,
            "version": version.version,
            "author": version.author,
            "reviewer": reviewer,
            "effective_from": version.effective_from,
            "effective_to": version.effective_to,
        }
        if version.lock is not None:
            data["lock"] = digest(version.lock)
        writer.append("definition.published", version.id, reviewer, data, at)
        result.append(version)
    return result


def newest(versions: Versions, kind: str, code: str) -> Version | None:
    """Give the newest version of a definition, retired or not."""
    found = versions.get((kind, code))
    return found[-1] if found else None


def _author(author: str | Mapping[str, str], document: Document) -> str:
    return author if isinstance(author, str) else author[key_of(document["kind"], document["code"])]


def _next(versions: Versions, document: Document, author: str, reviewer: str, at: str) -> Version | None:
    kind, code = document["kind"], document["code"]
    before = newest(versions, kind, code)
    content = digest(document)
    if before is not None and before.digest == content and before.retired_at is None:
        return None
    number = 1 if before is None else before.version + 1
    return Version(
        id=version_id(kind, code, number),
        kind=kind,
        code=code,
        version=number,
        digest=content,
        # as it will be read: keys in canonical order
        document=json.loads(canonical(document)),
        published_at=at,
        author=author,
        reviewer=reviewer,
        effective_from=document.get("effective_from"),
        effective_to=document.get("effective_to"),
        lock=None,
        retired_at=None,
        retired_by=None,
    )
