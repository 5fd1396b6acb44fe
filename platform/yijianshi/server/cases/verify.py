"""Proving that cases are what the journal says: every sealed event, answer and lock against its hash."""

from __future__ import annotations

from collections.abc import Iterator

from ...core.definitions.canonical import digest
from ...core.definitions.types import Problem, Text, text
from ...core.proofs.chain import Entry
from ..store.protocol import Reader, Row, Store
from .records import seal_digest
from .tables import CASES, EVENTS, LOCKS, SUB_CASES

_PAGE = 1000
_REMEDY = text(
    "请保全数据库并与备份比对，查明何时由谁改动",
    "keep the database as it is, compare it with a backup, and find out who changed it and when",
)


def verify(store: Store) -> list[Problem]:
    """List every case whose stored, sealed content is not what the journal bound it to.

    No key is needed: the journal holds hashes of what is sealed. Findings are placed in the file
    ``case:<number>``. The journal itself is verified elsewhere.
    """
    found: list[Problem] = []
    with store.read() as reader:
        told: set[tuple[str, int]] = set()
        for entry in _entries(reader):
            data = entry.data
            if not entry.kind.startswith("case.") or not isinstance(data, dict) or "seal" not in data:
                continue
            case_id = entry.subject.removeprefix("case:")
            told.add((case_id, int(data["event"])))
            found += _event(reader, case_id, entry)
            if entry.kind == "case.submitted":
                found += _submission(reader, case_id, entry)
        for row in reader.find(EVENTS.name):
            if (row["case_id"], row["seq"]) not in told:
                found.append(
                    _problem(
                        row["case_id"],
                        f"/events/{row['seq']}",
                        "event-not-in-journal",
                        text("流水中没有这一事件", "the journal does not tell of this event"),
                    )
                )
    return found


def _entries(reader: Reader) -> Iterator[Entry]:
    after = 0
    while page := reader.entries(after, _PAGE):
        yield from page
        after = page[-1].seq


def _event(reader: Reader, case_id: str, entry: Entry) -> list[Problem]:
    seq = entry.data["event"]
    rows = reader.find(EVENTS.name, (("case_id", "=", case_id), ("seq", "=", seq)))
    place, number = f"/events/{seq}", str(entry.data.get("number", case_id))
    if not rows:
        return [
            _problem(
                number,
                place,
                "event-missing",
                text(
                    f"第 {entry.seq} 条流水记载的事件不见了",
                    f"the event of journal entry {entry.seq} is gone",
                ),
            )
        ]
    return _same(number, place, rows[0]["body"], entry.data["seal"], entry)


def _submission(reader: Reader, case_id: str, entry: Entry) -> list[Problem]:
    row = reader.get(CASES.name, case_id)
    number = str(entry.data["number"])
    if row is None:
        return [
            _problem(
                number,
                "",
                "case-missing",
                text("流水记载的办件不见了", f"the case of journal entry {entry.seq} is gone"),
            )
        ]
    found = _same(number, "/data", row["data"], entry.data["data"], entry)
    found += _same(number, "/evaluation", row["evaluation"], entry.data["evaluation"], entry)
    pinned = reader.get(LOCKS.name, row["lock_digest"])
    if pinned is None or digest(pinned["lock"]) != entry.data["lock"]:
        found.append(_changed(number, "/lock", entry))
    subs: dict[str, Row] = {
        sub["id"]: sub for sub in reader.find(SUB_CASES.name, (("case_id", "=", case_id),))
    }
    for sub_id, told in entry.data["sub_cases"].items():
        sub = subs.get(sub_id)
        place = f"/sub_cases/{told['matter']}"
        if sub is None or sub["matter"] != told["matter"]:
            found.append(_changed(number, place, entry))
        else:
            found += _same(number, place, sub["data"], told["data"], entry)
    return found


def _same(number: str, place: str, sealed: bytes | None, expected: str, entry: Entry) -> list[Problem]:
    if sealed is not None and seal_digest(sealed) == expected:
        return []
    return [_changed(number, place, entry)]


def _changed(number: str, place: str, entry: Entry) -> Problem:
    return _problem(
        number,
        place,
        "content-differs",
        text(
            f"与第 {entry.seq} 条流水记载的摘要不符，已被改动",
            f"it does not match the hash in journal entry {entry.seq}: it was changed",
        ),
    )


def _problem(number: str, pointer: str, code: str, message: Text) -> Problem:
    return Problem(pointer, code, message, _REMEDY, f"case:{number}")
