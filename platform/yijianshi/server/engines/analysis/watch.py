"""A long search as it is watched from outside: how far it is, and that it is to stop."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Stopped(Exception):
    """The search was stopped before it came to an end."""


class Watch:
    """Shared by the thread that searches and those that wait for it."""

    def __init__(self) -> None:
        self.reached = 0
        """Goals reached so far."""
        self.goals = 0
        """Goals in all; 0 until the search has begun."""
        self.cases = 0
        """Cases found so far."""
        self._stopped = threading.Event()
        self._interrupt: Callable[[], None] | None = None
        self._lock = threading.Lock()

    @property
    def stopped(self) -> bool:
        """Whether it is to stop."""
        return self._stopped.is_set()

    def pass_by(self, reached: int | None = None, goals: int = 0, cases: int = 0) -> None:
        """Say how far the search is, if anything has changed; raises Stopped when it is to stop."""
        if reached is not None:
            self.reached, self.goals, self.cases = reached, goals, cases
        if self.stopped:
            raise Stopped

    def stop(self) -> None:
        """Have the search stop soon."""
        self._stopped.set()
        with self._lock:
            if self._interrupt is not None:
                self._interrupt()

    @contextmanager
    def stopping(self, interrupt: Callable[[], None]) -> Iterator[None]:
        """While the block runs, a stop calls ``interrupt``."""
        with self._lock:
            self._interrupt = interrupt
            if self.stopped:
                interrupt()
        try:
            yield
        finally:
            with self._lock:
                self._interrupt = None
