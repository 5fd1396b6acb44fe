"""Where other definitions compare an element's answer with a value: they do not follow when the value changes.

A definition says an answer's value in the conditions of its form, in its rules, in the answers of its
test cases and in what it computes. Each is a value below the names of a place where the element is answered, or
below the name of a fact that is read from there; a parameter that a rule compares it with says values, too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any, ClassVar

from ..bundles.fields import scope_pointer
from ..definitions.library import Library, references
from ..definitions.pointer import join, tokens
from ..definitions.types import Json

_BETWEEN = ("properties", "const", "enum", "contains", "not", "allOf", "anyOf", "oneOf", "items")
"""What stands between a field's name and the value it is compared with, and names nothing."""


ROW = "*"
"""What stands for the rows of a group in a place."""


@dataclass(frozen=True, slots=True)
class Use:
    """A place of a definition that compares an answer with a value."""

    kind: str
    code: str
    pointer: str
    value: str


def uses_of(library: Library, code: str) -> list[Use]:
    """Give the places of other definitions that compare an element's answer with a value."""
    places = frozenset(_places(library, code, frozenset()))
    found = []
    for each in library:
        kind, name = str(each.get("kind")), str(each.get("code"))
        if (kind, name) != ("element", code):
            found += [Use(kind, name, pointer, value) for pointer, value in _known(each, places)]
    return sorted(found, key=lambda use: (use.kind, use.code, use.pointer))


# where an element is answered


Path = tuple[str, ...]


def _places(library: Library, code: str, seen: frozenset[str]) -> Iterator[Path]:
    """Yield where an element is answered: at the place that its code names, and wherever a form or rows ask for it."""
    yield tuple(code.split("."))
    for kind, name in library.users("element", code):
        user = library.get(kind, name)
        pointers = [at for _, of, at in references(user) if of == code]
        starts: list[Path] = [()]
        if kind == "element":
            if name in seen or (pointers == ["/extends"] and "options" in user):
                continue
            starts = list(_places(library, name, seen | {code}))
        for pointer in pointers:
            below = _below(tokens(pointer))
            yield from ((*start, *below) for start in starts)


def _below(path: list[str]) -> Path:
    """Give the names on the way through a schema, with what stands for the rows of a group."""
    found: list[str] = []
    named = False
    for part in path:
        if named:
            found.append(part)
        elif part == "items":
            found.append(ROW)
        named = not named and part == "properties"
    return tuple(found)


# inside


class _Known:
    """What documents compare, by document and place: an element is shown often, and other documents hardly change."""

    found: ClassVar[
        dict[tuple[int, frozenset[Path]], tuple[Mapping[str, Any], tuple[tuple[str, str], ...]]]
    ] = {}
    most: ClassVar[int] = 4000


def _known(document: Mapping[str, Any], places: frozenset[Path]) -> tuple[tuple[str, str], ...]:
    key = (id(document), places)
    known = _Known.found.get(key)
    if known is None or known[0] is not document:
        if len(_Known.found) >= _Known.most:
            _Known.found.clear()
        # the rows of a group are a list in answers and in a schema: nothing stands for them
        answered = places | {tuple(name for name in place if name != ROW) for place in places}
        facts = answered | set(_facts(document, places))
        search = _Search(document)
        compared = (
            each
            for top, value in document.items()
            for each in search.of(value, (top,), (top,), facts if top in ("rules", "tests") else answered)
        )
        known = _Known.found[key] = (document, tuple(dict.fromkeys(compared)))
    return known[1]


def _facts(document: Mapping[str, Any], places: frozenset[Path]) -> Iterator[Path]:
    """Yield the names of the facts that a ruleset reads from a place, as what a value stands below."""
    facts = document.get("facts")
    for name, fact in (
        facts.items() if document.get("kind") == "ruleset" and isinstance(facts, Mapping) else ()
    ):
        if not isinstance(fact, Mapping) or not isinstance(fact.get("from"), str):
            continue
        place = tuple(tokens(fact["from"]))
        if place in places:
            yield (str(name),)
        rows = fact.get("properties")
        for key, inner in rows.items() if isinstance(rows, Mapping) else ():
            start = inner.get("from") if isinstance(inner, Mapping) else None
            if (*place, ROW, *tokens(start if isinstance(start, str) else join(key))) in places:
                yield str(name), str(key)


@dataclass(frozen=True, slots=True)
class _Search:
    """Goes through a document for values that stand below names that are wanted."""

    document: Mapping[str, Any]

    def of(self, node: Json, at: Path, names: Path, wanted: AbstractSet[Path]) -> Iterator[tuple[str, str]]:
        """Yield the pointers of such values, with each."""
        if isinstance(node, str):
            if _ends(names, wanted):
                yield join(*at), node
        elif isinstance(node, list):
            for number, each in enumerate(node):
                yield from self.of(each, (*at, str(number)), names, wanted)
        elif isinstance(node, Mapping):
            if isinstance(node.get("parameter"), str) and _ends(names, wanted):
                yield from self._held(node["parameter"])
            for key, value in node.items():
                if key == "type" and at[-2:-1] == ("properties",):
                    continue  # of what kind it is, not what it is compared with
                if key not in ("$ref", "$comment", "scope", "of", "from", "title"):
                    yield from self.of(value, (*at, key), _named(node, key, names), wanted)

    def _held(self, parameter: str) -> Iterator[tuple[str, str]]:
        """Yield what a parameter is, that something is compared with."""
        listed = self.document.get("parameters")
        said = listed.get(parameter) if isinstance(listed, Mapping) else None
        if isinstance(said, Mapping):
            start: Path = ("parameters", parameter)
            yield from self.of(said.get("value"), (*start, "value"), (), {()})
            days = said.get("values")
            for number, day in enumerate(days if isinstance(days, list) else ()):
                if isinstance(day, Mapping):
                    yield from self.of(day.get("value"), (*start, "values", str(number), "value"), (), {()})


def _ends(names: Path, wanted: AbstractSet[Path]) -> bool:
    return any(names[len(names) - len(each) :] == each for each in wanted)


def _named(node: Mapping[str, Any], key: str, names: Path) -> Path:
    """Give the names that what stands under a key is below."""
    scope, of = node.get("scope"), node.get("of")
    if key.startswith("/"):
        return tuple(tokens(key))
    if key.startswith("$i."):
        return (*names, key.removeprefix("$i."))
    if key == "schema" and isinstance(scope, str):
        return tuple(tokens(scope_pointer(scope)))
    if key == "value" and "fn" in node and isinstance(of, str):
        return tuple(tokens(of))
    if key == "where" and isinstance(of, str):
        path = tuple(tokens(of))
        return path[: path.index(ROW) + 1] if ROW in path else (*path, ROW)
    return names if key in _BETWEEN or key.startswith("$") else (*names, key)
