"""The rules that decide a case in the clerk's words: each by its title and as a sentence, never by its code."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ...core.bundles.compose import Composition
from ...core.definitions.types import Json, Text, text
from ...core.rules import parse, sentence
from ..rule_elements import of_composition, options, titles

Name = tuple[str, str]
"""A rule by the code of its ruleset and its own name."""


@dataclass(frozen=True, slots=True)
class RuleWords:
    """What a rule is called, in which ruleset it stands, and what it says."""

    ruleset: Text
    title: Text
    sentence: Text

    def to_json(self) -> dict[str, Json]:
        """Give the words as JSON."""
        return {
            "ruleset_title": dict(self.ruleset),
            "title": dict(self.title),
            "sentence": dict(self.sentence),
        }


def spoken(composition: Composition, names: Iterable[Name]) -> Mapping[Name, RuleWords]:
    """Say rules as the versions a case is pinned to have them."""
    found: dict[Name, RuleWords] = {}
    for code, name in dict.fromkeys(names):
        known = _words(composition, code)
        if name in known:
            found[code, name] = known[name]
    return found


def _words(composition: Composition, code: str) -> Mapping[str, RuleWords]:
    def said() -> dict[str, RuleWords]:
        if code not in composition.rulesets:
            return {}
        ruleset, elements = parse(composition.rulesets[code]), of_composition(composition)
        named, chosen = titles(elements), options(elements)
        return {
            rule.name: RuleWords(
                ruleset.title,
                rule.called,
                text(
                    sentence(ruleset, rule, "zh", named, chosen), sentence(ruleset, rule, "en", named, chosen)
                ),
            )
            for rule in ruleset.rules
        }

    return composition.remember(("spoken", code), said)
