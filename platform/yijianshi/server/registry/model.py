"""What the registry gives out: versions, drafts, and reports of imports."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from ...core.definitions.lock import Lock
from ...core.definitions.pointer import join
from ...core.definitions.types import Json, Problem, Text
from ...core.designer.between import Change
from ..store import Row

Document = Mapping[str, Json]
DraftState = Literal["draft", "in_review"]


@dataclass(frozen=True, slots=True)
class Version:
    """One published version of a definition; nothing of it changes but its retirement."""

    id: str
    kind: str
    code: str
    version: int
    digest: str
    document: Document
    published_at: str
    author: str
    reviewer: str
    effective_from: str | None
    effective_to: str | None
    lock: Lock | None
    retired_at: str | None
    retired_by: str | None

    @property
    def title(self) -> Text:
        """The definition's title."""
        return title_of(self.document, self.code)

    def in_force(self, on: date) -> bool:
        """Tell whether the version applies on the day: both effective dates are included."""
        day = on.isoformat()
        return (
            (self.effective_from is None or self.effective_from <= day)
            and (self.effective_to is None or day <= self.effective_to)
            and (self.retired_at is None or on < datetime.fromisoformat(self.retired_at).date())
        )

    def to_json(self) -> dict[str, Json]:
        """Give the version as JSON, its document included."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class Comment:
    """What a reviewer wrote when sending a draft back; ``place`` is a JSON pointer, or empty for the whole.

    ``address`` is the place by what stays when things move, ``title`` what it was called. A draft that came
    back only because another did (``together``: kind:code) has a comment without words.
    """

    by: str
    at: str
    text: str
    place: str = ""
    address: tuple[str, ...] = ()
    title: Text | None = None
    together: str = ""
    resolved_by: str = ""
    resolved_at: str = ""
    past: bool = False
    """Whether the next review was asked for since."""

    @property
    def open(self) -> bool:
        """Whether it waits to be dealt with."""
        return not self.past and not self.resolved_by

    @classmethod
    def of_json(cls, told: Mapping[str, Any]) -> Comment:
        """Read a stored comment; one of old has less."""
        return cls(**{**told, "address": tuple(told.get("address", ()))})

    def to_json(self) -> dict[str, Json]:
        """Give it as JSON."""
        told = {name: getattr(self, name) for name in self.__slots__}
        return {**told, "address": list(self.address)}


@dataclass(frozen=True, slots=True)
class Draft:
    """The one draft of a definition that is being worked on; ``revision`` counts its savings."""

    id: str
    kind: str
    code: str
    document: Document
    source: str
    author: str
    updated_at: str
    revision: int
    state: DraftState
    base_version: int | None
    comments: tuple[Comment, ...]
    born: str | None = None
    authors: tuple[str, ...] = ()
    together: str | None = None

    @property
    def title(self) -> Text:
        """The definition's title."""
        return title_of(self.document, self.code)

    @property
    def sent_back(self) -> Comment | None:
        """The comment it was last sent back with, None for a draft that was not, or was submitted again."""
        standing = [comment for comment in self.comments if not comment.past]
        return standing[-1] if standing and self.state == "draft" else None

    @classmethod
    def of_row(cls, row: Row) -> Draft:
        """Read a stored draft."""
        comments = tuple(Comment.of_json(item) for item in row["comments"] or ())
        return cls(
            **{
                **row,
                "document": json.loads(row["document"]),
                "source": row["document"],
                "comments": comments,
                # drafts kept before everybody was noted have their last author only
                "authors": tuple(row.get("authors") or (row["author"],)),
            }
        )

    def to_json(self) -> dict[str, Json]:
        """Give the draft as JSON, its document included."""
        result = {name: getattr(self, name) for name in self.__slots__ if name != "source"}
        result["comments"] = [comment.to_json() for comment in self.comments]
        result["sent_back"] = self.sent_back is not None
        result["authors"] = list(self.authors)
        return result


@dataclass(frozen=True, slots=True)
class Item:
    """One definition in the list: its newest version, if any, and its draft, if any."""

    kind: str
    code: str
    title: Text
    version: Version | None
    draft: Draft | None
    unverified: tuple[str, ...]

    def to_json(self) -> dict[str, Json]:
        """Give the line of the list as JSON; ``unverified`` are JSON pointers."""
        version, draft = self.version, self.draft
        return {
            "kind": self.kind,
            "code": self.code,
            "title": dict(self.title),
            "version": version and version.version,
            "digest": version and version.digest,
            "published_at": version and version.published_at,
            "retired_at": version and version.retired_at,
            "draft": draft
            and {
                "state": draft.state,
                "revision": draft.revision,
                "author": draft.author,
                "sent_back": draft.sent_back is not None,
            },
            "unverified": list(self.unverified),
        }


ChangeStatus = Literal["new", "changed", "unchanged"]


@dataclass(frozen=True, slots=True)
class ImportChange:
    """What an import does, or would do, with one document."""

    kind: str
    code: str
    title: Text
    status: ChangeStatus
    digest: str
    changes: tuple[Change, ...]

    def to_json(self) -> dict[str, Json]:
        """Give the line of the report as JSON."""
        return {
            "kind": self.kind,
            "code": self.code,
            "title": dict(self.title),
            "status": self.status,
            "digest": self.digest,
            "changes": [change.to_json() for change in self.changes],
        }


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import found; ``applied`` tells whether it was carried out."""

    changes: tuple[ImportChange, ...]
    problems: tuple[Problem, ...]
    applied: bool

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems that forbid the import."""
        return tuple(problem for problem in self.problems if problem.severity == "error")

    def to_json(self) -> dict[str, Json]:
        """Give the report as JSON."""
        return {
            "applied": self.applied,
            "changes": [change.to_json() for change in self.changes],
            "problems": [problem.to_json() for problem in self.problems],
        }


def key_of(kind: str, code: str) -> str:
    """Name a definition: ``kind:code``."""
    return f"{kind}:{code}"


def version_id(kind: str, code: str, version: int) -> str:
    """Name a version: ``kind:code@version``."""
    return f"{kind}:{code}@{version}"


def title_of(document: Document, code: str) -> Text:
    """Give the title of a document, also of an unfinished one."""
    title: Any = document.get("title")
    if isinstance(title, Mapping) and isinstance(title.get("zh"), str):
        english = title.get("en")
        return {"zh": title["zh"], "en": english if isinstance(english, str) else title["zh"]}
    return {"zh": code, "en": code}


def unverified(document: Json, pointer: str = "") -> Iterator[str]:
    """Yield the JSON pointer of everything that is marked ``verified: false``."""
    if isinstance(document, Mapping):
        if document.get("verified") is False:
            yield pointer
        for key, value in document.items():
            yield from unverified(value, pointer + join(key))
    elif isinstance(document, list):
        for index, value in enumerate(document):
            yield from unverified(value, pointer + join(index))
