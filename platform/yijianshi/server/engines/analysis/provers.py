"""Z3 as the server asks it: in worker processes, one question at a time in each (see ``worker``)."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from multiprocessing.connection import Connection
from typing import Any

from ....core.definitions.types import Problem, text
from ....core.rules import Compiled
from ....core.rules.aims import Key
from ....core.rules.sentences import Options, Titles
from . import advice, findings, suggestions
from .advice import Advice, NotSettled
from .domains import Domain
from .reach import Goal
from .suggestions import Suggestions
from .watch import Stopped, Watch
from .worker import FAILED, FAR, FOUND

LIFETIME = 200
"""Questions after which a worker is replaced: nothing that Z3 might keep adds up."""

GRACE = 2.0
"""So long after its time a worker may still answer a short question."""

LONG = 300.0
"""The same for an analysis or a search, whose last steps have limits of their own."""

_PROGRAM = [sys.executable, "-W", "ignore", "-m", "yijianshi.server.engines.analysis.worker"]


class ProverFailed(Exception):
    """A worker died, or was late and was ended."""


class _Process:
    """One worker process and the connection to it."""

    def __init__(self) -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            self.popen = subprocess.Popen(  # noqa: S603 (our own program)
                [*_PROGRAM, str(theirs.fileno())], stdin=subprocess.DEVNULL, pass_fds=[theirs.fileno()]
            )
        self.connection = Connection(ours.detach())
        self.asked = 0

    def ask(self, question: Any, words: Mapping[str, Callable[..., Any]], watch: Watch, until: float) -> Any:
        """Give the answer; raises NotSettled, or ProverFailed when there is none."""
        self.asked += 1
        try:
            self.connection.send(question)
            while True:
                if not self.connection.poll(max(0.0, until - time.monotonic())):
                    raise ProverFailed("late")
                what, told = self.connection.recv()
                if what == FOUND:
                    return told
                if what == FAILED:
                    raise told
                if what == FAR:
                    watch.pass_by(*told)
                else:
                    word, arguments = told
                    self.connection.send(words[word](*arguments))
        except (EOFError, OSError) as error:
            raise ProverFailed("died") from error

    def kill(self) -> None:
        """End it at once, from whichever thread."""
        self.popen.kill()

    def close(self) -> None:
        """End it and leave nothing of it behind."""
        self.popen.kill()
        self.popen.wait()
        self.connection.close()


class Prover:
    """One worker; whoever asks waits for his turn. It starts when it is first asked."""

    def __init__(self) -> None:
        self.turn = threading.Lock()
        self._process: _Process | None = None
        self._closed = False

    def ask(
        self,
        name: str,
        compiled: Compiled,
        arguments: Mapping[str, Any],
        words: Mapping[str, Callable[..., Any] | None],
        seconds: float,
        watch: Watch | None = None,
        patience: float | None = None,
    ) -> Any:
        """Give what a function of this package gives of a ruleset.

        ``words`` are those of its arguments that are functions. After ``seconds`` the worker is ended; one
        that died is replaced and asked again, once. Raises ProverFailed, Stopped when the watch or the server
        is, and NotSettled also when it was not its turn within the ``patience`` (seconds; None: any time).
        """
        spoken = {word: say for word, say in words.items() if say is not None}
        question = (name, compiled.ruleset, compiled.on, dict(arguments), tuple(spoken))
        watching = watch or Watch()
        with self._my_turn(watching, patience):
            for last in (False, True):
                process = self._started()
                try:
                    with watching.stopping(process.kill):
                        return process.ask(question, spoken, watching, time.monotonic() + seconds)
                except ProverFailed as error:
                    self._drop()
                    if watching.stopped or self._closed:
                        raise Stopped from None
                    if last or str(error) == "late":
                        raise
                except BaseException as error:
                    if not isinstance(error, NotSettled):
                        self._drop()
                    raise
                finally:
                    if process.asked >= LIFETIME:
                        self._drop()
        raise AssertionError("asked twice at most")

    def close(self) -> None:
        """End the worker; who is waiting for it is told that it was stopped."""
        self._closed = True
        process = self._process
        if process is not None:
            process.kill()
        with self.turn:
            self._drop()

    @contextlib.contextmanager
    def _my_turn(self, watch: Watch, patience: float | None) -> Iterator[None]:
        until = None if patience is None else time.monotonic() + patience
        while not self.turn.acquire(timeout=0.05):
            watch.pass_by()
            if until is not None and time.monotonic() >= until:
                raise NotSettled
        try:
            watch.pass_by()
            yield
        finally:
            self.turn.release()

    def _started(self) -> _Process:
        if self._closed:
            raise Stopped
        if self._process is None:
            self._process = _Process()
        return self._process

    def _drop(self) -> None:
        if self._process is not None:
            self._process.close()
            self._process = None


class Provers:
    """Two workers: one for what takes long, one for what somebody waits for. Thread-safe; close it at the end."""

    def __init__(self) -> None:
        self.patient, self.prompt = Prover(), Prover()

    def analyse(
        self,
        compiled: Compiled,
        domains: Mapping[str, Domain] | None = None,
        titles: Titles | None = None,
        options: Options | None = None,
    ) -> list[Problem]:
        """Give what :func:`findings.analyse` gives; when the worker fails, that nothing was found out."""
        words = {"titles": titles, "options": options}
        try:
            found: list[Problem] = self.patient.ask(
                "analyse", compiled, {"domains": domains}, words, findings.SECONDS + LONG
            )
        except ProverFailed:
            return [_UNFINISHED]
        return found

    def suggest(
        self,
        compiled: Compiled,
        domains: Mapping[str, Domain] | None = None,
        reached: Collection[Key] = (),
        watch: Watch | None = None,
    ) -> Suggestions:
        """Give what :func:`suggestions.suggest` gives; raises Stopped also when the worker fails."""
        arguments = {"domains": domains, "reached": reached}
        try:
            found: Suggestions = self.patient.ask(
                "suggest", compiled, arguments, {}, suggestions.SECONDS + LONG, watch
            )
        except ProverFailed:
            raise Stopped from None
        return found

    def advise(
        self,
        compiled: Compiled,
        facts: Mapping[str, Any],
        domains: Mapping[str, Domain] | None = None,
        fixed: frozenset[str] = frozenset(),
        seconds: float = advice.SECONDS,
        titles: Titles | None = None,
        options: Options | None = None,
    ) -> Advice | None:
        """Give what :func:`advice.advise` gives; raises NotSettled also when it is not its turn in time."""
        words = {"titles": titles, "options": options}
        until = time.monotonic() + seconds
        arguments = {"facts": facts, "domains": domains, "fixed": fixed, "seconds": seconds}
        try:
            found: Advice | None = self.prompt.ask(
                "advise",
                compiled,
                arguments,
                words,
                seconds + GRACE,
                patience=max(0.0, until - time.monotonic()),
            )
        except ProverFailed:
            raise NotSettled from None
        return found

    def reach(
        self,
        compiled: Compiled,
        wanted: Iterable[Goal],
        domains: Mapping[str, Domain] | None = None,
        seconds: float = 1.0,
    ) -> list[dict[str, Any]]:
        """Give what :func:`reach.reach` gives; nothing when the worker fails."""
        arguments = {"wanted": list(wanted), "domains": domains, "seconds": seconds}
        try:
            found: list[dict[str, Any]] = self.prompt.ask("reach", compiled, arguments, {}, seconds + GRACE)
        except ProverFailed:
            return []
        return found

    def close(self) -> None:
        """End the workers."""
        self.patient.close()
        self.prompt.close()


_UNFINISHED = Problem(
    "/rules",
    "not-settled",
    text("规则分析两次中断，没有得出结论", "the analysis of the rules broke off twice and came to nothing"),
    text(
        "可简化条件后重试；发布不受影响，请将该规则集报告给平台维护人员",
        "simplify the conditions and try again; publishing is not affected, report the ruleset to the maintainers",
    ),
    severity="warning",
)
