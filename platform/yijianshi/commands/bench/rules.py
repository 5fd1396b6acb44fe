"""``bench rules``: decisions, compiling, what-if and the browser, beside other rule engines in one run."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from ...core.rules import compile_ruleset, parse
from . import browser, durable, millions, ours, peers, vectors
from .bars import Bar, of_decisions
from .contestant import Contestant, Maker, NotInstalled, Unequal, alone, race, verify
from .machine import cores, versions
from .made import ON, SHAPES, Suite, suite

SIZES = (5, 20, 100)
AT = 20
"""Rules for which the bars are set."""

LARGE = 100
"""Rules for which compiling and the browser have theirs."""

CONTESTANTS: tuple[Maker, ...] = (
    ours.decide,
    ours.evaluate,
    ours.traced,
    ours.trace,
    ours.from_answers,
    ours.two_engines,
    durable.host,
    durable.bare,
    peers.zen,
    peers.zen_trace,
    peers.zen_table,
    peers.json_logic,
    peers.rule_engine,
    vectors.one_case,
)
PEERS = (
    "durable_rules",
    "zen-engine",
    "panzi-json-logic",
    "rule-engine",
    "openfisca-core",
    "duckdb",
    "numpy",
)

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Extent:
    """How much is measured."""

    sizes: Sequence[int]
    cases: int
    rounds: int
    seconds: float
    """A round of one contestant lasts at least so long."""
    millions: int


FULL = Extent(SIZES, cases=400, rounds=9, seconds=0.1, millions=10_000_000)
QUICK = Extent(SIZES[:2], cases=20, rounds=1, seconds=0.0, millions=20_000)


@dataclass
class Report:
    """What was found; medians in seconds."""

    quick: bool
    decisions: dict[str, dict[str, float]] = field(default_factory=dict)
    """By suite, the seconds of one decision by contestant."""
    compiling: dict[str, float] = field(default_factory=dict)
    whatif: dict[str, list[millions.Pass]] = field(default_factory=dict)
    browser: dict[str, float] = field(default_factory=dict)
    bars: list[Bar] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    """Packages without which something could not be measured."""
    unequal: list[str] = field(default_factory=list)
    """Verdicts that differ from the compiled evaluator's."""

    @property
    def failed(self) -> bool:
        """Whether verdicts differ or, in a full run, a bar is missed or could not be measured."""
        return bool(self.unequal) or (not self.quick and any(bar.met is not True for bar in self.bars))

    def to_json(self) -> dict[str, Any]:
        """Give the report as JSON."""
        return {
            "versions": versions(PEERS),
            "decisions": [
                {
                    "suite": name,
                    "contestants": [
                        {
                            "name": each,
                            "microseconds": seconds * 1e6,
                            "per_second": 1 / seconds,
                            "ratio": ratio,
                        }
                        for each, seconds, ratio in _ranked(times)
                    ],
                }
                for name, times in self.decisions.items()
            ],
            "compiling": [
                {"suite": name, "milliseconds": seconds * 1e3} for name, seconds in self.compiling.items()
            ],
            "whatif": [
                {
                    "suite": name,
                    "passes": [
                        {"name": one.name, "cases": one.cases, "per_second": 1 / one.seconds}
                        for one in passes
                    ],
                }
                for name, passes in self.whatif.items()
            ],
            "browser": [
                {"suite": name, "milliseconds": seconds * 1e3} for name, seconds in self.browser.items()
            ],
            "bars": [bar.to_json() for bar in self.bars],
            "missing": self.missing,
            "unequal": self.unequal,
        }

    def lines(self, lang: str) -> list[str]:
        """Say the report for a reader at a terminal."""
        zh = lang != "en"
        said = [", ".join(f"{name} {version or '-'}" for name, version in versions(PEERS).items())]
        head = (
            "每次决定（微秒），相对倍数"
            if zh
            else "one decision (µs), and how many of the first in that time"
        )
        for name, times in self.decisions.items():
            said += ["", f"{name}: {head}"]
            said += [
                f"  {seconds * 1e6:12.2f}  {ratio:10.2f} ×  {each}" for each, seconds, ratio in _ranked(times)
            ]
        head = "试算（案件/秒）" if zh else "what-if (cases a second)"
        for name, passes in self.whatif.items():
            said += ["", f"{name}: {head}"]
            said += [f"  {1 / one.seconds:14,.0f}  {one.name} ({one.cases:,})" for one in passes]
        for what, found in (
            ("编译" if zh else "compiling", self.compiling),
            ("浏览器内" if zh else "in the browser's Python", self.browser),
        ):
            said += ["", *(f"{name}: {what} {seconds * 1e3:.3f} ms" for name, seconds in found.items())]
        words = (
            {True: "达到", False: "未达到", None: "未测"}
            if zh
            else {True: "met", False: "MISSED", None: "not measured"}
        )
        said += ["", *(_bar(bar, words) for bar in self.bars)]
        said += [f"{'未安装' if zh else 'not installed'}: {name}" for name in self.missing]
        said += [f"{'结论不一致' if zh else 'verdicts differ'}: {what}" for what in self.unequal]
        return said


