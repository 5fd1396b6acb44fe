"""Compositions of published bundles, composed once for each lock."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any, Protocol

from ...core.bundles.compose import Composition, compose
from ...core.definitions.canonical import digest
from ...core.definitions.library import Library
from ...core.definitions.types import text
from ..errors import Refusal

_KEPT = 64


class Definitions(Protocol):
    """What is needed of the registry."""

    def locked_library(self, lock: dict[str, Any]) -> Library:
        """Give exactly the versions a lock names."""
        ...

    def current_lock(self, bundle: str, on: str) -> dict[str, Any] | None:
        """Give the lock of the bundle's version in force on a date, or None when there is none."""
        ...


@dataclass(frozen=True)
class Composed:
    """A composition and the lock of exact versions it was made of."""

    composition: Composition
    lock: dict[str, Any]


class Compositions:
    """Composes published bundles and keeps the last ones; thread-safe."""

    def __init__(self, definitions: Definitions) -> None:
        self._definitions = definitions
        self._by_lock: OrderedDict[str, Composed] = OrderedDict()
        self._by_digest: OrderedDict[str, Composed] = OrderedDict()
        self._lock = threading.Lock()

    def current(self, bundle: str, on: str) -> Composed:
        """Compose the bundle's version in force on a date (ISO); raises Refusal 404 when there is none."""
        lock = self._definitions.current_lock(bundle, on)
        if lock is None:
            raise Refusal(
                404,
                "unknown-bundle",
                text("没有这件“一件事”，或者它尚未发布", "there is no such bundle, or it is not published"),
                text("请从首页选择", "choose one from the home page"),
            )
        return self.locked(bundle, lock)

    def locked(self, bundle: str, lock: dict[str, Any]) -> Composed:
        """Compose a bundle out of exactly the versions its lock names."""
        key = digest({"bundle": bundle, "lock": lock})
        with self._lock:
            known = self._by_lock.get(key)
            if known is not None:
                self._by_lock.move_to_end(key)
                return known
        made = Composed(compose(self._definitions.locked_library(lock), bundle), lock)
        with self._lock:
            for store, name in ((self._by_lock, key), (self._by_digest, made.composition.digest)):
                store[name] = made
                while len(store) > _KEPT:
                    store.popitem(last=False)
        return made

    def by_digest(self, package: str) -> Composed | None:
        """Give a composition made before by the hash of its package, or None."""
        with self._lock:
            return self._by_digest.get(package)
