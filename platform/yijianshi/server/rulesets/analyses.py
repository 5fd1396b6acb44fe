"""Analyses of rulesets, one at a time in a thread of their own, kept by what was analysed."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYet
from typing import Any

KEPT = 200
WAIT = 3.0
"""So long a page waits for an analysis; after that it says that it is under way."""

Key = tuple[str, ...]


class Analyses:
    """Runs what takes long, once for each key; a failed one is forgotten."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(1, "analysis")
        self._kept: OrderedDict[Key, Future[Any]] = OrderedDict()
        self._lock = threading.Lock()

    def ask(self, key: Key, work: Callable[[], Any], wait: float = WAIT) -> Any | None:
        """Give what the work gave, or None while it is not done."""
        with self._lock:
            known = self._kept.get(key)
            if known is None or (known.done() and known.exception() is not None):
                known = self._kept[key] = self._pool.submit(work)
                for old in [k for k, each in self._kept.items() if each.done()][: len(self._kept) - KEPT]:
                    del self._kept[old]
        try:
            return known.result(timeout=wait)
        except NotYet:
            return None

    def close(self) -> None:
        """Let go of what waits; what runs comes to its own end."""
        self._pool.shutdown(wait=True, cancel_futures=True)
