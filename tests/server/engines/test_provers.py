"""Z3 in worker processes: it says there what it says here, and nothing that becomes of a worker is the server's end."""

from __future__ import annotations

import gc
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
import z3

from yijianshi.server.engines.analysis import (
    NotSettled,
    Provers,
    Stopped,
    Watch,
    advise,
    analyse,
    suggest,
)
from yijianshi.server.engines.analysis.provers import LIFETIME, Prover, ProverFailed
from yijianshi.server.engines.analysis.reach import goals, reach

from .test_analysis import A, made, rule

POOR = made({"poor": rule({"$lt": {"investment": 30}}, {"deny": "poor"})})
BOTH = made(
    {
        "large": rule({"$gt": {"area": 300}}, A),
        "shop": rule({"use": "shop"}, {"route": "b"}),
        "never": rule({"$and": [{"$gt": {"area": 300}}, {"$lt": {"area": 200}}]}, {"deny": "x"}),
    }
)
MANY = made({f"r{n}": rule({"$and": [{"$gt": {"area": n}}, {"investment": n}]}, A) for n in range(60)})
"""Takes many seconds to search for the fewest cases."""


@pytest.fixture(scope="module")
def provers() -> Iterator[Provers]:
    made = Provers()
    yield made
    made.close()


@pytest.fixture
def prover() -> Iterator[Prover]:
    made = Prover()
    yield made
    made.close()


def title(place: str) -> Any:
    return {"zh": f"名称{place}", "en": f"title of {place}"}


def option(place: str, value: str) -> Any:
    return {"zh": f"选项{value}", "en": f"option {value}"}


def pid(prover: Prover) -> int:
    assert prover._process is not None
    return prover._process.popen.pid


def test_it_says_what_z3_says_here_with_the_words_of_the_server(provers: Provers) -> None:
    found = provers.analyse(BOTH, None, title, option)
    here = analyse(BOTH, titles=title, options=option)
    # which witness is shown depends on what Z3 was asked before
    assert found and [(p.code, p.pointer) for p in found] == [(p.code, p.pointer) for p in here]
    assert any("选项shop" in each.message["zh"] for each in found)
    cases, others = provers.suggest(BOTH), suggest(BOTH)
    assert cases.proven and (cases.least, cases.impossible) == (others.least, others.impossible)
    told = provers.advise(POOR, {"investment": 20}, titles=title)
    assert told is not None and told == advise(POOR, {"investment": 20}, titles=title)
    wanted = list(goals(3))
    assert len(provers.reach(BOTH, wanted)) == len(reach(BOTH, wanted)) > 0


def test_nothing_of_z3_is_made_in_the_servers_own_process(provers: Provers) -> None:
    def there() -> int:
        gc.collect()
        return sum(
            isinstance(each, z3.AstRef | z3.Solver | z3.Optimize | z3.ModelRef) for each in gc.get_objects()
        )

    before = there()
    provers.analyse(BOTH)
    provers.suggest(BOTH)
    provers.advise(POOR, {"investment": 20})
    provers.reach(BOTH, goals(3))
    assert there() == before


def test_a_worker_that_died_is_replaced_and_asked_again(provers: Provers) -> None:
    provers.advise(POOR, {"investment": 20})
    dead = pid(provers.prompt)
    assert provers.prompt._process is not None
    provers.prompt._process.kill()
    told = provers.advise(POOR, {"investment": 20})
    assert told is not None and told.changes == {"investment": 30} and pid(provers.prompt) != dead


def test_one_that_dies_again_is_told_of_and_harms_nobody(
    provers: Provers, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = Provers()
    monkeypatch.setattr("yijianshi.server.engines.analysis.provers._PROGRAM", ["/bin/false"])
    (finding,) = broken.analyse(BOTH)
    assert finding.code == "not-settled" and finding.severity == "warning"
    assert broken.reach(BOTH, goals(3)) == []
    with pytest.raises(NotSettled):
        broken.advise(POOR, {"investment": 20})
    with pytest.raises(Stopped):
        broken.suggest(BOTH)
    broken.close()


def test_one_that_is_late_is_ended(prover: Prover) -> None:
    with pytest.raises(ProverFailed, match="late"):
        prover.ask("suggest", MANY, {}, {}, 0.5)
    assert prover._process is None
    assert prover.ask("advise", POOR, {"facts": {"investment": 20}}, {}, 30) is not None


def test_a_question_that_cannot_be_settled_is_no_failure(prover: Prover) -> None:
    arguments = {"facts": {"investment": 20}, "seconds": 0}
    with pytest.raises(NotSettled):
        prover.ask("advise", POOR, arguments, {}, 30)
    assert prover._process is not None


def test_a_search_tells_how_far_it_is_and_is_stopped_at_once(provers: Provers) -> None:
    watch, caught = Watch(), []

    def search() -> None:
        try:
            provers.suggest(MANY, watch=watch)
        except Stopped as error:
            caught.append(error)

    thread = threading.Thread(target=search)
    thread.start()
    until = time.monotonic() + 60
    while not watch.goals and time.monotonic() < until:
        time.sleep(0.01)
    assert watch.goals >= 60
    # advice does not wait for it
    assert provers.advise(POOR, {"investment": 20}, seconds=60) is not None and not caught
    watch.stop()
    thread.join(10)
    assert len(caught) == 1 and not thread.is_alive()
    assert provers.suggest(BOTH).proven


def test_who_waits_for_a_turn_waits_no_longer_than_he_likes_and_can_be_stopped(provers: Provers) -> None:
    with provers.prompt.turn, pytest.raises(NotSettled):
        provers.advise(POOR, {"investment": 20}, seconds=0.1)
    watch = Watch()
    watch.stop()
    with provers.patient.turn, pytest.raises(Stopped):
        provers.suggest(BOTH, watch=watch)


def test_a_closed_one_answers_nobody_and_ends_what_is_under_way() -> None:
    made_, caught = Provers(), []

    def search() -> None:
        try:
            made_.suggest(MANY)
        except Stopped as error:
            caught.append(error)

    thread = threading.Thread(target=search)
    thread.start()
    until = time.monotonic() + 60
    while made_.patient._process is None and time.monotonic() < until:
        time.sleep(0.01)
    made_.close()
    thread.join(10)
    assert len(caught) == 1
    with pytest.raises(Stopped):
        made_.suggest(BOTH)


def test_a_worker_is_replaced_after_so_many_questions(prover: Prover) -> None:
    arguments: dict[str, Any] = {"facts": {"investment": 40}}
    prover.ask("advise", POOR, arguments, {}, 30)
    first = pid(prover)
    assert prover._process is not None
    prover._process.asked = LIFETIME - 1
    prover.ask("advise", POOR, arguments, {}, 30)
    prover.ask("advise", POOR, arguments, {}, 30)
    assert pid(prover) != first
