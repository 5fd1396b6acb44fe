"""Drafts changed by operations: each save is a few entries of the log and the draft they make.

A draft's log begins with the document it was born from. What is done to a draft elsewhere (an
import, the registry's editor) is taken into the log as the edits it comes to, so the log is always
the whole story of the draft.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ...core.checks import Source, check
from ...core.deadlines import Calendar
from ...core.definitions.canonical import canonical
from ...core.definitions.library import Library
from ...core.definitions.types import Json, Problem, Text, text
from ...core.designer.between import edits_between
from ...core.designer.controls import name_of
from ...core.designer.desk import SHOWN, Desk, Event, World, after
from ...core.designer.edits import Misplaced, apply
from ...core.designer.log import Entry, History, merge, replay
from ...core.designer.operations import Ground
from ...core.designer.panels import PANELS
from ...core.designer.sentences import Lang
from ..registry import refusals
from ..registry.model import Draft, key_of
from ..registry.publishing import findings
from ..registry.service import RegistryService, draft_of
from ..store import Reader, Writer
from . import refused
from .leases import Leases
from .tables import LOG

MAX_EVENTS = 500
"""Events carried out in one request."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A draft (or, when there is none, the newest version) with its log; ``revision`` 0: no draft yet.

    ``sent`` tells of each page that sent what is in the log the number of its last event there.
    """

    document: Mapping[str, Any]
    log: tuple[Entry, ...]
    revision: int
    state: str
    draft: Draft | None
    sent: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sent:
    """Which page sent events, and the number it gave to each: a page numbers its own events upwards.

    A page that is closed sends again what it has no answer for, so the same events may come twice.
    """

    page: str
    numbers: tuple[int, ...]

    def new(self, events: Sequence[Event], known: int) -> list[Event]:
        """Give the events that come for the first time, where those up to the number ``known`` have come."""
        return [event for event, number in zip(events, self.numbers, strict=True) if number > known]


@dataclass(frozen=True, slots=True)
class Saved:
    """What came of events: the desk after them, the revision, and how many entries were added."""

    desk: Desk
    revision: int
    entries: int


class DesignerService:
    """Everything the designer does with drafts; raises Refusal."""

    def __init__(
        self,
        registry: RegistryService,
        leases: Leases,
        calendar: Calendar,
        data: Mapping[str, Any],
        called: Callable[[str], Text] = lambda name: text(name, name),
    ) -> None:
        """Work on the registry's drafts; ``leases`` tells who is at one.

        ``data`` is shipped data that fields need (``regions``); ``called`` tells what a person is called.
        """
        self.leases = leases
        self._registry = registry
        self._store = registry.store
        self._calendar = calendar
        self._data = data
        self._called = called

    # reading

    def opened(self, kind: str, code: str) -> Opened:
        """Give a definition to be designed; Refusal 404."""
        with self._store.read() as reader:
            return self._opened(reader, kind, code)

    def library(self) -> Library:
        """Give the definitions in force with the drafts that are sound enough to stand in it."""
        known = self._registry.library()
        drafts = [draft.document for draft in self._registry.drafts() if self._sound(draft)]
        return known.with_(drafts)

    def desk(
        self, kind: str, code: str, view: Mapping[str, str], lang: Lang, actor: str
    ) -> tuple[Desk, Opened]:
        """Lay a definition on the desk, to be read only while another is at it; Refusal 404."""
        opened = self.opened(kind, code)
        return self._desk(opened, view, lang, actor, self._shut(opened, actor)), opened

    def shut(self, kind: str, code: str, actor: str) -> bool:
        """Tell whether a definition can only be read by ``actor`` now: it is in review, or another is at it."""
        return self._shut(self.opened(kind, code), actor)

    def findings(self, document: Mapping[str, Any]) -> tuple[Problem, ...]:
        """Check a document as it would be checked for publishing."""
        source = Source(key_of(document["kind"], document["code"]), document)
        metas = self._registry.metas
        library = self.library()
        try:
            found = findings([source], metas, library)
        except (KeyError, TypeError, ValueError):
            # what else stands in the library may be half done; the document itself can always be checked
            found = check([source], metas, self._registry.library())
        return tuple(found)

    def world(self, actor: str = "") -> World:
        """Give what holds outside the draft, today, on somebody's desk."""
        return World(self._registry.shelf.today(), self._calendar, self._data, actor)

    # changing

    def create(self, document: Mapping[str, Any], actor: str) -> Draft:
        """Begin a new definition; Refusal 409 when the code is taken, 422."""
        kind, code = str(document.get("kind")), str(document.get("code"))
        if not document["title"]["zh"]:
            raise refused.untitled()
        if self._registry.versions(kind, code) or self._registry.draft(kind, code) is not None:
            raise refused.taken(code)
        broken = [p for p in self._registry.check(document) if p.code in ("bad-form", "bad-code")]
        if broken:
            raise refusals.broken(broken)
        return self._registry.save_draft(document, actor, None)

    def carry_out(
        self,
        kind: str,
        code: str,
        actor: str,
        revision: int,
        events: Sequence[Event],
        view: Mapping[str, str],
        lang: Lang,
        sent: Sent | None = None,
    ) -> Saved:
        """Carry events out on a draft seen at ``revision`` and save what they make of it.

        When others have saved since, what does not touch the same places is merged; else Refusal 409
        tells each place and nothing is changed. Single refused events are in the desk's ``problems``.
        With ``sent``, events that have come before are not carried out again, and what the same page
        has sent since ``revision`` is its own and no other's.
        """
        if len(events) > MAX_EVENTS:
            raise refused.too_many(MAX_EVENTS)
        if all(name.startswith(SHOWN) for name, _ in events):
            opened = self.opened(kind, code)
            desk, _ = after(self._desk(opened, view, lang, actor, self._shut(opened, actor)), events)
            return Saved(desk, opened.revision, 0)
        with self._store.write() as writer:
            opened = self._opened(writer, kind, code)
            if sent is not None and not (events := sent.new(events, opened.sent.get(sent.page, 0))):
                return Saved(self._desk(opened, view, lang, actor), opened.revision, 0)
            if opened.state == "in_review":
                raise refused.under_review()
            lease = self.leases.taken(writer, kind, code, actor)
            if lease.holder != actor and revision >= opened.revision:
                # what was made before somebody took over is merged below
                raise refused.held(self._called(lease.holder))
            if revision == opened.revision:
                desk, entries = after(self._desk(opened, view, lang, actor), events, actor)
            else:
                desk, entries = self._merged(writer, opened, revision, events, view, lang, actor, sent)
            if not entries:
                return Saved(desk, opened.revision, 0)
            draft = self._registry.put_draft(writer, desk.document, actor, opened.draft)
            self._remember(writer, draft, opened, entries, actor, sent)
            return Saved(desk, draft.revision, len(entries))

    def date(self, kind: str, code: str, actor: str, revision: int, first_day: str) -> int:
        """Have a draft hold from a day on; gives its revision. Refusal 409, 422 for what is no day."""
        told = name_of({"op": "fill", "at": ["effective_from"], "as": "text"})
        saved = self.carry_out(kind, code, actor, revision, [(told, first_day)], {}, "zh")
        if saved.desk.problems:
            raise refusals.broken([problem for _, problem in saved.desk.problems.values()])
        return saved.revision

    def roll_back(self, kind: str, code: str, actor: str, number: int) -> Draft:
        """Make a draft that says what an old version said; Refusal 404, 409 when there is a draft already."""
        version = self._registry.version(kind, code, number)
        if self._registry.draft(kind, code) is not None:
            raise refused.draft_in_the_way()
        newest = self._registry.versions(kind, code)[-1].document
        edits = tuple(edits_between(newest, version.document))
        document, inverse = apply(newest, edits)
        sentence = text(f"恢复为第 {number} 版的内容", f"set back to what version {number} says")
        entry = Entry("do", edits, tuple(inverse), sentence, None, actor, self._registry.now())
        with self._store.write() as writer:
            opened = self._opened(writer, kind, code)
            if opened.draft is not None:
                raise refused.draft_in_the_way()
            draft = self._registry.put_draft(writer, document, actor, None)
            self._remember(writer, draft, opened, [entry], actor)
            return draft

    # inside

    def _shut(self, opened: Opened, actor: str) -> bool:
        key = opened.document
        lease = self.leases.holder(str(key["kind"]), str(key["code"]))
        return opened.state == "in_review" or (lease is not None and lease.holder != actor)

    def _desk(
        self, opened: Opened, view: Mapping[str, str], lang: Lang, actor: str, readonly: bool = False
    ) -> Desk:
        library = self.library().with_([opened.document])
        ground = Ground(opened.document, library, self._registry.metas)
        history = History.of(opened.log)
        return Desk(ground, history, dict(view), lang, readonly, world=self.world(actor))

    def _sound(self, draft: Draft) -> bool:
        document = draft.document
        try:
            found = check([Source(draft.id, document)], self._registry.metas, Library({}))
        except (KeyError, TypeError, ValueError):
            return False
        return not any(
            p.severity == "error" and p.code.startswith(("schema", "unknown", "missing", "no-"))
            for p in found
        )

    def _opened(self, reader: Reader, kind: str, code: str) -> Opened:
        if kind not in PANELS:
            raise refusals.not_found(kind, code)
        draft = draft_of(reader, kind, code)
        if draft is None:
            versions = self._registry.shelf.load(reader).get((kind, code))
            if not versions:
                raise refusals.not_found(kind, code)
            return Opened(versions[-1].document, (), 0, "published", None)
        rows = reader.find(LOG.name, (("draft", "=", life_of(draft)),), ("number",))
        told = [json.loads(row["entry"]) for row in rows]
        log = [Entry.from_json(entry) for entry in told[1:]]
        base = told[0]["document"] if told else self._born_from(reader, draft)
        log += _elsewhere(base, log, draft)
        sent = dict(entry["sent"] for entry in told if "sent" in entry)
        return Opened(draft.document, tuple(log), draft.revision, draft.state, draft, sent)

    def _born_from(self, reader: Reader, draft: Draft) -> Json:
        versions = self._registry.shelf.load(reader).get((draft.kind, draft.code), [])
        known = [version for version in versions if version.version == draft.base_version]
        return known[0].document if known else draft.document

    def _merged(
        self,
        reader: Reader,
        opened: Opened,
        revision: int,
        events: Iterable[Event],
        view: Mapping[str, str],
        lang: Lang,
        actor: str,
        sent: Sent | None,
    ) -> tuple[Desk, list[Entry]]:
        draft = opened.draft
        if draft is None or not 0 <= revision < draft.revision:
            raise refusals.stale(draft, revision)
        rows = reader.find(LOG.name, (("draft", "=", life_of(draft)),), ("number",))
        if not rows or (revision and not any(row["revision"] == revision for row in rows)):
            raise refusals.stale(draft, revision)
        base = json.loads(rows[0]["entry"])["document"]
        told = [(row["revision"], json.loads(row["entry"])) for row in rows[1:]]
        page = sent.page if sent else None
        own = [at <= revision or entry.get("sent", [None])[0] == page is not None for at, entry in told]
        entries = [Entry.from_json(entry) for _, entry in told]
        before = [entry for entry, known in zip(entries, own, strict=True) if known]
        theirs = [entry for entry, known in zip(entries, own, strict=True) if not known]
        theirs += opened.log[len(entries) :]
        try:
            seen = replace(opened, document=replay(base, before), log=tuple(before))
        except Misplaced as error:
            # what the page sent meanwhile stands upon what others did
            raise refusals.stale(draft, revision) from error
        desk, mine = after(self._desk(seen, view, lang, actor), events, actor)
        now = self._desk(opened, view, lang, actor)
        found = merge(now.ground, theirs, mine)
        if found.conflicts:
            raise refused.conflicting(found.conflicts)
        history = now.history
        for entry in found.entries:
            history = history.after(entry)
        merged = replace(now.with_document(found.document), history=history, problems=desk.problems)
        return merged, list(found.entries)

    def _remember(
        self,
        writer: Writer,
        draft: Draft,
        opened: Opened,
        entries: Sequence[Entry],
        actor: str,
        sent: Sent | None = None,
    ) -> None:
        life, at = life_of(draft), self._registry.now()
        number = writer.count(LOG.name, (("draft", "=", life),))

        def add(told: Mapping[str, Json], revision: int, by: str) -> None:
            nonlocal number
            writer.insert(
                LOG.name,
                {
                    "id": f"{life}#{number}",
                    "draft": life,
                    "number": number,
                    "revision": revision,
                    "entry": json.dumps(told, ensure_ascii=False),
                    "actor": by,
                    "at": at,
                },
            )
            number += 1

        if number == 0:
            base = self._born_from(writer, opened.draft) if opened.draft else opened.document
            add({"act": "base", "document": base}, opened.revision, actor)
        for entry in opened.log[max(0, number - 1) :]:
            add(entry.to_json(), opened.revision, entry.by or actor)
        mark = {"sent": [sent.page, max(sent.numbers)]} if sent else {}
        for entry in entries:
            add({**replace(entry, by=actor, at=at).to_json(), **mark}, draft.revision, actor)


def life_of(draft: Draft) -> str:
    """Name one life of a draft, from its birth to its publishing or discarding."""
    return f"{draft.id}@{draft.born or '-'}"


def _elsewhere(base: Json, log: Sequence[Entry], draft: Draft) -> list[Entry]:
    """Give the entry of what was done to the draft outside the designer since the log's last."""
    known = replay(base, log)
    if canonical(known) == canonical(draft.document):
        return []
    edits = tuple(edits_between(known, draft.document))
    _, inverse = apply(known, edits)
    sentence = text(f"在设计器之外修改了 {len(edits)} 处", f"{len(edits)} changes made outside the designer")
    return [Entry("do", edits, tuple(inverse), sentence, None, draft.author, draft.updated_at)]
