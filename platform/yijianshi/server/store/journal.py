"""The journal's tables, and the way between its rows and the chain's entries."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from ...core.definitions.canonical import canonical
from ...core.definitions.types import text
from ...core.proofs.chain import GENESIS, Break, Entry, breaks
from .protocol import Reader, Row, Store, Table

JOURNAL = Table(
    "journal",
    {
        "seq": "integer",
        "at": "text",
        "actor": "text",
        "kind": "text",
        "subject": "text",
        # canonical text, not a JSON column: a changed bit is to be found even where it
        # leaves the JSON value as it is
        "data": "text",
        "previous": "text",
        "digest": "text",
    },
    key="seq",
    indexes=(("subject", "seq"),),
    unique=(("digest",),),
    required=("at", "actor", "kind", "subject", "data", "previous", "digest"),
    immutable=("seq", "at", "actor", "kind", "subject", "data", "previous", "digest"),
)

HEAD = Table(
    "journal_head",
    {"id": "text", "seq": "integer", "digest": "text"},
    key="id",
    required=("seq", "digest"),
)
"""One row that says where the journal ends, so that a cut-off end is found."""

JOURNAL_TABLES = (JOURNAL, HEAD)
HEAD_KEY = "journal"
PAGE = 1000


def to_row(entry: Entry) -> Row:
    """Give the row an entry is stored as."""
    return {**entry.to_json(), "data": canonical(entry.data).decode()}


def to_entry(row: Row) -> Entry:
    """Give the entry a row holds."""
    return Entry(**{**row, "data": json.loads(row["data"])})


def verify_journal(store: Store) -> list[Break]:
    """Read the raw rows from first to last, compute everything anew, and list what does not hold."""
    with store.read() as reader:
        found: list[Break] = []
        chain = breaks(_raw(reader, found), _known_head(reader))
        found.extend(chain)
    return sorted(found, key=lambda item: item.seq)


def _known_head(reader: Reader) -> tuple[int, str]:
    row = reader.get(HEAD.name, HEAD_KEY)
    return (0, GENESIS) if row is None else (row["seq"], row["digest"])


def _raw(reader: Reader, found: list[Break]) -> Iterator[Entry]:
    after: Any = -(2**63)
    while True:
        rows = reader.find(JOURNAL.name, (("seq", ">", after),), limit=PAGE)
        for row in rows:
            yield _read(row, found)
        if len(rows) < PAGE:
            return
        after = rows[-1]["seq"]


def _read(row: Row, found: list[Break]) -> Entry:
    seq, spelled = row["seq"], row["data"]
    try:
        entry = to_entry(row)
        exact = canonical(entry.data).decode() == spelled
    except (ValueError, RecursionError):
        # no JSON at all: its text stands in, and cannot match the digest
        return Entry(**row)
    if not exact:
        found.append(
            Break(
                seq,
                "spelling-differs",
                text(
                    f"第 {seq} 条流水的数据不是写入时的字节",
                    f"the data of entry {seq} are not the bytes that were written",
                ),
            )
        )
    return entry
