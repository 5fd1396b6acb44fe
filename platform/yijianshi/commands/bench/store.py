"""Submissions held against the bare store: how many are committed a second, how long 200 applicants at once wait.

The bare store is the database's own driver with the same durability, one row and one row beside it a
transaction. Submissions are real applications of a shipped bundle: form, rules by two engines, sealing,
journal. At last the serving process is killed in the middle, and every submission it acknowledged is
looked for.
"""

from __future__ import annotations

import os
import sqlite3
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from ...server.context import Platform
from ...server.settings import Settings
from ...server.store import Table, open_store
from .applicants import Application, Served, applications
from .bars import Bar

ROUNDS, QUICK_ROUNDS = 3, 1
COMMITS, QUICK_COMMITS = 2000, 100
SUBMISSIONS, QUICK_SUBMISSIONS = 120, 8
CROWD, QUICK_CROWD = 200, 10
KILLED, QUICK_KILLED = 60, 8
THREADS = (1, 8)
BODY = "x" * 400
"""About what an event of a case weighs."""

HALF = 0.5
PATIENCE_MS = 300.0
DATABASE = "YIJIANSHI_BENCH_POSTGRES"
"""The environment's address of an empty PostgreSQL database, to be measured as well."""

ROWS = Table("bench_rows", {"id": "text", "body": "text"}, key="id", required=("body",))
Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Measured:
    """What was measured of one database."""

    database: str
    bare: float
    ours: dict[int, float]
    submissions: dict[int, float]
    waits: tuple[float, ...]
    lost: int
    twice: int
    killed: int
    acknowledged: int

    def bars(self) -> list[Bar]:
        """Give the promises that hold of it."""
        best = max(self.submissions.values())
        return [
            Bar("submissions / commits of the bare store", self.database, best / self.bare, HALF),
            Bar(
                f"{len(self.waits)} applicants at once, p95",
                self.database,
                quantiles(self.waits, n=20)[18],
                PATIENCE_MS,
                "ms",
                at_most=True,
            ),
        ]

    def to_json(self) -> dict[str, Any]:
        """Give the figures as JSON."""
        return {
            "database": self.database,
            "bare_commits_per_second": round(self.bare),
            "store_commits_per_second": {str(n): round(rate) for n, rate in self.ours.items()},
            "submissions_per_second": {str(n): round(rate, 1) for n, rate in self.submissions.items()},
            "crowd": len(self.waits),
            "wait_ms": {"p50": round(median(self.waits)), "p95": round(quantiles(self.waits, n=20)[18])},
            "lost": self.lost,
            "twice": self.twice,
            "acknowledged_before_the_kill": self.acknowledged,
            "lost_by_the_kill": self.killed,
        }


@dataclass(frozen=True, slots=True)
class Report:
    """The databases that were measured; a ``quick`` run tells its bars and does not hold them."""

    measured: tuple[Measured, ...]
    quick: bool

    @property
    def bars(self) -> list[Bar]:
        """Every bar of every database."""
        return [bar for each in self.measured for bar in each.bars()]

    @property
    def failed(self) -> bool:
        """Whether a submission was lost or doubled or, in a full run, a bar is missed."""
        wrong = any(each.lost or each.twice or each.killed for each in self.measured)
        return wrong or (not self.quick and any(not bar.met for bar in self.bars))

    def to_json(self) -> dict[str, Any]:
        """Give the report as JSON."""
        return {
            "databases": [each.to_json() for each in self.measured],
            "bars": [bar.to_json() for bar in self.bars],
        }

    def lines(self, lang: str) -> list[str]:
        """Say the report for a reader at a terminal."""
        zh = lang == "zh"
        told = []
        for each in self.measured:
            ours = ", ".join(f"{n}: {rate:.0f}" for n, rate in each.ours.items())
            submitted = ", ".join(f"{n}: {rate:.1f}" for n, rate in each.submissions.items())
            waits = each.to_json()["wait_ms"]
            told += [
                f"{each.database}：裸库每秒提交 {each.bare:.0f}；本库（含流水，按线程数）{ours}；申报 {submitted}"
                if zh
                else f"{each.database}: bare {each.bare:.0f} commits/s; ours with journal by threads {ours}; "
                f"submissions {submitted}",
                f"  {len(each.waits)} 人同时申报：中位 {waits['p50']} 毫秒，p95 {waits['p95']} 毫秒；"
                f"丢失 {each.lost}，重复 {each.twice}"
                if zh
                else f"  {len(each.waits)} applicants at once: p50 {waits['p50']} ms, p95 {waits['p95']} ms; "
                f"lost {each.lost}, twice {each.twice}",
                f"  kill -9：已确认 {each.acknowledged} 件，缺失或重复 {each.killed}"
                if zh
                else f"  kill -9: {each.acknowledged} acknowledged, {each.killed} missing or twice",
            ]
        for bar in self.bars:
            verdict = ("达标" if zh else "met") if bar.met else ("未达标" if zh else "MISSED")
            sign = "≤" if bar.at_most else "≥"
            told.append(f"  {bar.at}, {bar.what}: {bar.value:.2f} {bar.unit} ({sign} {bar.bar}) {verdict}")
        return told


def measure(quick: bool, progress: Progress) -> Report:
    """Measure SQLite, and PostgreSQL where the environment names a database."""
    dsn = os.environ.get(DATABASE, "")
    return Report(tuple(_database(url, quick, progress) for url in ("", *([dsn] if dsn else []))), quick)


