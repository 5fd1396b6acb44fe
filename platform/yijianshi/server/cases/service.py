"""CaseService: everything that is done with cases."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ...core.deadlines import Calendar
from ...core.definitions.types import Json
from ..security.vault import Vault
from ..store.protocol import Condition, Row, Store
from .model import Case, CaseLine
from .staff import StaffSide
from .tables import CASES, LOCKS, SUB_CASES
from .views import Compositions, Decides, Uploads, line, unknown_case

__all__ = ["COUNTY", "Case", "CaseRecord", "CaseService"]

CASE_STATUSES = ("submitted", "in_progress", "referred", "closed")

COUNTY = "371322"
"""The region in case numbers unless told otherwise: 郯城县 (GB/T 2260)."""


@dataclass(frozen=True, slots=True)
class CaseRecord:
    """A case as an auditor sees it: its versions and its course, nothing personal."""

    line: CaseLine
    lock: dict[str, Json]
    package_digest: str
    agreement: bool
    received_on: str
    erased: bool
    sub_cases: tuple[Row, ...]

    def to_json(self) -> dict[str, Json]:
        """Give the record as JSON."""
        return {
            **self.line.to_json(),
            "lock": self.lock,
            "package_digest": self.package_digest,
            "agreement": self.agreement,
            "received_on": self.received_on,
            "erased": self.erased,
            "sub_cases": [dict(sub) for sub in self.sub_cases],
        }


class CaseService(StaffSide):
    """The cases of everybody: the applicant's side, the staff's side, and the records for auditors."""

    def __init__(
        self,
        store: Store,
        vault: Vault,
        calendar: Calendar,
        clock: Callable[[], datetime],
        compositions: Compositions,
        uploads: Uploads,
        region: str = COUNTY,
        regions: Mapping[str, Any] | None = None,
        decider: Decides | None = None,
    ) -> None:
        """``clock`` gives aware times in Asia/Shanghai; ``region`` is the six digits of case numbers.

        ``regions`` is the tree of names by which addresses are read; without it codes are shown.
        ``decider`` asks the engine of record at acceptance; without it the core alone decides there.
        """
        super().__init__(store, vault, calendar, clock, compositions, uploads, region, regions, decider)

    def records(
        self,
        status: str | None = None,
        bundle: str | None = None,
        decided_under: tuple[str, int] | None = None,
        offset: int = 0,
        limit: int = 50,
    ) -> tuple[list[CaseLine], int]:
        """Give a page of all cases, the latest first, and how many there are; for auditors.

        ``decided_under`` is ``("ruleset:code", version)``: only the cases pinned to that version.
        """
        where: list[Condition] = []
        if status:
            where.append(("status", "=", status))
        if bundle:
            where.append(("bundle", "=", bundle))
        with self._store.read() as reader:
            if decided_under is not None:
                name, version = decided_under
                pins = [
                    kept["digest"]
                    for kept in reader.find(LOCKS.name)
                    if kept["lock"].get(name, {}).get("version") == version
                ]
                where.append(("lock_digest", "in", pins))
            rows = reader.find(CASES.name, where, ("-submitted_at", "id"), limit=limit, offset=offset)
            return [line(row) for row in rows], reader.count(CASES.name, where)

    def pinned_counts(self) -> dict[tuple[str, int], int]:
        """Count the cases pinned to each version, by ``("kind:code", version)``."""
        counts: dict[tuple[str, int], int] = {}
        with self._store.read() as reader:
            for kept in reader.find(LOCKS.name):
                cases = reader.count(CASES.name, (("lock_digest", "=", kept["digest"]),))
                for name, pin in kept["lock"].items():
                    key = (name, int(pin["version"]))
                    counts[key] = counts.get(key, 0) + cases
        return counts

    def counts(self) -> dict[str, int]:
        """Count all cases by status."""
        with self._store.read() as reader:
            return {name: reader.count(CASES.name, (("status", "=", name),)) for name in CASE_STATUSES}

    def under_way(self, bundle: str) -> int:
        """Count the cases of a bundle that are not closed."""
        with self._store.read() as reader:
            return reader.count("cases", (("bundle", "=", bundle), ("closed_at", "is null", None)))

    def record(self, case_id: str) -> CaseRecord:
        """Give the record of one case without opening what is sealed; raises Refusal 404."""
        with self._store.read() as reader:
            row = reader.get(CASES.name, case_id)
            if row is None:
                raise unknown_case()
            pinned = reader.get(LOCKS.name, row["lock_digest"])
            subs = reader.find(SUB_CASES.name, (("case_id", "=", case_id),), order=("matter",))
        for sub in subs:
            del sub["data"]
        return CaseRecord(
            line(row),
            pinned["lock"] if pinned else {},
            row["package_digest"],
            row["agreement"],
            row["received_on"],
            row["wrapped_key"] is None,
            tuple(subs),
        )
