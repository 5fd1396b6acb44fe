"""One search for each draft at a time: watched, stopped, and kept under the name of the state it was for."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest

from yijianshi.core.designer.offers import Offers, Seeking
from yijianshi.server.engines.analysis import Watch
from yijianshi.server.rulesets.analyses import Analyses
from yijianshi.server.rulesets.offering import KEPT, Offering

FOUND = Offers("a", "rules", (), "2026-11-24", (), 0, True)


@pytest.fixture
def analyses() -> Iterator[Analyses]:
    made = Analyses()
    yield made
    made.close()


class Work:
    """A search that goes on until it may end, or is stopped."""

    def __init__(self) -> None:
        self.may_end, self.begun, self.times = threading.Event(), threading.Event(), 0

    def __call__(self, watch: Watch) -> Offers:
        self.times += 1
        watch.pass_by(1, 4, 1)
        self.begun.set()
        while not self.may_end.wait(0.01):
            watch.pass_by()
        return FOUND


def test_it_says_how_far_it_is_and_keeps_what_it_found(analyses: Analyses) -> None:
    offering, work = Offering(analyses), Work()
    assert isinstance(offering.ask("x", "a", work, 0.01), Seeking)
    assert work.begun.wait(30)
    assert offering.ask("x", "a", work, 0.01) == Seeking(1, 4, 1)
    assert offering.found("x", "a") is None
    work.may_end.set()
    assert offering.ask("x", "a", work, 30) == FOUND
    assert offering.found("x", "a") == FOUND and work.times == 1
    assert not offering.stop("x"), "what is found is not stopped any more"


@pytest.mark.parametrize("how", ["stop", "close", "another"])
def test_it_is_stopped(analyses: Analyses, how: str) -> None:
    offering, work, other = Offering(analyses), Work(), Work()
    offering.ask("x", "a", work, 0.01)
    assert work.begun.wait(30)
    answers: list[object] = []
    waiting = threading.Thread(target=lambda: answers.append(offering.ask("x", "a", work, 30)))
    waiting.start()
    acts: dict[str, Callable[[], object]] = {
        "stop": lambda: offering.stop("x"),
        "close": offering.close,
        "another": lambda: offering.ask("x", "b", other, 0.01),
    }
    acts[how]()
    other.may_end.set()
    waiting.join(30)
    assert answers == [None], "whoever waited is told that it was stopped"
    work.may_end.set()
    assert offering.ask("x", "a", work, 30) == FOUND, "and it can be asked for again"


def test_not_more_is_kept_than_is_needed(analyses: Analyses) -> None:
    offering = Offering(analyses)
    for number in range(KEPT + 1):
        offering.keep("x", str(number), FOUND)
    assert offering.found("x", "0") is None and offering.found("x", str(KEPT)) == FOUND
