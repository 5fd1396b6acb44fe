"""The hash chain of the journal: every entry names the digest of the one before it.

An entry's digest is SHA-256 over the canonical JSON (RFC 8785) of everything else in it,
so a changed field, a removed, inserted or swapped entry breaks the chain at a known place.
Cutting off the *end* leaves a shorter but whole chain; it is found when the head that is
known from elsewhere (the store's head row, a receipt, a published checkpoint) is given.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ..definitions.canonical import digest
from ..definitions.types import Json, Text, text

GENESIS = "sha256:" + "0" * 64
"""What the first entry names as its previous digest."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the journal; ``at`` is ISO-8601 text with offset, ``seq`` counts from 1."""

    seq: int
    at: str
    actor: str
    kind: str
    subject: str
    data: Json
    previous: str
    digest: str

    def body(self) -> dict[str, Json]:
        """Give everything that the digest covers."""
        return {
            "seq": self.seq,
            "at": self.at,
            "actor": self.actor,
            "kind": self.kind,
            "subject": self.subject,
            "data": self.data,
            "previous": self.previous,
        }

    def to_json(self) -> dict[str, Json]:
        """Give the whole entry as a JSON object."""
        return {**self.body(), "digest": self.digest}


@dataclass(frozen=True, slots=True)
class Break:
    """A place where the chain does not hold: the entry's number and what is wrong there."""

    seq: int
    code: str
    what: Text

    def to_json(self) -> dict[str, Json]:
        """Give the finding as a JSON object."""
        return {"seq": self.seq, "code": self.code, "what": dict(self.what)}


def link(previous: Entry | None, *, at: str, actor: str, kind: str, subject: str, data: Json) -> Entry:
    """Make the entry that follows ``previous`` (None: the first); raises ValueError for what is no JSON."""
    seq, before = (1, GENESIS) if previous is None else (previous.seq + 1, previous.digest)
    return seal(Entry(seq, at, actor, kind, subject, data, before, ""))


def seal(entry: Entry) -> Entry:
    """Give the entry with its own digest computed."""
    return Entry(
        entry.seq,
        entry.at,
        entry.actor,
        entry.kind,
        entry.subject,
        entry.data,
        entry.previous,
        digest(entry.body()),
    )


def verify(entries: Iterable[Entry], head: tuple[int, str] | None = None) -> list[Break]:
    """Find every place where the chain, read from its first entry on, does not hold.

    ``head`` is the (seq, digest) the chain is known to end with; without it a chain that
    was cut off at its end cannot be told from a shorter one.
    """
    return list(breaks(entries, head))


def breaks(entries: Iterable[Entry], head: tuple[int, str] | None = None) -> Iterator[Break]:
    """Yield what :func:`verify` lists, reading the entries one at a time."""
    expected_seq, expected_previous = 1, GENESIS
    last: Entry | None = None
    for entry in entries:
        if entry.seq != expected_seq:
            yield _out_of_order(entry.seq, expected_seq)
        if entry.previous != expected_previous:
            yield Break(
                entry.seq,
                "previous-differs",
                text(
                    f"第 {entry.seq} 条流水与其前一条的摘要不衔接",
                    f"entry {entry.seq} does not follow the entry before it",
                ),
            )
        if not _holds(entry):
            yield Break(
                entry.seq,
                "digest-differs",
                text(
                    f"第 {entry.seq} 条流水的内容与其摘要不符，已被改动",
                    f"entry {entry.seq} does not match its digest: it was changed",
                ),
            )
        expected_seq, expected_previous = entry.seq + 1, entry.digest
        last = entry
    ends = (0, GENESIS) if last is None else (last.seq, last.digest)
    if head is not None and ends != head:
        yield Break(
            min(ends[0], head[0]) + 1 if ends[0] != head[0] else ends[0],
            "head-differs",
            text(
                f"流水止于第 {ends[0]} 条，而记录的末条是第 {head[0]} 条（{head[1]}）",
                f"the journal ends with entry {ends[0]}, but its head is known to be {head[0]} ({head[1]})",
            ),
        )


def _holds(entry: Entry) -> bool:
    try:
        return digest(entry.body()) == entry.digest
    except ValueError:
        return False


def _out_of_order(seq: int, expected: int) -> Break:
    if seq > expected:
        missing = f"{expected}" if seq == expected + 1 else f"{expected}–{seq - 1}"
        return Break(
            seq,
            "entry-missing",
            text(f"第 {seq} 条流水之前缺少第 {missing} 条", f"entry {missing} is missing before entry {seq}"),
        )
    return Break(
        seq,
        "out-of-order",
        text(
            f"第 {seq} 条流水出现在第 {expected} 条的位置", f"entry {seq} stands where {expected} should be"
        ),
    )
