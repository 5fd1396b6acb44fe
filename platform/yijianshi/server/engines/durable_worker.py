"""The worker process that hosts durable_rules: one request a line on stdin, one answer a line on stdout.

It is a process of its own because the engine can hang, crash and leak (docs/rules.md). It talks to
the engine's C module directly: no host, no timer threads, one session for each decision, deleted
when it is over. Whatever goes wrong ends the process; the server starts another.

Request: ``{"id", "rulesets": [{"digest", "stages"?}], "messages": [{"digest", "message"}]}``;
answer: ``{"id", "fired": [[rule, …], …]}`` or ``{"id", "unknown": [digest, …]}`` when a ruleset has
to be sent first.
"""

from __future__ import annotations

import json
import sys
from collections import OrderedDict
from typing import Any

import durable_rules_engine as engine

KEPT = 200
"""How many rulesets one worker hosts; the least recently used gives way."""


class Worker:
    """Hosts rulesets by digest and runs messages through them."""

    def __init__(self) -> None:
        self._hosted: OrderedDict[str, list[list[Any]]] = OrderedDict()
        self._sessions = 0
        self._names = 0

    def answer(self, request: dict[str, Any]) -> dict[str, Any]:
        """Answer one request."""
        for ruleset in request.get("rulesets", ()):
            self._host(ruleset["digest"], ruleset["stages"])
        wanted = {item["digest"] for item in request["messages"]}
        unknown = sorted(wanted - set(self._hosted))
        if unknown:
            return {"id": request["id"], "unknown": unknown}
        fired = [self._decide(item["digest"], item["message"]) for item in request["messages"]]
        return {"id": request["id"], "fired": fired}

    def _host(self, digest: str, stages: list[list[dict[str, Any]]]) -> None:
        if digest in self._hosted:
            return
        self._hosted[digest] = [[self._create(rules) for rules in slices] for slices in stages]
        while len(self._hosted) > KEPT:
            _, old = self._hosted.popitem(last=False)
            for handle in (handle for slices in old for handle in slices):
                engine.delete_ruleset(handle)

    def _create(self, rules: dict[str, Any]) -> Any:
        self._names += 1
        plain = {name: {k: v for k, v in rule.items() if k != "run"} for name, rule in rules.items()}
        return engine.create_ruleset(f"r{self._names}", json.dumps(plain))

    def _decide(self, digest: str, message: dict[str, Any]) -> list[str]:
        self._hosted.move_to_end(digest)
        told = dict(message)
        fired: set[str] = set()
        for slices in self._hosted[digest]:
            fired = set()
            for handle in slices:
                self._sessions += 1
                fired |= _run(handle, f"s{self._sessions}", told)
            told |= {f"x{name[2:]}": int(name[1] == "t") for name in fired if name.startswith("x")}
        return sorted(fired)


def _run(handle: Any, session: str, message: dict[str, Any]) -> set[str]:
    """Assert one fact in a session of its own and collect every rule that fires."""
    fired: set[str] = set()
    result, offset = engine.assert_fact(handle, json.dumps({**message, "id": "1", "sid": session}))
    if result not in (0, 3):
        raise RuntimeError(f"the engine answered {result}")
    started = engine.start_action_for_state(handle, offset)
    pending = started[1] if started else None
    while pending:
        fired.update(json.loads(pending))
        pending = engine.complete_and_start_action(handle, offset)
    engine.delete_state(handle, session)
    return fired


def main() -> None:
    """Serve until standard input ends."""
    worker = Worker()
    for line in sys.stdin:
        answer = worker.answer(json.loads(line))
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
