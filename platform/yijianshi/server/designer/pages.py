"""The designer's pages; they work by plain posts, and with their script by events."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from litestar import Controller, get, post
from litestar.concurrency import sync_to_thread
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, URLEncodedBody
from litestar.response import Redirect, Response, Template
from markupsafe import Markup

from ...core.definitions.canonical import digest
from ...core.definitions.kinds import KIND_NAMES
from ...core.definitions.library import KINDS
from ...core.definitions.numbers import whole_number
from ...core.definitions.types import Json, Problem, Text, text
from ...core.designer.desk import FOCUS, SHOWN, Desk, Event
from ...core.designer.frame import frame
from ...core.designer.offers import ASKED
from ...core.designer.parts import Part
from ...core.designer.places import focus_of, way_to
from ...core.designer.sentences import Lang
from ..context import Platform
from ..downloads import download
from ..errors import Refusal
from ..registry.api import EDIT, AnyRequest
from ..templating import language
from . import places
from .bundles import begin_ruleset, settle
from .home import code_for, exported, home
from .posts import MAX_SETTING, EventsBody, read_post, settings, value_of
from .remarks import pointer_now, standing, title_now
from .service import Opened
from .starts import start
from .suggesting import given_up, sought, with_offers

IDLE, AT_ONCE = 10.0, 0.5
"""Seconds that the analysis of rules may take: when the page has been idle, and before it is shown."""


@dataclass
class NewForm:
    """A new definition's kind, titles, code (one is made up when there is none), and the bundle it is begun from."""

    kind: str
    title: str
    code: str = ""
    english: str = ""
    back: str = ""


NewPost = URLEncodedBody[NewForm]
EventsPost = JSONBody[EventsBody]


