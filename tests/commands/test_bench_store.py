"""``yijianshi bench store``: real submissions on both databases; what makes a run fail."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from click.testing import CliRunner

from yijianshi.cli import main
from yijianshi.commands.bench import store

from tests.postgres import database, server


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name, value in {"COMMITS": 16, "SUBMISSIONS": 2, "CROWD": 4, "KILLED": 6}.items():
        monkeypatch.setattr(store, f"QUICK_{name}", value)
    return monkeypatch


def test_every_acknowledged_submission_is_there_once_also_after_a_kill(small: pytest.MonkeyPatch) -> None:
    with server() as address, database(address) as empty:
        small.setenv(store.DATABASE, empty)
        done = CliRunner().invoke(main, ["bench", "store", "--quick", "--json"])
    assert done.exit_code == 0, done.stderr
    report = json.loads(done.stdout)["store"]
    assert [each["database"] for each in report["databases"]] == ["SQLite", "PostgreSQL"]
    for each in report["databases"]:
        assert each["lost"] == each["twice"] == each["lost_by_the_kill"] == 0
        assert each["crowd"] == 4 and each["acknowledged_before_the_kill"] >= 3
        assert each["bare_commits_per_second"] > 0 and each["submissions_per_second"]["1"] > 0
    assert len(report["bars"]) == 4


def test_a_lost_a_doubled_or_a_slow_submission_fails_the_run() -> None:
    good = store.Measured("SQLite", 100.0, {1: 90.0}, {1: 80.0}, (10.0, 20.0, 30.0), 0, 0, 0, 5)
    assert not store.Report((good,), False).failed
    for wrong in ({"lost": 1}, {"twice": 1}, {"killed": 1}):
        assert store.Report((replace(good, **wrong),), True).failed
    slow = replace(good, waits=(10.0, 400.0, 500.0))
    few = replace(good, submissions={1: 40.0})
    for missed in (slow, few):
        assert store.Report((missed,), False).failed and not store.Report((missed,), True).failed
    assert "MISSED" in "\n".join(store.Report((slow,), False).lines("en"))
    assert "未达标" in "\n".join(store.Report((few,), False).lines("zh"))
