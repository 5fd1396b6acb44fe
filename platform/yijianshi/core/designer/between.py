"""The edits that make one document out of another: what two versions, a JSON view or an import differ in.

They are operations like those of a draft's log, and told by the same sentences.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ..definitions.canonical import canonical
from ..definitions.library import Library
from ..definitions.pointer import MISSING
from ..definitions.types import Json, Text, text
from .addresses import Address, get, identities, named_by, pointer
from .edits import Edit, apply
from .ruleset_parts import outcome_kind
from .sentences import place_of, told


@dataclass(frozen=True, slots=True)
class Change:
    """One change: the edit, what was there, where (a JSON pointer, and in words), and the sentence that tells it.

    What is taken away is pointed to where it was, everything else where it is in the end.
    """

    edit: Edit
    was: Json
    pointer: str
    place: Text
    sentence: Text

    def to_json(self) -> dict[str, Json]:
        """Give the change as JSON: the edit as an operation, which can be carried out again, and what tells of it."""
        result: dict[str, Json] = {**self.edit.to_json(), "pointer": self.pointer, "place": dict(self.place)}
        if self.was is not MISSING:
            result["was"] = self.was
        return {**result, "sentence": dict(self.sentence)}


def changes_between(
    old: Mapping[str, Json] | None, new: Mapping[str, Json], library: Library | None = None
) -> list[Change]:
    """Tell what changed from ``old`` (None: there was nothing) to ``new``, one after another.

    What codes name is called by its title where the ``library`` has it.
    """
    edits = [Edit("set", (), new)] if old is None else edits_between(old, new)
    document: Json = MISSING if old is None else old
    found: list[Change] = []
    for edit in edits:
        gone = edit.kind in ("unset", "remove")
        was = get(document, edit.at) if gone or edit.kind == "set" else MISSING
        whole = old if gone else new
        # what goes is called as it was while all it hangs on was there
        seen = old if gone and canonical(get(old, edit.at)) == canonical(was) else document
        place = text(*(place_of(whole, edit.target, lang, library) for lang in ("zh", "en")))
        found.append(Change(edit, was, pointer(whole, edit.target), place, told(seen, edit, new, library)))
        document, _ = apply(document, [edit])
    return found


def edits_between(old: Json, new: Json, at: Address = ()) -> list[Edit]:
    """Give edits that turn ``old`` into ``new``, each as small as identities allow."""
    return list(_between(old, new, at))


def _between(old: Any, new: Any, at: Address) -> Iterator[Edit]:
    if old is new:
        return
    if isinstance(old, Mapping) and isinstance(new, Mapping) and not _another(old, new, at):
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


def _another(old: Mapping[str, Any], new: Mapping[str, Any], at: Address) -> bool:
    """Tell whether something else follows from a rule: half of one outcome and half of another is none."""
    outcome = len(at) == 3 and (at[0], at[2]) == ("rules", "run")
    return outcome and outcome_kind(old) != outcome_kind(new)


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
    staying = _staying([name for name in are if name in were], kept)
    # from the end, so that what an item stands before is there already
    following: str | None = None
    for name, item in zip(reversed(are), reversed(new), strict=True):
        if name not in kept:
            yield Edit("insert", at, item, following)
            kept.insert(len(kept) if following is None else kept.index(following), name)
        elif name not in staying and _follows(kept, name) != following:
            yield Edit("move", (*at, name), before=following)
            kept.remove(name)
            kept.insert(len(kept) if following is None else kept.index(following), name)
        following = name


def _items(old: Json, new: Json, at: Address) -> Iterator[Edit]:
    """Compare one item; an edit inside must leave its identity, so one that is named otherwise is replaced whole."""
    if named_by(old) == named_by(new):
        yield from _between(old, new, at)
    else:
        yield Edit("set", at, new)


def _staying(wanted: list[str], kept: list[str]) -> set[str]:
    """Give the most items that need not move, because they stand in the wanted order: the others are moved."""
    at = {name: index for index, name in enumerate(kept)}
    ends: list[int] = []
    runs: list[tuple[str, ...]] = []
    for name in wanted:
        length = bisect_left(ends, at[name])
        run = (*(runs[length - 1] if length else ()), name)
        ends[length:], runs[length:] = [at[name], *ends[length + 1 :]], [run, *runs[length + 1 :]]
    return set(runs[-1]) if runs else set()


def _follows(names: list[str], name: str) -> str | None:
    index = names.index(name) + 1
    return names[index] if index < len(names) else None
