"""durable_rules as the engine of record: a pool of worker processes with a time limit on each decision.

A worker that dies or is late is killed and replaced and the decision is asked again, once; what
fails twice is EngineUnavailable, never a verdict. A worker is also replaced after a number of
decisions, and when it has grown, so that nothing it might leak can add up.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ...core.rules.lower import Message
from ...core.rules.rails import Program

LIFETIME = 50_000
"""Decisions after which a worker is replaced."""

LARGEST = 400_000
"""Kilobytes of memory beyond which a worker is replaced."""

WEIGHED = 500
"""Requests after which a worker's memory is looked at."""

_MEMORY = {name: str(2**30) for name in ("MALLOC_TRIM_THRESHOLD_", "MALLOC_MMAP_THRESHOLD_")}
"""For the C library: a worker keeps the memory it lets go of.

The engine takes and frees the memory of a session with every decision. Given back to the system each
time, it costs 37 page faults a decision, seven times the decision itself (measured).
"""

_PROGRAM = [sys.executable, "-W", "ignore", "-m", "yijianshi.server.engines.durable_worker"]


class EngineUnavailable(RuntimeError):
    """The engine gave no answer, twice; ``reason`` says how it failed."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"the engine of record gave no answer: {reason}")
        self.reason = reason


class _WorkerFailed(Exception):
    """A worker died or was late."""


class _Idle:
    """What nobody uses now, the last one given back first; no lock is taken unless somebody has to wait."""

    def __init__(self, items: Iterable[_Process | None]) -> None:
        self._items = list(items)
        self._waiting = 0
        self._given_back = threading.Condition()

    def put(self, item: _Process | None) -> None:
        self._items.append(item)
        if self._waiting:
            with self._given_back:
                self._given_back.notify()

    def get(self) -> _Process | None:
        try:
            return self._items.pop()
        except IndexError:
            return self._wait()

    def _wait(self) -> _Process | None:
        with self._given_back:
            # first said, then looked: what is given back now is either found or told of
            self._waiting += 1
            try:
                while True:
                    try:
                        return self._items.pop()
                    except IndexError:
                        self._given_back.wait()
            finally:
                self._waiting -= 1


@dataclass(eq=False)
class _Process:
    """One worker process and what it has been sent."""

    popen: subprocess.Popen[bytes]
    core: int | None = None
    """The processor it runs on."""
    hosted: set[str] = field(default_factory=set)
    decisions: int = 0
    requests: int = 0
    buffer: bytes = b""

    def __post_init__(self) -> None:
        assert self.popen.stdin is not None and self.popen.stdout is not None  # noqa: S101 - pipes were asked for
        self._to, self._from = self.popen.stdin.fileno(), self.popen.stdout.fileno()
        self._answers = select.poll()
        self._answers.register(self._from, select.POLLIN)

    def waits(self) -> bool:
        """Tell whether it is alive and has nothing to say: its end of the pipe is open, and nothing is in it."""
        return not self._answers.poll(0)

    def ask(
        self,
        programs: Sequence[dict[str, Any]],
        digests: Sequence[str],
        messages: Sequence[str],
        seconds: float,
    ) -> list[set[str]] | None:
        """Send programs and the messages for those named; gives what fired, None when programs are lacking.

        Raises _WorkerFailed.
        """
        self.requests += 1
        hosted = json.dumps(programs) if programs else ""
        lines = "\n".join([f"{self.requests} {' '.join(digests)}", hosted, *messages, ""])
        until = time.monotonic() + seconds
        try:
            self._send(lines.encode(), until)
            number, answer, *fired = self._line(until).decode().split("\t")
        except (OSError, ValueError) as error:
            raise _WorkerFailed(f"died ({error.__class__.__name__})") from error
        if number != str(self.requests):
            raise _WorkerFailed("answered another question")
        if answer != "fired":
            return None
        if len(fired) != len(messages):
            raise _WorkerFailed("answered another question")
        return [set(names.split()) for names in fired]

    def _send(self, lines: bytes, until: float) -> None:
        view = memoryview(lines)
        while view:
            try:
                view = view[os.write(self._to, view) :]
            except BlockingIOError:
                _, ready, _ = select.select([], [self._to], [], max(0.0, until - time.monotonic()))
                if not ready:
                    raise _WorkerFailed("late") from None

    def _line(self, until: float) -> bytes:
        while b"\n" not in self.buffer:
            if not self._answers.poll(max(0.0, until - time.monotonic()) * 1000):
                raise _WorkerFailed("late")
            received = os.read(self._from, 65536)
            if not received:
                raise _WorkerFailed("died")
            self.buffer += received
        line, _, self.buffer = self.buffer.partition(b"\n")
        return line

    def resident(self) -> int:
        """Give its memory in kilobytes; 0 where the system does not tell."""
        try:
            pages = Path(f"/proc/{self.popen.pid}/statm").read_text().split()[1]
        except OSError:
            return 0
        return int(pages) * os.sysconf("SC_PAGE_SIZE") // 1024

    def kill(self) -> None:
        """End the process at once and leave nothing of it behind."""
        self.popen.kill()
        for pipe in (self.popen.stdin, self.popen.stdout):
            if pipe is not None:
                with contextlib.suppress(BrokenPipeError):
                    pipe.close()
        self.popen.wait()


class DurableEngine:
    """Decides with durable_rules; thread-safe; close it at the end."""

    def __init__(
        self,
        workers: int = 2,
        seconds: float = 5.0,
        program: Sequence[str] = _PROGRAM,
        lifetime: int = LIFETIME,
        largest: int = LARGEST,
    ) -> None:
        """``seconds`` is the time limit of one decision; processes start when first needed.

        After ``lifetime`` decisions, or larger than ``largest`` kilobytes, a worker is replaced.
        """
        self._seconds = seconds
        self._lifetime, self._largest = lifetime, largest
        self._cores = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
        self._started = 0
        self._program = list(program)
        self._idle = _Idle([None] * workers)
        self._all: set[_Process] = set()
        self._lock = threading.Lock()
        self._closed = False
        self.restarts = 0

    def decide(self, questions: Sequence[tuple[Program, Message]]) -> list[set[str]]:
        """Give for each (program, message) the engine rules that fired; raises EngineUnavailable."""
        if not questions:
            return []
        reason = ""
        for _ in range(2):
            process = self._take()
            try:
                fired = self._beside(process, questions)
            except _WorkerFailed as error:
                reason = str(error)
                self._drop(process)
                with self._lock:
                    self.restarts += 1
                self._idle.put(None)
                continue
            except BaseException:
                self._drop(process)
                self._idle.put(None)
                raise
            self._give_back(process)
            return fired
        raise EngineUnavailable(reason)

    def pids(self) -> list[int]:
        """Give the process ids of the workers alive now."""
        with self._lock:
            return [process.popen.pid for process in self._all]

    def resident(self) -> int:
        """Give the memory of all workers in kilobytes."""
        with self._lock:
            return sum(process.resident() for process in self._all)

    def close(self) -> None:
        """End every worker."""
        with self._lock:
            self._closed = True
            processes = list(self._all)
            self._all.clear()
        for process in processes:
            process.kill()

    def _beside(self, process: _Process, questions: Sequence[tuple[Program, Message]]) -> list[set[str]]:
        """Ask, with this thread on the worker's processor for as long as it waits for the worker.

        The two take turns. On one processor a turn costs a tenth of what waking an idle one does
        (8 µs against 80 µs, measured), which is more than the decision itself.
        """
        if process.core is None:
            return self._ask(process, questions)
        os.sched_setaffinity(0, {process.core})
        try:
            return self._ask(process, questions)
        finally:
            os.sched_setaffinity(0, self._cores)

    def _ask(self, process: _Process, questions: Sequence[tuple[Program, Message]]) -> list[set[str]]:
        digests = [program.digest for program, _ in questions]
        messages = [message for _, message in questions]
        fresh = {} if process.hosted.issuperset(digests) else {q.digest: q for q, _ in questions}
        for _ in range(2):
            hosted = [{"digest": q.digest, "steps": q.steps, "whole": q.whole} for q in fresh.values()]
            fired = process.ask(hosted, digests, messages, self._seconds)
            process.hosted.update(fresh)
            if fired is not None:
                process.decisions += len(questions)
                return fired
            # the worker let go of rulesets that it had been sent before
            fresh = {q.digest: q for q, _ in questions}
        raise _WorkerFailed("does not keep the rulesets it is sent")

    def _take(self) -> _Process:
        process = self._idle.get()
        if self._closed:
            self._idle.put(process)
            raise EngineUnavailable("closed")
        if process is not None and process.waits() and not self._worn(process):
            return process
        if process is not None:
            self._drop(process)
        try:
            popen = subprocess.Popen(  # noqa: S603 - our own program, no shell
                self._program,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                bufsize=0,
                env={**os.environ, **_MEMORY},
            )
            assert popen.stdin is not None  # noqa: S101 - a pipe was asked for
            os.set_blocking(popen.stdin.fileno(), False)
        except OSError as error:
            self._idle.put(None)
            raise EngineUnavailable(str(error)) from error
        with self._lock:
            core = self._cores[self._started % len(self._cores)] if self._cores else None
            self._started += 1
            started = _Process(popen, core)
            self._all.add(started)
        if core is not None:
            with contextlib.suppress(OSError):  # it has ended already: asking it will say so
                os.sched_setaffinity(popen.pid, {core})
        return started

    def _worn(self, process: _Process) -> bool:
        if process.decisions >= self._lifetime:
            return True
        return process.requests % WEIGHED == 0 and process.resident() > self._largest

    def _give_back(self, process: _Process) -> None:
        self._idle.put(process)

    def _drop(self, process: _Process) -> None:
        with self._lock:
            self._all.discard(process)
        process.kill()
