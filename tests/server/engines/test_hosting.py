"""How durable_rules is hosted: nothing adds up, nothing is lost, and its limits cannot be reached."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from yijianshi.commands.bench.command import MEASUREMENTS
from yijianshi.commands.bench.soak import GROWTH, measure
from yijianshi.core.rules import compile_ruleset, parse
from yijianshi.core.rules.lower import lower
from yijianshi.server.engines.durable import WEIGHED, DurableEngine, EngineUnavailable

ON = date(2026, 11, 23)
RUN = {"deny": "no", "reason": {"zh": "理由", "en": "reason"}, "basis": "b"}


def ruleset(*conditions: Any) -> dict[str, Any]:
    return {
        "code": "x",
        "decides": "eligibility",
        "facts": {
            "a": {"from": "/a", "type": "integer"},
            "b": {"from": "/b", "type": "integer"},
            "tags": {"from": "/tags", "type": "list", "items": "integer"},
        },
        "rules": {f"r{n}": {"all": [{"m": each}], "run": RUN} for n, each in enumerate(conditions)},
    }


@pytest.fixture(scope="module")
def engine() -> Iterator[DurableEngine]:
    opened = DurableEngine(workers=1, seconds=30)
    yield opened
    opened.close()


def agreed(engine: DurableEngine, document: Any, facts: Any) -> list[str]:
    """Ask both and give the rules that are met; they say the same."""
    compiled = compile_ruleset(parse(document), ON)
    lowered = lower(compiled)
    program, message = lowered.question(facts)
    (fired,) = engine.decide([(program, message)])
    assert lowered.truths(program, fired) == compiled.truths(facts)
    return [name for name, truth in compiled.truths(facts).items() if truth == "met"]


def test_the_soak_is_a_measurement_of_bench() -> None:
    assert MEASUREMENTS["soak"] is measure


def test_memory_is_flat_and_every_verdict_right_over_twenty_thousand_decisions() -> None:
    told: list[str] = []
    report = measure(True, told.append)
    assert (report.decisions, report.wrong, report.restarts) == (20_000, 0, 0)
    assert report.growth < GROWTH / 4 and not report.failed
    assert report.host[-1] - report.host[0] < GROWTH / 4
    assert len(report.worker) == len(told) == 20 and min(report.worker) > 1000
    assert report.to_json()["decisions"] == 20_000
    assert all(report.lines(lang) for lang in ("zh", "en"))


@pytest.mark.parametrize("facts", [{"a": 1000, "b": 1}, {"a": 1000}, {"b": 1}, {}])
def test_any_number_of_rules_may_match_or_be_the_same(engine: DurableEngine, facts: Any) -> None:
    """More than its 64 matches, its 512 first conditions, its 256 the same, its 128 absences."""
    matching = ruleset(*({"$gt": {"a": n}} for n in range(300)))
    assert len(agreed(engine, matching, facts)) == (300 if "a" in facts else 0)
    same = ruleset(*({"$gt": {"a": 1}} for _ in range(300)))
    assert len(agreed(engine, same, facts)) == (300 if "a" in facts else 0)
    distinct = ruleset(*({"a": n} for n in range(700, 1300)))
    assert len(agreed(engine, distinct, facts)) == (1 if "a" in facts else 0)
    absent = ruleset(*({"$nex": {"b": 1}} for _ in range(300)))
    assert len(agreed(engine, absent, facts)) == (0 if "b" in facts else 300)
    rows = ruleset(*({"$iany": {"tags": {"$gt": {"$i": n}}}} for n in range(100)))
    assert len(agreed(engine, rows, {**facts, "tags": list(range(150))})) == 100


def test_more_sessions_than_it_can_hold_at_once(engine: DurableEngine) -> None:
    """Its limit is 1024 living sessions; each of ours ends with its decision."""
    compiled = compile_ruleset(parse(ruleset({"$gt": {"a": 1500}})), ON)
    lowered = lower(compiled)
    fired = engine.decide([lowered.question({"a": n, "b": 0}) for n in range(3000)])
    assert sum("t0" in each for each in fired) == 1499


def test_a_worker_that_has_grown_is_replaced() -> None:
    compiled = compile_ruleset(parse(ruleset({"a": 1})), ON)
    lowered = lower(compiled)
    engine = DurableEngine(workers=1, seconds=20, largest=1)
    try:
        engine.decide([lowered.question({"a": 1})])
        (first,) = engine.pids()
        for _ in range(WEIGHED):
            engine.decide([lowered.question({"a": 1})])
        assert engine.pids() != [first] and len(engine.pids()) == 1
        assert engine.restarts == 0, "it was replaced between decisions, none was lost"
    finally:
        engine.close()
    assert engine.resident() == 0


def test_a_worker_is_replaced_when_its_time_is_over() -> None:
    compiled = compile_ruleset(parse(ruleset({"a": 1})), ON)
    lowered = lower(compiled)
    engine = DurableEngine(workers=1, seconds=20, lifetime=10)
    try:
        pids = set()
        for _ in range(35):
            (fired,) = engine.decide([lowered.question({"a": 1})])
            assert fired == {"t0"}
            pids |= set(engine.pids())
        assert len(pids) == 4
    finally:
        engine.close()


def test_a_worker_that_died_while_nobody_asked_it_costs_no_decision() -> None:
    lowered = lower(compile_ruleset(parse(ruleset({"a": 1})), ON))
    engine = DurableEngine(workers=1, seconds=20)
    try:
        engine.decide([lowered.question({"a": 1})])
        (first,) = engine.pids()
        os.kill(first, signal.SIGKILL)
        os.waitid(os.P_PID, first, os.WEXITED | os.WNOWAIT)
        assert engine.decide([lowered.question({"a": 1})]) == [{"t0"}]
        assert first not in engine.pids() and engine.restarts == 0
    finally:
        engine.close()


def test_who_waits_for_a_worker_gets_the_one_that_is_given_back() -> None:
    """Of more threads than workers none waits for ever, and no worker is started that is not needed."""
    lowered = lower(compile_ruleset(parse(ruleset({"a": 1})), ON))
    engine = DurableEngine(workers=2, seconds=20)
    home: list[set[str]] = []

    def ask() -> None:
        for _ in range(200):
            home.extend(engine.decide([lowered.question({"a": 1})]))

    try:
        ask()
        assert len(engine.pids()) == 1
        askers = [threading.Thread(target=ask) for _ in range(8)]
        for thread in askers:
            thread.start()
        for thread in askers:
            thread.join(60)
        assert home == [{"t0"}] * 1800 and len(engine.pids()) <= 2
    finally:
        engine.close()


def test_workers_killed_in_the_middle_lose_nothing_and_get_nothing_wrong() -> None:
    """Each thread has a list of decisions to bring home; what was said to have failed is asked again."""
    compiled = compile_ruleset(parse(ruleset(*({"$gt": {"a": n}} for n in range(40)))), ON)
    lowered = lower(compiled)
    engine = DurableEngine(workers=2, seconds=20)
    stop = threading.Event()
    wrong: list[int] = []
    home: list[int] = []

    def ask(first: int) -> None:
        for number in range(first, first + 1500, 10):
            facts = [{"a": each % 60} for each in range(number, number + 10)]
            asked = [lowered.question(each) for each in facts]
            while True:
                try:
                    answers = engine.decide(asked)
                    break
                except EngineUnavailable:  # killed twice in a row: said, never guessed
                    continue
            for each, (program, _), fired in zip(facts, asked, answers, strict=True):
                home.append(1)
                if lowered.truths(program, fired) != compiled.truths(each):
                    wrong.append(each["a"])

    def kill() -> None:
        while not stop.wait(0.03):
            for pid in engine.pids()[:1]:
                os.kill(pid, signal.SIGKILL)

    killer = threading.Thread(target=kill)
    askers = [threading.Thread(target=ask, args=(n * 10_000,)) for n in range(3)]
    for thread in [killer, *askers]:
        thread.start()
    for thread in askers:
        thread.join()
    stop.set()
    killer.join()
    restarts = engine.restarts
    engine.close()
    assert (len(home), wrong) == (4500, [])
    assert restarts > 0