class DesignerPages(Controller):
    """Definitions composed by administrators; kept out of the OpenAPI document."""

    path = "/designer"
    include_in_schema = False

    @get("/", opt=EDIT, sync_to_thread=True)
    def home(
        self,
        platform: NamedDependency[Platform],
        kind: FromQuery[str] = "",
        search: FromQuery[str] = "",
        status: FromQuery[str] = "",
        new: FromQuery[str] = "",
        title: FromQuery[str] = "",
        english: FromQuery[str] = "",
        back: FromQuery[str] = "",
    ) -> Template:
        """List what can be designed, and begin something new."""
        chosen = kind if kind in KINDS else ""
        context = {**home(platform, chosen, search, status, new, title), "new_english": english}
        context["back"] = places.way_back(platform.registry, back, "matters")
        return Template("designer/home.html", context=context)

    @post("/new", opt=EDIT, status_code=303, sync_to_thread=True)
    def new(
        self, platform: NamedDependency[Platform], request: AnyRequest, data: NewPost
    ) -> Template | Redirect:
        """Begin a new definition; one without a code is given one. What is refused is told beside what was typed."""
        english = data.english.strip()
        code = data.code.strip() or code_for(platform, data.kind, english)
        try:
            draft = platform.designer.create(
                start(data.kind, code, data.title.strip(), english), request.user.name
            )
        except Refusal as refusal:
            context = home(platform, "", "", "", data.kind, data.title)
            context |= {"refusal": refusal, "typed": data, "taken": (data.kind, code)}
            context["back"] = places.way_back(platform.registry, data.back, "matters")
            return Template("designer/home.html", context=context, status_code=refusal.status)
        back = {"back": data.back} if data.back else {}
        return Redirect(address(draft.kind, draft.code, back), status_code=303)

    @get("/export", opt=EDIT, sync_to_thread=True)
    def export(
        self,
        platform: NamedDependency[Platform],
        kind: FromQuery[str] = "",
        code: FromQuery[str] = "",
    ) -> Response[bytes]:
        """Give a definition with everything it refers to as a file that can be imported; without one, all."""
        found = exported(platform.designer, kind, code) if code else list(platform.designer.library())
        content = json.dumps(found, ensure_ascii=False, indent=2) + "\n"
        return download(f"{code or 'definitions'}.json", content.encode(), "application/json")

    @get("/{kind:str}/{code:str}", opt=EDIT, sync_to_thread=True)
    def edit(
        self,
        platform: NamedDependency[Platform],
        request: AnyRequest,
        kind: FromPath[str],
        code: FromPath[str],
    ) -> Template:
        """Show a definition to be designed."""
        view = settings(dict(request.query_params.multi_items()))
        focus = view.pop(FOCUS, None)
        desk, opened = platform.designer.desk(kind, code, view, _lang(request), request.user.name)
        if focus and "tab" not in view:
            # a link that names a place and nothing else: the place says where it is shown
            way = {
                key: value for key, value in way_to(desk.document, focus).items() if value and key != FOCUS
            }
            desk = replace(desk, view={**view, **way})
        return self._page(platform, replace(desk, focus=focus), opened, opened.revision)

    @post("/{kind:str}/{code:str}", opt=EDIT, status_code=200)
    async def save(
        self,
        platform: NamedDependency[Platform],
        request: AnyRequest,
        kind: FromPath[str],
        code: FromPath[str],
    ) -> Template | Redirect:
        """Carry out everything a page without script posts at once."""
        pairs = [(name, str(value)) for name, value in (await request.form()).multi_items()]
        return await sync_to_thread(self._posted, platform, request, kind, code, pairs)

    @post("/{kind:str}/{code:str}/settle", opt=EDIT, status_code=200)
    async def settle(
        self,
        platform: NamedDependency[Platform],
        request: AnyRequest,
        kind: FromPath[str],
        code: FromPath[str],
    ) -> Template | Redirect:
        """Settle a conflict between the forms of a bundle: each form that gives way gets a draft."""
        pairs = [(name, str(value)) for name, value in (await request.form()).multi_items()]

        def act() -> Template | Redirect:
            answer = self._posted(platform, request, kind, code, pairs)
            if isinstance(answer, Redirect):
                settle(platform.designer, code, dict(pairs).get("_settle", ""), request.user.name)
            return answer

        return await sync_to_thread(act)

    @post("/{kind:str}/{code:str}/rulesets", opt=EDIT, status_code=200)
    async def begin_ruleset(
        self,
        platform: NamedDependency[Platform],
        request: AnyRequest,
        kind: FromPath[str],
        code: FromPath[str],
    ) -> Template | Redirect:
        """Begin a ruleset of a bundle, and go there."""
        pairs = [(name, str(value)) for name, value in (await request.form()).multi_items()]

        def act() -> Template | Redirect:
            answer = self._posted(platform, request, kind, code, pairs)
            if not isinstance(answer, Redirect):
                return answer
            draft = begin_ruleset(platform.designer, code, dict(pairs).get("_ruleset", ""), request.user.name)
            return Redirect(address("ruleset", draft.code, {"back": code}), status_code=303)

        return await sync_to_thread(act)

    @post("/{kind:str}/{code:str}/events", opt=EDIT, status_code=200, sync_to_thread=True)
    def events(
        self,
        platform: NamedDependency[Platform],
        request: AnyRequest,
        kind: FromPath[str],
        code: FromPath[str],
        data: EventsPost,
    ) -> dict[str, Json]:
        """Carry events out; gives the revision, the digest of the draft, and the page's parts anew."""
        view = settings(data.view)
        events: list[Event] = [(str(name), value_of(value)) for name, value in data.events]
        actor = request.user.name
        try:
            saved = platform.designer.carry_out(
                kind, code, actor, data.revision, events, view, _lang(request), data.sent
            )
        finally:
            if data.leaving:
                platform.designer.leases.release(kind, code, actor)
        told: dict[str, Json] = {
            "revision": saved.revision,
            "digest": digest(saved.desk.document),
            "entries": saved.entries,
            "view": dict(saved.desk.view),
            "focus": focus_of(saved.desk),
            "refused": [{"name": name, **said.to_json()} for name, (_, said) in saved.desk.problems.items()],
        }
        if not data.quiet:
            found = platform.designer.findings(saved.desk.document)
            desk = replace(saved.desk, findings=(*_remarks(platform, saved.desk.document), *found))
            root = frame(with_offers(platform, desk, AT_ONCE))
            # another tab is another part: it can only be put in place with what is around it
            parts = (root,) if desk.view.get("tab") != view.get("tab") else _children(root)
            told["parts"] = [{"id": part.id, "html": part.html()} for part in parts]
        return told

    @get("/{kind:str}/{code:str}/findings", opt=EDIT, sync_to_thread=True)
    def findings(
        self, platform: NamedDependency[Platform], kind: FromPath[str], code: FromPath[str]
    ) -> dict[str, Json]:
        """Check the draft as it is saved."""
        opened = platform.designer.opened(kind, code)
        found = _found(platform, opened.document, IDLE)
        return {"revision": opened.revision, "findings": [problem.to_json() for problem in found]}

    @get("/{kind:str}/{code:str}/suggestions", opt=EDIT, sync_to_thread=True)
    def suggestions(
        self,
        platform: NamedDependency[Platform],
        kind: FromPath[str],
        code: FromPath[str],
        asked: FromQuery[str] = "",
    ) -> dict[str, Json]:
        """Give the test cases sought for a draft as it is saved, or how far the search is."""
        return sought(platform, kind, code, asked[:MAX_SETTING])

    @post("/{kind:str}/{code:str}/suggestions/cancel", opt=EDIT, status_code=200)
    async def cancel(
        self,
        platform: NamedDependency[Platform],
        request: AnyRequest,
        kind: FromPath[str],
        code: FromPath[str],
    ) -> Template | Redirect:
        """Stop the search for test cases; what was typed meanwhile is kept."""
        pairs = [(name, str(value)) for name, value in (await request.form()).multi_items()]

        def act() -> Template | Redirect:
            given_up(platform, kind, code)
            return self._posted(platform, request, kind, code, [*pairs, (SHOWN + ASKED, "")])

        return await sync_to_thread(act)

    @get("/{kind:str}/{code:str}/package", opt=EDIT, sync_to_thread=True)
    def package(
        self,
        platform: NamedDependency[Platform],
        request: AnyRequest,
        kind: FromPath[str],
        code: FromPath[str],
    ) -> dict[str, Json]:
        """Give everything the designer's own Python needs: draft, log, library, meta-schemas, day, calendar."""
        opened = platform.designer.opened(kind, code)
        return {
            "document": opened.document,
            "log": [entry.to_json() for entry in opened.log],
            "revision": opened.revision,
            "readonly": platform.designer.shut(kind, code, request.user.name),
            "library": list(platform.designer.library()),
            "metas": dict(platform.registry.metas),
            "calendar": platform.calendar.to_json(),
            "today": platform.registry.shelf.today().isoformat(),
            "actor": request.user.name,
        }

    def _posted(
        self, platform: Platform, request: AnyRequest, kind: str, code: str, pairs: list[tuple[str, str]]
    ) -> Template | Redirect:
        view, events = read_post(pairs)
        revision = next((value for name, value in pairs if name == "_revision"), "0")
        saved = platform.designer.carry_out(
            kind,
            code,
            request.user.name,
            whole_number(revision) or 0,
            events,
            view,
            _lang(request),
        )
        if not saved.desk.problems:
            return Redirect(address(kind, code, saved.desk.view), status_code=303)
        return self._page(platform, saved.desk, platform.designer.opened(kind, code), saved.revision)

    def _page(self, platform: Platform, desk: Desk, opened: Opened, revision: int) -> Template:
        desk = replace(desk, findings=_found(platform, desk.document, AT_ONCE))
        desk = with_offers(platform, desk, AT_ONCE)
        return Template(
            "designer/edit.html",
            context={
                "desk": desk,
                "kind": desk.kind,
                "code": desk.code,
                "kinds": KIND_NAMES,
                "back": places.way_back(
                    platform.registry,
                    desk.view.get("back", ""),
                    "rulesets" if desk.kind == "ruleset" else "matters",
                ),
                "opened": opened,
                "lease": platform.designer.leases.holder(desk.kind, desk.code),
                "comments": opened.draft.comments if opened.draft else (),
                "sent_back": opened.draft.sent_back if opened.draft else None,
                "titled": lambda key: _title(platform, key),
                "place_link": lambda said: places.address(desk.document, pointer_now(desk.document, said)),
                "place_words": lambda said: title_now(desk.document, said, desk.lang),
                "revision": revision,
                "view": json.dumps(dict(desk.view), ensure_ascii=False),
                "designer": Markup(_focused(desk)),  # noqa: S704 - the core escapes what it writes
            },
        )


