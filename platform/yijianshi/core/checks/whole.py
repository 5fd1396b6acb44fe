"""What of a document may be read: its whole parts, where some are broken.

A place is broken when a finding stands there. A law reads places that are whole and leaves out the
others, so that every slip is told in one run and none is told twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ..definitions.library import Library, UnknownReference
from ..definitions.pointer import MISSING, get, join, within
from ..definitions.types import Json, Problem

Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Part:
    """A document, or what stands at ``place`` of it, with the places of the document that are broken."""

    document: Mapping[str, Any]
    broken: frozenset[str] = frozenset()
    place: str = ""

    def stands(self, pointer: str) -> bool:
        """Tell whether nothing is broken at a pointer or above it."""
        return not any(within(self.place + pointer, place) for place in self.broken)

    def whole(self, *pointers: str) -> bool:
        """Tell whether nothing is broken at any of the pointers, above or under it."""
        return not any(
            within(self.place + pointer, place) or within(place, self.place + pointer)
            for pointer in pointers
            for place in self.broken
        )

    def get(self, pointer: str, kind: type | tuple[type, ...]) -> Any:
        """Give the value at a pointer when it stands and is of a kind, else MISSING."""
        value = get(self.document, self.place + pointer)
        return value if isinstance(value, kind) and self.stands(pointer) else MISSING

    def text(self, pointer: str) -> str | None:
        """Give the text at a pointer, or None."""
        value = self.get(pointer, str)
        return value if isinstance(value, str) else None

    def number(self, pointer: str) -> int | None:
        """Give the whole number at a pointer, or None."""
        value = self.get(pointer, int)
        return value if isinstance(value, int) and not isinstance(value, bool) else None

    def mapping(self, pointer: str) -> Mapping[str, Any]:
        """Give the object at a pointer without what is broken in it, or an empty one."""
        value = self.get(pointer, Mapping)
        if value is MISSING:
            return {}
        pruned = _prune(value, self.place + pointer, self.broken) if self.broken else value
        return pruned if isinstance(pruned, Mapping) else {}

    def each(self, pointer: str) -> Iterator[tuple[str, Part]]:
        """Yield the items of a list that stand, each with its pointer."""
        listed = self.get(pointer, list)
        for index in range(len(listed) if isinstance(listed, list) else 0):
            where = pointer + join(index)
            if self.stands(where):
                yield where, self.at(where)

    def at(self, pointer: str) -> Part:
        """Give what stands at a pointer."""
        return replace(self, place=self.place + pointer)

    def but(self, places: Iterable[str]) -> Part:
        """Give the same with further places known to be broken."""
        more = frozenset(self.place + place for place in places)
        return replace(self, broken=self.broken | more) if more else self


@dataclass(slots=True)
class Shelf:
    """The definitions that may be referred to, and what is broken in them as far as the checks have come."""

    library: Library
    broken: dict[Key, frozenset[str]] = field(default_factory=dict)
    misnamed: frozenset[str] = frozenset()
    """Codes of documents that could not be read, or whose kind is not known: they are there all the same."""

    def find(self, kind: str, code: str | None) -> Part | None:
        """Give a definition, None when there is none."""
        if code is None or not self.library.has(kind, code):
            return None
        return Part(self.library.get(kind, code), self.broken.get((kind, code), frozenset()))

    def sound(self, kind: str, code: str) -> bool:
        """Tell whether a definition and all that it is made of are there and whole."""
        try:
            parts = self.library.closure(kind, code)
        except UnknownReference:
            return False
        return not any(self.broken.get((part["kind"], part["code"])) for part in parts)

    def whole_library(self) -> Library:
        """Give the definitions without the keys of them in which something is broken."""
        return Library(
            {
                key: {
                    name: value
                    for name, value in document.items()
                    if Part(document, broken).whole(join(name))
                }
                if (broken := self.broken.get(key))
                else document
                for key, document in ((_key(each), each) for each in self.library)
            }
        )

    def learn(self, key: Key, found: Iterable[Problem]) -> None:
        """Take note of errors: what they stand on is not read any more."""
        places = {problem.pointer for problem in found if problem.severity == "error" and problem.pointer}
        self.broken[key] = self.broken.get(key, frozenset()) | places


def _key(document: Mapping[str, Any]) -> Key:
    return document["kind"], document["code"]


def _prune(value: Json, pointer: str, broken: frozenset[str]) -> Json:
    """Copy a value without its broken places; in lists they are left empty, so that the others keep theirs."""
    if isinstance(value, Mapping):
        return {
            key: _prune(inner, pointer + join(key), broken)
            for key, inner in value.items()
            if pointer + join(key) not in broken
        }
    if isinstance(value, list):
        return [
            None if pointer + join(index) in broken else _prune(inner, pointer + join(index), broken)
            for index, inner in enumerate(value)
        ]
    return value
