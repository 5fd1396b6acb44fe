"""What the dictionary says of a ruleset's facts: their values, their titles, whether one can change them.

The place of an element in the answers is its code, so a fact's place names its element.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..core.bundles.compose import Composition
from ..core.definitions.canonical import canonical
from ..core.forms.facts import Elements, of_library, options, titles
from ..core.functions import places
from ..core.rules import Ruleset
from ..core.rules.sentences import DEFINED, defined
from .engines.analysis import Domain

__all__ = ["Elements", "domains", "fixed", "of_composition", "of_library", "options", "titles", "wording"]


def of_composition(composition: Composition) -> Elements:
    """Read elements out of the fields of a composed form, and the matters and materials it is of."""

    def known() -> dict[str, Mapping[str, Any]]:
        package = composition.package
        found: dict[str, Mapping[str, Any]] = {field["pointer"]: field for field in package["fields"]}
        found |= {defined("matter", matter["code"]): matter for matter in package.get("matters", ())}
        return found | {
            defined("material", code): each for code, each in package.get("materials", {}).items()
        }

    return composition.remember(("elements",), known).get


def domains(ruleset: Ruleset, elements: Elements) -> dict[str, Domain]:
    """Give what the elements allow for the facts that come from them, and the values a choice declares."""
    found: dict[str, Domain] = {}
    for name, fact in ruleset.facts.items():
        if fact.asserted or fact.derive is not None or fact.type in ("list", "group"):
            continue
        if fact.values:
            found[name] = Domain(values=fact.values)
            continue
        element = elements(fact.place)
        if element is None:
            continue
        listed = [option["value"] for option in element.get("options", ())]
        chosen = listed and fact.type == "choice"
        found[name] = Domain(values=tuple(listed)) if chosen else Domain.of(element.get("schema", {}))
    return found


def wording(ruleset: Ruleset, elements: Elements) -> str:
    """Give every title that sentences of a ruleset borrow: what is said of it holds as long as they stay."""
    places = [fact.place for fact in ruleset.scope.values()]
    places += [
        defined(DEFINED[outcome.type], str(outcome.target))
        for rule in ruleset.rules
        for outcome in rule.outcomes
        if outcome.type in DEFINED
    ]
    known = [elements(place) or {} for place in places]
    return canonical([[each.get("title"), each.get("options")] for each in known]).decode()


def fixed(ruleset: Ruleset, elements: Elements) -> frozenset[str]:
    """Name the facts that the applicant cannot change.

    What the ruleset or the dictionary marks so, what is derived from nothing else, and what is read
    from an answer that another fact is read from too: one of them alone cannot be another.
    """
    sources = {name: _sources(ruleset, name) for name, fact in ruleset.facts.items() if not fact.asserted}
    readers: dict[str, set[str]] = {}
    for name, paths in sources.items():
        for path in paths:
            readers.setdefault(path, set()).add(name)
    found = set()
    for name, paths in sources.items():
        fact = ruleset.facts[name]
        held = all(_unchangeable(elements, place) for place in _places(ruleset, name))
        if not fact.changeable or held or any(len(readers[path]) > 1 for path in paths):
            found.add(name)
    return frozenset(found)


def _sources(ruleset: Ruleset, name: str) -> list[str]:
    fact = ruleset.facts[name]
    if fact.derive is None:
        return [fact.place]
    of = fact.derive.get("of", [])
    return [str(path) for path in (of if isinstance(of, list) else [of]) if str(path).startswith("/")]


def _places(ruleset: Ruleset, name: str) -> list[str]:
    fact = ruleset.facts[name]
    return [fact.place] if fact.derive is None else places(fact.derive)


def _unchangeable(elements: Elements, place: str) -> bool:
    """Tell whether the element at a place, or the one it is a part of, is marked as not changeable."""
    while place:
        element = elements(place)
        if element is not None:
            return element.get("changeable") is False
        place = place.rpartition("/")[0]
    return False
