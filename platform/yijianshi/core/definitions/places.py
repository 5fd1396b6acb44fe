"""Where in a JSON text something stands, as a JSON pointer; for texts that cannot be parsed."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field

from .pointer import join

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
    for match in _TOKEN.finditer(text):
        sign = match.group()
        top = around[-1] if around else None
        repeats = False
        if top is not None and top.keys is not None and top.key_next and sign[0] == '"':
            key = _unquoted(sign)
            repeats = key in top.keys
            top.keys.add(key)
            top.at, top.key_next = key, False
        if wanted(Token(match.start(), sign, len(around), repeats)):
            break
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
    return join(*(each.at for each in around if each.at is not None))


def _unquoted(token: str) -> str:
    try:
        return str(json.loads(token))
    except ValueError:
        return token.strip('"')
