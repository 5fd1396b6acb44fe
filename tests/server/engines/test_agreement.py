"""The core and durable_rules, asked the same: they agree, and when one lies it is caught."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from yijianshi.core.rules import compile_ruleset, parse
from yijianshi.core.rules.lower import Lowered, lower
from yijianshi.core.rules.naming import check_collisions, fnv1a
from yijianshi.server.engines.decider import Agreement, Decider, Disagreement
from yijianshi.server.engines.durable import DurableEngine, EngineUnavailable

from tests.core.rules.strategies import REASON, fact_sets, rulesets

ON = date(2026, 11, 23)


@pytest.fixture(scope="module")
def engine() -> Iterator[DurableEngine]:
    opened = DurableEngine(workers=1, seconds=20)
    yield opened
    opened.close()


def truths_of(lowered: Lowered, fired: set[str]) -> dict[str, str]:
    return dict(lowered.truths(lowered.whole, fired))


def many(count: int) -> dict[str, Any]:
    return {
        "code": "many",
        "decides": "situations",
        "facts": {"a": {"from": "/a", "type": "decimal"}, "t": {"from": "/t", "type": "text"}},
        "rules": {
            f"r{n}": {
                "all": [{"m": {"$gt": {"a": n / 10}}}],
                "run": {"select_matter": "m", "reason": REASON, "basis": "b"},
            }
            for n in range(count)
        },
    }


# a failing example is not made smaller: each try restarts a worker that died of it
@settings(
    max_examples=400,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow],
)
@given(rulesets(), fact_sets())
def test_the_engines_agree(engine: DurableEngine, document: Any, facts: dict[str, Any]) -> None:
    compiled = compile_ruleset(parse(document), ON)
    result = Decider(engine).decide([(compiled, facts, compiled.evaluate(facts))])
    assert isinstance(result, Agreement), result


def test_more_rules_match_than_the_engine_can_hold_in_one_ruleset(engine: DurableEngine) -> None:
    compiled = compile_ruleset(parse(many(300)), ON)
    lowered = lower(compiled)
    (fired,) = engine.decide([lowered.question({"a": 20})])
    truths = truths_of(lowered, fired)
    assert truths == compiled.truths({"a": 20})
    assert sum(truth == "met" for truth in truths.values()) == 200


def test_a_killed_worker_is_replaced_and_nothing_is_lost() -> None:
    engine = DurableEngine(workers=2, seconds=20)
    compiled = compile_ruleset(parse(many(40)), ON)
    lowered = lower(compiled)
    stop = threading.Event()
    answers: list[bool] = []
    failures: list[BaseException] = []

    def ask() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            facts = {"a": number % 50 / 10}
            try:
                (fired,) = engine.decide([lowered.question(facts)])
            except EngineUnavailable as error:  # killed twice in a row: said, never guessed
                failures.append(error)
                continue
            answers.append(truths_of(lowered, fired) == compiled.truths(facts))

    threads = [threading.Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    kills = 0
    until = time.monotonic() + 4
    while time.monotonic() < until:
        time.sleep(0.15)
        for pid in engine.pids()[:1]:
            os.kill(pid, signal.SIGKILL)
            kills += 1
    stop.set()
    for thread in threads:
        thread.join()
    engine.close()
    assert kills > 5
    assert len(answers) > 20
    assert all(answers)
    assert engine.restarts > 0


def test_a_late_worker_is_no_verdict_and_is_replaced() -> None:
    engine = DurableEngine(workers=1, seconds=1)
    compiled = compile_ruleset(parse(many(3)), ON)
    lowered = lower(compiled)
    engine.decide([lowered.question({"a": 1})])
    (pid,) = engine.pids()
    os.kill(pid, signal.SIGSTOP)
    (fired,) = engine.decide([lowered.question({"a": 1})])
    assert truths_of(lowered, fired) == compiled.truths({"a": 1})
    assert engine.pids() != [pid]
    engine.close()


def test_an_engine_that_never_answers_gives_no_verdict(tmp_path: Path) -> None:
    engine = DurableEngine(
        workers=1, seconds=0.5, program=[sys.executable, "-c", "import time; time.sleep(60)"]
    )
    compiled = compile_ruleset(parse(many(1)), ON)
    result = Decider(engine).decide([(compiled, {"a": 1}, compiled.evaluate({"a": 1}))])
    engine.close()
    assert isinstance(result, Disagreement)
    assert result.kind == "engine-unavailable"
    assert result.facts["many"]["known"] == ["a"]


def test_an_engine_that_lies_is_caught(tmp_path: Path) -> None:
    """The real worker that keeps one answer back: the rule is named, the facts are not."""
    liar = tmp_path / "liar.py"
    liar.write_text(
        "from yijianshi.server.engines import durable_worker as w\n"
        "honest = w.Worker._decide\n"
        "w.Worker._decide = lambda self, d, m: [r for r in honest(self, d, m) if r != 't1']\n"
        "w.main()\n"
    )
    engine = DurableEngine(workers=1, seconds=20, program=[sys.executable, "-W", "ignore", str(liar)])
    compiled = compile_ruleset(parse(many(3)), ON)
    facts = {"a": 1}
    result = Decider(engine).decide([(compiled, facts, compiled.evaluate(facts))])
    engine.close()
    assert isinstance(result, Disagreement)
    assert [(d.rule, d.compiled, d.engine) for d in result.differences] == [("r1", "met", "unmet")]
    assert "1" not in str(result.facts["many"]["known"])


def test_what_no_rule_says_and_both_of_one_rule_are_no_answer() -> None:
    lowered = lower(compile_ruleset(parse(many(3)), ON))
    with pytest.raises(ValueError, match="'f1', which no rule does"):
        lowered.truths(lowered.whole, {"t0", "f1"})
    with pytest.raises(ValueError, match="'t9', which no rule does"):
        lowered.truths(lowered.partial, {"t9"})
    with pytest.raises(ValueError, match="both of rule 'r1'"):
        lowered.truths(lowered.partial, {"t0", "t1", "f1"})
    assert lowered.truths(lowered.partial, {"t0", "f1"}) == {"r0": "met", "r1": "unmet", "r2": "unknown"}
    assert lowered.truths(lowered.whole, {"t0"}) == {"r0": "met", "r1": "unmet", "r2": "unmet"}


def test_memory_stays_flat_over_many_decisions(engine: DurableEngine) -> None:
    compiled = compile_ruleset(parse(many(10)), ON)
    lowered = lower(compiled)
    questions = [lowered.question({"a": n / 7 // 0.1 / 10, "t": f"甲{n}"}) for n in range(100)]

    def resident() -> int:
        (pid,) = engine.pids()
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * 4

    for _ in range(20):
        engine.decide(questions)
    before = resident()
    for _ in range(100):
        engine.decide(questions)
    assert resident() - before < 4_000, "kilobytes grown in ten thousand decisions"


def test_names_that_the_engine_takes_for_one_another_are_refused() -> None:
    assert fnv1a("costarring") == fnv1a("liquid")
    with pytest.raises(ValueError, match="liquid"):
        check_collisions(["costarring", "liquid"])
    check_collisions([f"{letter}{n}" for n in range(5000) for letter in "pv"])
