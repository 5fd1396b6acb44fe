"""What an auditor reads: versions, cases with their versions, the journal, and whether it all holds.

Reading the journal or a case's record is itself written into the journal.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from ...core.definitions.types import Json, Problem, Text, text
from ...core.designer.between import Change, changes_between
from ...core.proofs.chain import Entry
from ..cases.service import CaseRecord, CaseService
from ..cases.verify import verify as verify_cases
from ..errors import Refusal
from ..registry.model import Version
from ..registry.sentences import sentences
from ..registry.service import RegistryService
from ..registry.verify import verify as verify_registry
from ..security.permissions import allows
from ..store.protocol import Store

AUDITED = ("ruleset", "bundle")
PAGE = 50
MAX_PAGE = 500


class Person(Protocol):
    """What is needed of an account."""

    @property
    def id(self) -> str:
        """The account's id."""
        ...

    @property
    def role(self) -> str:
        """Its role."""
        ...


@dataclass(frozen=True)
class Decided:
    """A published version and how many cases are pinned to it."""

    version: Version
    cases: int

    def to_json(self) -> dict[str, Json]:
        """Give the line as JSON, without the document."""
        version = self.version
        return {
            "kind": version.kind,
            "code": version.code,
            "version": version.version,
            "title": dict(version.title),
            "digest": version.digest,
            "published_at": version.published_at,
            "author": version.author,
            "reviewer": version.reviewer,
            "effective_from": version.effective_from,
            "effective_to": version.effective_to,
            "retired_at": version.retired_at,
            "cases": self.cases,
        }


@dataclass(frozen=True)
class VersionRoom:
    """One version: its rules as sentences, what it changed, and how many cases it decided."""

    line: Decided
    sentences: tuple[tuple[str, Text], ...]
    changes: tuple[Change, ...]

    def to_json(self) -> dict[str, Json]:
        """Give the version as JSON, document included."""
        return {
            **self.line.to_json(),
            "document": dict(self.line.version.document),
            "sentences": {name: dict(said) for name, said in self.sentences},
            "changes": [change.to_json() for change in self.changes],
        }


@dataclass(frozen=True)
class JournalPage:
    """Some entries of the journal in order, and where the next begin."""

    entries: tuple[Entry, ...]
    head: Entry | None
    subject: str
    next_after: int | None

    def to_json(self) -> dict[str, Json]:
        """Give the page as JSON."""
        return {
            "entries": [entry.to_json() for entry in self.entries],
            "head": self.head and self.head.to_json(),
            "subject": self.subject or None,
            "next_after": self.next_after,
        }


@dataclass(frozen=True)
class Verification:
    """The result of computing every hash anew."""

    at: str
    entries: int
    head: str | None
    problems: tuple[Problem, ...]

    @property
    def whole(self) -> bool:
        """Tell whether everything holds."""
        return not self.problems

    def to_json(self) -> dict[str, Json]:
        """Give the result as JSON."""
        return {
            "at": self.at,
            "entries": self.entries,
            "head": self.head,
            "whole": self.whole,
            "problems": [problem.to_json() for problem in self.problems],
        }


