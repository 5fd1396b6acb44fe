"""Long work in a thread of its own: once for each question, never longer than a page waits."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from yijianshi.server.rulesets.analyses import Analyses


@pytest.fixture
def analyses() -> Iterator[Analyses]:
    made = Analyses()
    yield made
    made.close()


def test_a_page_does_not_wait_and_the_work_is_done_once(analyses: Analyses) -> None:
    may_end, times = threading.Event(), []

    def work() -> str:
        times.append(1)
        may_end.wait(30)
        return "found"

    assert analyses.ask(("a",), work, wait=0.01) is None
    assert analyses.ask(("a",), work, wait=0.01) is None
    may_end.set()
    assert analyses.ask(("a",), work, wait=30) == "found"
    assert times == [1]
    assert analyses.ask(("b",), lambda: "other", wait=30) == "other"


def test_what_failed_is_asked_again(analyses: Analyses) -> None:
    def broken() -> str:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        analyses.ask(("a",), broken, wait=30)
    assert analyses.ask(("a",), lambda: "found", wait=30) == "found"
