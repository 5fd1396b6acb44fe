"""Whoever changes the journal behind the platform's back is found out, and where."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from yijianshi.server.store import open_store
from yijianshi.server.store.journal import verify_journal

AT = "2026-01-05T09:00:00+08:00"
COUNT = 6

Tamper = Callable[[str], None]


@pytest.fixture
def tampered(store_url: str) -> Iterator[Callable[..., list[tuple[int, str]]]]:
    """Change the database with its own tools, past every guard, and give what is found."""

    def run(*statements: str) -> list[tuple[int, str]]:
        store = open_store(store_url, ())
        with store.write() as writer:
            for number in range(COUNT):
                writer.append("k", "s", "a", {"number": number, "text": "值"}, AT)
        assert verify_journal(store) == []
        store.close()
        _execute(store_url, statements)
        store = open_store(store_url, ())
        try:
            return [(found.seq, found.code) for found in verify_journal(store)]
        finally:
            store.close()

    yield run


def _execute(url: str, statements: tuple[str, ...]) -> None:
    if url.startswith("sqlite:///"):
        connection = sqlite3.connect(Path(url.removeprefix("sqlite:///")))
        connection.execute("DROP TRIGGER keep_journal")
        connection.execute("DROP TRIGGER stay_journal")
        for statement in statements:
            connection.execute(statement)
        connection.commit()
        connection.close()
        return
    with psycopg.connect(url) as postgres:
        postgres.execute("SET session_replication_role = replica")
        for statement in statements:
            postgres.execute(statement)


@pytest.mark.parametrize(
    "change",
    [
        "at = '2026-01-05T09:00:01+08:00'",
        "actor = 'b'",
        "kind = 'K'",
        "subject = 't'",
        """data = '{"number":9,"text":"值"}'""",
        "data = 'no json'",
        "data = ''",
    ],
)
def test_a_changed_field(tampered: Callable[..., list[tuple[int, str]]], change: str) -> None:
    assert tampered(f"UPDATE journal SET {change} WHERE seq = 3") == [(3, "digest-differs")]


def test_a_changed_spelling_of_the_same_value(tampered: Callable[..., list[tuple[int, str]]]) -> None:
    found = tampered("""UPDATE journal SET data = '{"number": 2,"text":"值"}' WHERE seq = 3""")
    assert found == [(3, "spelling-differs")]


def test_a_changed_digest(tampered: Callable[..., list[tuple[int, str]]]) -> None:
    found = tampered("UPDATE journal SET digest = 'sha256:0' WHERE seq = 3")
    assert found == [(3, "digest-differs"), (4, "previous-differs")]


def test_a_deleted_entry(tampered: Callable[..., list[tuple[int, str]]]) -> None:
    found = tampered("DELETE FROM journal WHERE seq = 3")
    assert found == [(4, "entry-missing"), (4, "previous-differs")]


def test_a_cut_off_end(tampered: Callable[..., list[tuple[int, str]]]) -> None:
    assert tampered("DELETE FROM journal WHERE seq >= 5") == [(5, "head-differs")]


def test_everything_deleted(tampered: Callable[..., list[tuple[int, str]]]) -> None:
    assert tampered("DELETE FROM journal") == [(1, "head-differs")]


def test_swapped_entries(tampered: Callable[..., list[tuple[int, str]]]) -> None:
    found = tampered(
        "UPDATE journal SET seq = 100 WHERE seq = 2",
        "UPDATE journal SET seq = 2 WHERE seq = 4",
        "UPDATE journal SET seq = 4 WHERE seq = 100",
    )
    assert {seq for seq, _ in found} == {2, 3, 4, 5}


def test_an_inserted_entry(tampered: Callable[..., list[tuple[int, str]]]) -> None:
    found = tampered(
        "INSERT INTO journal (seq, at, actor, kind, subject, data, previous, digest) "
        "SELECT 0, at, actor, kind, subject, data, previous, 'sha256:0' FROM journal WHERE seq = 1"
    )
    assert (0, "out-of-order") in found
    assert (0, "digest-differs") in found
