"""Group commit on SQLite: writers that wait for one another share a commit, and nobody leaves before it."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from yijianshi.server.store.sqlite import SqliteStore

from tests.server.store.test_contract import AT, TABLES


def person(name: str) -> dict[str, Any]:
    return {"id": name, "name": name}


@pytest.fixture
def sqlite_store(tmp_path: Path) -> Iterator[Any]:
    opened = SqliteStore(tmp_path / "grouped.db", TABLES)
    yield opened
    opened.close()


def test_writers_that_wait_share_a_commit_and_a_failing_one_undoes_only_itself(sqlite_store: Any) -> None:
    """Counted by SQLite itself: fewer commits than writers, every success there, no failure there."""
    statements: list[str] = []
    sqlite_store._writer.set_trace_callback(statements.append)
    together, others_wait = threading.Barrier(24), threading.Event()

    def write(number: int) -> bool:
        together.wait()
        try:
            with sqlite_store.write() as writer:
                while not others_wait.is_set():  # the first one in waits for the others to queue up
                    time.sleep(0.001)
                    if sqlite_store._waiting >= 10:
                        others_wait.set()
                writer.insert("people", person(f"n{number:02}"))
                writer.append("note.made", f"n{number:02}", "me", {}, AT)
                if number % 4 == 0:
                    raise LookupError(number)
        except LookupError:
            return False
        with sqlite_store.read() as reader:  # whoever has left sees what he wrote
            return reader.get("people", f"n{number:02}") is not None

    with ThreadPoolExecutor(24) as pool:
        done = list(pool.map(write, range(24)))
    assert done == [number % 4 != 0 for number in range(24)]
    with sqlite_store.read() as reader:
        assert [row["id"] for row in reader.find("people")] == [f"n{n:02}" for n in range(24) if n % 4]
        assert len(reader.entries()) == 18
    assert statements.count("COMMIT") <= 24 - 10
    assert statements.count("ROLLBACK TO block") == 6


def test_a_commit_that_fails_is_everybodys_failure(sqlite_store: Any) -> None:
    with sqlite_store.write() as writer:
        writer.insert("people", person("before"))

    def commit_fails(action: int, first: str | None, *_: Any) -> int:
        refused = action == sqlite3.SQLITE_TRANSACTION and first == "COMMIT"
        return sqlite3.SQLITE_DENY if refused else sqlite3.SQLITE_OK

    sqlite_store._writer.set_authorizer(commit_fails)
    with pytest.raises(sqlite3.DatabaseError), sqlite_store.write() as writer:
        writer.insert("people", person("lost"))
    sqlite_store._writer.set_authorizer(None)
    with sqlite_store.write() as writer:
        writer.insert("people", person("after"))
    with sqlite_store.read() as reader:
        assert [row["id"] for row in reader.find("people")] == ["after", "before"]
