"""The five small changes that every operation is made of, and their inverses.

``set``      put a value at an address; objects on the way are made
``unset``    take a key of an object away
``insert``   add an item to a list, before the item named (or at the end)
``remove``   take an item out of a list
``move``     put an item of a list before another (or at the end)
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from ..definitions.pointer import MISSING
from ..definitions.types import Json
from .addresses import Address, NoSuchPlace, begins_with, get, identities, identity, place

Kind = Literal["set", "unset", "insert", "remove", "move"]
KINDS: tuple[Kind, ...] = ("set", "unset", "insert", "remove", "move")


class Misplaced(ValueError):
    """An edit cannot be carried out where it says; ``address`` is the place."""

    def __init__(self, address: Address) -> None:
        super().__init__("/".join(address))
        self.address = address


@dataclass(frozen=True, slots=True)
class Edit:
    """One change at an address.

    ``at`` is of the value (set, unset), of the list (insert), or of the item (remove, move);
    ``value`` is the value or the item; ``before`` names the item to stand before. ``prune`` tells
    an ``unset`` how many objects above it to take away too once they are empty.
    """

    kind: Kind
    at: Address
    value: Json = MISSING
    before: str | None = None
    prune: int = 0

    def to_json(self) -> dict[str, Json]:
        """Give the edit as JSON."""
        told: dict[str, Json] = {"op": self.kind, "at": list(self.at)}
        if self.value is not MISSING:
            told["value"] = self.value
        if self.kind in ("insert", "move"):
            told["before"] = self.before
        if self.prune:
            told["prune"] = self.prune
        return told

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> Edit:
        """Read what ``to_json`` gave; raises Misplaced for anything else."""
        kind, at, before, prune = told.get("op"), told.get("at"), told.get("before"), told.get("prune", 0)
        sound = (
            kind in KINDS
            and isinstance(at, list)
            and all(isinstance(token, str) for token in at)
            and (before is None or isinstance(before, str))
            and isinstance(prune, int)
            and ("value" in told) == (kind in ("set", "insert"))
        )
        if not sound or not isinstance(at, list):
            raise Misplaced(tuple(map(str, at)) if isinstance(at, list) else ())
        return cls(kind, tuple(at), told.get("value", MISSING), before, prune)  # type: ignore[arg-type]

    @property
    def target(self) -> Address:
        """The address of what is changed: for an insert, of the item that comes in."""
        return (*self.at, identity(self.value) or "") if self.kind == "insert" else self.at


def apply(document: Json, edits: Iterable[Edit]) -> tuple[Json, list[Edit]]:
    """Carry edits out one after another; gives the new document and the edits that take it back.

    The document given is never changed. Raises Misplaced when one of them cannot be carried out.
    """
    inverse: list[Edit] = []
    for edit in edits:
        try:
            document, back = _APPLY[edit.kind](document, edit)
        except NoSuchPlace as error:
            raise Misplaced(error.address) from error
        inverse = back + inverse
    return document, inverse


def conflict(one: Edit, other: Edit) -> Address | None:
    """Give the place where two edits made side by side cannot both stand, None when they can."""
    if one == other:
        return None
    if one.kind == "move" and other.kind == "move":
        return one.at if one.at == other.at else None
    for moved, changed in ((one, other), (other, one)):
        if moved.kind == "move":
            # what was moved may be changed within, but not be gone
            gone = begins_with(moved.at, changed.target)
            within = changed.target == moved.at and changed.kind == "set"
            return moved.at if gone and not within else None
    if begins_with(one.target, other.target):
        return one.target
    return other.target if begins_with(other.target, one.target) else None


def _set(document: Json, edit: Edit) -> tuple[Json, list[Edit]]:
    if not edit.at:
        return edit.value, [Edit("set", (), document)]
    before = get(document, edit.at)
    if before is not MISSING:
        return _put(document, edit.at, edit.value, ()), [Edit("set", edit.at, before)]
    made = sum(get(document, edit.at[:end]) is MISSING for end in range(1, len(edit.at)))
    return _put(document, edit.at, edit.value, ()), [Edit("unset", edit.at, prune=made)]


def _unset(document: Json, edit: Edit) -> tuple[Json, list[Edit]]:
    before = get(document, edit.at)
    if before is MISSING or not edit.at or not isinstance(get(document, edit.at[:-1]), Mapping):
        raise Misplaced(edit.at)
    at = edit.at
    result = _put(document, at, MISSING, ())
    for _ in range(min(edit.prune, len(at) - 1)):
        if get(result, at[:-1]) != {}:
            break
        at = at[:-1]
        result = _put(result, at, MISSING, ())
    return result, [Edit("set", edit.at, before)]


def _insert(document: Json, edit: Edit) -> tuple[Json, list[Edit]]:
    name = identity(edit.value)
    if name is not None and get(document, edit.at) is MISSING:
        return _set(document, Edit("set", edit.at, [edit.value]))
    items = _list(document, edit.at)
    names = identities(items)
    if name is None or names is None or name in names:
        raise Misplaced(edit.target)
    index = place(items, edit.before, edit.at) if edit.before is not None else len(items)
    return _put(document, edit.at, [*items[:index], edit.value, *items[index:]], ()), [
        Edit("remove", (*edit.at, name))
    ]


def _remove(document: Json, edit: Edit) -> tuple[Json, list[Edit]]:
    items, index = _item(document, edit.at)
    item, rest = items[index], [*items[:index], *items[index + 1 :]]
    following = identity(items[index + 1]) if index + 1 < len(items) else None
    return _put(document, edit.at[:-1], rest, ()), [Edit("insert", edit.at[:-1], item, following)]


def _move(document: Json, edit: Edit) -> tuple[Json, list[Edit]]:
    items, index = _item(document, edit.at)
    if edit.before == edit.at[-1]:
        return document, []
    following = identity(items[index + 1]) if index + 1 < len(items) else None
    rest = [*items[:index], *items[index + 1 :]]
    to = place(rest, edit.before, edit.at[:-1]) if edit.before is not None else len(rest)
    return _put(document, edit.at[:-1], [*rest[:to], items[index], *rest[to:]], ()), [
        Edit("move", edit.at, before=following)
    ]


_APPLY = {"set": _set, "unset": _unset, "insert": _insert, "remove": _remove, "move": _move}


def _list(document: Json, at: Address) -> list[Json]:
    items = get(document, at)
    if not isinstance(items, list):
        raise Misplaced(at)
    return items


def _item(document: Json, at: Address) -> tuple[list[Json], int]:
    if not at:
        raise Misplaced(at)
    items = _list(document, at[:-1])
    return items, place(items, at[-1], at[:-1])


def _put(value: Json, rest: Sequence[str], new: Json, walked: Address) -> Json:
    if not rest:
        return new
    head = rest[0]
    if isinstance(value, list):
        index = place(value, head, walked)
        item = _put(value[index], rest[1:], new, (*walked, head))
        if identity(item) != head:
            # it would be another item: what is another item is removed and inserted
            raise Misplaced((*walked, *rest))
        return [*value[:index], item, *value[index + 1 :]]
    if value is not MISSING and not isinstance(value, Mapping):
        raise Misplaced((*walked, head))
    known: Mapping[str, Any] = value if isinstance(value, Mapping) else {}
    inner = _put(known.get(head, MISSING), rest[1:], new, (*walked, head))
    if inner is MISSING:
        return {key: kept for key, kept in known.items() if key != head}
    return {**known, head: inner}
