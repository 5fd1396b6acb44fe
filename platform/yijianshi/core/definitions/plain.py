"""What no document may hold anywhere: text that is no Unicode, and numbers that readers take differently."""

from __future__ import annotations

import math
from collections.abc import Mapping

from .canonical import MAX_DEPTH, MAX_SAFE_INTEGER
from .pointer import join
from .types import Json, Problem, Text, text

_Place = tuple["_Place", str | int] | None
"""Where something stands: in what, and under which key or number."""


def plain_problems(document: Json) -> list[Problem]:
    """Find texts and keys with NUL or half of a character, numbers beyond 2^53, and too deep nesting."""
    found: list[Problem] = []
    waiting: list[tuple[Json, _Place, int]] = [(document, None, 0)]
    while waiting:
        value, place, depth = waiting.pop()
        if depth > MAX_DEPTH:
            return [
                Problem(
                    _pointer(place),
                    "too-deep",
                    text(f"嵌套超过 {MAX_DEPTH} 层", f"nested more than {MAX_DEPTH} levels deep"),
                    text("请减少嵌套层数", "nest less deeply"),
                )
            ]
        fault = _fault(value)
        if fault is not None:
            found.append(Problem(_pointer(place), *fault))
        if isinstance(value, dict):
            for key, inner in value.items():
                fault = _fault(key)
                if fault is not None:
                    found.append(Problem(_pointer((place, key)), *fault))
                waiting.append((inner, (place, key), depth + 1))
        elif isinstance(value, list):
            waiting += [(inner, (place, index), depth + 1) for index, inner in enumerate(value)]
    return sorted(found, key=lambda problem: problem.pointer)


def _pointer(place: _Place) -> str:
    """Write the pointer of a place, which is asked of few of the many that are looked at."""
    tokens: list[str | int] = []
    while place is not None:
        place, token = place
        tokens.append(shown(token) if isinstance(token, str) else token)
    return join(*reversed(tokens))


def plain(document: Json) -> Json:
    """Give a document in which nothing is left in the place of what cannot be kept."""
    if isinstance(document, Mapping):
        return {shown(str(key)): plain(inner) for key, inner in document.items()}
    if isinstance(document, list):
        return [plain(inner) for inner in document]
    return document if _fault(document) is None else None


def _fault(value: Json) -> tuple[str, Text, Text] | None:
    if isinstance(value, str):
        if "\x00" not in value and (value.isascii() or shown(value) == value):
            return None
        return (
            "unusable-text",
            text("文字含有空字符或残缺的字符", "the text holds a NUL, or half of a character"),
            text("请重新输入这段文字", "type this text again"),
        )
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if isinstance(value, int) and abs(value) > MAX_SAFE_INTEGER:
        return (
            "number-too-large",
            text(
                "整数超过 2^53，不同程序读出的值会不同", "beyond 2^53 programs read different whole numbers"
            ),
            text("请改用较大的单位，或写成文字", "use a larger unit, or write it as text"),
        )
    if not math.isfinite(value):
        return (
            "not-a-number",
            text("这不是数", "this is no number"),
            text("请填写普通数值，或删去该项", "write an ordinary number, or leave it out"),
        )
    return None


def shown(value: str) -> str:
    """Give a text as it can be shown: half characters as they are written in JSON."""
    return str(value).encode("utf-8", "backslashreplace").decode()
