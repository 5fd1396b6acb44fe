"""``yijianshi bench``: a small run of the real contestants; what makes a run fail; the shape of its JSON."""

from __future__ import annotations

import gc
import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

import yijianshi
from yijianshi.cli import main
from yijianshi.commands.bench import millions, ours, peers, rules
from yijianshi.commands.bench.bars import Bar, of_decisions
from yijianshi.commands.bench.contestant import Contestant, Maker, NotInstalled, Unequal, race, verify
from yijianshi.commands.bench.made import SHAPES, Suite, suite

MAIN = "from yijianshi.cli import main; main()"
SMALL = rules.Extent(sizes=(5,), cases=10, rounds=1, seconds=0.0, millions=1_000)
HONEST: tuple[Maker, ...] = (ours.decide, peers.zen, peers.json_logic)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["bench", *arguments])


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """A run of a few contestants over a few cases."""
    monkeypatch.setattr(rules, "QUICK", SMALL)
    monkeypatch.setattr(rules, "CONTESTANTS", HONEST)
    monkeypatch.setattr(rules, "SHAPES", ("nested",))
    monkeypatch.setattr(rules, "LARGE", 10)
    monkeypatch.setattr(rules, "AT", 5)
    return monkeypatch


def liar(suite: Suite) -> Contestant:
    """The real zen-engine, of whose verdicts the last is turned round."""
    honest = peers.zen(suite)
    last = honest.inputs[-1]

    def decide(given: Any) -> Any:
        said = honest.decide(given)
        return (
            {**said, "result": {**said["result"], "r0": not said["result"]["r0"]}} if given is last else said
        )

    return replace(honest, name="liar", decide=decide)


def test_a_quick_run_of_every_contestant_finds_all_verdicts_equal() -> None:
    """In a process of its own, as durable_rules' Host has timers that never stop."""
    folder = str(Path(yijianshi.__file__).parents[1])
    said = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", MAIN, "bench", "rules", "--quick", "--json"],
        capture_output=True,
        text=True,
        timeout=600,
        env={**os.environ, "PYTHONPATH": folder},
        check=False,
    )
    assert said.returncode == 0, said.stderr
    report = json.loads(said.stdout)
    assert set(report) == {"machine", "quick", "failed", "rules"}
    assert set(report["machine"]) == {"cpu", "cores", "system", "python", "load"}
    assert report["quick"] is True and report["failed"] is False
    found = report["rules"]
    assert set(found) == {
        *("versions", "decisions", "compiling", "whatif", "browser", "bars", "missing", "unequal"),
    }
    assert found["unequal"] == [] and found["missing"] == []
    assert all(found["versions"].values())
    assert [each["suite"] for each in found["decisions"]] == ["5 flat", "5 nested", "20 flat", "20 nested"]
    for decided in found["decisions"]:
        assert len(decided["contestants"]) == len(rules.CONTESTANTS) == 14
        assert set(decided["contestants"][0]) == {"name", "microseconds", "per_second", "ratio"}
        assert next(c["ratio"] for c in decided["contestants"] if c["name"] == ours.DECIDE) == 1
    for what in found["whatif"]:
        assert {each["name"] for each in what["passes"]} == {
            *(millions.OURS, millions.TWO_EDITIONS, millions.VECTORS, millions.LOOP)
        }
        assert what["passes"][0]["cases"] == rules.QUICK.millions
    assert [each["suite"] for each in found["compiling"]] == ["100 flat", "100 nested"]
    assert [each["suite"] for each in found["browser"]] == ["100 flat", "100 nested"]
    assert len(found["bars"]) == 2 * (6 + 1 + 2 + 1)
    for bar in found["bars"]:
        assert set(bar) == {"what", "at", "value", "unit", "bar", "at_most", "met"}
        assert bar["met"] is (bar["value"] <= bar["bar"] if bar["at_most"] else bar["value"] >= bar["bar"])
    assert "20 nested: what-if over 20,000 cases" in said.stderr


def test_the_full_run_is_what_is_promised() -> None:
    assert rules.FULL.sizes == (5, 20, 100) and SHAPES == ("flat", "nested")
    assert rules.FULL.millions == 10_000_000
    assert (rules.AT, rules.LARGE) == (20, 100)


def test_a_contestant_that_lies_makes_the_run_fail(small: pytest.MonkeyPatch) -> None:
    small.setattr(rules, "CONTESTANTS", (*HONEST, liar))
    result = run("rules", "--quick", "--json")
    report = json.loads(result.stdout)
    assert result.exit_code == 1 and report["failed"] is True
    assert [each.partition(": met")[0] for each in report["rules"]["unequal"]] == ["liar, 5 nested, case 9"]
    # it is told beside those that are honest, and not timed
    assert {each["name"] for each in report["rules"]["decisions"][0]["contestants"]} == {
        *(ours.DECIDE, peers.ZEN, peers.JSON_LOGIC)
    }


