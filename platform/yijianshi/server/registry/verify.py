"""Proving that nothing was changed behind the platform's back: the journal and what was published."""

from __future__ import annotations

import hashlib

from ...core.definitions.canonical import digest
from ...core.definitions.types import Problem, Text, text
from ...core.proofs.chain import Entry
from ..store import Reader, Row, Store
from ..store.journal import JOURNAL, to_entry, verify_journal
from .tables import VERSIONS


def verify(store: Store) -> list[Problem]:
    """Compute everything anew from the raw rows and list what does not hold.

    Findings about the journal are placed in the file ``journal`` with the entry's number as
    pointer, those about a version in the file ``kind:code@version``.
    """
    found = [
        Problem(f"/{item.seq}", item.code, item.what, _REMEDY, "journal") for item in verify_journal(store)
    ]
    with store.read() as reader:
        found += _versions(reader)
    return found


_REMEDY = text(
    "请保全数据库并与备份比对，查明何时由谁改动",
    "keep the database as it is, compare it with a backup, and find out who changed it and when",
)


def _versions(reader: Reader) -> list[Problem]:
    told = _told(reader)
    found: list[Problem] = []
    for row in reader.find(VERSIONS.name):
        entry = told.pop(row["id"], None)
        found += _version(row, entry)
    found += [
        _problem(
            name,
            "version-missing",
            text("流水记载已发布，但该版本不见了", "the journal says it was published, but it is gone"),
        )
        for name in told
    ]
    return found


def _version(row: Row, entry: Entry | None) -> list[Problem]:
    found: list[Problem] = []
    if "sha256:" + hashlib.sha256(row["document"].encode()).hexdigest() != row["digest"]:
        found.append(
            _problem(
                row["id"],
                "content-differs",
                text("内容与摘要不符，已被改动", "its content does not match its digest: it was changed"),
            )
        )
    if entry is None:
        found.append(
            _problem(
                row["id"],
                "not-in-journal",
                text("流水中没有它的发布记录", "the journal does not tell of its publication"),
            )
        )
    elif _as_told(row, entry) != entry.data:
        found.append(
            _problem(
                row["id"],
                "journal-differs",
                text(
                    f"与第 {entry.seq} 条流水记载的不符",
                    f"it is not what entry {entry.seq} of the journal tells",
                ),
            )
        )
    return found


def _as_told(row: Row, entry: Entry) -> dict[str, object]:
    told = {name: row[name] for name in entry.data if name != "lock" and name in row}
    if row["lock"] is not None:
        told["lock"] = digest(row["lock"])
    return told


def _told(reader: Reader) -> dict[str, Entry]:
    rows = reader.find(JOURNAL.name, (("kind", "=", "definition.published"),))
    found: dict[str, Entry] = {}
    for row in rows:
        try:
            found[row["subject"]] = to_entry(row)
        except ValueError:
            # unreadable data is a finding about the journal; here the version counts as untold
            continue
    return found


def _problem(name: str, code: str, message: Text) -> Problem:
    return Problem("", code, message, _REMEDY, name)