def _focused(desk: Desk) -> str:
    """Write the designer; the control that the address of the page names has the focus from the start."""
    html, focus = frame(desk).html(), focus_of(desk)
    return html.replace(f'id="{focus}"', f'id="{focus}" autofocus', 1) if focus else html


def _title(platform: Platform, key: str) -> Text:
    """Call a definition (kind:code) by its title, its code where it is gone."""
    kind, _, code = key.partition(":")
    draft = platform.registry.draft(kind, code)
    if draft is not None:
        return draft.title
    versions = platform.registry.versions(kind, code)
    return versions[-1].title if versions else text(code, code)


def _remarks(platform: Platform, document: Mapping[str, Any]) -> tuple[Problem, ...]:
    """Give what the reviewer said of places of a draft, which is shown there with what was found."""
    draft = platform.registry.draft(str(document["kind"]), str(document["code"]))
    people = {each.by for each in draft.comments} if draft else set()
    return tuple(standing(draft, platform.accounts.display_names(people) if people else {}))


def _found(platform: Platform, document: Mapping[str, Any], wait: float) -> tuple[Problem, ...]:
    """Check a document; of a ruleset without errors also what the analysis finds in so many seconds."""
    found = (*_remarks(platform, document), *platform.designer.findings(document))
    if document["kind"] != "ruleset" or any(problem.severity == "error" for problem in found):
        return found
    return (*found, *(platform.rulesets.analysed(document, wait) or ()))


def _children(root: Part) -> tuple[Part, ...]:
    return root.content if isinstance(root.content, tuple) else ()


def _lang(request: AnyRequest) -> Lang:
    return "en" if language(request) == "en" else "zh"


def address(kind: str, code: str, view: Mapping[str, str]) -> str:
    """Give the address of a designer page with its settings."""
    return f"/designer/{kind}/{code}" + ("?" + urlencode(sorted(view.items())) if view else "")
