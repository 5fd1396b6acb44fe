"""Every case that a definition had a part in, opened one after the other, to be decided again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from ...core.definitions.types import Json
from ..store.protocol import Reader, Row
from .records import Records
from .tables import CASES, LOCKS, SUB_CASES

_PAGE = 500


@dataclass(frozen=True, slots=True)
class Replayed:
    """A case as it was submitted: its answers, its day, and the matters it was for.

    ``answers`` is None when the case's key was erased.
    """

    number: str
    bundle: str
    lock: Mapping[str, Any]
    received_on: date
    matters: frozenset[str]
    answers: Mapping[str, Json] | None


def pinned(reader: Reader, name: str) -> dict[str, Row]:
    """Give the locks, by digest, that pin some version of a definition (``ruleset:code``)."""
    return {row["digest"]: row for row in reader.find(LOCKS.name) if name in row["lock"]}


def count(reader: Reader, locks: Iterable[str]) -> int:
    """Count the cases under these locks."""
    return reader.count(CASES.name, (("lock_digest", "in", list(locks)),))


def replayed(records: Records, reader: Reader, locks: Mapping[str, Row]) -> Iterator[Replayed]:
    """Yield the cases under these locks, each opened with its own key."""
    last = ""
    while True:
        where = (("lock_digest", "in", list(locks)), ("id", ">", last))
        rows = reader.find(CASES.name, where, ("id",), limit=_PAGE)
        if not rows:
            return
        last = rows[-1]["id"]
        subs = reader.find(SUB_CASES.name, (("case_id", "in", [row["id"] for row in rows]),), ("case_id",))
        matters = {
            case: frozenset(sub["matter"] for sub in each)
            for case, each in groupby(subs, lambda sub: sub["case_id"])
        }
        for row in rows:
            erased = row["wrapped_key"] is None or row["data"] is None
            yield Replayed(
                row["number"],
                row["bundle"],
                locks[row["lock_digest"]]["lock"],
                date.fromisoformat(row["received_on"]),
                matters.get(row["id"], frozenset()),
                None if erased else records.unseal(row, row["data"]),
            )
