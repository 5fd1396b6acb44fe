"""The worker process that hosts durable_rules: requests on stdin, one answer a line on stdout.

It is a process of its own because the engine can hang, crash and leak (docs/rules.md). It talks to
the engine's C module directly: no host, no timer threads, one session for each decision, deleted
when it is over. Whatever goes wrong ends the process; the server starts another.

Request: a line with a number and the digests of the programs to ask, spaces between; a line that is
empty or JSON, ``[{"digest", "steps", "whole"}, …]``, programs to host; then for each of the digests a
line that is the message for that program. Programs and messages are as ``core.rules.lower`` makes
them. Answer, tabs between: the number, ``fired``, and for each message the rules that fired, spaces
between; or the number and ``unknown``, when a program has to be sent first.
"""

from __future__ import annotations

import json
import os
import sys
from collections import Counter, OrderedDict
from collections.abc import Iterable
from typing import Any

import durable_rules_engine as engine

END = "end"
"""The rule that always fires, last; without it nothing is known of the others."""

KEPT = 200
"""How many rulesets one worker hosts; the least recently used gives way."""


class Worker:
    """Hosts rulesets by digest and runs messages through them."""

    def __init__(self) -> None:
        self._hosted: OrderedDict[str, dict[str, Any]] = OrderedDict()
        self._sessions = 0
        self._names = 0

    def answer(self, digests: list[str], messages: list[str]) -> list[str]:
        """Give the fields of the answer to the messages for the programs named."""
        if not all(digest in self._hosted for digest in digests):
            return ["unknown"]
        return [
            "fired",
            *(" ".join(self._decide(*question)) for question in zip(digests, messages, strict=True)),
        ]

    def host(self, program: dict[str, Any]) -> None:
        """Host a program, unless it is hosted."""
        if program["digest"] in self._hosted:
            return
        for step in program["steps"]:
            step["handles"] = [self._create(rules) for rules in step["slices"]]
        program["single"] = _is_single(program["steps"])
        self._hosted[program["digest"]] = program
        while len(self._hosted) > KEPT:
            _, old = self._hosted.popitem(last=False)
            for handle in (handle for step in old["steps"] for handle in step["handles"]):
                engine.delete_ruleset(handle)

    def _create(self, rules: dict[str, Any]) -> Any:
        self._names += 1
        plain = {name: {k: v for k, v in rule.items() if k != "run"} for name, rule in rules.items()}
        return engine.create_ruleset(f"r{self._names}", json.dumps(plain))

    def _decide(self, digest: str, message: str) -> Iterable[str]:
        self._hosted.move_to_end(digest)
        program = self._hosted[digest]
        if program["single"]:
            return self._run(program["steps"][0]["handles"], message)
        told: dict[str, Any] = json.loads(message)
        rows = told.pop("rows", {})
        fired: set[str] = set()
        for step in program["steps"]:
            if step["rows"] is not None:
                told |= self._rows(step, told, rows.get(str(step["rows"])), program["whole"])
                continue
            found = self._fire(step, told)
            fired |= found
            for part in step["parts"]:
                if f"xt{part}" in found:
                    told[f"x{part}"] = 1
                elif program["whole"] or f"xf{part}" in found:
                    told[f"x{part}"] = 0
            for fact in step["asserts"]:
                told |= _asserted(fact, fired, program["whole"])
        return [name for name in fired if name[0] != "x"]

    def _fire(self, step: dict[str, Any], told: dict[str, Any]) -> set[str]:
        """Decide a step on what is told; where that is too much for a message, each slice on what it reads."""
        if step["reads"] is None:
            return self._run(step["handles"], json.dumps(told))
        fired: set[str] = set()
        for handle, reads in zip(step["handles"], step["reads"], strict=True):
            part = {name: told[name] for name in reads if name in told}
            fired |= self._run([handle], json.dumps(part))
        return fired

    def _run(self, handles: list[Any], message: str) -> set[str]:
        fired: set[str] = set()
        for handle in handles:
            self._sessions += 1
            fired |= _run(handle, f"s{self._sessions}", message)
        return fired

    def _rows(
        self, step: dict[str, Any], told: dict[str, Any], rows: list[Any] | None, whole: bool
    ) -> dict[str, int]:
        """Decide conditions row by row; what is told on is whether all, some or none of the rows fired."""
        if rows is None:
            return {}
        counts: Counter[str] = Counter()
        for row in rows:
            counts.update(self._fire(step, {**told, **row}))
        found: dict[str, int] = {}
        for number in step["parts"]:
            met = counts[f"xt{number}"]
            unmet = len(rows) - met if whole else counts[f"xf{number}"]
            every = int(number) in step["every"]
            if (unmet if every else met) > 0:
                found[f"x{number}"] = int(not every)
            elif (met if every else unmet) == len(rows):
                found[f"x{number}"] = int(every)
        return found


def _is_single(steps: list[dict[str, Any]]) -> bool:
    """Tell whether all is decided by one step that tells nothing on: then the message is passed as it came."""
    (first, *others) = steps
    return not others and first["rows"] is first["reads"] is None and not first["parts"] + first["asserts"]


def _asserted(fact: dict[str, Any], fired: set[str], whole: bool) -> dict[str, Any]:
    """Give a fact the value of the first rule that is met, when all before it are known to be unmet."""
    number, value = fact["fact"], fact["otherwise"]
    for rule, asserted in fact["rules"]:
        if f"t{rule}" in fired:
            value = asserted
            break
        if not whole and f"f{rule}" not in fired:
            value = None
            break
    return {f"p{number}": 0} if value is None else {f"p{number}": 1, f"v{number}": value}


def _run(handle: Any, session: str, message: str) -> set[str]:
    """Assert one fact in a session of its own and collect every rule that fires."""
    fired: set[str] = set()
    result, offset = engine.assert_fact(handle, f'{message[:-1]},"id":"1","sid":"{session}"}}')
    if result not in (0, 3):
        raise RuntimeError(f"the engine answered {result}")
    started = engine.start_action_for_state(handle, offset)
    pending = started[1] if started else None
    while pending:
        # {"t7": {"m": the message}}: one rule each time, whose name needs no escapes
        fired.add(pending.split('"', 2)[1])
        pending = engine.complete_and_start_action(handle, offset)
    engine.delete_state(handle, session)
    if END not in fired:
        raise RuntimeError("the engine did not come to the end of its rules")
    fired.remove(END)
    return fired


def main() -> None:
    """Serve until standard input ends."""
    worker = Worker()
    lines = sys.stdin.buffer
    while line := lines.readline():
        number, *digests = line.decode().split()
        programs = lines.readline().strip()
        for program in json.loads(programs) if programs else ():
            worker.host(program)
        messages = [lines.readline()[:-1].decode() for _ in digests]
        rest = memoryview(("\t".join([number, *worker.answer(digests, messages)]) + "\n").encode())
        while rest:
            rest = rest[os.write(1, rest) :]


if __name__ == "__main__":
    main()
