"""A limit on failed attempts to sign in, by name and by address."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime, timedelta

ALLOWED = 8
WINDOW = timedelta(minutes=5)
_KEPT = 20_000


class AttemptLimit:
    """Counts failures in a sliding window; bounded in memory; thread-safe.

    It lives in the process: several workers each allow as much. A front proxy's own limit
    belongs before them.
    """

    def __init__(
        self, clock: Callable[[], datetime], allowed: int = ALLOWED, window: timedelta = WINDOW
    ) -> None:
        self._clock = clock
        self._allowed = allowed
        self._window = window
        self._failures: OrderedDict[str, list[datetime]] = OrderedDict()
        self._lock = threading.Lock()

    def wait(self, key: str) -> int:
        """Give the seconds until another attempt is taken; 0 when it is taken now."""
        with self._lock:
            recent = self._recent(key)
            if len(recent) < self._allowed:
                return 0
            return max(1, int((recent[-self._allowed] + self._window - self._clock()).total_seconds()) + 1)

    def failed(self, *keys: str) -> None:
        """Note a failure."""
        with self._lock:
            for key in keys:
                self._failures[key] = [*self._recent(key), self._clock()][-self._allowed :]
                self._failures.move_to_end(key)
            while len(self._failures) > _KEPT:
                self._failures.popitem(last=False)

    def succeeded(self, key: str) -> None:
        """Forget the failures."""
        with self._lock:
            self._failures.pop(key, None)

    def _recent(self, key: str) -> list[datetime]:
        since = self._clock() - self._window
        return [at for at in self._failures.get(key, ()) if at > since]