def _database(url: str, quick: bool, progress: Progress) -> Measured:
    name = "PostgreSQL" if url else "SQLite"
    commits = QUICK_COMMITS if quick else COMMITS
    rounds = QUICK_ROUNDS if quick else ROUNDS
    many = QUICK_SUBMISSIONS if quick else SUBMISSIONS
    crowd = QUICK_CROWD if quick else CROWD
    killed = QUICK_KILLED if quick else KILLED
    # not in memory: a commit is to reach a disk
    with tempfile.TemporaryDirectory(dir=Path.cwd(), prefix="bench-store-") as folder:
        settings = Settings(database=url, data=Path(folder))
        with closing(Platform.open(settings, cheap_passwords=True)) as platform:
            bare: list[float] = []
            ours: dict[int, list[float]] = {n: [] for n in THREADS}
            submitted: dict[int, list[float]] = {n: [] for n in THREADS}
            with _bare(url, Path(folder)) as commit, closing(open_store(settings.url, (ROWS,))) as store:
                for turn in range(rounds):
                    progress(f"{name}: {turn + 1}/{rounds}")
                    bare.append(_rate(commit, commits, 1, f"b{turn}"))
                    for threads in THREADS:
                        mark = f"o{turn}-{threads}"
                        ours[threads].append(_rate(lambda id_: _ours(store, id_), commits, threads, mark))
                        ready = applications(platform, f"s{turn}-{threads}", many)
                        submitted[threads].append(_submissions(platform, ready, threads))
            progress(f"{name}: {crowd} applicants")
            many_ready = applications(platform, "crowd", crowd)
            to_kill = applications(platform, "kill", killed)
        with Served(settings) as served:
            waits, known = served.crowd(many_ready)
        with Served(settings) as served:
            acknowledged = served.killed(to_kill)
        progress(f"{name}: killed after {len(acknowledged)}")
        with closing(Platform.open(settings, cheap_passwords=True)) as platform:
            counts = [_cases(platform, each) for each in many_ready]
            lost = sum(found != known.get(each.draft) for each, found in zip(many_ready, counts, strict=True))
            twice = sum(len(platform.cases.mine(each.account)) > 1 for each in (*many_ready, *to_kill))
            after = {each.draft: _cases(platform, each) for each in to_kill}
            gone = sum(after[draft] != case for draft, case in acknowledged.items())
    return Measured(
        name,
        median(bare),
        {n: median(rates) for n, rates in ours.items()},
        {n: median(rates) for n, rates in submitted.items()},
        waits,
        lost,
        twice,
        gone,
        len(acknowledged),
    )


def _cases(platform: Platform, application: Application) -> str | None:
    """Give the one case that an application has become."""
    found = [line.id for line in platform.cases.mine(application.account)]
    return found[0] if len(found) == 1 else None


def _submissions(platform: Platform, ready: Sequence[Application], threads: int) -> float:
    began = time.perf_counter()
    with ThreadPoolExecutor(threads) as pool:
        for case in pool.map(lambda each: each.submit(platform), ready):
            if not case.agreement:
                raise RuntimeError("the engines differ")
    return len(ready) / (time.perf_counter() - began)


def _rate(commit: Callable[[str], None], commits: int, threads: int, mark: str) -> float:
    """Give commits a second of so many threads."""
    each = commits // threads
    start = threading.Barrier(threads + 1)

    def work(thread: int) -> None:
        start.wait()
        for number in range(each):
            commit(f"{mark}-{thread}-{number}")

    with ThreadPoolExecutor(threads) as pool:
        running = [pool.submit(work, thread) for thread in range(threads)]
        start.wait()
        began = time.perf_counter()
        for one in running:
            one.result()
    return each * threads / (time.perf_counter() - began)


def _ours(store: Any, id_: str) -> None:
    with store.write() as writer:
        writer.insert(ROWS.name, {"id": id_, "body": BODY})
        writer.append("bench.row", id_, "bench", {"id": id_}, datetime.now().astimezone())


@contextmanager
def _bare(url: str, folder: Path) -> Iterator[Callable[[str], None]]:
    """Give a commit by the driver alone: two inserts, durable."""
    tables = ("bare_rows", "bare_journal")
    if url:
        import psycopg

        with psycopg.connect(url, autocommit=True) as server:
            for table in tables:
                server.execute(f"DROP TABLE IF EXISTS {table}")
                server.execute(f"CREATE TABLE {table} (id text PRIMARY KEY, body text)")

            def insert(id_: str) -> None:
                with server.transaction():
                    for table in tables:
                        server.execute(f"INSERT INTO {table} VALUES (%s, %s)", (id_, BODY))  # noqa: S608 - our own names

            yield insert
        return
    file = sqlite3.connect(folder / "bare.db", isolation_level=None, check_same_thread=False)
    with closing(file):
        file.execute("PRAGMA journal_mode=WAL")
        file.execute("PRAGMA synchronous=FULL")
        for table in tables:
            file.execute(f"CREATE TABLE {table} (id text PRIMARY KEY, body text)")

        def commit(id_: str) -> None:
            file.execute("BEGIN IMMEDIATE")
            for table in tables:
                file.execute(f"INSERT INTO {table} VALUES (?, ?)", (id_, BODY))  # noqa: S608 - our own names
            file.execute("COMMIT")

        yield commit
