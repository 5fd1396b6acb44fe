"""The published versions as a shelf to take libraries and locks from.

Versions never change and are never removed, so what was read once is kept: documents by their
digest, and the whole shelf as long as neither a version was added nor one retired.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Hashable, Iterable, Mapping
from datetime import date, datetime
from typing import TypeVar

from ...core.definitions.library import Library
from ...core.definitions.lock import Lock, Pin, lock_of, parse_key
from ..store import Reader, Row, Store
from .model import Document, Version, version_id
from .tables import VERSIONS

Key = tuple[str, str]
Versions = Mapping[Key, list[Version]]
"""Every version of every definition, oldest first."""

KEPT = 64
"""Libraries and locks kept at a time."""

T = TypeVar("T")


class Tampered(Exception):
    """A published document does not match its digest, or a lock names what is not on the shelf."""


class Shelf:
    """Reads published versions; safe to share between threads."""

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock
        self._documents: dict[str, Document] = {}
        self._shelf: tuple[tuple[int, int], Versions] | None = None
        self._libraries: dict[Hashable, Library] = {}
        self._locks: dict[Hashable, Lock] = {}

    def versions(self) -> Versions:
        """Give everything published."""
        return self._current()[1]

    def library(self, on: date | None = None) -> Library:
        """Give the versions in force on the day (None: today); of several the newest."""
        token, versions = self._current()
        day = on or self.today()
        return _keep(self._libraries, (token, day), lambda: library_on(versions, day))

    def locked_library(self, lock: Lock) -> Library:
        """Give exactly the versions a lock names, retired or not; raises Tampered."""
        key = tuple(sorted((name, pin["version"], pin["digest"]) for name, pin in lock.items()))
        return _keep(self._libraries, key, lambda: self._pinned(lock))

    def lock(self, kind: str, code: str, on: date | None = None) -> Lock:
        """Write the lock of a definition as in force on the day (None: today); raises UnknownReference."""
        token, versions = self._current()
        day = on or self.today()
        lock = _keep(self._locks, (token, kind, code, day), lambda: lock_on(versions, kind, code, day))
        return dict(lock)

    def load(self, reader: Reader) -> Versions:
        """Read everything published as this reader sees it; raises Tampered."""
        result: dict[Key, list[Version]] = {}
        for row in reader.find(VERSIONS.name, (), ("kind", "code", "version")):
            result.setdefault((row["kind"], row["code"]), []).append(self.version(row))
        return result

    def version(self, row: Row) -> Version:
        """Make a version of its row; raises Tampered when the document does not match the digest."""
        document = self._documents.get(row["digest"])
        spelled = row["document"].encode()
        if "sha256:" + hashlib.sha256(spelled).hexdigest() != row["digest"]:
            raise Tampered(f"{row['id']} does not match its digest")
        if document is None:
            document = self._documents.setdefault(row["digest"], json.loads(spelled))
        return Version(**{**row, "document": document})

    def today(self) -> date:
        """Give the day it is for the platform."""
        return self._clock().date()

    def _current(self) -> tuple[tuple[int, int], Versions]:
        with self._store.read() as reader:
            # versions are only added and retired, each once: the two counts tell every state apart
            token = (
                reader.count(VERSIONS.name),
                reader.count(VERSIONS.name, (("retired_at", "not null", None),)),
            )
            shelf = self._shelf
            if shelf is None or shelf[0] != token:
                shelf = self._shelf = (token, self.load(reader))
            return shelf

    def _pinned(self, lock: Lock) -> Library:
        documents: list[Document] = []
        with self._store.read() as reader:
            for name, pin in lock.items():
                row = reader.get(VERSIONS.name, version_id(*parse_key(name), pin["version"]))
                if row is None or row["digest"] != pin["digest"]:
                    raise Tampered(f"{name}@{pin['version']} is not on the shelf as the lock names it")
                documents.append(self.version(row).document)
        return Library.of(documents)


def _keep(kept: dict[Hashable, T], key: Hashable, make: Callable[[], T]) -> T:
    found = kept.get(key)
    if found is None:
        found = make()
        if len(kept) >= KEPT:
            kept.clear()
        kept[key] = found
    return found


def in_force(versions: Iterable[Version], on: date) -> Version | None:
    """Give the newest of the versions that applies on the day."""
    found = [version for version in versions if version.in_force(on)]
    return found[-1] if found else None


def library_on(versions: Versions, on: date) -> Library:
    """Give the library of the versions in force on the day."""
    current = (in_force(list_, on) for list_ in versions.values())
    return Library.of(version.document for version in current if version is not None)


def lock_on(versions: Versions, kind: str, code: str, on: date, also: Iterable[Version] = ()) -> Lock:
    """Write the lock of a definition and all it refers to, as in force on the day.

    ``also`` stand in for whatever else would be in force: what is being published is locked as
    it is, even where it takes effect later. Raises UnknownReference.
    """
    chosen = {key: version for key, list_ in versions.items() if (version := in_force(list_, on)) is not None}
    chosen.update({(version.kind, version.code): version for version in also})
    library = Library({key: version.document for key, version in chosen.items()})
    pins: dict[Key, Pin] = {}
    for document in library.closure(kind, code):
        version = chosen[document["kind"], document["code"]]
        pins[version.kind, version.code] = {"version": version.version, "digest": version.digest}
    return lock_of(pins)
