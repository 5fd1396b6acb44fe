"""Compositions of published bundles, composed once for each lock."""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from ...core.bundles.compose import Composition, compose
from ...core.definitions.library import Library
from ...core.definitions.lock import Lock

_KEPT = 64


class Definitions(Protocol):
    """What is needed of the registry."""

    def locked_library(self, lock: Lock) -> Library:
        """Give exactly the versions a lock names."""
        ...

    def lock(self, code: str, on: date | None = None) -> Lock:
        """Give the exact versions a bundle is made of on a day; raises Refusal 404."""
        ...


@dataclass(frozen=True)
class Composed:
    """A composition and the lock of exact versions it was made of."""

    composition: Composition
    lock: Lock


class Compositions:
    """Composes published bundles and keeps the last ones; thread-safe."""

    def __init__(self, definitions: Definitions) -> None:
        self._definitions = definitions
        self._by_lock: OrderedDict[tuple[str, str], Composed] = OrderedDict()
        self._by_digest: OrderedDict[str, Composed] = OrderedDict()
        self._lock = threading.Lock()

    def current(self, bundle: str, on: date) -> Composed:
        """Compose the bundle as it is in force on a day; raises Refusal 404 when there is none."""
        return self.locked(bundle, self._definitions.lock(bundle, on))

    def locked(self, bundle: str, lock: Lock) -> Composed:
        """Compose a bundle out of exactly the versions its lock names."""
        key = bundle, json.dumps(lock, sort_keys=True)
        with self._lock:
            known = self._by_lock.get(key)
            if known is not None:
                self._by_lock.move_to_end(key)
                return known
        made = Composed(compose(self._definitions.locked_library(lock), bundle), lock)
        with self._lock:
            self._by_lock[key] = self._by_digest[made.composition.digest] = made
            for store in (self._by_lock, self._by_digest):
                while len(store) > _KEPT:
                    store.popitem(last=False)
        return made

    def by_digest(self, package: str) -> Composed | None:
        """Give a composition made before by the hash of its package, or None."""
        with self._lock:
            return self._by_digest.get(package)