def test_vectors_that_lie_make_the_run_fail(small: pytest.MonkeyPatch) -> None:
    honest = millions.OpenFisca.met
    small.setattr(
        millions.OpenFisca, "met", lambda self, columns, count: [~t for t in honest(self, columns, count)]
    )
    result = run("rules", "--quick", "--json")
    assert result.exit_code == 1
    assert [each.partition(": rule")[0] for each in json.loads(result.stdout)["rules"]["unequal"]] == [
        f"{millions.VECTORS}, 5 nested"
    ]


def test_a_peer_that_is_not_installed_is_told(small: pytest.MonkeyPatch) -> None:
    small.setitem(sys.modules, "zen", None)
    report = json.loads(run("rules", "--quick", "--json").stdout)["rules"]
    assert report["missing"] == ["zen-engine"]
    unmeasured = [bar for bar in report["bars"] if bar["what"] == "outcomes / zen-engine"]
    assert [(bar["value"], bar["met"]) for bar in unmeasured] == [(None, None)]


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        (
            "en",
            ["not installed: zen-engine", "verdicts differ: liar, 5 flat", "MISSED  49.00 × (≥ 50)  20 flat"],
        ),
        ("zh", ["未安装: zen-engine", "结论不一致: liar, 5 flat", "未达到  49.00 × (≥ 50)  20 flat"]),
    ],
)
def test_a_report_is_said_in_both_languages(lang: str, said: list[str]) -> None:
    report = rules.Report(
        quick=False,
        decisions={"20 flat": {ours.TRACE: 16e-6, ours.DECIDE: 2e-6}},
        bars=[Bar("outcomes / zen-engine", "20 flat", 49.0, 50)],
        missing=["zen-engine"],
        unequal=["liar, 5 flat"],
    )
    lines = "\n".join(report.lines(lang))
    assert all(each in lines for each in said)
    # the fastest first, with its ratio to our own decision
    assert lines.index(f"2.00        1.00 ×  {ours.DECIDE}") < lines.index(
        f"16.00        8.00 ×  {ours.TRACE}"
    )


@pytest.mark.parametrize(
    ("quick", "value", "failed"),
    [(False, 49.0, True), (False, None, True), (False, 50.0, False), (True, 49.0, False)],
)
def test_a_bar_missed_or_not_measured_fails_a_full_run(
    quick: bool, value: float | None, failed: bool
) -> None:
    report = rules.Report(quick, bars=[Bar("outcomes / zen-engine", "20 flat", value, 50)])
    assert report.failed is failed


def test_verdicts_that_differ_fail_any_run() -> None:
    assert rules.Report(True, unequal=["liar"]).failed and rules.Report(False, unequal=["liar"]).failed


def test_a_bar_is_the_median_of_what_the_rounds_say_each_by_itself() -> None:
    times = {
        # of the slow second round both have the same part
        ours.DECIDE: [1e-6, 3e-6, 1e-6],
        peers.ZEN: [60e-6, 180e-6, 50e-6],
        ours.TRACED: [5e-6] * 3,
        peers.ZEN_TRACE: [40e-6] * 3,
    }
    bars = {bar.what: (bar.value, bar.met) for bar in of_decisions("20 flat", times)}
    assert bars["outcomes / zen-engine"] == (pytest.approx(60), True)
    assert bars["every node / zen-engine's trace"] == (pytest.approx(8), False)
    assert bars["two engines / bare durable_rules (Host)"] == (None, None)


def test_a_race_gives_each_its_rounds() -> None:
    made = suite(5, "flat", 3)
    found = race([ours.decide(made), ours.trace(made)], 3, 0.0)
    assert set(found) == {ours.DECIDE, ours.TRACE}
    assert all(len(rounds) == 3 and min(rounds) > 0 for rounds in found.values())
    assert gc.get_freeze_count() == 0


def test_the_suites_are_the_same_every_time_and_differ_in_shape() -> None:
    one, again = suite(20, "nested", 5), suite(20, "nested", 5)
    assert one.document == again.document and one.cases == again.cases
    assert one.document != suite(20, "flat", 5).document
    # of the rules some are met and some are not, or nothing would be compared
    assert all(0 < len(met) < 20 for met in one.met)


def test_verdicts_are_held_case_by_case() -> None:
    made = suite(5, "nested", 10)
    verify(peers.zen_table(made), made)
    with pytest.raises(Unequal, match="liar, 5 nested, case 9: met"):
        verify(liar(made), made)


def test_what_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "openfisca_core", None)
    with pytest.raises(NotInstalled, match="openfisca-core"):
        millions.OpenFisca(suite(5, "flat", 1))


def test_an_unknown_measurement_is_misuse() -> None:
    result = run("rulez")
    assert result.exit_code == 2
    assert "no measurement named rulez; there are: rules" in result.stderr
    assert "没有名为 rulez 的测量" in result.stderr
