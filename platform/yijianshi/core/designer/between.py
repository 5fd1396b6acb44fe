"""The edits that make one document out of another: what a JSON view or an import did, as operations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..definitions.canonical import canonical
from ..definitions.pointer import MISSING
from ..definitions.types import Json
from .addresses import Address, identities
from .edits import Edit


def edits_between(old: Json, new: Json, at: Address = ()) -> list[Edit]:
    """Give edits that turn ``old`` into ``new``, each as small as identities allow."""
    return list(_between(old, new, at))


def _between(old: Any, new: Any, at: Address) -> Iterator[Edit]:
    if old is new:
        return
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for key in old:
            if key not in new:
                yield Edit("unset", (*at, key))
        for key, value in new.items():
            before = old.get(key, MISSING)
            if before is MISSING:
                yield Edit("set", (*at, key), value)
            else:
                yield from _between(before, value, (*at, key))
    elif isinstance(old, list) and isinstance(new, list) and _addressable(old, new):
        yield from _lists(old, new, at)
    elif canonical(old) != canonical(new):
        yield Edit("set", at, new)


def _addressable(old: list[Json], new: list[Json]) -> bool:
    return identities(old) is not None and identities(new) is not None


def _lists(old: list[Json], new: list[Json], at: Address) -> Iterator[Edit]:
    were, are = identities(old) or [], identities(new) or []
    for name in were:
        if name not in are:
            yield Edit("remove", (*at, name))
    kept = [name for name in were if name in are]
    for name in kept:
        yield from _items(old[were.index(name)], new[are.index(name)], (*at, name))
    # from the end, so that what an item stands before is there already
    following: str | None = None
    for name, item in zip(reversed(are), reversed(new), strict=True):
        if name not in kept:
            yield Edit("insert", at, item, following)
            kept.insert(len(kept) if following is None else kept.index(following), name)
        elif _follows(kept, name) != following:
            yield Edit("move", (*at, name), before=following)
            kept.remove(name)
            kept.insert(len(kept) if following is None else kept.index(following), name)
        following = name


def _items(old: Json, new: Json, at: Address) -> Iterator[Edit]:
    """Compare one item; an edit inside must leave its identity, so it is replaced whole where it might not."""
    yield from _between(old, new, at)


def _follows(names: list[str], name: str) -> str | None:
    index = names.index(name) + 1
    return names[index] if index < len(names) else None
