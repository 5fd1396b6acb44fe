"""The designer as a JSON API, under ``/api/v1/designer``; the twin of its pages."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from ...core.definitions.types import Json
from ...core.designer.controls import name_of
from ...core.designer.desk import PRESSED
from ...core.designer.operations import names
from ..context import Platform
from ..registry.api import EDIT, READ, AnyRequest
from ..registry.model import Draft
from .starts import start
from .suggesting import given_up, sought


@dataclass
class NewBody:
    """A new definition's kind, code and Chinese title."""

    kind: str
    code: str
    title: str


@dataclass
class OperationsBody:
    """Operations to carry out on a draft, and the revision they were made on (0: there is no draft yet)."""

    revision: int
    operations: list[dict[str, Any]] = field(default_factory=list)


class DesignerApi(Controller):
    """Drafts changed by operations."""

    path = "/api/v1/designer"
    tags = ("designer",)

    @get("/operations", opt=READ, sync_to_thread=False)
    def operations(self) -> dict[str, Json]:
        """Name every operation there is."""
        return {"operations": [*names(), "undo", "redo"]}

    @post("/definitions", opt=EDIT, sync_to_thread=True)
    def new(
        self, platform: NamedDependency[Platform], request: AnyRequest, data: JSONBody[NewBody]
    ) -> dict[str, Json]:
        """Begin a new definition; gives its draft."""
        return self._begun(platform, request, data).to_json()

    @get("/definitions/{kind:str}/{code:str}", opt=READ, sync_to_thread=True)
    def opened(
        self,
        platform: NamedDependency[Platform],
        request: AnyRequest,
        kind: FromPath[str],
        code: FromPath[str],
    ) -> dict[str, Json]:
        """Give a draft with its log and what can be undone."""
        desk, opened = platform.designer.desk(kind, code, {}, "zh", request.user.name)
        return {
            "document": opened.document,
            "revision": opened.revision,
            "state": opened.state,
            "log": [entry.to_json() for entry in opened.log],
            "changes": [dict(sentence) for sentence in desk.history.sentences],
            "findings": [problem.to_json() for problem in platform.designer.findings(opened.document)],
        }

    @post("/definitions/{kind:str}/{code:str}/operations", opt=EDIT, status_code=200, sync_to_thread=True)
    def carry_out(
        self,
        platform: NamedDependency[Platform],
        request: AnyRequest,
        kind: FromPath[str],
        code: FromPath[str],
        data: JSONBody[OperationsBody],
    ) -> dict[str, Json]:
        """Carry operations out in order; ``refused`` lists those that were not, with why."""
        events = [(PRESSED, name_of(operation)) for operation in data.operations]
        saved = platform.designer.carry_out(kind, code, request.user.name, data.revision, events, {}, "zh")
        return {
            "revision": saved.revision,
            "entries": saved.entries,
            "document": saved.desk.document,
            "changes": [dict(sentence) for sentence in saved.desk.history.sentences],
            "refused": [problem.to_json() for _, problem in saved.desk.problems.values()],
        }

    @get("/definitions/{kind:str}/{code:str}/suggestions", opt=EDIT, sync_to_thread=True)
    def suggestions(
        self,
        platform: NamedDependency[Platform],
        kind: FromPath[str],
        code: FromPath[str],
        asked: FromQuery[str] = "",
    ) -> dict[str, Json]:
        """Seek the fewest test cases that reach what a draft's own do not; accepted by the operation ``accept_cases``.

        ``status`` is ``running`` (ask again), ``done`` or ``stopped``; ``asked`` (as an answer gave it) has what
        was found then told again though the draft has changed.
        """
        return sought(platform, kind, code, asked)

    @post(
        "/definitions/{kind:str}/{code:str}/suggestions/cancel",
        opt=EDIT,
        status_code=200,
        sync_to_thread=True,
    )
    def cancel(
        self, platform: NamedDependency[Platform], kind: FromPath[str], code: FromPath[str]
    ) -> dict[str, Json]:
        """Stop the search for a draft's test cases; ``stopped`` tells whether one was under way."""
        return {"stopped": given_up(platform, kind, code)}

    def _begun(self, platform: Platform, request: AnyRequest, data: NewBody) -> Draft:
        return platform.designer.create(
            start(data.kind, data.code.strip(), data.title.strip()), request.user.name
        )
