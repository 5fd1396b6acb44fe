"""Review and publishing: what one or more people wrote, another one looks at, and either publishes or sends back.

A draft is submitted together with the drafts it refers to and stands on, because none of them could be
published before the others: they are checked, reviewed and published as one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ...core.checks import Source
from ...core.checks.documents import set_of as problem_set
from ...core.definitions.canonical import digest
from ...core.definitions.library import Library, references
from ...core.definitions.pointer import join
from ...core.definitions.types import Json, Problem, text
from ..store import Reader, Writer
from . import refusals
from .model import Draft, Version, key_of
from .publishing import findings, publish
from .remarks import Remark, past, shared
from .service import RegistryService, existing, expect
from .shelf import Versions, library_on
from .tables import DRAFTS

_BROKEN = (KeyError, TypeError, ValueError, AttributeError)
"""What reading the references of an unfinished document may raise."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits for a review as one: the draft that was submitted, what it stands on, who asked, and since when."""

    draft: Draft
    others: tuple[Draft, ...]
    asked_by: str
    since: str

    @property
    def authors(self) -> list[str]:
        """Everybody who changed any of it: none of them may approve it."""
        return sorted({author for each in (self.draft, *self.others) for author in each.authors})

    def to_json(self) -> dict[str, Json]:
        """Give it as JSON, without the documents."""
        return {
            "draft": self.draft.id,
            "title": dict(self.draft.title),
            "with": [each.id for each in self.others],
            "authors": list(self.authors),
            "asked_by": self.asked_by,
            "since": self.since,
        }


def waiting(registry: RegistryService) -> list[Waiting]:
    """Give what waits for a review, one entry a set, longest waiting first."""
    with registry.store.read() as reader:
        rows = reader.find(DRAFTS.name, (("state", "=", "in_review"),), ("updated_at", "id"))
        sets: dict[str, list[Draft]] = {}
        for draft in map(Draft.of_row, rows):
            sets.setdefault(draft.together or draft.id, []).append(draft)
        found = [_waiting(reader, lead, drafts) for lead, drafts in sets.items()]
    return sorted(found, key=lambda each: (each.since, each.draft.id))


def companions(registry: RegistryService, kind: str, code: str) -> list[Draft]:
    """Give a draft with every draft it stands on, itself first; Refusal 404."""
    with registry.store.read() as reader:
        return _companions(reader, existing(reader, kind, code))


def check_together(registry: RegistryService, drafts: Sequence[Draft]) -> list[Problem]:
    """Check drafts as they would stand once published together; ``file`` of a finding is kind:code."""
    return findings(_sources(drafts), registry.metas, registry.library())


def submit(registry: RegistryService, kind: str, code: str, actor: str, revision: int) -> Draft:
    """Hand a draft without errors, and the drafts it stands on, to the reviewers.

    Refusal 404, 409 (changed meanwhile, or in review already), 422 with the problems.
    """
    _prove(registry, kind, code, revision)
    with registry.store.write() as writer:
        draft = expect(writer, kind, code, revision)
        if draft.state == "in_review":
            raise refusals.in_review_already()
        together = _companions(writer, draft)
        _sound(registry, together, registry.shelf.load(writer))
        for each in together:
            changes = {"together": draft.id, "comments": past(each)}
            _move(registry, writer, each, actor, "in_review", "definition.review_requested", {}, changes)
        return existing(writer, kind, code)


def take_back(registry: RegistryService, kind: str, code: str, actor: str, revision: int) -> Draft:
    """Take a draft and what it was submitted with out of review; only for its authors. Refusal 403, 404, 409."""
    with registry.store.write() as writer:
        draft = expect(writer, kind, code, revision)
        if draft.state != "in_review":
            raise refusals.not_in_review()
        if actor not in draft.authors:
            raise refusals.not_yours()
        for each in _set_of(writer, draft):
            _move(
                registry, writer, each, actor, "draft", "definition.review_withdrawn", {}, {"together": None}
            )
        return existing(writer, kind, code)


def send_back(
    registry: RegistryService,
    kind: str,
    code: str,
    actor: str,
    comment: str,
    revision: int,
    place: str = "",
    others: Sequence[Remark] = (),
) -> Draft:
    """Give a draft, and what it was submitted with, back with a comment on a place (a JSON pointer), and with others.

    Refusal 404, 409, 422 without a comment, or with one on a draft that is not reviewed with this.
    """
    remarks = [Remark(comment, place, key_of(kind, code)), *others]
    if not any(each.text.strip() for each in remarks):
        raise refusals.comment_needed()
    with registry.store.write() as writer:
        draft = expect(writer, kind, code, revision)
        if draft.state != "in_review":
            raise refusals.not_in_review()
        drafts = sorted(_set_of(writer, draft), key=lambda each: each.id != draft.id)
        said = shared(remarks, drafts, actor, registry.now())
        for each in drafts:
            comments = [*each.comments, *said[each.id]]
            changes = {"together": None, "comments": [one.to_json() for one in comments]}
            told = [{"comment": one.text, "place": one.place} for one in said[each.id] if one.text]
            data = {"comments": told} if each.id == draft.id or told else {"with": draft.id}
            _move(registry, writer, each, actor, "draft", "definition.sent_back", data, changes)
        return existing(writer, kind, code)


