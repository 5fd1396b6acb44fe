"""Where in a JSON text something stands: the JSON pointer of a token, also in texts that cannot be parsed, and the line."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from .pointer import join, within

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"?|[\[\]{}:,]|[^\s\[\]{}:,"]+', re.DOTALL)


@dataclass(frozen=True, slots=True)
class Token:
    """One token of a JSON text; ``repeats`` marks a key that its object has already."""

    start: int
    text: str
    depth: int
    repeats: bool


@dataclass(slots=True)
class _Open:
    """An object or list that is not closed yet, and the key or index reached in it."""

    at: str | int | None
    keys: set[str] | None = None
    key_next: bool = field(default=False)


def place(text: str, wanted: Callable[[Token], bool]) -> str:
    """Give the pointer of the first token wanted, or of the last one where none is."""
    around: list[_Open] = []
    for token in _walk(text, around):
        if wanted(token):
            break
    return _pointer(around)


def line_of(text: str, pointer: str) -> int:
    """Give the line, from 1, where what a pointer leads to begins; of what is not there, what would hold it."""
    best, start = "", 0
    around: list[_Open] = []
    for token in _walk(text, around):
        at = _pointer(around)
        if len(at) > len(best) and within(pointer, at):
            best, start = at, token.start
            if best == pointer:
                break
    return text.count("\n", 0, start) + 1


def _pointer(around: list[_Open]) -> str:
    return join(*(each.at for each in around if each.at is not None))


def _walk(text: str, around: list[_Open]) -> Iterator[Token]:
    """Yield each token; ``around`` holds the objects and lists it stands in."""
    for match in _TOKEN.finditer(text):
        sign = match.group()
        top = around[-1] if around else None
        repeats = False
        if top is not None and top.keys is not None and top.key_next and sign[0] == '"':
            key = _unquoted(sign)
            repeats = key in top.keys
            top.keys.add(key)
            top.at, top.key_next = key, False
        yield Token(match.start(), sign, len(around), repeats)
        if sign == "{":
            around.append(_Open(None, set(), True))
        elif sign == "[":
            around.append(_Open(0))
        elif sign in ("}", "]"):
            del around[-1:]
        elif sign == "," and top is not None:
            if isinstance(top.at, int):
                top.at += 1
            else:
                top.at, top.key_next = None, True


def _unquoted(token: str) -> str:
    try:
        return str(json.loads(token))
    except ValueError:
        return token.strip('"')
