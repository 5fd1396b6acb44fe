"""What a decision of the engine of record costs besides the engine: its message, and the worker's memory."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from yijianshi.commands.bench.made import SHAPES, Shape, suite
from yijianshi.core.rules.lower import lower
from yijianshi.server.engines.durable import DurableEngine


@pytest.mark.parametrize("shape", SHAPES)
def test_a_message_of_known_facts_is_that_of_the_general_writer(shape: Shape) -> None:
    made = suite(20, shape, 50)
    lowered = lower(made.compiled)
    for case in made.cases:
        program, message = lowered.question(case)
        # what no rule reads is not told
        read = {name: case[name] for name in lowered._answered}
        assert program.whole and message == lowered._message(read, True)


def test_a_missing_fact_asks_the_program_of_two_rails() -> None:
    made = suite(20, "flat", 1)
    lowered = lower(made.compiled)
    case = {name: value for name, value in made.cases[0].items() if name != "c1"}
    program, message = lowered.question(case)
    assert not program.whole
    number = lowered.names.values["c1"][0]
    told = json.loads(message)
    assert told[f"p{number}"] == 0 and f"v{number}" not in told


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="page faults are read from /proc")
def test_a_worker_keeps_the_memory_of_its_sessions() -> None:
    """Given back to the system with every decision, it was fetched again in 37 page faults each."""
    made = suite(20, "flat", 200)
    lowered = lower(made.compiled)
    questions = [lowered.question(case) for case in made.cases]
    engine = DurableEngine(workers=1, seconds=20)
    try:
        engine.decide(questions)
        (pid,) = engine.pids()
        before = _faults(pid)
        for question in questions * 5:
            engine.decide([question])
        assert engine.pids() == [pid]
        assert _faults(pid) - before < len(questions) * 5
    finally:
        engine.close()


def _faults(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[7])
