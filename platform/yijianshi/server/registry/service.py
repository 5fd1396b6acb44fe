"""The registry's service: drafting, review, publishing and retiring of definitions.

A definition goes draft → in review → published → retired; review and publishing are in ``reviewing``. Everything that happens is one transaction with its journal entry.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime

from ...core.checks import Source
from ...core.definitions.canonical import digest
from ...core.definitions.library import Library, UnknownReference
from ...core.definitions.lock import Lock
from ...core.definitions.types import Json, Problem
from ...core.designer.between import Change, changes_between
from ..engines.databases import databases
from ..rule_proof import Prove, proving
from ..store import Reader, Row, Store, Writer
from . import refusals
from .documents import guard, identify
from .model import Document, Draft, Item, Version, key_of, unverified
from .publishing import findings, newest
from .shelf import Shelf
from .tables import DRAFTS, VERSIONS


class RegistryService:
    """Everything that can be done with definitions; raises Refusal for what is not to be done."""

    def __init__(
        self,
        store: Store,
        clock: Callable[[], datetime],
        metas: Mapping[str, Json],
        prove: Prove | None = None,
    ) -> None:
        """Work on a store; ``clock`` gives aware times, ``metas`` are the meta-schemas by kind.

        ``prove`` makes sure of rulesets before they are published: that the engines agree on them, and
        that their test cases reach every row.
        """
        self._store = store
        self._clock = clock
        self._metas = metas
        self._prove = prove or proving(asked=databases(store))
        self._shelf = Shelf(store, clock)

    # reading

    def items(self, kind: str | None = None, search: str = "", on_hold: bool = False) -> list[Item]:
        """List the definitions by kind and code; ``search`` looks in codes and titles.

        ``on_hold`` gives only those that hold unverified facts.
        """
        versions = self._shelf.versions()
        drafts = {(draft.kind, draft.code): draft for draft in self.drafts()}
        found: list[Item] = []
        for key in sorted({*versions, *drafts}):
            version, draft = newest(versions, *key), drafts.get(key)
            shown = version or draft
            if shown is None or (kind and key[0] != kind):
                continue
            item = Item(*key, shown.title, version, draft, tuple(unverified(shown.document)))
            if _matches(item, search) and (item.unverified or not on_hold):
                found.append(item)
        return found

    def versions(self, kind: str, code: str) -> list[Version]:
        """Give every version of a definition, oldest first; empty when nothing was published."""
        return list(self._shelf.versions().get((kind, code), ()))

    def version(self, kind: str, code: str, number: int) -> Version:
        """Give one version; Refusal 404."""
        for version in self.versions(kind, code):
            if version.version == number:
                return version
        raise refusals.not_found(kind, code, number)

    def draft(self, kind: str, code: str) -> Draft | None:
        """Give the draft of a definition, if there is one."""
        with self._store.read() as reader:
            return draft_of(reader, kind, code)

    def drafts(self, state: str | None = None) -> list[Draft]:
        """Give the drafts, longest waiting first; ``state`` ``in_review`` is the review queue."""
        where = () if state is None else (("state", "=", state),)
        with self._store.read() as reader:
            return [Draft.of_row(row) for row in reader.find(DRAFTS.name, where, ("updated_at", "id"))]

    def compare(self, kind: str, code: str, old: int, new: int) -> list[Change]:
        """Give what changed between two versions; Refusal 404."""
        return changes_between(
            self.version(kind, code, old).document, self.version(kind, code, new).document, self.library()
        )

    def users(self, kind: str, code: str) -> list[tuple[str, str]]:
        """Give (kind, code) of the definitions in force that refer directly to this one."""
        return self.library().users(kind, code)

    def library(self, on: date | None = None) -> Library:
        """Give the definitions in force on the day (None: today)."""
        return self._shelf.library(on)

    def locked_library(self, lock: Lock) -> Library:
        """Give exactly the versions a lock names, retired or not; raises Tampered."""
        return self._shelf.locked_library(lock)

    def lock(self, code: str, on: date | None = None, kind: str = "bundle") -> Lock:
        """Give the exact versions a bundle is made of on the day (None: today); Refusal 404.

        The lock written when a version was published is in ``Version.lock``; this one
        also takes in what was published since.
        """
        try:
            return self._shelf.lock(kind, code, on)
        except UnknownReference as error:
            raise refusals.not_found(error.kind, error.code) from error

    def check(self, document: Json) -> list[Problem]:
        """Check one document against the definitions in force."""
        kind, code = identify(document)
        return findings([Source(key_of(kind, code), document)], self._metas, self.library())

    # drafting and review

    def save_draft(self, document: Json, actor: str, expected_revision: int | None) -> Draft:
        """Save a draft, as yet unchecked; ``expected_revision`` is the one it started from (None: new).

        A draft under review goes back to its author's hands. Refusal 409 when somebody else saved in
        between, 422 when the document says not even what it is.
        """
        kind, code = identify(document)
        guard(document)
        with self._store.write() as writer:
            before = draft_of(writer, kind, code)
            if (before.revision if before else None) != (expected_revision or None):
                raise refusals.stale(before, expected_revision)
            return self.put_draft(writer, document, actor, before)

    def put_draft(self, writer: Writer, document: Document, actor: str, before: Draft | None) -> Draft:
        """Write a draft in a transaction of the caller, who has compared revisions."""
        kind, code, at = document["kind"], document["code"], self.now()
        row: Row = {
            "document": json.dumps(document, ensure_ascii=False),
            "author": actor,
            "updated_at": at,
            "state": "draft",
            "together": None,
            "authors": sorted({*(before.authors if before else ()), actor}),
        }
        key = key_of(kind, code)
        if before is None:
            here = (("kind", "=", kind), ("code", "=", code))
            last = writer.find(VERSIONS.name, here, ("-version",), limit=1)
            base = last[0]["version"] if last else None
            row |= {"revision": 1, "base_version": base, "comments": [], "born": self._birth()}
            writer.insert(DRAFTS.name, {"id": key, "kind": kind, "code": code, **row})
        else:
            row["revision"] = before.revision + 1
            writer.update(DRAFTS.name, key, row)
        entry = {"digest": digest(document), "revision": row["revision"]}
        writer.append("definition.draft_saved", key, actor, entry, at)
        return existing(writer, kind, code)

    def discard_draft(self, kind: str, code: str, actor: str, expected_revision: int) -> None:
        """Throw a draft away; Refusal 404, 409."""
        with self._store.write() as writer:
            draft = expect(writer, kind, code, expected_revision)
            writer.delete(DRAFTS.name, draft.id)
            entry = {"digest": digest(draft.document), "revision": draft.revision}
            writer.append("definition.draft_discarded", draft.id, actor, entry, self.now())

    # for the modules beside this one

    @property
    def store(self) -> Store:
        """The store it works on."""
        return self._store

    @property
    def metas(self) -> Mapping[str, Json]:
        """The meta-schemas by kind."""
        return self._metas

    @property
    def shelf(self) -> Shelf:
        """The published versions."""
        return self._shelf

    def now(self) -> str:
        """Give the time as text."""
        return self._clock().isoformat()

    def proof(self, sources: Sequence[Source], known: Library) -> list[Problem]:
        """Make sure of the rulesets among documents; takes its time, so not inside a transaction."""
        return self._prove(sources, known, self._shelf.today())

    def _birth(self) -> str:
        # the clock tells seconds; a draft begun again within one is another all the same
        return f"{self.now()}/{secrets.token_hex(4)}"


def draft_of(reader: Reader, kind: str, code: str) -> Draft | None:
    """Read the draft of a definition, if there is one."""
    row = reader.get(DRAFTS.name, key_of(kind, code))
    return None if row is None else Draft.of_row(row)


def existing(reader: Reader, kind: str, code: str) -> Draft:
    """Read the draft of a definition; Refusal 404."""
    draft = draft_of(reader, kind, code)
    if draft is None:
        raise refusals.no_draft(kind, code)
    return draft


def expect(reader: Reader, kind: str, code: str, revision: int) -> Draft:
    """Read a draft as somebody saw it; Refusal 404, 409."""
    draft = existing(reader, kind, code)
    if draft.revision != revision:
        raise refusals.stale(draft, revision)
    return draft


def _matches(item: Item, search: str) -> bool:
    wanted = search.casefold().split()
    text = f"{item.code} {item.title['zh']} {item.title['en']}".casefold()
    return all(word in text for word in wanted)
