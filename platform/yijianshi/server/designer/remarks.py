"""Where a reviewer can write something about a draft, what was written there, and where the author finds it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ...core.definitions.library import Library
from ...core.definitions.pointer import MISSING, join, tokens
from ...core.definitions.types import Problem, Text, text
from ...core.designer.addresses import address_of, get, pointer
from ...core.designer.between import Change
from ...core.designer.sentences import place_of
from ..registry.model import Comment, Draft
from ..registry.remarks import Remark

FIELD = "at:"
"""How the field of a remark is named: ``at:kind:code/pointer``."""

_DEEPER = ("rules", "facts", "parameters")


@dataclass(frozen=True, slots=True)
class Place:
    """A place that a remark can be about: what it is called, and what changed there."""

    draft: str
    pointer: str
    title: Text
    changes: tuple[Text, ...] = ()

    @property
    def name(self) -> str:
        """The name of its field on the page."""
        return f"{FIELD}{self.draft}{self.pointer}"


def places_of(draft: Draft, changes: Iterable[Change] | None, library: Library) -> list[Place]:
    """Give the places that changed (of a new definition all there are), the whole of it last."""
    found: dict[str, Place] = {}
    for change in changes or ():
        known = found.get(change.pointer)
        title = _titled(draft, change.pointer, library)
        said = (*(known.changes if known else ()), change.sentence)
        found[change.pointer] = Place(draft.id, change.pointer, title, said)
    if changes is None:
        for each in _everything(draft.document):
            found[each] = Place(draft.id, each, _titled(draft, each, library))
    return [*found.values(), Place(draft.id, "", text("整份定义", "the whole definition"))]


def remarks_in(form: Iterable[tuple[str, str]]) -> list[Remark]:
    """Read the remarks that were written on the review page."""
    found = []
    for name, written in form:
        if name.startswith(FIELD) and written.strip():
            draft, slash, rest = name.removeprefix(FIELD).partition("/")
            found.append(Remark(written, slash + rest, draft))
    return found


def pointer_now(document: Mapping[str, Any], comment: Comment) -> str:
    """Give where the place of a comment stands now: things may have moved since."""
    if not comment.address:
        return comment.place
    return (
        pointer(document, comment.address) if get(document, comment.address) is not MISSING else comment.place
    )


def title_now(document: Mapping[str, Any], comment: Comment, lang: str) -> str:
    """Name the place of a comment as it is called, or was when the comment was written."""
    if comment.title is not None:
        return comment.title["en" if lang == "en" else "zh"]
    address = address_of(document, tokens(comment.place))
    return place_of(document, address, "en" if lang == "en" else "zh")


def standing(draft: Draft | None, named: Mapping[str, str]) -> list[Problem]:
    """Give the comments that wait to be dealt with as findings, so that each is shown at its place."""
    if draft is None or draft.sent_back is None:
        return []
    return [
        Problem(
            pointer_now(draft.document, each),
            "review-comment",
            text(
                f"{named.get(each.by, each.by)}的审核意见：{each.text}",
                f"the reviewer, {named.get(each.by, each.by)}: {each.text}",
            ),
            text("改好后在页面上方标为已处理", "mark it as dealt with at the top of the page"),
            draft.id,
            "warning",
        )
        for each in draft.comments
        if each.open and each.place and each.text
    ]


def _titled(draft: Draft, place: str, library: Library) -> Text:
    address = address_of(draft.document, tokens(place))
    zh, en = (place_of(draft.document, address, lang, library) for lang in ("zh", "en"))
    return text(zh, en)


def _everything(document: Mapping[str, Any]) -> list[str]:
    """Give a definition's keys, and the items of its lists."""
    found: list[str] = []
    for key, value in document.items():
        if key in ("kind", "code"):
            continue
        found.append(join(key))
        inner = range(len(value)) if isinstance(value, list) else list(value) if key in _DEEPER else ()
        found += [join(key, name) for name in inner]
    return found
