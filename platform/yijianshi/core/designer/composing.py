"""Composing the bundle on the desk: once for the definitions it is made of, and whatever is unfinished told.

Composing reads definitions, which are immutable values; what was made of the same ones is given
again. The page's own Python composes at each event, so asking whether they are the same is done by
identity, which costs nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from ..bundles.compose import SITUATIONS, Composition, CompositionError, compose
from ..bundles.evaluate import compiled
from ..bundles.plan import Cycle, Plan, plan
from ..bundles.schemas import Leaf, leaves
from ..definitions.library import Document, Library, UnknownReference
from ..definitions.types import Problem, text
from .bundles import parts_of, waits_of
from .desk import Desk

_KEPT = 16


@dataclass(frozen=True, slots=True)
class Composed:
    """A bundle composed, or why it cannot be."""

    composition: Composition | None
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Clash:
    """A place that forms use for different things: each owner with what it asks there, alike ones together."""

    pointer: str
    uses: tuple[tuple[str, Leaf], ...]


class _Read(Library):
    """A library that remembers what was asked of it."""

    __slots__ = ("asked",)

    def __init__(self, library: Library) -> None:
        super().__init__({(str(doc["kind"]), str(doc["code"])): doc for doc in library})
        self.asked: dict[tuple[str, str], Document | None] = {}

    def get(self, kind: str, code: str) -> Document:
        """Give the document, and remember it; raises UnknownReference."""
        self.has(kind, code)
        return super().get(kind, code)

    def has(self, kind: str, code: str) -> bool:
        """Tell whether the library holds the definition, and remember which."""
        there = super().has(kind, code)
        self.asked[kind, code] = super().get(kind, code) if there else None
        return there


_known: list[tuple[str, Mapping[tuple[str, str], Document | None], Composed]] = []


def composed(desk: Desk) -> Composed:
    """Give the composition of the bundle on the desk, or the problems that stand against it."""
    library, code = desk.ground.library, desk.code
    for entry in _known:
        if entry[0] == code and _same(library, entry[1]):
            return entry[2]
    read = _Read(library)
    made = _composed(read, code)
    _known.insert(0, (code, read.asked, made))
    del _known[_KEPT:]
    return made


def _same(library: Library, asked: Mapping[tuple[str, str], Document | None]) -> bool:
    return all(
        (library.get(*key) is document) if library.has(*key) else document is None
        for key, document in asked.items()
    )


def _composed(library: Library, code: str) -> Composed:
    try:
        return Composed(compose(library, code))
    except CompositionError as error:
        return Composed(None, tuple(error.problems))
    except UnknownReference as error:
        remedy = text(
            "请先新建或改正它，或去掉对它的引用",
            "make it or mend it first, or no longer refer to it",
        )
        return Composed(None, (Problem("", "unknown-reference", error.text, remedy),))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        # a draft that is half done: the findings say what it lacks
        said = text("有定义尚未完成，暂不能合并", f"a definition is unfinished: {error}")
        remedy = text("请看页面下方的检查结果", "see the findings at the end of the page")
        return Composed(None, (Problem("", "unfinished", said, remedy),))


def tryable(desk: Desk) -> Composed:
    """Give the composition when its rulesets can be run, too, or the problems that stand against it."""
    made = composed(desk)
    if made.composition is None:
        return made
    problems = unready(made.composition, desk.world.today)
    return Composed(None, problems) if problems else made


def unready(composition: Composition, on: date) -> tuple[Problem, ...]:
    """Tell which rulesets of a composition are not finished enough to be run."""

    def look() -> tuple[Problem, ...]:
        return tuple(
            problem
            for code in composition.rulesets
            if (problem := _unready(composition, code, on)) is not None
        )

    return composition.remember(("unready", on), look)


def _unready(composition: Composition, code: str, on: date) -> Problem | None:
    try:
        compiled(composition, code, on)
    except (KeyError, TypeError, ValueError, AttributeError):
        title = composition.rulesets[code].get("title", {"zh": code, "en": code})
        return Problem(
            "",
            "ruleset-unfinished",
            text(f"规则集“{title['zh']}”尚未完成", f"the ruleset “{title['en']}” is unfinished"),
            text("请打开该规则集，按检查结果改正", "open it and mend what its findings say"),
        )
    return None


def clashes(desk: Desk) -> list[Clash]:
    """Give the places that two forms of the bundle use for different things."""
    places: dict[str, list[tuple[str, Leaf]]] = {}
    for owner, schema in forms_of(desk):
        for leaf in leaves(schema):
            places.setdefault(leaf.pointer, []).append((owner, leaf))
    found = []
    for place, uses in sorted(places.items()):
        if any(leaf.schema != uses[0][1].schema and _what(leaf) != _what(uses[0][1]) for _, leaf in uses):
            found.append(Clash(place, tuple(uses)))
    return found


def _what(leaf: Leaf) -> Any:
    return leaf.element or leaf.schema


def forms_of(desk: Desk) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield the schemas of the forms of the bundle with whose they are."""
    situations = desk.document.get("situations")
    if isinstance(situations, Mapping) and isinstance(situations.get("schema"), Mapping):
        yield SITUATIONS, situations["schema"]
    for part in parts_of(desk.document):
        if desk.ground.library.has("matter", part["matter"]):
            form = desk.ground.library.get("matter", part["matter"]).get("form")
            if isinstance(form, Mapping) and isinstance(form.get("schema"), Mapping):
                yield part["matter"], form["schema"]


def planned(desk: Desk) -> Plan | None:
    """Lay the bundle's matters out by their promised limits; None when they wait in a circle."""
    limits: dict[str, Mapping[str, Any]] = {}
    for part in parts_of(desk.document):
        known = desk.ground.library.has("matter", part["matter"])
        matter = desk.ground.library.get("matter", part["matter"]) if known else {}
        limits[part["matter"]] = matter.get("promised_limit") or {"days": 0}
    try:
        return plan(waits_of(desk.document), limits)
    except Cycle:
        return None
