"""The review of drafts in the API, and who is at them: the twins of the pages."""

from __future__ import annotations

from dataclasses import dataclass

from litestar import Controller, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from ...core.definitions.types import Json
from ..context import Platform
from ..registry import refusals, reviewing
from ..registry.api import EDIT, READ, AnyRequest
from ..registry.model import Draft


@dataclass
class VersionForm:
    """Which version to go back to."""

    version: int


@dataclass
class SubmitBody:
    """The revision to be reviewed, and from which day it is to hold (null: as the draft says)."""

    revision: int
    effective_from: str | None = None


class ReviewApi(Controller):
    """The review of drafts, and who is at them."""

    path = "/api/v1/designer/definitions/{kind:str}/{code:str}"
    tags = ("designer",)

    @get("/lease", opt=READ, sync_to_thread=True)
    def lease(
        self,
        platform: NamedDependency[Platform],
        request: AnyRequest,
        kind: FromPath[str],
        code: FromPath[str],
    ) -> dict[str, Json]:
        """Tell who is at a draft."""
        lease = platform.designer.leases.holder(kind, code)
        return {"lease": None if lease is None else lease.to_json(request.user.name)}

    @post("/lease", opt=EDIT, status_code=200, sync_to_thread=True)
    def ask(
        self,
        platform: NamedDependency[Platform],
        request: AnyRequest,
        kind: FromPath[str],
        code: FromPath[str],
    ) -> dict[str, Json]:
        """Take a draft that nobody is at, or ask whoever is to hand it over."""
        platform.designer.opened(kind, code)
        actor = request.user.name
        return {"lease": platform.designer.leases.ask(kind, code, actor).to_json(actor)}

    @get("/review", opt=READ, sync_to_thread=True)
    def review(
        self, platform: NamedDependency[Platform], kind: FromPath[str], code: FromPath[str]
    ) -> dict[str, Json]:
        """Give the changes, the checklist, and whom publishing would touch."""
        draft = platform.registry.draft(kind, code)
        if draft is None:
            raise refusals.no_draft(kind, code)
        parts = platform.reviews.parts(draft)
        drafts = [part.draft for part in parts]
        return {
            "state": draft.state,
            "revision": draft.revision,
            "authors": sorted({author for each in drafts for author in each.authors}),
            "together": [
                {
                    "kind": part.draft.kind,
                    "code": part.draft.code,
                    "base_version": part.draft.base_version,
                    "steps": [dict(step) for step in part.steps],
                    "changes": [dict(change) for change in part.changes],
                    "places": [
                        {"draft": each.draft, "place": each.pointer, "title": dict(each.title)}
                        for each in part.places
                    ],
                    "comments": [each.to_json() for each in part.draft.comments],
                    "sent_back": part.draft.sent_back is not None,
                }
                for part in parts
            ],
            "checklist": [line.to_json() for line in platform.reviews.checklist(drafts)],
            "touches": [each.to_json() for each in platform.reviews.touched(drafts)],
        }

    @post("/review", opt=EDIT, status_code=200, sync_to_thread=True)
    def submit(
        self,
        platform: NamedDependency[Platform],
        request: AnyRequest,
        kind: FromPath[str],
        code: FromPath[str],
        data: JSONBody[SubmitBody],
    ) -> dict[str, Json]:
        """Submit a draft, and what it stands on, for review."""
        actor = request.user.name
        return submit(platform, kind, code, actor, data.revision, data.effective_from or "").to_json()

    @post("/review/take-back", opt=EDIT, status_code=200, sync_to_thread=True)
    def take_back(
        self,
        platform: NamedDependency[Platform],
        request: AnyRequest,
        kind: FromPath[str],
        code: FromPath[str],
        data: JSONBody[SubmitBody],
    ) -> dict[str, Json]:
        """Take a draft, and what it was submitted with, back from review."""
        actor = request.user.name
        return reviewing.take_back(platform.registry, kind, code, actor, data.revision).to_json()

    @delete("/lease", opt=EDIT, status_code=204, sync_to_thread=True)
    def release(
        self,
        platform: NamedDependency[Platform],
        request: AnyRequest,
        kind: FromPath[str],
        code: FromPath[str],
    ) -> None:
        """Let go of a draft; who asked for it gets it."""
        platform.designer.leases.release(kind, code, request.user.name)

    @post("/roll-back", opt=EDIT, status_code=201, sync_to_thread=True)
    def roll_back(
        self,
        platform: NamedDependency[Platform],
        request: AnyRequest,
        kind: FromPath[str],
        code: FromPath[str],
        data: JSONBody[VersionForm],
    ) -> dict[str, Json]:
        """Make a draft of an old version."""
        return platform.designer.roll_back(kind, code, request.user.name, data.version).to_json()


def submit(platform: Platform, kind: str, code: str, actor: str, revision: int, first_day: str) -> Draft:
    """Submit a draft for review; with a first day, everything submitted with it holds from then on."""
    if first_day:
        for part in reviewing.companions(platform.registry, kind, code):
            seen = revision if (part.kind, part.code) == (kind, code) else part.revision
            saved = platform.designer.date(part.kind, part.code, actor, seen, first_day)
            if (part.kind, part.code) == (kind, code):
                revision = saved
    return reviewing.submit(platform.registry, kind, code, actor, revision)
