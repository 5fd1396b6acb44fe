"""Where something stands in a document, by names that stay when things move.

An address is a tuple of tokens. A token names a key of an object, or an item of a list by the
item's *identity*: its code, its scope, itself when it is a text. A list can be addressed into when
its items have identities and no two the same; any other list is one value.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..definitions.pointer import MISSING, join
from ..definitions.types import Json

Address = tuple[str, ...]

_NAMES = ("id", "code", "matter", "material", "scope", "value", "from", "$comment", "label")
"""What names an item of a list, the first that is there."""


class NoSuchPlace(LookupError):
    """An address leads nowhere; ``address`` is as far as it leads, with the token that is not there."""

    def __init__(self, address: Address) -> None:
        super().__init__("/".join(address))
        self.address = address


def identity(item: Json) -> str | None:
    """Give the identity of an item of a list, None when it has none."""
    if isinstance(item, str):
        return item
    if not isinstance(item, Mapping):
        return None
    name = named_by(item)
    if name is None:
        return None
    return str(item["options"]["id"] if name == "options" else item[name])


def named_by(item: Json) -> str | None:
    """Tell which key holds the identity of an item, None when it is one itself or has none."""
    if not isinstance(item, Mapping):
        return None
    options = item.get("options")
    if isinstance(options, Mapping) and isinstance(options.get("id"), str):
        return "options"
    return next((name for name in _NAMES if isinstance(item.get(name), str)), None)


def identities(items: Sequence[Json]) -> list[str] | None:
    """Give the identities of a list's items in order, None when it cannot be addressed into."""
    found = [identity(item) for item in items]
    named = [name for name in found if name is not None]
    return named if len(named) == len(found) == len(set(named)) else None


def get(document: Json, address: Sequence[str]) -> Any:
    """Give the value at an address, or MISSING."""
    value = document
    for token in address:
        # of the two a dict is told at once: a frame asks for thousands of addresses
        if isinstance(value, (dict, Mapping)):
            value = value.get(token, MISSING)
        elif isinstance(value, list):
            names = identities(value)
            value = value[names.index(token)] if names is not None and token in names else MISSING
        else:
            return MISSING
        if value is MISSING:
            return MISSING
    return value


def place(items: list[Json], token: str, address: Address) -> int:
    """Give the index of the item so named; raises NoSuchPlace, which tells of the whole address."""
    names = identities(items)
    if names is None or token not in names:
        raise NoSuchPlace((*address, token))
    return names.index(token)


def pointer(document: Json, address: Sequence[str]) -> str:
    """Give the JSON pointer of an address in this document; what is not there keeps its name."""
    value, parts = document, []
    for token in address:
        part: str | int = token
        if isinstance(value, list):
            names = identities(value)
            if names is not None and token in names:
                part = names.index(token)
                value = value[part]
            else:
                value = MISSING
        else:
            value = value.get(token, MISSING) if isinstance(value, Mapping) else MISSING
        parts.append(part)
    return join(*parts)


def address_of(document: Json, tokens: Sequence[str]) -> Address:
    """Give the address of a JSON pointer's tokens: an index becomes the item's identity where it has one.

    Ends at the innermost place that can be addressed.
    """
    value, found = document, []
    for token in tokens:
        if isinstance(value, Mapping):
            found.append(token)
            value = value.get(token, MISSING)
        elif isinstance(value, list):
            names = identities(value)
            if names is None or not token.isdecimal() or int(token) >= len(names):
                break
            found.append(names[int(token)])
            value = value[int(token)]
        else:
            break
    return tuple(found)


def begins_with(address: Address, start: Address) -> bool:
    """Tell whether an address is ``start`` or lies below it."""
    return address[: len(start)] == start
