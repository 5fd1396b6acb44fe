"""The worker process in which Z3 runs: questions from the server, one after another.

It is a process of its own because Z3 is not thread-safe: what it made is let go of by whichever thread happens to
collect garbage, maybe while another is inside Z3, and that ends the process. A long search does not hold up the
server's own threads either.

A question is ``(name, ruleset, day, arguments, words)``. What comes back is ``(FOUND, value)``, or ``(FAILED,
exception)`` when it is not settled; before that any number of ``(FAR, numbers)``, and of ``(SAY, (word, arguments))``,
which is answered: what names things is asked for as it is needed. Whatever else goes wrong ends the process.
"""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable
from datetime import date
from multiprocessing.connection import Connection
from typing import Any

import z3

from ....core.rules import Ruleset, compile_ruleset
from .advice import NotSettled, advise
from .findings import analyse
from .reach import reach
from .suggestions import suggest
from .watch import Watch

FOUND, FAILED, FAR, SAY = range(4)

Question = tuple[str, Ruleset, date, dict[str, Any], tuple[str, ...]]

_ASKED: dict[str, Callable[..., Any]] = {each.__name__: each for each in (advise, analyse, reach, suggest)}


class _Told(Watch):
    """Tells the server how far a search is; to stop it, the server ends the process."""

    def __init__(self, server: Connection) -> None:
        super().__init__()
        self._server = server

    def pass_by(self, reached: int | None = None, goals: int = 0, cases: int = 0) -> None:
        if reached is not None:
            self._server.send((FAR, (reached, goals, cases)))


def serve(server: Connection) -> None:
    """Answer the server's questions until it closes its end."""
    while True:
        try:
            question: Question = server.recv()
        except EOFError:
            return
        try:
            found = _answer(server, question)
        except (NotSettled, z3.Z3Exception) as error:
            server.send((FAILED, NotSettled(str(error))))
        else:
            server.send((FOUND, found))


def _answer(server: Connection, question: Question) -> Any:
    name, ruleset, on, arguments, words = question
    spoken = {word: _saying(server, word) for word in words}
    watched = {"watch": _Told(server)} if name == suggest.__name__ else {}
    return _ASKED[name](compile_ruleset(ruleset, on), **arguments, **spoken, **watched)


def _saying(server: Connection, word: str) -> Callable[..., Any]:
    """Give a function that has the server say it, each thing once."""
    said: dict[tuple[Any, ...], Any] = {}

    def say(*arguments: Any) -> Any:
        if arguments not in said:
            server.send((SAY, (word, arguments)))
            said[arguments] = server.recv()
        return said[arguments]

    return say


if __name__ == "__main__":
    # an interrupt from the keyboard goes to the whole group: the server ends its workers itself
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with Connection(int(sys.argv[1])) as connection:
        serve(connection)
