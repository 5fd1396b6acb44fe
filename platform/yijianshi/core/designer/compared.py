"""Where other definitions compare an element's answer with a value: they do not follow when the value changes.

A definition says an answer's value in the conditions of its form, in its rules, in the answers of its
test cases and in what it computes. Each is a value below the names of the element's place, or below the
name of a fact that is read from there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from ..bundles.fields import scope_pointer
from ..definitions.library import Library
from ..definitions.pointer import join, tokens
from ..definitions.types import Json

_BETWEEN = ("properties", "const", "enum", "contains", "not", "allOf", "anyOf", "oneOf", "items")
"""What stands between a field's name and the value it is compared with, and names nothing."""


@dataclass(frozen=True, slots=True)
class Use:
    """A place of a definition that compares an answer with a value."""

    kind: str
    code: str
    pointer: str
    value: str


def uses_of(library: Library, code: str) -> list[Use]:
    """Give the places of other definitions that compare an element's answer with a value."""
    place = tuple(code.split("."))
    found = []
    for each in library:
        kind, name = str(each.get("kind")), str(each.get("code"))
        if (kind, name) != ("element", code):
            found += [Use(kind, name, pointer, value) for pointer, value in _known(each, place)]
    return sorted(found, key=lambda use: (use.kind, use.code, use.pointer))


# inside


Path = tuple[str, ...]


class _Known:
    """What documents compare, by document and place: an element is shown often, and other documents hardly change."""

    found: ClassVar[dict[tuple[int, Path], tuple[Mapping[str, Any], tuple[tuple[str, str], ...]]]] = {}
    most: ClassVar[int] = 4000


def _known(document: Mapping[str, Any], place: Path) -> tuple[tuple[str, str], ...]:
    key = (id(document), place)
    known = _Known.found.get(key)
    if known is None or known[0] is not document:
        if len(_Known.found) >= _Known.most:
            _Known.found.clear()
        facts = {place, *_facts(document, place)}
        compared = (
            each
            for top, value in document.items()
            for each in _compared(value, (top,), (top,), facts if top in ("rules", "tests") else {place})
        )
        known = _Known.found[key] = (document, tuple(dict.fromkeys(compared)))
    return known[1]


def _facts(document: Mapping[str, Any], place: Path) -> Iterator[Path]:
    """Yield the names of the facts that a ruleset reads from a place, as what a value stands below."""
    facts = document.get("facts")
    for name, fact in (
        facts.items() if document.get("kind") == "ruleset" and isinstance(facts, Mapping) else ()
    ):
        if isinstance(fact, Mapping) and fact.get("from") == join(*place):
            yield (str(name),)


def _compared(node: Json, at: Path, names: Path, wanted: set[Path]) -> Iterator[tuple[str, str]]:
    if isinstance(node, str):
        if any(names[-len(each) :] == each for each in wanted):
            yield join(*at), node
    elif isinstance(node, list):
        for number, each in enumerate(node):
            yield from _compared(each, (*at, str(number)), names, wanted)
    elif isinstance(node, Mapping):
        scope, of = node.get("scope"), node.get("of")
        for key, value in node.items():
            below = names if key in _BETWEEN or key.startswith("$") else (*names, key)
            if key.startswith("/"):
                below = tuple(tokens(key))
            elif key == "schema" and isinstance(scope, str):
                below = tuple(tokens(scope_pointer(scope)))
            elif key == "value" and "fn" in node and isinstance(of, str):
                below = tuple(tokens(of))
            elif key == "type" and at[-2:-1] == ("properties",):
                continue  # of what kind it is, not what it is compared with
            elif key in ("$ref", "$comment", "scope", "of", "from", "title"):
                continue
            yield from _compared(value, (*at, key), below, wanted)
