"""What every store promises, asked of SQLite and of a real PostgreSQL."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from yijianshi.core.proofs.chain import GENESIS, verify
from yijianshi.server.store import (
    Conflict,
    Immutable,
    SchemaMismatch,
    Store,
    Table,
    Unstorable,
    open_store,
)
from yijianshi.server.store.journal import verify_journal

AT = "2026-01-05T09:00:00+08:00"

PEOPLE = Table(
    "people",
    {
        "id": "text",
        "name": "text",
        "age": "integer",
        "height": "real",
        "active": "boolean",
        "data": "json",
        "photo": "blob",
        "boss": "text",
    },
    key="id",
    indexes=(("age", "name"),),
    unique=(("name", "age"),),
    required=("name",),
    references={"boss": "people"},
)
SEALED = Table(
    "sealed",
    {"id": "text", "body": "text", "retired_at": "text"},
    key="id",
    immutable=("id", "body"),
)
TABLES = (PEOPLE, SEALED)


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    opened = open_store(store_url, TABLES)
    try:
        yield opened
    finally:
        opened.close()


def put(store: Store, *rows: dict[str, Any]) -> None:
    with store.write() as writer:
        for row in rows:
            writer.insert("people", row)


def ids(store: Store, where: Any = (), **options: Any) -> list[str]:
    with store.read() as reader:
        return [row["id"] for row in reader.find("people", where, **options)]


def test_a_row_comes_back_as_it_was(store: Store) -> None:
    row = {
        "id": "a",
        "name": "𠮷田 🏗️ “引号” \\ ' \" % %s ? \n\t\x7f\x01‮é e\u0301",
        "age": 2**63 - 1,
        "height": 0.1 + 0.2,
        "active": True,
        "data": {"嵌套": [{"深": [None, True, False, -1, 0.5, 1e-7, "\x01\\u0000 %s", {}, []]}], "": ""},
        "photo": bytes(range(256)),
        "boss": None,
    }
    put(store, row)
    with store.read() as reader:
        assert reader.get("people", "a") == row
        assert reader.get("people", "b") is None
    with store.write() as writer:
        assert writer.update("people", "a", {"active": False, "data": None, "photo": b""})
    with store.read() as reader:
        assert reader.get("people", "a") == {**row, "active": False, "data": None, "photo": b""}


@pytest.mark.parametrize("value", [0, "", [], {}, False, "text", 12345678901234567890, [1, [2, [3]]]])
def test_any_json_value_comes_back(store: Store, value: Any) -> None:
    put(store, {"id": "a", "name": "n", "data": value})
    with store.read() as reader:
        row = reader.get("people", "a")
    assert row is not None
    assert row["data"] == value
    assert type(row["data"]) is type(value)


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "a\x00b"},
        {"name": "\ud800"},
        {"data": {"a": ["\x00"]}},
        {"data": {"\x00": 1}},
        {"data": "\udfff"},
        {"data": float("nan")},
        {"data": b"bytes"},
        {"height": float("inf")},
        {"age": 2**63},
    ],
)
def test_what_not_every_store_can_hold_is_refused_alike(store: Store, changes: dict[str, Any]) -> None:
    with store.write() as writer:
        with pytest.raises(Unstorable):
            writer.insert("people", {"id": "a", "name": "n", **changes})
        with pytest.raises(Unstorable):
            writer.append("k", "s", "a", changes.get("data", float("nan")), AT)
        writer.insert("people", {"id": "b", "name": "n"})
    assert ids(store) == ["b"]


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("name", 1),
        ("age", "1"),
        ("age", True),
        ("height", "1"),
        ("height", True),
        ("active", 1),
        ("photo", "x"),
    ],
)
def test_a_value_of_the_wrong_type_is_refused(store: Store, column: str, value: Any) -> None:
    with store.write() as writer, pytest.raises(TypeError):
        writer.insert("people", {"id": "a", "name": "n", column: value})
    with store.read() as reader, pytest.raises(TypeError):
        reader.find("people", ((column, "=", value),))


def test_required_columns_need_a_value(store: Store) -> None:
    with store.write() as writer:
        with pytest.raises(ValueError, match=r"people\.name needs a value"):
            writer.insert("people", {"id": "a"})
        with pytest.raises(ValueError, match=r"people\.id needs a value"):
            writer.insert("people", {"name": "a"})
        writer.insert("people", {"id": "a", "name": "n"})
        with pytest.raises(ValueError, match=r"people\.name needs a value"):
            writer.update("people", "a", {"name": None})


def test_unknown_names_are_refused(store: Store) -> None:
    with store.write() as writer:
        for call in (
            lambda: writer.find("nobody"),
            lambda: writer.find("people", (("nothing", "=", 1),)),
            lambda: writer.find("people", (), ("nothing",)),
            lambda: writer.find("people", (("age", "like", 1),)),
            lambda: writer.find("people", (("data", "=", {}),)),
            lambda: writer.insert("people", {"id": "a", "name": "n", "nothing": 1}),
            lambda: writer.update("people", "a", {"nothing": 1}),
        ):
            with pytest.raises(ValueError, match=r"nobody|nothing|like|data"):
                call()


def test_an_exception_undoes_everything(store: Store) -> None:
    put(store, {"id": "a", "name": "n", "age": 1})
    with pytest.raises(KeyError), store.write() as writer:
        writer.insert("people", {"id": "b", "name": "m"})
        writer.update("people", "a", {"age": 2})
        writer.append("k", "s", "actor", {}, AT)
        raise KeyError
    with store.read() as reader:
        assert [row["id"] for row in reader.find("people")] == ["a"]
        assert reader.find("people")[0]["age"] == 1
        assert reader.head() is None
    with store.write() as writer:
        assert writer.append("k", "s", "actor", {}, AT).seq == 1
    assert verify_journal(store) == []


def test_nobody_sees_what_is_not_committed_and_a_reader_keeps_its_view(store: Store) -> None:
    with store.read() as reader:
        assert reader.count("people") == 0
        with store.write() as writer:
            writer.insert("people", {"id": "a", "name": "n"})
            assert writer.count("people") == 1
            assert ids(store) == []
        assert reader.count("people") == 0
    assert ids(store) == ["a"]


def test_duplicates_conflict_and_the_block_goes_on(store: Store) -> None:
    put(store, {"id": "a", "name": "n", "age": 1})
    with store.write() as writer:
        with pytest.raises(Conflict):
            writer.insert("people", {"id": "a", "name": "other"})
        with pytest.raises(Conflict):
            writer.insert("people", {"id": "b", "name": "n", "age": 1})
        writer.insert("people", {"id": "c", "name": "n", "age": 2})
        with pytest.raises(Conflict):
            writer.update("people", "c", {"age": 1})
        writer.insert("people", {"id": "d", "name": "n"})
        # null differs from null in a unique index
        writer.insert("people", {"id": "e", "name": "n"})
    assert ids(store) == ["a", "c", "d", "e"]


def test_references_are_held(store: Store) -> None:
    with store.write() as writer:
        with pytest.raises(Conflict):
            writer.insert("people", {"id": "a", "name": "n", "boss": "nobody"})
        writer.insert("people", {"id": "b", "name": "boss"})
        writer.insert("people", {"id": "a", "name": "n", "boss": "b"})
        with pytest.raises(Conflict):
            writer.update("people", "a", {"boss": "nobody"})
        with pytest.raises(Conflict):
            writer.delete("people", "b")
        assert writer.delete("people", "a")
        assert writer.delete("people", "b")
        assert not writer.delete("people", "b")
    assert ids(store) == []


def test_an_update_only_where_it_still_holds(store: Store) -> None:
    put(store, {"id": "a", "name": "n", "age": 1})
    with store.write() as writer:
        assert writer.update("people", "a", {"age": 2}, (("age", "=", 1),))
        assert not writer.update("people", "a", {"age": 3}, (("age", "=", 1),))
        assert not writer.update("people", "nobody", {"age": 3})
        assert writer.update("people", "a", {}, (("age", "=", 2),))
        assert not writer.update("people", "a", {}, (("age", "=", 1),))
    with store.read() as reader:
        assert reader.find("people")[0]["age"] == 2


def test_operators(store: Store) -> None:
    put(
        store,
        {"id": "a", "name": "阿", "age": 1, "active": True, "height": 1.5},
        {"id": "b", "name": "B", "age": 2, "active": False, "height": 2.0, "photo": b"\x00"},
        {"id": "c", "name": "b", "age": None},
    )
    assert ids(store, (("age", "=", 1),)) == ["a"]
    assert ids(store, (("age", "!=", 1),)) == ["b", "c"]
    assert ids(store, (("age", "<", 2),)) == ["a"]
    assert ids(store, (("age", "<=", 2),)) == ["a", "b"]
    assert ids(store, (("age", ">", 1),)) == ["b"]
    assert ids(store, (("age", ">=", 1),)) == ["a", "b"]
    assert ids(store, (("age", "in", [1, 2]),)) == ["a", "b"]
    assert ids(store, (("age", "in", []),)) == []
    assert ids(store, (("age", "is null", None),)) == ["c"]
    assert ids(store, (("age", "=", None),)) == ["c"]
    assert ids(store, (("age", "not null", None),)) == ["a", "b"]
    assert ids(store, (("age", "!=", None),)) == ["a", "b"]
    assert ids(store, (("active", "=", True),)) == ["a"]
    assert ids(store, (("height", ">=", 2),)) == ["b"]
    assert ids(store, (("photo", "=", b"\x00"),)) == ["b"]
    assert ids(store, (("name", "=", "b"),)) == ["c"]
    assert ids(store, (("name", ">", "b"),)) == ["a"]
    assert ids(store, (("name", "!=", "b"), ("age", "=", 2))) == ["b"]
    with store.read() as reader:
        assert reader.count("people", (("age", "not null", None),)) == 2


def test_order_limit_and_offset(store: Store) -> None:
    put(
        store,
        {"id": "1", "name": "b", "age": 2},
        {"id": "2", "name": "a", "age": None},
        {"id": "3", "name": "B", "age": 1},
        {"id": "4", "name": "_", "age": 2},
    )
    assert ids(store) == ["1", "2", "3", "4"]
    assert ids(store, order=("age", "-id")) == ["2", "3", "4", "1"]
    assert ids(store, order=("-age", "id")) == ["1", "4", "3", "2"]
    assert ids(store, order=("name",)) == ["3", "4", "2", "1"]
    assert ids(store, limit=2) == ["1", "2"]
    assert ids(store, limit=2, offset=1) == ["2", "3"]
    assert ids(store, offset=3) == ["4"]
    assert ids(store, limit=0) == []


def test_what_is_immutable_stays(store: Store) -> None:
    with store.write() as writer:
        writer.insert("sealed", {"id": "a", "body": "text"})
        with pytest.raises(Immutable):
            writer.update("sealed", "a", {"body": "other"})
        with pytest.raises(Immutable):
            writer.delete("sealed", "a")
        assert writer.update("sealed", "a", {"body": "text", "retired_at": AT})
        writer.append("k", "s", "a", {}, AT)
        with pytest.raises(Immutable):
            writer.update("journal", 1, {"actor": "b"})
        with pytest.raises(Immutable):
            writer.delete("journal", 1)
    with store.read() as reader:
        assert reader.get("sealed", "a") == {"id": "a", "body": "text", "retired_at": AT}
    assert verify_journal(store) == []


def test_the_journal_is_chained_and_read_in_pages(store: Store) -> None:
    with store.write() as writer:
        assert writer.head() is None
        first = writer.append("case.submitted", "case:1", "张三", {"金额": 1.0, "n": [1, 2**60]}, AT)
        later = datetime(2026, 1, 5, 10, tzinfo=timezone(timedelta(hours=8)))
        second = writer.append("case.decided", "case:2", "李四", None, later)
        with pytest.raises(ValueError, match="offset"):
            writer.append("k", "s", "a", {}, "2026-01-05T09:00:00")
    assert (first.seq, first.previous) == (1, GENESIS)
    assert (second.seq, second.previous, second.at) == (2, first.digest, "2026-01-05T10:00:00+08:00")
    with store.read() as reader:
        entries = reader.entries()
        assert [entry.digest for entry in entries] == [first.digest, second.digest]
        assert entries[1] == second == reader.head()
        assert reader.entries(after=1) == [second]
        assert reader.entries(limit=1) == entries[:1]
        assert reader.entries(subject="case:2") == [second]
    assert verify(entries) == []
    assert verify_journal(store) == []


def test_many_threads_append_to_one_unbroken_chain(store: Store) -> None:
    threads, each = 16, 12
    start = threading.Barrier(threads)

    def work(number: int) -> None:
        start.wait()
        for turn in range(each):
            with store.write() as writer:
                row = writer.get("people", "counter")
                if row is None:
                    writer.insert("people", {"id": "counter", "name": "n", "age": 1})
                else:
                    assert writer.update("people", "counter", {"age": row["age"] + 1})
                writer.append("turn", f"thread:{number}", "test", {"turn": turn}, AT)
            with store.read() as reader:
                assert len(reader.entries(subject=f"thread:{number}")) == turn + 1

    with ThreadPoolExecutor(threads) as pool:
        for future in [pool.submit(work, number) for number in range(threads)]:
            future.result()
    with store.read() as reader:
        assert [entry.seq for entry in reader.entries()] == list(range(1, threads * each + 1))
        assert reader.find("people")[0]["age"] == threads * each
    assert verify_journal(store) == []


def test_two_stores_on_one_database_share_the_chain(store: Store, store_url: str) -> None:
    other = open_store(store_url, TABLES)

    def work(which: Store) -> None:
        for _ in range(15):
            with which.write() as writer:
                writer.append("k", "s", "a", {}, AT)

    try:
        with ThreadPoolExecutor(4) as pool:
            for future in [pool.submit(work, which) for which in (store, other, store, other)]:
                future.result()
        assert verify_journal(other) == []
        with other.read() as reader:
            head = reader.head()
            assert head is not None
            assert head.seq == 60
    finally:
        other.close()


def test_a_write_inside_a_write_says_so(store: Store) -> None:
    with store.write() as writer, pytest.raises(RuntimeError, match="inside"), store.write():
        writer.count("people")
    put(store, {"id": "a", "name": "n"})


def test_what_was_written_is_there_after_opening_again(store_url: str) -> None:
    first = open_store(store_url, TABLES)
    put(first, {"id": "a", "name": "n", "data": {"k": "值"}})
    with first.write() as writer:
        entry = writer.append("k", "s", "a", {"k": "值"}, AT)
    first.close()
    second = open_store(store_url, TABLES)
    try:
        with second.read() as reader:
            assert reader.find("people")[0]["data"] == {"k": "值"}
            assert reader.head() == entry
        with second.write() as writer:
            assert writer.append("k", "s", "a", {}, AT).previous == entry.digest
        assert verify_journal(second) == []
    finally:
        second.close()


def test_a_new_column_and_a_new_index_are_added(store_url: str) -> None:
    old = Table("things", {"id": "text"}, key="id")
    new = Table(
        "things",
        {"id": "text", "count": "integer", "data": "json", "ok": "boolean"},
        key="id",
        unique=(("count",),),
        required=("count",),
    )
    first = open_store(store_url, (old,))
    with first.write() as writer:
        writer.insert("things", {"id": "a"})
    first.close()
    second = open_store(store_url, (new,))
    try:
        with second.write() as writer:
            assert writer.get("things", "a") == {"id": "a", "count": None, "data": None, "ok": None}
            assert writer.update("things", "a", {"count": 1, "data": [1], "ok": True})
            with pytest.raises(Conflict):
                writer.insert("things", {"id": "b", "count": 1})
    finally:
        second.close()


def test_a_column_of_another_type_is_refused(store_url: str) -> None:
    open_store(store_url, (Table("things", {"id": "text", "n": "text"}, key="id"),)).close()
    with pytest.raises(SchemaMismatch, match=r"things\.n"):
        open_store(store_url, (Table("things", {"id": "text", "n": "integer"}, key="id"),))


def test_declarations_that_make_no_sense_are_refused(store_url: str) -> None:
    with pytest.raises(ValueError, match="unknown column"):
        Table("things", {"id": "text"}, key="nothing")
    with pytest.raises(ValueError, match="no name"):
        Table('things"', {"id": "text"}, key="id")
    with pytest.raises(ValueError, match="twice"):
        open_store(store_url, (PEOPLE, PEOPLE))
    with pytest.raises(ValueError, match="sqlite"):
        open_store("mysql://localhost/x", ())
