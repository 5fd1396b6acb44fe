"""Killed at any moment: what was acknowledged is there, once, and the chain is whole."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from yijianshi.server.store import Busy, Table, open_store
from yijianshi.server.store.journal import verify_journal
from yijianshi.server.store.postgres import PostgresStore
from yijianshi.server.store.sqlite import SqliteStore

AT = "2026-01-05T09:00:00+08:00"
CASES = Table("cases", {"id": "text", "seq": "integer"}, key="id", required=("seq",))

WRITER = """
import sys
from yijianshi.server.store import Table, open_store
store = open_store(sys.argv[1], (Table("cases", {"id": "text", "seq": "integer"}, key="id", required=("seq",)),))
number = 0
while True:
    number += 1
    name = f"{sys.argv[2]}-{number}"
    with store.write() as writer:
        entry = writer.append("case.submitted", name, "a", {}, sys.argv[3])
        writer.insert("cases", {"id": name, "seq": entry.seq})
    print(name, flush=True)
"""


def test_every_acknowledged_write_survives_a_kill(store_url: str) -> None:
    acknowledged: list[str] = []
    for turn in range(4):
        process = subprocess.Popen(
            [sys.executable, "-c", WRITER, store_url, str(turn), AT], stdout=subprocess.PIPE, text=True
        )
        assert process.stdout is not None
        acknowledged.append(process.stdout.readline().strip())
        time.sleep(random.uniform(0.01, 0.2))
        process.send_signal(signal.SIGKILL)
        rest, _ = process.communicate()
        acknowledged += [line for line in rest.split("\n")[:-1] if line]
    store = open_store(store_url, (CASES,))
    try:
        with store.read() as reader:
            kept = {row["id"]: row["seq"] for row in reader.find("cases")}
            told = {entry.subject: entry.seq for entry in reader.entries(limit=100_000)}
        assert set(acknowledged) <= set(kept)
        # a row and its entry are there together or not at all
        assert kept == told
        # at most the one that was being acknowledged when the process died
        assert len(kept) - len(acknowledged) <= 4
        assert verify_journal(store) == []
    finally:
        store.close()


def test_a_locked_store_says_that_it_is_busy(store_url: str) -> None:
    first = open_store(store_url, (CASES,))
    second = _impatient(store_url)
    try:
        with first.write() as writer:
            # another process that writes
            with pytest.raises(Busy), second.write():
                pass
            with second.read() as reader:
                assert reader.count("cases") == 0
            writer.insert("cases", {"id": "a", "seq": 1})
        with second.write() as writer:
            assert writer.count("cases") == 1
            # another thread of the same process
            with ThreadPoolExecutor(1) as pool, pytest.raises(Busy):
                pool.submit(_write_nothing, second).result()
    finally:
        first.close()
        second.close()


def _impatient(url: str) -> SqliteStore | PostgresStore:
    if url.startswith("sqlite"):
        return SqliteStore(Path(url.removeprefix("sqlite:///")), (CASES,), busy_seconds=0.2)
    return PostgresStore(url, (CASES,), busy_seconds=0.5)


def _write_nothing(store: SqliteStore | PostgresStore) -> None:
    with store.write():
        pass


def test_a_closed_store_is_of_no_more_use(store_url: str) -> None:
    store = open_store(store_url, (CASES,))
    store.close()
    with pytest.raises(Exception, match="closed"), store.read():
        pass
    with pytest.raises(Exception, match="closed"), store.write():
        pass
