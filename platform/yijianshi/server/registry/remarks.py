"""What a reviewer writes when he sends a set of drafts back: each remark on its place, until it is dealt with.

A remark keeps the address of its place, by what stays when things move, and what the place was called. It
stands until the author says that it is resolved, or asks for the next review.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ...core.definitions.pointer import tokens
from ...core.definitions.types import Text, text
from ...core.designer.addresses import address_of
from ...core.designer.sentences import place_of
from . import refusals
from .model import Comment, Draft, key_of
from .service import RegistryService, existing
from .tables import DRAFTS


@dataclass(frozen=True, slots=True)
class Remark:
    """Something to change: in which draft of the set (kind:code, empty: the one submitted), at which JSON pointer."""

    text: str
    place: str = ""
    draft: str = ""


def shared(remarks: Sequence[Remark], drafts: Sequence[Draft], by: str, at: str) -> dict[str, list[Comment]]:
    """Give each draft of a set, itself first, its comments; Refusal 422 without any, or of a draft that is not there.

    A draft about which nothing is said is told that it came back with the first.
    """
    said = [replace(each, text=each.text.strip()) for each in remarks if each.text.strip()]
    if not said:
        raise refusals.comment_needed()
    lead, known = drafts[0].id, {each.id: each for each in drafts}
    made: dict[str, list[Comment]] = {each: [] for each in known}
    for each in said:
        draft = known.get(each.draft or lead)
        if draft is None:
            raise refusals.not_in_this_set(each.draft)
        made[draft.id].append(_comment(draft, each, by, at))
    return {key: listed or [Comment(by, at, "", together=lead)] for key, listed in made.items()}


def resolve(registry: RegistryService, kind: str, code: str, actor: str, number: int) -> Draft:
    """Say that a comment (its number) on a draft is dealt with; Refusal 404 without the draft or the comment, 409 in review."""
    with registry.store.write() as writer:
        draft = existing(writer, kind, code)
        if draft.state == "in_review":
            raise refusals.in_review_already()
        comments = list(draft.comments)
        if not 0 <= number < len(comments):
            raise refusals.no_comment(number)
        if not comments[number].open:
            return draft
        at = registry.now()
        comments[number] = replace(comments[number], resolved_by=actor, resolved_at=at)
        writer.update(DRAFTS.name, draft.id, {"comments": [each.to_json() for each in comments]})
        said = comments[number]
        entry = {"comment": said.text, "place": said.place, "revision": draft.revision}
        writer.append("definition.comment_resolved", key_of(kind, code), actor, entry, at)
        return existing(writer, kind, code)


def past(draft: Draft) -> list[dict[str, object]]:
    """Give a draft's comments once the next review is asked for: none of them stands any longer."""
    return [replace(each, past=True).to_json() for each in draft.comments]


def _comment(draft: Draft, remark: Remark, by: str, at: str) -> Comment:
    address = address_of(draft.document, tokens(remark.place)) if remark.place else ()
    title: Text | None = None
    if address:
        title = text(place_of(draft.document, address, "zh"), place_of(draft.document, address, "en"))
    return Comment(by, at, remark.text, remark.place, address, title)
