"""What a new definition begins with and its author has still to write: it is not published as it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ..definitions.pointer import join
from ..definitions.types import Json, Problem, text

TO_BE_WRITTEN = "待填写"
"""What stands for a text that is wanted and not written yet begins with this."""

TO_BE_CHOSEN = "…"
"""What a new comparison holds a text or a choice against."""

UNNAMED = "to-be-named"
"""The code of a department that is not named yet."""


def unfinished(document: Json, pointer: str = "") -> Iterator[Problem]:
    """Yield an error for every text that only holds a place."""
    if isinstance(document, Mapping):
        for key, value in document.items():
            yield from unfinished(value, pointer + join(key))
    elif isinstance(document, list):
        for index, value in enumerate(document):
            yield from unfinished(value, pointer + join(index))
    elif document == TO_BE_CHOSEN:
        yield Problem(
            pointer,
            "to-be-written",
            text("还没有选择或填写比较的值", "what it is held against is still to be chosen"),
            text("请选择或填写一个值", "choose or write a value"),
        )
    elif isinstance(document, str) and (document.startswith(TO_BE_WRITTEN) or document == UNNAMED):
        if pointer.endswith("/en"):
            return  # told of its Chinese
        # the code that only holds a place says nothing to a reader
        said = "" if document == UNNAMED else f"“{document[:40]}”"
        yield Problem(
            pointer,
            "to-be-written",
            text(f"{said}还没有填写", f"{said or 'this'} is still to be written"),
            text("请填写实际内容", "write what belongs there"),
        )