def approve(registry: RegistryService, kind: str, code: str, actor: str, revision: int) -> Version:
    """Publish a reviewed draft with everything it was submitted with; gives its version.

    A document identical to its newest version makes no new one. Refusal 403 for whoever changed any of
    them, 404, 409, 422 with the problems.
    """
    _prove(registry, kind, code, revision)
    with registry.store.write() as writer:
        draft = expect(writer, kind, code, revision)
        if draft.state != "in_review":
            raise refusals.not_in_review()
        together = _set_of(writer, draft)
        if any(actor in each.authors for each in together):
            raise refusals.own_review()
        versions = registry.shelf.load(writer)
        _sound(registry, together, versions)
        made = publish(
            writer,
            versions,
            [each.document for each in together],
            author={each.id: each.author for each in together},
            reviewer=actor,
            at=registry.now(),
            today=registry.shelf.today(),
        )
        fresh = {key_of(version.kind, version.code) for version in made}
        for each in together:
            writer.delete(DRAFTS.name, each.id)
            if each.id not in fresh:
                entry = {"digest": digest(each.document)}
                writer.append("definition.unchanged", each.id, actor, entry, registry.now())
    return registry.versions(kind, code)[-1]


def set_of(registry: RegistryService, draft: Draft) -> list[Draft]:
    """Give what a draft is in review with, itself first; for one that is not, what it would be submitted with."""
    with registry.store.read() as reader:
        return _set_of(reader, draft) if draft.state == "in_review" else _companions(reader, draft)


def _set_of(reader: Reader, draft: Draft) -> list[Draft]:
    if draft.together is None:
        return [draft]
    rows = reader.find(DRAFTS.name, (("together", "=", draft.together),))
    found = [Draft.of_row(row) for row in rows]
    return sorted(found, key=lambda each: (each.id != draft.together, each.id))


def _waiting(reader: Reader, lead: str, drafts: list[Draft]) -> Waiting:
    first, *others = sorted(drafts, key=lambda each: (each.id != lead, each.id))
    asked_by, since, last = first.author, first.updated_at, 0
    while page := reader.entries(last, subject=first.id):
        for entry in page:
            if entry.kind == "definition.review_requested":
                asked_by, since = entry.actor, entry.at
        last = page[-1].seq
    return Waiting(first, tuple(others), asked_by, since)


def _companions(reader: Reader, draft: Draft) -> list[Draft]:
    """Find the drafts a draft stands on, through whatever lies between them."""
    known = {row["id"]: Draft.of_row(row) for row in reader.find(DRAFTS.name)}
    found: dict[str, Draft] = {draft.id: draft}
    waiting: list[Draft] = [draft]
    while waiting:
        for key in _referred(waiting.pop()):
            other = known.get(key)
            if other is not None and key not in found and _belongs(other, draft):
                found[key] = other
                waiting.append(other)
    return list(found.values())


def _belongs(other: Draft, draft: Draft) -> bool:
    """Tell whether a draft goes with another: it is new, or the same people changed it."""
    mine = other.base_version is None or bool(set(other.authors) & set(draft.authors))
    return other.state == "draft" and mine


def _referred(draft: Draft) -> list[str]:
    try:
        return [key_of(kind, code) for kind, code, _ in references(draft.document)]
    except _BROKEN:
        return []


def _sources(drafts: Iterable[Draft]) -> list[Source]:
    return [Source(each.id, each.document) for each in drafts]


def _sound(registry: RegistryService, drafts: Sequence[Draft], versions: Versions) -> None:
    known = library_on(versions, registry.shelf.today())
    found = findings(_sources(drafts), registry.metas, known)
    for each in drafts:
        found += _signed_by_others(each, versions)
    if any(problem.severity == "error" for problem in found):
        raise refusals.broken(found)


def _signed_by_others(draft: Draft, versions: Versions) -> list[Problem]:
    """Find reasons (for rows without a case) signed with the name of somebody who has not changed the draft.

    What a published version says stays as it was signed.
    """
    published = [_signatures(version.document) for version in versions.get((draft.kind, draft.code), ())]
    return [
        Problem(
            join("tests", "unreached", rule, "signed_by"),
            "signed-by-another",
            text(
                f"规则“{rule}”的说明以“{signed.get('signed_by')}”的名义签名，此人没有参与编写这份草稿",
                f"the reason given for the rule {rule!r} is signed by {signed.get('signed_by')!r}, who has not worked on this draft",
            ),
            text("请由作者本人在设计器中签名", "let an author sign for it himself, in the designer"),
            draft.id,
        )
        for rule, signed in _signatures(draft.document).items()
        if signed.get("signed_by") not in draft.authors
        and not any(each.get(rule) == signed for each in published)
    ]


def _signatures(document: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    tests = document.get("tests")
    signed = tests.get("unreached") if isinstance(tests, Mapping) else None
    if not isinstance(signed, Mapping):
        return {}
    return {rule: each for rule, each in signed.items() if isinstance(each, Mapping)}


def _prove(registry: RegistryService, kind: str, code: str, revision: int) -> None:
    """Refuse (422) rulesets that are not proven, with everything else that is wrong with the drafts.

    Before the transaction, because it takes its time.
    """
    draft = registry.draft(kind, code)
    if draft is None or draft.revision != revision:
        return
    drafts = set_of(registry, draft)
    rulesets = [each for each in drafts if each.kind == "ruleset"]
    if not rulesets:
        return
    known: Library = registry.library().with_(each.document for each in drafts)
    found = registry.proof(_sources(rulesets), known)
    if any(problem.severity == "error" for problem in found):
        raise refusals.broken(problem_set([*check_together(registry, drafts), *found]))


def _move(
    registry: RegistryService,
    writer: Writer,
    draft: Draft,
    actor: str,
    state: str,
    kind: str,
    data: Mapping[str, Any],
    changes: Mapping[str, Any],
) -> None:
    writer.update(DRAFTS.name, draft.id, {"state": state, **changes})
    entry = {"digest": digest(draft.document), "revision": draft.revision, **data}
    writer.append(kind, draft.id, actor, entry, registry.now())
