"""The registry as a JSON API, under ``/api/v1/registry``; the twin of its pages."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Any

from litestar import Controller, Request, delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from ...core.checks import Source
from ...core.definitions.pointer import join
from ...core.definitions.types import Json
from ..context import Platform
from . import refusals, reviewing
from .choices import collisions
from .documents import identify
from .imports import export, import_chosen, import_documents
from .model import key_of
from .remarks import Remark, resolve

AnyRequest = Request[Any, Any, Any]

READ = {"permission": "definition.read"}
EDIT = {"permission": "definition.edit"}
REVIEW = {"permission": "definition.review"}
PUBLISH = {"permission": "definition.publish"}


@dataclass
class DraftBody:
    """A draft to save: the document, and the revision it started from (null: there was none)."""

    document: dict[str, Any]
    revision: int | None = None


@dataclass
class RevisionBody:
    """The revision of the draft that the person has before his eyes."""

    revision: int


@dataclass
class RemarkBody:
    """What has to change at a place (a JSON pointer) of a draft (``kind:code``, empty: the one submitted)."""

    text: str
    place: str = ""
    draft: str = ""


@dataclass
class CommentBody:
    """A revision and what the reviewer has to say about it, or about a place of it (a JSON pointer).

    ``comments`` are more of the same, each on its place in any draft of the set under review.
    """

    revision: int
    comment: str = ""
    place: str = ""
    comments: list[RemarkBody] = field(default_factory=list)


@dataclass
class ImportBody:
    """Documents to take in as drafts; with ``dry_run`` only the report is made.

    With ``choices`` (``kind:code`` → ``take``, ``skip`` or ``copy:new-code``) each document that differs
    from what is there needs one; without, all are taken.
    """

    documents: list[dict[str, Any]] = field(default_factory=list)
    dry_run: bool = True
    choices: dict[str, str] | None = None


class RegistryApi(Controller):
    """Definitions, their versions, drafts and review."""

    path = "/api/v1/registry"
    tags = ("registry",)

    @get("/definitions", opt=READ, sync_to_thread=True)
    def definitions(
        self,
        platform: NamedDependency[Platform],
        kind: FromQuery[str | None] = None,
        search: FromQuery[str] = "",
        unverified: FromQuery[bool] = False,
    ) -> dict[str, Json]:
        """List definitions; ``unverified`` gives only those that hold unverified facts."""
        items = platform.registry.items(kind, search, unverified)
        return {"definitions": [item.to_json() for item in items]}

    @get("/definitions/{kind:str}/{code:str}", opt=READ, sync_to_thread=True)
    def definition(
        self, platform: NamedDependency[Platform], kind: FromPath[str], code: FromPath[str]
    ) -> dict[str, Json]:
        """Give one definition: its versions, its draft, and which definitions refer to it."""
        versions, draft = platform.registry.versions(kind, code), platform.registry.draft(kind, code)
        if not versions and draft is None:
            raise refusals.not_found(kind, code)
        return {
            "versions": [version.to_json() for version in versions],
            "draft": draft and draft.to_json(),
            "used_by": [key_of(*user) for user in platform.registry.users(kind, code)],
        }

    @get("/definitions/{kind:str}/{code:str}/versions/{number:int}", opt=READ, sync_to_thread=True)
    def version(
        self,
        platform: NamedDependency[Platform],
        kind: FromPath[str],
        code: FromPath[str],
        number: FromPath[int],
    ) -> dict[str, Json]:
        """Give one published version with its document and, for a bundle, its lock."""
        return platform.registry.version(kind, code, number).to_json()

    @get("/definitions/{kind:str}/{code:str}/compare", opt=READ, sync_to_thread=True)
    def compare(
        self,
        platform: NamedDependency[Platform],
        kind: FromPath[str],
        code: FromPath[str],
        old: Annotated[int, QueryParameter(description="the earlier version")],
        new: Annotated[int, QueryParameter(description="the later version")],
    ) -> dict[str, Json]:
        """Give what changed between two versions: operations of the designer, each with its sentence."""
        changes = platform.registry.compare(kind, code, old, new)
        return {"changes": [change.to_json() for change in changes]}

    @get("/definitions/{kind:str}/{code:str}/draft", opt=READ, sync_to_thread=True)
    def draft(
        self, platform: NamedDependency[Platform], kind: FromPath[str], code: FromPath[str]
    ) -> dict[str, Json]:
        """Give the draft and what the check finds in it."""
        draft = platform.registry.draft(kind, code)
        if draft is None:
            raise refusals.no_draft(kind, code)
        problems = platform.registry.check(draft.document)
        return {**draft.to_json(), "problems": [problem.to_json() for problem in problems]}

    @put("/definitions/{kind:str}/{code:str}/draft", opt=EDIT, sync_to_thread=True)
    def save_draft(
        self,
        platform: NamedDependency[Platform],
        request: AnyRequest,
        kind: FromPath[str],
        code: FromPath[str],
        data: JSONBody[DraftBody],
    ) -> dict[str, Json]:
        """Save a draft; 409 when somebody else saved since the revision it started from."""
        if identify(data.document) != (kind, code):
            raise refusals.other_definition(kind, code)
        return platform.registry.save_draft(data.document, request.user.name, data.revision).to_json()

    @delete("/definitions/{kind:str}/{code:str}/draft", opt=EDIT, sync_to_thread=True)
    def discard_draft(
        self,
        platform: NamedDependency[Platform],
        request: AnyRequest,
        kind: FromPath[str],
        code: FromPath[str],
        revision: FromQuery[int],
    ) -> None:
        """Throw a draft away."""
        platform.registry.discard_draft(kind, code, request.user.name, revision)

    @post("/definitions/{kind:str}/{code:str}/draft/submit", opt=EDIT, status_code=200, sync_to_thread=True)
    def submit(
        self,
        platform: NamedDependency[Platform],
        request: AnyRequest,
        kind: FromPath[str],
        code: FromPath[str],
        data: JSONBody[RevisionBody],
    ) -> dict[str, Json]:
        """Submit a draft for review; 422 with the problems when it has errors."""
        return reviewing.submit(platform.registry, kind, code, request.user.name, data.revision).to_json()

    @post(
        "/definitions/{kind:str}/{code:str}/draft/send-back",
        opt=REVIEW,
        status_code=200,
        sync_to_thread=True,
    )
    def send_back(
        self,
        platform: NamedDependency[Platform],
        request: AnyRequest,
        kind: FromPath[str],
        code: FromPath[str],
        data: JSONBody[CommentBody],
    ) -> dict[str, Json]:
        """Give a draft, and what it was submitted with, back to its author with comments on places."""
        registry, actor = platform.registry, request.user.name
        others = [Remark(each.text, each.place, each.draft) for each in data.comments]
        return reviewing.send_back(
            registry, kind, code, actor, data.comment, data.revision, data.place, others
        ).to_json()

    @post(
        "/definitions/{kind:str}/{code:str}/draft/comments/{number:int}/resolve",
        opt=EDIT,
        status_code=200,
        sync_to_thread=True,
    )
    def resolve(
        self,
        platform: NamedDependency[Platform],
        request: AnyRequest,
        kind: FromPath[str],
        code: FromPath[str],
        number: FromPath[int],
    ) -> dict[str, Json]:
        """Say that a reviewer's comment (the first is 0) is dealt with."""
        return resolve(platform.registry, kind, code, request.user.name, number).to_json()

    @post(
        "/definitions/{kind:str}/{code:str}/draft/approve",
        opt=PUBLISH,
        status_code=200,
        sync_to_thread=True,
    )
    def approve(
        self,
        platform: NamedDependency[Platform],
        request: AnyRequest,
        kind: FromPath[str],
        code: FromPath[str],
        data: JSONBody[RevisionBody],
    ) -> dict[str, Json]:
        """Publish a draft under review; 403 for its author."""
        return reviewing.approve(platform.registry, kind, code, request.user.name, data.revision).to_json()

    @get("/reviews", opt=READ, sync_to_thread=True)
    def reviews(self, platform: NamedDependency[Platform]) -> dict[str, Json]:
        """List what waits for a review, longest waiting first: every draft, and the sets they are reviewed in."""
        return {
            "drafts": [draft.to_json() for draft in platform.registry.drafts("in_review")],
            "sets": [each.to_json() for each in reviewing.waiting(platform.registry)],
        }

    @post("/imports", opt=EDIT, status_code=200, sync_to_thread=True)
    def imports(
        self, platform: NamedDependency[Platform], request: AnyRequest, data: JSONBody[ImportBody]
    ) -> dict[str, Json]:
        """Take documents in as drafts, or with ``dry_run`` report what that would change."""
        sources = [Source("request", doc, join("documents", at)) for at, doc in enumerate(data.documents)]
        actor = request.user.name
        if data.choices is None:
            report = import_documents(platform.registry, sources, actor, dry_run=data.dry_run)
        else:
            report = import_chosen(platform.registry, sources, actor, data.choices, dry_run=data.dry_run)
        return {**report.to_json(), "collisions": collisions(report)}

    @get("/export", opt=READ, sync_to_thread=True)
    def export(
        self,
        platform: NamedDependency[Platform],
        code: FromQuery[list[str] | None] = None,
        alone: FromQuery[bool] = False,
    ) -> dict[str, Json]:
        """Give definitions in force with everything they refer to; without codes, all of them."""
        return {"documents": list(export(platform.registry, code or (), alone))}
