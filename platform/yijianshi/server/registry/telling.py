"""Findings of documents that were sent in, told in the words of the definitions they are about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ...core.checks import Source
from ...core.definitions.library import KINDS, Library
from ...core.definitions.pointer import tokens
from ...core.definitions.types import Json, Problem, Text, text
from ...core.designer.addresses import address_of
from ...core.designer.sentences import by_title, place_of
from .model import title_of


class Telling:
    """Says where findings are, and what they say, with titles in the place of codes and pointers."""

    def __init__(self, sources: Sequence[Source], library: Library) -> None:
        """Tell of documents as they were sent, beside what is in force."""
        self._sources = sources
        self._library = library.with_(each.document for each in sources if _named(each.document))

    def where(self, problem: Problem) -> Text | None:
        """Name the definition and the place in it; a cell of a workbook as it is, None for a file as a whole."""
        found = self._found(problem)
        if found is None:
            return text(problem.pointer, problem.pointer) if problem.pointer else None
        source, place = found
        document: Any = source.document
        title = title_of(document, str(document.get("code", "")))
        if source.pointer:
            number = int(source.pointer[1:]) + 1
            title = text(f"第 {number} 份“{title['zh']}”", f"no. {number}, “{title['en']}”")
        if not place:
            return title
        address = address_of(document, tokens(place))
        zh, en = (place_of(document, address, lang, self._library) for lang in ("zh", "en"))
        return text(f"{title['zh']}：{zh}", f"{title['en']}: {en}")

    def said(self, problem: Problem, phrase: Text) -> Text:
        """Give a phrase of a finding with what it quotes called by its title."""
        found = self._found(problem)
        # where a code itself is wrong, it is the code that is spoken of
        if found is None or found[1] == "/code":
            return phrase
        document: Any = found[0].document
        return by_title(document, phrase, self._library, found[1])

    def _found(self, problem: Problem) -> tuple[Source, str] | None:
        """Give the document a finding is about, and the place in it."""
        for source in self._sources:
            start = source.pointer
            inside = problem.pointer == start or problem.pointer.startswith(f"{start}/")
            if source.file == (problem.file or "") and inside and isinstance(source.document, Mapping):
                return source, problem.pointer[len(start) :]
        return None


def _named(document: Json) -> bool:
    return (
        isinstance(document, dict) and document.get("kind") in KINDS and isinstance(document.get("code"), str)
    )
