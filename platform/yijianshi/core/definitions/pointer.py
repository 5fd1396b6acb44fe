"""JSON pointers (RFC 6901) over plain JSON values, without ever changing the value given."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

from .types import Json


class _Missing:
    """The type of :data:`MISSING`."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "MISSING"

    def __bool__(self) -> bool:
        return False


MISSING: Final = _Missing()
"""No value at all, as distinct from null."""


def tokens(pointer: str) -> list[str]:
    """Split a pointer into its reference tokens, unescaped."""
    return list(path_of(pointer))


@lru_cache(maxsize=10_000)
def path_of(pointer: str) -> tuple[str, ...]:
    """Split a pointer as ``tokens`` does, once for as long as it is in use."""
    if not pointer:
        return ()
    return tuple(
        token.replace("~1", "/").replace("~0", "~") for token in pointer.removeprefix("/").split("/")
    )


def join(*parts: str | int) -> str:
    """Build a pointer of unescaped tokens."""
    return "".join(["/" + str(part).replace("~", "~0").replace("/", "~1") for part in parts])


def within(pointer: str, place: str) -> bool:
    """Whether a pointer leads to a place, or to something inside it."""
    return pointer == place or pointer.startswith(place + "/")


def is_index(token: str) -> bool:
    """Whether a token can stand for a place in a list (``²`` is a digit, and no index)."""
    return token.isascii() and token.isdigit()


def get(value: Json, pointer: str) -> Any:
    """Give the value at the pointer, or MISSING."""
    for token in path_of(pointer):
        if type(value) is dict:  # the common case, and much the fastest to tell
            value = value.get(token, MISSING)
            if value is MISSING:
                return MISSING
        elif isinstance(value, Mapping):
            if token not in value:
                return MISSING
            value = value[token]
        elif isinstance(value, list):
            if not is_index(token) or int(token) >= len(value):
                return MISSING
            value = value[int(token)]
        else:
            return MISSING
    return value


def put(value: Json, pointer: str, new: Json) -> Json:
    """Give a copy of ``value`` with ``new`` at the pointer; objects on the way are made.

    ``new`` = MISSING removes what is there. A list index one past the end appends;
    an index further out, or a token that is no index, leaves the list as it is.
    """
    return _put(value, tokens(pointer), new)


def _put(value: Json, path: list[str], new: Json) -> Json:
    if not path:
        return new
    head, rest = path[0], path[1:]
    if isinstance(value, list):
        index = int(head) if is_index(head) else -1
        if not 0 <= index <= len(value):
            return value
        copy = list(value)
        inner = _put(copy[index] if index < len(copy) else {}, rest, new) if rest else new
        if inner is MISSING:
            del copy[index : index + 1]
        else:
            copy[index : index + 1] = [inner]
        return copy
    result = dict(value) if isinstance(value, Mapping) else {}
    inner = _put(result.get(head, {}), rest, new) if rest else new
    if inner is MISSING:
        result.pop(head, None)
    else:
        result[head] = inner
    return result
