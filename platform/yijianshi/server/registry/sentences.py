"""Rules said in plain language, for the pages."""

from __future__ import annotations

from ...core.definitions.library import Library
from ...core.definitions.types import Text, text
from ...core.forms.facts import of_library, options, titles
from ...core.rules import parse, sentence
from .model import Document


def sentences(document: Document, library: Library) -> list[tuple[str, Text]]:
    """Give each rule of a ruleset with its sentence; nothing for other kinds, or for a broken draft."""
    if document.get("kind") != "ruleset":
        return []
    try:
        ruleset = parse(document)
    except ValueError:
        return []
    elements = of_library(library)
    words = titles(elements), options(elements)
    return [
        (rule.name, text(sentence(ruleset, rule, "zh", *words), sentence(ruleset, rule, "en", *words)))
        for rule in ruleset.read
    ]