def measure(quick: bool, progress: Progress) -> Report:
    """Measure all of it."""
    extent, report = QUICK if quick else FULL, Report(quick)
    for rules in extent.sizes:
        for shape in SHAPES:
            made = suite(rules, shape, extent.cases)
            progress(f"{made.name}: {len(CONTESTANTS)} contestants")
            times = _decisions(made, extent, report)
            report.decisions[made.name] = {name: statistics.median(each) for name, each in times.items()}
            if rules == AT:
                report.bars += of_decisions(made.name, times)
    for shape in SHAPES:
        made = suite(LARGE, shape, extent.cases)
        progress(f"{made.name}: compiling")
        seconds = report.compiling[made.name] = _compiling(made, extent.rounds)
        report.bars.append(Bar("compiling", made.name, seconds * 1e3, 50, "ms", at_most=True))
    for shape in SHAPES:
        made = suite(AT, shape, 1)
        progress(f"{made.name}: what-if over {extent.millions:,} cases")
        passes = report.whatif[made.name] = list(_whatif(made, extent, report))
        report.bars += _bars_of_whatif(made.name, passes)
    for shape in SHAPES:
        made = suite(LARGE, shape, min(extent.cases, 50))
        progress(f"{made.name}: in the browser's Python")
        inside = _browser(made, report)
        if inside is not None:
            report.browser[made.name] = inside
        milliseconds = None if inside is None else inside * 1e3
        report.bars.append(Bar(browser.NAME, made.name, milliseconds, 2, "ms", at_most=True))
    return report


def _decisions(made: Suite, extent: Extent, report: Report) -> dict[str, list[float]]:
    """Let those race that are installed and say what the compiled evaluator says."""
    contestants: list[Contestant] = []
    try:
        for maker in CONTESTANTS:
            try:
                contestants.append(contestant := maker(made))
                verify(contestant, made)
            except NotInstalled as missing:
                _lacks(report, missing)
            except Unequal as difference:
                report.unequal.append(str(difference))
                contestants.pop().close()
        return race(contestants, extent.rounds, extent.seconds)
    finally:
        for contestant in contestants:
            contestant.close()


def _compiling(made: Suite, rounds: int) -> float:
    """Give the median seconds from a document to a function that decides, and its first decision."""
    times = []
    with alone():
        for _ in range(rounds):
            started = time.perf_counter()
            compile_ruleset(parse(made.document), ON).decide(made.cases[0])
            times.append(time.perf_counter() - started)
    return statistics.median(times)


def _whatif(made: Suite, extent: Extent, report: Report) -> Iterator[millions.Pass]:
    try:
        for one in millions.measure(made, extent.millions, cores()):
            if isinstance(one, NotInstalled):
                _lacks(report, one)
            else:
                yield one
    except Unequal as difference:
        report.unequal.append(str(difference))


def _bars_of_whatif(name: str, passes: Sequence[millions.Pass]) -> Iterator[Bar]:
    seconds = {one.name: one.seconds for one in passes}
    ours_, theirs = seconds.get(millions.OURS), seconds.get(millions.VECTORS)
    yield Bar("what-if, million cases/s", name, ours_ and 1e-6 / ours_, 5, "M/s")
    yield Bar("what-if / OpenFisca's vectors", name, theirs / ours_ if ours_ and theirs else None, 2.5)


def _browser(made: Suite, report: Report) -> float | None:
    try:
        return browser.measure(made)
    except NotInstalled as missing:
        _lacks(report, missing)
    except Unequal as difference:
        report.unequal.append(str(difference))
    return None


def _lacks(report: Report, missing: NotInstalled) -> None:
    if str(missing) not in report.missing:
        report.missing.append(str(missing))


def _ranked(times: dict[str, float]) -> list[tuple[str, float, float]]:
    """Give name, seconds, and how many times those of our own decision (the fastest where it is not there)."""
    if not times:
        return []
    own = times.get(ours.DECIDE, min(times.values()))
    return [
        (name, seconds, seconds / own) for name, seconds in sorted(times.items(), key=lambda each: each[1])
    ]


def _bar(bar: Bar, words: dict[bool | None, str]) -> str:
    value = "-" if bar.value is None else f"{bar.value:.2f}"
    return f"{words[bar.met]:>8}  {value} {bar.unit} ({'≤' if bar.at_most else '≥'} {bar.bar})  {bar.at}: {bar.what}"