class AuditService:
    """The auditor's questions; permissions are checked here as well as at the route."""

    def __init__(
        self, store: Store, registry: RegistryService, cases: CaseService, clock: Callable[[], datetime]
    ) -> None:
        self._store = store
        self._registry = registry
        self._cases = cases
        self._clock = clock

    def overview(self, account: Person) -> dict[str, Any]:
        """Count cases by status, published versions by kind, and the journal's entries."""
        _require(account, "audit.read")
        with self._store.read() as reader:
            head = reader.head()
        return {
            "cases": self._cases.counts(),
            "versions": {kind: len(self._lines(kind)) for kind in AUDITED},
            "journal": {"entries": head.seq if head else 0, "head": head.digest if head else None},
        }

    def versions(self, account: Person) -> list[Decided]:
        """Give every version of every ruleset and bundle, newest first within a code."""
        _require(account, "audit.read")
        return [line for kind in AUDITED for line in self._lines(kind)]

    def version(self, account: Person, kind: str, code: str, number: int) -> VersionRoom:
        """Give one version of a ruleset or bundle; Refusal 403, 404."""
        _require(account, "audit.read")
        if kind not in AUDITED:
            raise Refusal(
                404,
                "unknown-version",
                text("没有这个版本", "there is no such version"),
                text("请从版本列表中打开", "open it from the list of versions"),
            )
        version = self._registry.version(kind, code, number)
        versions = self._registry.versions(kind, code)
        before = next((each for each in versions if each.version == number - 1), None)
        changes = (
            changes_between(before.document, version.document, self._registry.library()) if before else []
        )
        count = self._cases.pinned_counts().get((f"{kind}:{code}", number), 0)
        return VersionRoom(
            Decided(version, count),
            tuple(sentences(version.document, self._registry.library())),
            tuple(changes),
        )

    def cases(
        self,
        account: Person,
        status: str | None = None,
        bundle: str | None = None,
        decided_under: tuple[str, int] | None = None,
        offset: int = 0,
        limit: int = PAGE,
    ) -> tuple[list[Any], int]:
        """Give a page of all cases and how many there are; nothing personal is in it."""
        _require(account, "audit.read")
        return self._cases.records(status, bundle, decided_under, offset, min(limit, MAX_PAGE))

    def case(self, account: Person, case_id: str) -> tuple[CaseRecord, list[Entry]]:
        """Give a case's record and its journal entries; that it was read is journaled."""
        _require(account, "audit.read")
        record = self._cases.record(case_id)
        self._note(account, "audit.case-read", f"case:{case_id}", {"number": record.line.number})
        entries: list[Entry] = []
        with self._store.read() as reader:
            while page := reader.entries(
                entries[-1].seq if entries else 0, MAX_PAGE, subject=f"case:{case_id}"
            ):
                entries += page
        return record, entries

    def journal(
        self, account: Person, after: int | None = None, subject: str = "", limit: int = PAGE
    ) -> JournalPage:
        """Give a page of the journal, oldest first; without ``after`` the last page.

        That it was read, and with what filter, is journaled (and so appears in it).
        """
        _require(account, "journal.read")
        self._note(account, "audit.journal-read", "journal", {"after": after, "subject": subject})
        size = min(max(limit, 1), MAX_PAGE)
        with self._store.read() as reader:
            head = reader.head()
            last = head.seq if head else 0
            start = after if after is not None else 0 if subject else max(0, last - size)
            entries = reader.entries(start, size, subject=subject or None)
        full = len(entries) == size and entries[-1].seq < last
        return JournalPage(tuple(entries), head, subject, entries[-1].seq if full else None)

    def verify(self, account: Person) -> Verification:
        """Compute the journal's chain, the published versions and the sealed cases anew."""
        _require(account, "journal.read")
        with self._store.read() as reader:
            head = reader.head()
        problems = [*verify_registry(self._store), *verify_cases(self._store)]
        now = self._clock()
        self._note(
            account,
            "audit.verified",
            "journal",
            {"entries": head.seq if head else 0, "problems": len(problems)},
        )
        return Verification(
            now.isoformat(), head.seq if head else 0, head.digest if head else None, tuple(problems)
        )

    def _lines(self, kind: str) -> list[Decided]:
        counts = self._cases.pinned_counts()
        return [
            Decided(version, counts.get((f"{kind}:{version.code}", version.version), 0))
            for item in self._registry.items(kind)
            for version in reversed(self._registry.versions(kind, item.code))
        ]

    def _note(self, account: Person, kind: str, subject: str, data: Json) -> None:
        with self._store.write() as writer:
            writer.append(kind, subject, account.id, data, self._clock())


def _require(account: Person, permission: str) -> None:
    if not allows(permission, account.role):
        raise Refusal(
            403,
            "not-permitted",
            text("您的账号没有这项权限", "your account may not do this"),
            text("请换用审计账号", "use an auditor's account"),
        )
